//! Certificates as the specification's test vectors have them: country AA, valid to the year 3024.

use super::der::{attribute, bits, explicit, integer, octets, oid, sequence, set, tlv, utf8};
use super::{point, sign};
use alloc::vec;
use alloc::vec::Vec;
use p256::ecdsa::SigningKey;

const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// A certificate to be.
#[derive(Clone)]
pub(crate) struct Cert {
    version: u16,
    subject: Vec<u8>,
    key_info: Vec<u8>,
    extensions: Vec<(Vec<u8>, bool, Vec<u8>)>,
}

fn name(unit: &str) -> Vec<u8> {
    let part = |kind: u8, value| set(&[attribute(&[0x55, 0x04, kind], value)]);
    sequence(&[
        part(0x03, utf8("WebAuthn test vectors")),
        part(0x0a, utf8("W3C")),
        part(0x0b, utf8(unit)),
        part(0x06, tlv(0x13, b"AA")),
    ])
}

impl Cert {
    pub(crate) const BASIC_CONSTRAINTS: &'static [u8] = &[0x55, 0x1d, 0x13];

    /// A leaf for a key on P-256.
    pub(crate) fn leaf(key: &SigningKey) -> Self {
        Self::of_curve(P256, &point(key))
    }

    /// A leaf for a point on a named curve.
    pub(crate) fn of_curve(curve: &[u8], point: &[u8]) -> Self {
        Self::of_key(sequence(&[sequence(&[oid(EC_PUBLIC_KEY), oid(curve)]), bits(point)]))
    }

    /// A leaf for an RSA key with the exponent 65537.
    pub(crate) fn of_rsa(modulus: &[u8]) -> Self {
        let modulus = tlv(0x02, &[&[0], modulus].concat());
        let numbers = sequence(&[modulus, tlv(0x02, &[1, 0, 1])]);
        Self::of_key(sequence(&[sequence(&[oid(RSA_ENCRYPTION), vec![0x05, 0x00]]), bits(&numbers)]))
    }

    /// A leaf for a key of Ed25519.
    pub(crate) fn of_ed25519(point: &[u8]) -> Self {
        Self::of_key(sequence(&[sequence(&[oid(&[0x2b, 0x65, 0x70])]), bits(point)]))
    }

    fn of_key(key_info: Vec<u8>) -> Self {
        Self { version: 2, subject: name("Authenticator Attestation"), key_info, extensions: Vec::new() }
            .with(Self::BASIC_CONSTRAINTS, true, sequence(&[]))
            .with(&[0x55, 0x1d, 0x0f], true, vec![0x03, 0x02, 0x07, 0x80])
    }

    /// With an extension, instead of one of the same type if there is one.
    pub(crate) fn with(mut self, kind: &[u8], critical: bool, value: Vec<u8>) -> Self {
        self.extensions.retain(|(known, ..)| known != kind);
        self.extensions.push((kind.to_vec(), critical, value));
        self
    }

    pub(crate) fn without(mut self, kind: &[u8]) -> Self {
        self.extensions.retain(|(known, ..)| known != kind);
        self
    }

    /// With a subject of these attributes, each in a relative name of its own.
    pub(crate) fn with_subject_of(mut self, attributes: &[Vec<u8>]) -> Self {
        self.subject = sequence(&attributes.iter().map(|one| set(core::slice::from_ref(one))).collect::<Vec<_>>());
        self
    }

    pub(crate) fn with_empty_subject(self) -> Self {
        self.with_subject_of(&[])
    }

    pub(crate) fn with_subject(mut self) -> Self {
        self.subject = name("Authenticator Attestation");
        self
    }

    /// Of version 1, which has no extensions.
    pub(crate) fn of_version_1(mut self) -> Self {
        self.version = 0;
        self.extensions.clear();
        self
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        let algorithm = sequence(&[oid(ECDSA_WITH_SHA256)]);
        let validity = sequence(&[tlv(0x17, b"240101000000Z"), tlv(0x18, b"30240101000000Z")]);
        let extensions = self.extensions.iter().map(|(kind, critical, value)| {
            let critical = if *critical { vec![0x01, 0x01, 0xff] } else { vec![] };
            sequence(&[oid(kind), critical, octets(value)])
        });
        let extensions = extensions.collect::<Vec<_>>();
        let tbs = sequence(&[
            if self.version == 0 { vec![] } else { explicit(0, &integer(self.version)) },
            tlv(0x02, &[0x5a; 16]),
            algorithm.clone(),
            name("Authenticator Attestation CA"),
            validity,
            self.subject.clone(),
            self.key_info.clone(),
            if extensions.is_empty() { vec![] } else { explicit(3, &sequence(&extensions)) },
        ]);
        let signature = sign(&SigningKey::from_slice(&[0x77; 32]).unwrap(), &tbs);
        sequence(&[tbs, algorithm, bits(&signature)])
    }
}
