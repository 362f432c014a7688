//! Attestation statements of the vectors.

use super::cbor::Cbor;
use super::certificate::{Authority, extension};
use super::der;
use super::keys::{Key, Modulus};
use super::prng::Prng;
use sha2::{Digest, Sha256};

/// Which statement a vector has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    None,
    PackedSelf,
    Packed,
    Tpm,
    AndroidKey,
    Apple,
    FidoU2f,
    /// A packed statement with certificates, and a self attestation.
    Compound,
}

impl Format {
    pub(super) const fn identifier(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PackedSelf | Self::Packed => "packed",
            Self::Tpm => "tpm",
            Self::AndroidKey => "android-key",
            Self::Apple => "apple",
            Self::FidoU2f => "fido-u2f",
            Self::Compound => "compound",
        }
    }

    pub(super) const fn attestation_type(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PackedSelf => "self",
            Self::Packed | Self::AndroidKey | Self::FidoU2f => "basic",
            Self::Tpm => "attca",
            Self::Apple => "anonca",
            Self::Compound => "compound",
        }
    }

    pub(super) const fn has_certificates(self) -> bool {
        !matches!(self, Self::None | Self::PackedSelf)
    }

    const fn has_own_key(self) -> bool {
        matches!(self, Self::Packed | Self::Tpm | Self::FidoU2f | Self::Compound)
    }
}

/// What a format may draw: the attestation key, and the serial number of its certificate.
pub(super) struct Attester {
    key: Option<Key>,
    serial: Vec<u8>,
}

impl Attester {
    pub(super) fn draw(format: Format, alg: i64, prng: &mut Prng) -> Result<Self, String> {
        let modulus = if format == Format::Tpm { Modulus::Tpm } else { Modulus::Packed };
        let key = if format.has_own_key() { Some(Key::draw_or(alg, prng, modulus)?) } else { None };
        let serial = if format.has_certificates() { prng.draw(16)? } else { Vec::new() };
        Ok(Self { key, serial })
    }

    fn key(&self) -> Result<&Key, String> {
        self.key.as_ref().ok_or_else(|| "the format has no key of its own".to_owned())
    }
}

/// What is attested.
pub(super) struct Attested<'a> {
    pub(super) key: &'a Key,
    pub(super) credential_id: &'a [u8],
    pub(super) auth_data: &'a [u8],
    pub(super) client_data_hash: [u8; 32],
}

impl Attested<'_> {
    fn message(&self) -> Vec<u8> {
        [self.auth_data, &self.client_data_hash].concat()
    }
}

pub(super) fn make(
    format: Format,
    attested: &Attested<'_>,
    attester: &Attester,
    authority: &Authority,
) -> Result<Cbor, String> {
    match format {
        Format::None => Ok(Cbor::Map(Vec::new())),
        Format::PackedSelf => packed_self(attested),
        Format::Packed => {
            let key = attester.key()?;
            let leaf = authority.leaf(key, &attester.serial, false, &[])?;
            Ok(signed(key.alg, key.sign(&attested.message())?, leaf))
        }
        Format::AndroidKey => {
            let description = extension(&[1, 3, 6, 1, 4, 1, 11_129, 2, 1, 17], false, &key_description(attested));
            let leaf = authority.leaf(attested.key, &attester.serial, false, &[description])?;
            Ok(signed(attested.key.alg, attested.key.sign(&attested.message())?, leaf))
        }
        Format::Apple => {
            let nonce = der::sequence(&[der::explicit(1, &der::octet_string(&Sha256::digest(attested.message())))]);
            let own = extension(&[1, 2, 840, 113_635, 100, 8, 2], false, &nonce);
            let leaf = authority.leaf(attested.key, &attester.serial, false, &[own])?;
            Ok(Cbor::text_map([("x5c", Cbor::Array(vec![Cbor::Bytes(leaf)]))]))
        }
        Format::FidoU2f => {
            let key = attester.key()?;
            let leaf = authority.leaf(key, &attester.serial, false, &[])?;
            let rp_id_hash = attested.auth_data.get(..32).unwrap_or_default();
            let message =
                [&[0], rp_id_hash, &attested.client_data_hash, attested.credential_id, &attested.key.point()].concat();
            let sig = Cbor::Bytes(key.sign(&message)?);
            Ok(Cbor::text_map([("sig", sig), ("x5c", Cbor::Array(vec![Cbor::Bytes(leaf)]))]))
        }
        Format::Tpm => tpm(attested, attester, authority),
        Format::Compound => {
            let key = attester.key()?;
            let leaf = authority.leaf(key, &attester.serial, false, &[])?;
            let certified = signed(key.alg, key.sign(&attested.message())?, leaf);
            let element = |statement| Cbor::text_map([("fmt", Cbor::Text("packed")), ("attStmt", statement)]);
            Ok(Cbor::Array(vec![element(certified), element(packed_self(attested)?)]))
        }
    }
}

fn packed_self(attested: &Attested<'_>) -> Result<Cbor, String> {
    let sig = Cbor::Bytes(attested.key.sign(&attested.message())?);
    Ok(Cbor::text_map([("alg", Cbor::Int(attested.key.alg)), ("sig", sig)]))
}

/// `alg`, `sig`, and `x5c` of the leaf alone.
fn signed(alg: i64, sig: Vec<u8>, leaf: Vec<u8>) -> Cbor {
    let x5c = Cbor::Array(vec![Cbor::Bytes(leaf)]);
    Cbor::text_map([("alg", Cbor::Int(alg)), ("sig", Cbor::Bytes(sig)), ("x5c", x5c)])
}

fn key_description(attested: &Attested<'_>) -> Vec<u8> {
    let purpose = der::explicit(1, &der::set_of(vec![der::integer(&[2])]));
    let origin = der::explicit(702, &der::integer(&[0]));
    der::sequence(&[
        der::integer(&[0x01, 0x2c]),
        der::enumerated(0),
        der::integer(&[0]),
        der::enumerated(0),
        der::octet_string(&attested.client_data_hash),
        der::octet_string(&[]),
        der::sequence(&[]),
        der::sequence(&[purpose, origin]),
    ])
}

fn tpm(attested: &Attested<'_>, attester: &Attester, authority: &Authority) -> Result<Cbor, String> {
    let key = attester.key()?;
    let pub_area = pub_area(attested.key);
    let cert_info = [
        &[0xff, 0x54, 0x43, 0x47, 0x80, 0x17],
        buffer(&[]).as_slice(),
        &buffer(&key.hash(&attested.message())?),
        &[0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x22, 0x22, 0x33],
        &[0; 8],
        &buffer(&[&[0x00, 0x0b], Sha256::digest(&pub_area).as_slice()].concat()),
        &buffer(&[]),
    ]
    .concat();
    let attribute = |last, text| der::sequence(&[der::oid(&[2, 23, 133, 2, last]), der::utf8_string(text)]);
    let relative = der::set_of(vec![
        attribute(1, "id:00000000"),
        attribute(2, "WebAuthn test vectors"),
        attribute(3, "id:00000000"),
    ]);
    let names = der::sequence(&[der::explicit(4, &der::sequence(&[relative]))]);
    let own = [
        extension(&[2, 5, 29, 37], false, &der::sequence(&[der::oid(&[2, 23, 133, 8, 3])])),
        extension(&[2, 5, 29, 17], true, &names),
    ];
    let leaf = authority.leaf(key, &attester.serial, true, &own)?;
    Ok(Cbor::text_map([
        ("alg", Cbor::Int(key.alg)),
        ("sig", Cbor::Bytes(key.sign(&cert_info)?)),
        ("ver", Cbor::Text("2.0")),
        ("x5c", Cbor::Array(vec![Cbor::Bytes(leaf)])),
        ("pubArea", Cbor::Bytes(pub_area)),
        ("certInfo", Cbor::Bytes(cert_info)),
    ]))
}

/// TPMT_PUBLIC of a key on P-256, or of an RSA key.
fn pub_area(key: &Key) -> Vec<u8> {
    let common = [0x00, 0x0b, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x10];
    if let Some(n) = key.modulus() {
        let bits = u16::try_from(n.len() * 8).unwrap_or(u16::MAX).to_be_bytes();
        return [&[0x00, 0x01], &common[..], &bits, &[0; 4], &buffer(&n)].concat();
    }
    let (x, y) = key.coordinates();
    [&[0x00, 0x23], &common[..], &[0x00, 0x03, 0x00, 0x10], &buffer(&x), &buffer(&y)].concat()
}

/// A buffer behind its 16-bit length.
fn buffer(bytes: &[u8]) -> Vec<u8> {
    let len = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&len.to_be_bytes(), bytes].concat()
}
