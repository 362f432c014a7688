mod aik;
mod catalogue;
mod structures;

use super::super::testing::der::{attribute, explicit, oid, sequence, set, utf8};
use super::super::testing::{Cert, Members, Value, Verdict, World, attestation_key, credential_key, point, sign};
use crate::credential::AttestationType;
use crate::error::RejectionReason as Reason;
use crate::policy::AttestationFormat;
use sha2::{Digest, Sha256};
use std::vec;
use std::vec::Vec;

const ACCEPTED: Verdict = Ok(AttestationType::AttCa);
const STATEMENT: Verdict = Err(Reason::AttestationStatement);
const BINDING: Verdict = Err(Reason::AttestationBinding);
const KEY_MISMATCH: Verdict = Err(Reason::AttestationKeyMismatch);

const SHA256: [u8; 2] = [0x00, 0x0b];

/// A TPM2B.
fn sized(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

/// The public area of the test vectors, for a point on a curve.
fn ecc(curve: u8, x: &[u8], y: &[u8]) -> Vec<u8> {
    let parameters = [0x00, 0x10, 0x00, 0x10, 0x00, curve, 0x00, 0x10];
    [&[0x00, 0x23][..], &SHA256, &[0, 4, 0, 0], &[0, 0], &parameters, &sized(x), &sized(y)].concat()
}

/// One for an RSA key: RSASSA with SHA-256, of 2048 bits.
fn rsa(exponent: u32, modulus: &[u8]) -> Vec<u8> {
    let parameters = [0x00, 0x10, 0x00, 0x14, 0x00, 0x0b, 0x08, 0x00];
    let head = [&[0x00, 0x01][..], &SHA256, &[0, 6, 4, 0x72], &sized(&[0x9d; 32]), &parameters];
    [&head.concat()[..], &exponent.to_be_bytes(), &sized(modulus)].concat()
}

fn name(pub_area: &[u8]) -> Vec<u8> {
    [&SHA256[..], &Sha256::digest(pub_area)].concat()
}

/// certInfo to be; as in the test vectors to begin with.
struct CertInfo {
    magic: u32,
    kind: u16,
    extra_data: Vec<u8>,
    name: Vec<u8>,
}

impl CertInfo {
    fn new(world: &World, pub_area: &[u8]) -> Self {
        let extra_data = Sha256::digest(world.signed()).to_vec();
        Self { magic: 0xff54_4347, kind: 0x8017, extra_data, name: name(pub_area) }
    }

    fn encode(&self) -> Vec<u8> {
        let clock_info = [0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x22, 0x22, 0x33];
        [
            &self.magic.to_be_bytes()[..],
            &self.kind.to_be_bytes(),
            &sized(&[]),
            &sized(&self.extra_data),
            &clock_info,
            &[0; 8],
            &sized(&self.name),
            &sized(&[]),
        ]
        .concat()
    }
}

const MANUFACTURER: &[u8] = &[0x67, 0x81, 0x05, 0x02, 0x01];
const MODEL: &[u8] = &[0x67, 0x81, 0x05, 0x02, 0x02];
const VERSION: &[u8] = &[0x67, 0x81, 0x05, 0x02, 0x03];
const ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const AIK_PURPOSE: &[u8] = &[0x67, 0x81, 0x05, 0x08, 0x03];

/// A subjectAltName of one directoryName.
fn alt_name(relative_names: &[Vec<u8>]) -> Vec<u8> {
    sequence(&[explicit(4, &sequence(relative_names))])
}

fn tpm_attributes(manufacturer: &str) -> [Vec<u8>; 3] {
    [
        attribute(MANUFACTURER, utf8(manufacturer)),
        attribute(VERSION, utf8("id:00000000")),
        attribute(MODEL, utf8("WebAuthn test vectors")),
    ]
}

fn aik_of(certificate: Cert) -> Cert {
    certificate.with_empty_subject().with(KEY_USAGE, false, sequence(&[oid(AIK_PURPOSE)])).with(
        ALT_NAME,
        true,
        alt_name(&[set(&tpm_attributes("id:00000000"))]),
    )
}

fn aik() -> Cert {
    aik_of(Cert::leaf(&attestation_key()))
}

fn credential_pub_area() -> Vec<u8> {
    let point = point(&credential_key());
    ecc(3, &point[1..33], &point[33..])
}

fn statement(cert_info: &[u8], pub_area: &[u8]) -> Members {
    Members::new([
        ("alg", Value::Int(-7)),
        ("sig", Value::Bytes(sign(&attestation_key(), cert_info))),
        ("ver", Value::Text("2.0")),
        ("x5c", Value::x5c(&[aik().der()])),
        ("pubArea", Value::Bytes(pub_area.to_vec())),
        ("certInfo", Value::Bytes(cert_info.to_vec())),
    ])
}

fn good(world: &World) -> Members {
    with_pub_area(world, &credential_pub_area())
}

/// A statement that is right but for what this public area says.
fn with_pub_area(world: &World, pub_area: &[u8]) -> Members {
    statement(&CertInfo::new(world, pub_area).encode(), pub_area)
}

/// A statement that is right but for what certInfo says.
fn with_cert_info(world: &World, change: impl FnOnce(&mut CertInfo)) -> Members {
    let pub_area = credential_pub_area();
    let mut cert_info = CertInfo::new(world, &pub_area);
    change(&mut cert_info);
    statement(&cert_info.encode(), &pub_area)
}

fn with_aik(world: &World, certificate: &Cert) -> Members {
    good(world).with("x5c", Value::x5c(&[certificate.der()]))
}

fn verify(world: &World, statement: &Members) -> Verdict {
    world.verify(AttestationFormat::Tpm, statement)
}

#[test]
fn a_statement_as_in_the_test_vectors_is_accepted() {
    let world = World::new();
    assert_eq!(verify(&world, &good(&world)), ACCEPTED);
}

#[test]
fn every_changed_byte_is_seen() {
    let world = World::new();
    let pub_area = credential_pub_area();
    let cert_info = CertInfo::new(&world, &pub_area).encode();
    let sig = sign(&attestation_key(), &cert_info);
    world.assert_covers(AttestationFormat::Tpm, &good(&world), &[&sig, &cert_info, &pub_area]);
}
