use super::*;

/// RFC 6979 A.2.5: the key, and (message, r, s) with SHA-256. The first s is a high one.
const P256_X: &str = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
const P256_Y: &str = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const P256_SAMPLE: [&str; 2] = [
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
];
const P256_TEST: [&str; 2] = [
    "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
    "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
];
const P256_ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

fn der([r, s]: [&str; 2]) -> Vec<u8> {
    sequence(&[integer(&hex(r)), integer(&hex(s))])
}

fn es256_verify(message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureInvalid> {
    let (x, y) = (hex(P256_X), hex(P256_Y));
    RustCrypto.verify(ES256, KeyMaterial::Ec2 { x: &x, y: &y }, message, signature)
}

#[test]
fn es256_known_answers() {
    assert_eq!(es256_verify(&[b"sample"], &der(P256_SAMPLE)), Ok(()));
    assert_eq!(es256_verify(&[b"sam", b"", b"ple"], &der(P256_SAMPLE)), Ok(()));
    assert_eq!(es256_verify(&[b"te", b"st"], &der(P256_TEST)), Ok(()));
    assert_eq!(es256_verify(&[b"test"], &der(P256_SAMPLE)), INVALID);
    assert_eq!(es256_verify(&[], &der(P256_SAMPLE)), INVALID);
}

#[test]
fn es256_takes_high_and_low_s() {
    let high = hex(P256_SAMPLE[1]);
    let low = -*p256::NonZeroScalar::try_from(&high[..]).unwrap();
    assert_eq!(
        es256_verify(&[b"sample"], &sequence(&[integer(&hex(P256_SAMPLE[0])), integer(&low.to_bytes())])),
        Ok(())
    );
}

#[test]
fn neg_s01_es256_every_changed_bit_is_seen() {
    let good = der(P256_SAMPLE);
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1 << (at % 8);
        assert_eq!(es256_verify(&[b"sample"], &changed), INVALID, "{at}");
    }
}

#[test]
fn neg_s02_s03_s04_s18_es256_another_form_or_key() {
    let other = KeyMaterial::Ec2 { x: &[0; 32], y: &hex(POINT_AT_X_0) };
    let signature = der(P256_SAMPLE);
    assert_eq!(RustCrypto.verify(ES256, other, &[b"sample"], &signature), INVALID);
    assert_eq!(es256_verify(&[b"sample"], &[]), INVALID);
    assert_eq!(es256_verify(&[b"sample"], &P256_SAMPLE.map(hex).concat()), INVALID);
    assert_eq!(es256_verify(&[&Sha256::digest("sample")], &signature), INVALID);
}

#[test]
fn neg_s05_s06_s07_s11_es256_one_encoding_only() {
    let [r, s] = P256_TEST.map(hex);
    let good = der(P256_TEST);
    assert_eq!(es256_verify(&[b"test"], &good), Ok(()));
    let body = &good[2..];
    let len = u8::try_from(body.len()).unwrap();
    let (r_der, s_der) = (integer(&r), integer(&s));
    let cases = [
        [&good[..], &[0]].concat(),
        sequence(&[r_der.clone(), s_der.clone(), vec![0x05, 0x00]]),
        sequence(&[r_der.clone(), raw_integer(&[&[0], &s[..]].concat())]),
        sequence(&[raw_integer(&[&[0, 0], &r[..]].concat()), s_der.clone()]),
        sequence(&[raw_integer(&r), s_der.clone()]),
        [&[0x30, 0x81, len], body].concat(),
        [&[0x30, 0x82, 0, len], body].concat(),
        [&[0x30, 0x80], body, &[0, 0]].concat(),
        sequence(&[[&[0x02, 0x81, 0x21, 0], &r[..]].concat(), s_der.clone()]),
        sequence(&[r_der.clone(), raw_integer(&[])]),
        sequence(core::slice::from_ref(&r_der)),
        sequence(&[]),
        sequence(&[[&[0x03], &r_der[1..]].concat(), s_der.clone()]),
        [&[0x31], &good[1..]].concat(),
        good[..good.len() - 1].to_vec(),
        sequence(&[s_der, r_der]),
    ];
    for signature in cases {
        assert_eq!(es256_verify(&[b"test"], &signature), INVALID, "{signature:x?}");
    }
}

#[test]
fn neg_s08_s09_s10_es256_numbers_are_in_range() {
    let [r, s] = P256_SAMPLE.map(hex);
    let order = hex(P256_ORDER);
    let mut beyond = order.clone();
    beyond[31] += 1;
    for bad in [vec![0], order, beyond, vec![0xff; 32], [&[1], &r[..]].concat()] {
        for pieces in [[integer(&bad), integer(&s)], [integer(&r), integer(&bad)], [integer(&bad), integer(&bad)]] {
            assert_eq!(es256_verify(&[b"sample"], &sequence(&pieces)), INVALID, "{pieces:x?}");
        }
    }
    assert_eq!(es256_verify(&[b"sample"], &sequence(&[vec![0x02, 0], vec![0x02, 0]])), INVALID);
}

/// The even y of the point with x = 0.
pub(super) const POINT_AT_X_0: &str = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";

fn check_ec2(x: &[u8], y: &[u8]) -> Result<(), KeyFault> {
    RustCrypto.check_key(ES256, KeyMaterial::Ec2 { x, y })
}

#[test]
fn neg_k14_k15_k16_points_are_on_the_curve() {
    let (x, y) = (hex(P256_X), hex(P256_Y));
    assert_eq!(check_ec2(&x, &y), Ok(()));
    assert_eq!(check_ec2(&y, &x), Err(KeyFault::InvalidPoint));
    assert_eq!(check_ec2(&x, &x), Err(KeyFault::InvalidPoint));
    assert_eq!(check_ec2(&[0; 32], &[0; 32]), Err(KeyFault::InvalidPoint));
    assert_eq!(check_ec2(&[0; 32], &hex(POINT_AT_X_0)), Ok(()));
    let prime = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    assert_eq!(check_ec2(&prime, &hex(POINT_AT_X_0)), Err(KeyFault::InvalidPoint));
    assert_eq!(check_ec2(&x[1..], &y), Err(KeyFault::InvalidPoint));
    assert_eq!(check_ec2(&[&[0], &x[..]].concat(), &y), Err(KeyFault::InvalidPoint));
    assert_eq!(check_ec2(&[], &[]), Err(KeyFault::InvalidPoint));
}
