//! SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 5480, RFC 8410).

use super::der::Der;
use crate::cose::KeyMaterial;
use crate::error::CertificateFault;
use crate::verifier::Curve;
use der::Tag;

/// The key types that certificates are read with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubjectPublicKey<'a> {
    /// A point on a named curve, uncompressed.
    Ec {
        /// The curve.
        curve: Curve,
        /// As long as the curve's field.
        x: &'a [u8],
        /// As long as `x`.
        y: &'a [u8],
    },
    /// An RSA key.
    Rsa {
        /// The modulus, without leading zeros.
        n: &'a [u8],
        /// The exponent, without leading zeros.
        e: &'a [u8],
    },
    /// A compressed point of Ed25519: 32 bytes.
    Ed25519(&'a [u8]),
}

const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
const SECP256K1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x0a];
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

impl<'a> SubjectPublicKey<'a> {
    /// Reads the contents of a SubjectPublicKeyInfo.
    ///
    /// # Errors
    ///
    /// [`CertificateFault::Der`] if it is none, [`CertificateFault::KeyType`] for a key type that is not known.
    pub(super) fn parse(contents: &'a [u8]) -> Result<Self, CertificateFault> {
        let mut info = Der::new(contents);
        let mut algorithm = info.sequence()?;
        let bits = info.bits()?;
        info.end()?;
        let oid = algorithm.oid()?;
        if oid == EC_PUBLIC_KEY {
            let curve = match algorithm.oid()? {
                P256 => Curve::P256,
                P384 => Curve::P384,
                P521 => Curve::P521,
                SECP256K1 => Curve::Secp256k1,
                _ => return Err(CertificateFault::KeyType),
            };
            algorithm.end()?;
            let [0x04, point @ ..] = bits else { return Err(CertificateFault::KeyType) };
            match point.split_at_checked(curve.field_len()) {
                Some((x, y)) if y.len() == x.len() => Ok(Self::Ec { curve, x, y }),
                _ => Err(CertificateFault::Der),
            }
        } else if oid == RSA_ENCRYPTION {
            // "The parameters field MUST have ASN.1 type NULL" (RFC 3279 §2.3.1); some leave it out.
            if !algorithm.is_empty() {
                algorithm.null()?;
            }
            algorithm.end()?;
            let mut outer = Der::new(bits);
            let mut numbers = outer.sequence()?;
            outer.end()?;
            let (n, e) = (unsigned(&mut numbers)?, unsigned(&mut numbers)?);
            numbers.end()?;
            Ok(Self::Rsa { n, e })
        } else if oid == ED25519 {
            algorithm.end()?;
            if bits.len() == 32 { Ok(Self::Ed25519(bits)) } else { Err(CertificateFault::Der) }
        } else {
            Err(CertificateFault::KeyType)
        }
    }

    /// The key's numbers, for a [`SignatureVerifier`](crate::SignatureVerifier).
    #[must_use]
    pub const fn material(&self) -> KeyMaterial<'a> {
        match *self {
            Self::Ec { x, y, .. } => KeyMaterial::Ec2 { x, y },
            Self::Rsa { n, e } => KeyMaterial::Rsa { n, e },
            Self::Ed25519(x) => KeyMaterial::Okp { x },
        }
    }
}

/// The magnitude of a positive INTEGER.
fn unsigned<'a>(from: &mut Der<'a>) -> Result<&'a [u8], CertificateFault> {
    match from.contents(Tag::Integer)? {
        [0, magnitude @ ..] if magnitude.first().is_some_and(|high| *high >= 0x80) => Ok(magnitude),
        magnitude @ [0x01..=0x7f, ..] => Ok(magnitude),
        _ => Err(CertificateFault::Der),
    }
}
