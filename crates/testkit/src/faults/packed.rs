//! Faults of the attestation statement: packed, and none.

use super::{Fault, flip_last_bit};
use crate::{
    cbor::Cbor,
    certificate::{CertificateSpec, Extension, Name},
    der,
    stage::{Context, Stage},
};

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::AttestationStatement(statement) => edit_statement(fault, cx, statement),
        Stage::Signature { message, signature } => match fault {
            Fault::PackedSigWrong | Fault::PackedCertificateSigWrong => **signature = cx.sign_wrongly(message),
            Fault::PackedSignedByCredential => **signature = cx.key.sign(message),
            _ => {}
        },
        Stage::Certificate { depth: 0, spec, .. } => edit_leaf(fault, cx, spec),
        _ => {}
    }
}

fn edit_statement(fault: Fault, cx: &Context<'_>, statement: &mut Cbor) {
    let x5c = match fault {
        Fault::PackedEmpty => {
            *statement = Cbor::Map(Vec::new());
            return;
        }
        Fault::PackedAlgMissing => return statement.remove("alg"),
        Fault::PackedAlgText => return statement.set("alg", "ES256"),
        Fault::PackedSigMissing => return statement.remove("sig"),
        Fault::PackedSigNotBytes => return statement.set("sig", "signature"),
        Fault::PackedSigEmpty => return statement.set("sig", Vec::new()),
        Fault::PackedAlgDiffers => {
            return statement.set("alg", if cx.algorithm.cose_id() == -7 { -257 } else { -7 });
        }
        Fault::PackedAlgNotOfLeaf => {
            let held = cx.attesting.key.algorithm().cose_id();
            return statement.set("alg", if held == -7 { -257 } else { -7 });
        }
        Fault::PackedEcdaa => {
            return statement.push("ecdaaKeyId", cx.stream.draw("an ECDAA key id", 16));
        }
        Fault::NoneNotEmpty => return statement.push("alg", cx.algorithm.cose_id()),
        Fault::PackedX5cNotArray => Cbor::Bytes(cx.stream.draw("no certificate", 64)),
        Fault::PackedX5cEmpty => Cbor::Array(Vec::new()),
        Fault::PackedX5cEntryNotBytes => first_entry(statement, Cbor::from("certificate")),
        Fault::PackedX5cEntryEmpty => first_entry(statement, Cbor::Bytes(Vec::new())),
        Fault::PackedX5cEntryGarbage => first_entry(statement, Cbor::Bytes(cx.stream.draw("no certificate", 64))),
        _ => return,
    };
    statement.set("x5c", x5c);
}

/// The chain with another first entry; self attestation has no chain, and gets one of that entry.
fn first_entry(statement: &Cbor, entry: Cbor) -> Cbor {
    let mut entries = match statement.entry("x5c") {
        Some(Cbor::Array(entries)) => entries.clone(),
        _ => vec![Cbor::Null],
    };
    entries[0] = entry;
    Cbor::Array(entries)
}

fn edit_leaf(fault: Fault, cx: &Context<'_>, leaf: &mut CertificateSpec) {
    let subject = &mut leaf.subject;
    match fault {
        Fault::PackedLeafVersion1 => leaf.version = 1,
        Fault::PackedUnitWrong => {
            subject.set(Name::ORGANIZATIONAL_UNIT, der::utf8_string("Authenticator Attestations"));
        }
        Fault::PackedUnitWrongCase => {
            subject.set(Name::ORGANIZATIONAL_UNIT, der::utf8_string("authenticator attestation"));
        }
        Fault::PackedCountryMissing => subject.remove(Name::COUNTRY),
        Fault::PackedCountryThreeLetters => subject.set(Name::COUNTRY, der::printable_string("SWE")),
        Fault::PackedCountryUnassigned => subject.set(Name::COUNTRY, der::printable_string("XX")),
        Fault::PackedOrganizationMissing => subject.remove(Name::ORGANIZATION),
        Fault::PackedCommonNameMissing => subject.remove(Name::COMMON_NAME),
        Fault::PackedLeafIsCa => leaf.set_extension(Extension::basic_constraints(true, None)),
        Fault::PackedNoBasicConstraints => leaf.remove_extension(Extension::BASIC_CONSTRAINTS),
        Fault::PackedSerialUnwanted => {
            let serial = cx.stream.draw("a device's serial number", 16);
            leaf.set_extension(Extension::new(Extension::FIDO_SERIAL, false, der::octet_string(&serial)));
        }
        _ => {}
    }
    if let Some(extension) = leaf.extension_mut(Extension::AAGUID) {
        match fault {
            Fault::PackedAaguidDiffers => flip_last_bit(&mut extension.value),
            Fault::PackedAaguidCritical => extension.critical = true,
            // The inner OCTET STRING's tag and length go.
            Fault::PackedAaguidWrappedOnce => drop(extension.value.drain(..2)),
            Fault::PackedAaguidTooShort => extension.value = der::octet_string(&extension.value[2..17]),
            _ => {}
        }
    }
}
