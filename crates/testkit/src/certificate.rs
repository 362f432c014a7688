//! X.509 certificates field by field, put together by hand so that every field can be wrong.

mod extension;
mod name;

use std::{fmt, sync::Arc};

pub use extension::{Extension, KeyUsage};
pub use name::{Attribute, Name};

use crate::{
    algorithm::{Algorithm, OddForm, PrivateKey},
    der,
    stream::{Stream, sha1},
};

/// The key pair of a certificate's subject or issuer.
#[derive(Clone)]
pub struct CertificateKey {
    algorithm: Algorithm,
    key: Arc<dyn PrivateKey>,
}

impl CertificateKey {
    /// The key of this seed. Two seeds may give the same RSA key, as there are only two of them.
    #[must_use]
    pub fn new(seed: impl AsRef<[u8]>, algorithm: Algorithm) -> Self {
        Self::numbered(&Stream::new(seed.as_ref()), 0, algorithm)
    }

    pub(crate) fn numbered(stream: &Stream, index: usize, algorithm: Algorithm) -> Self {
        Self { algorithm, key: algorithm.key(stream, index) }
    }

    pub(crate) const fn held(algorithm: Algorithm, key: Arc<dyn PrivateKey>) -> Self {
        Self { algorithm, key }
    }

    /// The algorithm that the key signs with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public key as a DER SubjectPublicKeyInfo.
    #[must_use]
    pub fn spki(&self) -> Vec<u8> {
        self.key.spki()
    }

    /// Signs any message, in the form that certificates and WebAuthn carry.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message)
    }

    /// The public key as a COSE_Key map.
    pub(crate) fn cose(&self) -> crate::cbor::Cbor {
        self.key.cose()
    }

    /// SHA-1 over the subjectPublicKey bits, the usual key identifier: 20 bytes.
    #[must_use]
    pub fn key_identifier(&self) -> Vec<u8> {
        // The BIT STRING is the last element; its content follows from the algorithm's own parameters.
        sha1(&subject_public_key(&self.spki()))
    }
}

impl fmt::Debug for CertificateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// A certificate before it is signed; whatever stands here is written as it stands.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CertificateSpec {
    /// The version, 3 in every honest certificate; 1 leaves the field out, as DER has it.
    pub version: u8,
    /// The serial number, big-endian without sign.
    pub serial: Vec<u8>,
    /// The issuer's name.
    pub issuer: Name,
    /// The first second of validity, since 1970.
    pub not_before: i64,
    /// The last second of validity, since 1970.
    pub not_after: i64,
    /// The subject's name.
    pub subject: Name,
    /// The subject's key as a DER SubjectPublicKeyInfo.
    pub public_key: Vec<u8>,
    /// The extensions in the order of writing; with none, the field is left out.
    pub extensions: Vec<Extension>,
    /// The key that signs.
    pub issuer_key: CertificateKey,
    /// The AlgorithmIdentifier in DER, both inside and outside of what is signed; `None` writes the right one.
    pub signature_algorithm: Option<Vec<u8>>,
    /// Signs with SHA-1, and says so; for issuers with RSA or P-256 keys.
    pub sha1: bool,
}

impl CertificateSpec {
    /// A version 3 certificate without extensions, valid from 2020 to 2119, with serial number 1.
    #[must_use]
    pub fn new(subject: Name, public_key: Vec<u8>, issuer: Name, issuer_key: CertificateKey) -> Self {
        Self {
            version: 3,
            serial: vec![1],
            issuer,
            not_before: 1_577_836_800,
            not_after: 4_733_510_399,
            subject,
            public_key,
            extensions: Vec::new(),
            issuer_key,
            signature_algorithm: None,
            sha1: false,
        }
    }

    /// The first extension of this object identifier.
    #[must_use]
    pub fn extension(&self, oid: &str) -> Option<&Extension> {
        self.extensions.iter().find(|extension| extension.oid == oid)
    }

    /// The first extension of this object identifier, for a change.
    pub fn extension_mut(&mut self, oid: &str) -> Option<&mut Extension> {
        self.extensions.iter_mut().find(|extension| extension.oid == oid)
    }

    /// Puts an extension in the place of the one with its object identifier, or at the end.
    pub fn set_extension(&mut self, extension: Extension) {
        match self.extension_mut(&extension.oid) {
            Some(held) => *held = extension,
            None => self.extensions.push(extension),
        }
    }

    /// Takes out every extension of this object identifier.
    pub fn remove_extension(&mut self, oid: &str) {
        self.extensions.retain(|extension| extension.oid != oid);
    }

    /// The TBSCertificate, the part that is signed.
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        let mut fields = Vec::new();
        if self.version != 1 {
            fields.push(der::explicit(0, &der::integer(u64::from(self.version).saturating_sub(1))));
        }
        fields.push(der::unsigned(&self.serial));
        fields.push(self.identifier());
        fields.push(self.issuer.encode());
        fields.push(der::sequence(&[der::time(self.not_before), der::time(self.not_after)]));
        fields.push(self.subject.encode());
        fields.push(self.public_key.clone());
        if !self.extensions.is_empty() {
            let extensions: Vec<_> = self.extensions.iter().map(Extension::encode).collect();
            fields.push(der::explicit(3, &der::sequence(&extensions)));
        }
        der::sequence(&fields)
    }

    /// The signed certificate in DER.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let body = self.to_be_signed();
        let odd = if self.sha1 { self.issuer_key.key.sign_oddly(&body, OddForm::Sha1) } else { None };
        let signature = odd.unwrap_or_else(|| self.issuer_key.sign(&body));
        der::sequence(&[body, self.identifier(), der::bit_string(&signature)])
    }

    fn identifier(&self) -> Vec<u8> {
        match (&self.signature_algorithm, self.sha1) {
            (Some(identifier), _) => identifier.clone(),
            (None, false) => self.issuer_key.algorithm.certificate_identifier(),
            (None, true) => match self.issuer_key.algorithm.hash() {
                Some(_) if self.issuer_key.cose().entry(-3).is_some() => {
                    der::sequence(&[der::oid("1.2.840.10045.4.1")])
                }
                _ => Algorithm::Rs1.certificate_identifier(),
            },
        }
    }
}

/// The bits of a SubjectPublicKeyInfo that this crate wrote: what follows the AlgorithmIdentifier, without its head.
fn subject_public_key(spki: &[u8]) -> Vec<u8> {
    let content = content(spki);
    let identifier = content.len() - rest(content).len();
    let bits = self::content(&content[identifier..]);
    bits.get(1..).unwrap_or_default().to_vec()
}

/// The length of an element's head, and of its content.
fn measure(element: &[u8]) -> (usize, usize) {
    match element[1] {
        short @ 0..=0x7f => (2, usize::from(short)),
        long => {
            let octets = usize::from(long & 0x7f);
            (2 + octets, element[2..2 + octets].iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte)))
        }
    }
}

fn content(element: &[u8]) -> &[u8] {
    let (head, length) = measure(element);
    &element[head..head + length]
}

fn rest(elements: &[u8]) -> &[u8] {
    let (head, length) = measure(elements);
    &elements[head + length..]
}
