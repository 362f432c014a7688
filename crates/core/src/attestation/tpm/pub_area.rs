//! `pubArea`: a TPMT_PUBLIC structure (TPM 2.0 Part 2, §12.2.4).

use super::digest::{digest, of_tpm};
use super::fields::Fields;
use crate::cose::{CredentialPublicKey, KeyMaterial};
use crate::error::RejectionReason;
use crate::verifier::{Curve, Hash, SignatureScheme};
use alloc::vec::Vec;

const TPM_ALG_RSA: u16 = 0x0001;
const TPM_ALG_ECC: u16 = 0x0023;
const TPM_ALG_NULL: u16 = 0x0010;
/// An RSA scheme without parameters.
const TPM_ALG_RSAES: u16 = 0x0015;
/// An elliptic curve scheme with a counter behind its hash.
const TPM_ALG_ECDAA: u16 = 0x001a;

/// What an exponent of 0 stands for.
const DEFAULT_EXPONENT: u32 = 65537;

/// The public area of a TPM's key.
pub(super) struct PubArea<'a> {
    bytes: &'a [u8],
    name_alg: u16,
    key: Key<'a>,
}

/// The parameters and unique fields that make the key.
enum Key<'a> {
    Rsa {
        exponent: u32,
        modulus: &'a [u8],
    },
    /// No curve if it is none that a credential key can be on.
    Ecc {
        curve: Option<Curve>,
        x: &'a [u8],
        y: &'a [u8],
    },
}

impl<'a> PubArea<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, RejectionReason> {
        let mut from = Fields::new(bytes);
        let kind = from.u16()?;
        let name_alg = from.u16()?;
        let _object_attributes = from.u32()?;
        let _auth_policy = from.sized()?;
        let key = match kind {
            TPM_ALG_RSA => Key::rsa(&mut from)?,
            TPM_ALG_ECC => Key::ecc(&mut from)?,
            _ => return Err(RejectionReason::AttestationStatement),
        };
        from.end()?;
        Ok(Self { bytes, name_alg, key })
    }

    /// Whether this is the credential public key. Numbers are compared as such: their lengths may differ.
    pub(super) fn is_key(&self, key: &CredentialPublicKey) -> bool {
        match (&self.key, key.algorithm().scheme(), key.material()) {
            (Key::Rsa { exponent, modulus }, _, KeyMaterial::Rsa { n, e }) => {
                trimmed(modulus) == trimmed(n) && trimmed(&exponent.to_be_bytes()) == trimmed(e)
            }
            (Key::Ecc { curve, x, y }, SignatureScheme::Ecdsa(of_key, _), KeyMaterial::Ec2 { x: key_x, y: key_y }) => {
                *curve == Some(of_key) && trimmed(x) == trimmed(key_x) && trimmed(y) == trimmed(key_y)
            }
            _ => false,
        }
    }

    /// The key's Name (TPM 2.0 Part 1, §16): nameAlg, then the hash of the public area by that algorithm.
    pub(super) fn name(&self, allow_sha1: bool) -> Result<Vec<u8>, RejectionReason> {
        let hash = of_tpm(self.name_alg).filter(|hash| *hash != Hash::Sha1 || allow_sha1);
        let hash = hash.ok_or(RejectionReason::AttestationAlgorithm)?;
        let mut name = self.name_alg.to_be_bytes().to_vec();
        name.extend(digest(hash, &[self.bytes]));
        Ok(name)
    }
}

impl<'a> Key<'a> {
    /// TPMS_RSA_PARMS and TPM2B_PUBLIC_KEY_RSA.
    fn rsa(from: &mut Fields<'a>) -> Result<Self, RejectionReason> {
        symmetric(from)?;
        let scheme = from.u16()?;
        if scheme != TPM_ALG_NULL && scheme != TPM_ALG_RSAES {
            let _hash = from.u16()?;
        }
        let _key_bits = from.u16()?;
        let exponent = match from.u32()? {
            0 => DEFAULT_EXPONENT,
            exponent => exponent,
        };
        Ok(Self::Rsa { exponent, modulus: from.sized()? })
    }

    /// TPMS_ECC_PARMS and TPMS_ECC_POINT.
    fn ecc(from: &mut Fields<'a>) -> Result<Self, RejectionReason> {
        symmetric(from)?;
        let scheme = from.u16()?;
        if scheme != TPM_ALG_NULL {
            let _hash = from.u16()?;
        }
        if scheme == TPM_ALG_ECDAA {
            let _count = from.u16()?;
        }
        let curve = match from.u16()? {
            0x0003 => Some(Curve::P256),
            0x0004 => Some(Curve::P384),
            0x0005 => Some(Curve::P521),
            _ => None,
        };
        let kdf = from.u16()?;
        if kdf != TPM_ALG_NULL {
            let _hash = from.u16()?;
        }
        Ok(Self::Ecc { curve, x: from.sized()?, y: from.sized()? })
    }
}

/// TPMT_SYM_DEF_OBJECT: of no algorithm for a signing key, but it may stand there.
fn symmetric(from: &mut Fields<'_>) -> Result<(), RejectionReason> {
    if from.u16()? != TPM_ALG_NULL {
        let (_key_bits, _mode) = (from.u16()?, from.u16()?);
    }
    Ok(())
}

/// A number without leading zeros.
fn trimmed(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    number.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_have_the_tpms_numbers() {
        for (number, expected) in [
            (0x03, Some(Curve::P256)),
            (0x04, Some(Curve::P384)),
            (0x05, Some(Curve::P521)),
            // P-192, P-224, BN P-256, SM2 P-256
            (0x01, None),
            (0x02, None),
            (0x10, None),
            (0x20, None),
        ] {
            let bytes = [0, 0x23, 0, 0x0b, 0, 4, 0, 0, 0, 0, 0, 0x10, 0, 0x10, 0, number, 0, 0x10, 0, 1, 7, 0, 1, 8];
            let Ok(PubArea { key: Key::Ecc { curve, x: [7], y: [8] }, .. }) = PubArea::parse(&bytes) else {
                panic!("not read")
            };
            assert_eq!(curve, expected, "{number}");
        }
    }
}
