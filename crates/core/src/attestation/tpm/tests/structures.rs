//! Public areas with the parts that few keys have.

use super::super::super::testing::{RS256_COSE_MODULUS, cose_rsa};
use super::*;

/// Type, nameAlg, attributes, authPolicy.
fn area(kind: u8, parameters: &[&[u8]]) -> Vec<u8> {
    [&[0x00, kind][..], &SHA256, &[0, 4, 0, 0], &sized(&[0x77; 32]), &parameters.concat()].concat()
}

const NULL: &[u8] = &[0x00, 0x10];
/// AES with 128 bits in CFB mode
const AES: &[u8] = &[0x00, 0x06, 0x00, 0x80, 0x00, 0x43];

#[test]
fn elliptic_curve_parameters() {
    let world = World::new();
    let point = point(&credential_key());
    let (x, y) = (sized(&point[1..33]), sized(&point[33..]));
    let p256 = &[0x00, 0x03];
    for (symmetric, scheme, kdf) in [
        (NULL, NULL, NULL),
        (AES, NULL, NULL),
        // ECDSA with SHA-256
        (NULL, &[0x00, 0x18, 0x00, 0x0b][..], NULL),
        // ECDAA, which has a counter
        (NULL, &[0x00, 0x1a, 0x00, 0x0b, 0x00, 0x01], NULL),
        // KDF2 with SHA-256
        (NULL, NULL, &[0x00, 0x21, 0x00, 0x0b]),
    ] {
        let pub_area = area(0x23, &[symmetric, scheme, p256, kdf, &x, &y]);
        assert_eq!(verify(&world, &with_pub_area(&world, &pub_area)), ACCEPTED, "{scheme:?}");
    }
}

#[test]
fn rsa_parameters() {
    let world = World::of_credential(&cose_rsa(&RS256_COSE_MODULUS, &[1, 0, 1]));
    let rest = [&[0x08, 0x00, 0, 0, 0, 0][..], &sized(&RS256_COSE_MODULUS)].concat();
    for (symmetric, scheme) in [
        (NULL, NULL),
        (AES, NULL),
        // RSASSA with SHA-256, RSAPSS with SHA-384
        (NULL, &[0x00, 0x14, 0x00, 0x0b][..]),
        (NULL, &[0x00, 0x16, 0x00, 0x0c]),
        // RSAES, which has no hash
        (NULL, &[0x00, 0x15]),
    ] {
        let pub_area = area(0x01, &[symmetric, scheme, &rest]);
        assert_eq!(verify(&world, &with_pub_area(&world, &pub_area)), ACCEPTED, "{scheme:?}");
    }
}
