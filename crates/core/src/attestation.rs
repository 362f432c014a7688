//! Attestation statements (WebAuthn §8): one file for each format, and the trust in what they say.

mod android_key;
#[cfg(feature = "safetynet")]
mod android_safetynet;
mod apple;
mod certified_key;
mod client_data_hash;
mod compound;
mod fido_u2f;
mod none;
mod packed;
#[cfg(test)]
#[cfg(feature = "rustcrypto")]
mod testing;
mod tpm;
mod trust;

pub(crate) use trust::{AttestationAccepted, Judge, accept, ignore};

pub(crate) use client_data_hash::ClientDataHash;

use crate::authenticator_data::AuthenticatorData;
use crate::cbor::{CborFault, Key, Reader};
use crate::cose::{Algorithm, CredentialPublicKey};
use crate::credential::AttestationType;
use crate::error::{CertificateFault, RejectionReason};
use crate::ids::Aaguid;
use crate::policy::{AttestationFormat, FormatRules};
use crate::proof::verify_signature;
use crate::time::UnixTime;
use crate::verifier::{Hash, SignatureScheme, SignatureVerifier};
use crate::x509::{Certificate, Der, MAX_CHAIN, SubjectPublicKey};
use alloc::vec::Vec;
#[cfg(feature = "safetynet")]
use core::cell::OnceCell;
use der::Tag;

/// What every format's verification procedure is given.
#[derive(Clone, Copy)]
pub(crate) struct Statement<'a> {
    /// The attStmt map, or the array of a compound one, as checked CBOR.
    pub(crate) statement: &'a [u8],
    /// The authenticator data: its bytes exactly as received, since signatures cover them.
    pub(crate) auth_data: &'a AuthenticatorData,
    /// The AAGUID in the authenticator data.
    pub(crate) aaguid: Aaguid,
    /// The credential id in the authenticator data.
    pub(crate) credential_id: &'a [u8],
    /// The hash of the client data.
    pub(crate) client_data_hash: &'a ClientDataHash<'a>,
    /// The credential public key in the authenticator data.
    pub(crate) key: &'a CredentialPublicKey,
    /// Whether enterprise attestation was asked for.
    pub(crate) enterprise: bool,
    pub(crate) rules: FormatRules,
    #[cfg_attr(not(feature = "safetynet"), allow(dead_code, reason = "one format alone has a time of its own"))]
    pub(crate) now: UnixTime,
    /// Room for certificates that do not stand in the statement as bytes.
    #[cfg(feature = "safetynet")]
    pub(crate) decoded: &'a OnceCell<Vec<Vec<u8>>>,
    pub(crate) verifier: &'a dyn SignatureVerifier,
}

/// What a format's verification procedure found: the attestation type, and the certificates that trust is to be judged
/// by, leaf first, none where there is no chain.
pub(crate) struct Attested<'a> {
    pub(crate) attestation_type: AttestationType,
    pub(crate) x5c: Vec<Certificate<'a>>,
}

impl Attested<'_> {
    /// A statement without certificates.
    pub(crate) const fn bare(attestation_type: AttestationType) -> Self {
        Self { attestation_type, x5c: Vec::new() }
    }
}

/// One statement went through its format's verification procedure. Only [`verify_one`] makes one.
pub(crate) struct AttestationVerified<'a> {
    format: AttestationFormat,
    attested: Attested<'a>,
}

/// The statement of a registration, verified.
pub(crate) enum Verified<'a> {
    Single(AttestationVerified<'a>),
    /// Several, each of which may have failed.
    Compound(Vec<compound::Element<'a>>),
}

/// Whether a text can name a format: "a maximum of 32 octets in length and MUST consist only of printable USASCII
/// characters, excluding backslash and doublequote" (WebAuthn §8.1).
pub(crate) fn is_identifier(fmt: &str) -> bool {
    (1..=32).contains(&fmt.len()) && fmt.bytes().all(|octet| octet.is_ascii_graphic() && !matches!(octet, b'"' | b'\\'))
}

/// R22: runs the format's verification procedure.
pub(crate) fn verify<'a>(
    format: AttestationFormat,
    statement: &Statement<'a>,
) -> Result<Verified<'a>, RejectionReason> {
    match format {
        AttestationFormat::Compound => compound::verify(statement).map(Verified::Compound),
        _ => verify_one(format, statement).map(Verified::Single),
    }
}

fn verify_one<'a>(
    format: AttestationFormat,
    statement: &Statement<'a>,
) -> Result<AttestationVerified<'a>, RejectionReason> {
    let attested = match format {
        AttestationFormat::None => none::verify(statement),
        AttestationFormat::Packed => packed::verify(statement),
        AttestationFormat::Tpm => tpm::verify(statement),
        AttestationFormat::AndroidKey => android_key::verify(statement),
        #[cfg(feature = "safetynet")]
        AttestationFormat::AndroidSafetynet => android_safetynet::verify(statement),
        AttestationFormat::FidoU2f => fido_u2f::verify(statement),
        AttestationFormat::Apple => apple::verify(statement),
        // It does not stand inside itself.
        AttestationFormat::Compound => Err(RejectionReason::AttestationStatement),
    }?;
    Ok(AttestationVerified { format, attested })
}

impl Statement<'_> {
    /// What most formats sign: authenticatorData, then clientDataHash.
    fn signed(&self) -> [&[u8]; 2] {
        [self.auth_data.as_bytes(), self.client_data_hash.get()]
    }
}

/// Any CBOR fault inside a statement: it does not have its format's shape.
fn malformed(_: CborFault) -> RejectionReason {
    RejectionReason::AttestationStatement
}

/// Any fault of a certificate.
const fn certificate(fault: CertificateFault) -> RejectionReason {
    RejectionReason::AttestationCertificate(fault)
}

/// Reads `x5c`: an array of at least one byte string, each a certificate in DER; leaf first.
fn read_x5c<'a>(from: &mut Reader<'a>) -> Result<Vec<Certificate<'a>>, RejectionReason> {
    let entries = from.array().map_err(malformed)?;
    if entries == 0 || entries > MAX_CHAIN {
        return Err(RejectionReason::AttestationStatement);
    }
    let mut x5c = Vec::with_capacity(entries);
    for _ in 0..entries {
        x5c.push(Certificate::parse(from.bytes().map_err(malformed)?).map_err(certificate)?);
    }
    Ok(x5c)
}

/// The first certificate of a statement of any format that has an `x5c`, before anything is verified.
pub(crate) fn first_certificate(statement: &[u8]) -> Option<Certificate<'_>> {
    let mut from = Reader::new(statement);
    for _ in 0..from.map().ok()? {
        if from.key().ok()? == Key::Text("x5c") {
            return read_x5c(&mut from).ok()?.first().copied();
        }
        from.skip().ok()?;
    }
    None
}

/// The leaf of a chain that [`read_x5c`] gave.
fn leaf<'c, 'a>(x5c: &'c [Certificate<'a>]) -> Result<&'c Certificate<'a>, RejectionReason> {
    x5c.first().ok_or(RejectionReason::AttestationStatement)
}

/// Verifies a statement's signature with a certificate's key and the algorithm that the *statement* names. The algorithm
/// must suit the key: the certificate's own signature algorithm has nothing to do with it.
fn verify_with_certificate(
    statement: &Statement<'_>,
    certificate: &Certificate<'_>,
    alg: i64,
    message: &[&[u8]],
    sig: &[u8],
) -> Result<(), RejectionReason> {
    let key = certificate.public_key().map_err(self::certificate)?;
    let algorithm = Algorithm::from_id(alg).ok_or(RejectionReason::AttestationAlgorithm)?;
    let scheme = algorithm.scheme();
    let suits = match (scheme, key) {
        (SignatureScheme::Ecdsa(curve, _), SubjectPublicKey::Ec { curve: of_key, .. }) => curve == of_key,
        (SignatureScheme::RsaPkcs1(Hash::Sha1), SubjectPublicKey::Rsa { .. }) => statement.rules.allow_sha1,
        (SignatureScheme::RsaPkcs1(_) | SignatureScheme::RsaPss(_), SubjectPublicKey::Rsa { .. }) => true,
        (SignatureScheme::Ed25519, SubjectPublicKey::Ed25519(_)) => true,
        _ => false,
    };
    if !suits || !statement.verifier.supports(scheme) {
        return Err(RejectionReason::AttestationAlgorithm);
    }
    verify_signature(statement.verifier, scheme, key.material(), message, sig)
        .map(drop)
        .map_err(|_| RejectionReason::AttestationSignature)
}

/// "The Basic Constraints extension MUST have the CA component set to false."
fn leaf_is_no_ca(certificate: &Certificate<'_>) -> Result<(), CertificateFault> {
    match certificate.basic_constraints()? {
        Some(constraints) if !constraints.ca => Ok(()),
        _ => Err(CertificateFault::BasicConstraints),
    }
}

/// id-fido-gen-ce-aaguid, 1.3.6.1.4.1.45724.1.1.4
const AAGUID_EXTENSION: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0xe5, 0x1c, 0x01, 0x01, 0x04];

/// Where a certificate names an AAGUID, it is the authenticator's: 16 bytes in an OCTET STRING of their own, inside that
/// of the extension, which must not be critical (WebAuthn §8.2.1).
fn aaguid_extension(certificate: &Certificate<'_>, aaguid: Aaguid) -> Result<(), RejectionReason> {
    let Some(extension) = certificate.extension(AAGUID_EXTENSION) else { return Ok(()) };
    let mut value = Der::new(extension.value());
    let matches = value.contents(Tag::OctetString).is_ok_and(|bytes| bytes == aaguid.as_bytes()) && value.is_empty();
    if extension.critical() || !matches {
        return Err(self::certificate(CertificateFault::AaguidExtension));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_32_printable_octets_at_most() {
        for fmt in ["none", "com.example.own-format", "!#[]~", &"x".repeat(32)] {
            assert!(is_identifier(fmt), "{fmt}");
        }
        for fmt in ["", "two words", "a\"b", "a\\b", "a\n", "\u{7f}", "\u{e9}", &"x".repeat(33)] {
            assert!(!is_identifier(fmt), "{fmt:?}");
        }
    }
}
