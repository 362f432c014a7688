//! Faults of TPM attestation.

use super::{Fault, flip_last_bit};
use crate::{
    algorithm::{Algorithm, Hash},
    attestation::tpm::{self, CertInfo, PubArea, PubParameters},
    cbor::Cbor,
    certificate::{CertificateSpec, Extension, Name},
    stage::{Context, Stage},
};

/// The identifier of no algorithm.
const UNKNOWN_ALGORITHM: u16 = 0x0099;

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::PubArea(fields) => edit_pub_area(fault, cx, fields),
        Stage::PubAreaBytes(bytes) => edit_pub_area_bytes(fault, bytes),
        Stage::CertInfo { message, pub_area, info } => edit_cert_info(fault, cx, message, pub_area, info),
        Stage::Certificate { depth: 0, spec, .. } => edit_leaf(fault, spec),
        Stage::Signature { message, signature } if fault == Fault::TpmSigWrong => {
            **signature = cx.sign_wrongly(message);
        }
        Stage::AttestationStatement(statement) => edit_statement(fault, statement),
        _ => {}
    }
}

fn edit_pub_area(fault: Fault, cx: &Context<'_>, fields: &mut PubArea) {
    match fault {
        Fault::TpmTypeDiffers => {
            let other = if fields.kind == 0x0001 { Algorithm::Es256 } else { Algorithm::Rs256 };
            *fields = PubArea::of(&other.key(cx.stream, 0).cose());
            return;
        }
        Fault::TpmUnknownNameAlg => fields.name_alg = UNKNOWN_ALGORITHM,
        _ => {}
    }
    match (&mut fields.parameters, fault) {
        (PubParameters::Rsa { modulus, .. }, Fault::TpmModulusDiffers) => {
            // Still odd, and as long as before.
            modulus[1] ^= 1;
        }
        (PubParameters::Rsa { exponent, .. }, Fault::TpmExponentDiffers) => *exponent = 3,
        (PubParameters::Ecc { curve, .. }, Fault::TpmCurveDiffers) => *curve = if *curve == 3 { 4 } else { 3 },
        (PubParameters::Ecc { x, .. }, Fault::TpmXDiffers) => flip_last_bit(x),
        (PubParameters::Ecc { y, .. }, Fault::TpmYDiffers) => flip_last_bit(y),
        _ => {}
    }
}

fn edit_pub_area_bytes(fault: Fault, bytes: &mut Vec<u8>) {
    match fault {
        Fault::TpmPubAreaTruncated => {
            bytes.pop();
        }
        Fault::TpmPubAreaTrailing => bytes.push(0),
        Fault::TpmPubAreaSized => {
            let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
            bytes.splice(..0, length);
        }
        _ => {}
    }
}

fn edit_cert_info(fault: Fault, cx: &Context<'_>, message: &[u8], pub_area: &[u8], info: &mut CertInfo) {
    match fault {
        Fault::TpmMagicWrong => info.magic ^= 1,
        // TPM_ST_ATTEST_QUOTE.
        Fault::TpmCertInfoTypeWrong => info.kind = 0x8018,
        Fault::TpmExtraDataWrong => flip_last_bit(&mut info.extra_data),
        Fault::TpmExtraDataOtherHash => {
            let own = cx.attesting.key.algorithm().hash();
            let other = if own == Some(Hash::Sha384) { Hash::Sha256 } else { Hash::Sha384 };
            info.extra_data = other.digest(message);
        }
        Fault::TpmNameWrong => flip_last_bit(&mut info.name),
        Fault::TpmNameOtherAlgorithm => info.name = tpm::name(tpm::hash_id(Hash::Sha384), pub_area),
        // TPM_HT_PERSISTENT, and a number.
        Fault::TpmNameIsHandle => info.name = vec![0x81, 0, 0, 1],
        Fault::TpmCertInfoTrailing => info.trailing.push(0),
        _ => {}
    }
}

fn edit_leaf(fault: Fault, leaf: &mut CertificateSpec) {
    let mut without = |oid: &str| {
        let mut name = tpm::device();
        name.remove(oid);
        leaf.set_extension(Extension::directory_name(&name, true));
    };
    match fault {
        Fault::TpmNoManufacturer => without(tpm::MANUFACTURER),
        Fault::TpmNoModel => without(tpm::MODEL),
        Fault::TpmNoVersion => without(tpm::VERSION),
        Fault::TpmLeafVersion1 => leaf.version = 1,
        Fault::TpmSubjectNotEmpty => leaf.subject = Name::attestation("Test TPM"),
        Fault::TpmNoSubjectAltName => leaf.remove_extension(Extension::SUBJECT_ALT_NAME),
        Fault::TpmNoPurpose => leaf.remove_extension(Extension::EXTENDED_KEY_USAGE),
        Fault::TpmLeafIsCa => leaf.set_extension(Extension::basic_constraints(true, None)),
        // No model has this AAGUID, and no test should.
        Fault::TpmAaguidDiffers => leaf.set_extension(Extension::aaguid(&[0xee; 16])),
        _ => {}
    }
}

fn edit_statement(fault: Fault, statement: &mut Cbor) {
    match fault {
        Fault::TpmVersionWrong => statement.set("ver", "1.2"),
        Fault::TpmVersionMissing => statement.remove("ver"),
        Fault::TpmAlgMissing => statement.remove("alg"),
        Fault::TpmX5cMissing => statement.remove("x5c"),
        Fault::TpmX5cEmpty => statement.set("x5c", Cbor::Array(Vec::new())),
        _ => {}
    }
}
