use super::*;
use ed448_goldilocks::{CompressedEdwardsY, SigningKey, VerifyingKey};

const MESSAGE: [&[u8]; 2] = [b"authenticator data", b"hash"];
const SCHEME: SignatureScheme = SignatureScheme::Ed448;

/// RFC 8032 §7.4: public key, message, signature.
const ED448: [[&str; 3]; 2] = [
    [
        "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180",
        "",
        "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600",
    ],
    [
        "43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480",
        "03",
        "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd779805e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00",
    ],
];

fn verify(x: &[u8], message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureInvalid> {
    RustCrypto.verify(SCHEME, KeyMaterial::Okp { x }, message, signature)
}

fn check(x: &[u8]) -> Result<(), KeyFault> {
    RustCrypto.check_key(SCHEME, KeyMaterial::Okp { x })
}

#[test]
fn known_answers() {
    for vector in ED448 {
        let [key, message, signature] = vector.map(hex);
        assert_eq!(check(&key), Ok(()));
        assert_eq!(verify(&key, &[&message], &signature), Ok(()));
        assert_eq!(verify(&key, &[&message, b"x"], &signature), INVALID);
        for at in 0..114 {
            let mut changed = signature.clone();
            changed[at] ^= 1 << (at % 8);
            assert_eq!(verify(&key, &[&message], &changed), INVALID, "{at}");
        }
        for changed in [&signature[..113], &[&signature[..], &[0]].concat(), &[]] {
            assert_eq!(verify(&key, &[&message], changed), INVALID);
        }
    }
    let [[_, message, signature], [other, ..]] = ED448;
    assert_eq!(verify(&hex(other), &[&hex(message)], &hex(signature)), INVALID);
}

#[test]
fn what_a_key_signs_it_verifies() {
    for seed in 0..8 {
        let key = SigningKey::from(ed448_goldilocks::EdwardsScalarBytes::from([seed; 57]));
        let signature = key.sign_raw(&MESSAGE.concat()).to_bytes();
        let x = key.verifying_key().to_bytes();
        assert_eq!(check(&x), Ok(()));
        assert_eq!(verify(&x, &MESSAGE, &signature), Ok(()));
        assert_eq!(verify(&x, &[&MESSAGE.concat()], &signature), Ok(()));
        assert_eq!(verify(&x, &MESSAGE[1..], &signature), INVALID);
        let with_context = key.sign_ctx(b"context", &MESSAGE.concat()).unwrap().to_bytes();
        assert_eq!(verify(&x, &MESSAGE, &with_context), INVALID);
    }
}

#[test]
fn neg_s13_s_is_below_the_group_order() {
    let order = hex(
        "f34458ab92c27823558fc58d72c26c219036d6ae49db4ec4e923ca7cffffffffffffffffffffffffffffffffffffffffffffffffffffff3f00",
    );
    assert_eq!(order.len(), 57);
    for vector in ED448 {
        let [key, message, mut signature] = vector.map(hex);
        let mut carry = 0;
        for (byte, add) in signature[57..].iter_mut().zip(order.iter()) {
            let sum = u16::from(*byte) + u16::from(*add) + carry;
            *byte = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        assert_eq!(verify(&key, &[&message], &signature), INVALID);
    }
}

/// y, little-endian without the last byte, of the points of order 1, 2 and 4: 1, p - 1, 0; and p and p + 1, which stand
/// for 0 and 1.
fn small() -> Vec<Vec<u8>> {
    let prime = [&[0xff; 28][..], &[0xfe], &[0xff; 27]].concat();
    let with_low = |low: u8| [&[low], &prime[1..]].concat();
    let one = [&[1], &[0; 55][..]].concat();
    let above = [&[0; 28][..], &[0xff; 28]].concat();
    vec![one, vec![0; 56], prime.clone(), with_low(0xfe), above]
}

#[test]
fn neg_k20_keys_of_small_order_are_refused() {
    for y in small() {
        for last in [0, 0x80, 1, 0x81] {
            let x = [&y[..], &[last]].concat();
            assert_eq!(check(&x), Err(KeyFault::InvalidPoint), "{x:x?}");
            for r in small() {
                for message in 0..4_u8 {
                    let signature = [&r[..], &[0], &[0; 57]].concat();
                    assert_eq!(verify(&x, &[&[message]], &signature), INVALID);
                }
            }
        }
    }
}

#[test]
fn neg_k20_keys_with_a_part_of_small_order_are_refused() {
    // The generator plus the point of order 2: (-x, -y).
    let generator = CompressedEdwardsY::GENERATOR.to_bytes();
    assert_eq!(check(&generator), Ok(()));
    let prime: Vec<u8> = [&[0xff; 28][..], &[0xfe], &[0xff; 27]].concat();
    let mut borrow = 0;
    let mut y: Vec<u8> = Vec::new();
    for (a, b) in core::iter::zip(&prime, &generator[..56]) {
        let digit = 256 + i32::from(*a) - i32::from(*b) - borrow;
        borrow = i32::from(digit < 256);
        y.push(digit.to_le_bytes()[0]);
    }
    for last in [0, 0x80] {
        let point: [u8; 57] = [&y[..], &[last]].concat().try_into().unwrap();
        assert!(bool::from(CompressedEdwardsY::from(point).decompress_unchecked().is_some()));
        assert_eq!(check(&point), Err(KeyFault::InvalidPoint));
    }
}

#[test]
fn neg_k20_points_that_are_not_canonical_are_refused() {
    // The low bits of the last byte, which decompression does not read.
    let key = hex(ED448[0][0]);
    let [message, signature] = [1, 2].map(|at| hex(ED448[0][at]));
    for bit in 0..7 {
        let mut x: [u8; 57] = key.clone().try_into().unwrap();
        x[56] |= 1 << bit;
        assert!(VerifyingKey::from_bytes(&x).is_ok());
        assert_eq!(check(&x), Err(KeyFault::InvalidPoint));
        assert_eq!(verify(&x, &[&message], &signature), INVALID);
    }
    // y from p upwards.
    let mut met = 0;
    for low in 0..=0xff_u8 {
        let mut x = [0xff; 57];
        (x[0], x[56]) = (low, 0);
        met += u32::from(VerifyingKey::from_bytes(&x).is_ok());
        assert_eq!(check(&x), Err(KeyFault::InvalidPoint), "{low}");
    }
    assert!(met > 0);
}

/// Signatures of the empty message by the first key of RFC 8032 §7.4, with its nonce, but with the low bits 1 and 0x40
/// set in R's last byte before R was hashed: S = r + H(R || A) a is right for the R that stands there.
const R_WITH_LOW_BITS: [&str; 2] = [
    "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd39815b21650cdf68c5bde5aa592fabb1421d9528461e8f0f68ef23ecabc6a97a72eea3ffd0fc76604856f0c6bc28a2940b93598981bf4ccfb40d00",
    "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd39c0782d90bbf569f7edac2d12badef267bea018363a5c1606cf48bbf3c503f86cffb53c9b0055685ac0568ba74003314ad925e6ec17e5fafa0200",
];

#[test]
fn neg_s12_r_that_is_not_canonical_is_refused() {
    let key: [u8; 57] = hex(ED448[0][0]).try_into().unwrap();
    for signature in R_WITH_LOW_BITS {
        let signature = hex(signature);
        // The library alone takes it, so that the check here is what refuses it.
        let library = VerifyingKey::from_bytes(&key).unwrap();
        let parsed = ed448_goldilocks::Signature::from_slice(&signature).unwrap();
        assert!(library.verify_raw(&parsed, b"").is_ok());
        assert_eq!(verify(&key, &[], &signature), INVALID);
    }
}
