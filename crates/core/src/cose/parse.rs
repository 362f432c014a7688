//! Reading a COSE_Key (RFC 9053 §7, RFC 8230 §4, RFC 9964).

use super::layout::{Layout, Slot};
use super::{Algorithm, usual};
use crate::cbor::{self, CborFault, CborLimits, Key, Kind, Reader};
use crate::error::KeyFault;
use crate::verifier::{Curve, SignatureScheme};

/// A COSE_Key has five entries; `key_ops` nests once. The rest is room for parameters that nobody needs.
pub(super) const LIMITS: CborLimits = CborLimits { depth: 4, entries: 32, items: 128 };

const KTY_OKP: i64 = 1;
const KTY_EC2: i64 = 2;
const KTY_RSA: i64 = 3;
const KTY_AKP: i64 = 7;
const CRV_ED25519: i64 = 6;
const CRV_ED448: i64 = 7;

/// A parameter's value, as far as any public key needs it.
#[derive(Clone, Copy)]
enum Value {
    Int(i64),
    Bytes(Slot),
    Other,
}

/// The parameters that say what a key is.
#[derive(Default)]
struct Parameters {
    kty: Option<Value>,
    alg: Option<Value>,
    /// Labels -1, -2 and -3.
    own: [Option<Value>; 3],
    /// Labels -4 to -12, which hold private numbers in EC2, OKP or RSA keys.
    has_further: bool,
    /// Any other label.
    has_extra: bool,
}

impl From<CborFault> for KeyFault {
    fn from(_: CborFault) -> Self {
        Self::NotCoseKey
    }
}

pub(super) fn parse(cose: &[u8], strict: bool) -> Result<(Algorithm, Layout), KeyFault> {
    usual::read(cose).map_or_else(|| parse_cbor(cose, strict), Ok)
}

/// As [`parse`], in whatever form the key is written.
pub(super) fn parse_cbor(cose: &[u8], strict: bool) -> Result<(Algorithm, Layout), KeyFault> {
    cbor::check_all(cose, &LIMITS)?;
    let parameters = Parameters::read(cose)?;
    let kty = int(parameters.kty)?;
    let alg = int(parameters.alg)?;
    let algorithm = Algorithm::from_id(alg).ok_or(KeyFault::UnknownAlgorithm)?;
    if parameters.has_further {
        return Err(KeyFault::PrivateKey);
    }
    let [first, second, third] = parameters.own;
    let mut has_extra = parameters.has_extra;
    let layout = match (algorithm.scheme(), kty) {
        (SignatureScheme::Ecdsa(curve, _), KTY_EC2) => {
            crv(first, ec2_crv(curve))?;
            Layout { first: bytes(second)?, second: bytes(third)? }
        }
        (scheme @ (SignatureScheme::Ed25519 | SignatureScheme::Ed448), KTY_OKP) => {
            crv(first, if scheme == SignatureScheme::Ed448 { CRV_ED448 } else { CRV_ED25519 })?;
            has_extra |= third.is_some();
            Layout { first: bytes(second)?, second: Slot::EMPTY }
        }
        (SignatureScheme::RsaPkcs1(_) | SignatureScheme::RsaPss(_), KTY_RSA) => {
            if third.is_some() {
                return Err(KeyFault::PrivateKey);
            }
            Layout { first: bytes(first)?, second: bytes(second)? }
        }
        (SignatureScheme::MlDsa(_), KTY_AKP) => {
            if second.is_some() {
                return Err(KeyFault::PrivateKey);
            }
            has_extra |= third.is_some();
            Layout { first: bytes(first)?, second: Slot::EMPTY }
        }
        _ => return Err(KeyFault::WrongType),
    };
    if strict && has_extra {
        return Err(KeyFault::ExtraParameter);
    }
    Ok((algorithm, layout))
}

impl Parameters {
    fn read(cose: &[u8]) -> Result<Self, KeyFault> {
        let mut parameters = Self::default();
        let mut reader = Reader::new(cose);
        for _ in 0..reader.map()? {
            let key = reader.key()?;
            let value = value(&mut reader)?;
            match key {
                Key::Int(1) => parameters.kty = Some(value),
                Key::Int(3) => parameters.alg = Some(value),
                Key::Int(-1) => parameters.own[0] = Some(value),
                Key::Int(-2) => parameters.own[1] = Some(value),
                Key::Int(-3) => parameters.own[2] = Some(value),
                Key::Int(-12..=-4) => parameters.has_further = true,
                Key::Int(_) | Key::Text(_) => parameters.has_extra = true,
            }
        }
        Ok(parameters)
    }
}

fn value(reader: &mut Reader<'_>) -> Result<Value, KeyFault> {
    match reader.kind()? {
        Kind::Int => Ok(Value::Int(reader.int()?)),
        Kind::Bytes => {
            let len = reader.bytes()?.len();
            let end = reader.position();
            Slot::new(&(end.saturating_sub(len)..end)).map(Value::Bytes).ok_or(KeyFault::NotCoseKey)
        }
        _ => {
            reader.skip()?;
            Ok(Value::Other)
        }
    }
}

fn int(value: Option<Value>) -> Result<i64, KeyFault> {
    match value {
        Some(Value::Int(value)) => Ok(value),
        Some(_) => Err(KeyFault::BadParameter),
        None => Err(KeyFault::MissingParameter),
    }
}

fn bytes(value: Option<Value>) -> Result<Slot, KeyFault> {
    match value {
        Some(Value::Bytes(slot)) => Ok(slot),
        // A boolean y is a compressed point, which WebAuthn forbids.
        Some(_) => Err(KeyFault::BadParameter),
        None => Err(KeyFault::MissingParameter),
    }
}

const fn ec2_crv(curve: Curve) -> i64 {
    match curve {
        Curve::P256 => 1,
        Curve::P384 => 2,
        Curve::P521 => 3,
        Curve::Secp256k1 => 8,
    }
}

fn crv(value: Option<Value>, expected: i64) -> Result<(), KeyFault> {
    if int(value)? == expected { Ok(()) } else { Err(KeyFault::WrongType) }
}
