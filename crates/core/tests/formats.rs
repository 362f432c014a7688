//! Every algorithm and every attestation statement format, as honest authenticators make them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::error::{CertificateFault, ChainFault, RejectionReason as Reason};
use ceremony::x509::{Certificate, TrustAnchor, TrustAnchors};
use ceremony::{
    Aaguid, Algorithm as Cose, AttestationConveyance, AttestationFormat, AttestationPolicy, AttestationType,
    AuthenticationRequest, Challenge, CompoundPolicy, Error, Observation, Registration, RegistrationRequest,
    RegistrationResponse, RustCrypto, SignatureVerifier,
};
use ceremony_testkit::authenticator_data::flags;
use ceremony_testkit::{Algorithm, Attestation, Cbor, Fault, Stage, TestCa};
use fixture::{Fixture, How, ada, refused};

fn direct() -> RegistrationRequest {
    RegistrationRequest::passkey(ada()).attestation(AttestationConveyance::Direct)
}

fn anchors() -> TrustAnchors {
    TrustAnchors::from_pem(&TestCa::default().root_pem()).unwrap()
}

fn under(policy: AttestationPolicy) -> Fixture {
    let supported = Cose::ALL.into_iter().filter(|algorithm| RustCrypto.supports(algorithm.scheme()));
    Fixture::with(|builder| builder.allow_rs1().algorithms(supported).attestation(policy))
}

fn is_verified(attestation: Attestation) -> bool {
    AttestationFormat::from_identifier(attestation.format()).is_some()
}

fn has_certificates(attestation: Attestation) -> bool {
    !Attestation::without_certificates().contains(&attestation)
}

fn expected_type(attestation: Attestation) -> AttestationType {
    match attestation {
        Attestation::None => AttestationType::None,
        Attestation::PackedSelf => AttestationType::SelfAttestation,
        Attestation::Tpm => AttestationType::AttCa,
        Attestation::Apple => AttestationType::AnonCa,
        Attestation::Compound => AttestationType::Compound,
        _ => AttestationType::Basic,
    }
}

#[test]
fn every_algorithm_registers_and_signs_in() {
    for algorithm in Algorithm::all() {
        let scheme = Cose::from_id(algorithm.cose_id()).unwrap().scheme();
        if !RustCrypto.supports(scheme) {
            continue;
        }
        let mut fixture = under(AttestationPolicy::default()).kind(*algorithm, Attestation::PackedSelf);
        let record = fixture.register(direct(), How::Honest).unwrap().into_record();
        assert_eq!(record.algorithm().id(), algorithm.cose_id());
        let done = fixture.authenticate(AuthenticationRequest::discoverable(), Some(&record), How::Honest);
        assert!(done.is_ok(), "{algorithm:?}: {done:?}");
    }
}

#[test]
fn every_format_leads_to_its_anchor() {
    for attestation in Attestation::all() {
        if !is_verified(*attestation) {
            continue;
        }
        let policy = AttestationPolicy::default().trust_anchors(anchors()).compound(CompoundPolicy::Any);
        let mut fixture = under(policy).kind(Algorithm::Es256, *attestation).device(|device| device.aaguid([7; 16]));
        let registered = fixture.register(direct(), How::Honest);
        let registered = registered.unwrap_or_else(|error| panic!("{attestation:?}: {error:?}"));
        let verdict = registered.attestation();
        assert_eq!(verdict.attestation_type, expected_type(*attestation), "{attestation:?}");
        assert_eq!(verdict.trusted, has_certificates(*attestation), "{attestation:?}");
        assert!(verdict.intermediates.is_empty());
        assert_eq!(registered.record().fmt, attestation.format());
    }
}

#[test]
fn tpm_certifies_keys_of_every_kind_it_has() {
    let policy = AttestationPolicy::trusted(anchors());
    for algorithm in Algorithm::all().iter().filter(|algorithm| Attestation::Tpm.supports(**algorithm)) {
        let mut fixture = under(policy.clone()).kind(*algorithm, Attestation::Tpm);
        let registered = fixture.register(direct(), How::Honest);
        assert!(registered.as_ref().is_ok_and(|done| done.attestation().trusted), "{algorithm:?}: {registered:?}");
    }
}

#[test]
fn without_anchors_a_chain_is_never_trusted() {
    for attestation in Attestation::all().iter().filter(|one| has_certificates(**one) && is_verified(**one)) {
        let mut fixture = under(AttestationPolicy::default()).kind(Algorithm::Es256, *attestation);
        let registered = fixture.register(direct(), How::Honest).unwrap();
        assert!(!registered.attestation().trusted, "{attestation:?}");
        let seen = Observation::AttestationNotTrusted(ChainFault::NoAnchors);
        assert!(registered.observations().any(|observation| *observation == seen), "{attestation:?}");
    }
}

#[test]
fn r24_a_chain_to_nobody_known_is_refused_once_there_are_anchors() {
    let stranger = TrustAnchors::from_pem(&TestCa::new("stranger").root_pem()).unwrap();
    let packed = |policy| under(policy).kind(Algorithm::Es256, Attestation::Packed);
    let policy = AttestationPolicy::default().trust_anchors(stranger);
    let refusal = packed(policy.clone()).register(direct(), How::Honest);
    // Both authorities bear the same name: that the key is another one shows only in the signature.
    refused(refusal, "R24", Reason::AttestationNotTrusted(ChainFault::Signature));
    let lenient = packed(policy.accept_untrusted(true)).register(direct(), How::Honest).unwrap();
    assert!(!lenient.attestation().trusted);
    let none = AttestationPolicy::trusted(TrustAnchors::default());
    let refusal = packed(none).register(direct(), How::Honest);
    refused(refusal, "R24", Reason::AttestationNotTrusted(ChainFault::NoAnchors));
}

#[test]
fn r23_anchors_count_for_their_format_and_make_alone() {
    let root = TestCa::default().root_der().to_vec();
    let register = |anchor: TrustAnchor| {
        let policy = AttestationPolicy::default().trust_anchors([anchor].into_iter().collect());
        let mut fixture =
            under(policy).kind(Algorithm::Es256, Attestation::Packed).device(|device| device.aaguid([7; 16]));
        fixture.register(direct(), How::Honest).map(|done| done.attestation().trusted)
    };
    let anchor = || TrustAnchor::from_der(&root).unwrap();
    assert_eq!(register(anchor()), Ok(true));
    assert_eq!(register(anchor().for_format(AttestationFormat::Packed)), Ok(true));
    assert_eq!(register(anchor().for_aaguid(Aaguid::new([7; 16]))), Ok(true));
    let no_anchors = Reason::AttestationNotTrusted(ChainFault::NoAnchors);
    refused(register(anchor().for_format(AttestationFormat::Tpm)), "R24", no_anchors);
    refused(register(anchor().for_aaguid(Aaguid::new([8; 16]))), "R24", no_anchors);
}

#[test]
fn r24_policies_over_formats_and_makes() {
    let packed = |policy| {
        let mut fixture =
            under(policy).kind(Algorithm::Es256, Attestation::Packed).device(|device| device.aaguid([7; 16]));
        fixture.register(direct(), How::Honest).map(drop)
    };
    let policy = AttestationPolicy::default;
    let (mine, other) = (Aaguid::new([7; 16]), Aaguid::new([8; 16]));
    assert_eq!(packed(policy().allow_formats([AttestationFormat::Packed]).allow_aaguids([mine])), Ok(()));
    let format = Reason::AttestationFormatNotAllowed;
    refused(packed(policy().allow_formats([AttestationFormat::Tpm])), "R21", format);
    refused(packed(policy().deny_formats([AttestationFormat::Packed])), "R21", format);
    refused(packed(policy().allow_aaguids([other])), "R24", Reason::AuthenticatorNotAllowed);
    refused(packed(policy().deny_aaguids([mine])), "R24", Reason::AuthenticatorNotAllowed);
    assert_eq!(packed(policy().deny_aaguids([other])), Ok(()));
}

#[test]
fn r22_a_compound_statement_has_two_elements_at_least() {
    let compound = |parts: &[Attestation]| {
        let policy = AttestationPolicy::default().trust_anchors(anchors()).compound(CompoundPolicy::Any);
        let mut fixture = under(policy)
            .kind(Algorithm::Es256, Attestation::Compound)
            .device(|device| device.aaguid([7; 16]).compound(parts.to_vec()));
        fixture.register(direct(), How::Honest).map(drop)
    };
    let packed = Attestation::Packed;
    refused(compound(&[packed]), "R22", Reason::AttestationStatement);
    refused(compound(&[]), "R22", Reason::AttestationStatement);
    refused(compound(&[packed; 5]), "R22", Reason::AttestationStatement);
    assert_eq!(compound(&[packed; 4]), Ok(()));
    assert_eq!(compound(&[packed; 2]), Ok(()));
}

type Change = fn(&mut Cbor);

/// A compound statement of two good packed ones, whose second is changed.
fn with_second_element(policy: AttestationPolicy, change: impl Fn(&mut Cbor)) -> Result<Registration, Error> {
    let mut fixture = under(policy)
        .kind(Algorithm::Es256, Attestation::Compound)
        .device(|device| device.compound(vec![Attestation::Packed; 2]));
    let edit = &mut |stage: Stage<'_>| {
        if let Stage::AttestationStatement(Cbor::Array(elements)) = stage {
            change(&mut elements[1]);
        }
    };
    fixture.register(direct(), How::Edit(edit))
}

#[test]
fn r22_the_elements_of_a_compound_statement_have_its_syntax() {
    let any = || AttestationPolicy::default().compound(CompoundPolicy::Any);
    assert!(with_second_element(any(), |_| ()).is_ok());
    let broken: [Change; 10] = [
        |element| element.set("attStmt", "statement"),
        |element| element.set("attStmt", 1),
        |element| element.set("attStmt", vec![0xa0]),
        |element| element.set("attStmt", Cbor::Null),
        |element| element.remove("attStmt"),
        |element| element.remove("fmt"),
        |element| element.set("fmt", b"packed".to_vec()),
        |element| element.set("authData", Cbor::Null),
        |element| element.set("fmt", "compound"),
        |element| *element = Cbor::Array(vec![]),
    ];
    // One good element is enough for the policy, and makes up for no fault of the syntax.
    for change in broken {
        let refusal = with_second_element(any(), |element| {
            element.set("fmt", "com.example.of-later-days");
            change(element);
        });
        refused(refusal, "R22", Reason::AttestationStatement);
    }
}

#[test]
fn r22_an_element_that_fails_its_own_procedure_is_for_the_policy_to_weigh() {
    let unknown = Reason::AttestationFormatUnknown;
    let cases: [(Change, Reason); 4] = [
        (|element| element.set("fmt", "com.example.of-later-days"), unknown),
        // As `compound` itself, a format that is not known may have an array; packed has none.
        (
            |element| {
                element.set("fmt", "com.example.of-later-days");
                element.set("attStmt", Cbor::Array(vec![]));
            },
            unknown,
        ),
        (|element| element.set("attStmt", Cbor::Array(vec![])), Reason::AttestationStatement),
        (|element| element.set("fmt", "none"), Reason::AttestationStatement),
    ];
    for (change, reason) in cases {
        let any = AttestationPolicy::default().compound(CompoundPolicy::Any);
        let registered = with_second_element(any, change).unwrap();
        let seen = Observation::CompoundStatementRefused(reason);
        assert!(registered.observations().any(|observation| *observation == seen), "{reason:?}");
        refused(with_second_element(AttestationPolicy::default(), change), "R22", reason);
    }
}

#[test]
fn r24_a_compound_statement_holds_the_formats_that_the_policy_names() {
    let [u2f, packed] = [Attestation::FidoU2f, Attestation::Packed];
    let compound = |formats: &[AttestationFormat], parts: &[Attestation], how: How<'_>| {
        let policy =
            AttestationPolicy::default().compound(CompoundPolicy::AtLeast(1)).compound_formats(formats.iter().copied());
        let mut fixture = under(policy)
            .kind(Algorithm::Es256, Attestation::Compound)
            .device(|device| device.compound(parts.to_vec()));
        fixture.register(direct(), how).map(drop)
    };
    let missing = Reason::AttestationCompound;
    let [of_u2f, of_packed, of_tpm] = [AttestationFormat::FidoU2f, AttestationFormat::Packed, AttestationFormat::Tpm];
    assert_eq!(compound(&[], &[u2f, packed], How::Honest), Ok(()));
    assert_eq!(compound(&[of_u2f, of_packed], &[u2f, packed], How::Honest), Ok(()));
    refused(compound(&[of_tpm], &[u2f, packed], How::Honest), "R24", missing);
    refused(compound(&[of_u2f, of_tpm], &[u2f, packed], How::Honest), "R24", missing);
    // It must hold, not only be there.
    let first_is_wrong = || How::Fault(Fault::CompoundOneWrong);
    assert_eq!(compound(&[of_packed], &[u2f, packed], first_is_wrong()), Ok(()));
    refused(compound(&[of_u2f], &[u2f, packed], first_is_wrong()), "R24", missing);
}

#[test]
fn r21_a_format_is_no_more_welcome_inside_a_compound_statement() {
    let [u2f, packed] = [Attestation::FidoU2f, Attestation::Packed];
    let compound = |policy: AttestationPolicy| {
        let mut fixture = under(policy)
            .kind(Algorithm::Es256, Attestation::Compound)
            .device(|device| device.compound(vec![u2f, packed]));
        fixture.register(direct(), How::Honest).map(drop)
    };
    let without_u2f = || AttestationPolicy::default().deny_formats([AttestationFormat::FidoU2f]);
    refused(compound(without_u2f()), "R21", Reason::AttestationFormatNotAllowed);
    assert_eq!(compound(without_u2f().compound(CompoundPolicy::Any)), Ok(()));
    let named = |formats: &[AttestationFormat]| AttestationPolicy::default().allow_formats(formats.iter().copied());
    let [outer, a, b] = [AttestationFormat::Compound, AttestationFormat::FidoU2f, AttestationFormat::Packed];
    refused(compound(named(&[outer, b])), "R21", Reason::AttestationFormatNotAllowed);
    refused(compound(named(&[a, b])), "R21", Reason::AttestationFormatNotAllowed);
    assert_eq!(compound(named(&[outer, a, b])), Ok(()));
}

#[test]
fn r24_of_a_trusted_compound_statement_only_trusted_certificates_are_kept() {
    let [of_u2f, of_packed] = [AttestationFormat::FidoU2f, AttestationFormat::Packed];
    let kept = |compound: CompoundPolicy, formats: &[AttestationFormat]| {
        let root = TestCa::default().root_der().to_vec();
        let for_packed = TrustAnchor::from_der(&root).unwrap().for_format(AttestationFormat::Packed);
        let policy = AttestationPolicy::trusted([for_packed].into_iter().collect());
        let policy = policy.accept_untrusted(true).keep_certificates(true);
        let mut fixture = under(policy.compound(compound).compound_formats(formats.iter().copied()))
            .kind(Algorithm::Es256, Attestation::Compound)
            .device(|device| device.compound(vec![Attestation::FidoU2f, Attestation::Packed]));
        let attestation = fixture.register(direct(), How::Honest).unwrap().into_record().attestation;
        (attestation.trusted, attestation.intermediates.len())
    };
    // A chain that leads nowhere can name any maker, and would stand there as the maker's.
    assert_eq!(kept(CompoundPolicy::Any, &[]), (true, 2), "the leaf and the intermediate of packed");
    assert_eq!(kept(CompoundPolicy::Any, &[of_packed]), (true, 2), "what is asked for is trusted");
    assert_eq!(kept(CompoundPolicy::All, &[]), (false, 3), "not trusted on the whole: those of all");
    assert_eq!(kept(CompoundPolicy::Any, &[of_u2f]), (false, 3), "what is asked for is there, and not trusted");
}

#[test]
fn r24_certificates_are_kept_where_the_policy_says_so() {
    let policy = AttestationPolicy::trusted(anchors()).keep_certificates(true);
    let mut fixture = under(policy).kind(Algorithm::Es256, Attestation::Packed);
    let record = fixture.register(direct(), How::Honest).unwrap().into_record();
    assert_eq!(record.attestation.intermediates.len(), 2);
    assert_eq!(record.attestation.intermediates[1], TestCa::default().intermediates_der()[0]);
}

#[test]
fn r22_statements_are_not_looked_at_where_the_policy_says_so() {
    let policy = AttestationPolicy::default().ignore_statements(true);
    let mut fixture = under(policy).kind(Algorithm::Es256, Attestation::Packed);
    let broken = How::Fault(ceremony_testkit::Fault::SignatureBitFlipped);
    let registered = fixture.register(direct(), broken).unwrap();
    assert_eq!(registered.attestation().attestation_type, AttestationType::None);
    let policy = AttestationPolicy::default().ignore_statements(true).accept_none(false);
    let mut fixture = under(policy).kind(Algorithm::Es256, Attestation::Packed);
    refused(fixture.register(direct(), How::Honest), "R24", Reason::AttestationNoneNotAccepted);
}

#[test]
fn r24_makes_are_chosen_where_statements_are_not_looked_at() {
    let [mine, other] = [[7; 16], [8; 16]].map(Aaguid::new);
    let register = |policy: AttestationPolicy| {
        let mut fixture = under(policy.ignore_statements(true))
            .kind(Algorithm::Es256, Attestation::Packed)
            .device(|device| device.aaguid([7; 16]));
        fixture.register(direct(), How::Honest).map(drop)
    };
    let policy = AttestationPolicy::default;
    assert_eq!(register(policy().allow_aaguids([mine])), Ok(()));
    assert_eq!(register(policy().deny_aaguids([other])), Ok(()));
    refused(register(policy().allow_aaguids([other])), "R24", Reason::AuthenticatorNotAllowed);
    refused(register(policy().deny_aaguids([mine])), "R24", Reason::AuthenticatorNotAllowed);
}

#[test]
fn r24_revoked_certificates_are_refused_with_and_without_anchors() {
    use ceremony::x509::Revocations;
    let ca = TestCa::default();
    let serial = Certificate::parse(&ca.intermediates_der()[0]).unwrap().serial().to_vec();
    for policy in [AttestationPolicy::default(), AttestationPolicy::trusted(anchors())] {
        for revoked in [
            Revocations::default().with_serial(&serial),
            Revocations::default().with_certificate(&ca.intermediates_der()[0]),
        ] {
            let mut fixture = under(policy.clone().revocations(revoked)).kind(Algorithm::Es256, Attestation::Packed);
            let refusal = fixture.register(direct(), How::Honest);
            refused(refusal, "R24", Reason::AttestationNotTrusted(ChainFault::Revoked));
        }
    }
}

/// The anchor need not be sent: that it was revoked, as a batch's can be, must not depend on it.
#[test]
fn r24_a_revoked_anchor_is_none() {
    use ceremony::x509::Revocations;
    let ca = TestCa::default();
    let intermediate = ca.intermediates_der()[0].clone();
    let revoked = Revocations::default().with_certificate(&intermediate);
    let anchor = |der: &[u8]| [TrustAnchor::from_der(der).unwrap()].into_iter().collect::<TrustAnchors>();
    let register = |policy: AttestationPolicy| {
        let mut fixture = under(policy).kind(Algorithm::Es256, Attestation::Packed);
        let leaf_alone = &mut |stage: Stage<'_>| {
            if let Stage::AttestationStatement(Cbor::Map(members)) = stage {
                for (name, value) in members {
                    if let (Cbor::Text(name), Cbor::Array(x5c)) = (name, value)
                        && name == "x5c"
                    {
                        x5c.truncate(1);
                    }
                }
            }
        };
        fixture.register(direct(), How::Edit(leaf_alone)).map(|done| done.attestation().trusted)
    };
    let policy = AttestationPolicy::default().trust_anchors(anchor(&intermediate));
    assert_eq!(register(policy.clone()), Ok(true));
    for policy in [policy.clone(), policy.accept_untrusted(true)] {
        let refusal = register(policy.revocations(revoked.clone()));
        refused(refusal, "R24", Reason::AttestationNotTrusted(ChainFault::Revoked));
    }
    // Only the anchor that is in use has to be good.
    let policy = AttestationPolicy::default().trust_anchors(anchor(&intermediate));
    assert_eq!(register(policy.revocations(Revocations::default().with_certificate(ca.root_der()))), Ok(true));
}

#[test]
fn enterprise_attestation_may_name_the_device_only_when_asked_for() {
    let packed = |request: RegistrationRequest| {
        let mut fixture = under(AttestationPolicy::trusted(anchors()))
            .kind(Algorithm::Es256, Attestation::Packed)
            .device(|device| device.enterprise_serial(*b"SN-1"));
        fixture.register(request, How::Honest).map(drop)
    };
    assert_eq!(packed(direct().attestation(AttestationConveyance::Enterprise)), Ok(()));
    // An authenticator that names itself although nobody asked for that is case P31 of the catalogue.
    assert_eq!(packed(direct()), Ok(()));
}

#[test]
fn r24_a_u2f_statement_vouches_for_no_make() {
    let aaguid = Aaguid::new([7; 16]);
    let register = |attestation, parts: &[Attestation], policy: AttestationPolicy| {
        let mut fixture = under(policy)
            .kind(Algorithm::Es256, attestation)
            .device(|device| device.aaguid([7; 16]).compound(parts.to_vec()));
        fixture.register(direct(), How::Honest).map(drop)
    };
    let only_this = || AttestationPolicy::trusted(anchors()).allow_aaguids([aaguid]).compound(CompoundPolicy::Any);
    assert_eq!(register(Attestation::Packed, &[], only_this()), Ok(()));
    refused(register(Attestation::FidoU2f, &[], only_this()), "R24", Reason::AuthenticatorNotAllowed);
    let hidden = [Attestation::FidoU2f, Attestation::PackedSelf];
    refused(register(Attestation::Compound, &hidden, only_this()), "R24", Reason::AuthenticatorNotAllowed);
    let beside = [Attestation::FidoU2f, Attestation::Packed];
    assert_eq!(register(Attestation::Compound, &beside, only_this()), Ok(()));

    let root = TestCa::default().root_der().to_vec();
    let for_this = TrustAnchor::from_der(&root).unwrap().for_aaguid(aaguid);
    let policy = AttestationPolicy::trusted([for_this].into_iter().collect());
    let refusal = register(Attestation::FidoU2f, &[], policy);
    refused(refusal, "R24", Reason::AttestationNotTrusted(ChainFault::NoAnchors));
}

#[test]
fn r24_u2f_statements_make_no_trusted_compound_one_of_a_make() {
    let register = |aaguid: [u8; 16], parts: &[Attestation], compound| {
        let mut fixture = under(AttestationPolicy::default().trust_anchors(anchors()).compound(compound))
            .kind(Algorithm::Es256, Attestation::Compound)
            .device(|device| device.aaguid(aaguid).compound(parts.to_vec()));
        fixture.register(direct(), How::Honest).unwrap().attestation().trusted
    };
    let [u2f, own, packed] = [Attestation::FidoU2f, Attestation::PackedSelf, Attestation::Packed];
    // Whoever has any trusted U2F key could claim every make.
    assert!(!register([7; 16], &[u2f, u2f], CompoundPolicy::All));
    assert!(!register([7; 16], &[u2f, own], CompoundPolicy::Any));
    assert!(!register([7; 16], &[u2f, Attestation::None], CompoundPolicy::AtLeast(1)));
    assert!(register([0; 16], &[u2f, u2f], CompoundPolicy::All));
    assert!(register([7; 16], &[u2f, packed], CompoundPolicy::All));
    assert!(register([7; 16], &[packed, own], CompoundPolicy::Any));

    // Nor does a self attestation beside a trusted U2F statement put the claimed make on a list.
    let policy = AttestationPolicy::default().trust_anchors(anchors()).allow_aaguids([Aaguid::new([7; 16])]);
    let mut fixture = under(policy.compound(CompoundPolicy::Any))
        .kind(Algorithm::Es256, Attestation::Compound)
        .device(|device| device.aaguid([7; 16]).compound(vec![u2f, own]));
    refused(fixture.register(direct(), How::Honest), "R24", Reason::AuthenticatorNotAllowed);
}

/// A response that is read and not verified, its stages changed; with it the leaf that the authenticator made.
fn read(attestation: Attestation, mut change: impl FnMut(Stage<'_>)) -> (RegistrationResponse, Option<Vec<u8>>) {
    let mut fixture = under(AttestationPolicy::default())
        .kind(Algorithm::Es256, attestation)
        .device(|device| device.aaguid([7; 16]).compound(vec![Attestation::Packed; 2]));
    let (options, _) = fixture.ceremony.begin_registration(direct(), Challenge::new([0xfb; 32]), fixture::NOW).unwrap();
    let mut leaf = None;
    let body = fixture.device.register_edit(&serde_json::to_value(&options).unwrap(), &fixture.page, |stage| {
        if let Stage::Certificate { depth: 0, spec, .. } = &stage {
            leaf = Some(spec.encode());
        }
        change(stage);
    });
    (RegistrationResponse::from_json(&body.unwrap()).unwrap(), leaf)
}

#[test]
fn r23_anchors_are_looked_up_by_format_make_and_the_key_of_the_first_certificate() {
    for attestation in Attestation::all() {
        let (response, leaf) = read(*attestation, |_| ());
        let lookup = response.attestation_lookup().unwrap();
        assert_eq!([lookup.fmt, response.attestation_format()], [attestation.format(); 2]);
        assert_eq!(lookup.aaguid, Aaguid::new([7; 16]));
        // Neither a compound statement nor the service's answer is a map that holds certificates.
        let holds =
            has_certificates(*attestation) && ![Attestation::Compound, Attestation::SafetyNet].contains(attestation);
        let of_leaf = leaf.filter(|_| holds).map(|leaf| Certificate::parse(&leaf).unwrap().key_identifier().unwrap());
        assert_eq!(of_leaf.is_some(), holds);
        assert_eq!(lookup.certificate_key_identifier(), of_leaf, "{attestation:?}");
    }
}

type ChangeMembers = fn(&mut Vec<(Cbor, Cbor)>);

#[test]
fn the_first_certificate_is_found_wherever_it_stands() {
    let identifier = |change: ChangeMembers| {
        let (response, leaf) = read(Attestation::Packed, |stage| {
            if let Stage::AttestationStatement(Cbor::Map(members)) = stage {
                change(members);
            }
        });
        let of_leaf = Certificate::parse(&leaf.unwrap()).unwrap().key_identifier().unwrap();
        (response.attestation_lookup().unwrap().certificate_key_identifier(), of_leaf)
    };
    let [first, last]: [ChangeMembers; 2] = [|members| members.reverse(), |_| ()];
    for change in [first, last] {
        let (found, of_leaf) = identifier(change);
        assert_eq!(found, Some(of_leaf));
    }
    let wrong: [ChangeMembers; 5] = [
        |members| drop(members.pop()),
        |members| members[2].1 = Cbor::Array(vec![]),
        |members| members[2].1 = Cbor::from(vec![0x30]),
        |members| members[2].1 = Cbor::Array(vec![Cbor::from(vec![0x30])]),
        |members| members[2].0 = Cbor::from("X5C"),
    ];
    for change in wrong {
        assert_eq!(identifier(change).0, None);
    }
}

#[test]
fn without_attested_credential_data_there_is_nothing_to_look_up() {
    let (response, _) = read(Attestation::None, |stage| {
        if let Stage::AuthenticatorData(data) = stage {
            data.attested_credential_data = None;
            data.set_flags(flags::AT, false);
        }
    });
    assert!(response.attestation_lookup().is_none());
    assert_eq!(response.attestation_statement(), [0xa0]);
}

#[test]
fn the_conformance_tools_policy_is_stricter_than_the_specification() {
    let register = |policy: AttestationPolicy, attestation, how: How<'_>| {
        let mut fixture = under(policy).kind(Algorithm::Es256, attestation).device(|device| device.aaguid([7; 16]));
        fixture.register(direct(), how).map(|done| done.attestation().trusted)
    };
    let [u2f, packed] = [Attestation::FidoU2f, Attestation::Packed];
    let lenient = || AttestationPolicy::default().trust_anchors(anchors());
    let strict = || AttestationPolicy::conformance(anchors());
    assert_eq!(register(strict(), packed, How::Honest), Ok(true));
    let [country, anchor] = [Fault::PackedCountryUnassigned, Fault::RootInChain].map(|fault| (packed, Some(fault)));
    let subject = Reason::AttestationCertificate(CertificateFault::Subject);
    for ((attestation, fault), step, reason) in [
        ((u2f, None), "R22", Reason::AttestationBinding),
        (country, "R22", subject),
        (anchor, "R24", Reason::AttestationNotTrusted(ChainFault::AnchorInChain)),
    ] {
        let how = || fault.map_or(How::Honest, How::Fault);
        assert_eq!(register(lenient(), attestation, how()), Ok(true), "{reason:?}");
        refused(register(strict(), attestation, how()), step, reason);
    }
}
