use super::super::testing::der::{explicit, octets, sequence};
use super::super::testing::{Cert, Members, Value, Verdict, World, attestation_key, credential_key};
use super::NONCE;
use crate::credential::AttestationType;
use crate::error::{CertificateFault, RejectionReason as Reason};
use crate::policy::AttestationFormat;
use sha2::{Digest, Sha256};
use std::vec;
use std::vec::Vec;

const MALFORMED: Verdict = Err(Reason::AttestationCertificate(CertificateFault::FormatExtension));

fn statement(certificate: &Cert) -> Members {
    Members::new([("x5c", Value::x5c(&[certificate.der()]))])
}

/// A certificate of the credential with this value of the extension.
fn with_extension(value: Vec<u8>) -> Cert {
    Cert::leaf(&credential_key()).with(NONCE, false, value)
}

fn extension(nonce: &[u8]) -> Vec<u8> {
    sequence(&[explicit(1, &octets(nonce))])
}

fn good(world: &World) -> Cert {
    with_extension(extension(&Sha256::digest(world.signed())))
}

fn verify(world: &World, statement: &Members) -> Verdict {
    world.verify(AttestationFormat::Apple, statement)
}

#[test]
fn a_statement_as_in_the_test_vectors_is_accepted() {
    let world = World::new();
    let statement = statement(&good(&world));
    assert_eq!(verify(&world, &statement), Ok(AttestationType::AnonCa));
    // The member of earlier systems, whatever it says.
    assert_eq!(verify(&world, &statement.clone().with("alg", Value::Int(-7))), Ok(AttestationType::AnonCa));
    assert_eq!(verify(&world, &statement.with("alg", Value::Text("ES256"))), Ok(AttestationType::AnonCa));
}

#[test]
fn neg_l01_no_extension() {
    let world = World::new();
    assert_eq!(verify(&world, &statement(&Cert::leaf(&credential_key()))), MALFORMED);
}

#[test]
fn neg_l02_another_nonce() {
    let world = World::new();
    let mut nonce = Sha256::digest(world.signed()).to_vec();
    nonce[0] ^= 1;
    let wrong = statement(&with_extension(extension(&nonce)));
    assert_eq!(verify(&world, &wrong), Err(Reason::AttestationBinding));
    let short = statement(&with_extension(extension(&nonce[..31])));
    assert_eq!(verify(&world, &short), Err(Reason::AttestationBinding));
    assert_eq!(verify(&world, &statement(&with_extension(extension(&[])))), Err(Reason::AttestationBinding));
}

#[test]
fn neg_l03_nonce_over_authenticator_data_alone() {
    let world = World::new();
    let wrong = statement(&with_extension(extension(&Sha256::digest(&world.auth_data))));
    assert_eq!(verify(&world, &wrong), Err(Reason::AttestationBinding));
}

#[test]
fn neg_l04_extension_of_another_shape() {
    let world = World::new();
    let nonce = Sha256::digest(world.signed());
    for value in [
        vec![],
        octets(&nonce),
        explicit(1, &octets(&nonce)),
        sequence(&[octets(&nonce)]),
        sequence(&[explicit(0, &octets(&nonce))]),
        sequence(&[explicit(1, &nonce)]),
        sequence(&[explicit(1, &octets(&nonce)), octets(&nonce)]),
        sequence(&[explicit(1, &[octets(&nonce), octets(&nonce)].concat())]),
        [extension(&nonce), vec![0x05, 0x00]].concat(),
    ] {
        assert_eq!(verify(&world, &statement(&with_extension(value))), MALFORMED);
    }
}

#[test]
fn neg_l05_certificate_of_another_key() {
    let world = World::new();
    let wrong = Cert::leaf(&attestation_key()).with(NONCE, false, extension(&Sha256::digest(world.signed())));
    assert_eq!(verify(&world, &statement(&wrong)), Err(Reason::AttestationKeyMismatch));
}

#[test]
fn neg_l07_no_certificate() {
    let world = World::new();
    let good = statement(&good(&world));
    for wrong in [
        good.clone().with("x5c", Value::x5c(&[])),
        good.clone().without("x5c"),
        good.clone().with("x5c", Value::Int(1)),
        good.with("sig", Value::Bytes(vec![1])),
    ] {
        assert_eq!(verify(&world, &wrong), Err(Reason::AttestationStatement));
    }
}

#[test]
fn every_changed_byte_is_seen() {
    let world = World::new();
    let nonce = Sha256::digest(world.signed());
    world.assert_covers(AttestationFormat::Apple, &statement(&good(&world)), &[&nonce]);
}
