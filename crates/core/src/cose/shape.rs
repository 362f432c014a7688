//! The lengths and sizes that hold however a key was loaded, and whatever verifies with it.

use super::{KeyMaterial, RSA_MAX_BITS, RSA_MIN_BITS};
use crate::error::KeyFault;
use crate::verifier::SignatureScheme;

impl KeyMaterial<'_> {
    /// Checks that this is a key of `scheme`'s type and size: coordinates as long as the curve's field; a modulus of
    /// 2048 to 8192 bits, odd, and an exponent above 1, odd and of at most 8 bytes, both without leading zeros; an
    /// ML-DSA key of its parameter set's length.
    ///
    /// For a [`SignatureVerifier`](crate::SignatureVerifier): cheap, and before any arithmetic. Whether a point is on
    /// its curve is left to that.
    ///
    /// # Errors
    ///
    /// [`KeyFault::WrongType`] for a key of another type, [`KeyFault::BadParameter`] for a number of another length or
    /// with leading zeros, [`KeyFault::WeakRsa`] for an RSA key outside these bounds.
    pub fn check_shape(&self, scheme: SignatureScheme) -> Result<(), KeyFault> {
        use SignatureScheme as S;
        let fits = match (scheme, *self) {
            (S::Ecdsa(curve, _), Self::Ec2 { x, y }) => x.len() == curve.field_len() && y.len() == curve.field_len(),
            (S::Ed25519, Self::Okp { x }) => x.len() == 32,
            (S::Ed448, Self::Okp { x }) => x.len() == 57,
            (S::RsaPkcs1(_) | S::RsaPss(_), Self::Rsa { n, e }) => return check_rsa(n, e),
            (S::MlDsa(set), Self::Akp { public }) => public.len() == set.public_key_len(),
            _ => return Err(KeyFault::WrongType),
        };
        if fits { Ok(()) } else { Err(KeyFault::BadParameter) }
    }
}

fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), KeyFault> {
    // COSE wants the shortest form (RFC 8230 §4).
    let (Some(high @ 1..), Some(1..)) = (n.first(), e.first()) else { return Err(KeyFault::BadParameter) };
    let unused = usize::try_from(high.leading_zeros()).unwrap_or(0);
    let bits = n.len().saturating_mul(8).saturating_sub(unused);
    let is_odd = |number: &[u8]| number.last().is_some_and(|low| low & 1 == 1);
    let accepted = (RSA_MIN_BITS..=RSA_MAX_BITS).contains(&bits) && is_odd(n) && e.len() <= 8 && is_odd(e) && e != [1];
    if accepted { Ok(()) } else { Err(KeyFault::WeakRsa) }
}
