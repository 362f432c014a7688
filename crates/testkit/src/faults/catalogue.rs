//! The list of faults.

use super::Row;
use crate::{
    algorithm::Algorithm::{self, EdDsa, Es256, Rs256},
    attestation::Attestation::{self, PackedSelf},
    stage::Ceremony::{self, Authentication, Registration},
};

const fn both(id: &'static str) -> Row {
    Row::new(id, &[Registration, Authentication])
}

const fn reg(id: &'static str) -> Row {
    Row::new(id, &[Registration])
}

const fn auth(id: &'static str) -> Row {
    Row::new(id, &[Authentication])
}

const fn p_self(id: &'static str) -> Row {
    reg(id).attested(&[PackedSelf])
}

macro_rules! catalogue {
    ($($(#[$attribute:meta])* $variant:ident = $row:expr, $text:literal;)*) => {
        /// One thing wrong in an otherwise honest response.
        ///
        /// Whatever the fault changes before signing is signed as changed, so that only the named check can find it;
        /// [`Fault::keeps_signature`] tells. Several faults may share a catalogue id: they are forms of one case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Fault {
            $($(#[$attribute])* #[doc = $text] $variant,)*
        }

        impl Fault {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            const fn row(self) -> Row {
                match self {
                    $(Self::$variant => $row,)*
                }
            }

            /// What is wrong, in a few words.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// The fault's name in this crate.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                }
            }
        }
    };
}

catalogue! {
    // The envelope.
    BodyIsArray = both("neg-E01"), "the body is an array around the response";
    BodyTruncated = both("neg-E02"), "the JSON text ends in the middle";
    BodyTooLarge = both("neg-E03"), "an unknown member makes the body larger than 1 MiB";
    BodyNestingBomb = both("neg-E04"), "an unknown member holds arrays nested 10,000 deep";
    IdMissing = both("neg-E05"), "`id` is missing";
    IdNotString = both("neg-E06"), "`id` is a number";
    IdNotBase64Url = both("neg-E07"), "`id` and `rawId` hold a character outside base64url";
    IdPadded = both("neg-E08"), "`id` and `rawId` are padded with `=`";
    IdStandardAlphabet = both("neg-E09"), "`id` and `rawId` use `+` and `/`";
    IdWithNewline = both("neg-E10"), "`id` and `rawId` hold a line break";
    IdTrailingBits = both("neg-E11"), "the unused last bits of `id` and `rawId` are not zero";
    RawIdMissing = both("neg-E12"), "`rawId` is missing";
    RawIdDiffers = both("neg-E13"), "`rawId` is not what `id` encodes";
    IdNotInAuthenticatorData = reg("neg-E14"), "`id` and `rawId` name another credential than the authenticator data";
    TypeMissing = both("neg-E15"), "`type` is missing";
    TypeNotString = both("neg-E16"), "`type` is a number";
    TypeUnknown = both("neg-E17"), "`type` is not `public-key`";
    ResponseMissing = both("neg-E18"), "`response` is missing";
    ResponseNotObject = both("neg-E19"), "`response` is an array";
    ClientDataMissing = both("neg-E20"), "`clientDataJSON` is missing";
    ClientDataNotString = both("neg-E21"), "`clientDataJSON` is an object";
    ClientDataEmpty = both("neg-E22"), "`clientDataJSON` is the empty string";
    ClientDataBadBase64 = both("neg-E23"), "`clientDataJSON` is not base64url";
    AttestationObjectMissing = reg("neg-E24"), "`attestationObject` is missing";
    AttestationObjectNotString = reg("neg-E25"), "`attestationObject` is an object";
    AttestationObjectEmpty = reg("neg-E26"), "`attestationObject` is the empty string";
    AttestationObjectBadBase64 = reg("neg-E27"), "`attestationObject` is not base64url";
    AuthenticatorDataMissing = auth("neg-E28"), "`authenticatorData` is missing";
    AuthenticatorDataNotString = auth("neg-E29"), "`authenticatorData` is an object";
    AuthenticatorDataEmpty = auth("neg-E30"), "`authenticatorData` is the empty string";
    AuthenticatorDataBadBase64 = auth("neg-E31"), "`authenticatorData` is not base64url";
    SignatureMissing = auth("neg-E32"), "`signature` is missing";
    SignatureNotString = auth("neg-E33"), "`signature` is an object";
    SignatureFieldEmpty = auth("neg-E34"), "`signature` is the empty string";
    SignatureBadBase64 = auth("neg-E35"), "`signature` is not base64url";
    AssertionInRegistration = reg("neg-E36"), "the response has the members of an assertion";
    AttestationInAuthentication = auth("neg-E37"), "the response has the members of an attestation";
    UserHandleNotString = auth("neg-E38"), "`userHandle` is a number";
    UserHandleTooLong = auth("neg-E39"), "`userHandle` is 65 bytes long";
    UserHandleEmpty = auth("neg-E40").policy(), "`userHandle` is the empty string; wrong where nobody was identified before";
    ExtensionResultsNull = both("neg-E41"), "`clientExtensionResults` is null";
    ExtensionResultsArray = both("neg-E41"), "`clientExtensionResults` is an array";
    DuplicateEnvelopeMember = both("neg-E42"), "`id` comes twice, the wrong one first";
    PublicKeyAlgorithmDiffers = reg("neg-E43").policy(), "`publicKeyAlgorithm` is not the COSE key's `alg`; may be ignored";
    AuthenticatorDataCopyDiffers = reg("neg-E44").policy(), "the `authenticatorData` member differs from the attestation object's; may be ignored";
    TransportsNotArray = reg("neg-E45"), "`transports` is a string";
    LoneSurrogate = both("neg-E46"), "`authenticatorAttachment` holds the escape of a lone surrogate";

    // Client data.
    ClientDataUtf16 = both("neg-C01"), "the client data is UTF-16";
    ClientDataTwoByteOrderMarks = both("neg-C02"), "two byte order marks precede the client data";
    ClientDataArray = both("neg-C03"), "the client data is an array";
    ClientDataString = both("neg-C03"), "the client data is a string";
    ClientDataNull = both("neg-C03"), "the client data is null";
    ClientDataTrailingBytes = both("neg-C04"), "a second object follows the client data";
    ClientDataTypeMissing = both("neg-C05"), "the client data has no `type`";
    ClientDataTypeNotString = both("neg-C06"), "the client data's `type` is a number";
    ClientDataTypeEmpty = both("neg-C07"), "the client data's `type` is empty";
    ClientDataTypeOtherCeremony = both("neg-C08"), "the client data's `type` is that of the other ceremony";
    ClientDataTypePayment = both("neg-C09"), "the client data's `type` is `payment.get`";
    ClientDataTypeWrongCase = both("neg-C10"), "the client data's `type` differs in case";
    ChallengeMissing = both("neg-C11"), "the client data has no `challenge`";
    ChallengeNotString = both("neg-C12"), "the `challenge` is a number";
    ChallengeEmpty = both("neg-C13"), "the `challenge` is empty";
    ChallengePadded = both("neg-C14"), "the `challenge` is padded with `=`";
    ChallengeStandardAlphabet = both("neg-C15"), "the `challenge` uses `+` and `/`; one without `-` and `_` gets a `+` in front";
    ChallengeBitFlipped = both("neg-C16"), "one bit of the challenge differs";
    ChallengePrefix = both("neg-C17"), "the `challenge` is cut short";
    ChallengeExtended = both("neg-C17"), "the `challenge` is continued";
    ChallengeOther = both("neg-C18"), "the `challenge` is another one of the same length";
    OriginMissing = both("neg-C22"), "the client data has no `origin`";
    OriginNotString = both("neg-C23"), "the `origin` is an array around the right one";
    OriginEmpty = both("neg-C24"), "the `origin` is empty";
    OriginForeign = both("neg-C25"), "the `origin` is another site";
    OriginHttp = both("neg-C26"), "the `origin` has the scheme http";
    OriginOtherPort = both("neg-C27"), "the `origin` has another port";
    OriginDefaultPort = both("neg-C28"), "the `origin` spells out port 443";
    OriginTrailingSlash = both("neg-C29"), "the `origin` ends with a slash";
    OriginWithPath = both("neg-C29"), "the `origin` has a path";
    OriginUpperCase = both("neg-C30"), "the `origin`'s host is in upper case";
    OriginSubdomain = both("neg-C31"), "the `origin` is a subdomain";
    OriginPrefixed = both("neg-C32"), "the `origin`'s host ends with the right one, without a dot between";
    OriginSuffixed = both("neg-C33"), "the `origin`'s host begins with the right one";
    OriginUserInfo = both("neg-C34"), "the `origin` has user information before another host";
    OriginNull = both("neg-C35"), "the `origin` is `null`, as text";
    OriginUnicode = both("neg-C36"), "the `origin`'s host has a letter outside ASCII";
    OriginIpAddress = both("neg-C37"), "the `origin`'s host is an IP address";
    OriginUnlistedAndroid = both("neg-C38"), "the `origin` is an unlisted Android application";
    OriginAndroidPadded = both("neg-C39"), "the Android `origin` is padded; needs a client with such an origin";
    OriginAndroidHex = both("neg-C39"), "the Android `origin` is in hex; needs a client with such an origin";
    OriginUnlistedRelated = both("neg-C40"), "the `origin` is a sister site that nobody declared related";
    CrossOriginTrue = both("neg-C41"), "`crossOrigin` is true";
    CrossOriginString = both("neg-C42"), "`crossOrigin` is the string `true`";
    TopOriginUnexpected = both("neg-C43"), "`topOrigin` names the page's own origin, with `crossOrigin` true";
    TopOriginUnlisted = both("neg-C44"), "`topOrigin` names another site, with `crossOrigin` true";
    TopOriginNotString = both("neg-C45"), "`topOrigin` is an array, with `crossOrigin` true";
    TopOriginSameOrigin = both("neg-C46"), "`topOrigin` is there although `crossOrigin` is false";
    TopOriginMissing = both("neg-C47").policy(), "`crossOrigin` is true without `topOrigin`";
    DuplicateTypeHostileFirst = both("neg-C48"), "the client data has two `type`s, the wrong one first";
    DuplicateTypeHostileLast = both("neg-C48"), "the client data has two `type`s, the wrong one last";
    DuplicateChallengeHostileFirst = both("neg-C49"), "the client data has two `challenge`s, the wrong one first";
    DuplicateChallengeHostileLast = both("neg-C49"), "the client data has two `challenge`s, the wrong one last";
    DuplicateOriginHostileFirst = both("neg-C50"), "the client data has two `origin`s, the wrong one first";
    DuplicateOriginHostileLast = both("neg-C50"), "the client data has two `origin`s, the wrong one last";
    EscapedTypeKey = both("neg-C51"), "the key of a wrong `type` is written with an escape";
    TokenBindingNotObject = both("neg-C52").policy(), "`tokenBinding` is a string; ignored by default";
    TokenBindingNoStatus = both("neg-C53").policy(), "`tokenBinding` has no status; ignored by default";
    TokenBindingBadStatus = both("neg-C54").policy(), "`tokenBinding` has an unknown status; ignored by default";
    ClientDataReserialised = both("neg-C55").breaking(), "the client data was written anew after signing, with spaces";
    ClientDataByteAdded = both("neg-C56").breaking(), "a member was added to the client data after signing";

    // The attestation object.
    ObjectNotCbor = reg("neg-B01"), "the attestation object is JSON text";
    ObjectArray = reg("neg-B02"), "the attestation object is an array";
    ObjectTruncated = reg("neg-B03"), "the attestation object lacks its last byte";
    ObjectTrailingByte = reg("neg-B04"), "a byte follows the attestation object";
    FormatMissing = reg("neg-B05"), "`fmt` is missing";
    FormatNotText = reg("neg-B06"), "`fmt` is a byte string";
    StatementMissing = reg("neg-B07"), "`attStmt` is missing";
    StatementArray = reg("neg-B08"), "`attStmt` is an array";
    AuthDataMissing = reg("neg-B09"), "`authData` is missing";
    AuthDataNotBytes = reg("neg-B10"), "`authData` is a text string";
    AuthDataEmpty = reg("neg-B11"), "`authData` is empty";
    ObjectDuplicateKey = reg("neg-B12"), "`fmt` comes twice";
    ObjectIndefinite = reg("neg-B13"), "the attestation object is a map of indefinite length";
    FormatIndefinite = reg("neg-B14"), "`fmt` is a string of indefinite length";
    ObjectTagged = reg("neg-B15"), "the attestation object is tagged";
    NonMinimalLength = reg("neg-B16").policy(), "the length of a key is not in its shortest form; strict readers reject it";
    UnsortedKeys = reg("neg-B17").policy(), "the keys are not in canonical order; strict readers reject it";
    CborDepthBomb = reg("neg-B18"), "`attStmt` is nested 10,000 deep";
    HugeLength = reg("neg-B19"), "`authData` claims 2^63 bytes";
    FormatInvalidUtf8 = reg("neg-B20"), "`fmt` is not UTF-8";
    CtapIntegerKeys = reg("neg-B21"), "the attestation object has CTAP's integer keys";
    ExtraObjectKey = reg("neg-B22").policy(), "the attestation object has an unknown key; strict readers reject it";
    HalfFloatAlgorithm = reg("neg-B23"), "the COSE `alg` is a half-precision float";
    HugeNegativeAlgorithm = reg("neg-B24"), "the COSE `alg` is -2^64";
    FormatUnknown = reg("neg-B25"), "`fmt` is a format that nobody knows";
    FormatWrongCase = reg("neg-B26"), "`fmt` differs in case";
    FormatTooLong = reg("neg-B27"), "`fmt` is 33 octets long";
    FormatWithQuote = reg("neg-B28"), "`fmt` holds a quotation mark";

    // Authenticator data.
    AuthDataTooShort = both("neg-D01"), "the authenticator data is 36 bytes long";
    RpIdHashWrong = both("neg-D02"), "the hash is that of another RP ID";
    RpIdHashOfOrigin = both("neg-D03"), "the hash is that of the origin";
    UserNotPresentRegistration = reg("neg-D04"), "UP is clear in a modal registration";
    UserNotPresentAuthentication = auth("neg-D05"), "UP is clear and UV set in an assertion";
    UserNotVerified = both("neg-D06").policy(), "UV is clear; wrong where it was required";
    BackupStateNotEligible = both("neg-D07"), "BS is set and BE clear";
    BackupEligibleToggled = reg("neg-D08").policy(), "BE is the other one, BS clear; wrong by policy";
    BackupStateToggled = both("neg-D09").policy(), "BE is set, BS the other one; wrong by policy";
    BackupEligibleCleared = auth("neg-D10").policy(), "BE was set at registration and is clear";
    BackupEligibleRaised = auth("neg-D11").policy(), "BE was clear at registration and is set";
    AttestedDataUnannounced = reg("neg-D12"), "AT is clear though the attested credential data is there";
    AttestedDataMissing = reg("neg-D13"), "AT is clear and there is no attested credential data";
    AttestedDataTruncated = reg("neg-D14"), "the attested credential data ends within the id";
    CredentialIdLengthTooLarge = reg("neg-D15"), "the length of the id goes beyond the end";
    CredentialIdTooLong = reg("neg-D16"), "the id is 1024 bytes long, everywhere";
    CredentialIdEmpty = reg("neg-D17"), "the id is empty, everywhere";
    LeftoverAfterKey = reg("neg-D18"), "a byte follows the COSE key, ED clear";
    ExtensionsAnnouncedOnly = both("neg-D19"), "ED is set and no extension data there";
    ExtensionsUnannounced = both("neg-D20"), "ED is clear though extension data is there";
    ExtensionsNotMap = both("neg-D21"), "the extension data is an array";
    ExtensionsIntegerKeys = both("neg-D22"), "the extension data has integer keys";
    ExtensionsDuplicateKeys = both("neg-D23"), "the extension data has one key twice";
    LeftoverAfterExtensions = both("neg-D24"), "a byte follows the extension data";
    AttestedDataInAssertion = auth("neg-D25"), "an assertion carries attested credential data";
    ReservedFlagsSet = both("neg-D26").policy(), "the reserved flags are set; ignored by default";
    RpIdHashOfAppId = auth("neg-D27"), "the hash is that of an AppID which nobody asked for";
    AppIdOutputUnfounded = auth("neg-D28").policy(), "the client claims to have used an AppID; wrong where one was requested";
    ConditionalClaimedByBody = reg("neg-D29"), "UP is clear, and only the body says that mediation was conditional";

    // The COSE key.
    KeyNotMap = reg("neg-K01"), "the COSE key is an array";
    KeyTypeMissing = reg("neg-K02"), "`kty` is missing";
    KeyAlgorithmMissing = reg("neg-K03"), "`alg` is missing";
    KeyAlgorithmText = reg("neg-K04"), "`alg` is a text string";
    KeyAlgorithmNotOffered = reg("neg-K05"), "`alg` is -260, which nobody offers";
    KeyAlgorithmFullySpecified = reg("neg-K06").of(&[Es256, EdDsa]), "`alg` is the fully specified twin, -9 or -19; it must not be offered";
    RsaKeyWithEs256 = reg("neg-K07").of(&[Rs256]), "an RSA key says ES256; needs -7 to be offered";
    Es256WrongCurve = reg("neg-K08").of(&[Es256]), "an ES256 key says curve P-384";
    Es384OnP256 = reg("neg-K09").of(&[Es256]), "a P-256 key says ES384";
    PointCompressed = reg("neg-K10").of(&[Es256]), "y is a boolean, as in a compressed point";
    PointXTooShort = reg("neg-K11").of(&[Es256]), "x is 31 bytes long";
    PointXTooLong = reg("neg-K12").of(&[Es256]), "x is 33 bytes long, with a zero in front";
    PointYMissing = reg("neg-K13").of(&[Es256]), "y is missing";
    PointOffCurve = reg("neg-K14").of(&[Es256]), "the point is not on the curve";
    PointZero = reg("neg-K15").of(&[Es256]), "the point is (0, 0)";
    PointXOutOfRange = reg("neg-K16").of(&[Es256]), "x is not below the field prime";
    EdDsaCurveEd448 = reg("neg-K17").of(&[EdDsa]), "an EdDSA key says curve Ed448";
    EdDsaCurveX25519 = reg("neg-K18").of(&[EdDsa]), "an EdDSA key says curve X25519";
    Ed25519TooShort = reg("neg-K19").of(&[EdDsa]), "the Ed25519 key is 31 bytes long";
    Ed25519SmallOrder = reg("neg-K20").of(&[EdDsa]), "the Ed25519 key is the point of order one";
    Ed25519NotCanonical = reg("neg-K20").of(&[EdDsa]), "the Ed25519 key's y is not below the field prime";
    Rsa1024 = reg("neg-K21").of(&[Rs256]), "the RSA modulus has 1024 bits";
    Rsa32768 = reg("neg-K22").of(&[Rs256]), "the RSA modulus has 32768 bits";
    RsaExponentOne = reg("neg-K23").of(&[Rs256]), "the RSA exponent is 1";
    RsaExponentEven = reg("neg-K24").of(&[Rs256]), "the RSA exponent is 65536";
    PrivateKeyPresent = reg("neg-K25"), "the COSE key has a private parameter, all zeros";
    KeyIdPresent = reg("neg-K26").policy(), "the COSE key has a `kid`; strict readers reject it";
    KeyDuplicateLabel = reg("neg-K27"), "the COSE key has `alg` twice";
    Es256kOnP256 = reg("neg-K28").of(&[Es256]), "a P-256 key says ES256K";
    MlDsaOnEc2 = reg("neg-K29").of(&[Es256]), "an EC2 key says ML-DSA-44";
    LeftoverBeforeExtensions = reg("neg-K32"), "a byte stands between the COSE key and the extension data";

    // The signature.
    SignatureBitFlipped = both("neg-S01").breaking(), "one bit of the signature differs";
    SignatureWrongKey = both("neg-S02").breaking(), "another key made the signature";
    SignatureEmpty = both("neg-S03").breaking(), "the signature is empty";
    SignatureRawEcdsa = both("neg-S04").of(&[Es256]).own().breaking(), "the ECDSA signature is r and s without DER";
    SignatureDerTrailingByte = both("neg-S05").of(&[Es256]).own().breaking(), "a byte follows the DER signature";
    SignatureDerNonMinimal = both("neg-S06").of(&[Es256]).own().breaking(), "r has a needless zero in front";
    SignatureDerNegative = both("neg-S07").of(&[Es256]).own().breaking(), "r is negative";
    SignatureRZero = both("neg-S08").of(&[Es256]).own().breaking(), "r is zero";
    SignatureSZero = both("neg-S09").of(&[Es256]).own().breaking(), "s is zero, and r too";
    SignatureROutOfRange = both("neg-S10").of(&[Es256]).own().breaking(), "the group order was added to r";
    SignatureBerLength = both("neg-S11").of(&[Es256]).own().breaking(), "the length of the SEQUENCE has the long form";
    Ed25519SignatureTooShort = both("neg-S12").of(&[EdDsa]).own().breaking(), "the Ed25519 signature is 63 bytes long";
    Ed25519SignatureTooLong = both("neg-S12").of(&[EdDsa]).own().breaking(), "the Ed25519 signature is 65 bytes long";
    Ed25519SOutOfRange = both("neg-S13").of(&[EdDsa]).own().breaking(), "the group order was added to S";
    RsaSignatureTooLong = both("neg-S14").of(&[Rs256]).own().breaking(), "the RSA signature has a zero in front";
    RsaSignatureTooShort = both("neg-S14").of(&[Rs256]).own().breaking(), "the RSA signature lacks its last byte";
    RsaWrongDigestInfo = both("neg-S15").of(&[Rs256]).own().breaking(), "the DigestInfo names SHA-512/256";
    SignatureOverHashOnly = both("neg-S18").breaking(), "the signature leaves the authenticator data out";
    KeyFromResponse = auth("neg-S19").breaking(), "another key signed, and the response brings that key along";

    // Packed self attestation, and none.
    PackedEmpty = p_self("neg-P01"), "the statement is empty";
    PackedAlgMissing = p_self("neg-P02"), "`alg` is missing";
    PackedAlgText = p_self("neg-P03"), "`alg` is a text string";
    PackedSigMissing = p_self("neg-P04"), "`sig` is missing";
    PackedSigNotBytes = p_self("neg-P05"), "`sig` is a text string";
    PackedSigEmpty = p_self("neg-P06"), "`sig` is empty";
    PackedX5cNotArray = p_self("neg-P07"), "`x5c` is a byte string";
    PackedX5cEmpty = p_self("neg-P08"), "`x5c` is an empty array";
    PackedX5cEntryNotBytes = p_self("neg-P09"), "the entry of `x5c` is a text string";
    PackedX5cEntryEmpty = p_self("neg-P10"), "the entry of `x5c` is empty";
    PackedX5cEntryGarbage = p_self("neg-P11"), "the entry of `x5c` is no certificate";
    PackedAlgDiffers = p_self("neg-P14"), "`alg` is not the credential key's";
    PackedSigWrong = p_self("neg-P15").breaking(), "another key made `sig`";
    PackedEcdaa = p_self("neg-P16"), "the statement has an `ecdaaKeyId`";
    NoneNotEmpty = reg("neg-O01").attested(&[Attestation::None]), "the statement of format none is not empty";

    // What only the server's state can tell.
    CredentialIdTaken = reg("neg-W02").policy(), "the id is that of this authenticator's newest credential; wrong where that one is registered";
    CredentialNotAllowed = auth("neg-W03"), "a credential answers that `allowCredentials` does not name; needs one of the same RP ID";
    UserHandleForeign = auth("neg-W05"), "`userHandle` names another account";
    UserHandleMissing = auth("neg-W06").policy(), "`userHandle` is missing; wrong where nobody was identified before";
    SignCountEqual = auth("neg-W09"), "the counter is the same as before; needs a counter";
    SignCountLower = auth("neg-W10"), "the counter is one lower than before; needs a counter above one";
    SignCountZero = auth("neg-W11"), "the counter is back at zero; needs a counter";
    UserInResponse = reg("neg-W13").policy(), "the response names another user; must be ignored";
    UnsolicitedExtension = both("neg-W16").policy(), "the client extension results hold one that nobody asked for; ignored by default";
    CredProtectMissing = reg("neg-W17").policy(), "the requested `credProtect` output is missing; wrong where it is enforced";
    CredProtectLower = reg("neg-W17").policy(), "the `credProtect` output is lower than requested; wrong where it is enforced";
}

impl Fault {
    /// Every fault.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        Self::ALL
    }

    /// The id in the catalogue of negative cases, such as `neg-C16`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.row().id
    }

    /// The ceremonies that the fault exists for.
    #[must_use]
    pub const fn ceremonies(self) -> &'static [Ceremony] {
        self.row().ceremonies
    }

    /// The algorithms that the fault exists for.
    #[must_use]
    pub const fn algorithms(self) -> &'static [Algorithm] {
        self.row().algorithms
    }

    /// Whether the fault exists for this ceremony, algorithm and attestation. Some need more, as their description says.
    #[must_use]
    pub fn applies_to(self, ceremony: Ceremony, algorithm: Algorithm, attestation: Attestation) -> bool {
        self.row().applies_to(ceremony, algorithm, attestation)
    }

    /// Whether the signature, where there is one, still verifies over what is sent.
    #[must_use]
    pub const fn keeps_signature(self) -> bool {
        self.row().keeps_signature
    }

    /// Whether a correct relying party may accept the response, depending on its policy, its options or what it stored.
    ///
    /// Every other fault must be rejected.
    #[must_use]
    pub const fn is_judged_by_policy(self) -> bool {
        self.row().by_policy
    }
}
