//! Writes DER, and certificates in which every part can be set wrong.

use super::toy;
use crate::verifier::{Curve, Hash, SignatureScheme};
use std::vec;
use std::vec::Vec;

pub(super) fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = contents.len();
    let head = match u8::try_from(len) {
        Ok(len @ 0..=0x7f) => vec![tag, len],
        Ok(len) => vec![tag, 0x81, len],
        Err(_) => vec![tag, 0x82, u8::try_from(len >> 8).unwrap(), u8::try_from(len & 0xff).unwrap()],
    };
    [&head, contents].concat()
}

pub(super) fn seq(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

pub(super) fn bits(bytes: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], bytes].concat())
}

/// A name with one attribute, the common name.
pub(super) fn name(common_name: &str) -> Vec<u8> {
    let attribute = seq(&[&tlv(0x06, &[0x55, 0x04, 0x03]), &tlv(0x0c, common_name.as_bytes())]);
    seq(&[&tlv(0x31, &attribute)])
}

pub(super) fn utc(text: &str) -> Vec<u8> {
    tlv(0x17, text.as_bytes())
}

pub(super) fn extension(last_arc: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[0x01, 0x01, 0xff] } else { &[] };
    seq(&[&tlv(0x06, &[0x55, 0x1d, last_arc]), critical, &tlv(0x04, value)])
}

pub(super) fn basic_constraints(ca: bool, path_len: Option<u8>) -> Vec<u8> {
    let ca: &[u8] = if ca { &[0x01, 0x01, 0xff] } else { &[] };
    let path_len = path_len.map(|most| tlv(0x02, &[most])).unwrap_or_default();
    extension(19, true, &seq(&[ca, &path_len]))
}

/// keyCertSign and cRLSign.
pub(super) fn key_usage_of_ca() -> Vec<u8> {
    extension(15, true, &[0x03, 0x02, 0x01, 0x06])
}

/// AlgorithmIdentifier of ecdsa-with-SHA256.
pub(super) fn ecdsa_with_sha256() -> Vec<u8> {
    seq(&[&tlv(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])])
}

pub(super) fn ec_key(curve: &[u8], point: &[u8]) -> Vec<u8> {
    let algorithm = seq(&[&tlv(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]), &tlv(0x06, curve)]);
    seq(&[&algorithm, &bits(&[&[0x04], point].concat())])
}

pub(super) const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
pub(super) const ES256: SignatureScheme = SignatureScheme::Ecdsa(Curve::P256, Hash::Sha256);

/// The P-256 key of a number, for the toy verifier.
pub(super) fn key(number: u8) -> Vec<u8> {
    ec_key(P256, &[number; 64])
}

/// What a certificate is written from. All parts but the serial number are whole elements.
#[derive(Clone, Debug)]
pub(super) struct Cert {
    pub(super) version: Option<u8>,
    pub(super) serial: Vec<u8>,
    pub(super) algorithm: Vec<u8>,
    pub(super) issuer: Vec<u8>,
    pub(super) not_before: Vec<u8>,
    pub(super) not_after: Vec<u8>,
    pub(super) subject: Vec<u8>,
    pub(super) key: Vec<u8>,
    /// Between key and extensions.
    pub(super) unique: Vec<u8>,
    pub(super) extensions: Vec<Vec<u8>>,
}

impl Cert {
    pub(super) fn leaf(issuer: &str, subject: &str, number: u8) -> Self {
        Self {
            version: Some(2),
            serial: vec![number],
            algorithm: ecdsa_with_sha256(),
            issuer: name(issuer),
            not_before: utc("200101000000Z"),
            not_after: utc("300101000000Z"),
            subject: name(subject),
            key: key(number),
            unique: Vec::new(),
            extensions: vec![basic_constraints(false, None)],
        }
    }

    pub(super) fn authority(issuer: &str, subject: &str, number: u8) -> Self {
        let extensions = vec![basic_constraints(true, None), key_usage_of_ca()];
        Self { extensions, ..Self::leaf(issuer, subject, number) }
    }

    pub(super) fn with(mut self, extension: Vec<u8>) -> Self {
        self.extensions.push(extension);
        self
    }

    pub(super) fn tbs(&self) -> Vec<u8> {
        let version = self.version.map(|number| tlv(0xa0, &tlv(0x02, &[number]))).unwrap_or_default();
        let extensions = match self.extensions.is_empty() {
            true => Vec::new(),
            false => tlv(0xa3, &tlv(0x30, &self.extensions.concat())),
        };
        seq(&[
            &version,
            &tlv(0x02, &self.serial),
            &self.algorithm,
            &self.issuer,
            &seq(&[&self.not_before, &self.not_after]),
            &self.subject,
            &self.key,
            &self.unique,
            &extensions,
        ])
    }

    /// Signed with the key of a number, for the toy verifier.
    pub(super) fn signed(&self, by: u8) -> Vec<u8> {
        self.signed_as(ES256, &key(by))
    }

    /// Signed under a scheme with the key that is given, for the toy verifier.
    pub(super) fn signed_as(&self, scheme: SignatureScheme, key: &[u8]) -> Vec<u8> {
        let tbs = self.tbs();
        self.with_signature(&toy::sign(scheme, key, &tbs))
    }

    pub(super) fn with_signature(&self, signature: &[u8]) -> Vec<u8> {
        seq(&[&self.tbs(), &self.algorithm, &bits(signature)])
    }
}
