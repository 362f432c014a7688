//! From the BLOB to a registration that is trusted.

use crate::pki::{self, Template};
use crate::service::{AAGUID, NOW, entry, metadata, reported, statement};
use crate::subject::cose;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony::error::Error;
use ceremony::x509::{TrustAnchor, TrustAnchors};
use ceremony::{
    Aaguid, AttestationConveyance, AttestationFormat, AttestationPolicy, AttestationType, Ceremony, Challenge,
    Registration, RegistrationRequest, RegistrationResponse, RelyingParty, UserEntity, UserHandle,
};
use ceremony_metadata::{Metadata, StatusPolicy};
use serde_json::json;
use sha2::{Digest as _, Sha256};

const CHALLENGE: [u8; 32] = [3; 32];

/// A CBOR head and what belongs to it.
fn cbor(major: u8, len: usize, contents: &[u8]) -> Vec<u8> {
    let head = match len {
        0..24 => vec![major << 5 | len as u8],
        24..0x100 => vec![major << 5 | 24, len as u8],
        _ => vec![major << 5 | 25, (len >> 8) as u8, len as u8],
    };
    [head, contents.to_vec()].concat()
}

fn text(text: &str) -> Vec<u8> {
    cbor(3, text.len(), text.as_bytes())
}

fn bytes(bytes: &[u8]) -> Vec<u8> {
    cbor(2, bytes.len(), bytes)
}

/// What a browser sends for a key of the make, attested by the maker's certificate.
fn response(fmt: &str, aaguid: Aaguid, leaf: &[u8]) -> RegistrationResponse {
    let client_data = json!({
        "type": "webauthn.create",
        "challenge": Base64UrlUnpadded::encode_string(&CHALLENGE),
        "origin": "https://example.com",
        "crossOrigin": false,
    })
    .to_string();
    let id = [9; 16];
    let auth_data = [
        &Sha256::digest("example.com")[..],
        &[0x45, 0, 0, 0, 0],
        aaguid.as_bytes(),
        &[0, 16],
        &id,
        &cose(&pki::key(20)),
    ]
    .concat();
    let signed = [&auth_data[..], &Sha256::digest(&client_data)].concat();
    let signature = pki::sign_der(&pki::key(11), &signed);
    let statement = [
        cbor(5, 3, &[]),
        text("alg"),
        vec![0x26],
        text("sig"),
        bytes(&signature),
        text("x5c"),
        cbor(4, 1, &bytes(leaf)),
    ]
    .concat();
    let object =
        [cbor(5, 3, &[]), text("fmt"), text(fmt), text("attStmt"), statement, text("authData"), bytes(&auth_data)]
            .concat();
    let id = Base64UrlUnpadded::encode_string(&id);
    let body = json!({
        "id": id,
        "rawId": id,
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": Base64UrlUnpadded::encode_string(client_data.as_bytes()),
            "attestationObject": Base64UrlUnpadded::encode_string(&object),
        },
    });
    RegistrationResponse::from_json(body.to_string().as_bytes()).expect("well formed")
}

/// A certificate that the maker's root issued.
fn leaf() -> Vec<u8> {
    Template::new("Batch", pki::spki(&pki::key(11)), "Maker root")
        .with(pki::basic_constraints(false))
        .sign(&pki::key(10))
}

fn register(metadata: &Metadata, response: &RegistrationResponse) -> Result<Registration, Error> {
    let lookup = response.attestation_lookup().expect("attested credential data");
    register_with(response, &metadata.anchors_for(&lookup, NOW))
}

fn register_with(response: &RegistrationResponse, anchors: &TrustAnchors) -> Result<Registration, Error> {
    let policy = AttestationPolicy::default().accept_untrusted(false).keep_certificates(true);
    let rp = RelyingParty::builder("example.com", "Example").origin("https://example.com").attestation(policy);
    let ceremony = Ceremony::new(rp.build().expect("works"));
    let user = UserEntity::new(UserHandle::new([7; 64]).expect("64 bytes"), "ada", "Ada");
    let request = RegistrationRequest::passkey(user).attestation(AttestationConveyance::Direct);
    let (_, state) = ceremony.begin_registration(request, Challenge::new(CHALLENGE), NOW).expect("begins");
    ceremony.finish_registration_with_anchors(state, response, anchors, NOW)
}

#[test]
fn anchors_of_the_make_are_trusted() {
    let aaguid = Aaguid::parse(AAGUID).expect("a UUID");
    let metadata = metadata(&[entry()]);
    let registration = register(&metadata, &response("packed", aaguid, &leaf())).expect("a trusted registration");
    assert!(registration.attestation().trusted);
    assert_eq!(registration.attestation().attestation_type, AttestationType::Basic);
    let assessment = metadata.assess(&registration, NOW, &StatusPolicy::default().require_entry(true));
    assert!(assessment.is_accepted(), "{assessment:?}");
}

#[test]
fn another_makes_anchors_are_not() {
    let mut other = entry();
    other["aaguid"] = "ffffffff-0506-0708-090a-0b0c0d0e0f10".into();
    let aaguid = Aaguid::parse(AAGUID).expect("a UUID");
    assert!(register(&metadata(&[other]), &response("packed", aaguid, &leaf())).is_err());
    let stranger = Template::new("Batch", pki::spki(&pki::key(11)), "Maker root")
        .with(pki::basic_constraints(false))
        .sign(&pki::key(77));
    assert!(register(&metadata(&[entry()]), &response("packed", aaguid, &stranger)).is_err());
}

#[test]
fn anchors_are_bound_to_the_make_they_were_looked_up_for() {
    let ours = response("packed", Aaguid::parse(AAGUID).expect("a UUID"), &leaf());
    let anchors = metadata(&[entry()]).anchors_for(&ours.attestation_lookup().expect("attested credential data"), NOW);
    assert!(register_with(&ours, &anchors).is_ok());
    let other = response("packed", Aaguid::new([0xee; 16]), &leaf());
    assert!(register_with(&other, &anchors).is_err());
}

#[test]
fn neg_z16_a_rejected_statement_gives_no_anchors() {
    let aaguid = Aaguid::parse(AAGUID).expect("a UUID");
    let response = response("packed", aaguid, &leaf());
    let lookup = response.attestation_lookup().expect("attested credential data");
    let update = json!([{ "status": "UPDATE_AVAILABLE", "authenticatorVersion": 6 }]);
    assert!(metadata(&[reported(update)]).anchors_for(&lookup, NOW).is_empty());
    assert_eq!(metadata(&[entry()]).anchors_for(&lookup, NOW).len(), 1);
}

#[test]
fn neg_z17_zero_aaguid_gives_no_anchors() {
    let mut zero = entry();
    zero["aaguid"] = "00000000-0000-0000-0000-000000000000".into();
    let response = response("packed", Aaguid::ZERO, &leaf());
    let lookup = response.attestation_lookup().expect("attested credential data");
    assert!(metadata(&[zero]).anchors_for(&lookup, NOW).is_empty());
}

#[test]
fn u2f_anchors_are_found_by_the_certificates_key() {
    let response_of = |fmt| response(fmt, Aaguid::ZERO, &leaf());
    let u2f = response_of("fido-u2f");
    let lookup = u2f.attestation_lookup().expect("attested credential data");
    let identifier = lookup.certificate_key_identifier().expect("a certificate");
    let text: String = identifier.iter().map(|byte| format!("{byte:02x}")).collect();
    let listed = metadata(&[json!({
        "attestationCertificateKeyIdentifiers": [text],
        "metadataStatement": statement(),
        "statusReports": [],
    })]);
    let anchors = listed.anchors_for(&lookup, NOW);
    // Bound to the format, and to no make.
    let root = TrustAnchor::from_der(pki::authority("Maker root", &pki::key(10))).expect("a root");
    let bound = root.for_format(AttestationFormat::FidoU2f).for_aaguid(Aaguid::ZERO);
    assert_eq!(anchors, [bound].into_iter().collect());
    // An AAGUID that such a statement does not sign makes no difference: Level 3 has a test vector with one.
    let named = response("fido-u2f", Aaguid::new([7; 16]), &leaf());
    assert_eq!(listed.anchors_for(&named.attestation_lookup().expect("data"), NOW), anchors);
    // They are no anchors for anything else with a zero AAGUID.
    assert_ne!(anchors, listed.anchors_for(&response_of("packed").attestation_lookup().expect("data"), NOW));
    assert!(listed.anchors_for(&response_of("packed").attestation_lookup().expect("data"), NOW).is_empty());
    let packed = response_of("packed");
    assert!(register_with(&packed, &anchors).is_err());
    assert!(metadata(&[entry()]).anchors_for(&lookup, NOW).is_empty());
}
