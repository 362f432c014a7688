mod ecdsa;
#[cfg(feature = "ed448")]
mod ed448;
mod eddsa;
mod es256;
#[cfg(feature = "ml-dsa")]
mod ml_dsa;
mod rs256;
mod rsa;
mod vectors;

use super::*;
use crate::verifier::{Curve, MlDsa};
use ::rsa::{BoxedUint, Pkcs1v15Sign, RsaPublicKey};
use alloc::vec;
use alloc::vec::Vec;
use eddsa::ED25519;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use proptest::prelude::*;
use rs256::{RSA, modulus};
use sha2::{Digest, Sha256};

const ES256: SignatureScheme = SignatureScheme::Ecdsa(Curve::P256, Hash::Sha256);
const RS256: SignatureScheme = SignatureScheme::RsaPkcs1(Hash::Sha256);

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

/// Of contents below 256 bytes.
fn sequence(pieces: &[Vec<u8>]) -> Vec<u8> {
    let body = pieces.concat();
    let len = u8::try_from(body.len()).unwrap();
    let head: &[u8] = if len < 0x80 { &[0x30, len] } else { &[0x30, 0x81, len] };
    [head, &body[..]].concat()
}

/// Every scheme that there is.
fn schemes() -> Vec<SignatureScheme> {
    use SignatureScheme as S;
    let mut all = vec![S::Ed25519, S::Ed448];
    for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
        all.extend([S::RsaPkcs1(hash), S::RsaPss(hash)]);
        all.extend([Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1].map(|curve| S::Ecdsa(curve, hash)));
    }
    all.extend([MlDsa::MlDsa44, MlDsa::MlDsa65, MlDsa::MlDsa87].map(S::MlDsa));
    all
}

#[test]
fn supports_what_is_compiled_in() {
    for scheme in schemes() {
        let expected = match scheme {
            SignatureScheme::RsaPss(Hash::Sha1) => false,
            SignatureScheme::Ed448 => cfg!(feature = "ed448"),
            SignatureScheme::MlDsa(_) => cfg!(feature = "ml-dsa"),
            _ => true,
        };
        assert_eq!(RustCrypto.supports(scheme), expected, "{scheme}");
        if !expected {
            let key = KeyMaterial::Okp { x: &[0; 57] };
            assert_eq!(RustCrypto.check_key(scheme, key), Err(KeyFault::UnknownAlgorithm));
            assert_eq!(RustCrypto.verify(scheme, key, &[b""], &[0; 114]), INVALID);
        }
    }
}

#[test]
fn neg_s04_keys_of_another_type_are_refused() {
    let n = modulus(&RSA);
    let (x, ed25519) = (hex(vectors::ECDSA[0].1), hex(ED25519[0][0]));
    let y = hex(vectors::ECDSA[0].2);
    let material = [
        KeyMaterial::Ec2 { x: &x, y: &y },
        KeyMaterial::Okp { x: &ed25519 },
        KeyMaterial::Rsa { n: &n, e: &[1, 0, 1] },
        KeyMaterial::Akp { public: &[7; 1312] },
    ];
    let own = |scheme, key| match scheme {
        SignatureScheme::Ecdsa(..) => matches!(key, KeyMaterial::Ec2 { .. }),
        SignatureScheme::Ed25519 | SignatureScheme::Ed448 => matches!(key, KeyMaterial::Okp { .. }),
        SignatureScheme::RsaPkcs1(_) | SignatureScheme::RsaPss(_) => matches!(key, KeyMaterial::Rsa { .. }),
        SignatureScheme::MlDsa(_) => matches!(key, KeyMaterial::Akp { .. }),
    };
    let mut met = 0;
    for scheme in schemes().into_iter().filter(|scheme| RustCrypto.supports(*scheme)) {
        for key in material {
            assert_eq!(RustCrypto.verify(scheme, key, &[b""], &[0; 64]), INVALID);
            if !own(scheme, key) {
                assert_eq!(RustCrypto.check_key(scheme, key), Err(KeyFault::WrongType), "{scheme}");
                met += 1;
            }
        }
    }
    assert!(met >= 3 * 24, "{met}");
}

#[test]
fn neg_k11_k12_k30_keys_have_their_length() {
    for scheme in schemes() {
        let right = match scheme {
            SignatureScheme::Ecdsa(curve, _) => curve.field_len(),
            SignatureScheme::Ed25519 => 32,
            SignatureScheme::Ed448 => 57,
            SignatureScheme::MlDsa(set) => set.public_key_len(),
            _ => continue,
        };
        for len in [0, 1, right - 1, right + 1, 2 * right] {
            let bytes = vec![4; len];
            let key = match scheme {
                SignatureScheme::Ecdsa(..) => KeyMaterial::Ec2 { x: &bytes, y: &bytes },
                SignatureScheme::MlDsa(_) => KeyMaterial::Akp { public: &bytes },
                _ => KeyMaterial::Okp { x: &bytes },
            };
            assert_eq!(key.check_shape(scheme), Err(KeyFault::BadParameter), "{scheme} {len}");
            assert!(RustCrypto.check_key(scheme, key).is_err(), "{scheme} {len}");
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
        let signature: p256::ecdsa::Signature = key.sign_prehash(&Sha256::digest(message.concat())).unwrap();
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
    fn any_bytes_are_harmless(
        first in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..70),
            prop::sample::select(vec![256, 435, 1024, 1312, 1952, 2592])
                .prop_flat_map(|len| prop::collection::vec(any::<u8>(), len)),
        ],
        second in prop::collection::vec(any::<u8>(), 0..70),
        signature in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..150),
            prop::sample::select(vec![64, 114, 256, 435, 1024, 2420, 3309, 4627])
                .prop_flat_map(|len| prop::collection::vec(any::<u8>(), len)),
        ],
    ) {
        for scheme in schemes() {
            for key in [
                KeyMaterial::Ec2 { x: &first, y: &second },
                KeyMaterial::Okp { x: &first },
                KeyMaterial::Rsa { n: &first, e: &second },
                KeyMaterial::Akp { public: &first },
            ] {
                let _ = RustCrypto.check_key(scheme, key);
                prop_assert_eq!(RustCrypto.verify(scheme, key, &[b"x"], &signature), INVALID);
            }
        }
    }
}

proptest! {
    // Each case tries every curve with every hash.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_signature_is_harmless_to_a_good_key(signature in prop::collection::vec(any::<u8>(), 0..150), r in 1_u8.., s in 1_u8..) {
        let short = sequence(&[integer(&[r]), integer(&[s])]);
        for (curve, x, y, _) in vectors::ECDSA {
            let (x, y) = (hex(x), hex(y));
            for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
                for signature in [&signature, &short] {
                    let verdict = RustCrypto.verify(SignatureScheme::Ecdsa(curve, hash), KeyMaterial::Ec2 { x: &x, y: &y }, &[b"x"], signature);
                    prop_assert_eq!(verdict, INVALID);
                }
            }
        }
        let x = hex(ED25519[0][0]);
        let mut padded = signature.clone();
        padded.resize(64, 0);
        prop_assert_eq!(RustCrypto.verify(SignatureScheme::Ed25519, KeyMaterial::Okp { x: &x }, &[b"x"], &padded), INVALID);
    }
}
