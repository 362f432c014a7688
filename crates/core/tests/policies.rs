//! A stricter policy accepts nothing that a looser one refuses.
//!
//! Each choice has levels, from the loosest on. Two relying parties differ in that the second is at least as strict in
//! every choice; both meet the same device and page, honest or odd.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(unreachable_pub, dead_code, reason = "shared by several test programs")]
#[path = "support/fixture.rs"]
mod fixture;

use ceremony::{
    AttestationConveyance, AttestationFormat, AttestationPolicy, AuthenticationRequest, BackupEligibilityPolicy,
    BackupRequirement, CborPolicy, CredentialRecord, CrossOriginPolicy, RegistrationRequest, SignCountPolicy,
    TopOrigins, UnsolicitedExtensions, UserVerification,
};
use ceremony_testkit::authenticator_data::flags;
use ceremony_testkit::{Algorithm, Attestation, Cbor, Stage};
use fixture::{Fixture, How, ada};
use proptest::prelude::*;
use serde_json::json;

/// How many levels each choice has, in the order of [`Levels`].
const COUNTS: [u8; 11] = [3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2];

type Levels = [u8; COUNTS.len()];

/// The choice of that level.
fn level<T: Clone>(choices: &[T], at: u8) -> T {
    choices.get(usize::from(at)).unwrap().clone()
}

fn relying_party(levels: Levels) -> Fixture {
    let [_, cross, eligibility, requirement, cbor, extensions, reserved, binding, count, none, own] = levels;
    let cross = level(
        &[
            CrossOriginPolicy::Allow { top_origins: TopOrigins::Any, require_top_origin: false },
            CrossOriginPolicy::Allow { top_origins: TopOrigins::Any, require_top_origin: true },
            CrossOriginPolicy::Deny,
        ],
        cross,
    );
    let (report, upgrade, enforce) =
        (BackupEligibilityPolicy::Report, BackupEligibilityPolicy::AllowUpgrade, BackupEligibilityPolicy::Enforce);
    let requirements = [BackupRequirement::Any, BackupRequirement::Eligible, BackupRequirement::BackedUp];
    let mut attestation = AttestationPolicy::default().accept_none(none == 0).accept_self(own == 0);
    if own == 1 {
        attestation = attestation.deny_formats([AttestationFormat::Tpm]);
    }
    Fixture::with(|builder| {
        builder
            .cross_origin(cross)
            .backup_eligibility(level(&[report, upgrade, enforce], eligibility))
            .backup_requirement(level(&requirements, requirement))
            .cbor(level(&[CborPolicy::Lenient, CborPolicy::Strict], cbor))
            .unsolicited_extensions(level(&[UnsolicitedExtensions::Observe, UnsolicitedExtensions::Reject], extensions))
            .reject_reserved_flags(reserved == 1)
            .check_token_binding(binding == 1)
            .sign_count(level(&[SignCountPolicy::Report, SignCountPolicy::Reject], count))
            .attestation(attestation)
    })
}

/// What device and page do, the same for both relying parties.
#[derive(Clone, Debug)]
struct Scene {
    attestation: Attestation,
    flags: u8,
    cross_origin: bool,
    top_origin: bool,
    binding: Option<&'static str>,
    /// A member in the attestation object that nobody knows.
    member: bool,
    unsolicited: bool,
    stored_count: u32,
    stored_eligible: Option<bool>,
}

impl Scene {
    fn set(&self, fixture: Fixture) -> Fixture {
        fixture.kind(Algorithm::Es256, self.attestation).page(|page| {
            let page = page.cross_origin(self.cross_origin);
            if self.top_origin { page.top_origin("https://partner.example") } else { page }
        })
    }

    fn edit(&self, stage: Stage<'_>) {
        const CHANGED: u8 = flags::UV | flags::BE | flags::BS | 0x22;
        match stage {
            Stage::AuthenticatorData(data) => {
                data.set_flags(CHANGED, false);
                data.set_flags(self.flags & CHANGED, true);
            }
            Stage::ClientData(data) => {
                if let Some(status) = self.binding {
                    data.push("tokenBinding", json!({ "status": status }));
                }
            }
            Stage::AttestationObject(Cbor::Map(members)) if self.member => {
                members.push((Cbor::Text("unheard-of".to_owned()), Cbor::Null));
            }
            Stage::Response(response) if self.unsolicited => {
                response["clientExtensionResults"]["appid"] = true.into();
            }
            _ => {}
        }
    }

    fn registers(&self, levels: Levels) -> bool {
        let request = RegistrationRequest::passkey(ada())
            .attestation(AttestationConveyance::Direct)
            .user_verification(verification(levels));
        let mut fixture = self.set(relying_party(levels));
        fixture.register(request, How::Edit(&mut |stage| self.edit(stage))).is_ok()
    }

    fn signs_in(&self, levels: Levels) -> bool {
        let mut fixture = self.set(relying_party(levels));
        let record = self.record(&mut fixture);
        let request = AuthenticationRequest::discoverable().user_verification(verification(levels));
        fixture.authenticate(request, Some(&record), How::Edit(&mut |stage| self.edit(stage))).is_ok()
    }

    /// The record of the device's first credential, whatever the relying party would think of its registration.
    fn record(&self, fixture: &mut Fixture) -> CredentialRecord {
        let mut anywhere = Fixture::new();
        std::mem::swap(&mut anywhere.device, &mut fixture.device);
        anywhere.device = anywhere.device.attestation(Attestation::None);
        let mut record = anywhere.record();
        std::mem::swap(&mut anywhere.device, &mut fixture.device);
        record.sign_count = self.stored_count;
        record.backup_eligible = self.stored_eligible;
        record
    }
}

fn verification(levels: Levels) -> UserVerification {
    let [at, ..] = levels;
    level(&[UserVerification::Discouraged, UserVerification::Preferred, UserVerification::Required], at)
}

fn scenes() -> impl Strategy<Value = Scene> {
    let attestation = prop_oneof![
        3 => Just(Attestation::None),
        2 => Just(Attestation::PackedSelf),
        1 => Just(Attestation::Packed),
        1 => Just(Attestation::Tpm),
    ];
    let binding = prop_oneof![3 => Just(None), 1 => Just(Some("supported")), 1 => Just(Some("unheard-of"))];
    // Reserved bits are rare, and most devices verify their users.
    let bits = prop_oneof![4 => Just(0x1d), 2 => Just(0x05), 1 => Just(0x0d), 1 => any::<u8>()];
    let rare = || prop::bool::weighted(0.2);
    let page = (rare(), rare());
    let odd = (rare(), rare());
    let stored = (prop_oneof![Just(0_u32), Just(5), Just(9)], any::<Option<bool>>());
    (attestation, bits, page, binding, odd, stored).prop_map(|(attestation, flags, page, binding, odd, stored)| {
        let (cross_origin, top_origin) = page;
        let (member, unsolicited) = odd;
        let (stored_count, stored_eligible) = stored;
        Scene {
            attestation,
            flags,
            cross_origin,
            top_origin,
            binding,
            member,
            unsolicited,
            stored_count,
            stored_eligible,
        }
    })
}

/// Two relying parties, the second at least as strict as the first: most choices are loose, so that something is accepted.
fn pairs() -> impl Strategy<Value = (Levels, Levels)> {
    let one = |count: u8| {
        (prop_oneof![4 => Just(0), 1 => 0..count], prop_oneof![4 => Just(0), 1 => 0..count])
            .prop_map(|(a, b)| (a.min(b), a.max(b)))
    };
    COUNTS.map(one).prop_map(|pairs| (pairs.map(|pair| pair.0), pairs.map(|pair| pair.1)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_stricter_policy_accepts_no_more((loose, strict) in pairs(), scene in scenes()) {
        if scene.registers(strict) {
            prop_assert!(scene.registers(loose), "registration: refused by {loose:?} and accepted by {strict:?}");
        }
        if scene.signs_in(strict) {
            prop_assert!(scene.signs_in(loose), "authentication: refused by {loose:?} and accepted by {strict:?}");
        }
    }
}

#[test]
fn each_choice_makes_a_difference() {
    let plain = Scene {
        attestation: Attestation::None,
        flags: 0x1d,
        cross_origin: false,
        top_origin: false,
        binding: None,
        member: false,
        unsolicited: false,
        stored_count: 0,
        stored_eligible: None,
    };
    let odd = [
        Scene { flags: 0x19, ..plain.clone() },
        Scene { cross_origin: true, ..plain.clone() },
        Scene { stored_eligible: Some(false), ..plain.clone() },
        Scene { flags: 0x05, ..plain.clone() },
        Scene { member: true, ..plain.clone() },
        Scene { unsolicited: true, ..plain.clone() },
        Scene { flags: 0x3f, ..plain.clone() },
        Scene { binding: Some("unheard-of"), ..plain.clone() },
        Scene { stored_count: 9, ..plain.clone() },
        plain.clone(),
        Scene { attestation: Attestation::PackedSelf, ..plain },
    ];
    for (choice, (scene, count)) in odd.iter().zip(COUNTS).enumerate() {
        let mut strictest = [0; COUNTS.len()];
        let accepted = |levels| (scene.registers(levels), scene.signs_in(levels));
        assert_eq!(accepted(strictest), (true, true), "choice {choice}: {scene:?}");
        if let Some(level) = strictest.get_mut(choice) {
            *level = count - 1;
        }
        assert_ne!(accepted(strictest), (true, true), "choice {choice}: {scene:?}");
    }
}
