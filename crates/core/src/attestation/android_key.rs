//! Format `android-key` (WebAuthn §8.4): Android's hardware-backed key attestation.

mod key_description;

use super::{Attested, Statement, certificate, leaf, malformed, read_x5c, same_key, verify_with_certificate};
use crate::cbor::{Key, Reader};
use crate::credential::AttestationType;
use crate::error::{CertificateFault, RejectionReason};
use crate::policy::FormatRules;
use crate::x509::Certificate;
use alloc::vec::Vec;
use key_description::{AuthorizationList, KeyDescription};

/// KM_ORIGIN_GENERATED
const GENERATED: i64 = 0;

/// KM_PURPOSE_SIGN
const SIGN: i64 = 2;

/// The members of the statement.
struct Members<'a> {
    alg: i64,
    sig: &'a [u8],
    x5c: Vec<Certificate<'a>>,
}

pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let Members { alg, sig, x5c } = read(statement.statement)?;
    let cred_cert = leaf(&x5c)?;
    // "Verify that sig is a valid signature over the concatenation of authenticatorData and clientDataHash using the
    // public key in the first certificate in x5c with the algorithm specified in alg."
    verify_with_certificate(statement, cred_cert, alg, &statement.signed(), sig)?;
    // "Verify that the public key in the first certificate in x5c matches the credentialPublicKey"
    same_key(&cred_cert.public_key().map_err(certificate)?, statement.key)?;
    if alg != statement.key.algorithm().id() {
        return Err(RejectionReason::AttestationAlgorithm);
    }
    // "Verify that the attestationChallenge field in the attestation certificate extension data is identical to
    // clientDataHash."
    let description = KeyDescription::of(cred_cert).map_err(|_| extension())?;
    if description.challenge != statement.client_data_hash {
        return Err(RejectionReason::AttestationBinding);
    }
    // "Verify the following using the appropriate authorization list from the attestation certificate extension data"
    authorizations(&description, statement.rules)?;
    // "return implementation-specific values representing attestation type Basic and attestation trust path x5c"
    Ok(Attested { attestation_type: AttestationType::Basic, x5c })
}

fn authorizations(description: &KeyDescription<'_>, rules: FormatRules) -> Result<(), RejectionReason> {
    let (hardware, software) = (&description.hardware_enforced, &description.software_enforced);
    // "The AuthorizationList.allApplications field is not present on either authorization list"
    if hardware.all_applications || software.all_applications {
        return Err(extension());
    }
    // Beyond the procedure, where a policy asks for it: what is attested was made in hardware.
    if rules.android_hardware_level && description.security_level < 1 {
        return Err(extension());
    }
    // "For the following, use only the teeEnforced authorization list if the RP wants to accept only keys from a trusted
    // execution environment, otherwise use the union"
    let either = rules.android_software_enforced;
    // "The value in the AuthorizationList.origin field is equal to KM_ORIGIN_GENERATED." Absent is not zero.
    let origin = hardware.origin.or(software.origin.filter(|_| either));
    if origin != Some(GENERATED) {
        return Err(extension());
    }
    // "The value in the AuthorizationList.purpose field is equal to KM_PURPOSE_SIGN."
    let signs = |list: &AuthorizationList| list.purposes.is_some_and(|purposes| purposes.contains(SIGN));
    let signs_alone = |list: &AuthorizationList| list.purposes.is_none_or(|purposes| purposes.is_only(SIGN));
    if !signs(hardware) && !(either && signs(software)) {
        return Err(extension());
    }
    if rules.android_only_sign && !(signs_alone(hardware) && signs_alone(software)) {
        return Err(extension());
    }
    Ok(())
}

const fn extension() -> RejectionReason {
    certificate(CertificateFault::FormatExtension)
}

fn read(statement: &[u8]) -> Result<Members<'_>, RejectionReason> {
    let mut from = Reader::new(statement);
    let (mut alg, mut sig, mut x5c) = (None, None, None);
    for _ in 0..from.map().map_err(malformed)? {
        match from.key().map_err(malformed)? {
            Key::Text("alg") => alg = Some(from.int().map_err(malformed)?),
            Key::Text("sig") => sig = Some(from.bytes().map_err(malformed)?),
            Key::Text("x5c") => x5c = Some(read_x5c(&mut from)?),
            _ => return Err(RejectionReason::AttestationStatement),
        }
    }
    match (alg, sig, x5c) {
        (Some(alg), Some(sig), Some(x5c)) if !sig.is_empty() => Ok(Members { alg, sig, x5c }),
        _ => Err(RejectionReason::AttestationStatement),
    }
}
