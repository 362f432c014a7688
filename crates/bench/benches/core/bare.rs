//! A verification with nothing around it: the key out of its bytes, then the signature, by each of the crates that the
//! verifiers stand on. What those check beyond that (keys of small order, lengths, one form of DER) is not in here.

use ceremony::{Curve, Hash, KeyMaterial, MlDsa, SignatureScheme};

/// What a verifier stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    RustCrypto,
    Graviola,
    AwsLc,
}

/// A key, a message and its signature, ready for [`verify`](Self::verify).
pub(crate) struct Bare {
    scheme: SignatureScheme,
    /// The point in SEC1 form, the raw key, or the modulus.
    key: Vec<u8>,
    /// The exponent of RSA.
    exponent: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Bare {
    pub(crate) fn new(scheme: SignatureScheme, key: KeyMaterial<'_>, message: &[u8], signature: &[u8]) -> Self {
        let (key, exponent) = match key {
            KeyMaterial::Ec2 { x, y } => ([&[4], x, y].concat(), Vec::new()),
            KeyMaterial::Okp { x } => (x.to_vec(), Vec::new()),
            KeyMaterial::Rsa { n, e } => (n.to_vec(), e.to_vec()),
            KeyMaterial::Akp { public } => (public.to_vec(), Vec::new()),
            other => unreachable!("no such key: {other:?}"),
        };
        Self { scheme, key, exponent, message: message.to_vec(), signature: signature.to_vec() }
    }

    /// `None` for a wrong signature, and for what the backend does not have.
    pub(crate) fn verify(&self, backend: Backend) -> Option<()> {
        match backend {
            Backend::RustCrypto => self.rustcrypto(),
            Backend::Graviola => self.graviola(),
            Backend::AwsLc => self.aws_lc(),
        }
    }

    fn rustcrypto(&self) -> Option<()> {
        use SignatureScheme as S;
        macro_rules! ecdsa {
            ($curve:ident, $hash:ident) => {{
                use sha2::Digest;
                use $curve::ecdsa::signature::hazmat::PrehashVerifier;
                let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(&self.key).ok()?;
                let signature = $curve::ecdsa::Signature::from_der(&self.signature).ok()?.normalize_s();
                key.verify_prehash(&sha2::$hash::digest(&self.message), &signature).ok()
            }};
        }
        macro_rules! ml_dsa {
            ($set:ident) => {{
                use ml_dsa::signature::Verifier;
                let signature = ml_dsa::Signature::<ml_dsa::$set>::try_from(&*self.signature).ok()?;
                let key: &ml_dsa::EncodedVerifyingKey<ml_dsa::$set> = self.key.as_slice().try_into().ok()?;
                ml_dsa::VerifyingKey::<ml_dsa::$set>::decode(key).verify(&self.message, &signature).ok()
            }};
        }
        macro_rules! rsa {
            ($padding:expr, $hash:ident) => {{
                use sha2::Digest;
                let number = rsa::BoxedUint::from_be_slice_vartime;
                let (n, e) = (number(&self.key), number(&self.exponent));
                let key = rsa::RsaPublicKey::new_with_size_limits(n, e, 2048..=8192).ok()?;
                key.verify($padding, &sha2::$hash::digest(&self.message), &self.signature).ok()
            }};
        }
        match self.scheme {
            S::Ecdsa(Curve::P256, Hash::Sha256) => ecdsa!(p256, Sha256),
            S::Ecdsa(Curve::P384, Hash::Sha384) => ecdsa!(p384, Sha384),
            S::Ecdsa(Curve::P521, Hash::Sha512) => ecdsa!(p521, Sha512),
            S::Ecdsa(Curve::Secp256k1, Hash::Sha256) => ecdsa!(k256, Sha256),
            S::RsaPkcs1(Hash::Sha256) => rsa!(rsa::Pkcs1v15Sign::new::<sha2::Sha256>(), Sha256),
            S::RsaPkcs1(Hash::Sha512) => rsa!(rsa::Pkcs1v15Sign::new::<sha2::Sha512>(), Sha512),
            S::RsaPss(Hash::Sha256) => rsa!(rsa::Pss::<sha2::Sha256>::new(), Sha256),
            S::Ed25519 => {
                use ed25519_dalek::ed25519::signature::Verifier;
                let key = ed25519_dalek::VerifyingKey::from_bytes(self.key.as_slice().try_into().ok()?).ok()?;
                let signature = ed25519_dalek::Signature::from_slice(&self.signature).ok()?;
                key.verify(&self.message, &signature).ok()
            }
            S::Ed448 => {
                let key = ed448_goldilocks::VerifyingKey::from_bytes(self.key.as_slice().try_into().ok()?).ok()?;
                let signature = ed448_goldilocks::Signature::from_slice(&self.signature).ok()?;
                key.verify_raw(&signature, &self.message).ok()
            }
            S::MlDsa(MlDsa::MlDsa44) => ml_dsa!(MlDsa44),
            S::MlDsa(MlDsa::MlDsa65) => ml_dsa!(MlDsa65),
            S::MlDsa(MlDsa::MlDsa87) => ml_dsa!(MlDsa87),
            _ => None,
        }
    }

    fn graviola(&self) -> Option<()> {
        use SignatureScheme as S;
        use graviola::hashing::{Sha256, Sha384};
        use graviola::signing::ecdsa::{P256, P384, VerifyingKey};
        match self.scheme {
            S::Ecdsa(Curve::P256, Hash::Sha256) => {
                let key = VerifyingKey::<P256>::from_x962_uncompressed(&self.key).ok()?;
                key.verify_asn1::<Sha256>(&[&self.message], &self.signature).ok()
            }
            S::Ecdsa(Curve::P384, Hash::Sha384) => {
                let key = VerifyingKey::<P384>::from_x962_uncompressed(&self.key).ok()?;
                key.verify_asn1::<Sha384>(&[&self.message], &self.signature).ok()
            }
            S::Ed25519 => {
                let key = graviola::signing::eddsa::Ed25519VerifyingKey::from_bytes(&self.key).ok()?;
                key.verify(&self.signature, &self.message).ok()
            }
            S::RsaPkcs1(Hash::Sha256) => self.graviola_rsa()?.verify_pkcs1_sha256(&self.signature, &self.message).ok(),
            S::RsaPkcs1(Hash::Sha512) => self.graviola_rsa()?.verify_pkcs1_sha512(&self.signature, &self.message).ok(),
            S::RsaPss(Hash::Sha256) => self.graviola_rsa()?.verify_pss_sha256(&self.signature, &self.message).ok(),
            _ => None,
        }
    }

    /// RSAPublicKey in DER, of a modulus of 2048 bits and a short exponent.
    fn graviola_rsa(&self) -> Option<graviola::signing::rsa::VerifyingKey> {
        use ceremony_testkit::der;
        let der = der::sequence(&[der::unsigned(&self.key), der::unsigned(&self.exponent)]);
        graviola::signing::rsa::VerifyingKey::from_pkcs1_der(&der).ok()
    }

    fn aws_lc(&self) -> Option<()> {
        use SignatureScheme as S;
        use aws_lc_rs::signature as aws;
        let algorithm: &dyn aws::VerificationAlgorithm = match self.scheme {
            S::Ecdsa(Curve::P256, Hash::Sha256) => &aws::ECDSA_P256_SHA256_ASN1,
            S::Ecdsa(Curve::P384, Hash::Sha384) => &aws::ECDSA_P384_SHA384_ASN1,
            S::Ecdsa(Curve::P521, Hash::Sha512) => &aws::ECDSA_P521_SHA512_ASN1,
            S::Ecdsa(Curve::Secp256k1, Hash::Sha256) => &aws::ECDSA_P256K1_SHA256_ASN1,
            S::Ed25519 => &aws::ED25519,
            S::MlDsa(MlDsa::MlDsa44) => &aws::ML_DSA_44,
            S::MlDsa(MlDsa::MlDsa65) => &aws::ML_DSA_65,
            S::MlDsa(MlDsa::MlDsa87) => &aws::ML_DSA_87,
            S::RsaPkcs1(Hash::Sha256) => return self.aws_lc_rsa(&aws::RSA_PKCS1_2048_8192_SHA256),
            S::RsaPkcs1(Hash::Sha512) => return self.aws_lc_rsa(&aws::RSA_PKCS1_2048_8192_SHA512),
            S::RsaPss(Hash::Sha256) => return self.aws_lc_rsa(&aws::RSA_PSS_2048_8192_SHA256),
            _ => return None,
        };
        aws::UnparsedPublicKey::new(algorithm, &self.key).verify(&self.message, &self.signature).ok()
    }

    fn aws_lc_rsa(&self, parameters: &'static aws_lc_rs::signature::RsaParameters) -> Option<()> {
        let key = aws_lc_rs::signature::RsaPublicKeyComponents { n: &self.key, e: &self.exponent };
        key.verify(parameters, &self.message, &self.signature).ok()
    }
}
