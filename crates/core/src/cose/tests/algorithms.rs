//! Each algorithm's one kind of key, and every other kind refused.

use super::*;

/// The algorithm's kty and crv in the registry, and the length of its first number.
fn shape(algorithm: Algorithm) -> (i64, Option<i64>, usize) {
    match algorithm {
        Algorithm::Es256 | Algorithm::Esp256 => (2, Some(1), 32),
        Algorithm::Es384 | Algorithm::Esp384 => (2, Some(2), 48),
        Algorithm::Es512 | Algorithm::Esp512 => (2, Some(3), 66),
        Algorithm::Es256K => (2, Some(8), 32),
        Algorithm::EdDsa | Algorithm::Ed25519 => (1, Some(6), 32),
        Algorithm::Ed448 => (1, Some(7), 57),
        Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 | Algorithm::Rs1 => (3, None, 256),
        Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 => (3, None, 256),
        Algorithm::MlDsa44 => (7, None, 1312),
        Algorithm::MlDsa65 => (7, None, 1952),
        Algorithm::MlDsa87 => (7, None, 2592),
    }
}

/// A key of this algorithm, as far as its form goes.
pub(super) fn entries(algorithm: Algorithm) -> Entries {
    let (kty, crv, len) = shape(algorithm);
    let first = bytes(&vec![0x33; len]);
    let mut entries = vec![(int(1), int(kty)), (int(3), int(algorithm.id()))];
    match crv {
        Some(crv) => entries.extend([(int(-1), int(crv)), (int(-2), first.clone())]),
        None if kty == 3 => entries.extend([(int(-1), bytes(&modulus(2048))), (int(-2), bytes(&[1, 0, 1]))]),
        None => entries.push((int(-1), first.clone())),
    }
    if kty == 2 {
        entries.push((int(-3), first));
    }
    entries
}

#[test]
fn every_algorithm_has_its_key() {
    for algorithm in Algorithm::ALL {
        let entries = entries(algorithm);
        let key = read(&entries).unwrap();
        let (kty, _, len) = shape(algorithm);
        assert_eq!(key.algorithm(), algorithm);
        let number = vec![0x33; len];
        let expected = match kty {
            1 => KeyMaterial::Okp { x: &number },
            2 => KeyMaterial::Ec2 { x: &number, y: &number },
            3 => KeyMaterial::Rsa { n: &modulus(2048), e: &[1, 0, 1] },
            _ => KeyMaterial::Akp { public: &number },
        };
        assert_eq!(key.material(), expected, "{algorithm}");
        let again = CredentialPublicKey::from_quick(map(&entries), &key.quick());
        assert_eq!(again, Ok(key), "{algorithm}");
    }
}

#[test]
fn neg_k07_to_k09_k17_k18_k28_k29_type_and_curve_are_the_algorithms_own() {
    for algorithm in Algorithm::ALL {
        let (kty, crv, _) = shape(algorithm);
        for other in (0..10).filter(|other| *other != kty) {
            refused(&with(entries(algorithm), 1, int(other)), KeyFault::WrongType);
        }
        if let Some(crv) = crv {
            for other in (0..10).filter(|other| *other != crv) {
                refused(&with(entries(algorithm), -1, int(other)), KeyFault::WrongType);
            }
        }
        // Any other algorithm's key under this one's identifier.
        for other in Algorithm::ALL {
            let renamed = with(entries(other), 3, int(algorithm.id()));
            let (other_kty, other_crv, other_len) = shape(other);
            let alike = (other_kty, other_crv, other_len) == shape(algorithm);
            assert_eq!(read(&renamed).is_ok(), alike, "{other} as {algorithm}");
        }
    }
}

#[test]
fn neg_k11_k12_k19_k30_numbers_have_their_length() {
    for algorithm in Algorithm::ALL {
        let (kty, _, len) = shape(algorithm);
        let labels = match kty {
            1 => &[-2][..],
            2 => &[-2, -3],
            7 => &[-1],
            _ => continue,
        };
        for label in labels {
            for wrong in [0, 1, len - 1, len + 1, 2 * len] {
                let entries = with(entries(algorithm), *label, bytes(&vec![0x33; wrong]));
                refused(&entries, KeyFault::BadParameter);
            }
            refused(&without(entries(algorithm), *label), KeyFault::MissingParameter);
        }
    }
}

#[test]
fn neg_k10_compressed_points_are_refused_on_every_curve() {
    for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| shape(*algorithm).0 == 2) {
        for sign in [0xf4, 0xf5] {
            refused(&with(entries(algorithm), -3, vec![sign]), KeyFault::BadParameter);
        }
    }
}

#[test]
fn neg_k25_k31_private_numbers_are_refused_in_every_key() {
    for algorithm in Algorithm::ALL {
        let label = match shape(algorithm).0 {
            7 => -2,
            3 => -3,
            _ => -4,
        };
        for private in [bytes(&[1; 32]), bytes(&[]), int(0)] {
            refused(&with(entries(algorithm), label, private), KeyFault::PrivateKey);
        }
    }
}

#[test]
fn neg_k26_extra_parameters_are_refused_only_if_strict_in_every_key() {
    for algorithm in Algorithm::ALL {
        let mut extras =
            vec![with(entries(algorithm), 2, bytes(b"kid")), with(entries(algorithm), 4, vec![0x81, 0x02])];
        if matches!(shape(algorithm).0, 1 | 7) {
            extras.push(with(entries(algorithm), -3, bytes(&[1; 32])));
        }
        for entries in extras {
            assert_eq!(read(&entries), Err(KeyFault::ExtraParameter), "{algorithm}");
            assert!(CredentialPublicKey::from_cose(&map(&entries), false).is_ok(), "{algorithm}");
        }
    }
}

#[test]
fn quick_form_of_one_number_has_no_second() {
    for algorithm in Algorithm::ALL {
        let cose = map(&entries(algorithm));
        let mut quick = read(&entries(algorithm)).unwrap().quick();
        if quick[9..] == [0; 4] {
            quick[12] = 1;
            assert_eq!(CredentialPublicKey::from_quick(cose, &quick), Err(KeyFault::NotCoseKey), "{algorithm}");
        }
    }
}
