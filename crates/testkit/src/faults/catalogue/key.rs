//! Rows of keys and signatures.

macro_rules! key_rows {
    ($next:ident $(, $rest:ident)*; $($before:tt)*) => {
        $next! {
            $($rest),*; $($before)*

            // The COSE key.
            KeyNotMap = reg("neg-K01"), "the COSE key is an array";
            KeyTypeMissing = reg("neg-K02"), "`kty` is missing";
            KeyAlgorithmMissing = reg("neg-K03"), "`alg` is missing";
            KeyAlgorithmText = reg("neg-K04"), "`alg` is a text string";
            KeyAlgorithmNotOffered = reg("neg-K05"), "`alg` is -260, which nobody offers";
            KeyAlgorithmFullySpecified = reg("neg-K06").of(&[Es256, EdDsa, Es384, Es512]), "`alg` is the fully specified twin, as -9 is of -7; it must not be offered";
            RsaKeyWithEs256 = reg("neg-K07").of(RSA), "an RSA key says ES256; needs -7 to be offered";
            Es256WrongCurve = reg("neg-K08").of(&[Es256]), "an ES256 key says curve P-384";
            Es384OnP256 = reg("neg-K09").of(&[Es256]), "a P-256 key says ES384";
            PointCompressed = reg("neg-K10").of(EC2), "y is a boolean, as in a compressed point";
            PointXTooShort = reg("neg-K11").of(EC2), "x is a byte too short";
            PointXTooLong = reg("neg-K12").of(EC2), "x is a byte too long, with a zero in front";
            PointYMissing = reg("neg-K13").of(EC2), "y is missing";
            PointOffCurve = reg("neg-K14").of(EC2), "the point is not on the curve";
            PointZero = reg("neg-K15").of(EC2), "the point is (0, 0)";
            PointXOutOfRange = reg("neg-K16").of(EC2), "x is not below the field prime";
            EdDsaCurveEd448 = reg("neg-K17").of(ED25519), "an EdDSA key says curve Ed448";
            EdDsaCurveX25519 = reg("neg-K18").of(ED25519), "an EdDSA key says curve X25519";
            Ed25519TooShort = reg("neg-K19").of(ED25519), "the Ed25519 key is 31 bytes long";
            Ed25519SmallOrder = reg("neg-K20").of(ED25519), "the Ed25519 key is the point of order one";
            Ed25519NotCanonical = reg("neg-K20").of(ED25519), "the Ed25519 key's y is not below the field prime";
            Rsa1024 = reg("neg-K21").of(RSA), "the RSA modulus has 1024 bits";
            Rsa32768 = reg("neg-K22").of(RSA), "the RSA modulus has 32768 bits";
            RsaExponentOne = reg("neg-K23").of(RSA), "the RSA exponent is 1";
            RsaExponentEven = reg("neg-K24").of(RSA), "the RSA exponent is 65536";
            PrivateKeyPresent = reg("neg-K25").of(NOT_ML_DSA), "the COSE key has a private parameter, all zeros";
            KeyIdPresent = reg("neg-K26").policy(), "the COSE key has a `kid`; strict readers reject it";
            KeyDuplicateLabel = reg("neg-K27"), "the COSE key has `alg` twice";
            Es256kOnP256 = reg("neg-K28").of(&[Es256]), "a P-256 key says ES256K";
            MlDsaOnEc2 = reg("neg-K29").of(&[Es256]), "an EC2 key says ML-DSA-44";
            LeftoverBeforeExtensions = reg("neg-K32"), "a byte stands between the COSE key and the extension data";
            Es384WrongCurve = reg("neg-K09").of(&[Es384]), "an ES384 key says curve P-256";
            Es512WrongCurve = reg("neg-K09").of(&[Es512]), "an ES512 key says curve P-384";
            Ed448CurveEd25519 = reg("neg-K17").of(&[Ed448]), "an Ed448 key says curve Ed25519";
            Ed448TooShort = reg("neg-K19").of(&[Ed448]), "the Ed448 key is 56 bytes long";
            Es256kWrongCurve = reg("neg-K28").of(&[Es256k]), "an ES256K key says curve P-256";
            MlDsaWrongType = reg("neg-K29").of(ML_DSA), "an ML-DSA key says `kty` EC2";
            MlDsaKeyTooShort = reg("neg-K30").of(ML_DSA), "the ML-DSA key lacks its last byte";
            MlDsaKeyTooLong = reg("neg-K30").of(ML_DSA), "a byte follows the ML-DSA key";
            MlDsaPrivateKey = reg("neg-K31").of(ML_DSA), "the ML-DSA key has the private parameter, all zeros";

            // The signature.
            SignatureBitFlipped = both("neg-S01").breaking(), "one bit of the signature differs";
            SignatureWrongKey = both("neg-S02").breaking(), "another key made the signature";
            SignatureEmpty = both("neg-S03").breaking(), "the signature is empty";
            SignatureRawEcdsa = both("neg-S04").of(ECDSA_256).own().breaking(), "the ECDSA signature is r and s without DER";
            SignatureDerTrailingByte = both("neg-S05").of(ECDSA_256).own().breaking(), "a byte follows the DER signature";
            SignatureDerNonMinimal = both("neg-S06").of(ECDSA_256).own().breaking(), "r has a needless zero in front";
            SignatureDerNegative = both("neg-S07").of(ECDSA_256).own().breaking(), "r is negative";
            SignatureRZero = both("neg-S08").of(ECDSA_256).own().breaking(), "r is zero";
            SignatureSZero = both("neg-S09").of(ECDSA_256).own().breaking(), "s is zero, and r too";
            SignatureROutOfRange = both("neg-S10").of(&[Es256, Esp256]).own().breaking(), "the group order was added to r";
            SignatureBerLength = both("neg-S11").of(ECDSA_256).own().breaking(), "the length of the SEQUENCE has the long form";
            Ed25519SignatureTooShort = both("neg-S12").of(ED25519).own().breaking(), "the Ed25519 signature is 63 bytes long";
            Ed25519SignatureTooLong = both("neg-S12").of(ED25519).own().breaking(), "the Ed25519 signature is 65 bytes long";
            Ed25519SOutOfRange = both("neg-S13").of(ED25519).own().breaking(), "the group order was added to S";
            RsaSignatureTooLong = both("neg-S14").of(RSA).own().breaking(), "the RSA signature has a zero in front";
            RsaSignatureTooShort = both("neg-S14").of(RSA).own().breaking(), "the RSA signature lacks its last byte";
            RsaWrongDigestInfo = both("neg-S15").of(PKCS1).own().breaking(), "the DigestInfo names SHA-512/256";
            SignatureOverHashOnly = both("neg-S18").breaking(), "the signature leaves the authenticator data out";
            KeyFromResponse = auth("neg-S19").breaking(), "another key signed, and the response brings that key along";
            Ed448SignatureTooShort = both("neg-S12").of(&[Ed448]).own().breaking(), "the Ed448 signature is 113 bytes long";
            PssEmptySalt = both("neg-S16").of(PSS).own().breaking(), "the PSS signature has no salt";
            MlDsaSignatureTooShort = both("neg-S17").of(ML_DSA).own().breaking(), "the ML-DSA signature lacks its last byte";
            MlDsaSignatureTooLong = both("neg-S17").of(ML_DSA).own().breaking(), "a byte follows the ML-DSA signature";
        }
    };
}
pub(super) use key_rows;
