//! A COSE_Key, read with ciborium.

use super::cbor::without_simple_values;
use ceremony::{Curve, Hash, KeyMaterial, MlDsa, SignatureScheme};
use ciborium::Value;

/// What a public key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The COSE algorithm.
    pub algorithm: i64,
    /// What signatures are made with.
    pub scheme: SignatureScheme,
    /// x, n or pub.
    pub first: Vec<u8>,
    /// y or e; empty where there is none.
    pub second: Vec<u8>,
}

/// The scheme of an algorithm, the key type and the curve that belong to it: the registry of COSE, and WebAuthn §5.8.5.
pub const fn registry(algorithm: i64) -> Option<(SignatureScheme, i64, Option<i64>)> {
    use SignatureScheme as S;
    Some(match algorithm {
        -7 | -9 => (S::Ecdsa(Curve::P256, Hash::Sha256), 2, Some(1)),
        -35 | -51 => (S::Ecdsa(Curve::P384, Hash::Sha384), 2, Some(2)),
        -36 | -52 => (S::Ecdsa(Curve::P521, Hash::Sha512), 2, Some(3)),
        -47 => (S::Ecdsa(Curve::Secp256k1, Hash::Sha256), 2, Some(8)),
        -8 | -19 => (S::Ed25519, 1, Some(6)),
        -53 => (S::Ed448, 1, Some(7)),
        -257 => (S::RsaPkcs1(Hash::Sha256), 3, None),
        -258 => (S::RsaPkcs1(Hash::Sha384), 3, None),
        -259 => (S::RsaPkcs1(Hash::Sha512), 3, None),
        -65535 => (S::RsaPkcs1(Hash::Sha1), 3, None),
        -37 => (S::RsaPss(Hash::Sha256), 3, None),
        -38 => (S::RsaPss(Hash::Sha384), 3, None),
        -39 => (S::RsaPss(Hash::Sha512), 3, None),
        -48 => (S::MlDsa(MlDsa::MlDsa44), 7, None),
        -49 => (S::MlDsa(MlDsa::MlDsa65), 7, None),
        -50 => (S::MlDsa(MlDsa::MlDsa87), 7, None),
        _ => return None,
    })
}

/// Reads one item, and says how long it is.
pub fn value(bytes: &[u8]) -> Option<(Value, usize)> {
    let patched = without_simple_values(bytes);
    let mut rest = &*patched;
    let value = ciborium::from_reader(&mut rest).ok()?;
    Some((value, bytes.len() - rest.len()))
}

impl Key {
    /// Reads a key; `None` if it is none of a known algorithm with the type, curve and numbers that it needs.
    pub fn read(cose: &[u8]) -> Option<Self> {
        let (value, len) = value(cose)?;
        let entries = value.as_map()?;
        if len != cose.len() {
            return None;
        }
        let find = |label: i64| {
            let mut found = entries.iter().filter(|(key, _)| key.as_integer() == Some(label.into()));
            found.next().map(|(_, value)| value).filter(|_| found.next().is_none())
        };
        let int = |label| find(label).and_then(Value::as_integer).and_then(|int| i64::try_from(int).ok());
        let bytes = |label| find(label).and_then(Value::as_bytes).cloned();
        let algorithm = int(3)?;
        let (scheme, kty, crv) = registry(algorithm)?;
        if int(1)? != kty || (crv.is_some() && int(-1) != crv) {
            return None;
        }
        let (first, second) = match kty {
            1 => (bytes(-2)?, Vec::new()),
            2 => (bytes(-2)?, bytes(-3)?),
            3 => (bytes(-1)?, bytes(-2)?),
            _ => (bytes(-1)?, Vec::new()),
        };
        Some(Self { algorithm, scheme, first, second })
    }

    /// As verifiers take it.
    pub fn material(&self) -> KeyMaterial<'_> {
        let (first, second) = (&*self.first, &*self.second);
        match self.scheme {
            SignatureScheme::Ecdsa(..) => KeyMaterial::Ec2 { x: first, y: second },
            SignatureScheme::RsaPkcs1(_) | SignatureScheme::RsaPss(_) => KeyMaterial::Rsa { n: first, e: second },
            SignatureScheme::MlDsa(_) => KeyMaterial::Akp { public: first },
            _ => KeyMaterial::Okp { x: first },
        }
    }
}
