//! Certificates of the vectors, hand-built.

use super::der;
use super::keys::Key;
use super::prng::Prng;
use sha1::{Digest, Sha1};

/// The authority that issues every attestation certificate.
pub(super) struct Authority {
    key: Key,
    pub(super) certificate: Vec<u8>,
}

impl Authority {
    pub(super) fn new() -> Result<Self, String> {
        let mut prng = Prng::new("Attestation CA");
        let key = Key::draw(-7, &mut prng)?;
        let serial = prng.draw(16)?;
        let extensions = common_extensions(&key, None);
        let certificate = sign(&key, &serial, &name("Authenticator Attestation CA"), &key, &extensions)?;
        Ok(Self { key, certificate })
    }

    /// A leaf for `key` with the format's own extensions behind the common ones.
    pub(super) fn leaf(
        &self,
        key: &Key,
        serial: &[u8],
        empty_subject: bool,
        own: &[Vec<u8>],
    ) -> Result<Vec<u8>, String> {
        let subject = if empty_subject { der::sequence(&[]) } else { name("Authenticator Attestation") };
        let mut extensions = common_extensions(key, Some(&self.key));
        extensions.extend_from_slice(own);
        sign(&self.key, serial, &subject, key, &extensions)
    }
}

/// CN, O, OU, C: one attribute a relative name.
fn name(unit: &str) -> Vec<u8> {
    let attribute = |last, value| der::set_of(vec![der::sequence(&[der::oid(&[2, 5, 4, last]), value])]);
    der::sequence(&[
        attribute(3, der::utf8_string("WebAuthn test vectors")),
        attribute(10, der::utf8_string("W3C")),
        attribute(11, der::utf8_string(unit)),
        attribute(6, der::printable_string("AA")),
    ])
}

/// An extension.
pub(super) fn extension(oid: &[u32], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { der::boolean_true() } else { Vec::new() };
    der::sequence(&[der::oid(oid), critical, der::octet_string(value)])
}

/// basicConstraints, keyUsage, subjectKeyIdentifier, and for a leaf authorityKeyIdentifier.
fn common_extensions(key: &Key, issuer: Option<&Key>) -> Vec<Vec<u8>> {
    let identifier = |key: &Key| Sha1::digest(key.certified_bits()).to_vec();
    let (constraints, usage): (&[u8], &[u8]) = match issuer {
        None => (&[0x30, 0x03, 0x01, 0x01, 0xff], &[0x03, 0x02, 0x01, 0x06]),
        Some(_) => (&[0x30, 0x00], &[0x03, 0x02, 0x07, 0x80]),
    };
    let mut extensions = vec![
        extension(&[2, 5, 29, 19], true, constraints),
        extension(&[2, 5, 29, 15], true, usage),
        extension(&[2, 5, 29, 14], false, &der::octet_string(&identifier(key))),
    ];
    if let Some(issuer) = issuer {
        let value = der::sequence(&[der::implicit(0, &identifier(issuer))]);
        extensions.push(extension(&[2, 5, 29, 35], false, &value));
    }
    extensions
}

fn sign(issuer: &Key, serial: &[u8], subject: &[u8], key: &Key, extensions: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    let algorithm = der::sequence(&[der::oid(&[1, 2, 840, 10_045, 4, 3, 2])]);
    let tbs = der::sequence(&[
        der::explicit(0, &der::integer(&[2])),
        der::integer(serial),
        algorithm.clone(),
        name("Authenticator Attestation CA"),
        der::sequence(&[der::utc_time("240101000000Z"), der::generalized_time("30240101000000Z")]),
        subject.to_vec(),
        key.spki()?,
        der::explicit(3, &der::sequence(extensions)),
    ]);
    let signature = issuer.sign(&tbs)?;
    Ok(der::sequence(&[tbs, algorithm, der::bit_string(&signature)]))
}
