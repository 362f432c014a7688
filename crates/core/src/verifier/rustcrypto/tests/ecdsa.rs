use super::vectors::ECDSA;
use super::*;

const MESSAGE: [&[u8]; 2] = [b"authenticator data", b"hash"];

fn verify(curve: Curve, hash: Hash, [x, y]: [&[u8]; 2], message: &[&[u8]], sig: &[u8]) -> Result<(), SignatureInvalid> {
    RustCrypto.verify(SignatureScheme::Ecdsa(curve, hash), KeyMaterial::Ec2 { x, y }, message, sig)
}

#[test]
fn every_curve_with_every_hash() {
    for (curve, x, y, signatures) in ECDSA {
        let (x, y) = (hex(x), hex(y));
        let key = [&x[..], &y[..]];
        for (hash, signature) in signatures {
            let signature = hex(signature);
            let scheme = SignatureScheme::Ecdsa(curve, hash);
            assert_eq!(RustCrypto.check_key(scheme, KeyMaterial::Ec2 { x: &x, y: &y }), Ok(()));
            assert_eq!(verify(curve, hash, key, &MESSAGE, &signature), Ok(()), "{scheme}");
            assert_eq!(verify(curve, hash, key, &[&MESSAGE.concat()], &signature), Ok(()), "{scheme}");
            assert_eq!(verify(curve, hash, key, &MESSAGE[..1], &signature), INVALID, "{scheme}");
            for (other, ..) in ECDSA.iter().filter(|(other, ..)| *other != curve) {
                assert_eq!(verify(*other, hash, key, &MESSAGE, &signature), INVALID, "{scheme} {other:?}");
            }
            for (other, _) in signatures.iter().filter(|(other, _)| *other != hash) {
                assert_eq!(verify(curve, *other, key, &MESSAGE, &signature), INVALID, "{scheme} {other:?}");
            }
            for at in 0..signature.len() {
                let mut changed = signature.clone();
                changed[at] ^= 1 << (at % 8);
                assert_eq!(verify(curve, hash, key, &MESSAGE, &changed), INVALID, "{scheme} {at}");
            }
        }
    }
}

#[test]
fn neg_k14_k15_k16_points_are_on_their_curve() {
    for (curve, x, y, _) in ECDSA {
        let (x, y) = (hex(x), hex(y));
        let scheme = SignatureScheme::Ecdsa(curve, Hash::Sha256);
        let check = |x: &[u8], y: &[u8]| RustCrypto.check_key(scheme, KeyMaterial::Ec2 { x, y });
        let none = vec![0; x.len()];
        let most = vec![0xff; x.len()];
        let mut other = y.clone();
        *other.last_mut().unwrap() ^= 1;
        for (x, y) in [(&y, &x), (&x, &x), (&none, &none), (&most, &y), (&x, &most), (&x, &other)] {
            assert_eq!(check(x, y), Err(KeyFault::InvalidPoint), "{curve:?}");
        }
    }
}

/// The group orders.
const ORDERS: [(Curve, &str); 4] = [
    (Curve::P256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    (Curve::P384, "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
    (
        Curve::P521,
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
    (Curve::Secp256k1, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
];

fn minus(from: &[u8], number: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let mut difference: Vec<u8> = core::iter::zip(from, number)
        .rev()
        .map(|(a, b)| {
            let digit = 256 + i32::from(*a) - i32::from(*b) - borrow;
            borrow = i32::from(digit < 256);
            digit.to_le_bytes()[0]
        })
        .collect();
    difference.reverse();
    difference
}

fn split(curve: Curve, der: &[u8]) -> [Vec<u8>; 2] {
    let value = crate::EcdsaSigValue::from_der(der).unwrap();
    let [r, s] = value.padded::<66>().unwrap().into();
    [r, s].map(|number| number[66 - curve.field_len()..].to_vec())
}

#[test]
fn high_and_low_s_are_both_taken() {
    for ((curve, x, y, signatures), (_, order)) in core::iter::zip(ECDSA, ORDERS) {
        let (x, y) = (hex(x), hex(y));
        for (hash, signature) in signatures {
            let [r, s] = split(curve, &hex(signature));
            let other = minus(&hex(order), &s);
            let signature = sequence(&[integer(&r), integer(&other)]);
            assert_eq!(verify(curve, hash, [&x, &y], &MESSAGE, &signature), Ok(()), "{curve:?}");
        }
    }
}

#[test]
fn neg_s08_s09_s10_numbers_are_in_range() {
    for ((curve, x, y, signatures), (_, order)) in core::iter::zip(ECDSA, ORDERS) {
        let (x, y, order) = (hex(x), hex(y), hex(order));
        let [r, s] = split(curve, &hex(signatures[1].1));
        let mut beyond = order.clone();
        *beyond.last_mut().unwrap() += 1;
        for bad in [vec![0], order, beyond, vec![0xff; curve.field_len()]] {
            for pieces in [[integer(&bad), integer(&s)], [integer(&r), integer(&bad)], [integer(&bad), integer(&bad)]] {
                let signature = sequence(&pieces);
                assert_eq!(verify(curve, Hash::Sha256, [&x, &y], &MESSAGE, &signature), INVALID, "{curve:?}");
            }
        }
    }
}
