use super::*;
use crate::cbor::CborLimits;
use alloc::format;
use alloc::vec;
use proptest::prelude::*;

fn head(major: u8, argument: u64) -> Vec<u8> {
    match argument {
        0..24 => vec![major << 5 | u8::try_from(argument).unwrap()],
        24..0x100 => vec![major << 5 | 24, u8::try_from(argument).unwrap()],
        _ => [&[major << 5 | 25][..], &u16::try_from(argument).unwrap().to_be_bytes()].concat(),
    }
}

fn int(value: i64) -> Vec<u8> {
    if value < 0 { head(1, (!value).unsigned_abs()) } else { head(0, value.unsigned_abs()) }
}

fn bytes(value: &[u8]) -> Vec<u8> {
    [head(2, u64::try_from(value.len()).unwrap()), value.to_vec()].concat()
}

type Entries = Vec<(Vec<u8>, Vec<u8>)>;

fn map(entries: &Entries) -> Vec<u8> {
    let mut out = head(5, u64::try_from(entries.len()).unwrap());
    entries.iter().for_each(|(key, value)| out.extend([&key[..], value].concat()));
    out
}

fn ec2() -> Entries {
    vec![
        (int(1), int(2)),
        (int(3), int(-7)),
        (int(-1), int(1)),
        (int(-2), bytes(&[0x11; 32])),
        (int(-3), bytes(&[0x22; 32])),
    ]
}

/// The quick way, wherever it is taken, finds what the slow one does.
fn both_ways(cose: &[u8], limits: &CborLimits) {
    for strict in [false, true] {
        assert_eq!(parse::parse(cose, strict), parse::parse_cbor(cose, strict), "{cose:02x?}");
    }
    if let Some(len) = usual_len(cose, limits) {
        let checked = crate::cbor::check(cose, limits).unwrap();
        assert_eq!((checked.len, checked.canonical), (len, true));
    }
}

#[test]
fn usual_keys_are_read_quickly() {
    let ec2_of = |alg, crv, len| {
        let key = with(with(ec2(), 3, int(alg)), -1, int(crv));
        map(&with(with(key, -2, bytes(&vec![0x11; len])), -3, bytes(&vec![0x22; len])))
    };
    let rsa = map(&rsa(&modulus(2048), &[1, 0, 1]));
    for key in [map(&ec2()), map(&okp()), rsa, ec2_of(-35, 2, 48), ec2_of(-36, 3, 66)] {
        assert!(usual::read(&key).is_some(), "{key:02x?}");
        assert_eq!(usual_len(&[&key[..], b"more"].concat(), &parse::LIMITS), Some(key.len()));
        for limits in [
            CborLimits { depth: 0, ..parse::LIMITS },
            CborLimits { entries: 3, ..parse::LIMITS },
            CborLimits { items: 8, ..parse::LIMITS },
        ] {
            assert_eq!(usual_len(&key, &limits), None);
            assert!(crate::cbor::check(&key, &limits).is_err());
        }
        for at in 0..key.len() {
            both_ways(&key[..at], &parse::LIMITS);
            for bits in [1, 0x20, 0x80, 0xff] {
                let mut changed = key.clone();
                changed[at] ^= bits;
                both_ways(&changed, &parse::LIMITS);
            }
        }
        both_ways(&[&key[..], b"x"].concat(), &parse::LIMITS);
    }
}

fn okp() -> Entries {
    vec![(int(1), int(1)), (int(3), int(-8)), (int(-1), int(6)), (int(-2), bytes(&[0x33; 32]))]
}

fn rsa(n: &[u8], e: &[u8]) -> Entries {
    vec![(int(1), int(3)), (int(3), int(-257)), (int(-1), bytes(n)), (int(-2), bytes(e))]
}

fn modulus(bits: usize) -> Vec<u8> {
    let mut n = vec![0xff; bits.div_ceil(8)];
    n[0] = u8::try_from((1_u16 << (bits - (n.len() - 1) * 8)) - 1).unwrap();
    n
}

fn with(mut entries: Entries, label: i64, value: Vec<u8>) -> Entries {
    let label = int(label);
    match entries.iter_mut().find(|(key, _)| *key == label) {
        Some(entry) => entry.1 = value,
        None => entries.push((label, value)),
    }
    entries
}

fn without(mut entries: Entries, label: i64) -> Entries {
    entries.retain(|(key, _)| *key != int(label));
    entries
}

fn read(entries: &Entries) -> Result<CredentialPublicKey, KeyFault> {
    CredentialPublicKey::from_cose(&map(entries), true)
}

#[track_caller]
fn refused(entries: &Entries, fault: KeyFault) {
    assert_eq!(read(entries), Err(fault));
    assert_eq!(CredentialPublicKey::from_cose(&map(entries), false), Err(fault));
}

#[test]
fn reads_each_kind_of_key() {
    let key = read(&ec2()).unwrap();
    assert_eq!(key.algorithm(), Algorithm::Es256);
    assert_eq!(key.material(), KeyMaterial::Ec2 { x: &[0x11; 32], y: &[0x22; 32] });
    assert_eq!(key.as_cose(), map(&ec2()));
    let key = read(&okp()).unwrap();
    assert_eq!((key.algorithm(), key.material()), (Algorithm::EdDsa, KeyMaterial::Okp { x: &[0x33; 32] }));
    let n = modulus(2048);
    let key = read(&rsa(&n, &[1, 0, 1])).unwrap();
    assert_eq!((key.algorithm(), key.material()), (Algorithm::Rs256, KeyMaterial::Rsa { n: &n, e: &[1, 0, 1] }));
}

#[test]
fn order_of_entries_does_not_matter_here() {
    for mut entries in [ec2(), okp(), rsa(&modulus(2048), &[3])] {
        let expected = read(&entries).unwrap();
        entries.reverse();
        let key = read(&entries).unwrap();
        assert_eq!((key.algorithm(), key.material()), (expected.algorithm(), expected.material()));
    }
}

#[test]
fn neg_k01_k32_one_map_and_nothing_else() {
    for cose in [&[][..], &[0x80], &[0x01], &[0x41, 0xa0], &[0xbf, 0xff], &[0xa1, 0x01]] {
        assert_eq!(CredentialPublicKey::from_cose(cose, false), Err(KeyFault::NotCoseKey), "{cose:?}");
    }
    let longer = [map(&ec2()), vec![0]].concat();
    assert_eq!(CredentialPublicKey::from_cose(&longer, false), Err(KeyFault::NotCoseKey));
    assert_eq!(CredentialPublicKey::from_cose(&[0xa0], false), Err(KeyFault::MissingParameter));
}

#[test]
fn neg_k02_k03_k13_nothing_is_missing() {
    let n = modulus(2048);
    for (entries, labels) in
        [(ec2(), &[1, 3, -1, -2, -3][..]), (okp(), &[1, 3, -1, -2]), (rsa(&n, &[3]), &[1, 3, -1, -2])]
    {
        for label in labels {
            refused(&without(entries.clone(), *label), KeyFault::MissingParameter);
        }
    }
}

#[test]
fn neg_k04_k06_algorithms() {
    refused(&with(ec2(), 3, [head(3, 5), b"ES256".to_vec()].concat()), KeyFault::BadParameter);
    for id in [0, 7, -6, -10, -20, -34, -40, -46, -54, -256, -260, -65534] {
        refused(&with(ec2(), 3, int(id)), KeyFault::UnknownAlgorithm);
    }
    // The same key under another identifier is a key of that algorithm and of no other.
    assert_eq!(read(&with(ec2(), 3, int(-9))).unwrap().algorithm(), Algorithm::Esp256);
    assert_eq!(read(&with(okp(), 3, int(-19))).unwrap().algorithm(), Algorithm::Ed25519);
    let outside = [0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff].to_vec();
    refused(&with(ec2(), 3, outside), KeyFault::NotCoseKey);
}

#[test]
fn neg_k07_k08_k17_k18_type_and_curve_fit_the_algorithm() {
    refused(&with(rsa(&modulus(2048), &[3]), 3, int(-7)), KeyFault::WrongType);
    refused(&with(okp(), 3, int(-7)), KeyFault::WrongType);
    refused(&with(ec2(), 3, int(-257)), KeyFault::WrongType);
    refused(&with(ec2(), 3, int(-8)), KeyFault::WrongType);
    for crv in [0, 2, 3, 6, 8] {
        refused(&with(ec2(), -1, int(crv)), KeyFault::WrongType);
    }
    for crv in [1, 4, 5, 7] {
        refused(&with(okp(), -1, int(crv)), KeyFault::WrongType);
    }
    for kty in [0, 1, 3, 4, 7] {
        refused(&with(ec2(), 1, int(kty)), KeyFault::WrongType);
    }
}

#[test]
fn neg_k10_k11_k12_k19_points_have_their_length() {
    for compressed in [0xf4, 0xf5] {
        refused(&with(ec2(), -3, vec![compressed]), KeyFault::BadParameter);
    }
    for len in [0, 31, 33, 64, 65] {
        refused(&with(ec2(), -2, bytes(&vec![1; len])), KeyFault::BadParameter);
        refused(&with(ec2(), -3, bytes(&vec![1; len])), KeyFault::BadParameter);
        refused(&with(okp(), -2, bytes(&vec![1; len])), KeyFault::BadParameter);
    }
    refused(&with(okp(), -2, int(1)), KeyFault::BadParameter);
}

#[test]
fn neg_k21_to_k24_rsa_sizes() {
    for bits in [2048, 2049, 3072, 3482, 4096, 8191, 8192] {
        assert!(read(&rsa(&modulus(bits), &[1, 0, 1])).is_ok(), "{bits}");
    }
    for bits in [8, 512, 1024, 2040, 2047, 8193, 16384, 32768] {
        refused(&rsa(&modulus(bits), &[1, 0, 1]), KeyFault::WeakRsa);
    }
    let n = modulus(2048);
    for e in [&[1][..], &[2], &[1, 0, 0], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
        refused(&rsa(&n, e), KeyFault::WeakRsa);
    }
    for e in [&[3][..], &[1, 1], &[0xff; 8]] {
        assert!(read(&rsa(&n, e)).is_ok());
    }
    for e in [&[][..], &[0], &[0, 3]] {
        refused(&rsa(&n, e), KeyFault::BadParameter);
    }
    let even = [&n[..n.len() - 1], &[0xfe]].concat();
    refused(&rsa(&even, &[3]), KeyFault::WeakRsa);
    refused(&rsa(&[&[0], &n[..]].concat(), &[3]), KeyFault::BadParameter);
    refused(&rsa(&[], &[3]), KeyFault::BadParameter);
}

#[test]
fn neg_k25_private_numbers_are_refused() {
    refused(&with(ec2(), -4, bytes(&[1; 32])), KeyFault::PrivateKey);
    refused(&with(okp(), -4, bytes(&[1; 32])), KeyFault::PrivateKey);
    for label in -12..=-3 {
        refused(&with(rsa(&modulus(2048), &[3]), label, bytes(&[1; 32])), KeyFault::PrivateKey);
    }
}

#[test]
fn neg_k26_extra_parameters_are_refused_only_if_strict() {
    let key_ops = vec![0x81, 0x02];
    let text = (vec![0x61, b'x'], int(1));
    let extras = [
        with(ec2(), 2, bytes(b"kid")),
        with(ec2(), 4, key_ops),
        with(ec2(), 5, bytes(&[0; 8])),
        with(okp(), -3, bytes(&[0; 32])),
        with(ec2(), -13, int(0)),
        ec2().into_iter().chain([text]).collect(),
    ];
    for entries in extras {
        assert_eq!(read(&entries), Err(KeyFault::ExtraParameter));
        let plain = if entries.contains(&(int(1), int(2))) { ec2() } else { okp() };
        let key = CredentialPublicKey::from_cose(&map(&entries), false).unwrap();
        assert_eq!(key.material(), read(&plain).unwrap().material());
    }
}

#[test]
fn neg_k27_duplicate_labels_are_refused() {
    for mut entries in [ec2(), okp()] {
        entries.push((int(-2), bytes(&[0x44; 32])));
        refused(&entries, KeyFault::NotCoseKey);
    }
}

#[test]
fn parameters_beyond_64_kib_are_refused() {
    let mut cose = map(&ec2());
    let y = cose.split_off(cose.len() - bytes(&[0x22; 32]).len() - 1);
    cose[0] += 1;
    cose.extend([int(2), head(2, 65_535), vec![0; 65_535], y].concat());
    assert_eq!(CredentialPublicKey::from_cose(&cose, false), Err(KeyFault::NotCoseKey));
}

#[test]
fn quick_form_is_frozen() {
    let key = read(&ec2()).unwrap();
    let quick = [1, 0xff, 0xff, 0xff, 0xf9, 0, 10, 0, 32, 0, 45, 0, 32];
    assert_eq!(key.quick(), quick);
    assert_eq!(CredentialPublicKey::from_quick(map(&ec2()), &quick), Ok(key));
    assert_eq!(read(&okp()).unwrap().quick(), [1, 0xff, 0xff, 0xff, 0xf8, 0, 10, 0, 32, 0, 0, 0, 0]);
    let quick = read(&rsa(&modulus(2048), &[1, 0, 1])).unwrap().quick();
    assert_eq!(quick, [1, 0xff, 0xff, 0xfe, 0xff, 0, 11, 1, 0, 1, 13, 0, 3]);
}

#[test]
fn quick_form_is_checked() {
    let cose = map(&ec2());
    let quick = read(&ec2()).unwrap().quick();
    let from = |cose: &[u8], quick: &[u8]| CredentialPublicKey::from_quick(cose.to_vec(), quick);
    assert_eq!(from(&cose, &quick[..12]), Err(KeyFault::NotCoseKey));
    assert_eq!(from(&cose, &[&quick[..], &[0]].concat()), Err(KeyFault::NotCoseKey));
    assert_eq!(from(&cose[..cose.len() - 1], &quick), Err(KeyFault::NotCoseKey));
    assert_eq!(from(&[], &quick), Err(KeyFault::NotCoseKey));
    let changed = |at: usize, value: u8| {
        let mut quick = quick;
        quick[at] = value;
        from(&cose, &quick)
    };
    assert_eq!(changed(0, 2), Err(KeyFault::NotCoseKey));
    assert_eq!(changed(4, 0xf6), Err(KeyFault::NotCoseKey));
    assert_eq!(changed(4, 0xdd), Err(KeyFault::BadParameter));
    assert_eq!(changed(4, 0xf8), Err(KeyFault::NotCoseKey));
    assert_eq!(changed(5, 0xff), Err(KeyFault::NotCoseKey));
    assert_eq!(changed(8, 31), Err(KeyFault::BadParameter));
    assert_eq!(changed(12, 0), Err(KeyFault::BadParameter));
}

#[test]
fn identifiers_go_both_ways() {
    let registry = [
        (Algorithm::Es256, -7, "ES256"),
        (Algorithm::EdDsa, -8, "EdDSA"),
        (Algorithm::Rs256, -257, "RS256"),
        (Algorithm::Es384, -35, "ES384"),
        (Algorithm::Es512, -36, "ES512"),
        (Algorithm::Es256K, -47, "ES256K"),
        (Algorithm::Rs384, -258, "RS384"),
        (Algorithm::Rs512, -259, "RS512"),
        (Algorithm::Ps256, -37, "PS256"),
        (Algorithm::Ps384, -38, "PS384"),
        (Algorithm::Ps512, -39, "PS512"),
        (Algorithm::Esp256, -9, "ESP256"),
        (Algorithm::Esp384, -51, "ESP384"),
        (Algorithm::Esp512, -52, "ESP512"),
        (Algorithm::Ed25519, -19, "Ed25519"),
        (Algorithm::Ed448, -53, "Ed448"),
        (Algorithm::MlDsa44, -48, "ML-DSA-44"),
        (Algorithm::MlDsa65, -49, "ML-DSA-65"),
        (Algorithm::MlDsa87, -50, "ML-DSA-87"),
        (Algorithm::Rs1, -65535, "RS1"),
    ];
    assert_eq!(registry.map(|(algorithm, ..)| algorithm), Algorithm::ALL);
    for (algorithm, id, name) in registry {
        assert_eq!((algorithm.id(), algorithm.name()), (id, name));
        assert_eq!(Algorithm::from_id(id), Some(algorithm));
        assert_eq!(format!("{algorithm}"), name);
    }
    assert_eq!(Algorithm::from_id(7), None);
    assert_eq!(Algorithm::from_id(i64::MIN), None);
}

#[test]
fn debug_shows_no_key() {
    assert_eq!(format!("{:?}", read(&ec2()).unwrap()), "CredentialPublicKey { algorithm: Es256, .. }");
}

fn any_key() -> impl Strategy<Value = Entries> {
    let number = |len: core::ops::Range<usize>| prop::collection::vec(any::<u8>(), len);
    let base = prop_oneof![
        (number(31..34), number(32..33)).prop_map(|(x, y)| with(with(ec2(), -2, bytes(&x)), -3, bytes(&y))),
        number(31..34).prop_map(|x| with(okp(), -2, bytes(&x))),
        (prop::sample::select(&Algorithm::ALL[..]), 0_usize..3).prop_map(|(algorithm, more)| {
            let entries = algorithms::entries(algorithm);
            let label = if entries.len() == 3 { -1 } else { -2 };
            let (_, value) = entries.iter().find(|(key, _)| *key == int(label)).unwrap();
            let number = vec![1; value.len() - 4 + more];
            with(entries.clone(), label, bytes(&number))
        }),
        (number(255..260), number(0..10)).prop_map(|(n, e)| rsa(&n, &e)),
    ];
    let extra = prop::collection::vec((-14_i64..8, number(0..300)), 0..3);
    (base, extra).prop_flat_map(|(mut entries, extra)| {
        for (label, value) in extra {
            entries.push((int(label), bytes(&value)));
        }
        Just(entries).prop_shuffle()
    })
}

mod algorithms;

proptest! {
    #[test]
    fn both_ways_of_loading_agree(entries in any_key()) {
        if let Ok(key) = CredentialPublicKey::from_cose(&map(&entries), false) {
            let again = CredentialPublicKey::from_quick(key.as_cose().to_vec(), &key.quick());
            prop_assert_eq!(again.as_ref().map(CredentialPublicKey::material), Ok(key.material()));
            prop_assert_eq!(again, Ok(key));
        }
    }

    #[test]
    fn any_bytes_are_harmless(cose: Vec<u8>, quick in prop::collection::vec(any::<u8>(), 0..16), offset in 0_u8..40) {
        let _ = CredentialPublicKey::from_cose(&cose, true);
        let _ = CredentialPublicKey::from_quick(cose.clone(), &quick);
        let quick = [1, 0xff, 0xff, 0xff, 0xf9, 0, offset, 0, 32, 0, offset, 0, 32];
        let fits = usize::from(offset) + 32 <= cose.len();
        prop_assert_eq!(CredentialPublicKey::from_quick(cose, &quick).is_ok(), fits);
    }
}
