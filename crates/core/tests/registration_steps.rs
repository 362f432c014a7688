//! WebAuthn §7.1, step by step: one good registration, one thing changed, the exact refusal.
//!
//! `docs/spec-map.md` names these tests beside their steps, and the house check compares the two.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::error::{ConfigError, KeyFault, RejectionReason as Reason};
use ceremony::{
    Algorithm as Cose, AppId, AttestationFormat, AttestationPolicy, AttestationType, AuthenticatorAttachment,
    BackupRequirement, CborPolicy, Ceremony, Challenge, CredentialProtection, CrossOriginPolicy, Demand, Error, Hint,
    Limits, Misuse, Observation, PrfValues, Registration, RegistrationRequest, RegistrationResponse, RegistrationState,
    RelyingParty, TopOrigins, UnsolicitedExtensions, UserVerification,
};
use ceremony_testkit::authenticator_data::flags as bits;
use ceremony_testkit::{Algorithm, Attestation, Cbor, Fault, SignCount, Stage};
use fixture::{Fixture, How, LATER, NOW, ORIGIN, ada, handle, malformed, refused};
use std::time::Duration;

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
    for millis in [0, 9_999, 3_600_001] {
        let timeout = Duration::from_millis(millis);
        let refused = Misuse::Config(ConfigError::TimeoutOutOfRange { timeout });
        assert_eq!(begin(passkey().timeout(timeout)), Err(refused.into()));
    }
    assert_eq!(begin(passkey().timeout(Duration::from_secs(3600))), Ok(()));
}

#[test]
fn r01_extensions_that_no_client_could_take_are_refused_when_begun() {
    let fixture = Fixture::with(|builder| {
        let mut limits = Limits::default();
        limits.cred_blob = 33;
        builder.limits(limits)
    });
    let begin = |fixture: &Fixture, request| {
        fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).map(|_| ())
    };
    let blob = |len: usize| passkey().cred_blob(vec![7; len], Demand::Preferred);
    let standard = Fixture::new();
    assert_eq!(begin(&standard, blob(32)), Ok(()));
    assert_eq!(begin(&standard, blob(33)), Err(Misuse::CredBlobLength(32).into()));
    assert_eq!(begin(&standard, blob(0)), Err(Misuse::CredBlobLength(32).into()));
    assert_eq!(begin(&fixture, blob(33)), Ok(()));

    let exclude = |app_id| passkey().app_id_exclude(AppId::new(app_id).unwrap());
    assert_eq!(begin(&standard, exclude("https://u2f.example.com/app-id.json")), Ok(()));
    let foreign = begin(&standard, exclude("https://example.org/app-id.json"));
    assert!(matches!(foreign, Err(Error::Misuse(Misuse::Config(ConfigError::AppIdNotCovered { .. })))), "{foreign:?}");
}

fn options(request: RegistrationRequest) -> serde_json::Value {
    let fixture = Fixture::new();
    let (options, _) = fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).unwrap();
    serde_json::to_value(&options).unwrap()
}

#[test]
fn r01_hints_bring_the_attachment_for_older_clients() {
    let attachment = |hints: &[Hint]| {
        let options = options(passkey().hints(hints.iter().copied()));
        options["authenticatorSelection"].get("authenticatorAttachment").cloned()
    };
    assert_eq!(attachment(&[Hint::SecurityKey]), Some("cross-platform".into()));
    assert_eq!(attachment(&[Hint::Hybrid]), Some("cross-platform".into()));
    assert_eq!(attachment(&[Hint::ClientDevice]), Some("platform".into()));
    assert_eq!(attachment(&[Hint::Hybrid, Hint::SecurityKey]), Some("cross-platform".into()));
    assert_eq!(attachment(&[Hint::SecurityKey, Hint::ClientDevice]), None);
    assert_eq!(attachment(&[]), None);

    let both = options(passkey().hints([Hint::SecurityKey]).attachment(AuthenticatorAttachment::Platform));
    assert_eq!(both["authenticatorSelection"]["authenticatorAttachment"], "platform");
    let twice = options(passkey().hints([Hint::Hybrid, Hint::SecurityKey, Hint::Hybrid]));
    assert_eq!(twice["hints"], serde_json::json!(["hybrid", "security-key"]));
}

#[test]
fn r01_attestation_formats_are_named_in_order() {
    let formats = [AttestationFormat::Tpm, AttestationFormat::Packed, AttestationFormat::Tpm];
    let options = options(passkey().attestation_formats(formats));
    assert_eq!(options["attestationFormats"], serde_json::json!(["tpm", "packed"]));
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
fn r06_token_binding_has_the_shape_of_level_1_where_the_policy_asks() {
    for fault in [Fault::TokenBindingNotObject, Fault::TokenBindingNoStatus, Fault::TokenBindingBadStatus] {
        let mut strict = Fixture::with(|builder| builder.check_token_binding(true));
        refused(strict.broken_registration(fault), "R6", Reason::TokenBinding);
        assert!(Fixture::new().broken_registration(fault).is_ok(), "{fault:?}");
    }
    for status in ["present", "supported", "not-supported"] {
        let mut strict = Fixture::with(|builder| builder.check_token_binding(true));
        let mut bound = |stage: Stage<'_>| {
            if let Stage::ClientData(data) = stage {
                data.push("tokenBinding", serde_json::json!({ "status": status }));
            }
        };
        assert!(strict.register(passkey(), How::Edit(&mut bound)).is_ok(), "{status}");
        assert!(strict.register(passkey(), How::Honest).is_ok());
    }
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

    // Framed, but below no page that is named: only clients that name none.
    let unnamed = || {
        Fixture::with(|builder| {
            let top_origins = TopOrigins::None;
            builder.cross_origin(CrossOriginPolicy::Allow { top_origins, require_top_origin: false })
        })
    };
    assert!(unnamed().page(|page| page.cross_origin(true)).register(passkey(), How::Honest).is_ok());
    let named = unnamed().page(|page| page.top_origin("https://shop.test")).register(passkey(), How::Honest);
    refused(named, "R11", Reason::TopOriginNotAllowed);

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
fn r13_what_is_not_verified_yet_can_be_looked_at() {
    let mut fixture = Fixture::new().kind(Algorithm::Es256, Attestation::PackedSelf);
    let request = passkey().attestation(ceremony::AttestationConveyance::Direct);
    let (options, _) = fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).unwrap();
    let options = serde_json::to_value(&options).unwrap();
    let body = fixture.device.register_json(&options, &fixture.page).unwrap();
    let response = RegistrationResponse::from_json(&body).unwrap();
    let lookup = response.attestation_lookup().unwrap();
    assert_eq!((lookup.fmt, lookup.certificate_key_identifier()), ("packed", None));
    assert_eq!(lookup.aaguid, response.authenticator_data().attested().unwrap().aaguid);
    let statement = response.attestation_statement();
    // A map of `alg` and `sig`, and it stands in the object as it is.
    assert_eq!(statement.first(), Some(&0xa2));
    assert!(response.attestation_object().windows(statement.len()).any(|part| part == statement));
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
    // A statement that is not looked at may be of any format, but of one that can be: the record keeps its name.
    let policy = AttestationPolicy::default().ignore_statements(true);
    let unseen = || Fixture::with(|builder| builder.attestation(policy.clone()));
    assert!(unseen().broken_registration(Fault::FormatUnknown).is_ok());
    for fault in [Fault::FormatTooLong, Fault::FormatWithQuote] {
        refused(unseen().broken_registration(fault), "R21", Reason::AttestationFormatUnknown);
    }
}

#[test]
fn r22_none_has_an_empty_statement() {
    refused(Fixture::new().broken_registration(Fault::NoneNotEmpty), "R22", Reason::AttestationStatement);
}

#[test]
fn r22_packed_self_is_signed_with_the_credential_key() {
    for algorithm in Algorithm::classic() {
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
            (Fault::PackedX5cEmpty, Reason::AttestationStatement),
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
fn r25_a_short_credential_id_is_observed() {
    for (length, expected) in [(15, true), (16, false)] {
        let mut fixture = Fixture::new().device(|device| device.credential_id_length(length));
        let registered = fixture.register(passkey(), How::Honest).unwrap();
        let observed = registered.observations().any(|seen| *seen == Observation::ShortCredentialId);
        assert_eq!(observed, expected, "{length}");
    }
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

/// A registration whose client and authenticator say these things about extensions.
fn answered(
    request: RegistrationRequest,
    client: serde_json::Value,
    authenticator: &[(&str, Cbor)],
) -> Result<Registration, Error> {
    answered_by(&mut Fixture::new(), request, client, authenticator)
}

fn answered_by(
    fixture: &mut Fixture,
    request: RegistrationRequest,
    client: serde_json::Value,
    authenticator: &[(&str, Cbor)],
) -> Result<Registration, Error> {
    let mut edit = |stage: Stage<'_>| match stage {
        Stage::AuthenticatorData(data) => {
            let outputs = authenticator.iter().map(|(name, output)| (Cbor::from(*name), output.clone())).collect();
            data.set_flags(bits::ED, !authenticator.is_empty());
            data.extensions = (!authenticator.is_empty()).then(|| Cbor::canonical_map(outputs));
        }
        Stage::Response(response) => response["clientExtensionResults"] = client.clone(),
        _ => {}
    };
    fixture.register(request.cred_props(true), How::Edit(&mut edit))
}

/// Asserts that the ceremony succeeded and that this is all that it observed.
#[track_caller]
fn observed(result: Result<Registration, Error>, expected: &[Observation]) -> Registration {
    let registered = result.unwrap();
    assert_eq!(registered.observations().cloned().collect::<Vec<_>>(), expected);
    registered
}

fn malformed_output(name: &'static str) -> Observation {
    Observation::MalformedExtension(name)
}

fn unsolicited(name: &str) -> Observation {
    Observation::UnsolicitedExtension(name.into())
}

#[test]
fn r28_outputs_of_client_and_authenticator_are_told_apart() {
    let request = passkey()
        .cred_protect(CredentialProtection::UserVerificationRequired, Demand::Preferred)
        .min_pin_length(Demand::Preferred)
        .prf(Demand::Preferred)
        .large_blob(Demand::Preferred)
        .cred_blob(*b"key 7", Demand::Preferred)
        .app_id_exclude(AppId::new("https://example.com/app-id.json").unwrap());
    let client = serde_json::json!({
        "credProps": {"rk": true}, "prf": {"enabled": true}, "largeBlob": {"supported": true}, "appidExclude": true,
        "credBlob": true,
    });
    let authenticator = [
        ("credProtect", Cbor::Int(3)),
        ("minPinLength", Cbor::Int(6)),
        ("credBlob", Cbor::Bool(true)),
        ("hmac-secret", Cbor::Bool(true)),
    ];
    let registered = observed(answered(request, client, &authenticator), &[]);
    let client = registered.client_outputs();
    assert_eq!((client.cred_props_rk, client.prf_enabled), (Some(true), Some(true)));
    assert_eq!((client.large_blob_supported, client.app_id_exclude), (Some(true), Some(true)));
    let authenticator = registered.authenticator_outputs();
    assert_eq!(authenticator.cred_protect, Some(CredentialProtection::UserVerificationRequired));
    assert_eq!((authenticator.min_pin_length, authenticator.cred_blob_stored), (Some(6), Some(true)));
    let facts = &registered.record().extensions;
    assert_eq!((facts.cred_props_rk, facts.cred_protect, facts.min_pin_length), (Some(true), Some(3), Some(6)));
    assert_eq!(facts.large_blob_supported, Some(true));
    assert_eq!((facts.prf_enabled, facts.cred_blob_stored), (Some(true), Some(true)));
}

#[test]
fn r28_the_client_does_not_speak_for_the_authenticator() {
    // W17: a script can write into the client's outputs whatever it likes.
    let request = passkey().cred_protect(CredentialProtection::UserVerificationOptional, Demand::Required);
    let client = serde_json::json!({"credProtect": 3});
    refused(answered(request, client, &[]), "R28", Reason::ExtensionNotHonoured);
    let request = passkey().cred_blob(*b"key 7", Demand::Required);
    refused(answered(request, serde_json::json!({"credBlob": true}), &[]), "R28", Reason::ExtensionNotHonoured);
}

#[test]
fn r28_required_protection_is_there_or_higher() {
    // W17
    use CredentialProtection::{UserVerificationOptionalWithCredentialIdList, UserVerificationRequired};
    let run = |asked, demand, level: Option<i64>| {
        let outputs: Vec<_> = level.map(|level| ("credProtect", Cbor::Int(level))).into_iter().collect();
        answered(passkey().cred_protect(asked, demand), serde_json::json!({}), &outputs)
    };
    let (middle, high) = (UserVerificationOptionalWithCredentialIdList, UserVerificationRequired);
    for level in [None, Some(0), Some(1), Some(4), Some(-3)] {
        refused(run(middle, Demand::Required, level), "R28", Reason::ExtensionNotHonoured);
    }
    refused(run(high, Demand::Required, Some(2)), "R28", Reason::ExtensionNotHonoured);
    for level in [2, 3] {
        let _ = observed(run(middle, Demand::Required, Some(level)), &[]);
    }
    // Where it was only preferred, the outcome tells.
    let weaker = observed(run(high, Demand::Preferred, Some(1)), &[]);
    assert_eq!(weaker.record().extensions.cred_protect, Some(1));
    let _ = observed(run(high, Demand::Preferred, None), &[]);
    let rejection = fixture::rejected(run(high, Demand::Required, None));
    assert_eq!(rejection.detail(), Some("credProtect"));
}

/// A registration that asks for one extension.
type Asked<'a> = &'a dyn Fn(Demand) -> RegistrationRequest;

#[test]
fn r28_required_extensions_are_honoured() {
    let none = || serde_json::json!({});
    let cases: [(Asked<'_>, serde_json::Value, Option<Cbor>, &str); 4] = [
        (&|demand| passkey().min_pin_length(demand), none(), Some(Cbor::Int(4)), "minPinLength"),
        (&|demand| passkey().prf(demand), serde_json::json!({"prf": {"enabled": true}}), None, "prf"),
        (
            &|demand| passkey().large_blob(demand),
            serde_json::json!({"largeBlob": {"supported": true}}),
            None,
            "largeBlob",
        ),
        (&|demand| passkey().cred_blob(*b"x", demand), none(), Some(Cbor::Bool(true)), "credBlob"),
    ];
    for (request, client, authenticator, name) in cases {
        let outputs: Vec<_> = authenticator.into_iter().map(|output| (name, output)).collect();
        let _ = observed(answered(request(Demand::Required), client, &outputs), &[]);
        let _ = observed(answered(request(Demand::Preferred), none(), &[]), &[]);
        let rejection = fixture::rejected(answered(request(Demand::Required), none(), &[]));
        assert_eq!((rejection.step().as_str(), rejection.reason()), ("R28", Reason::ExtensionNotHonoured), "{name}");
        assert_eq!(rejection.detail(), Some(name));
    }
    // A plain no is no better than silence.
    let no = serde_json::json!({"prf": {"enabled": false}, "largeBlob": {"supported": false}});
    for request in [passkey().prf(Demand::Required), passkey().large_blob(Demand::Required)] {
        refused(answered(request, no.clone(), &[]), "R28", Reason::ExtensionNotHonoured);
    }
    let stored = [("credBlob", Cbor::Bool(false))];
    let request = passkey().cred_blob(*b"x", Demand::Required);
    refused(answered(request, none(), &stored), "R28", Reason::ExtensionNotHonoured);
}

#[test]
fn r28_malformed_outputs_count_as_absent() {
    for (results, name) in [
        (serde_json::json!({"credProps": {"rk": "yes"}}), "credProps"),
        (serde_json::json!({"credProps": true}), "credProps"),
        (serde_json::json!({"largeBlob": {"supported": 1}}), "largeBlob"),
        (serde_json::json!({"largeBlob": []}), "largeBlob"),
        (serde_json::json!({"prf": {"enabled": "true"}}), "prf"),
        (serde_json::json!({"appidExclude": {}}), "appidExclude"),
    ] {
        let request = passkey()
            .prf(Demand::Preferred)
            .large_blob(Demand::Preferred)
            .app_id_exclude(AppId::new("https://example.com").unwrap());
        let registered = observed(answered(request, results, &[]), &[malformed_output(name)]);
        assert_eq!(registered.client_outputs(), &Default::default(), "{name}");
    }
    for (name, output) in [
        ("credProtect", Cbor::Int(4)),
        ("credProtect", Cbor::Bool(true)),
        ("minPinLength", Cbor::Int(-1)),
        ("minPinLength", Cbor::Int(1 << 32)),
        ("minPinLength", Cbor::from("6")),
        ("credBlob", Cbor::Int(1)),
        ("credBlob", Cbor::Bytes(vec![1])),
    ] {
        let request = passkey()
            .cred_protect(CredentialProtection::UserVerificationOptional, Demand::Preferred)
            .min_pin_length(Demand::Preferred)
            .cred_blob(*b"x", Demand::Preferred);
        let result = answered(request, serde_json::json!({}), &[(name, output)]);
        let registered = observed(result, &[malformed_output(name)]);
        assert_eq!(registered.authenticator_outputs(), &Default::default(), "{name}");
    }
    let required = passkey().prf(Demand::Required);
    let result = answered(required, serde_json::json!({"prf": {"enabled": 1}}), &[]);
    refused(result, "R28", Reason::ExtensionNotHonoured);
}

#[test]
fn r28_an_output_that_stands_twice_counts_as_absent() {
    let mut edit = |stage: Stage<'_>| {
        if let Stage::ResponseText(text) = stage {
            let twice =
                r#""clientExtensionResults":{"credProps":{"rk":true},"prf":{"enabled":true},"prf":{"enabled":true}}"#;
            let whole = String::from_utf8(text.clone()).unwrap();
            *text = whole.replace(r#""clientExtensionResults":{"credProps":{"rk":true}}"#, twice).into_bytes();
        }
    };
    let result = Fixture::new().register(passkey().prf(Demand::Preferred), How::Edit(&mut edit));
    let registered = observed(result, &[malformed_output("prf")]);
    assert_eq!(registered.client_outputs().prf_enabled, None);
    assert_eq!(registered.client_outputs().cred_props_rk, Some(true));
}

#[test]
fn r28_what_was_not_asked_for_is_not_told() {
    let client = serde_json::json!({"appidExclude": true, "largeBlob": {"supported": true}, "prf": {"enabled": true}});
    let authenticator = [("credBlob", Cbor::Bool(true)), ("minPinLength", Cbor::Int(4)), ("credProtect", Cbor::Int(2))];
    let result = answered(passkey(), client, &authenticator);
    let names = ["appidExclude", "largeBlob", "prf", "credBlob", "credProtect", "minPinLength"];
    let registered = observed(result, &names.map(unsolicited));
    assert_eq!(registered.client_outputs(), &Default::default());
    let outputs = registered.authenticator_outputs();
    assert_eq!((outputs.min_pin_length, outputs.cred_blob_stored), (None, None));
    // Browsers ask for protection on their own: what is in effect is worth knowing.
    assert_eq!(registered.record().extensions.cred_protect, Some(2));

    let mut strict = Fixture::with(|builder| builder.unsolicited_extensions(UnsolicitedExtensions::Reject));
    let result = answered_by(&mut strict, passkey(), serde_json::json!({}), &[("hmac-secret", Cbor::Bool(true))]);
    refused(result, "R28", Reason::ExtensionUnsolicited);
    let asked = passkey().prf_eval(PrfValues::new(*b"salt"));
    let result = answered_by(&mut strict, asked, serde_json::json!({}), &[("hmac-secret", Cbor::Bool(true))]);
    let _ = observed(result, &[]);
}

#[test]
fn r28_the_extensions_asked_for_outlive_the_state_bytes() {
    // What is frozen decides, on the other side of a store too.
    let mut fixture = Fixture::new();
    let request = passkey().cred_protect(CredentialProtection::UserVerificationRequired, Demand::Required);
    let (options, state) = fixture.ceremony.begin_registration(request, Challenge::new([1; 32]), NOW).unwrap();
    let mut options = serde_json::to_value(&options).unwrap();
    assert_eq!(options["extensions"]["credentialProtectionPolicy"], "userVerificationRequired");
    assert_eq!(options["extensions"]["enforceCredentialProtectionPolicy"], true);
    options["extensions"]["credentialProtectionPolicy"] = "userVerificationOptional".into();
    let body = fixture.device.register_json(&options, &fixture.page).unwrap();
    let response = RegistrationResponse::from_json(&body).unwrap();
    let state = RegistrationState::from_bytes(&state.into_bytes()).unwrap();
    let finished = fixture.ceremony.finish_registration(state, &response, LATER);
    refused(finished, "R28", Reason::ExtensionNotHonoured);
}

#[test]
fn r28_prf_results_are_dropped_in_whatever_form() {
    for results in [
        serde_json::json!({"prf": {"enabled": true, "results": {"first": "c2VjcmV0LXByZg"}}}),
        serde_json::json!({"prf": {"results": "c2VjcmV0LXByZg"}}),
        serde_json::json!({"prf": "c2VjcmV0LXByZg"}),
        serde_json::json!({"prf": ["c2VjcmV0LXByZg"]}),
        serde_json::json!({"hmacGetSecret": {"output1": "c2VjcmV0LXByZg"}}),
    ] {
        let registered = answered(passkey().prf(Demand::Preferred), results.clone(), &[]).unwrap();
        assert!(registered.observations().any(|seen| *seen == Observation::PrfResultsDropped), "{results}");
        assert!(!format!("{registered:?}").contains("c2VjcmV0"), "{results}");
    }
    let honest = serde_json::json!({"prf": {"enabled": true, "results": null}});
    let registered = observed(answered(passkey().prf(Demand::Preferred), honest, &[]), &[]);
    assert_eq!(registered.client_outputs().prf_enabled, Some(true));
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
