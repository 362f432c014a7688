//! What a fault needs beside the response: a policy, an option, something stored.

#![allow(clippy::indexing_slicing, reason = "serde_json makes the members of objects that are written to")]

use super::scene::{ORIGIN, Scene};
use ceremony_testkit::{Fault, TestCa};
use serde_json::{Value, json};

/// Sets the scene for a fault that only a policy or the ceremony's own state reveals. `None` for what no single
/// response shows: those are tests by name.
pub(super) fn apply(mut scene: Scene, fault: Fault) -> Option<Scene> {
    if fault.is_judged_by_trust() {
        set(&mut scene.config, "trust_anchors_pem", json!([scene.authority.root_pem()]));
    }
    if fault.id().starts_with("neg-G") {
        policy(&mut scene, "safetynet", json!(true));
    }
    match fault {
        // Only the store knows; and what must be ignored is no refusal.
        Fault::CredentialIdTaken | Fault::UserInResponse => return None,
        // A user handle is needed where nobody was identified before.
        Fault::UserHandleEmpty | Fault::UserHandleMissing => set(&mut scene.config, "discoverable", json!(true)),
        Fault::TopOriginUnexpected => set(&mut scene.config, "allow_cross_origin", json!(true)),
        Fault::TopOriginUnlisted => {
            set(&mut scene.config, "allow_cross_origin", json!(true));
            set(&mut scene.config, "top_origins", json!(["https://top.example"]));
        }
        Fault::TopOriginMissing => {
            set(&mut scene.config, "allow_cross_origin", json!(true));
            set(&mut scene.config, "top_origins", json!(["https://top.example"]));
            policy(&mut scene, "require_top_origin", json!(true));
        }
        Fault::TokenBindingNotObject | Fault::TokenBindingNoStatus | Fault::TokenBindingBadStatus => {
            policy(&mut scene, "check_token_binding", json!(true));
        }
        Fault::NonMinimalLength | Fault::UnsortedKeys | Fault::ExtraObjectKey | Fault::KeyIdPresent => {
            policy(&mut scene, "cbor", json!("strict"));
        }
        Fault::BackupEligibleToggled => policy(&mut scene, "backup_requirement", json!("eligible")),
        Fault::BackupStateToggled => policy(&mut scene, "backup_requirement", json!("backed_up")),
        Fault::BackupEligibleCleared => set(&mut scene.config, "enforce_backup_eligibility", json!(true)),
        Fault::BackupEligibleRaised => {
            set(&mut scene.config, "enforce_backup_eligibility", json!(true));
            scene.device = scene.device.backup_eligible(false);
            scene.backup_eligible = false;
        }
        Fault::LeafRevoked | Fault::AndroidRevoked => {
            let serial: String = TestCa::REVOKED_SERIAL.iter().map(|byte| format!("{byte:02x}")).collect();
            policy(&mut scene, "revoked_serials", json!([serial]));
        }
        Fault::RootInChain => {
            set(&mut scene.config, "trust_anchors_pem", json!([scene.authority.root_pem()]));
            policy(&mut scene, "refuse_anchor_in_chain", json!(true));
        }
        Fault::PackedCountryUnassigned => policy(&mut scene, "require_known_country", json!(true)),
        Fault::AndroidSoftwareKey => policy(&mut scene, "android_hardware_level", json!(true)),
        Fault::U2fAaguid => policy(&mut scene, "u2f_zero_aaguid", json!(true)),
        Fault::PathTooLong => scene = scene.under(TestCa::builder("deep").intermediates(2).build()),
        Fault::ReservedFlagsSet => policy(&mut scene, "reject_reserved_flags", json!(true)),
        Fault::AppIdOutputUnfounded => set(&mut scene.config, "appid", json!("https://example.org/appid.json")),
        Fault::UnsolicitedExtension => policy(&mut scene, "unsolicited_extensions", json!("reject")),
        Fault::CredProtectMissing | Fault::CredProtectLower => {
            policy(&mut scene, "cred_protect", json!("userVerificationRequired"));
            scene.creation["extensions"] = json!({ "credentialProtectionPolicy": "userVerificationRequired" });
        }
        Fault::CredentialNotAllowed => scene.other_credential = true,
        Fault::OriginAndroidPadded | Fault::OriginAndroidHex => {
            let hash = ceremony_testkit::base64url::encode(&[0xab; 32]);
            set(&mut scene.config, "origins", json!([ORIGIN, format!("android:apk-key-hash:{hash}")]));
        }
        _ => {}
    }
    Some(scene)
}

fn set(config: &mut Value, member: &str, value: Value) {
    config[member] = value;
}

fn policy(scene: &mut Scene, member: &str, value: Value) {
    if scene.config["policy"].is_null() {
        scene.config["policy"] = json!({});
    }
    scene.config["policy"][member] = value;
}
