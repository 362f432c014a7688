//! WebAuthn Level 3 §7.2, "Verifying an Authentication Assertion", in its order.
//!
//! Steps 1 and 2 are [`Ceremony::begin_authentication`](crate::Ceremony::begin_authentication) and the client; steps 3,
//! 4 and 7 to 9 are [`AuthenticationResponse::from_json`]: whatever gets here has been read.
//!
//! The one signature is verified before anything else is judged, and its result is used at step 21: so that every path
//! takes the same work, whichever step refuses.

use super::judge::{Evidence, Identity};
use super::{Authentication, AuthenticationState};
use crate::authenticator_policy as flags_checks;
use crate::client_data::ClientData;
use crate::client_data_checks as checks;
use crate::credential::CredentialRecord;
use crate::error::{Error, Misuse, Rejection, RejectionReason, Step};
use crate::extensions::AuthenticationOutputs;
use crate::ids::short_hash;
use crate::observation::Observation;
use crate::policy::{CborPolicy, UnsolicitedExtensions, UserVerification};
use crate::proof::{SignatureVerified, verify_signature};
use crate::relying_party::RelyingParty;
use crate::response::AuthenticationResponse;
use crate::state::Frozen;
use crate::time::UnixTime;
use crate::verifier::{SignatureInvalid, SignatureVerifier, dummy_key};
use alloc::vec::Vec;

/// Steps 10 to 14 of one kind of ceremony: each has its own type of client data, so that none can stand in for another.
pub(crate) type ClientDataSteps<'a> = &'a dyn Fn(&RelyingParty, &Frozen, &ClientData) -> Result<(), Error>;

pub(crate) fn verify(
    rp: &RelyingParty,
    verifier: &dyn SignatureVerifier,
    client_data_steps: ClientDataSteps<'_>,
    state: AuthenticationState,
    response: &AuthenticationResponse,
    record: Option<&CredentialRecord>,
    now: UnixTime,
) -> Result<Authentication, Error> {
    state.frozen.check_relying_party(rp)?;
    if let Some(record) = record {
        check_record(&state, response, record)?;
    }
    let policy = rp.policy();
    let client_data = response.client_data();
    let auth_data = response.authenticator_data();
    let flags = auth_data.flags();
    let mut seen = Vec::new();

    // A20: over the bytes as received
    let client_data_hash = client_data.hash();
    // A21, judged below
    let signature = signature(verifier, response, record, &client_data_hash);

    if state.frozen.is_expired(now) {
        return Err(Error::Expired);
    }

    // A5
    let allowed = state.allow.is_empty() || state.allow.contains(&short_hash(response.credential_id.as_bytes()));
    if !allowed {
        return Err(reject("A5", RejectionReason::CredentialNotAllowed));
    }

    // A6
    let record = identify_user(&state, response, record, &mut seen)?;

    // A10 to A14
    client_data_steps(rp, &state.frozen, client_data)?;
    if client_data.cross_origin() == Some(true) {
        seen.push(Observation::CrossOrigin);
    }

    // A15: that of the RP ID; with the extension appid, that of the AppID where the client says that it was used.
    // Beyond the specification's steps: §6.1 forbids attested credential data here
    match response.outputs.app_id_in_use(&state.extensions) {
        Some(app_id_hash) if *auth_data.rp_id_hash() == app_id_hash => {}
        Some(_) => return Err(reject("A15", RejectionReason::RpIdHashMismatch)),
        None => flags_checks::rp_id_hash(auth_data, rp).map_err(at("A15"))?,
    }
    form(response, policy.cbor, policy.reject_reserved_flags, &mut seen).map_err(at("A15"))?;

    // A16: user presence, without exception
    if !flags.up() {
        return Err(reject("A16", RejectionReason::UserNotPresent));
    }

    // A17: user verification, if this authentication requires it
    if !flags.uv() && state.frozen.user_verification == UserVerification::Required {
        return Err(reject("A17", RejectionReason::UserNotVerified));
    }

    // A18
    flags_checks::backup_flags_agree(flags).map_err(at("A18"))?;

    // A19: against the record, and the policy
    let evidence = Evidence {
        uv: flags.uv(),
        backup_eligible: flags.be(),
        backup_state: flags.bs(),
        sign_count: auth_data.sign_count(),
        now,
        sign_count_policy: policy.sign_count,
        backup_eligibility_policy: policy.backup_eligibility,
        backup_requirement: policy.backup_requirement,
        identity: Identity::of(record),
    };
    evidence.backup(record)?;

    // A21: with the stored key and its algorithm
    let proof = match signature {
        Ok(proof) if rp.allows(record.algorithm()) => proof,
        _ => return Err(signature_failure(rp, verifier, record)),
    };

    // A22: judged here, reported after A23, so that a credential is suspended only once every other check has passed
    let counted = evidence.sign_count(record);

    // A23: the client's outputs and the authenticator's; what nobody asked for, and what is missing, is survivable
    let (map, max) = (auth_data.extensions(), rp.limits().cred_blob);
    let outputs = AuthenticationOutputs::read(&state.extensions, &response.outputs, map, max);
    if outputs.seen.has_unsolicited() && policy.unsolicited_extensions == UnsolicitedExtensions::Reject {
        return Err(reject("A23", RejectionReason::ExtensionUnsolicited));
    }
    // Beyond the specification: unless the request required it
    if let Some(name) = outputs.not_honoured(&state.extensions) {
        let rejection = Rejection::new(RejectionReason::ExtensionNotHonoured, Step::new("A23"));
        return Err(rejection.with_detail(name.into()).into());
    }
    seen.extend(outputs.seen.into_observations());

    let sign_count_regressed = counted?;

    // A24: as a value, for the store to apply
    let judgement = evidence.update(record, sign_count_regressed);

    // A25
    Ok(Authentication {
        evidence,
        judgement,
        seen,
        context: state.frozen.context,
        attachment: response.attachment,
        client_outputs: outputs.client,
        authenticator_outputs: outputs.authenticator,
        rejudged: 0,
        _proof: proof,
    })
}

/// What the client data of a sign-in must say.
pub(crate) fn sign_in(rp: &RelyingParty, frozen: &Frozen, client_data: &ClientData) -> Result<(), Error> {
    // A9: beyond what Level 3 says, if the policy asks for it
    checks::token_binding(client_data, rp.policy().check_token_binding).map_err(at("A9"))?;

    // A10
    checks::kind(client_data, "webauthn.get").map_err(at("A10"))?;

    // A11
    checks::challenge(client_data, &frozen.challenge).map_err(at("A11"))?;

    // A12
    checks::origin(client_data, rp, Step::new("A12"))?;

    // A13
    checks::cross_origin(client_data, rp).map_err(at("A13"))?;

    // A14
    Ok(checks::top_origin(client_data, rp, Step::new("A14"))?)
}

/// A record of another relying party or credential is the program's mistake; the client has no part in it.
fn check_record(
    state: &AuthenticationState,
    response: &AuthenticationResponse,
    record: &CredentialRecord,
) -> Result<(), Misuse> {
    if record.tenant != state.frozen.tenant || record.rp_id != state.frozen.rp_id {
        return Err(Misuse::RecordOfAnotherRelyingParty);
    }
    if record.credential_id != response.credential_id {
        return Err(Misuse::RecordOfAnotherCredential);
    }
    Ok(())
}

/// Exactly one signature check, with a fixed key where there is no record to take one from.
fn signature(
    verifier: &dyn SignatureVerifier,
    response: &AuthenticationResponse,
    record: Option<&CredentialRecord>,
    client_data_hash: &[u8; 32],
) -> Result<SignatureVerified, SignatureInvalid> {
    let (scheme, key) = match record {
        Some(record) if record.status.is_active() => (record.algorithm().scheme(), record.public_key.material()),
        _ => dummy_key(),
    };
    verify_signature(verifier, scheme, key, &[response.auth_data.as_bytes(), client_data_hash], &response.signature)
}

/// A6: the user, and that the credential is theirs.
fn identify_user<'a>(
    state: &AuthenticationState,
    response: &AuthenticationResponse,
    record: Option<&'a CredentialRecord>,
    seen: &mut Vec<Observation>,
) -> Result<&'a CredentialRecord, Error> {
    let received = response.user_handle.as_ref();
    // A6, "the user was not identified before": the response must say who it is
    if state.user.is_none() && received.is_none() {
        return Err(reject("A6b", RejectionReason::UserHandleMissing));
    }
    let record = record.ok_or(Error::UnknownCredential)?;
    if let Some(expected) = &state.user {
        // A6a: that account holds the credential; a user handle, if there, is the one that it was made with
        if record.user_handle != *expected {
            return Err(reject("A6a", RejectionReason::CredentialOfAnotherUser));
        }
        if received.is_some_and(|received| received != record.expected_user_handle()) {
            return Err(reject("A6a", RejectionReason::UserHandleMismatch));
        }
        if response.empty_user_handle {
            seen.push(Observation::EmptyUserHandle);
        }
    } else if received != Some(record.expected_user_handle()) {
        // A6b: the account that the user handle names holds the credential
        return Err(reject("A6b", RejectionReason::UserHandleMismatch));
    }
    // Beyond the specification: a suspended or revoked credential is none
    if !record.status.is_active() {
        return Err(reject("A6", RejectionReason::CredentialNotActive));
    }
    Ok(record)
}

/// What the policies say about the form of the authenticator data.
fn form(
    response: &AuthenticationResponse,
    cbor: CborPolicy,
    reject_reserved_flags: bool,
    seen: &mut Vec<Observation>,
) -> Result<(), RejectionReason> {
    let auth_data = response.authenticator_data();
    if auth_data.attested().is_some() {
        return Err(RejectionReason::AttestedCredentialDataUnexpected);
    }
    if !auth_data.canonical() {
        if cbor == CborPolicy::Strict {
            return Err(RejectionReason::NotCanonical);
        }
        seen.push(Observation::NonCanonicalCbor);
    }
    if auth_data.flags().reserved() != 0 {
        if reject_reserved_flags {
            return Err(RejectionReason::ReservedFlags);
        }
        seen.push(Observation::ReservedFlags);
    }
    Ok(())
}

/// A key that the backend can't use is a matter of the installation, not of the client.
fn signature_failure(rp: &RelyingParty, verifier: &dyn SignatureVerifier, record: &CredentialRecord) -> Error {
    let algorithm = record.algorithm();
    if rp.allows(algorithm) && verifier.supports(algorithm.scheme()) {
        reject("A21", RejectionReason::SignatureInvalid)
    } else {
        reject("A21", RejectionReason::AlgorithmUnavailable)
    }
}

const fn at(step: &'static str) -> impl Fn(RejectionReason) -> Error {
    move |reason| reject(step, reason)
}

const fn reject(step: &'static str, reason: RejectionReason) -> Error {
    Error::Rejected(Rejection::new(reason, Step::new(step)))
}
