mod eddsa;
mod es256;
mod rs256;

use super::*;
use alloc::vec::Vec;
use eddsa::ED25519;
use es256::POINT_AT_X_0;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use proptest::prelude::*;
use rs256::{RSA, modulus};

const INVALID: Result<(), SignatureInvalid> = Err(SignatureInvalid);

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn integer(magnitude: &[u8]) -> Vec<u8> {
    let start = magnitude.iter().position(|byte| *byte != 0).unwrap_or(magnitude.len() - 1);
    let magnitude = &magnitude[start..];
    let pad: &[u8] = if magnitude[0] >= 0x80 { &[0] } else { &[] };
    raw_integer(&[pad, magnitude].concat())
}

fn raw_integer(contents: &[u8]) -> Vec<u8> {
    [&[0x02, u8::try_from(contents.len()).unwrap()], contents].concat()
}

fn sequence(pieces: &[Vec<u8>]) -> Vec<u8> {
    let body = pieces.concat();
    [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat()
}

#[test]
fn keys_of_another_type_are_refused() {
    let material = [
        KeyMaterial::Ec2 { x: &[0; 32], y: &hex(POINT_AT_X_0) },
        KeyMaterial::Okp { x: &hex(ED25519[0][0]) },
        KeyMaterial::Rsa { n: &modulus(&RSA), e: &[1, 0, 1] },
    ];
    for (at, scheme) in [ES256, SignatureScheme::Ed25519, RS256].into_iter().enumerate() {
        assert!(RustCrypto.supports(scheme));
        for (other, key) in material.iter().enumerate() {
            let expected = if at == other { Ok(()) } else { Err(KeyFault::WrongType) };
            assert_eq!(RustCrypto.check_key(scheme, *key), expected);
            assert_eq!(RustCrypto.verify(scheme, *key, &[b""], &[0; 64]), INVALID);
        }
    }
}

proptest! {
    #[test]
    fn what_a_key_signs_it_verifies(secret in 1_u64.., data in prop::collection::vec(any::<u8>(), 37..80), hash: [u8; 32]) {
        let mut bytes = [0; 32];
        bytes[24..].copy_from_slice(&secret.to_be_bytes());
        let message = [&data[..], &hash];

        let key = p256::ecdsa::SigningKey::from_slice(&bytes).unwrap();
        let signature: p256::ecdsa::Signature = key.sign_prehash(&sha256(&message)).unwrap();
        let (r, s) = signature.split_bytes();
        let point = key.verifying_key().to_sec1_point(false);
        let material = KeyMaterial::Ec2 { x: point.x().unwrap(), y: point.y().unwrap() };
        let der = sequence(&[integer(&r), integer(&s)]);
        prop_assert_eq!(RustCrypto.check_key(ES256, material), Ok(()));
        prop_assert_eq!(RustCrypto.verify(ES256, material, &message, &der), Ok(()));
        prop_assert_eq!(RustCrypto.verify(ES256, material, &[&data], &der), INVALID);

        let key = ed25519_dalek::SigningKey::from_bytes(&bytes);
        let signature = ed25519_dalek::Signer::sign(&key, &message.concat()).to_bytes();
        let public = key.verifying_key().to_bytes();
        let material = KeyMaterial::Okp { x: &public };
        prop_assert_eq!(RustCrypto.check_key(SignatureScheme::Ed25519, material), Ok(()));
        prop_assert_eq!(RustCrypto.verify(SignatureScheme::Ed25519, material, &message, &signature), Ok(()));
        prop_assert_eq!(RustCrypto.verify(SignatureScheme::Ed25519, material, &[&hash], &signature), INVALID);
    }

    #[test]
    fn der_has_one_spelling(r: [u8; 32], s: [u8; 32], shift in 0_usize..40, at: prop::sample::Index, with: u8) {
        let shorten = |mut number: [u8; 32]| { number[..shift.min(32)].fill(0); number };
        let (r, s) = (shorten(r), shorten(s));
        let mut signature = sequence(&[integer(&r), integer(&s)]);
        prop_assert_eq!(der::ecdsa_sig_value(&signature), Some((r, s)));
        let at = at.index(signature.len());
        signature[at] = with;
        if let Some((r, s)) = der::ecdsa_sig_value::<32>(&signature) {
            prop_assert_eq!(sequence(&[integer(&r), integer(&s)]), signature);
        }
    }

    #[test]
    fn any_bytes_are_harmless(first in prop::collection::vec(any::<u8>(), 0..70), second in prop::collection::vec(any::<u8>(), 0..70), signature: Vec<u8>) {
        for scheme in [ES256, SignatureScheme::Ed25519, RS256] {
            for key in [
                KeyMaterial::Ec2 { x: &first, y: &second },
                KeyMaterial::Okp { x: &first },
                KeyMaterial::Rsa { n: &first, e: &second },
            ] {
                let _ = RustCrypto.check_key(scheme, key);
                prop_assert_eq!(RustCrypto.verify(scheme, key, &[b"x"], &signature), INVALID);
            }
        }
        if let Some((r, s)) = der::ecdsa_sig_value::<32>(&signature) {
            prop_assert_eq!(sequence(&[integer(&r), integer(&s)]), signature);
        }
    }
}
