//! Whole registrations that try to get past what the metadata says.

use crate::pki;
use crate::service::{NOW, entry, metadata, reported, statement};
use crate::subject::record;
use base64ct::{Base64, Encoding};
use ceremony::x509::{Certificate, TrustAnchor, TrustAnchors};
use ceremony::{
    Aaguid, AttestationConveyance, AttestationPolicy, Ceremony, Challenge, Registration, RegistrationRequest,
    RegistrationResponse, RelyingParty, UserEntity, UserHandle,
};
use ceremony_metadata::{
    AuthenticatorStatus, Certification, Metadata, Observation, Refusal, StatusPolicy, Subject, Verdict,
};
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Cbor, Client, Stage, TestCa};
use p256::ecdsa::Signature;
use serde_json::{Value, json};
use std::slice;

const MAKE: [u8; 16] = [7; 16];

fn anchors(authorities: &[&TestCa]) -> TrustAnchors {
    authorities.iter().map(|ca| TrustAnchor::from_der(ca.root_der()).unwrap()).collect()
}

/// What the README recommends.
fn keeping(anchors: TrustAnchors) -> AttestationPolicy {
    AttestationPolicy::trusted(anchors).keep_certificates(true)
}

fn device(kind: Attestation, aaguid: [u8; 16], parts: &[Attestation], ca: &TestCa) -> Authenticator {
    let device = Authenticator::new("attacker").algorithm(Algorithm::Es256).attestation(kind).aaguid(aaguid);
    device.compound(parts.to_vec()).ca(ca.clone())
}

fn register(policy: &AttestationPolicy, mut device: Authenticator, edit: &mut dyn FnMut(Stage<'_>)) -> Registration {
    let rp = RelyingParty::builder("example.com", "Example").origin("https://example.com");
    let ceremony = Ceremony::new(rp.attestation(policy.clone()).build().unwrap());
    let user = UserEntity::new(UserHandle::new([7; 64]).unwrap(), "ada", "Ada");
    let request = RegistrationRequest::passkey(user).attestation(AttestationConveyance::Direct);
    let (options, state) = ceremony.begin_registration(request, Challenge::new([3; 32]), NOW).unwrap();
    let options = serde_json::to_value(&options).unwrap();
    let body = device.register_edit(&options, &Client::new("https://example.com"), edit).unwrap();
    ceremony.finish_registration(state, &RegistrationResponse::from_json(&body).unwrap(), NOW).unwrap()
}

fn honest(policy: &AttestationPolicy, device: Authenticator) -> Registration {
    register(policy, device, &mut |_| ())
}

fn of_make(mut entry: Value) -> Value {
    entry["aaguid"] = Aaguid::new(MAKE).to_string().into();
    entry
}

fn verdict(metadata: &Metadata, registration: &Registration) -> Verdict {
    metadata.assess(registration, NOW, &StatusPolicy::default()).verdict
}

fn refused(status: AuthenticatorStatus) -> Verdict {
    Verdict::Refuse(Refusal::Status(status))
}

/// The identifier of the leaf's key, and its text in an entry.
fn leaf_key(registration: &Registration) -> ([u8; 20], String) {
    let leaf = Certificate::parse(&registration.record().attestation.intermediates[0]).unwrap();
    let identifier = leaf.key_identifier().unwrap();
    (identifier, identifier.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// An entry of a U2F make, known by its key.
fn of_key(text: &str, status: &str) -> Value {
    json!({
        "attestationCertificateKeyIdentifiers": [text],
        "metadataStatement": statement(),
        "statusReports": [{ "status": status, "effectiveDate": "2026-01-01" }],
    })
}

/// The bytes of the first element, with its header, and those behind it.
fn split(der: &[u8]) -> (&[u8], &[u8]) {
    let (header, len) = match der[1] {
        0x81 => (3, usize::from(der[2])),
        0x82 => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
        len => (2, usize::from(len)),
    };
    der.split_at(header + len)
}

fn contents(der: &[u8]) -> &[u8] {
    let header = match der[1] {
        0x81 => 3,
        0x82 => 4,
        _ => 2,
    };
    &der[header..]
}

/// The same certificate with the other valid signature, (r, -s), which nobody's key is needed for.
fn rewritten(certificate: &[u8]) -> Vec<u8> {
    let (tbs, rest) = split(contents(certificate));
    let (algorithm, bits) = split(rest);
    let signature = Signature::from_der(&contents(bits)[1..]).unwrap();
    let (r, s) = signature.split_scalars();
    let other = Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
    pki::seq(&[tbs, algorithm, &pki::tlv(3, &[&[0], other.to_der().as_bytes()].concat())])
}

/// Changes the certificates of a statement that has them.
fn certificates(stage: Stage<'_>, change: impl FnOnce(&mut Vec<Cbor>)) {
    if let Stage::AttestationStatement(statement) = stage {
        let Cbor::Map(members) = &*statement else { panic!("a map") };
        let (_, x5c) = members.iter().find(|(name, _)| *name == Cbor::from("x5c")).unwrap();
        let Cbor::Array(mut x5c) = x5c.clone() else { panic!("certificates") };
        change(&mut x5c);
        statement.set("x5c", Cbor::Array(x5c));
    }
}

#[test]
fn a_compromised_key_is_known_however_its_certificate_is_signed() {
    let ca = TestCa::default();
    let policy = keeping(anchors(&[&ca]));
    let device = || device(Attestation::Packed, MAKE, &[], &ca);
    let found = honest(&policy, device());
    let named = &found.record().attestation.intermediates[0];
    let metadata = metadata(&[of_make(reported(json!([{
        "status": "ATTESTATION_KEY_COMPROMISE", "effectiveDate": "2026-01-01", "certificate": Base64::encode_string(named),
    }])))]);
    let compromised = refused(AuthenticatorStatus::AttestationKeyCompromise);
    assert_eq!(verdict(&metadata, &found), compromised);
    let dodging = register(&policy, device(), &mut |stage| {
        certificates(stage, |x5c| {
            let Cbor::Bytes(leaf) = &x5c[0] else { panic!("bytes") };
            x5c[0] = Cbor::Bytes(rewritten(leaf));
        });
    });
    assert!(dodging.attestation().trusted);
    assert_ne!(&dodging.record().attestation.intermediates[0], named);
    assert_eq!(verdict(&metadata, &dodging), compromised);
}

#[test]
fn what_is_said_of_a_key_counts_in_every_format() {
    let ca = TestCa::default();
    let policy = keeping(anchors(&[&ca]));
    let single = honest(&policy, device(Attestation::FidoU2f, [0; 16], &[], &ca));
    let (identifier, text) = leaf_key(&single);
    let of_u2f = metadata(&[of_key(&text, "REVOKED")]);
    assert_eq!(verdict(&of_u2f, &single), refused(AuthenticatorStatus::Revoked));
    let twice = honest(&policy, device(Attestation::Compound, [0; 16], &[Attestation::FidoU2f; 2], &ca));
    assert!(twice.attestation().trusted);
    assert_eq!(verdict(&of_u2f, &twice), refused(AuthenticatorStatus::Revoked));
    // Known from the response where the record keeps no certificates.
    let mut bare = twice.into_record();
    bare.attestation.intermediates.clear();
    let subject = Subject::from(&bare).with_key_identifier(Some(identifier));
    assert!(!of_u2f.assess(subject, NOW, &StatusPolicy::default()).is_accepted());

    let packed = honest(&policy, device(Attestation::Packed, [0; 16], &[], &ca));
    let (_, text) = leaf_key(&packed);
    let of_packed = metadata(&[of_key(&text, "USER_KEY_REMOTE_COMPROMISE")]);
    assert_eq!(verdict(&of_packed, &packed), refused(AuthenticatorStatus::UserKeyRemoteCompromise));
    // Beside a good entry of the make that it claims, too.
    let of_a_make = honest(&policy, device(Attestation::Packed, MAKE, &[], &ca));
    let (_, its_text) = leaf_key(&of_a_make);
    assert_eq!(verdict(&metadata(&[of_make(entry())]), &of_a_make), Verdict::Accept);
    let both = metadata(&[of_make(entry()), of_key(&its_text, "REVOKED")]);
    assert_eq!(verdict(&both, &of_a_make), refused(AuthenticatorStatus::Revoked));
    let merit = metadata(&[of_key(&text, "FIDO_CERTIFIED_L2")]);
    let certified = StatusPolicy::default().minimum_certification(Certification::L1);
    let assessed = merit.assess(&packed, NOW, &certified);
    assert_eq!(assessed.verdict, Verdict::Refuse(Refusal::NoEntry), "a merit is for whom the entry is of");
}

#[test]
fn a_u2f_key_of_the_maker_certifies_no_other_device() {
    let (maker, other) = (TestCa::builder("maker").build(), TestCa::builder("other").name("Other").build());
    let policy = keeping(anchors(&[&maker, &other]));
    let mut entry = of_make(reported(json!([{ "status": "FIDO_CERTIFIED_L2", "effectiveDate": "2024-01-01" }])));
    entry["metadataStatement"]["attestationTypes"] = json!(["basic_full", "attca"]);
    entry["metadataStatement"]["attestationRootCertificates"] = json!([Base64::encode_string(maker.root_der())]);
    let metadata = metadata(&[entry]);
    let judge = |registration: &Registration| {
        let certified = StatusPolicy::default().minimum_certification(Certification::L2);
        metadata.assess(registration, NOW, &certified).verdict
    };
    let own = honest(&policy, device(Attestation::Packed, MAKE, &[], &maker));
    assert_eq!(judge(&own), Verdict::Accept);
    let tpm = honest(&policy, device(Attestation::Tpm, MAKE, &[], &other));
    assert_eq!(judge(&tpm), Verdict::Refuse(Refusal::NotTrusted));
    // The U2F statement covers neither the AAGUID nor the authenticator data: made elsewhere, it is put beside.
    let both = |ca: &TestCa| device(Attestation::Compound, MAKE, &[Attestation::Tpm, Attestation::FidoU2f], ca);
    let mut lent = None;
    let _ = register(&policy, both(&maker), &mut |stage| {
        if let Stage::AttestationStatement(Cbor::Array(elements)) = stage {
            lent = Some(elements[1].clone());
        }
    });
    let together = register(&policy, both(&other), &mut |stage| {
        if let Stage::AttestationStatement(Cbor::Array(elements)) = stage {
            elements[1] = lent.clone().unwrap();
        }
    });
    assert!(together.attestation().trusted);
    assert_eq!(judge(&together), Verdict::Refuse(Refusal::NotTrusted));
}

#[test]
fn self_attestation_that_is_not_admitted_is_no_more_for_coming_twice() {
    let ca = TestCa::default();
    let policy = AttestationPolicy::default().trust_anchors(anchors(&[&ca]));
    let metadata = metadata(&[of_make(entry())]);
    for parts in [&[Attestation::PackedSelf; 2][..], &[Attestation::None, Attestation::PackedSelf]] {
        let registration = honest(&policy, device(Attestation::Compound, MAKE, parts, &ca));
        assert_eq!(verdict(&metadata, &registration), Verdict::Refuse(Refusal::AttestationType), "{parts:?}");
    }
    let nothing = honest(&policy, device(Attestation::Compound, MAKE, &[Attestation::None; 2], &ca));
    assert_eq!(nothing.attestation().attestation_type, ceremony::AttestationType::None);
    assert_eq!(verdict(&metadata, &nothing), Verdict::Accept, "as without attestation");
    let mixed = [Attestation::PackedSelf, Attestation::Packed];
    let mixed = honest(&policy, device(Attestation::Compound, MAKE, &mixed, &ca));
    assert_eq!(mixed.attestation().attestation_type, ceremony::AttestationType::Compound);
}

#[test]
fn an_entry_that_cannot_be_read_hides_no_status() {
    let spoilt = |member: &str, value: Value| {
        let mut entry = reported(json!([{ "status": "FIDO_CERTIFIED_L2" }, { "status": "REVOKED" }]));
        entry[member] = value;
        entry
    };
    let revoked = refused(AuthenticatorStatus::Revoked);
    let record = record();
    let judge = |entries: &[Value], policy: &StatusPolicy| metadata(entries).assess(&record, NOW, policy);
    let open = StatusPolicy::default();
    let broken = spoilt("timeOfLastStatusChange", json!(7));
    assert_eq!(judge(slice::from_ref(&broken), &open).verdict, revoked, "alone");
    assert_eq!(judge(&[entry(), broken], &open).verdict, revoked, "behind one that can be read");
    // A report counts even where its word alone can be read.
    let mut worded = spoilt("metadataStatement", Value::Null);
    worded["statusReports"] = json!([7, { "status": "REVOKED", "authenticatorVersion": "5" }]);
    assert_eq!(judge(slice::from_ref(&worded), &open).verdict, revoked);
    worded["statusReports"] = json!([{ "status": 7 }]);
    assert_eq!(judge(&[worded], &open).verdict, Verdict::Accept, "nothing is known");
    // Merits do not count, and what is required is not there.
    let mut good = reported(json!([{ "status": "FIDO_CERTIFIED_L2" }]));
    good["timeOfLastStatusChange"] = json!(7);
    for policy in [
        StatusPolicy::default().require_entry(true),
        StatusPolicy::default().minimum_certification(Certification::L1),
        StatusPolicy::default().minimum_fips140(1),
    ] {
        assert_eq!(judge(slice::from_ref(&good), &policy).verdict, Verdict::Refuse(Refusal::NoEntry));
        assert_eq!(judge(&[entry(), good.clone()], &policy).verdict, Verdict::Refuse(Refusal::NoEntry));
    }
    let seen = judge(&[entry(), good], &open);
    assert_eq!((seen.verdict, seen.observations), (Verdict::Accept, vec![Observation::EntryUnreadable]));
}

#[test]
fn an_entry_that_cannot_be_read_hides_no_status_of_a_key() {
    let ca = TestCa::default();
    let single = honest(&keeping(anchors(&[&ca])), device(Attestation::FidoU2f, [0; 16], &[], &ca));
    let (_, text) = leaf_key(&single);
    let broken = |text: &str, status: &str| {
        let mut entry = of_key(text, status);
        entry["metadataStatement"]["description"] = Value::Null;
        entry["aaguid"] = Aaguid::ZERO.to_string().into();
        metadata(&[entry])
    };
    assert_eq!(verdict(&broken(&text, "REVOKED"), &single), refused(AuthenticatorStatus::Revoked));
    let seen = broken(&text, "UPDATE_AVAILABLE").assess(&single, NOW, &StatusPolicy::default());
    assert_eq!(seen.observations, [Observation::EntryUnreadable]);
    let other = broken(&"00".repeat(20), "REVOKED").assess(&single, NOW, &StatusPolicy::default());
    assert_eq!(
        (other.verdict, other.observations),
        (Verdict::Accept, vec![Observation::NoEntry]),
        "the zero AAGUID names nobody"
    );
}

#[test]
fn a_merit_with_a_date_that_cannot_be_read_is_none() {
    let judge =
        |reports: Value, policy: &StatusPolicy| metadata(&[reported(reports)]).assess(&record(), NOW, policy).verdict;
    let day = "2025-12-31T00:00:00Z";
    for member in ["effectiveDate", "sunsetDate"] {
        let l2 = StatusPolicy::default().minimum_certification(Certification::L2);
        let certified = json!([{ "status": "FIDO_CERTIFIED_L2", member: day }]);
        assert_eq!(judge(certified, &l2), Verdict::Refuse(Refusal::Certification), "{member}");
        let fips = StatusPolicy::default().minimum_fips140(1);
        let certified = json!([{ "status": "FIPS140_CERTIFIED_L2", member: day }]);
        assert_eq!(judge(certified, &fips), Verdict::Refuse(Refusal::Fips140), "{member}");
        // Nor does such an update mend anything.
        let mended = |update: Value| {
            let flaw = json!({ "status": "USER_VERIFICATION_BYPASS", "effectiveDate": "2025-01-01", "authenticatorVersion": 4 });
            judge(json!([flaw, update]), &StatusPolicy::default().fixed_by_update(true))
        };
        let mut update =
            json!({ "status": "UPDATE_AVAILABLE", "effectiveDate": "2025-06-01", "authenticatorVersion": 5 });
        assert_eq!(mended(update.clone()), Verdict::Accept);
        update["sunsetDate"] = day.into();
        assert_eq!(mended(update), refused(AuthenticatorStatus::UserVerificationBypass));
    }
}

#[test]
fn neg_z16_what_a_make_owes_outlasts_a_blob_without_its_entry() {
    let update = || reported(json!([{ "status": "UPDATE_AVAILABLE", "effectiveDate": "2026-01-01" }]));
    let judge = |metadata: &Metadata| metadata.assess(&record(), NOW, &StatusPolicy::default()).verdict;
    let rejected = Verdict::Refuse(Refusal::StatementNotUpdated);
    let second = || metadata(&[update()]).succeed(&metadata(&[entry()]));
    assert_eq!(judge(&second()), rejected);
    let mut broken = update();
    broken["timeOfLastStatusChange"] = json!(7);
    for between in [vec![], vec![broken]] {
        let third = metadata(&between).succeed(&metadata(&between).succeed(&second()));
        assert_eq!(judge(&third), Verdict::Accept, "there is no entry");
        assert_eq!(judge(&metadata(&[update()]).succeed(&third)), rejected);
        // Nor is an update forgotten that comes with the entry's return.
        let gone = metadata(&between).succeed(&metadata(&[entry()]));
        assert_eq!(judge(&metadata(&[update()]).succeed(&gone)), rejected);
        assert_eq!(judge(&metadata(&[entry()]).succeed(&gone)), Verdict::Accept);
    }
}
