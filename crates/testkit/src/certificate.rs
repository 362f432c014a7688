//! Certificates, hand-built: every field may be wrong.

use crate::algorithm::PrivateKey;
use crate::der::{self, tag};

/// ecdsa-with-SHA256
const ECDSA_WITH_SHA256: &[u32] = &[1, 2, 840, 10_045, 4, 3, 2];

/// A certificate before it is signed. What it is signed with goes by the signing key: ECDSA on P-256 with SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateSpec {
    /// 1 to 3; below 3 the extensions are left out.
    pub version: u8,
    /// The serial number's magnitude.
    pub serial: Vec<u8>,
    /// The AlgorithmIdentifier in DER, written both inside and outside of what is signed.
    pub signature_algorithm: Vec<u8>,
    /// Replaces the issuer's name in DER; `None` for the name of whoever signs.
    pub issuer: Option<Vec<u8>>,
    /// UTCTime or GeneralizedTime as text: 13 or 15 characters.
    pub not_before: String,
    /// The same for the end.
    pub not_after: String,
    /// The relative names, each of one attribute or more.
    pub subject: Vec<Vec<Attribute>>,
    /// SubjectPublicKeyInfo in DER.
    pub key_info: Vec<u8>,
    /// The extensions, in this order.
    pub extensions: Vec<Extension>,
}

/// An attribute of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attribute {
    /// The numbers of its type.
    pub oid: Vec<u32>,
    /// Its value in DER.
    pub value: Vec<u8>,
}

/// An extension.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extension {
    /// The numbers of its type.
    pub oid: Vec<u32>,
    /// Whether it is critical.
    pub critical: bool,
    /// What stands in its OCTET STRING.
    pub value: Vec<u8>,
}

/// countryName, organizationName, organizationalUnitName, commonName.
pub mod attribute {
    #![allow(missing_docs, reason = "the names say it")]
    pub const COMMON_NAME: &[u32] = &[2, 5, 4, 3];
    pub const COUNTRY: &[u32] = &[2, 5, 4, 6];
    pub const ORGANIZATION: &[u32] = &[2, 5, 4, 10];
    pub const ORGANIZATIONAL_UNIT: &[u32] = &[2, 5, 4, 11];
}

/// Extensions by their numbers.
pub mod extension {
    #![allow(missing_docs, reason = "the names say it")]
    pub const KEY_USAGE: &[u32] = &[2, 5, 29, 15];
    pub const SUBJECT_ALT_NAME: &[u32] = &[2, 5, 29, 17];
    pub const BASIC_CONSTRAINTS: &[u32] = &[2, 5, 29, 19];
    pub const EXTENDED_KEY_USAGE: &[u32] = &[2, 5, 29, 37];
    pub const FIDO_SERIAL_NUMBER: &[u32] = &[1, 3, 6, 1, 4, 1, 45_724, 1, 1, 2];
    pub const FIDO_AAGUID: &[u32] = &[1, 3, 6, 1, 4, 1, 45_724, 1, 1, 4];
    pub const ANDROID_KEY_DESCRIPTION: &[u32] = &[1, 3, 6, 1, 4, 1, 11_129, 2, 1, 17];
    pub const APPLE_NONCE: &[u32] = &[1, 2, 840, 113_635, 100, 8, 2];
}

impl CertificateSpec {
    /// A certificate of version 3, valid from 2024 on for a thousand years, with an empty subject and no extension.
    #[must_use]
    pub fn new(serial: Vec<u8>, key_info: Vec<u8>) -> Self {
        Self {
            version: 3,
            serial,
            signature_algorithm: der::sequence([der::oid(ECDSA_WITH_SHA256)]),
            issuer: None,
            not_before: "240101000000Z".to_owned(),
            not_after: "30240101000000Z".to_owned(),
            subject: Vec::new(),
            key_info,
            extensions: Vec::new(),
        }
    }

    /// Adds a relative name of one attribute.
    pub fn push_name(&mut self, oid: &[u32], value: Vec<u8>) {
        self.subject.push(vec![Attribute { oid: oid.to_vec(), value }]);
    }

    /// Sets the value of an attribute of the subject, or adds it.
    pub fn set_name(&mut self, oid: &[u32], value: Vec<u8>) {
        match self.subject.iter_mut().flatten().find(|attribute| attribute.oid == oid) {
            Some(attribute) => attribute.value = value,
            None => self.push_name(oid, value),
        }
    }

    /// Removes an attribute of the subject.
    pub fn remove_name(&mut self, oid: &[u32]) {
        self.subject.iter_mut().for_each(|relative| relative.retain(|attribute| attribute.oid != oid));
        self.subject.retain(|relative| !relative.is_empty());
    }

    /// The extension of this type.
    pub fn extension_mut(&mut self, oid: &[u32]) -> Option<&mut Extension> {
        self.extensions.iter_mut().find(|extension| extension.oid == oid)
    }

    /// Adds an extension at the end.
    pub fn push_extension(&mut self, oid: &[u32], critical: bool, value: Vec<u8>) {
        self.extensions.push(Extension { oid: oid.to_vec(), critical, value });
    }

    /// Removes an extension.
    pub fn remove_extension(&mut self, oid: &[u32]) {
        self.extensions.retain(|extension| extension.oid != oid);
    }

    /// The subject's name in DER.
    #[must_use]
    pub fn subject_der(&self) -> Vec<u8> {
        name(&self.subject)
    }

    /// Signs: the whole certificate in DER.
    pub(crate) fn sign(&self, issuer: &[u8], key: &dyn PrivateKey) -> Vec<u8> {
        let issuer = self.issuer.as_deref().unwrap_or(issuer);
        let mut parts = Vec::new();
        if self.version > 1 {
            parts.push(der::explicit(0, &der::integer(u32::from(self.version - 1))));
        }
        parts.push(der::unsigned(&self.serial));
        parts.push(self.signature_algorithm.clone());
        parts.push(issuer.to_vec());
        parts.push(der::sequence([time(&self.not_before), time(&self.not_after)]));
        parts.push(self.subject_der());
        parts.push(self.key_info.clone());
        if self.version == 3 && !self.extensions.is_empty() {
            parts.push(der::explicit(3, &der::sequence(self.extensions.iter().map(Extension::encode))));
        }
        let tbs = der::sequence(parts);
        let signature = key.sign(&tbs);
        der::sequence([tbs, self.signature_algorithm.clone(), der::bits(&signature)])
    }
}

impl Extension {
    fn encode(&self) -> Vec<u8> {
        let critical = if self.critical { der::boolean(true) } else { Vec::new() };
        der::sequence([der::oid(&self.oid), critical, der::octets(&self.value)])
    }
}

/// A name in DER.
#[must_use]
pub(crate) fn name(relative_names: &[Vec<Attribute>]) -> Vec<u8> {
    der::sequence(relative_names.iter().map(|relative| {
        der::set(relative.iter().map(|attribute| der::sequence([der::oid(&attribute.oid), attribute.value.clone()])))
    }))
}

fn time(text: &str) -> Vec<u8> {
    der::element(if text.len() == 13 { tag::UTC_TIME } else { tag::GENERALIZED_TIME }, text.as_bytes())
}

/// The contents of basicConstraints.
#[must_use]
pub fn basic_constraints(ca: bool, path_len: Option<u32>) -> Vec<u8> {
    let ca = if ca { der::boolean(true) } else { Vec::new() };
    der::sequence([ca, path_len.map(der::integer).unwrap_or_default()])
}

/// The contents of keyUsage: keyCertSign and cRLSign, or digitalSignature.
#[must_use]
pub fn key_usage(ca: bool) -> Vec<u8> {
    if ca { der::element(tag::BIT_STRING, &[1, 0x06]) } else { der::element(tag::BIT_STRING, &[7, 0x80]) }
}
