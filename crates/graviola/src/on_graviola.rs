//! What graviola verifies: ECDSA on P-256 and P-384 with SHA-2, RSA with SHA-2, Ed25519.

use ceremony::{Curve, EcdsaSigValue, Hash, KeyMaterial, SignatureScheme, is_sound_ed25519_key};
use graviola::hashing::{Sha256, Sha384, Sha512};
use graviola::signing::ecdsa::{self, P256, P384};
use graviola::signing::eddsa::Ed25519VerifyingKey;
use graviola::signing::rsa;

/// The verdict, or nothing where it is for the other backend to give.
pub(crate) fn verify(
    scheme: SignatureScheme,
    key: KeyMaterial<'_>,
    message: &[&[u8]],
    signature: &[u8],
) -> Option<bool> {
    use SignatureScheme as S;
    match (scheme, key) {
        (S::Ecdsa(curve @ (Curve::P256 | Curve::P384), hash), KeyMaterial::Ec2 { x, y }) if hash != Hash::Sha1 => {
            let has_shape = key.check_shape(scheme).is_ok();
            Some(has_shape && verify_ecdsa(curve, hash, [&[0x04], x, y], message, signature).is_some())
        }
        (S::RsaPkcs1(hash) | S::RsaPss(hash), KeyMaterial::Rsa { n, e }) if hash != Hash::Sha1 => {
            if key.check_shape(scheme).is_err() {
                return Some(false);
            }
            verify_rsa(scheme, n, e, message, signature)
        }
        (S::Ed25519, KeyMaterial::Okp { x }) => {
            // graviola takes keys of small order, for which one signature can hold for any message.
            Some(is_sound_ed25519_key(x) && verify_ed25519(x, message, signature).is_some())
        }
        _ => None,
    }
}

fn verify_ecdsa(curve: Curve, hash: Hash, point: [&[u8]; 3], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let value = EcdsaSigValue::from_der(signature)?;
    match curve {
        Curve::P256 => {
            let (r, s) = value.padded::<32>()?;
            verify_on::<P256>(hash, &joined::<65>(&point), message, &joined::<64>(&[&r, &s]))
        }
        _ => {
            let (r, s) = value.padded::<48>()?;
            verify_on::<P384>(hash, &joined::<97>(&point), message, &joined::<96>(&[&r, &s]))
        }
    }
}

fn verify_on<C: ecdsa::Curve>(hash: Hash, point: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let key = ecdsa::VerifyingKey::<C>::from_x962_uncompressed(point).ok()?;
    match hash {
        Hash::Sha256 => key.verify::<Sha256>(message, signature),
        Hash::Sha384 => key.verify::<Sha384>(message, signature),
        Hash::Sha512 => key.verify::<Sha512>(message, signature),
        _ => return None,
    }
    .ok()
}

fn verify_ed25519(x: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<()> {
    let key = Ed25519VerifyingKey::from_bytes(x).ok()?;
    // Wants the message in one piece.
    key.verify(signature, &message.concat()).ok()
}

fn verify_rsa(scheme: SignatureScheme, n: &[u8], e: &[u8], message: &[&[u8]], signature: &[u8]) -> Option<bool> {
    use SignatureScheme as S;
    // It writes numbers in whole words, and compares them with paddings as long as the modulus: with a modulus of any
    // other length it would refuse every signature.
    if n.first().is_none_or(|high| *high < 0x80) || !n.len().is_multiple_of(8) {
        return None;
    }
    // Shorter ones would be filled up with zeros.
    if signature.len() != n.len() {
        return Some(false);
    }
    // Refuses exponents above 32 bits.
    let key = rsa::VerifyingKey::from_pkcs1_der(&rsa_public_key(n, e)?).ok()?;
    // Wants the message in one piece.
    let message = message.concat();
    let valid = match scheme {
        S::RsaPkcs1(Hash::Sha256) => key.verify_pkcs1_sha256(signature, &message),
        S::RsaPkcs1(Hash::Sha384) => key.verify_pkcs1_sha384(signature, &message),
        S::RsaPkcs1(Hash::Sha512) => key.verify_pkcs1_sha512(signature, &message),
        S::RsaPss(Hash::Sha256) => key.verify_pss_sha256(signature, &message),
        S::RsaPss(Hash::Sha384) => key.verify_pss_sha384(signature, &message),
        S::RsaPss(Hash::Sha512) => key.verify_pss_sha512(signature, &message),
        _ => return None,
    };
    Some(valid.is_ok())
}

/// RSAPublicKey (RFC 8017 A.1.1) of a modulus of 256 to 1024 bytes with its highest bit set, and a short exponent.
fn rsa_public_key(n: &[u8], e: &[u8]) -> Option<Vec<u8>> {
    let exponent_pad: &[u8] = if e.first()? < &0x80 { &[] } else { &[0] };
    let exponent_len = u8::try_from(exponent_pad.len() + e.len()).ok()?;
    let [n_high, n_low] = u16::try_from(1 + n.len()).ok()?.to_be_bytes();
    let modulus = [&[0x02, 0x82, n_high, n_low, 0], n].concat();
    let exponent = [&[0x02, exponent_len], exponent_pad, e].concat();
    let [high, low] = u16::try_from(modulus.len() + exponent.len()).ok()?.to_be_bytes();
    Some([&[0x30, 0x82, high, low], &modulus[..], &exponent].concat())
}

/// The pieces side by side; they are `N` bytes long.
fn joined<const N: usize>(pieces: &[&[u8]]) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.iter_mut().zip(pieces.iter().copied().flatten()).for_each(|(to, from)| *to = *from);
    bytes
}
