//! Keys and certificates, made with a small DER writer.

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};

pub(crate) const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
pub(crate) const CLIENT_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).expect("a scalar")
}

pub(crate) fn sign_der(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(message);
    signature.to_der().as_bytes().to_vec()
}

pub(crate) fn sign_raw(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(message);
    signature.to_bytes().to_vec()
}

pub(crate) fn point(key: &SigningKey) -> Vec<u8> {
    key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
}

pub(crate) fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = contents.len();
    let header = match len {
        0..0x80 => vec![tag, len as u8],
        0x80..0x100 => vec![tag, 0x81, len as u8],
        _ => vec![tag, 0x82, (len >> 8) as u8, len as u8],
    };
    [header, contents.to_vec()].concat()
}

pub(crate) fn seq(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

pub(crate) fn oid(contents: &[u8]) -> Vec<u8> {
    tlv(0x06, contents)
}

/// C=SE, O=Maker, OU=Authenticator Attestation, CN=`name`: what packed attestation asks of a leaf.
pub(crate) fn name(name: &str) -> Vec<u8> {
    let attribute =
        |id: u8, tag: u8, text: &str| tlv(0x31, &seq(&[&oid(&[0x55, 0x04, id]), &tlv(tag, text.as_bytes())]));
    seq(&[
        &attribute(6, 0x13, "SE"),
        &attribute(10, 0x0c, "Maker"),
        &attribute(11, 0x0c, "Authenticator Attestation"),
        &attribute(3, 0x0c, name),
    ])
}

pub(crate) fn spki(key: &SigningKey) -> Vec<u8> {
    let algorithm = seq(&[
        &oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]),
        &oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]),
    ]);
    seq(&[&algorithm, &tlv(0x03, &[&[0][..], &point(key)].concat())])
}

pub(crate) fn extension(id: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[0x01, 0x01, 0xff] } else { &[] };
    seq(&[&oid(id), critical, &tlv(0x04, value)])
}

pub(crate) fn basic_constraints(ca: bool) -> Vec<u8> {
    extension(&[0x55, 0x1d, 0x13], true, &if ca { seq(&[&[0x01, 0x01, 0xff]]) } else { seq(&[]) })
}

pub(crate) fn purposes(purposes: &[&[u8]]) -> Vec<u8> {
    let list: Vec<u8> = purposes.iter().flat_map(|purpose| oid(purpose)).collect();
    extension(&[0x55, 0x1d, 0x25], false, &seq(&[&list]))
}

pub(crate) fn hosts(hosts: &[&str]) -> Vec<u8> {
    let list: Vec<u8> = hosts.iter().flat_map(|host| tlv(0x82, host.as_bytes())).collect();
    extension(&[0x55, 0x1d, 0x11], false, &seq(&[&list]))
}

/// A certificate to be.
pub(crate) struct Template<'a> {
    pub(crate) subject: &'a str,
    pub(crate) spki: Vec<u8>,
    pub(crate) issuer: &'a str,
    pub(crate) serial: u8,
    pub(crate) not_after: &'a str,
    pub(crate) extensions: Vec<Vec<u8>>,
}

impl<'a> Template<'a> {
    pub(crate) fn new(subject: &'a str, spki: Vec<u8>, issuer: &'a str) -> Self {
        Self { subject, spki, issuer, serial: 7, not_after: "20400101000000Z", extensions: Vec::new() }
    }

    pub(crate) fn with(mut self, extension: Vec<u8>) -> Self {
        self.extensions.push(extension);
        self
    }

    pub(crate) fn sign(&self, issuer_key: &SigningKey) -> Vec<u8> {
        let algorithm = seq(&[&oid(ECDSA_SHA256)]);
        let validity = seq(&[&tlv(0x18, b"20200101000000Z"), &tlv(0x18, self.not_after.as_bytes())]);
        let extensions = tlv(0xa3, &seq(&[&self.extensions.concat()]));
        let tbs = seq(&[
            &[0xa0, 0x03, 0x02, 0x01, 0x02],
            &tlv(0x02, &[self.serial]),
            &algorithm,
            &name(self.issuer),
            &validity,
            &name(self.subject),
            &self.spki,
            if self.extensions.is_empty() { &[] } else { &extensions },
        ]);
        let signature = sign_der(issuer_key, &tbs);
        seq(&[&tbs, &algorithm, &tlv(0x03, &[&[0][..], &signature].concat())])
    }
}

/// A self-signed authority.
pub(crate) fn authority(subject: &str, key: &SigningKey) -> Vec<u8> {
    Template::new(subject, spki(key), subject).with(basic_constraints(true)).sign(key)
}
