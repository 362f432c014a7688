//! WebAuthn §7.2, step by step: one good authentication, one thing changed, the exact refusal.
//!
//! `docs/spec-map.md` names these tests beside their steps, and the house check compares the two.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;
#[path = "authentication_steps/whose.rs"]
mod whose;

use ceremony::error::{ConfigError, KeyFault, RejectionReason as Reason};
use ceremony::{
    Algorithm as Cose, AppId, AuthenticationRequest, AuthenticationResponse, AuthenticationState,
    BackupEligibilityPolicy, BackupRequirement, CborPolicy, Ceremony, Challenge, CredentialId, CredentialRecord,
    CrossOriginPolicy, Demand, Error, KeyMaterial, LargeBlob, Misuse, Observation, PrfValues, RegistrationRequest,
    RelyingParty, RelyingPartyBuilder, RustCrypto, SignCountPolicy, SignatureInvalid, SignatureScheme,
    SignatureVerifier, Status, TopOrigins, UnsolicitedExtensions, UserVerification,
};
use ceremony_testkit::authenticator_data::flags;
use ceremony_testkit::{Algorithm, Attestation, Cbor, Fault, SignCount, Stage, UserHandle};
use fixture::{Fixture, How, LATER, NOW, ORIGIN, ada, handle, listed, malformed, refused};
use serde_json::json;
use sha2::Digest;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn anybody() -> AuthenticationRequest {
    AuthenticationRequest::discoverable()
}

fn known() -> AuthenticationRequest {
    AuthenticationRequest::for_user(handle(0xad))
}

fn broken(fault: Fault) -> Result<ceremony::Authentication, Error> {
    Fixture::new().broken_authentication(fault)
}

#[test]
fn a01_begin_freezes_what_finish_needs() {
    let fixture = Fixture::new();
    let request = known().context(*b"pay").browser_binding([9; 32]);
    let (options, state) = fixture.ceremony.begin_authentication(request, Challenge::new([1; 32]), NOW).unwrap();
    assert_eq!(state.user_handle(), Some(&handle(0xad)));
    assert_eq!(state.context(), b"pay");
    assert_eq!(state.browser_binding(), Some(&[9; 32]));
    assert_eq!(state.expires_at(), NOW.saturating_add(options.timeout()));
    let too_long = fixture.ceremony.begin_authentication(known().context([0; 257]), Challenge::new([1; 32]), NOW);
    assert!(matches!(too_long, Err(Error::Misuse(Misuse::ContextTooLong))));
    for millis in [0, 9_999, 3_600_001] {
        let timeout = Duration::from_millis(millis);
        let begun = fixture.ceremony.begin_authentication(known().timeout(timeout), Challenge::new([1; 32]), NOW);
        assert_eq!(begun.map(drop), Err(Misuse::Config(ConfigError::TimeoutOutOfRange { timeout }).into()));
    }
}

#[test]
fn a01_extensions_that_no_client_could_take_are_refused_when_begun() {
    let mut fixture = Fixture::new();
    let (ada, bob) = (fixture.record(), fixture.record_of(fixture::bob()));
    let begin = |request| fixture.ceremony.begin_authentication(request, Challenge::new([1; 32]), NOW).map(|_| ());

    let by_credential = |request: AuthenticationRequest, record: &CredentialRecord| {
        request.prf_eval_by_credential(record.credential_id.clone(), PrfValues::new(*b"salt"))
    };
    assert_eq!(begin(by_credential(known().allow(listed(&ada)), &ada)), Ok(()));
    assert_eq!(begin(by_credential(known().allow(listed(&ada)), &bob)), Err(Misuse::PrfCredentialNotAllowed.into()));
    assert_eq!(begin(by_credential(known(), &ada)), Err(Misuse::PrfCredentialNotAllowed.into()));

    let write = || known().large_blob(LargeBlob::write(*b"x"), Demand::Preferred);
    let needs_one = Misuse::LargeBlobWriteNeedsOneCredential;
    assert_eq!(begin(write().allow(listed(&ada))), Ok(()));
    assert_eq!(begin(write()), Err(needs_one.clone().into()));
    assert_eq!(begin(write().allow(listed(&ada)).allow(listed(&bob))), Err(needs_one.into()));
    assert_eq!(begin(known().large_blob(LargeBlob::Read, Demand::Preferred)), Ok(()));

    for covered in ["https://example.com", "https://www.example.com/app-id.json", "https://a.b.example.com:8443/?x"] {
        assert_eq!(begin(known().app_id(AppId::new(covered).unwrap())), Ok(()), "{covered}");
    }
    for foreign in ["https://example.org/app-id.json", "https://example.com.evil.example", "https://com/app-id.json"] {
        let refused = begin(known().app_id(AppId::new(foreign).unwrap()));
        assert!(
            matches!(refused, Err(Error::Misuse(Misuse::Config(ConfigError::AppIdNotCovered { .. })))),
            "{foreign}"
        );
    }
    for text in [
        "http://example.com",
        "example.com",
        "https://ada@example.com",
        "http://localhost:3000/x",
        "https://Example.com",
        "",
        "https://example.com/#x",
    ] {
        assert!(matches!(AppId::new(text), Err(ConfigError::UrlInvalid { .. })), "{text}");
    }
}

#[test]
fn a01_an_expired_ceremony_is_over() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let (options, state) = fixture.ceremony.begin_authentication(anybody(), Challenge::new([1; 32]), NOW).unwrap();
    let expires_at = state.expires_at();
    let body = fixture.assertion(&serde_json::to_value(&options).unwrap(), How::Honest);
    let response = AuthenticationResponse::from_json(&body).unwrap();
    let finished = fixture.ceremony.finish_authentication(state, &response, Some(&record), expires_at);
    assert!(matches!(finished, Err(Error::Expired)), "{finished:?}");
}

#[test]
fn a01_states_and_records_of_others_are_misuse() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let other_rp = RelyingParty::builder("example.org", "Other").origin("https://example.org").build().unwrap();
    let (options, state) = fixture.ceremony.begin_authentication(anybody(), Challenge::new([1; 32]), NOW).unwrap();
    let body = fixture.assertion(&serde_json::to_value(&options).unwrap(), How::Honest);
    let response = AuthenticationResponse::from_json(&body).unwrap();
    let finished = Ceremony::new(other_rp).finish_authentication(state, &response, Some(&record), LATER);
    assert!(matches!(finished, Err(Error::Misuse(Misuse::StateOfAnotherRelyingParty))), "{finished:?}");

    let finish = |record: &CredentialRecord| {
        let (_, state) = fixture.ceremony.begin_authentication(anybody(), Challenge::new([1; 32]), NOW).unwrap();
        fixture.ceremony.finish_authentication(state, &response, Some(record), LATER)
    };
    // W14: the record of another credential than the response names.
    let mut other = record.clone();
    other.credential_id = CredentialId::new([3; 16]).unwrap();
    assert!(matches!(finish(&other), Err(Error::Misuse(Misuse::RecordOfAnotherCredential))));
    let mut other = record.clone();
    other.tenant = ceremony::Tenant::new("acme").unwrap();
    assert!(matches!(finish(&other), Err(Error::Misuse(Misuse::RecordOfAnotherRelyingParty))));
    assert!(finish(&record).is_ok());
}

#[test]
fn a03_only_an_assertion_response_is_read() {
    malformed(broken(Fault::AttestationInAuthentication), "A3", "wrong_ceremony");
    malformed(broken(Fault::RawIdDiffers), "A3", "inconsistent");
    malformed(broken(Fault::TypeUnknown), "A3", "unexpected_value");
    malformed(broken(Fault::IdTrailingBits), "A3", "not_base64url");
}

#[test]
fn a04_client_extension_results_are_an_object() {
    malformed(broken(Fault::ExtensionResultsArray), "A4", "wrong_type");
}

#[test]
fn a07_client_data_authenticator_data_and_signature_are_read() {
    malformed(broken(Fault::AuthDataTooShort), "A7", "truncated");
    malformed(broken(Fault::AuthenticatorDataEmpty), "A7", "empty");
    malformed(broken(Fault::SignatureFieldEmpty), "A7", "empty");
    malformed(broken(Fault::LeftoverAfterExtensions), "A7", "trailing_bytes");
    malformed(broken(Fault::ClientDataMissing), "A9", "missing");
}

#[test]
fn a08_client_data_is_utf8() {
    malformed(broken(Fault::ClientDataUtf16), "A8", "not_utf8");
}

#[test]
fn a09_client_data_is_one_json_object() {
    malformed(broken(Fault::ClientDataNull), "A9", "wrong_type");
    malformed(broken(Fault::ClientDataTrailingBytes), "A9", "not_json");
}

#[test]
fn a09_token_binding_has_the_shape_of_level_1_where_the_policy_asks() {
    for fault in [Fault::TokenBindingNotObject, Fault::TokenBindingNoStatus, Fault::TokenBindingBadStatus] {
        let mut strict = Fixture::with(|builder| builder.check_token_binding(true));
        refused(strict.broken_authentication(fault), "A9", Reason::TokenBinding);
        assert!(broken(fault).is_ok(), "{fault:?}");
    }
    let mut strict = Fixture::with(|builder| builder.check_token_binding(true));
    let record = strict.record();
    assert!(strict.authenticate(anybody(), Some(&record), How::Honest).is_ok());
}

#[test]
fn a10_type_is_webauthn_get() {
    for fault in [Fault::ClientDataTypeOtherCeremony, Fault::ClientDataTypeWrongCase, Fault::ClientDataTypePayment] {
        refused(broken(fault), "A10", Reason::TypeMismatch);
    }
    // Written with an escape, the key is still read, and judged.
    let escaped = broken(Fault::EscapedTypeKey);
    assert!(escaped.is_err(), "{escaped:?}");
}

#[test]
fn a11_challenge_is_the_one_issued() {
    for fault in [Fault::ChallengeBitFlipped, Fault::ChallengePadded, Fault::ChallengePrefix, Fault::ChallengeExtended]
    {
        refused(broken(fault), "A11", Reason::ChallengeMismatch);
    }
    malformed(broken(Fault::DuplicateChallengeHostileFirst), "A11", "duplicate_member");
}

#[test]
fn a12_origin_is_an_allowed_one_exactly() {
    for fault in [Fault::OriginForeign, Fault::OriginHttp, Fault::OriginPrefixed, Fault::OriginSubdomain] {
        refused(broken(fault), "A12", Reason::OriginNotAllowed);
    }
}

#[test]
fn a13_cross_origin_only_where_allowed() {
    // W11
    refused(broken(Fault::CrossOriginTrue), "A13", Reason::CrossOriginNotAllowed);
    refused(broken(Fault::TopOriginUnlisted), "A13", Reason::CrossOriginNotAllowed);
}

#[test]
fn a14_top_origin_is_an_allowed_page() {
    let mut fixture = Fixture::with(|builder| {
        let top_origins = TopOrigins::List(vec!["https://shop.test".into()]);
        builder.cross_origin(CrossOriginPolicy::Allow { top_origins, require_top_origin: false })
    });
    let record = fixture.record();
    fixture = fixture.page(|page| page.cross_origin(true).top_origin("https://evil.test"));
    let result = fixture.authenticate(anybody(), Some(&record), How::Honest);
    refused(result, "A14", Reason::TopOriginNotAllowed);
    fixture = fixture.page(|page| page.top_origin("https://shop.test"));
    assert!(fixture.authenticate(anybody(), Some(&record), How::Honest).is_ok());
    let rp = RelyingParty::builder("example.com", "").origin(fixture::ORIGIN);
    let unnamed = CrossOriginPolicy::Allow { top_origins: TopOrigins::None, require_top_origin: false };
    fixture.ceremony = Ceremony::new(rp.cross_origin(unnamed).build().unwrap());
    let result = fixture.authenticate(anybody(), Some(&record), How::Honest);
    refused(result, "A14", Reason::TopOriginNotAllowed);
    refused(broken(Fault::TopOriginSameOrigin), "A14", Reason::TopOriginWithoutCrossOrigin);
}

#[test]
fn a15_rp_id_hash_is_that_of_the_rp_id() {
    for fault in [Fault::RpIdHashWrong, Fault::RpIdHashOfOrigin, Fault::RpIdHashOfAppId] {
        refused(broken(fault), "A15", Reason::RpIdHashMismatch);
    }
}

/// An authentication whose authenticator data are for this AppID or RP ID, and whose client says so about `appid`.
fn under(asked: Option<&str>, hashed: &str, output: serde_json::Value) -> Result<ceremony::Authentication, Error> {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let mut request = known().allow(listed(&record));
    if let Some(app_id) = asked {
        request = request.app_id(AppId::new(app_id).unwrap());
    }
    let mut edit = |stage: Stage<'_>| match stage {
        Stage::AuthenticatorData(data) => data.rp_id_hash = sha2::Sha256::digest(hashed).to_vec(),
        Stage::Response(response) => response["clientExtensionResults"] = output.clone(),
        _ => {}
    };
    let (options, state) = fixture.ceremony.begin_authentication(request, Challenge::new([0xfe; 32]), NOW).unwrap();
    let options = serde_json::to_value(&options).unwrap();
    assert_eq!(options.pointer("/extensions/appid").and_then(serde_json::Value::as_str), asked);
    let response = AuthenticationResponse::from_json(&fixture.assertion(&options, How::Edit(&mut edit)))?;
    // The AppID is frozen: it goes through the store.
    let state = AuthenticationState::from_bytes(&state.into_bytes()).unwrap();
    fixture.ceremony.finish_authentication(state, &response, Some(&record), LATER)
}

#[test]
fn a15_app_id_hash_exactly_where_the_app_id_was_used() {
    const APP_ID: &str = "https://example.com/app-id.json";
    let (used, unused) = (json!({"appid": true}), json!({"appid": false}));
    let done = under(Some(APP_ID), APP_ID, used.clone()).unwrap();
    assert_eq!(done.client_outputs().app_id, Some(true));
    let done = under(Some(APP_ID), "example.com", unused.clone()).unwrap();
    assert_eq!(done.client_outputs().app_id, Some(false));
    assert!(under(Some(APP_ID), "example.com", json!({})).is_ok());

    let mismatch = |result| refused(result, "A15", Reason::RpIdHashMismatch);
    // neg-D27: the AppID's hash, and appid was not asked for.
    mismatch(under(None, APP_ID, used.clone()));
    // neg-D28: the client says that the AppID was used, and it was not.
    mismatch(under(Some(APP_ID), "example.com", used.clone()));
    // The other way: it was used, and the client does not say so.
    mismatch(under(Some(APP_ID), APP_ID, unused));
    mismatch(under(Some(APP_ID), APP_ID, json!({})));
    for malformed in [json!({"appid": "true"}), json!({"appid": 1}), json!({"appid": null})] {
        mismatch(under(Some(APP_ID), APP_ID, malformed.clone()));
        assert!(under(Some(APP_ID), "example.com", malformed).is_ok());
    }
    // Another AppID than the one of this ceremony.
    mismatch(under(Some(APP_ID), "https://example.com/app-id.json/", used));
}

#[test]
fn a15_no_attested_credential_data() {
    refused(broken(Fault::AttestedDataInAssertion), "A15", Reason::AttestedCredentialDataUnexpected);
}

#[test]
fn a15_canonical_form_by_policy() {
    let run = |policy| {
        let mut fixture = Fixture::with(|builder| builder.cbor(policy));
        let record = fixture.record();
        let mut edit = |stage: Stage<'_>| {
            if let Stage::AuthenticatorData(data) = stage {
                // The keys in the wrong order.
                data.set_flags(flags::ED, true);
                data.extensions = Some(Cbor::Map(vec![("bb".into(), Cbor::Int(1)), ("a".into(), Cbor::Int(2))]));
            }
        };
        fixture.authenticate(anybody(), Some(&record), How::Edit(&mut edit))
    };
    let lenient = run(CborPolicy::Lenient).unwrap();
    assert!(lenient.observations().any(|seen| *seen == Observation::NonCanonicalCbor));
    refused(run(CborPolicy::Strict), "A15", Reason::NotCanonical);
}

#[test]
fn a15_reserved_flags_by_policy() {
    let done = broken(Fault::ReservedFlagsSet).unwrap();
    assert!(done.observations().any(|seen| *seen == Observation::ReservedFlags));
    let mut strict = Fixture::with(|builder| builder.reject_reserved_flags(true));
    refused(strict.broken_authentication(Fault::ReservedFlagsSet), "A15", Reason::ReservedFlags);
}

#[test]
fn a16_user_presence_without_exception() {
    refused(broken(Fault::UserNotPresentAuthentication), "A16", Reason::UserNotPresent);
}

#[test]
fn a17_user_verification_where_required() {
    // W12
    refused(broken(Fault::UserNotVerified), "A17", Reason::UserNotVerified);
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let request = anybody().user_verification(UserVerification::Preferred);
    let done = fixture.authenticate(request, Some(&record), How::Fault(Fault::UserNotVerified)).unwrap();
    assert!(!done.uv_flag());
    assert!(!done.uv_trusted());
}

#[test]
fn a18_backed_up_only_if_eligible() {
    refused(broken(Fault::BackupStateNotEligible), "A18", Reason::BackupStateWithoutEligibility);
}

#[test]
fn a19_backup_eligibility_against_the_record() {
    let run = |policy, stored: Option<bool>, now: bool| {
        let mut fixture = Fixture::with(|builder| builder.backup_eligibility(policy));
        let mut record = fixture.record();
        record.backup_eligible = stored;
        let mut edit = |stage: Stage<'_>| {
            if let Stage::AuthenticatorData(data) = stage {
                data.set_flags(flags::BE, now);
                data.set_flags(flags::BS, false);
            }
        };
        fixture.authenticate(anybody(), Some(&record), How::Edit(&mut edit))
    };
    use BackupEligibilityPolicy::{AllowUpgrade, Enforce, Report};
    refused(run(Enforce, Some(true), false), "A19.1", Reason::BackupEligibilityChanged);
    refused(run(Enforce, Some(false), true), "A19.2", Reason::BackupEligibilityChanged);
    refused(run(AllowUpgrade, Some(true), false), "A19.1", Reason::BackupEligibilityChanged);
    assert!(run(AllowUpgrade, Some(false), true).is_ok());
    assert!(run(Enforce, Some(true), true).is_ok());
    for now in [false, true] {
        let done = run(Report, Some(!now), now).unwrap();
        assert!(done.observations().any(|seen| *seen == Observation::BackupEligibilityChanged { now }));
        assert_eq!(done.update().backup_eligible, now);
        let learnt = run(Enforce, None, now).unwrap();
        assert!(learnt.observations().any(|seen| *seen == Observation::BackupEligibilityLearnt { now }));
    }
}

#[test]
fn a19_backup_state_by_policy() {
    let mut fixture = Fixture::with(|builder| builder.backup_requirement(BackupRequirement::BackedUp))
        .device(|device| device.backup_eligible(true).backup_state(true));
    let record = fixture.record();
    fixture = fixture.device(|device| device.backup_state(false));
    let result = fixture.authenticate(anybody(), Some(&record), How::Honest);
    refused(result, "A19.3", Reason::BackupStateNotAllowed);
}

#[test]
fn a20_the_hash_covers_the_bytes_as_received() {
    refused(broken(Fault::ClientDataReserialised), "A21", Reason::SignatureInvalid);
    refused(broken(Fault::ClientDataByteAdded), "A21", Reason::SignatureInvalid);
}

#[test]
fn a21_signature_verifies_with_the_stored_key() {
    for algorithm in Algorithm::classic() {
        let faults = Fault::all().iter().filter(|fault| {
            fault.id().starts_with("neg-S")
                && fault.applies_to(ceremony_testkit::Ceremony::Authentication, *algorithm, Attestation::None)
        });
        let mut tried = 0;
        for fault in faults {
            let result = Fixture::new().kind(*algorithm, Attestation::None).broken_authentication(*fault);
            match result {
                // An empty signature is refused while reading.
                Err(Error::Malformed(_)) if *fault == Fault::SignatureEmpty => {}
                result => refused(result, "A21", Reason::SignatureInvalid),
            }
            tried += 1;
        }
        assert!(tried >= 5, "{algorithm:?}: {tried}");
        let mut honest = Fixture::new().kind(*algorithm, Attestation::None);
        let record = honest.record();
        assert!(honest.authenticate(anybody(), Some(&record), How::Honest).is_ok());
    }
}

/// Counts what it is asked, and knows no Ed25519 if told so.
#[derive(Debug, Default)]
struct Counting {
    calls: AtomicUsize,
}

impl SignatureVerifier for Counting {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        RustCrypto.supports(scheme)
    }
    fn check_key(&self, scheme: SignatureScheme, key: KeyMaterial<'_>) -> Result<(), KeyFault> {
        RustCrypto.check_key(scheme, key)
    }
    fn verify(
        &self,
        alg: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        sig: &[u8],
    ) -> Result<(), SignatureInvalid> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        RustCrypto.verify(alg, key, message, sig)
    }
}

#[test]
fn a21_every_path_checks_exactly_one_signature() {
    let verifier = Arc::new(Counting::default());
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let mut suspended = record.clone();
    suspended.status = Status::Suspended { reason: String::new(), since: NOW };
    let rp = fixture.ceremony.relying_party().clone();
    fixture.ceremony = Ceremony::with_verifier(rp, verifier.clone()).unwrap();

    let mut calls = 0;
    let mut expect_one_more = |what: &str| {
        calls += 1;
        assert_eq!(verifier.calls.load(Ordering::Relaxed), calls, "{what}");
    };
    assert!(fixture.authenticate(anybody(), None, How::Honest).is_err());
    expect_one_more("unknown credential");
    assert!(fixture.authenticate(anybody(), Some(&suspended), How::Honest).is_err());
    expect_one_more("suspended credential");
    for fault in [
        Fault::SignatureBitFlipped,
        Fault::ChallengeOther,
        Fault::OriginForeign,
        Fault::UserHandleMissing,
        Fault::UserHandleForeign,
        Fault::RpIdHashWrong,
        Fault::UserNotPresentAuthentication,
        Fault::ClientDataTypeOtherCeremony,
    ] {
        assert!(fixture.authenticate(anybody(), Some(&record), How::Fault(fault)).is_err());
        expect_one_more(fault.name());
    }
    let stranger = AuthenticationRequest::for_user(handle(1));
    assert!(fixture.authenticate(stranger, Some(&record), How::Honest).is_err());
    expect_one_more("another user");
    assert!(fixture.authenticate(anybody(), Some(&record), How::Honest).is_ok());
    expect_one_more("success");
}

/// Takes every signature for a good one.
#[derive(Debug)]
struct Credulous;

impl SignatureVerifier for Credulous {
    fn supports(&self, _: SignatureScheme) -> bool {
        true
    }
    fn check_key(&self, _: SignatureScheme, _: KeyMaterial<'_>) -> Result<(), KeyFault> {
        Ok(())
    }
    fn verify(&self, _: SignatureScheme, _: KeyMaterial<'_>, _: &[&[u8]], _: &[u8]) -> Result<(), SignatureInvalid> {
        Ok(())
    }
}

#[test]
fn a21_rs1_needs_its_opt_in_even_for_a_stored_key() {
    let legacy = |builder: RelyingPartyBuilder| builder.algorithms([Cose::Rs256, Cose::Rs1]).allow_rs1();
    let mut fixture = Fixture::with(legacy).kind(Algorithm::Rs256, Attestation::None);
    let mut rs1 = |stage: Stage<'_>| match stage {
        Stage::CredentialPublicKey(key) => key.set(3, Cose::Rs1.id()),
        Stage::Response(json) => json["response"]["publicKeyAlgorithm"] = Cose::Rs1.id().into(),
        _ => {}
    };
    let request = RegistrationRequest::passkey(ada());
    let record = fixture.register(request, How::Edit(&mut rs1)).unwrap().into_record();
    assert_eq!(record.algorithm(), Cose::Rs1);
    // The authenticator signs over SHA-256.
    refused(fixture.authenticate(anybody(), Some(&record), How::Honest), "A21", Reason::SignatureInvalid);
    let rp = fixture.ceremony.relying_party().clone();
    fixture.ceremony = Ceremony::with_verifier(rp, Arc::new(Credulous)).unwrap();
    assert!(fixture.authenticate(anybody(), Some(&record), How::Honest).is_ok());
    let rp = RelyingParty::builder("example.com", "Example").origin(ORIGIN).build().unwrap();
    fixture.ceremony = Ceremony::with_verifier(rp, Arc::new(Credulous)).unwrap();
    refused(fixture.authenticate(anybody(), Some(&record), How::Honest), "A21", Reason::AlgorithmUnavailable);
}

/// Notes the algorithms that it is asked for.
#[derive(Debug, Default)]
struct Listening {
    asked: Mutex<Vec<SignatureScheme>>,
}

impl SignatureVerifier for Listening {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        RustCrypto.supports(scheme)
    }
    fn check_key(&self, scheme: SignatureScheme, key: KeyMaterial<'_>) -> Result<(), KeyFault> {
        RustCrypto.check_key(scheme, key)
    }
    fn verify(
        &self,
        alg: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        sig: &[u8],
    ) -> Result<(), SignatureInvalid> {
        self.asked.lock().unwrap().push(alg);
        RustCrypto.verify(alg, key, message, sig)
    }
}

#[test]
fn a21_a_suspended_credential_costs_what_an_unknown_one_does() {
    let verifier = Arc::new(Listening::default());
    let mut fixture = Fixture::new().kind(Algorithm::Rs256, Attestation::None);
    let mut record = fixture.record();
    record.status = Status::Suspended { reason: String::new(), since: NOW };
    let rp = fixture.ceremony.relying_party().clone();
    fixture.ceremony = Ceremony::with_verifier(rp, verifier.clone()).unwrap();
    assert!(fixture.authenticate(anybody(), Some(&record), How::Honest).is_err());
    assert!(fixture.authenticate(anybody(), None, How::Honest).is_err());
    assert_eq!(*verifier.asked.lock().unwrap(), [Cose::Es256.scheme(), Cose::Es256.scheme()]);
}

fn counted(policy: SignCountPolicy, stored: u32, received: u32) -> Result<ceremony::Authentication, Error> {
    let mut fixture = Fixture::with(|builder| builder.sign_count(policy));
    let mut record = fixture.record();
    record.sign_count = stored;
    let mut edit = |stage: Stage<'_>| {
        if let Stage::AuthenticatorData(data) = stage {
            data.sign_count = received;
        }
    };
    fixture.authenticate(anybody(), Some(&record), How::Edit(&mut edit))
}

#[test]
fn a22_counter_must_increase_unless_both_are_zero() {
    use SignCountPolicy::{Reject, Report, Suspend};
    for (stored, received) in [(5, 5), (5, 4), (5, 0)] {
        refused(counted(Reject, stored, received), "A22", Reason::SignCountRegressed);
        let suspend = fixture::rejected(counted(Suspend, stored, received));
        assert!(suspend.asks_for_suspension());
        let done = counted(Report, stored, received).unwrap();
        assert!(done.sign_count_regressed());
        assert!(done.observations().any(|seen| *seen == Observation::SignCountRegressed { stored, received }));
        assert_eq!((done.update().expected_sign_count, done.update().new_sign_count), (stored, stored));
    }
    for (stored, received) in [(0, 0), (0, 1), (5, 6), (5, u32::MAX)] {
        for policy in [Reject, Report, Suspend] {
            let done = counted(policy, stored, received).unwrap();
            assert!(!done.sign_count_regressed());
            assert_eq!((done.update().expected_sign_count, done.update().new_sign_count), (stored, received));
        }
    }
}

#[test]
fn a22_suspension_only_when_everything_else_holds() {
    let mut fixture = Fixture::with(|builder| {
        builder.sign_count(SignCountPolicy::Suspend).unsolicited_extensions(UnsolicitedExtensions::Reject)
    });
    let mut record = fixture.record();
    record.sign_count = 1000;
    for fault in [Fault::SignatureBitFlipped, Fault::ChallengeOther, Fault::UnsolicitedExtension] {
        let rejection = fixture::rejected(fixture.authenticate(anybody(), Some(&record), How::Fault(fault)));
        assert!(!rejection.asks_for_suspension(), "{fault:?}");
    }
    assert!(fixture::rejected(fixture.authenticate(anybody(), Some(&record), How::Honest)).asks_for_suspension());
}

#[test]
fn a23_unsolicited_outputs_are_survivable() {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let done = fixture.authenticate(anybody(), Some(&record), How::Fault(Fault::UnsolicitedExtension)).unwrap();
    assert!(done.observations().any(|seen| matches!(seen, Observation::UnsolicitedExtension(_))));
    let mut strict = Fixture::with(|builder| builder.unsolicited_extensions(UnsolicitedExtensions::Reject));
    refused(strict.broken_authentication(Fault::UnsolicitedExtension), "A23", Reason::ExtensionUnsolicited);
}

/// An authentication whose client and authenticator say these things about extensions.
fn answered(
    request: AuthenticationRequest,
    client: &serde_json::Value,
    authenticator: &[(&str, Cbor)],
) -> Result<ceremony::Authentication, Error> {
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let request = request.allow(listed(&record));
    let mut edit = |stage: Stage<'_>| match stage {
        Stage::AuthenticatorData(data) => {
            let outputs = authenticator.iter().map(|(name, output)| (Cbor::from(*name), output.clone())).collect();
            data.set_flags(flags::ED, !authenticator.is_empty());
            data.extensions = (!authenticator.is_empty()).then(|| Cbor::canonical_map(outputs));
        }
        Stage::Response(response) => response["clientExtensionResults"] = client.clone(),
        _ => {}
    };
    fixture.authenticate(request, Some(&record), How::Edit(&mut edit))
}

#[track_caller]
fn observed(result: Result<ceremony::Authentication, Error>, expected: &[Observation]) -> ceremony::Authentication {
    let done = result.unwrap();
    assert_eq!(done.observations().cloned().collect::<Vec<_>>(), expected);
    done
}

#[test]
fn a23_blobs_are_told_and_never_shown() {
    let request = || anybody().large_blob(LargeBlob::Read, Demand::Required).cred_blob(Demand::Required);
    let client = json!({"largeBlob": {"blob": "bGFyZ2UtYmxvYg"}, "getCredBlob": "Y3JlZC1ibG9i"});
    let authenticator = [("credBlob", Cbor::Bytes(b"cred-blob".to_vec()))];
    let done = observed(answered(request(), &client, &authenticator), &[]);
    assert_eq!(done.client_outputs().large_blob.as_ref().unwrap().as_bytes(), b"large-blob");
    assert_eq!(done.authenticator_outputs().cred_blob.as_ref().unwrap().as_bytes(), b"cred-blob");
    let shown = format!("{done:?}");
    let as_numbers = |text: &[u8]| format!("{text:?}").trim_matches(['[', ']']).to_owned();
    for secret in ["bGFyZ2U", "large-blob", "cred-blob", &as_numbers(b"large"), &as_numbers(b"cred-")] {
        assert!(!shown.contains(secret), "{secret}");
    }
    // A credential without a blob has an empty one.
    let done = answered(anybody().cred_blob(Demand::Required), &json!({}), &[("credBlob", Cbor::Bytes(vec![]))]);
    assert_eq!(done.unwrap().authenticator_outputs().cred_blob.as_ref().unwrap().as_bytes(), b"");
}

#[test]
fn a23_a_large_blob_is_written_or_not() {
    let write = |demand, written: &serde_json::Value| {
        answered(anybody().large_blob(LargeBlob::write(*b"x"), demand), &json!({ "largeBlob": written }), &[])
    };
    let done = observed(write(Demand::Required, &json!({"written": true})), &[]);
    assert_eq!(done.client_outputs().large_blob_written, Some(true));
    let done = observed(write(Demand::Preferred, &json!({"written": false})), &[]);
    assert_eq!(done.client_outputs().large_blob_written, Some(false));
    // The output of the other operation says nothing.
    let done = observed(write(Demand::Preferred, &json!({"blob": "AAAA"})), &[]);
    assert_eq!((&done.client_outputs().large_blob, done.client_outputs().large_blob_written), (&None, None));
    for written in [json!({"written": false}), json!({}), json!({"blob": "AAAA"}), json!({"written": 1})] {
        refused(write(Demand::Required, &written), "A23", Reason::ExtensionNotHonoured);
    }
}

#[test]
fn a23_required_extensions_are_honoured() {
    let read = |demand| anybody().large_blob(LargeBlob::Read, demand);
    let _ = observed(answered(read(Demand::Preferred), &json!({}), &[]), &[]);
    let _ = observed(answered(anybody().cred_blob(Demand::Preferred), &json!({}), &[]), &[]);
    let rejection = fixture::rejected(answered(read(Demand::Required), &json!({"largeBlob": {"written": true}}), &[]));
    assert_eq!((rejection.step().as_str(), rejection.reason()), ("A23", Reason::ExtensionNotHonoured));
    assert_eq!(rejection.detail(), Some("largeBlob"));
    // The client does not speak for the authenticator.
    let result =
        answered(anybody().cred_blob(Demand::Required), &json!({"getCredBlob": "AAAA", "credBlob": true}), &[]);
    refused(result, "A23", Reason::ExtensionNotHonoured);
}

#[test]
fn a23_malformed_outputs_count_as_absent() {
    let too_large = ceremony_testkit::base64url::encode(&[0; 16 * 1024 + 1]);
    let malformed = |name| [Observation::MalformedExtension(name)];
    for blob in [json!("AA=="), json!(1), json!(too_large)] {
        let request = anybody().large_blob(LargeBlob::Read, Demand::Preferred);
        let result = answered(request, &json!({"largeBlob": {"blob": blob}}), &[]);
        assert_eq!(observed(result, &malformed("largeBlob")).client_outputs().large_blob, None);
    }
    for output in [Cbor::Bytes(vec![0; 33]), Cbor::Bool(true), Cbor::from("text")] {
        let result = answered(anybody().cred_blob(Demand::Preferred), &json!({}), &[("credBlob", output)]);
        assert_eq!(observed(result, &malformed("credBlob")).authenticator_outputs().cred_blob, None);
    }
}

#[test]
fn a23_what_was_not_asked_for_is_not_told() {
    let client = json!({"appid": true, "largeBlob": {"blob": "AAAA"}});
    let done = answered(anybody(), &client, &[("credBlob", Cbor::Bytes(vec![1]))]);
    let names = ["appid", "largeBlob", "credBlob"];
    let done = observed(done, &names.map(|name| Observation::UnsolicitedExtension(name.into())));
    assert_eq!(done.client_outputs(), &Default::default());
    assert_eq!(done.authenticator_outputs(), &Default::default());
}

#[test]
fn a23_prf_results_are_dropped_and_encrypted_ones_not_looked_at() {
    let asked = || anybody().prf_eval(PrfValues::new(*b"salt"));
    let encrypted = [("hmac-secret", Cbor::Bytes(vec![0x5e; 48]))];
    let done = observed(answered(asked(), &json!({"prf": {}}), &encrypted), &[]);
    assert!(!format!("{done:?}").contains("94, 94"));
    let leaked = json!({"prf": {"results": {"first": "c2VjcmV0LXByZg"}}});
    let done = observed(answered(asked(), &leaked, &encrypted), &[Observation::PrfResultsDropped]);
    assert!(!format!("{done:?}").contains("c2VjcmV0"));
    // Without being asked it is no different, and observed as such.
    let unasked = ["prf", "hmac-secret"].map(|name| Observation::UnsolicitedExtension(name.into()));
    let _ =
        observed(answered(anybody(), &leaked, &encrypted), &[&unasked[..], &[Observation::PrfResultsDropped]].concat());
}

#[test]
fn a24_update_says_what_to_write_and_what_must_still_hold() {
    let mut fixture = Fixture::new().device(|device| device.backup_eligible(true).backup_state(false));
    let record = fixture.record();
    fixture = fixture.device(|device| device.backup_state(true));
    let done = fixture.authenticate(anybody(), Some(&record), How::Honest).unwrap();
    let update = done.update();
    assert_eq!(update.expected_sign_count, record.sign_count);
    assert_eq!(update.new_sign_count, record.sign_count + 1);
    assert!(update.backup_state);
    assert_eq!(update.last_used_at, LATER);
    assert_eq!(update.credential_id, record.credential_id);
    assert!(done.observations().any(|seen| *seen == Observation::BackupStateChanged { now: true }));
}

#[test]
fn a24_a_changed_backup_state_is_observed_both_ways() {
    for (stored, now) in [(false, true), (true, false), (true, true), (false, false)] {
        let mut fixture = Fixture::new().device(|device| device.backup_eligible(true).backup_state(stored));
        let record = fixture.record();
        fixture = fixture.device(|device| device.backup_state(now));
        let done = fixture.authenticate(anybody(), Some(&record), How::Honest).unwrap();
        assert_eq!(done.update().backup_state, now);
        let observed = done.observations().any(|seen| *seen == Observation::BackupStateChanged { now });
        assert_eq!(observed, stored != now, "{stored} {now}");
    }
}

#[test]
fn a24_a_factor_confirms_no_user_verification_that_was_not_done() {
    let mut fixture = Fixture::new();
    let mut record = fixture.record();
    record.uv_initialized = false;
    let lenient = known().user_verification(UserVerification::Discouraged).allow(listed(&record));
    let mut unverified = |stage: Stage<'_>| {
        if let Stage::AuthenticatorData(data) = stage {
            data.set_flags(flags::UV, false);
        }
    };
    let done = fixture.authenticate(lenient, Some(&record), How::Edit(&mut unverified)).unwrap();
    assert!(!done.uv_flag() && !done.with_equivalent_factor().update().uv_initialized);
}

#[test]
fn a24_user_verification_counts_only_once_a_factor_confirmed_it() {
    let mut fixture = Fixture::new();
    let mut record = fixture.record();
    record.uv_initialized = false;
    let done = fixture.authenticate(anybody(), Some(&record), How::Honest).unwrap();
    assert!(done.uv_flag());
    assert!(!done.uv_trusted());
    assert!(!done.update().uv_initialized);
    assert!(done.observations().any(|seen| *seen == Observation::UserVerificationFirstSeen));
    let confirmed = done.with_equivalent_factor();
    assert!(confirmed.update().uv_initialized);
    assert!(!confirmed.uv_trusted());
}

#[test]
fn a24_a_lost_race_is_judged_again_without_a_signature() {
    let verifier = Arc::new(Counting::default());
    let mut fixture = Fixture::new();
    let record = fixture.record();
    let rp = fixture.ceremony.relying_party().clone();
    fixture.ceremony = Ceremony::with_verifier(rp, verifier.clone()).unwrap();
    let received = record.sign_count + 1;

    let done = fixture.authenticate(anybody(), Some(&record), How::Honest).unwrap();
    let mut current = record.clone();
    current.sign_count = received;
    refused(done.clone().rejudge(&current), "A22", Reason::SignCountRegressed);

    current.status = Status::Revoked { reason: String::new(), since: NOW };
    refused(done.clone().rejudge(&current), "A6", Reason::CredentialNotActive);

    let mut other = record.clone();
    other.user_handle = handle(9);
    assert!(matches!(done.clone().rejudge(&other), Err(Error::Misuse(Misuse::RecordOfAnotherCredential))));

    let mut again = done;
    for _ in 0..ceremony::MAX_REJUDGES {
        again = again.rejudge(&record).unwrap();
    }
    assert!(matches!(again.rejudge(&record), Err(Error::Misuse(Misuse::TooManyRejudges))));
    assert_eq!(verifier.calls.load(Ordering::Relaxed), 1);
}

#[test]
fn a25_success_names_the_user_and_the_credential() {
    let mut fixture =
        Fixture::new().device(|device| device.sign_count(SignCount::Zero).user_handle(UserHandle::Always));
    let record = fixture.record();
    let request = known().allow(listed(&record)).context(*b"return to /inbox");
    let done = fixture.authenticate(request, Some(&record), How::Honest).unwrap();
    assert_eq!(done.user_handle(), &record.user_handle);
    assert_eq!(done.credential_id(), &record.credential_id);
    assert_eq!(done.context(), b"return to /inbox");
    assert!(done.uv_trusted());
    assert_eq!(done.received_sign_count(), 0);
}
