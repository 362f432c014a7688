//! What became of a make, and whether a credential is what its make's metadata says (checklist Z12 to Z21).

use crate::pki::{self, Template};
use crate::service::{NOW, Service, entry, metadata, payload, reported};
use crate::subject::record;
use base64ct::{Base64, Encoding};
use ceremony::{Aaguid, Algorithm, AttestationType, CredentialId, CredentialRecord, UnixTime};
use ceremony_metadata::{
    Assessment, AuthenticatorStatus, Certification, Date, Freshness, Metadata, Observation, Refusal, StatusPolicy,
    Subject, Verdict,
};
use core::time::Duration;
use serde_json::{Value, json};

const DAY: Duration = Duration::from_secs(86_400);

fn judge(entry: Value, policy: &StatusPolicy) -> Assessment {
    metadata(&[entry]).assess(&record(), NOW, policy)
}

fn refusal(assessment: &Assessment) -> Option<Refusal> {
    assert_eq!(assessment.is_accepted(), assessment.verdict == Verdict::Accept);
    match &assessment.verdict {
        Verdict::Accept => None,
        Verdict::Refuse(refusal) => Some(refusal.clone()),
    }
}

/// Why the default policy refuses a make with these reports.
fn with_reports(reports: Value) -> Option<Refusal> {
    refusal(&judge(reported(reports), &StatusPolicy::default()))
}

#[test]
fn a_certified_make_is_accepted() {
    let assessment = judge(entry(), &StatusPolicy::default());
    assert!(assessment.is_accepted());
    assert_eq!(assessment.observations, []);
    assert_eq!(assessment.status, Some(AuthenticatorStatus::FidoCertifiedL1));
    assert_eq!(assessment.certification, Some(Certification::L1));
}

#[test]
fn neg_z12_stale_metadata() {
    let metadata = metadata(&[entry()]);
    // nextUpdate is 2026-12-01: due by the end of that day.
    let due = Date::parse("2026-12-02").expect("a day").start();
    let policy = StatusPolicy::default();
    assert_eq!(metadata.freshness(NOW), Freshness::Fresh);
    assert_eq!(metadata.freshness(UnixTime::from_millis(due.as_millis() - 1)), Freshness::Fresh);
    assert_eq!(metadata.freshness(due), Freshness::Stale(Duration::ZERO));
    assert_eq!(metadata.freshness(due.saturating_add(DAY)), Freshness::Stale(DAY));
    let late = metadata.assess(&record(), due.saturating_add(30 * DAY), &policy);
    assert!(late.is_accepted(), "a warning by default");
    assert_eq!(late.observations, [Observation::Stale(30 * DAY)]);
    let policy = policy.refuse_stale_after(7 * DAY);
    let after = |days: u32| refusal(&metadata.assess(&record(), due.saturating_add(days * DAY), &policy));
    assert_eq!(after(7), None);
    assert_eq!(after(8), Some(Refusal::Stale));
}

#[test]
fn neg_z13_bad_statuses() {
    let bad = [
        AuthenticatorStatus::Revoked,
        AuthenticatorStatus::Retired,
        AuthenticatorStatus::UserVerificationBypass,
        AuthenticatorStatus::AttestationKeyCompromise,
        AuthenticatorStatus::UserKeyRemoteCompromise,
        AuthenticatorStatus::UserKeyPhysicalCompromise,
    ];
    for status in bad {
        let report = json!({ "status": status.as_str(), "effectiveDate": "2026-11-21" });
        assert_eq!(with_reports(json!([report])), Some(Refusal::Status(status.clone())));
        // A later certificate does not make up for it.
        let later = json!({ "status": "FIDO_CERTIFIED_L2", "effectiveDate": "2026-11-21" });
        assert_eq!(with_reports(json!([report, later])), Some(Refusal::Status(status.clone())));
        // The policy's list is the whole list.
        let lenient = StatusPolicy::default().refuse_statuses([AuthenticatorStatus::NotFidoCertified]);
        assert_eq!(refusal(&judge(reported(json!([report])), &lenient)), None);
    }
    for status in ["NOT_FIDO_CERTIFIED", "SELF_ASSERTION_SUBMITTED", "FIDO_CERTIFIED", "FIPS140_CERTIFIED_L2"] {
        assert_eq!(with_reports(json!([{ "status": status }])), None, "{status}");
    }
    let strict = StatusPolicy::default().refuse_statuses([AuthenticatorStatus::NotFidoCertified]);
    let refused = refusal(&judge(reported(json!([{ "status": "NOT_FIDO_CERTIFIED" }])), &strict));
    assert_eq!(refused, Some(Refusal::Status(AuthenticatorStatus::NotFidoCertified)));
}

#[test]
fn neg_z13_bad_status_with_a_date_that_cannot_be_read() {
    let revoked = Some(Refusal::Status(AuthenticatorStatus::Revoked));
    for name in ["effectiveDate", "sunsetDate"] {
        let mut report = json!({ "status": "REVOKED" });
        report[name] = "0000-99-99".into();
        assert_eq!(with_reports(json!([report])), revoked);
    }
}

#[test]
fn neg_z14_future_effective_date_does_not_count() {
    assert_eq!(with_reports(json!([{ "status": "REVOKED", "effectiveDate": "2026-11-22" }])), None);
    let today = with_reports(json!([{ "status": "REVOKED", "effectiveDate": "2026-11-21" }]));
    assert_eq!(today, Some(Refusal::Status(AuthenticatorStatus::Revoked)));
    let entry = reported(json!([
        { "status": "FIDO_CERTIFIED_L2", "effectiveDate": "2027-01-01" },
        { "status": "FIDO_CERTIFIED_L1", "effectiveDate": "2026-01-01" },
    ]));
    let assessment = judge(entry, &StatusPolicy::default());
    assert_eq!(assessment.status, Some(AuthenticatorStatus::FidoCertifiedL1));
    assert_eq!(assessment.certification, Some(Certification::L1));
}

#[test]
fn past_sunset_date_does_not_count() {
    assert_eq!(with_reports(json!([{ "status": "RETIRED", "sunsetDate": "2026-11-20" }])), None);
    let last_day = with_reports(json!([{ "status": "RETIRED", "sunsetDate": "2026-11-21" }]));
    assert_eq!(last_day, Some(Refusal::Status(AuthenticatorStatus::Retired)));
}

#[test]
fn the_latest_report_is_the_current_status() {
    let current = |reports: Value| metadata(&[reported(reports)]).entries()[0].current_status(Date::of(NOW)).cloned();
    let l1 = json!({ "status": "FIDO_CERTIFIED_L1", "effectiveDate": "2026-01-01" });
    let l2 = json!({ "status": "FIDO_CERTIFIED_L2", "effectiveDate": "2026-02-01" });
    let undated = json!({ "status": "FIDO_CERTIFIED" });
    assert_eq!(current(json!([l2, l1])), Some(AuthenticatorStatus::FidoCertifiedL2), "by date");
    assert_eq!(current(json!([l2, undated])), Some(AuthenticatorStatus::FidoCertifiedL2), "one with a date is later");
    let other = json!({ "status": "UPDATE_AVAILABLE", "effectiveDate": "2026-02-01" });
    assert_eq!(current(json!([l2, other])), Some(AuthenticatorStatus::UpdateAvailable), "then by place");
    assert_eq!(current(json!([])), None);
}

#[test]
fn neg_z15_unknown_status_does_not_fail() {
    let entry = reported(json!([
        { "status": "FIDO_CERTIFIED_L1", "effectiveDate": "2024-01-01" },
        { "status": "SUPER_REVOKED", "effectiveDate": "2026-01-01" },
    ]));
    let assessment = judge(entry, &StatusPolicy::default());
    assert!(assessment.is_accepted());
    assert_eq!(assessment.status, Some(AuthenticatorStatus::FidoCertifiedL1), "it is ignored");
    assert_eq!(assessment.observations, [Observation::UnknownStatus("SUPER_REVOKED".into())]);
}

#[test]
fn neg_z16_update_without_a_higher_version() {
    let not_updated = Some(Refusal::StatementNotUpdated);
    let lenient = StatusPolicy::default().refuse_statuses([]);
    // The statement's version is 5.
    let with = |reports: Value| refusal(&judge(reported(reports), &lenient));
    let update = |version: u64| json!({ "status": "UPDATE_AVAILABLE", "effectiveDate": "2026-02-01", "authenticatorVersion": version });
    let flaw = |version: u64| json!({ "status": "USER_KEY_REMOTE_COMPROMISE", "effectiveDate": "2026-01-01", "authenticatorVersion": version });
    assert_eq!(with(json!([update(6)])), not_updated);
    assert_eq!(with(json!([update(5)])), None);
    assert_eq!(with(json!([flaw(5), update(5)])), not_updated);
    assert_eq!(with(json!([flaw(6), update(5)])), not_updated);
    assert_eq!(with(json!([flaw(4), update(5)])), None);
    assert_eq!(with(json!([update(5), flaw(5)])), not_updated, "the order is that of dates");
    // A later update does not undo what an earlier one announced.
    let next = json!({ "status": "UPDATE_AVAILABLE", "effectiveDate": "2026-02-02" });
    assert_eq!(with(json!([update(6), next])), not_updated);
    assert_eq!(with(json!([update(5), next])), None);
    // An update that is not there yet announces nothing.
    let future = json!({ "status": "UPDATE_AVAILABLE", "effectiveDate": "2027-02-01", "authenticatorVersion": 6 });
    assert_eq!(with(json!([future])), None);
    // Without versions there is nothing to compare.
    assert_eq!(with(json!([{ "status": "UPDATE_AVAILABLE" }])), None);
    let mut unversioned = reported(json!([update(6)]));
    unversioned["metadataStatement"].as_object_mut().expect("an object").remove("authenticatorVersion");
    assert_eq!(refusal(&judge(unversioned, &lenient)), None);
    // Only an update announces one, and only an earlier flaw is what it mends.
    let certified = |version: u64| json!({ "status": "FIDO_CERTIFIED_L1", "effectiveDate": "2026-01-01", "authenticatorVersion": version });
    assert_eq!(with(json!([certified(6)])), None);
    assert_eq!(with(json!([flaw(5), certified(5)])), None);
    assert_eq!(with(json!([certified(5), update(5)])), None);
    let later =
        json!({ "status": "USER_KEY_REMOTE_COMPROMISE", "effectiveDate": "2026-03-01", "authenticatorVersion": 5 });
    assert_eq!(with(json!([update(5), later])), None);
}

#[test]
fn neg_z16_update_without_a_higher_version_than_the_blob_before() {
    let of = |version: u64, updates: usize| {
        let update = json!({ "status": "UPDATE_AVAILABLE", "effectiveDate": "2026-02-01" });
        let mut entry = reported(vec![update; updates].into());
        entry["metadataStatement"]["authenticatorVersion"] = version.into();
        metadata(&[entry])
    };
    let judge = |metadata: &Metadata| refusal(&metadata.assess(&record(), NOW, &StatusPolicy::default()));
    let not_updated = Some(Refusal::StatementNotUpdated);
    assert_eq!(judge(&of(5, 1)), None, "alone it says nothing");
    assert_eq!(judge(&of(5, 1).succeed(&of(5, 0))), not_updated);
    assert_eq!(judge(&of(4, 1).succeed(&of(5, 0))), not_updated);
    assert_eq!(judge(&of(6, 1).succeed(&of(5, 0))), None);
    assert_eq!(judge(&of(5, 1).succeed(&of(5, 1))), None, "no new update");
    assert_eq!(judge(&of(6, 2).succeed(&of(6, 1))), not_updated, "a second update");
    // It stays rejected until the version increases.
    let rejected = of(5, 1).succeed(&of(5, 0));
    assert_eq!(judge(&of(5, 1).succeed(&rejected)), not_updated);
    assert_eq!(judge(&of(6, 1).succeed(&rejected)), None);
    // A lower version in between does not make the old one a new one, nor does a statement without any.
    let lower = of(4, 1).succeed(&rejected);
    assert_eq!((judge(&lower), judge(&of(5, 1).succeed(&lower))), (not_updated.clone(), not_updated.clone()));
    assert_eq!(judge(&of(6, 1).succeed(&lower)), None);
    let unversioned = || {
        let mut entry = reported(json!([{ "status": "UPDATE_AVAILABLE" }]));
        entry["metadataStatement"].as_object_mut().expect("an object").remove("authenticatorVersion");
        metadata(&[entry])
    };
    assert_eq!(judge(&unversioned().succeed(&of(5, 0))), None, "nothing to compare");
    let without = unversioned().succeed(&rejected);
    assert_eq!((judge(&without), judge(&of(5, 1).succeed(&without))), (not_updated.clone(), not_updated.clone()));
    assert_eq!(judge(&of(6, 1).succeed(&without)), None);
    // Another make's entry has nothing to do with it.
    assert_eq!(judge(&of(5, 1).succeed(&metadata(&[]))), None);
    // Nor have reports of anything else.
    let certified =
        metadata(&[reported(json!([{ "status": "FIDO_CERTIFIED_L1" }, { "status": "FIDO_CERTIFIED_L2" }]))]);
    assert_eq!(judge(&certified.succeed(&of(5, 0))), None);
}

#[test]
fn neg_z16_a_new_version_is_owed_from_the_day_of_its_update() {
    let of = |version: u64, days: &[&str]| {
        let update = |day: &&str| json!({ "status": "UPDATE_AVAILABLE", "effectiveDate": day });
        let mut entry = reported(days.iter().map(update).collect());
        entry["metadataStatement"]["authenticatorVersion"] = version.into();
        metadata(&[entry])
    };
    let on = |metadata: &Metadata, day: &str| {
        let day = Date::parse(day).expect("a date").start();
        refusal(&metadata.assess(&record(), day, &StatusPolicy::default())).is_some()
    };
    let (past, june, july) = ("2026-02-01", "2027-06-01", "2027-07-01");
    // Each BLOB takes the place of the one before.
    let june_owed = || of(5, &[june]).succeed(&of(5, &[]));
    assert_eq!(["2027-05-31", june].map(|day| on(&june_owed(), day)), [false, true]);
    let beside = of(5, &[past, june]).succeed(&of(5, &[past]));
    assert_eq!(["2027-05-31", june].map(|day| on(&beside, day)), [false, true], "the one that is new counts");
    let both = of(6, &[june, july]).succeed(&of(6, &[june]).succeed(&june_owed()));
    assert_eq!([june, "2027-06-30", july].map(|day| on(&both, day)), [false, false, true], "6 has come, 7 not yet");
    let sooner = of(5, &[june, past]).succeed(&june_owed());
    assert!(on(&sooner, past), "one that holds already does not wait for the other");
    let still = of(5, &[june, july]).succeed(&june_owed());
    assert_eq!(["2027-05-31", june].map(|day| on(&still, day)), [false, true], "nor is one that is due put off");
    assert!(!on(&of(6, &[june, july]).succeed(&still), july), "6 is more than 5, of which both were");
    // Of two that are owed, one sooner and the other a higher one, neither stands for the other.
    let two = of(4, &[june, july]).succeed(&of(4, &[july]).succeed(&of(5, &[])));
    assert_eq!(["2027-05-31", june].map(|day| on(&two, day)), [false, true]);
    let first_come = of(5, &[june, july]).succeed(&two);
    assert_eq!([june, july].map(|day| on(&first_come, day)), [false, true]);
}

#[test]
fn makes_are_compared_wherever_their_entries_stand() {
    let ours = |updates: usize| reported(vec![json!({ "status": "UPDATE_AVAILABLE" }); updates].into());
    let mut other = entry();
    other["aaguid"] = "ffffffff-0506-0708-090a-0b0c0d0e0f10".into();
    let mut of_other = record();
    of_other.aaguid = Aaguid::new([0xff, 0xff, 0xff, 0xff, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    let judge = |metadata: &Metadata| {
        [record(), of_other.clone()].map(|record| refusal(&metadata.assess(&record, NOW, &StatusPolicy::default())))
    };
    let rejected = metadata(&[ours(1), other.clone()]).succeed(&metadata(&[other.clone(), ours(0)]));
    assert_eq!(judge(&rejected), [Some(Refusal::StatementNotUpdated), None]);
    let still = metadata(&[other, ours(1)]).succeed(&rejected);
    assert_eq!(judge(&still), [Some(Refusal::StatementNotUpdated), None]);
}

#[test]
fn neg_z16_u2f_entries_are_compared_by_their_keys() {
    let of = |version: u64, updates: usize| {
        let update = json!({ "status": "UPDATE_AVAILABLE", "effectiveDate": "2026-02-01" });
        let mut entry = reported(vec![update; updates].into());
        entry["metadataStatement"]["authenticatorVersion"] = version.into();
        entry.as_object_mut().expect("an object").remove("aaguid");
        entry["attestationCertificateKeyIdentifiers"] = json!(["07".repeat(20)]);
        metadata(&[entry])
    };
    let mut record = record();
    record.fmt = "fido-u2f".into();
    let judge = |metadata: &Metadata| {
        let subject = Subject::from(&record).with_key_identifier(Some([7; 20]));
        refusal(&metadata.assess(subject, NOW, &StatusPolicy::default()))
    };
    assert_eq!(judge(&of(5, 1).succeed(&of(5, 0))), Some(Refusal::StatementNotUpdated));
    assert_eq!(judge(&of(6, 1).succeed(&of(5, 0))), None);
}

#[test]
fn an_available_update_is_observed() {
    let assessment = judge(reported(json!([{ "status": "UPDATE_AVAILABLE" }])), &StatusPolicy::default());
    assert!(assessment.is_accepted());
    assert_eq!(assessment.observations, [Observation::UpdateAvailable]);
}

#[test]
fn fixed_by_update_is_off_until_asked_for() {
    let flaw = |status: &str, version: u64| json!({ "status": status, "effectiveDate": "2026-01-01", "authenticatorVersion": version });
    let update = json!({ "status": "UPDATE_AVAILABLE", "effectiveDate": "2026-02-01", "authenticatorVersion": 5 });
    let bypass = Some(Refusal::Status(AuthenticatorStatus::UserVerificationBypass));
    let mended = json!([flaw("USER_VERIFICATION_BYPASS", 4), update]);
    assert_eq!(with_reports(mended.clone()), bypass);
    let trusting = StatusPolicy::default().fixed_by_update(true);
    let with = |reports: Value| refusal(&judge(reported(reports), &trusting));
    for status in [
        "USER_VERIFICATION_BYPASS",
        "ATTESTATION_KEY_COMPROMISE",
        "USER_KEY_REMOTE_COMPROMISE",
        "USER_KEY_PHYSICAL_COMPROMISE",
    ] {
        assert_eq!(with(json!([flaw(status, 4), update])), None, "{status}");
    }
    assert_eq!(with(json!([flaw("USER_VERIFICATION_BYPASS", 4)])), bypass, "no update");
    let certified = json!({ "status": "FIDO_CERTIFIED_L1", "effectiveDate": "2026-02-01", "authenticatorVersion": 5 });
    assert_eq!(with(json!([flaw("USER_VERIFICATION_BYPASS", 4), certified])), bypass, "a certificate is no update");
    let mut without_version = reported(mended);
    without_version["metadataStatement"].as_object_mut().expect("an object").remove("authenticatorVersion");
    assert_eq!(refusal(&judge(without_version, &trusting)), bypass, "nobody knows whether it is the newer version");
    // The statement is of version 5.
    assert_eq!(with(json!([flaw("USER_VERIFICATION_BYPASS", 5), update])), bypass, "the newest has it");
    let earlier = json!({ "status": "UPDATE_AVAILABLE", "effectiveDate": "2025-02-01", "authenticatorVersion": 5 });
    assert_eq!(with(json!([earlier, flaw("USER_VERIFICATION_BYPASS", 4)])), bypass, "the flaw came later");
    let undated = json!({ "status": "USER_VERIFICATION_BYPASS", "authenticatorVersion": 4 });
    assert_eq!(with(json!([undated, update])), bypass, "nobody knows which came first");
    let unversioned = json!({ "status": "USER_VERIFICATION_BYPASS", "effectiveDate": "2026-01-01" });
    assert_eq!(with(json!([unversioned, update])), bypass, "every version has it");
    let revoked = Some(Refusal::Status(AuthenticatorStatus::Revoked));
    assert_eq!(with(json!([flaw("REVOKED", 4), update])), revoked, "that is no flaw");
}

/// A compromised attestation key: of the certificate given, if one is.
fn compromised(member: &str, certificate: Option<&[u8]>) -> Value {
    let mut report = json!({ "status": "ATTESTATION_KEY_COMPROMISE", "effectiveDate": "2026-01-01" });
    if let Some(der) = certificate {
        report[member] = Base64::encode_string(der).into();
    }
    reported(json!([report]))
}

#[test]
fn a_compromised_key_refuses_the_named_batch_alone() {
    let certificate = |key: u8, serial: u8| {
        let mut template = Template::new("Batch", pki::spki(&pki::key(key)), "Maker intermediate");
        template.serial = serial;
        template.sign(&pki::key(12))
    };
    let batch = |number: u8| certificate(20 + number, number);
    let intermediate = Template::new("Maker intermediate", pki::spki(&pki::key(12)), "Maker root").sign(&pki::key(10));
    let stranger = pki::authority("Somebody else", &pki::key(13));
    let mut kept = record();
    kept.attestation.intermediates = vec![batch(1)];
    let judge =
        |record: &CredentialRecord, entry: Value| metadata(&[entry]).assess(record, NOW, &StatusPolicy::default());
    let refused = Some(Refusal::Status(AuthenticatorStatus::AttestationKeyCompromise));
    for member in ["certificate", "batchCertificate"] {
        assert_eq!(refusal(&judge(&kept, compromised(member, Some(&batch(1))))), refused, "its own");
        assert_eq!(refusal(&judge(&kept, compromised(member, Some(&intermediate)))), refused, "its issuer's");
        let renewed = certificate(21, 7);
        assert_eq!(refusal(&judge(&kept, compromised(member, Some(&renewed)))), refused, "its key's");
        for other in [batch(2), stranger.clone()] {
            let spared = judge(&kept, compromised(member, Some(&other)));
            assert_eq!((refusal(&spared), &spared.observations[..]), (None, &[Observation::OtherBatchCompromised][..]));
        }
        // Without certificates nobody can tell.
        assert_eq!(refusal(&judge(&record(), compromised(member, Some(&stranger)))), refused);
    }
    assert_eq!(refusal(&judge(&kept, compromised("certificate", None))), refused, "every batch");
    let mut unreadable = compromised("certificate", Some(&stranger));
    unreadable["statusReports"][0]["batchCertificate"] = "?".into();
    assert_eq!(refusal(&judge(&kept, unreadable)), refused, "in doubt");
    let no_certificate = compromised("certificate", Some(b"not DER"));
    assert_eq!(refusal(&judge(&kept, no_certificate)), refused, "in doubt as well");
    // Other statuses are about the whole make, whatever certificate they name.
    let mut revoked = compromised("certificate", Some(&stranger));
    revoked["statusReports"][0]["status"] = "REVOKED".into();
    assert_eq!(refusal(&judge(&kept, revoked)), Some(Refusal::Status(AuthenticatorStatus::Revoked)));
}

#[test]
fn neg_z19_surrogate_metadata_and_full_attestation() {
    let judge = |types: Value, found: AttestationType| {
        let mut entry = entry();
        entry["metadataStatement"]["attestationTypes"] = types;
        let mut record = record();
        record.attestation.attestation_type = found;
        refusal(&metadata(&[entry]).assess(&record, NOW, &StatusPolicy::default()))
    };
    let refused = Some(Refusal::AttestationType);
    assert_eq!(judge(json!(["basic_surrogate"]), AttestationType::Basic), refused);
    assert_eq!(judge(json!(["basic_full"]), AttestationType::SelfAttestation), refused);
    assert_eq!(judge(json!(["basic_surrogate"]), AttestationType::SelfAttestation), None);
    assert_eq!(judge(json!(["attca"]), AttestationType::Basic), None, "a packed chain can be either");
    assert_eq!(judge(json!(["anonca"]), AttestationType::Basic), None, "or that");
    assert_eq!(judge(json!(["attca"]), AttestationType::AttCa), None);
    assert_eq!(judge(json!(["basic_full"]), AttestationType::AttCa), refused);
    assert_eq!(judge(json!(["anonca"]), AttestationType::AnonCa), None);
    assert_eq!(judge(json!(["basic_full", "attca"]), AttestationType::AnonCa), refused);
    // A client may have stripped the attestation; several statements have no one type; a statement may name none.
    assert_eq!(judge(json!(["basic_full"]), AttestationType::None), None);
    assert_eq!(judge(json!(["basic_full"]), AttestationType::Compound), None);
    assert_eq!(judge(json!([]), AttestationType::Basic), None);
}

#[test]
fn neg_z20_algorithm_that_is_not_in_the_metadata() {
    let judge = |algorithms: Value| {
        let mut entry = entry();
        entry["metadataStatement"]["authenticationAlgorithms"] = algorithms;
        refusal(&metadata(&[entry]).assess(&record(), NOW, &StatusPolicy::default()))
    };
    assert_eq!(judge(json!(["ed25519_eddsa_sha512_raw"])), Some(Refusal::Algorithm));
    assert_eq!(judge(json!(["brand_new"])), Some(Refusal::Algorithm));
    assert_eq!(judge(json!(["secp256r1_ecdsa_sha256_raw"])), None);
    assert_eq!(judge(json!(["brand_new", "secp256r1_ecdsa_sha256_der"])), None);
    assert_eq!(judge(json!([])), None);
}

#[test]
fn neg_z21_no_entry_though_one_is_required() {
    let nothing = metadata(&[]);
    let open = nothing.assess(&record(), NOW, &StatusPolicy::default());
    assert!(open.is_accepted());
    assert_eq!(open.observations, [Observation::NoEntry]);
    let required = StatusPolicy::default().require_entry(true);
    assert_eq!(refusal(&nothing.assess(&record(), NOW, &required)), Some(Refusal::NoEntry));
    assert_eq!(refusal(&metadata(&[entry()]).assess(&record(), NOW, &required)), None);
    let mut zero = record();
    zero.aaguid = Aaguid::ZERO;
    assert_eq!(refusal(&metadata(&[entry()]).assess(&zero, NOW, &required)), Some(Refusal::NoEntry));
    // An entry that can't be read is none either, and it is said which.
    let mut unreadable = entry();
    unreadable["statusReports"] = json!(7);
    let mut other = unreadable.clone();
    other["aaguid"] = "00000000-0000-0000-0000-0000000000ff".into();
    let elsewhere = metadata(&[other]).assess(&record(), NOW, &StatusPolicy::default());
    assert_eq!(elsewhere.observations, [Observation::NoEntry], "of another make");
    let metadata = metadata(&[unreadable]);
    assert_eq!(refusal(&metadata.assess(&record(), NOW, &required)), Some(Refusal::NoEntry));
    let open = metadata.assess(&record(), NOW, &StatusPolicy::default());
    assert_eq!((open.is_accepted(), &open.observations[..]), (true, &[Observation::EntryUnreadable][..]));
}

#[test]
fn minimum_certification() {
    let judge = |reports: Value, trusted: bool, minimum: Certification| {
        let mut record = record();
        record.attestation.trusted = trusted;
        let policy = StatusPolicy::default().minimum_certification(minimum);
        refusal(&metadata(&[reported(reports)]).assess(&record, NOW, &policy))
    };
    let l2 = json!([{ "status": "FIDO_CERTIFIED_L2" }, { "status": "FIDO_CERTIFIED" }]);
    assert_eq!(judge(l2.clone(), true, Certification::L2), None);
    assert_eq!(judge(l2.clone(), true, Certification::Functional), None);
    assert_eq!(judge(l2.clone(), true, Certification::L2Plus), Some(Refusal::Certification));
    assert_eq!(judge(l2, false, Certification::L1), Some(Refusal::NotTrusted), "anybody can claim an AAGUID");
    assert_eq!(judge(json!([]), true, Certification::Functional), Some(Refusal::Certification));
    let lost = json!([
        { "status": "FIDO_CERTIFIED_L2", "effectiveDate": "2025-01-01" },
        { "status": "NOT_FIDO_CERTIFIED", "effectiveDate": "2026-01-01" },
    ]);
    assert_eq!(judge(lost, true, Certification::L1), Some(Refusal::Certification));
    // A date that can't be read does not put the loss before what was lost.
    let undated = |first: &str, second: &str| {
        let report = |status: &str| match status {
            "NOT_FIDO_CERTIFIED" => json!({ "status": status, "effectiveDate": "last winter" }),
            _ => json!({ "status": status, "effectiveDate": "2025-01-01" }),
        };
        judge(json!([report(first), report(second)]), true, Certification::L1)
    };
    assert_eq!(undated("FIDO_CERTIFIED_L2", "NOT_FIDO_CERTIFIED"), Some(Refusal::Certification));
    assert_eq!(undated("NOT_FIDO_CERTIFIED", "FIDO_CERTIFIED_L2"), None, "certified after it");
    assert_eq!(undated("FIDO_CERTIFIED_L2", "FIDO_CERTIFIED_L1"), None);
    let over = json!([
        { "status": "FIDO_CERTIFIED_L2", "effectiveDate": "2025-01-01" },
        { "status": "NOT_FIDO_CERTIFIED", "sunsetDate": "2025-06-01" },
    ]);
    assert_eq!(judge(over, true, Certification::L1), None, "a loss that is over");
    let policy = StatusPolicy::default().minimum_certification(Certification::L1);
    assert_eq!(refusal(&metadata(&[]).assess(&record(), NOW, &policy)), Some(Refusal::NoEntry));
}

#[test]
fn a_certification_is_not_for_who_is_trusted_by_another_makers_anchor() {
    let certificate = |issuer| Template::new("Batch", pki::spki(&pki::key(11)), issuer).sign(&pki::key(10));
    let l1 = StatusPolicy::default().minimum_certification(Certification::L1);
    let judge = |fmt: &str, kept: &[Vec<u8>], policy: &StatusPolicy| {
        let mut record = record();
        record.fmt = fmt.into();
        record.attestation.intermediates = kept.to_vec();
        refusal(&metadata(&[entry()]).assess(&record, NOW, policy))
    };
    // A phone writes into its authenticator data what its software wants.
    assert_eq!(judge("android-key", &[certificate("Phone root")], &l1), Some(Refusal::NotTrusted));
    assert_eq!(judge("android-key", &[certificate("Phone root")], &StatusPolicy::default()), None);
    let fips = StatusPolicy::default().minimum_fips140(1);
    assert_eq!(judge("android-key", &[certificate("Phone root")], &fips), Some(Refusal::NotTrusted));
    assert_eq!(judge("packed", &[certificate("Maker root")], &l1), None);
    assert_eq!(judge("packed", &[pki::authority("Maker root", &pki::key(10))], &l1), None);
    assert_eq!(judge("packed", &[certificate("Batch"), certificate("Maker root")], &l1), None, "a chain");
    let two = [certificate("Maker root"), certificate("Phone root")];
    assert_eq!(judge("compound", &two, &l1), Some(Refusal::NotTrusted), "two chains, of which one leads elsewhere");
    assert_eq!(judge("compound", &[certificate("Maker root"), certificate("Maker root")], &l1), None);
    assert_eq!(judge("packed", &[], &l1), None, "nothing is known");
    // A root that can't be read admits nobody.
    let mut unreadable = entry();
    unreadable["metadataStatement"]["attestationRootCertificates"] = json!(["AAAA"]);
    let mut phone = record();
    phone.attestation.intermediates = vec![certificate("Phone root")];
    assert_eq!(refusal(&metadata(&[unreadable]).assess(&phone, NOW, &l1)), Some(Refusal::NotTrusted));
    // Nor does an entry without a statement, which says nothing of the maker's own.
    let mut entry = entry();
    entry.as_object_mut().expect("an object").remove("metadataStatement");
    let mut record = record();
    record.attestation.intermediates = vec![certificate("Maker root")];
    assert_eq!(refusal(&metadata(&[entry.clone()]).assess(&record, NOW, &l1)), Some(Refusal::NotTrusted));
    record.attestation.intermediates.clear();
    assert_eq!(refusal(&metadata(&[entry]).assess(&record, NOW, &l1)), None, "nothing is known");
}

#[test]
fn minimum_fips140() {
    let judge = |level: u8, policy_level: u8| {
        let entry = reported(json!([{ "status": format!("FIPS140_CERTIFIED_L{level}") }]));
        refusal(&judge(entry, &StatusPolicy::default().minimum_fips140(policy_level)))
    };
    assert_eq!(judge(2, 2), None);
    assert_eq!(judge(4, 3), None);
    assert_eq!(judge(2, 3), Some(Refusal::Fips140));
    let without = super::status::judge(entry(), &StatusPolicy::default().minimum_fips140(1));
    assert_eq!(refusal(&without), Some(Refusal::Fips140));
}

#[test]
fn a_synced_credential_of_a_make_that_does_not_sync_is_observed() {
    let mut synced = record();
    synced.backup_eligible = Some(true);
    let assessment = metadata(&[entry()]).assess(&synced, NOW, &StatusPolicy::default());
    assert!(assessment.is_accepted());
    assert_eq!(assessment.observations, [Observation::UnexpectedlyBackupEligible]);
    let mut explicit = entry();
    explicit["metadataStatement"]["multiDeviceCredentialSupport"] = "explicit".into();
    assert_eq!(metadata(&[explicit]).assess(&synced, NOW, &StatusPolicy::default()).observations, []);
}

#[test]
fn a_rogue_list_is_observed() {
    let mut entry = entry();
    entry["rogueListURL"] = "https://fido.example/rogue".into();
    entry["rogueListHash"] = "00".into();
    assert_eq!(judge(entry, &StatusPolicy::default()).observations, [Observation::RogueList]);
}

#[test]
fn u2f_credentials_are_judged_by_their_certificate() {
    let leaf = Template::new("U2F", pki::spki(&pki::key(30)), "Maker root").sign(&pki::key(10));
    let identifier = ceremony::x509::Certificate::parse(&leaf).expect("a certificate").key_identifier().expect("a key");
    let text: String = identifier.iter().map(|byte| format!("{byte:02x}")).collect();
    let metadata = metadata(&[json!({
        "attestationCertificateKeyIdentifiers": [text],
        "statusReports": [{ "status": "REVOKED" }],
    })]);
    let policy = StatusPolicy::default();
    let revoked = Some(Refusal::Status(AuthenticatorStatus::Revoked));
    let mut record = record();
    record.fmt = "fido-u2f".into();
    record.aaguid = Aaguid::ZERO;
    assert_eq!(metadata.assess(&record, NOW, &policy).observations, [Observation::NoEntry], "no certificate is kept");
    let subject = Subject::from(&record).with_key_identifier(Some(identifier));
    assert_eq!(refusal(&metadata.assess(subject, NOW, &policy)), revoked);
    record.attestation.intermediates = vec![leaf];
    assert_eq!(refusal(&metadata.assess(&record, NOW, &policy)), revoked);
    record.fmt = "packed".into();
    let packed = metadata.assess(&record, NOW, &policy);
    assert_eq!(refusal(&packed), revoked, "others are known by their AAGUID, and what is said of a key counts");
    assert_eq!(packed.observations, [Observation::NoEntry]);
}

#[test]
fn stored_credentials_are_judged_again() {
    let service = Service::new();
    let policy = StatusPolicy::default();
    let mut stranger = record();
    stranger.aaguid = Aaguid::new([0xee; 16]);
    stranger.credential_id = CredentialId::new([1; 16]).expect("16 bytes");
    let records = [record(), stranger];
    let judge = |no: u64, last_no, entry: Value| {
        let blob = service.blob(&payload(no, &[entry]));
        let metadata = service.rules().verify(&blob, NOW, last_no, &ceremony::RustCrypto).expect("a newer BLOB");
        metadata
            .reevaluate(&records, NOW, &policy)
            .map(|(id, assessment)| (id.as_bytes()[0], refusal(&assessment)))
            .collect::<Vec<_>>()
    };
    assert_eq!(judge(7, None, entry()), [(9, None), (1, None)]);
    let revoked = Some(Refusal::Status(AuthenticatorStatus::Revoked));
    assert_eq!(judge(8, Some(7), reported(json!([{ "status": "REVOKED" }]))), [(9, revoked), (1, None)]);
}

#[test]
fn statuses_stand_for_levels() {
    use AuthenticatorStatus as Status;
    let certifications = [
        (Status::FidoCertified, Certification::Functional),
        (Status::FidoCertifiedL1, Certification::L1),
        (Status::FidoCertifiedL1Plus, Certification::L1Plus),
        (Status::FidoCertifiedL2, Certification::L2),
        (Status::FidoCertifiedL2Plus, Certification::L2Plus),
        (Status::FidoCertifiedL3, Certification::L3),
        (Status::FidoCertifiedL3Plus, Certification::L3Plus),
    ];
    for (status, level) in &certifications {
        assert_eq!((status.certification(), status.fips140()), (Some(*level), None));
    }
    assert!(certifications.is_sorted_by_key(|(_, level)| *level));
    let fips = [
        Status::Fips140CertifiedL1,
        Status::Fips140CertifiedL2,
        Status::Fips140CertifiedL3,
        Status::Fips140CertifiedL4,
    ];
    for (level, status) in (1..).zip(&fips) {
        assert_eq!((status.fips140(), status.certification()), (Some(level), None));
    }
    assert_eq!((Status::Revoked.certification(), Status::Revoked.fips140()), (None, None));
}

#[test]
fn statuses_have_words_in_the_specification() {
    use AuthenticatorStatus as Status;
    let words = [
        ("NOT_FIDO_CERTIFIED", Status::NotFidoCertified),
        ("FIDO_CERTIFIED", Status::FidoCertified),
        ("USER_VERIFICATION_BYPASS", Status::UserVerificationBypass),
        ("ATTESTATION_KEY_COMPROMISE", Status::AttestationKeyCompromise),
        ("USER_KEY_REMOTE_COMPROMISE", Status::UserKeyRemoteCompromise),
        ("USER_KEY_PHYSICAL_COMPROMISE", Status::UserKeyPhysicalCompromise),
        ("UPDATE_AVAILABLE", Status::UpdateAvailable),
        ("RETIRED", Status::Retired),
        ("REVOKED", Status::Revoked),
        ("SELF_ASSERTION_SUBMITTED", Status::SelfAssertionSubmitted),
        ("FIDO_CERTIFIED_L1", Status::FidoCertifiedL1),
        ("FIDO_CERTIFIED_L1plus", Status::FidoCertifiedL1Plus),
        ("FIDO_CERTIFIED_L2", Status::FidoCertifiedL2),
        ("FIDO_CERTIFIED_L2plus", Status::FidoCertifiedL2Plus),
        ("FIDO_CERTIFIED_L3", Status::FidoCertifiedL3),
        ("FIDO_CERTIFIED_L3plus", Status::FidoCertifiedL3Plus),
        ("FIPS140_CERTIFIED_L1", Status::Fips140CertifiedL1),
        ("FIPS140_CERTIFIED_L2", Status::Fips140CertifiedL2),
        ("FIPS140_CERTIFIED_L3", Status::Fips140CertifiedL3),
        ("FIPS140_CERTIFIED_L4", Status::Fips140CertifiedL4),
    ];
    for (word, status) in words {
        assert_eq!((Status::parse(word), status.as_str()), (status.clone(), word));
    }
    // Another spelling is another word.
    assert_eq!(Status::parse("revoked"), Status::Other("revoked".into()));
}

#[test]
fn algorithms_have_names_in_the_registry() {
    let names: [(&[Algorithm], &[&str]); 13] = [
        (&[Algorithm::Es256, Algorithm::Esp256], &["secp256r1_ecdsa_sha256_raw", "secp256r1_ecdsa_sha256_der"]),
        (&[Algorithm::Es384, Algorithm::Esp384], &["secp384r1_ecdsa_sha384_raw", "secp384r1_ecdsa_sha384_der"]),
        (
            &[Algorithm::Es512, Algorithm::Esp512],
            &["secp521r1_ecdsa_sha512_raw", "secp512r1_ecdsa_sha512_raw", "secp512r1_ecdsa_sha256_raw"],
        ),
        (&[Algorithm::Es256K], &["secp256k1_ecdsa_sha256_raw", "secp256k1_ecdsa_sha256_der"]),
        (&[Algorithm::Rs256], &["rsassa_pkcsv15_sha256_raw", "rsa_emsa_pkcs1_sha256_raw", "rsa_emsa_pkcs1_sha256_der"]),
        (&[Algorithm::Rs384], &["rsassa_pkcsv15_sha384_raw"]),
        (&[Algorithm::Rs512], &["rsassa_pkcsv15_sha512_raw"]),
        (&[Algorithm::Rs1], &["rsassa_pkcsv15_sha1_raw"]),
        (&[Algorithm::Ps256], &["rsassa_pss_sha256_raw", "rsassa_pss_sha256_der"]),
        (&[Algorithm::Ps384], &["rsassa_pss_sha384_raw"]),
        (&[Algorithm::Ps512], &["rsassa_pss_sha512_raw"]),
        (&[Algorithm::EdDsa, Algorithm::Ed25519], &["ed25519_eddsa_sha512_raw"]),
        (&[Algorithm::Ed448], &["ed448_eddsa_sha512_raw"]),
    ];
    for name in names.iter().flat_map(|(_, names)| *names) {
        let mut entry = entry();
        entry["metadataStatement"]["authenticationAlgorithms"] = json!([name]);
        let metadata = metadata(&[entry]);
        let statement = metadata.entries()[0].statement.as_ref().expect("a statement");
        for (algorithms, own) in names {
            for algorithm in algorithms {
                let admitted = statement.admits_algorithm(*algorithm);
                assert_eq!(admitted, Some(own.contains(name)), "{name}: {algorithm:?}");
            }
        }
        assert_eq!(statement.admits_algorithm(Algorithm::MlDsa44), None, "the registry has no name for it");
    }
}
