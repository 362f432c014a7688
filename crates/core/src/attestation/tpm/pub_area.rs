//! `TPMT_PUBLIC` (TPM 2.0, part 2, §12.2.4): a key's public part.

use super::structure::{Structure, hash};
use crate::cose::{CredentialPublicKey, KeyMaterial};
use crate::verifier::{Curve, Hash, SignatureScheme};

const TPM_ALG_RSA: u16 = 0x0001;
const TPM_ALG_NULL: u16 = 0x0010;
const TPM_ALG_ECC: u16 = 0x0023;
const TPM_ALG_RSAES: u16 = 0x0015;
const TPM_ALG_ECDAA: u16 = 0x001a;

/// What a zero in the exponent field stands for.
const DEFAULT_EXPONENT: u32 = 65_537;

/// What the format looks at.
pub(super) struct PubArea<'a> {
    pub(super) name_alg: u16,
    unique: Unique<'a>,
}

/// The key itself.
enum Unique<'a> {
    Rsa { n: &'a [u8], e: u32, bits: u16 },
    Ecc { curve: Curve, x: &'a [u8], y: &'a [u8] },
}

impl<'a> PubArea<'a> {
    /// Reads the structure; nothing may follow it.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut from = Structure::new(bytes);
        let kind = from.u16()?;
        let name_alg = from.u16()?;
        // objectAttributes, authPolicy
        from.u32()?;
        from.buffer()?;
        symmetric(&mut from)?;
        scheme(&mut from)?;
        let unique = match kind {
            TPM_ALG_RSA => {
                let bits = from.u16()?;
                let e = match from.u32()? {
                    0 => DEFAULT_EXPONENT,
                    e => e,
                };
                Unique::Rsa { n: from.buffer()?, e, bits }
            }
            TPM_ALG_ECC => {
                let curve = match from.u16()? {
                    3 => Curve::P256,
                    4 => Curve::P384,
                    5 => Curve::P521,
                    _ => return None,
                };
                key_derivation(&mut from)?;
                Unique::Ecc { curve, x: from.buffer()?, y: from.buffer()? }
            }
            _ => return None,
        };
        from.end()?;
        Some(Self { name_alg, unique })
    }

    /// The hash that the key's name is made with.
    pub(super) const fn name_hash(&self) -> Option<Hash> {
        hash(self.name_alg)
    }

    /// Whether it is this key: numbers are compared, however they are padded.
    pub(super) fn is_key(&self, key: &CredentialPublicKey) -> bool {
        match (&self.unique, key.material(), key.algorithm().scheme()) {
            (Unique::Rsa { n, e, bits }, KeyMaterial::Rsa { n: of_key, e: e_of_key }, _) => {
                same_number(n, of_key)
                    && same_number(&e.to_be_bytes(), e_of_key)
                    && of_key.len() == usize::from(*bits).div_ceil(8)
            }
            (
                Unique::Ecc { curve, x, y },
                KeyMaterial::Ec2 { x: x_of_key, y: y_of_key },
                SignatureScheme::Ecdsa(of_key, _),
            ) => *curve == of_key && same_number(x, x_of_key) && same_number(y, y_of_key),
            _ => false,
        }
    }
}

/// `TPMT_SYM_DEF_OBJECT`: for a key that signs, none.
fn symmetric(from: &mut Structure<'_>) -> Option<()> {
    if from.u16()? != TPM_ALG_NULL {
        // keyBits and mode of a storage key
        from.u16()?;
        from.u16()?;
    }
    Some(())
}

/// `TPMT_RSA_SCHEME` and `TPMT_ECC_SCHEME`: most have a hash behind them.
fn scheme(from: &mut Structure<'_>) -> Option<()> {
    match from.u16()? {
        TPM_ALG_NULL | TPM_ALG_RSAES => {}
        // A hash and a counter.
        TPM_ALG_ECDAA => {
            from.u16()?;
            from.u16()?;
        }
        _ => {
            from.u16()?;
        }
    }
    Some(())
}

/// `TPMT_KDF_SCHEME`.
fn key_derivation(from: &mut Structure<'_>) -> Option<()> {
    if from.u16()? != TPM_ALG_NULL {
        from.u16()?;
    }
    Some(())
}

/// Whether two big-endian numbers are equal.
fn same_number(one: &[u8], other: &[u8]) -> bool {
    trimmed(one) == trimmed(other)
}

fn trimmed(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    number.get(start..).unwrap_or_default()
}
