//! Format `android-key` (WebAuthn §8.4): the credential key's own certificate, from Android's keystore.

mod key_description;

use super::{Attested, Statement, certified_key, malformed, read_x5c};
use crate::cbor::{Key, Reader};
use crate::cose::Algorithm;
use crate::credential::AttestationType;
use crate::error::{CertificateFault, RejectionReason};
use crate::policy::FormatRules;
use crate::x509::Certificate;
use alloc::vec::Vec;
use key_description::{KEY_DESCRIPTION, KeyDescription, Purposes};

/// `KM_ORIGIN_GENERATED`: the key was made where it is, not imported.
const ORIGIN_GENERATED: i64 = 0;

/// The members of the statement.
struct Members<'a> {
    alg: i64,
    sig: &'a [u8],
    x5c: Vec<Certificate<'a>>,
}

pub(super) fn verify<'a>(statement: &Statement<'a>) -> Result<Attested<'a>, RejectionReason> {
    // "Verify that attStmt is valid CBOR conforming to the syntax defined above"
    let Members { alg, sig, x5c } = read(statement.statement)?;
    let certificate = super::leaf(&x5c)?;
    // "Verify that sig is a valid signature over the concatenation of authenticatorData and clientDataHash using the
    // public key in the first certificate in x5c with the algorithm specified in alg."
    super::verify_with_certificate(statement, certificate, alg, &statement.signed(), sig)?;
    // "Verify that the public key in the first certificate in x5c matches the credentialPublicKey in the
    // attestedCredentialData in authenticatorData.": it is one key, and so it signs in one way.
    certified_key::is_of_credential(certificate, statement.key)?;
    if Algorithm::from_id(alg).map(Algorithm::scheme) != Some(statement.key.algorithm().scheme()) {
        return Err(RejectionReason::AttestationAlgorithm);
    }
    // "Verify that the attestationChallenge field in the attestation certificate extension data is identical to
    // clientDataHash."
    let description = KeyDescription::of(certificate).map_err(super::certificate)?;
    if description.attestation_challenge != statement.client_data_hash.get() {
        return Err(RejectionReason::AttestationBinding);
    }
    // Beyond the specification: an issuer with such an extension is no authority but a key of an application, which the
    // keystore lets attest others. It may have been imported, and who knows it certifies whatever he likes. Android's own
    // guide trusts the extension nearest to the root alone.
    if x5c.iter().skip(1).any(|issuer| issuer.extension(KEY_DESCRIPTION).is_some()) {
        return Err(super::certificate(CertificateFault::FormatExtension));
    }
    // "Verify the following using the appropriate authorization list from the attestation certificate extension data"
    if !authorizations_hold(&description, statement.rules) {
        return Err(super::certificate(CertificateFault::FormatExtension));
    }
    // "return implementation-specific values representing attestation type Basic and attestation trust path x5c"
    Ok(Attested { attestation_type: AttestationType::Basic, x5c })
}

fn authorizations_hold(description: &KeyDescription<'_>, rules: FormatRules) -> bool {
    let (software, tee) = (&description.software_enforced, &description.tee_enforced);
    // "The AuthorizationList.allApplications field is not present on either authorization list (softwareEnforced nor
    // teeEnforced), since PublicKeyCredential MUST be scoped to the RP ID."
    if software.all_applications || tee.all_applications {
        return false;
    }
    // "use only the teeEnforced authorization list if the RP wants to accept only keys from a trusted execution
    // environment, otherwise use the union of teeEnforced and softwareEnforced"
    let (origins, purposes) = if rules.android_software_enforced {
        ([tee.origin, software.origin], tee.purposes.union(software.purposes))
    } else {
        ([tee.origin, None], tee.purposes)
    };
    // "The value in the AuthorizationList.origin field is equal to KM_ORIGIN_GENERATED.": one that is absent says
    // nothing, which is not that.
    let mut origins = origins.into_iter().flatten().peekable();
    if origins.peek().is_none() || origins.any(|origin| origin != ORIGIN_GENERATED) {
        return false;
    }
    // "The value in the AuthorizationList.purpose field is equal to KM_PURPOSE_SIGN.": the field is a set. Genuine keys
    // may have others beside it, unless the policy says otherwise.
    if !purposes.contain_sign() || rules.android_only_sign && purposes != Purposes::ONLY_SIGN {
        return false;
    }
    // Beyond the specification, by policy.
    !rules.android_hardware_level || description.is_of_hardware()
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

#[cfg(test)]
#[cfg(feature = "rustcrypto")]
mod tests;
