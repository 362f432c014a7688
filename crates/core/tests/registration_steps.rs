//! WebAuthn §7.1, step by step: one good registration, one thing changed, the exact refusal.
//!
//! `docs/spec-map.md` names these tests beside their steps, and the house check compares the two.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::error::{KeyFault, RejectionReason as Reason};
use ceremony::{
    Algorithm as Cose, AttestationPolicy, AttestationType, BackupRequirement, CborPolicy, Ceremony, Challenge,
    CrossOriginPolicy, Error, Limits, Misuse, Observation, RegistrationRequest, RegistrationResponse, RelyingParty,
    TopOrigins, UnsolicitedExtensions, UserVerification,
};
use ceremony_testkit::{Algorithm, Attestation, Fault, SignCount, Stage};
use fixture::{Fixture, How, LATER, NOW, ORIGIN, ada, handle, malformed, refused};

fn passkey() -> RegistrationRequest {
    RegistrationRequest::passkey(ada())
}

#[test]
fn r01_begin_freezes_what_finish_needs() {
    let fixture = Fixture::new();
    let request = passkey().context(*b"sign-up").browser_binding([9; 32]);
    let (options, state) = fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).unwrap();
    assert_eq!(state.user_handle(), &handle(0xad));
    assert_eq!(state.context(), b"sign-up");
    assert_eq!(state.browser_binding(), Some(&[9; 32]));
    assert_eq!(state.expires_at(), NOW.saturating_add(options.timeout()));
}

#[test]
fn r01_impossible_requests_are_refused_when_begun() {
    let fixture = Fixture::new();
    let begin = |request| fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).map(|_| ());
    let conditional = RegistrationRequest::conditional_create(ada()).user_verification(UserVerification::Required);
    assert_eq!(begin(conditional), Err(Misuse::ConditionalCreateWithUserVerification.into()));
    assert_eq!(begin(passkey().algorithms([])), Err(Misuse::NoAlgorithms.into()));
    let rs1 = || passkey().algorithms([Cose::Es256, Cose::Rs1]);
    assert_eq!(begin(rs1()), Err(Misuse::Rs1NotAllowed.into()));
    let rp = RelyingParty::builder("example.com", "").origin(ORIGIN).allow_rs1().build().unwrap();
    let legacy = Ceremony::new(rp);
    assert!(legacy.begin_registration(rs1(), Challenge::new([1; 32]), NOW).is_ok());
    assert_eq!(begin(passkey().context([0; 257])), Err(Misuse::ContextTooLong.into()));
    assert_eq!(begin(passkey().context([0; 256])), Ok(()));
}

#[test]
fn r01_an_expired_ceremony_is_over() {
    let mut fixture = Fixture::new();
    let (options, state) = fixture.ceremony.begin_registration(passkey(), Challenge::new([1; 32]), NOW).unwrap();
    let expires_at = state.expires_at();
    let body = fixture.device.register_json(&serde_json::to_value(&options).unwrap(), &fixture.page).unwrap();
    let response = RegistrationResponse::from_json(&body).unwrap();
    let finished = fixture.ceremony.finish_registration(state, &response, expires_at);
    assert!(matches!(finished, Err(Error::Expired)), "{finished:?}");
}

#[test]
fn r01_a_state_of_another_relying_party_is_misuse() {
    let mut fixture = Fixture::new();
    let (options, state) = fixture.ceremony.begin_registration(passkey(), Challenge::new([1; 32]), NOW).unwrap();
    let body = fixture.device.register_json(&serde_json::to_value(&options).unwrap(), &fixture.page).unwrap();
    let response = RegistrationResponse::from_json(&body).unwrap();
    let other = RelyingParty::builder("example.org", "Other").origin("https://example.org").build().unwrap();
    let finished = Ceremony::new(other).finish_registration(state, &response, LATER);
    assert!(matches!(finished, Err(Error::Misuse(Misuse::StateOfAnotherRelyingParty))), "{finished:?}");
}

#[test]
fn r03_only_an_attestation_response_is_read() {
    malformed(Fixture::new().broken_registration(Fault::AssertionInRegistration), "R3", "wrong_ceremony");
    malformed(Fixture::new().broken_registration(Fault::ResponseMissing), "R3", "missing");
    malformed(Fixture::new().broken_registration(Fault::RawIdDiffers), "R3", "inconsistent");
    malformed(Fixture::new().broken_registration(Fault::TypeUnknown), "R3", "unexpected_value");
    malformed(Fixture::new().broken_registration(Fault::DuplicateEnvelopeMember), "R3", "duplicate_member");
    malformed(Fixture::new().broken_registration(Fault::BodyTooLarge), "R3", "too_large");
    malformed(Fixture::new().broken_registration(Fault::BodyNestingBomb), "R3", "too_deep");
}

#[test]
fn r03_copies_of_what_is_attested_must_agree() {
    malformed(Fixture::new().broken_registration(Fault::AuthenticatorDataCopyDiffers), "R13", "inconsistent");
    malformed(Fixture::new().broken_registration(Fault::PublicKeyAlgorithmDiffers), "R20", "inconsistent");
}

#[test]
fn r04_client_extension_results_are_an_object() {
    malformed(Fixture::new().broken_registration(Fault::ExtensionResultsArray), "R4", "wrong_type");
    malformed(Fixture::new().broken_registration(Fault::ExtensionResultsNull), "R4", "wrong_type");
}

#[test]
fn r05_client_data_is_utf8_with_one_byte_order_mark_at_most() {
    malformed(Fixture::new().broken_registration(Fault::ClientDataUtf16), "R5", "not_utf8");
    malformed(Fixture::new().broken_registration(Fault::ClientDataTwoByteOrderMarks), "R6", "not_json");
}

#[test]
fn r06_client_data_is_one_json_object() {
    malformed(Fixture::new().broken_registration(Fault::ClientDataArray), "R6", "wrong_type");
    malformed(Fixture::new().broken_registration(Fault::ClientDataTrailingBytes), "R6", "not_json");
}

#[test]
fn r07_type_is_webauthn_create() {
    for fault in [Fault::ClientDataTypeOtherCeremony, Fault::ClientDataTypeWrongCase, Fault::ClientDataTypePayment] {
        refused(Fixture::new().broken_registration(fault), "R7", Reason::TypeMismatch);
    }
    malformed(Fixture::new().broken_registration(Fault::ClientDataTypeMissing), "R7", "missing");
    malformed(Fixture::new().broken_registration(Fault::DuplicateTypeHostileLast), "R7", "duplicate_member");
}

#[test]
fn r08_challenge_is_the_one_issued() {
    for fault in [
        Fault::ChallengeBitFlipped,
        Fault::ChallengeOther,
        Fault::ChallengePadded,
        Fault::ChallengePrefix,
        Fault::ChallengeExtended,
        Fault::ChallengeStandardAlphabet,
    ] {
        refused(Fixture::new().broken_registration(fault), "R8", Reason::ChallengeMismatch);
    }
    malformed(Fixture::new().broken_registration(Fault::ChallengeNotString), "R8", "wrong_type");
}

#[test]
fn r09_origin_is_an_allowed_one_exactly() {
    for fault in [
        Fault::OriginForeign,
        Fault::OriginHttp,
        Fault::OriginOtherPort,
        Fault::OriginTrailingSlash,
        Fault::OriginSubdomain,
        Fault::OriginPrefixed,
        Fault::OriginSuffixed,
        Fault::OriginUserInfo,
        Fault::OriginUpperCase,
    ] {
        refused(Fixture::new().broken_registration(fault), "R9", Reason::OriginNotAllowed);
    }
    malformed(Fixture::new().broken_registration(Fault::OriginMissing), "R9", "missing");
}

#[test]
fn r09_the_message_says_what_was_sent_what_is_allowed_and_the_mend() {
    let rejection = fixture::rejected(Fixture::new().broken_registration(Fault::OriginHttp));
    assert_eq!(
        rejection.to_string(),
        "origin is not among the configured ones (R9): the browser sent \"http://example.com\", the configuration \
         allows \"https://example.com\"; if the first is right, add it with `.origin(..)`"
    );
}

#[test]
fn r10_cross_origin_only_where_allowed() {
    refused(Fixture::new().broken_registration(Fault::CrossOriginTrue), "R10", Reason::CrossOriginNotAllowed);
    malformed(Fixture::new().broken_registration(Fault::CrossOriginString), "R10", "wrong_type");

    let mut framed = framed(false).page(|page| page.cross_origin(true));
    let registered = framed.register(passkey(), How::Honest).unwrap();
    assert!(registered.observations().any(|seen| *seen == Observation::CrossOrigin));
}

fn framed(require_top_origin: bool) -> Fixture {
    let top_origins = TopOrigins::List(vec!["https://shop.test".into()]);
    Fixture::with(|builder| builder.cross_origin(CrossOriginPolicy::Allow { top_origins, require_top_origin }))
}

#[test]
fn r11_top_origin_is_an_allowed_page() {
    let with =
        |top: &str| framed(false).page(|page| page.cross_origin(true).top_origin(top)).register(passkey(), How::Honest);
    assert!(with("https://shop.test").is_ok());
    refused(with("https://evil.test"), "R11", Reason::TopOriginNotAllowed);

    refused(framed(false).broken_registration(Fault::TopOriginSameOrigin), "R11", Reason::TopOriginWithoutCrossOrigin);

    let missing = framed(true).page(|page| page.cross_origin(true)).register(passkey(), How::Honest);
    refused(missing, "R11", Reason::TopOriginMissing);
}

#[test]
fn r12_the_hash_covers_the_bytes_as_received() {
    for fault in [Fault::ClientDataReserialised, Fault::ClientDataByteAdded] {
        let mut fixture = Fixture::new().kind(Algorithm::Es256, Attestation::PackedSelf);
        refused(fixture.broken_registration(fault), "R22", Reason::AttestationSignature);
    }
}

#[test]
fn r13_attestation_object_is_one_cbor_map() {
    for (fault, code) in [
        (Fault::ObjectArray, "wrong_type"),
        (Fault::ObjectTruncated, "truncated"),
        (Fault::ObjectTrailingByte, "trailing_bytes"),
        (Fault::FormatMissing, "missing"),
        (Fault::ObjectDuplicateKey, "duplicate_member"),
        (Fault::ObjectTagged, "not_cbor"),
        (Fault::ObjectIndefinite, "not_cbor"),
        (Fault::CborDepthBomb, "too_deep"),
        (Fault::AuthDataTooShort, "truncated"),
        (Fault::LeftoverAfterKey, "trailing_bytes"),
    ] {
        malformed(Fixture::new().broken_registration(fault), "R13", code);
    }
}

#[test]
fn r13_attested_credential_data_is_there() {
    refused(
        Fixture::new().broken_registration(Fault::AttestedDataMissing),
        "R13",
        Reason::AttestedCredentialDataMissing,
    );
}

#[test]
fn r13_canonical_form_by_policy() {
    for fault in [Fault::UnsortedKeys, Fault::NonMinimalLength, Fault::ExtraObjectKey] {
        let registered = Fixture::new().broken_registration(fault).unwrap();
        assert_eq!(registered.observations().count(), 1, "{fault:?}");
        let strict = Fixture::with(|builder| builder.cbor(CborPolicy::Strict)).broken_registration(fault);
        refused(strict, "R13", Reason::NotCanonical);
    }
}

#[test]
fn r13_reserved_flags_by_policy() {
    let registered = Fixture::new().broken_registration(Fault::ReservedFlagsSet).unwrap();
    assert!(registered.observations().any(|seen| *seen == Observation::ReservedFlags));
    let strict = Fixture::with(|builder| builder.reject_reserved_flags(true));
    refused({ strict }.broken_registration(Fault::ReservedFlagsSet), "R13", Reason::ReservedFlags);
}

#[test]
fn r14_rp_id_hash_is_that_of_the_rp_id() {
    for fault in [Fault::RpIdHashWrong, Fault::RpIdHashOfOrigin] {
        refused(Fixture::new().broken_registration(fault), "R14", Reason::RpIdHashMismatch);
    }
}

#[test]
fn r15_user_presence_unless_conditional() {
    refused(Fixture::new().broken_registration(Fault::UserNotPresentRegistration), "R15", Reason::UserNotPresent);
    // The body's own claim changes nothing.
    refused(Fixture::new().broken_registration(Fault::ConditionalClaimedByBody), "R15", Reason::UserNotPresent);

    let conditional = RegistrationRequest::conditional_create(ada());
    let mut fixture = Fixture::new().page(|page| page.conditional(true));
    let mut present = true;
    let mut look = |stage: Stage<'_>| {
        if let Stage::AuthenticatorData(data) = stage {
            present = data.has_flags(ceremony_testkit::authenticator_data::flags::UP);
        }
    };
    assert!(fixture.register(conditional, How::Edit(&mut look)).is_ok());
    assert!(!present);
}

#[test]
fn r16_user_verification_where_required() {
    refused(Fixture::new().broken_registration(Fault::UserNotVerified), "R16", Reason::UserNotVerified);

    let preferred = passkey().user_verification(UserVerification::Preferred);
    let registered = Fixture::new().register(preferred, How::Fault(Fault::UserNotVerified)).unwrap();
    assert!(!registered.uv_flag());
    assert!(!registered.record().uv_initialized);
}

#[test]
fn r17_backed_up_only_if_eligible() {
    refused(
        Fixture::new().broken_registration(Fault::BackupStateNotEligible),
        "R17",
        Reason::BackupStateWithoutEligibility,
    );
}

fn flags(requirement: BackupRequirement, eligible: bool, backed_up: bool) -> Fixture {
    Fixture::with(|builder| builder.backup_requirement(requirement))
        .device(|device| device.backup_eligible(eligible).backup_state(backed_up))
}

#[test]
fn r18_backup_eligibility_by_policy() {
    let refused_by = |requirement, eligible| {
        refused(
            flags(requirement, eligible, false).register(passkey(), How::Honest),
            "R18",
            Reason::BackupEligibilityNotAllowed,
        );
    };
    refused_by(BackupRequirement::DeviceBound, true);
    refused_by(BackupRequirement::Eligible, false);
    refused_by(BackupRequirement::BackedUp, false);
    assert!(flags(BackupRequirement::DeviceBound, false, false).register(passkey(), How::Honest).is_ok());
    assert!(flags(BackupRequirement::Eligible, true, false).register(passkey(), How::Honest).is_ok());
}

#[test]
fn r19_backup_state_by_policy() {
    let result = flags(BackupRequirement::BackedUp, true, false).register(passkey(), How::Honest);
    refused(result, "R19", Reason::BackupStateNotAllowed);
    assert!(flags(BackupRequirement::BackedUp, true, true).register(passkey(), How::Honest).is_ok());
}

#[test]
fn r20_algorithm_is_one_that_was_offered() {
    refused(Fixture::new().broken_registration(Fault::KeyAlgorithmNotOffered), "R20", Reason::AlgorithmNotOffered);
    // neg-K06: -9 where -7 was offered, the same scheme on the same curve; alone, it contradicts the response's own copy.
    malformed(Fixture::new().broken_registration(Fault::KeyAlgorithmFullySpecified), "R20", "inconsistent");
    let mut twin = |stage: Stage<'_>| match stage {
        Stage::CredentialPublicKey(key) => key.set(3, Cose::Esp256.id()),
        Stage::Response(json) => json["response"]["publicKeyAlgorithm"] = Cose::Esp256.id().into(),
        _ => {}
    };
    refused(Fixture::new().register(passkey(), How::Edit(&mut twin)), "R20", Reason::AlgorithmNotOffered);
    let mut offered = Fixture::with(|builder| builder.algorithms([Cose::Esp256, Cose::Es256]));
    assert!(offered.register(passkey(), How::Edit(&mut twin)).is_ok());

    // W13: known to the library, not offered in this ceremony; the device ignores what was offered.
    let (_, state) = Fixture::new()
        .ceremony
        .begin_registration(passkey().algorithms([Cose::Rs256]), Challenge::new([0xfb; 32]), NOW)
        .unwrap();
    let mut fixture = Fixture::new();
    let (options, _) = fixture.ceremony.begin_registration(passkey(), Challenge::new([0xfb; 32]), NOW).unwrap();
    let body = fixture.device.register_json(&serde_json::to_value(&options).unwrap(), &fixture.page).unwrap();
    let response = RegistrationResponse::from_json(&body).unwrap();
    let finished = fixture.ceremony.finish_registration(state, &response, LATER);
    refused(finished, "R20", Reason::AlgorithmNotOffered);
}

#[test]
fn r20_key_is_one_of_its_algorithm() {
    let key = |algorithm, fault| Fixture::new().kind(algorithm, Attestation::None).broken_registration(fault);
    for (algorithm, fault, expected) in [
        (Algorithm::Es256, Fault::KeyNotMap, KeyFault::NotCoseKey),
        (Algorithm::Es256, Fault::KeyTypeMissing, KeyFault::MissingParameter),
        (Algorithm::Es256, Fault::Es256WrongCurve, KeyFault::WrongType),
        (Algorithm::Es256, Fault::PointCompressed, KeyFault::BadParameter),
        (Algorithm::Es256, Fault::PointXTooShort, KeyFault::BadParameter),
        (Algorithm::Es256, Fault::PointOffCurve, KeyFault::InvalidPoint),
        (Algorithm::Es256, Fault::PrivateKeyPresent, KeyFault::PrivateKey),
        (Algorithm::EdDsa, Fault::Ed25519SmallOrder, KeyFault::InvalidPoint),
        (Algorithm::EdDsa, Fault::Ed25519NotCanonical, KeyFault::InvalidPoint),
        (Algorithm::Rs256, Fault::Rsa1024, KeyFault::WeakRsa),
        (Algorithm::Rs256, Fault::Rsa32768, KeyFault::WeakRsa),
        (Algorithm::Rs256, Fault::RsaExponentOne, KeyFault::WeakRsa),
    ] {
        refused(key(algorithm, fault), "R20", Reason::PublicKey(expected));
    }
}

#[test]
fn r21_format_is_a_known_one() {
    for fault in [Fault::FormatUnknown, Fault::FormatWrongCase, Fault::FormatTooLong, Fault::FormatWithQuote] {
        refused(Fixture::new().broken_registration(fault), "R21", Reason::AttestationFormatUnknown);
    }
}

#[test]
fn r22_none_has_an_empty_statement() {
    refused(Fixture::new().broken_registration(Fault::NoneNotEmpty), "R22", Reason::AttestationStatement);
}

#[test]
fn r22_packed_self_is_signed_with_the_credential_key() {
    for algorithm in Algorithm::all() {
        let packed = || Fixture::new().kind(*algorithm, Attestation::PackedSelf);
        let registered = packed().register(passkey(), How::Honest).unwrap();
        assert_eq!(registered.attestation().attestation_type, AttestationType::SelfAttestation);
        assert!(!registered.attestation().trusted);
        for (fault, reason) in [
            (Fault::PackedSigWrong, Reason::AttestationSignature),
            (Fault::SignatureBitFlipped, Reason::AttestationSignature),
            (Fault::PackedAlgDiffers, Reason::AttestationAlgorithm),
            (Fault::PackedAlgMissing, Reason::AttestationStatement),
            (Fault::PackedSigEmpty, Reason::AttestationStatement),
            (Fault::PackedEcdaa, Reason::AttestationStatement),
            (Fault::PackedX5cEmpty, Reason::AttestationFormatUnknown),
        ] {
            refused(packed().broken_registration(fault), "R22", reason);
        }
    }
}

#[test]
fn r24_none_and_self_by_policy() {
    let policy = AttestationPolicy::default().accept_none(false).accept_self(false);
    let strict = || Fixture::with(|builder| builder.attestation(policy.clone()));
    refused(strict().register(passkey(), How::Honest), "R24", Reason::AttestationNoneNotAccepted);
    let mut packed = strict().kind(Algorithm::Es256, Attestation::PackedSelf);
    refused(packed.register(passkey(), How::Honest), "R24", Reason::AttestationSelfNotAccepted);
}

#[test]
fn r25_credential_id_is_at_most_1023_bytes() {
    refused(Fixture::new().broken_registration(Fault::CredentialIdTooLong), "R25", Reason::CredentialIdLength);
    refused(Fixture::new().broken_registration(Fault::CredentialIdEmpty), "R25", Reason::CredentialIdLength);
    let longest = Fixture::new().device(|device| device.credential_id_length(1023)).record();
    assert_eq!(longest.credential_id.as_bytes().len(), 1023);
}

#[test]
fn r25_envelope_names_the_attested_credential() {
    refused(Fixture::new().broken_registration(Fault::IdNotInAuthenticatorData), "R25", Reason::CredentialIdMismatch);
}

#[test]
fn r26_the_store_is_told_what_must_be_unique() {
    let registered = Fixture::new().register(passkey(), How::Honest).unwrap();
    assert_eq!(registered.must_be_unique(), &registered.record().credential_id);
}

#[test]
fn r27_record_holds_what_was_attested() {
    let mut fixture = Fixture::new().device(|device| {
        device
            .aaguid([7; 16])
            .backup_eligible(true)
            .backup_state(true)
            .transports(["internal", "hybrid"])
            .sign_count(SignCount::Counter { start: 41, step: 1 })
    });
    let record = fixture.record();
    let credential = &fixture.device.credentials()[0];
    assert_eq!(record.credential_id.as_bytes(), credential.id());
    assert_eq!(record.public_key.as_cose(), credential.public_key());
    assert_eq!(record.sign_count, credential.sign_count());
    assert_eq!((record.uv_initialized, record.backup_eligible, record.backup_state), (true, Some(true), true));
    assert_eq!(record.aaguid.as_bytes(), &[7; 16]);
    assert_eq!(record.transports.iter().map(ceremony::Transport::as_str).collect::<Vec<_>>(), ["internal", "hybrid"]);
    assert_eq!((record.fmt.as_str(), record.created_at, record.last_used_at), ("none", LATER, None));
    assert_eq!(record.extensions.cred_props_rk, Some(true));
}

#[test]
fn r28_unsolicited_outputs_are_survivable() {
    let registered = Fixture::new().broken_registration(Fault::UnsolicitedExtension).unwrap();
    assert!(registered.observations().any(|seen| matches!(seen, Observation::UnsolicitedExtension(_))));
    let strict = Fixture::with(|builder| builder.unsolicited_extensions(UnsolicitedExtensions::Reject));
    refused({ strict }.broken_registration(Fault::UnsolicitedExtension), "R28", Reason::ExtensionUnsolicited);
}

#[test]
fn r28_prf_results_are_dropped_unread() {
    let mut edit = |stage: Stage<'_>| {
        if let Stage::Response(response) = stage {
            response["clientExtensionResults"]["prf"] = serde_json::json!({"results": {"first": "c2VjcmV0LXByZg"}});
        }
    };
    let registered = Fixture::new().register(passkey(), How::Edit(&mut edit)).unwrap();
    assert!(registered.observations().any(|seen| *seen == Observation::PrfResultsDropped));
    assert!(!format!("{registered:?}").contains("c2VjcmV0LXByZg"));
}

#[test]
fn r29_the_account_is_the_one_that_was_begun_for() {
    let registered = Fixture::new().broken_registration(Fault::UserInResponse).unwrap();
    assert_eq!(registered.user_handle(), &handle(0xad));
}

#[test]
fn limits_are_those_of_the_policy() {
    let limits = {
        let mut limits = Limits::default();
        limits.response = 300;
        limits
    };
    let error = RegistrationResponse::from_json_with(&[b' '; 301], &limits).unwrap_err();
    assert_eq!(error.code(), "too_large");
}
