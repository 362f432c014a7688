//! Faults of the chain from the leaf to a trust anchor.

use super::{Fault, edit_x5c};
use crate::{
    ca::TestCa,
    cbor::Cbor,
    certificate::{CertificateSpec, Extension, KeyUsage},
    der,
    stage::{Context, Stage},
};

/// Moments of 2001 and 2096.
const LONG_AGO: i64 = 1_000_000_000;
const FAR_AHEAD: i64 = 4_000_000_000;

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::Certificate { depth, spec, .. } => {
            edit_certificate(fault, cx, *depth, spec);
            // The root itself signs the top of the chain, or a format's only certificate.
            let is_top = spec.issuer == cx.attesting.ca.root_spec().subject;
            if is_top && matches!(fault, Fault::UnknownRoot | Fault::AndroidUnknownRoot | Fault::AppleUnknownRoot) {
                spec.issuer_key = cx.attesting.ca.strange_key(&spec.issuer_key);
            }
        }
        Stage::AttestationStatement(statement) => {
            edit_x5c(statement, |entries| edit_entries(fault, cx, entries));
        }
        _ => {}
    }
}

fn edit_certificate(fault: Fault, cx: &Context<'_>, depth: usize, spec: &mut CertificateSpec) {
    match (fault, depth) {
        (Fault::LeafExpired, 0) | (Fault::IntermediateExpired, 1) => {
            (spec.not_before, spec.not_after) = (LONG_AGO - 86_400, LONG_AGO);
        }
        (Fault::LeafNotYetValid, 0) => spec.not_before = FAR_AHEAD,
        (Fault::IssuerNotCa, 1) => spec.set_extension(Extension::basic_constraints(false, None)),
        (Fault::PathTooLong, 2) => spec.set_extension(Extension::basic_constraints(true, Some(0))),
        (Fault::IssuerMayNotSign, 1) => spec.set_extension(Extension::key_usage(&[KeyUsage::CrlSign])),
        (Fault::UnknownCriticalExtension, 0) => {
            spec.set_extension(Extension::new("1.3.6.1.4.1.55738.666", true, der::null()));
        }
        (Fault::Sha1Certificate, 0) => spec.sha1 = true,
        (Fault::IssuerKeyDiffers, 0) => spec.issuer_key = cx.attesting.ca.strange_key(&spec.issuer_key),
        (Fault::LeafRevoked, 0) => spec.serial = TestCa::REVOKED_SERIAL.to_vec(),
        _ => {}
    }
}

fn edit_entries(fault: Fault, cx: &Context<'_>, entries: &mut Vec<Cbor>) {
    match fault {
        Fault::ChainReversed => entries.reverse(),
        Fault::IntermediateMissing => entries.truncate(1),
        Fault::RootInChain => entries.push(Cbor::from(cx.attesting.ca.root_der())),
        Fault::DuplicateIntermediate => entries.extend(entries.get(1).cloned()),
        Fault::ChainOfThirty => {
            let last = entries.last().cloned().unwrap_or(Cbor::Null);
            entries.resize(30, last);
        }
        _ => {}
    }
}
