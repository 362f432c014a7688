//! Metadata statements (FIDO Metadata Statement v3), as far as a relying party decides by them.

use crate::payload::present;
use base64ct::{Base64, Encoding};
use ceremony::{Algorithm, AttestationType};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What a vendor says about a make of authenticator. Words that are not known here are kept as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// A name to show, in English.
    pub description: String,
    /// The version of the firmware that the statement is about, if it says one.
    pub authenticator_version: Option<u64>,
    /// `fido2`, `u2f` or `uaf`.
    pub protocol_family: Option<String>,
    /// The certificates in DER that attestation leads to: roots, intermediates or the attestation certificates themselves.
    pub attestation_root_certificates: Vec<Vec<u8>>,
    /// `basic_full`, `basic_surrogate`, `attca`, `anonca` ...
    pub attestation_types: Vec<String>,
    /// `secp256r1_ecdsa_sha256_raw` ...
    pub authentication_algorithms: Vec<String>,
    /// `cose` ...
    pub public_key_alg_and_encodings: Vec<String>,
    /// How the user is verified, as the JSON of the statement: alternatives, each a combination of methods.
    pub user_verification_details: Option<String>,
    /// Where keys are kept: `hardware`, `secure_element`, `tee`, `software` ...
    pub key_protection: Vec<String>,
    /// Where users are verified: `on_chip`, `tee`, `software`.
    pub matcher_protection: Vec<String>,
    /// How the authenticator is attached: `internal`, `external`, `nfc` ...
    pub attachment_hint: Vec<String>,
    /// Whether keys sign nothing but what the protocol asks for.
    pub is_key_restricted: Option<bool>,
    /// Whether each signature takes a verification of its own.
    pub is_fresh_user_verification_required: Option<bool>,
    /// The strength of the cryptography in bits.
    pub crypto_strength: Option<u64>,
    /// Whether credentials can be synced: `unsupported`, `explicit` or `implicit`.
    pub multi_device_credential_support: Option<String>,
    /// An icon as a `data:` URL. It comes from outside: show it as an image only, never as markup.
    pub icon: Option<String>,
    /// As [`icon`](Self::icon), for dark backgrounds.
    pub icon_dark: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Form<'a> {
    description: String,
    #[serde(default, deserialize_with = "present")]
    authenticator_version: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    protocol_family: Option<String>,
    attestation_root_certificates: Vec<String>,
    #[serde(default)]
    attestation_types: Vec<String>,
    #[serde(default)]
    authentication_algorithms: Vec<String>,
    #[serde(default)]
    public_key_alg_and_encodings: Vec<String>,
    #[serde(borrow, default, deserialize_with = "present")]
    user_verification_details: Option<&'a RawValue>,
    #[serde(default)]
    key_protection: Vec<String>,
    #[serde(default)]
    matcher_protection: Vec<String>,
    #[serde(default)]
    attachment_hint: Vec<String>,
    #[serde(default, deserialize_with = "present")]
    is_key_restricted: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    is_fresh_user_verification_required: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    crypto_strength: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    multi_device_credential_support: Option<String>,
    #[serde(default, deserialize_with = "present")]
    icon: Option<String>,
    #[serde(default, deserialize_with = "present")]
    icon_dark: Option<String>,
}

impl Form<'_> {
    /// The statement; oddities that do not spoil it go to `odd`.
    pub(crate) fn read(self, odd: &mut Vec<String>) -> Statement {
        let mut attestation_root_certificates = Vec::new();
        for (at, text) in self.attestation_root_certificates.iter().enumerate() {
            match certificate(text) {
                Some(der) => attestation_root_certificates.push(der),
                None => odd.push(format!("attestationRootCertificates[{at}] is not base64")),
            }
        }
        if self.user_verification_details.is_some_and(|raw| raw.get() == "null") {
            odd.push("userVerificationDetails is null".into());
        }
        Statement {
            description: self.description,
            authenticator_version: self.authenticator_version,
            protocol_family: self.protocol_family,
            attestation_root_certificates,
            attestation_types: self.attestation_types,
            authentication_algorithms: self.authentication_algorithms,
            public_key_alg_and_encodings: self.public_key_alg_and_encodings,
            user_verification_details: self.user_verification_details.map(|raw| raw.get().into()),
            key_protection: self.key_protection,
            matcher_protection: self.matcher_protection,
            attachment_hint: self.attachment_hint,
            is_key_restricted: self.is_key_restricted,
            is_fresh_user_verification_required: self.is_fresh_user_verification_required,
            crypto_strength: self.crypto_strength,
            multi_device_credential_support: self.multi_device_credential_support,
            icon: self.icon,
            icon_dark: self.icon_dark,
        }
    }
}

/// A certificate in base64. Line breaks and spaces are passed over: genuine statements have them.
pub(crate) fn certificate(text: &str) -> Option<Vec<u8>> {
    let bare: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    Base64::decode_vec(&bare).ok()
}

impl Statement {
    /// Whether `attestationTypes` admits what an attestation amounted to.
    ///
    /// `None` where nothing can be said: without attestation, for several statements at once, and where the statement names
    /// no type.
    #[must_use]
    pub fn admits_type(&self, found: AttestationType) -> Option<bool> {
        // A certificate of the make does not tell by itself which kind of CA issued it (WebAuthn §8.2: "attestation type
        // Basic, AttCA or uncertainty").
        let words: &[&str] = match found {
            AttestationType::SelfAttestation => &["basic_surrogate"],
            AttestationType::Basic => &["basic_full", "attca", "anonca"],
            AttestationType::AttCa => &["attca"],
            AttestationType::AnonCa => &["anonca"],
            _ => return None,
        };
        if self.attestation_types.is_empty() {
            return None;
        }
        Some(self.attestation_types.iter().any(|listed| words.contains(&listed.as_str())))
    }

    /// Whether the algorithm is among `authenticationAlgorithms`; `None` where the registry has no name for it, or the
    /// statement names no algorithm.
    #[must_use]
    pub fn admits_algorithm(&self, algorithm: Algorithm) -> Option<bool> {
        let names = registry_names(algorithm);
        if names.is_empty() || self.authentication_algorithms.is_empty() {
            return None;
        }
        Some(self.authentication_algorithms.iter().any(|listed| names.contains(&listed.as_str())))
    }
}

/// The names of an algorithm in the FIDO Registry of Predefined Values (§3.6.1), whatever the encoding of signatures.
const fn registry_names(algorithm: Algorithm) -> &'static [&'static str] {
    match algorithm {
        Algorithm::Es256 | Algorithm::Esp256 => &["secp256r1_ecdsa_sha256_raw", "secp256r1_ecdsa_sha256_der"],
        Algorithm::Es384 | Algorithm::Esp384 => &["secp384r1_ecdsa_sha384_raw", "secp384r1_ecdsa_sha384_der"],
        // The registry's own slip: the curve is secp521r1.
        Algorithm::Es512 | Algorithm::Esp512 => {
            &["secp512r1_ecdsa_sha256_raw", "secp512r1_ecdsa_sha512_raw", "secp521r1_ecdsa_sha512_raw"]
        }
        Algorithm::Es256K => &["secp256k1_ecdsa_sha256_raw", "secp256k1_ecdsa_sha256_der"],
        Algorithm::Rs256 => &["rsassa_pkcsv15_sha256_raw", "rsa_emsa_pkcs1_sha256_raw", "rsa_emsa_pkcs1_sha256_der"],
        Algorithm::Rs384 => &["rsassa_pkcsv15_sha384_raw"],
        Algorithm::Rs512 => &["rsassa_pkcsv15_sha512_raw"],
        Algorithm::Rs1 => &["rsassa_pkcsv15_sha1_raw"],
        Algorithm::Ps256 => &["rsassa_pss_sha256_raw", "rsassa_pss_sha256_der"],
        Algorithm::Ps384 => &["rsassa_pss_sha384_raw"],
        Algorithm::Ps512 => &["rsassa_pss_sha512_raw"],
        Algorithm::EdDsa | Algorithm::Ed25519 => &["ed25519_eddsa_sha512_raw"],
        Algorithm::Ed448 => &["ed448_eddsa_sha512_raw"],
        _ => &[],
    }
}
