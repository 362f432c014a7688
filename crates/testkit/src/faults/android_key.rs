//! Faults of Android's key attestation.

use super::{Fault, edit_x5c, flip_last_bit};
use crate::{
    attestation::android_key::{AuthorizationList as List, KeyDescription},
    ca::TestCa,
    certificate::{CertificateSpec, Extension, KeyUsage},
    der,
    stage::{Context, Stage},
};

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::KeyDescription(description) => edit_description(fault, description),
        Stage::Certificate { depth, spec, .. } => edit_certificate(fault, cx, *depth, spec),
        Stage::Signature { message, signature } if matches!(fault, Fault::AndroidSigWrong | Fault::AndroidOtherKey) => {
            **signature = cx.sign_wrongly(message);
        }
        Stage::AttestationStatement(statement) if fault == Fault::AndroidChainReversed => {
            edit_x5c(statement, |entries| entries.reverse());
        }
        _ => {}
    }
}

fn edit_description(fault: Fault, description: &mut KeyDescription) {
    let (software, hardware) = (&mut description.software_enforced, &mut description.hardware_enforced);
    match fault {
        Fault::AndroidChallengeWrong => flip_last_bit(&mut description.attestation_challenge),
        Fault::AndroidAllApplicationsSoftware => software.set(List::ALL_APPLICATIONS, der::null()),
        Fault::AndroidAllApplicationsHardware => hardware.set(List::ALL_APPLICATIONS, der::null()),
        Fault::AndroidImported => hardware.set(List::ORIGIN, der::integer(2)),
        Fault::AndroidOriginMissing => hardware.remove(List::ORIGIN),
        Fault::AndroidOriginInSoftware => {
            hardware.remove(List::ORIGIN);
            software.set(List::ORIGIN, der::integer(0));
        }
        // Verifying, 3, is all that the key may do.
        Fault::AndroidCannotSign => hardware.set(List::PURPOSE, der::set_of(vec![der::integer(3)])),
        Fault::AndroidPurposeMissing => hardware.remove(List::PURPOSE),
        Fault::AndroidSoftwareKey => {
            description.attestation_security_level = 0;
            description.keymint_security_level = 0;
        }
        Fault::AndroidUnknownTagFirst => {
            software.set(List::ALL_APPLICATIONS - 1, der::octet_string(b"new in some version"));
            software.set(List::ALL_APPLICATIONS, der::null());
        }
        _ => {}
    }
}

fn edit_certificate(fault: Fault, cx: &Context<'_>, depth: usize, spec: &mut CertificateSpec) {
    match (fault, depth) {
        (Fault::AndroidNoExtension, 0) => spec.remove_extension(Extension::KEY_DESCRIPTION),
        (Fault::AndroidBadExtension, 0) => {
            if let Some(extension) = spec.extension_mut(Extension::KEY_DESCRIPTION) {
                extension.value.pop();
            }
        }
        (Fault::AndroidOtherKey, 0) => spec.public_key = cx.other_key.spki(),
        (Fault::AndroidRevoked, 0) => spec.serial = TestCa::REVOKED_SERIAL.to_vec(),
        // What an application's own key looks like.
        (Fault::AndroidIssuerIsAppKey, 1) => {
            spec.set_extension(Extension::basic_constraints(false, None));
            spec.set_extension(Extension::key_usage(&[KeyUsage::DigitalSignature]));
        }
        _ => {}
    }
}
