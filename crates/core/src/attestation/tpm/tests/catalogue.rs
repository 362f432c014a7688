//! The negative catalogue's T01 to T23, T33: the statement and the TPM's structures.

use super::super::super::testing::{RS256_COSE_MODULUS, cose_rsa};
use super::*;
use sha1::Sha1;
use sha2::{Sha384, Sha512};

const SIGNATURE: Verdict = Err(Reason::AttestationSignature);

#[test]
fn neg_t01_t02_version() {
    let world = World::new();
    let good = good(&world);
    for wrong in [
        good.clone().with("ver", Value::Text("1.2")),
        good.clone().with("ver", Value::Text("2.0 ")),
        good.clone().with("ver", Value::Text("")),
        good.clone().with("ver", Value::Int(2)),
        good.without("ver"),
    ] {
        assert_eq!(verify(&world, &wrong), STATEMENT);
    }
}

#[test]
fn neg_t03_t04_t05_members_missing_empty_or_unknown() {
    let world = World::new();
    let good = good(&world);
    for name in ["alg", "x5c", "sig", "certInfo", "pubArea"] {
        assert_eq!(verify(&world, &good.clone().without(name)), STATEMENT, "{name}");
        assert_eq!(verify(&world, &good.clone().with(name, Value::Text("text"))), STATEMENT, "{name}");
    }
    assert_eq!(verify(&world, &good.clone().with("x5c", Value::x5c(&[]))), STATEMENT);
    assert_eq!(verify(&world, &good.clone().with("sig", Value::Bytes(vec![]))), STATEMENT);
    assert_eq!(verify(&world, &good.clone().with("pubArea", Value::Bytes(vec![]))), STATEMENT);
    assert_eq!(verify(&world, &good.with("ecdaaKeyId", Value::Bytes(vec![1]))), STATEMENT);
}

#[test]
fn neg_t06_t07_t08_t22_structures_end_where_they_end() {
    let world = World::new();
    let pub_area = credential_pub_area();
    for len in 0..pub_area.len() {
        assert_eq!(verify(&world, &with_pub_area(&world, &pub_area[..len])), STATEMENT, "{len}");
    }
    assert_eq!(verify(&world, &with_pub_area(&world, &[&pub_area[..], &[0]].concat())), STATEMENT);
    // The length that a TPM2B_PUBLIC begins with
    assert_eq!(verify(&world, &with_pub_area(&world, &sized(&pub_area))), STATEMENT);

    let cert_info = CertInfo::new(&world, &pub_area).encode();
    for len in 0..cert_info.len() {
        assert_eq!(verify(&world, &statement(&cert_info[..len], &pub_area)), STATEMENT, "{len}");
    }
    assert_eq!(verify(&world, &statement(&[&cert_info[..], &[0]].concat(), &pub_area)), STATEMENT);
    assert_eq!(verify(&world, &statement(&sized(&cert_info), &pub_area)), STATEMENT);
}

#[test]
fn neg_t09_another_modulus() {
    let world = World::of_credential(&cose_rsa(&RS256_COSE_MODULUS, &[1, 0, 1]));
    assert_eq!(verify(&world, &with_pub_area(&world, &rsa(0, &RS256_COSE_MODULUS))), ACCEPTED);
    let mut other = RS256_COSE_MODULUS;
    other[100] ^= 1;
    assert_eq!(verify(&world, &with_pub_area(&world, &rsa(0, &other))), KEY_MISMATCH);
    assert_eq!(verify(&world, &with_pub_area(&world, &rsa(0, &RS256_COSE_MODULUS[1..]))), KEY_MISMATCH);
    // Numbers are compared, not their encodings.
    let longer = [&[0, 0], &RS256_COSE_MODULUS[..]].concat();
    assert_eq!(verify(&world, &with_pub_area(&world, &rsa(0, &longer))), ACCEPTED);
}

#[test]
fn neg_t10_another_exponent() {
    // 0 stands for 65537.
    for (cose, exponent, verdict) in [
        (&[1, 0, 1][..], 0, ACCEPTED),
        (&[1, 0, 1], 65537, ACCEPTED),
        (&[1, 0, 1], 3, KEY_MISMATCH),
        (&[3], 3, ACCEPTED),
        (&[3], 0, KEY_MISMATCH),
        (&[3], 65537, KEY_MISMATCH),
    ] {
        let world = World::of_credential(&cose_rsa(&RS256_COSE_MODULUS, cose));
        let statement = with_pub_area(&world, &rsa(exponent, &RS256_COSE_MODULUS));
        assert_eq!(verify(&world, &statement), verdict, "{cose:?} {exponent}");
    }
}

#[test]
fn neg_t11_another_curve() {
    let world = World::new();
    let point = point(&credential_key());
    for curve in [0, 1, 2, 4, 5, 0x10, 0x20] {
        let wrong = with_pub_area(&world, &ecc(curve, &point[1..33], &point[33..]));
        assert_eq!(verify(&world, &wrong), KEY_MISMATCH, "{curve}");
    }
}

#[test]
fn neg_t12_t13_other_coordinates() {
    let world = World::new();
    let point = point(&credential_key());
    let (x, y) = (&point[1..33], &point[33..]);
    for (x, y) in [(y, x), (x, x), (y, y), (&x[1..], y), (x, &y[1..]), (&[][..], y), (x, &[])] {
        assert_eq!(verify(&world, &with_pub_area(&world, &ecc(3, x, y))), KEY_MISMATCH);
    }
    // Numbers are compared, not their encodings.
    let longer = with_pub_area(&world, &ecc(3, &[&[0], x].concat(), &[&[0, 0], y].concat()));
    assert_eq!(verify(&world, &longer), ACCEPTED);
}

#[test]
fn neg_t14_key_of_another_type() {
    let world = World::new();
    assert_eq!(verify(&world, &with_pub_area(&world, &rsa(0, &RS256_COSE_MODULUS))), KEY_MISMATCH);
    let of_rsa = World::of_credential(&cose_rsa(&RS256_COSE_MODULUS, &[1, 0, 1]));
    assert_eq!(verify(&of_rsa, &good(&of_rsa)), KEY_MISMATCH);
    // Neither RSA nor ECC: a keyed hash, a symmetric cipher
    for kind in [0x08, 0x25, 0x00] {
        let mut pub_area = credential_pub_area();
        pub_area[1] = kind;
        assert_eq!(verify(&world, &with_pub_area(&world, &pub_area)), STATEMENT);
    }
}

#[test]
fn neg_t15_t16_magic_and_type() {
    let world = World::new();
    for magic in [0xff54_4346, 0, 0x4743_54ff] {
        assert_eq!(verify(&world, &with_cert_info(&world, |info| info.magic = magic)), STATEMENT);
    }
    // TPM_ST_ATTEST_QUOTE, TPM_ST_ATTEST_CREATION
    for kind in [0x8018, 0x801a, 0] {
        assert_eq!(verify(&world, &with_cert_info(&world, |info| info.kind = kind)), STATEMENT);
    }
}

#[test]
fn neg_t17_other_extra_data() {
    let world = World::new();
    for extra_data in [
        vec![],
        Sha256::digest(&world.auth_data).to_vec(),
        Sha256::digest(world.client_data_hash).to_vec(),
        world.client_data_hash.to_vec(),
        Sha256::digest(world.signed())[..31].to_vec(),
    ] {
        assert_eq!(verify(&world, &with_cert_info(&world, |info| info.extra_data = extra_data)), BINDING);
    }
}

#[test]
fn neg_t18_extra_data_by_another_hash() {
    let world = World::new();
    let signed = world.signed();
    for extra_data in
        [Sha1::digest(&signed).to_vec(), Sha384::digest(&signed).to_vec(), Sha512::digest(&signed).to_vec()]
    {
        assert_eq!(verify(&world, &with_cert_info(&world, |info| info.extra_data = extra_data)), BINDING);
    }
}

#[test]
fn extra_data_is_hashed_as_the_algorithm_says() {
    let world = World::new().with_stub_verifier().under(|policy| policy.allow_sha1(true));
    let signed = world.signed();
    let pub_area = credential_pub_area();
    let hashes = [
        Sha1::digest(&signed).to_vec(),
        Sha256::digest(&signed).to_vec(),
        Sha384::digest(&signed).to_vec(),
        Sha512::digest(&signed).to_vec(),
    ];
    let rsa = aik_of(Cert::of_rsa(&RS256_COSE_MODULUS)).der();
    let p384 = aik_of(Cert::of_curve(&[0x2b, 0x81, 0x04, 0x00, 0x22], &[&[0x04][..], &[0x33; 96]].concat())).der();
    let p521 = aik_of(Cert::of_curve(&[0x2b, 0x81, 0x04, 0x00, 0x23], &[&[0x04][..], &[0x00; 132]].concat())).der();
    let p256 = aik().der();
    for (alg, certificate, hash) in [
        (-65535, &rsa, 0),
        (-257, &rsa, 1),
        (-258, &rsa, 2),
        (-259, &rsa, 3),
        (-37, &rsa, 1),
        (-38, &rsa, 2),
        (-39, &rsa, 3),
        (-7, &p256, 1),
        (-35, &p384, 2),
        (-36, &p521, 3),
    ] {
        for (at, extra_data) in hashes.iter().enumerate() {
            let cert_info = CertInfo { extra_data: extra_data.clone(), ..CertInfo::new(&world, &pub_area) };
            let statement = statement(&cert_info.encode(), &pub_area)
                .with("alg", Value::Int(alg))
                .with("sig", Value::Bytes(b"good".to_vec()))
                .with("x5c", Value::x5c(core::slice::from_ref(certificate)));
            assert_eq!(verify(&world, &statement), if at == hash { ACCEPTED } else { BINDING }, "{alg} {at}");
        }
    }
}

#[test]
fn sha1_counts_by_policy() {
    let lenient = World::new().with_stub_verifier().under(|policy| policy.allow_sha1(true));
    let strict = World::new().with_stub_verifier();
    // RS1
    let pub_area = credential_pub_area();
    let extra_data = Sha1::digest(lenient.signed()).to_vec();
    let cert_info = CertInfo { extra_data, ..CertInfo::new(&lenient, &pub_area) };
    let rs1 = statement(&cert_info.encode(), &pub_area)
        .with("alg", Value::Int(-65535))
        .with("sig", Value::Bytes(b"good".to_vec()))
        .with("x5c", Value::x5c(&[aik_of(Cert::of_rsa(&RS256_COSE_MODULUS)).der()]));
    assert_eq!(verify(&lenient, &rs1), ACCEPTED);
    assert_eq!(verify(&strict, &rs1), Err(Reason::AttestationAlgorithm));
    // nameAlg
    let mut pub_area = credential_pub_area();
    pub_area[3] = 0x04;
    let name = [&[0x00, 0x04][..], &Sha1::digest(&pub_area)].concat();
    let cert_info = CertInfo { name, ..CertInfo::new(&lenient, &pub_area) };
    let named = statement(&cert_info.encode(), &pub_area).with("sig", Value::Bytes(b"good".to_vec()));
    assert_eq!(verify(&lenient, &named), ACCEPTED);
    assert_eq!(verify(&strict, &named), Err(Reason::AttestationAlgorithm));
}

#[test]
fn neg_t19_t20_t21_another_name() {
    let world = World::new();
    let pub_area = credential_pub_area();
    let hash = Sha256::digest(&pub_area);
    for name in [
        [&SHA256[..], &Sha256::digest(&pub_area[1..])].concat(),
        [&SHA256[..], &hash[..31]].concat(),
        hash.to_vec(),
        // Another algorithm than the public area's: by its id alone, and in full
        [&[0x00, 0x0c][..], &hash].concat(),
        [&[0x00, 0x0c][..], &Sha384::digest(&pub_area)].concat(),
        // A handle
        vec![0x81, 0x00, 0x00, 0x01],
        vec![],
    ] {
        assert_eq!(verify(&world, &with_cert_info(&world, |info| info.name = name)), BINDING);
    }
}

#[test]
fn names_are_hashed_as_the_public_area_says() {
    let world = World::new();
    let mut pub_area = credential_pub_area();
    pub_area[3] = 0x0c;
    let sha384 = [&[0x00, 0x0c][..], &Sha384::digest(&pub_area)].concat();
    let cert_info = CertInfo { name: sha384, ..CertInfo::new(&world, &pub_area) };
    assert_eq!(verify(&world, &statement(&cert_info.encode(), &pub_area)), ACCEPTED);
    pub_area[3] = 0x0d;
    let sha512 = [&[0x00, 0x0d][..], &Sha512::digest(&pub_area)].concat();
    let cert_info = CertInfo { name: sha512, ..CertInfo::new(&world, &pub_area) };
    assert_eq!(verify(&world, &statement(&cert_info.encode(), &pub_area)), ACCEPTED);
}

#[test]
fn neg_t23_signature() {
    let world = World::new();
    let cert_info = CertInfo::new(&world, &credential_pub_area()).encode();
    // In a TPMT_SIGNATURE: ECDSA with SHA-256
    let wrapped = [&[0x00, 0x18, 0x00, 0x0b][..], &sign(&attestation_key(), &cert_info)].concat();
    for sig in [
        sign(&credential_key(), &cert_info),
        sign(&attestation_key(), &world.signed()),
        sign(&attestation_key(), &sized(&cert_info)),
        wrapped,
        vec![0x30, 0x00],
    ] {
        assert_eq!(verify(&world, &good(&world).with("sig", Value::Bytes(sig))), SIGNATURE);
    }
}

#[test]
fn the_algorithm_suits_the_aik() {
    let world = World::new().with_stub_verifier();
    let good = good(&world).with("sig", Value::Bytes(b"good".to_vec()));
    // EdDSA hashes nothing first; the others are for other keys, or not known.
    for alg in [-257, -37, -35, -47, -8, 0, 11] {
        let wrong = good.clone().with("alg", Value::Int(alg));
        assert_eq!(verify(&world, &wrong), Err(Reason::AttestationAlgorithm), "{alg}");
    }
}

#[test]
fn neg_t33_unknown_name_algorithm() {
    let world = World::new();
    for id in [0x00, 0x05, 0x10, 0x12, 0x27] {
        let mut pub_area = credential_pub_area();
        pub_area[3] = id;
        let name = [&[0x00, id][..], &Sha256::digest(&pub_area)].concat();
        let cert_info = CertInfo { name, ..CertInfo::new(&world, &pub_area) };
        let wrong = statement(&cert_info.encode(), &pub_area);
        assert_eq!(verify(&world, &wrong), Err(Reason::AttestationAlgorithm), "{id}");
    }
}
