use super::super::testing::{
    Cert, Members, RS256_COSE_MODULUS, Value, Verdict, World, attestation_key, cose_ec, cose_rsa, credential_key,
    point, sign,
};
use crate::cose::CredentialPublicKey;
use crate::credential::AttestationType;
use crate::error::{CertificateFault, KeyFault, RejectionReason as Reason};
use crate::policy::AttestationFormat;
use std::vec;
use std::vec::Vec;

const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];

/// Where the AAGUID stands in authenticator data.
const AAGUID: core::ops::Range<usize> = 37..53;

/// What U2F signs, behind its first byte.
fn verification_data(first: u8, world: &World) -> Vec<u8> {
    let point = point(&credential_key());
    [&[first], &world.auth_data[..32], &world.client_data_hash, &[0xcc; 32], &point].concat()
}

fn statement(sig: Vec<u8>, x5c: &[Vec<u8>]) -> Members {
    Members::new([("sig", Value::Bytes(sig)), ("x5c", Value::x5c(x5c))])
}

fn good(world: &World) -> Members {
    let sig = sign(&attestation_key(), &verification_data(0x00, world));
    statement(sig, &[Cert::leaf(&attestation_key()).der()])
}

fn verify(world: &World, statement: &Members) -> Verdict {
    world.verify(AttestationFormat::FidoU2f, statement)
}

#[test]
fn a_statement_as_in_the_test_vectors_is_accepted() {
    // The AAGUID is not zero.
    let world = World::new();
    assert_eq!(verify(&world, &good(&world)), Ok(AttestationType::Basic));
}

#[test]
fn statement_has_its_two_members_and_no_others() {
    let world = World::new();
    let good = good(&world);
    for wrong in [
        good.clone().without("sig"),
        good.clone().without("x5c"),
        good.clone().with("sig", Value::Bytes(vec![])),
        good.clone().with("sig", Value::Text("sig")),
        good.clone().with("x5c", Value::Bytes(vec![0x30])),
        good.clone().with("x5c", Value::Array(vec![Value::Text("certificate")])),
        good.with("alg", Value::Int(-7)),
    ] {
        assert_eq!(verify(&world, &wrong), Err(Reason::AttestationStatement));
    }
}

#[test]
fn neg_u01_two_certificates() {
    let world = World::new();
    let certificate = Cert::leaf(&attestation_key()).der();
    let wrong = good(&world).with("x5c", Value::x5c(&[certificate.clone(), certificate]));
    assert_eq!(verify(&world, &wrong), Err(Reason::AttestationStatement));
}

#[test]
fn neg_u02_no_certificate() {
    let world = World::new();
    assert_eq!(verify(&world, &good(&world).with("x5c", Value::x5c(&[]))), Err(Reason::AttestationStatement));
}

#[test]
fn neg_u03_certificate_of_another_curve() {
    let world = World::new();
    let certificate = Cert::of_curve(P384, &[&[0x04][..], &[0x33; 96]].concat()).der();
    let wrong = good(&world).with("x5c", Value::x5c(&[certificate]));
    assert_eq!(verify(&world, &wrong), Err(Reason::AttestationCertificate(CertificateFault::KeyType)));
}

#[test]
fn neg_u04_certificate_with_an_rsa_key() {
    let world = World::new();
    let wrong = good(&world).with("x5c", Value::x5c(&[Cert::of_rsa(&RS256_COSE_MODULUS).der()]));
    assert_eq!(verify(&world, &wrong), Err(Reason::AttestationCertificate(CertificateFault::KeyType)));
}

#[test]
fn neg_u05_coordinate_of_31_bytes() {
    // Such a key is not even read.
    let point = point(&credential_key());
    assert_eq!(
        CredentialPublicKey::from_cose(&cose_ec(&point[2..33], &point[33..]), true),
        Err(KeyFault::BadParameter)
    );
    assert_eq!(
        CredentialPublicKey::from_cose(&cose_ec(&point[1..33], &point[34..]), true),
        Err(KeyFault::BadParameter)
    );
}

#[test]
fn neg_u06_signature() {
    let world = World::new();
    let by_credential_key = sign(&credential_key(), &verification_data(0x00, &world));
    let of_packed = sign(&attestation_key(), &world.signed());
    for sig in [by_credential_key, of_packed, vec![0x30, 0x00]] {
        assert_eq!(verify(&world, &good(&world).with("sig", Value::Bytes(sig))), Err(Reason::AttestationSignature));
    }
}

#[test]
fn neg_u07_first_byte_that_is_not_zero() {
    let world = World::new();
    let sig = sign(&attestation_key(), &verification_data(0x05, &world));
    assert_eq!(verify(&world, &good(&world).with("sig", Value::Bytes(sig))), Err(Reason::AttestationSignature));
}

#[test]
fn neg_u08_credential_of_another_algorithm() {
    let world = World::of_credential(&cose_rsa(&RS256_COSE_MODULUS, &[1, 0, 1]));
    assert_eq!(verify(&world, &good(&world)), Err(Reason::AttestationAlgorithm));
}

#[test]
fn neg_u09_aaguid_that_is_not_zero_by_policy() {
    let strict = World::new().under(|policy| policy.u2f_zero_aaguid(true));
    assert_eq!(verify(&strict, &good(&strict)), Err(Reason::AttestationBinding));
    let mut zero = strict;
    zero.auth_data[AAGUID].fill(0);
    assert_eq!(verify(&zero, &good(&zero)), Ok(AttestationType::Basic));
}

#[test]
fn every_changed_byte_is_seen() {
    let world = World::new();
    let sig = sign(&attestation_key(), &verification_data(0x00, &world));
    world.assert_covers(AttestationFormat::FidoU2f, &good(&world), &[&sig]);
}
