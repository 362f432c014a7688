use super::*;

/// RFC 8032 §7.1: public key, message, signature.
pub(super) const ED25519: [[&str; 3]; 2] = [
    [
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];

fn ed25519_verify(x: &[u8], message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureInvalid> {
    RustCrypto.verify(SignatureScheme::Ed25519, KeyMaterial::Okp { x }, message, signature)
}

#[test]
fn eddsa_known_answers() {
    for vector in ED25519 {
        let [key, message, signature] = vector.map(hex);
        assert_eq!(RustCrypto.check_key(SignatureScheme::Ed25519, KeyMaterial::Okp { x: &key }), Ok(()));
        assert_eq!(ed25519_verify(&key, &[&message], &signature), Ok(()));
        let slices: Vec<&[u8]> = message.chunks(1).collect();
        assert_eq!(ed25519_verify(&key, &slices, &signature), Ok(()));
        assert_eq!(ed25519_verify(&key, &[&message, b"x"], &signature), INVALID);
        for at in 0..64 {
            let mut changed = signature.clone();
            changed[at] ^= 1 << (at % 8);
            assert_eq!(ed25519_verify(&key, &[&message], &changed), INVALID, "{at}");
        }
    }
    let [[_, message, signature], [other, ..]] = ED25519;
    assert_eq!(ed25519_verify(&hex(other), &[&hex(message)], &hex(signature)), INVALID);
}

#[test]
fn neg_s12_eddsa_signatures_are_64_bytes() {
    let [key, message, signature] = ED25519[0].map(hex);
    for changed in [&signature[..63], &[&signature[..], &[0]].concat(), &[]] {
        assert_eq!(ed25519_verify(&key, &[&message], changed), INVALID);
    }
}

#[test]
fn neg_s13_eddsa_s_is_below_the_group_order() {
    let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    for vector in ED25519 {
        let [key, message, mut signature] = vector.map(hex);
        let mut carry = 0;
        for (byte, add) in signature[32..].iter_mut().zip(order.iter()) {
            let sum = u16::from(*byte) + u16::from(*add) + carry;
            *byte = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        assert_eq!(ed25519_verify(&key, &[&message], &signature), INVALID);
    }
}

/// Encodings of the points of order 1, 2, 4 and 8, the ones that are not canonical included.
const SMALL_ORDER: [&str; 14] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

#[test]
fn neg_k20_keys_of_small_order_are_refused() {
    // R = A and S = 0 hold for such a key over one message in eight at least, under a verifier that takes it.
    for key in SMALL_ORDER {
        let x = hex(key);
        assert_eq!(
            RustCrypto.check_key(SignatureScheme::Ed25519, KeyMaterial::Okp { x: &x }),
            Err(KeyFault::InvalidPoint),
            "{key}"
        );
        for r in SMALL_ORDER {
            let signature = [hex(r), vec![0; 32]].concat();
            for message in 0..8_u8 {
                assert_eq!(ed25519_verify(&x, &[&[message]], &signature), INVALID, "{key} {r}");
            }
        }
    }
}

#[test]
fn neg_k20_points_that_are_not_canonical_are_refused() {
    let mut met = 0;
    for low in 0xf0..=0xff_u8 {
        let mut x = [0xff; 32];
        (x[0], x[31]) = (low, 0x7f);
        let decompresses = ed25519_dalek::VerifyingKey::from_bytes(&x).is_ok_and(|key| !key.is_weak());
        met += u32::from(decompresses);
        assert_eq!(
            RustCrypto.check_key(SignatureScheme::Ed25519, KeyMaterial::Okp { x: &x }),
            Err(KeyFault::InvalidPoint)
        );
    }
    assert!(met > 0);
    for len in [0, 31, 33] {
        let x = vec![9; len];
        assert_eq!(
            RustCrypto.check_key(SignatureScheme::Ed25519, KeyMaterial::Okp { x: &x }),
            Err(KeyFault::InvalidPoint)
        );
        assert_eq!(ed25519_verify(&x, &[b""], &[0; 64]), INVALID);
    }
}
