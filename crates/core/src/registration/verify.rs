//! WebAuthn Level 3 §7.1, "Registering a New Credential", in its order.
//!
//! Steps 1 and 2 are [`Ceremony::begin_registration`](crate::Ceremony::begin_registration) and the client; steps 3 to
//! 6, and the syntax of 13, are [`RegistrationResponse::from_json`]: whatever gets here has been read. Step 26 is left
//! to the store, which alone can keep it.

use super::{Registration, RegistrationState};
use crate::attestation::{self, AttestationAccepted, ClientDataHash, Judge, Statement};
use crate::authenticator_policy as flags_checks;
use crate::client_data_checks as checks;
use crate::cose::CredentialPublicKey;
use crate::credential::{AttestationVerdict, CredentialRecord, Status};
use crate::error::{Error, KeyFault, Rejection, RejectionReason, Step};
use crate::extensions::RegistrationOutputs;
use crate::ids::MIN_CREDENTIAL_ID;
use crate::observation::Observation;
use crate::policy::{AttestationConveyance, AttestationFormat, CborPolicy, UnsolicitedExtensions, UserVerification};
use crate::relying_party::RelyingParty;
use crate::response::RegistrationResponse;
use crate::time::UnixTime;
use crate::verifier::SignatureVerifier;
use crate::x509::TrustAnchors;
use alloc::string::String;
use alloc::vec::Vec;

pub(crate) fn verify(
    rp: &RelyingParty,
    verifier: &dyn SignatureVerifier,
    state: RegistrationState,
    response: &RegistrationResponse,
    anchors: &TrustAnchors,
    now: UnixTime,
) -> Result<Registration, Error> {
    state.frozen.check_relying_party(rp)?;
    if state.frozen.is_expired(now) {
        return Err(Error::Expired);
    }
    let policy = rp.policy();
    let client_data = response.client_data();
    let auth_data = response.authenticator_data();
    let flags = auth_data.flags();
    let mut observations = Vec::new();

    // R6: beyond what Level 3 says, if the policy asks for it
    checks::token_binding(client_data, policy.check_token_binding).map_err(at("R6"))?;

    // R7
    checks::kind(client_data, "webauthn.create").map_err(at("R7"))?;

    // R8
    checks::challenge(client_data, &state.frozen.challenge).map_err(at("R8"))?;

    // R9
    checks::origin(client_data, rp, Step::new("R9"))?;

    // R10
    checks::cross_origin(client_data, rp).map_err(at("R10"))?;
    if client_data.cross_origin() == Some(true) {
        observations.push(Observation::CrossOrigin);
    }

    // R11
    checks::top_origin(client_data, rp, Step::new("R11"))?;

    // R12: over the bytes as received, where a statement covers it
    let client_data_hash = ClientDataHash::of(client_data);

    // R13: decoded while parsing; what a policy says about its form comes here
    canonical(response, policy.cbor, &mut observations).map_err(at("R13"))?;
    reserved_flags(response, policy.reject_reserved_flags, &mut observations).map_err(at("R13"))?;
    let attested = auth_data.attested().ok_or(RejectionReason::AttestedCredentialDataMissing).map_err(at("R13"))?;

    // R14
    flags_checks::rp_id_hash(auth_data, rp).map_err(at("R14"))?;

    // R15: user presence, unless mediation was conditional
    if !flags.up() && !state.conditional {
        return Err(reject("R15", RejectionReason::UserNotPresent));
    }

    // R16: user verification, if this registration requires it
    if !flags.uv() && state.frozen.user_verification == UserVerification::Required {
        return Err(reject("R16", RejectionReason::UserNotVerified));
    }

    // R17
    flags_checks::backup_flags_agree(flags).map_err(at("R17"))?;

    // R18
    flags_checks::backup_eligibility(policy.backup_requirement, flags.be()).map_err(at("R18"))?;

    // R19
    flags_checks::backup_state(policy.backup_requirement, flags.bs()).map_err(at("R19"))?;

    // R20: the algorithm is one that was offered; the key is one of that algorithm
    let key = offered_key(&state, response, attested.public_key_cose, policy.cbor, verifier).map_err(at("R20"))?;

    // R21 to R24
    let statement = Statement {
        statement: response.attestation.statement(),
        auth_data,
        aaguid: attested.aaguid,
        credential_id: attested.credential_id,
        client_data_hash: &client_data_hash,
        key: &key,
        enterprise: state.attestation == AttestationConveyance::Enterprise,
        rules: policy.attestation.rules,
        now,
        #[cfg(feature = "safetynet")]
        decoded: &core::cell::OnceCell::new(),
        verifier,
    };
    let judge = Judge { policy: &policy.attestation, anchors, aaguid: attested.aaguid, now, verifier };
    let (attestation, proof) = attest(response.attestation_format(), &statement, &judge, &mut observations)?;

    // R25, and beyond the specification: both places that name the credential id name the same
    let credential_id = match &response.raw_id {
        Ok(id) if attested.credential_id == id.as_bytes() => id.clone(),
        Err(bytes) if attested.credential_id == bytes => {
            return Err(reject("R25", RejectionReason::CredentialIdLength));
        }
        _ => return Err(reject("R25", RejectionReason::CredentialIdMismatch)),
    };

    // Beyond the specification's steps: §4 has ids be 16 bytes at least
    if credential_id.as_bytes().len() < MIN_CREDENTIAL_ID {
        observations.push(Observation::ShortCredentialId);
    }

    // R26: `Registration::must_be_unique`, for the store

    // R28: the client's outputs and the authenticator's; what nobody asked for, and what is missing, is survivable
    let outputs = RegistrationOutputs::read(&state.extensions, &response.outputs, auth_data.extensions());
    if outputs.seen.has_unsolicited() && policy.unsolicited_extensions == UnsolicitedExtensions::Reject {
        return Err(reject("R28", RejectionReason::ExtensionUnsolicited));
    }
    // Beyond the specification: unless the request required it
    if let Some(name) = outputs.not_honoured(&state.extensions) {
        let rejection = Rejection::new(RejectionReason::ExtensionNotHonoured, Step::new("R28"));
        return Err(rejection.with_detail(name.into()).into());
    }
    let facts = outputs.facts();
    observations.extend(outputs.seen.into_observations());

    // R27, R29: the record, for the account that the ceremony was begun for
    let record = CredentialRecord {
        tenant: state.frozen.tenant,
        rp_id: state.frozen.rp_id,
        user_handle: state.user,
        credential_id,
        public_key: key,
        sign_count: auth_data.sign_count(),
        uv_initialized: flags.uv(),
        backup_eligible: Some(flags.be()),
        backup_state: flags.bs(),
        transports: response.transports.clone(),
        aaguid: attested.aaguid,
        fmt: response.attestation_format().into(),
        attestation,
        extensions: facts,
        status: Status::Active,
        name: String::new(),
        created_at: now,
        last_used_at: None,
        authenticator_user_handle: None,
    };
    Ok(Registration {
        record,
        observations,
        context: state.frozen.context,
        attachment: response.attachment,
        client_outputs: outputs.client,
        authenticator_outputs: outputs.authenticator,
        uv: flags.uv(),
        _proof: proof,
    })
}

/// CTAP2 canonical form, if the policy asks for it.
fn canonical(
    response: &RegistrationResponse,
    policy: CborPolicy,
    observations: &mut Vec<Observation>,
) -> Result<(), RejectionReason> {
    let object = &response.attestation;
    if policy == CborPolicy::Strict && (object.unknown_members || !object.canonical) {
        return Err(RejectionReason::NotCanonical);
    }
    if object.unknown_members {
        observations.push(Observation::UnknownAttestationObjectMembers);
    }
    if !object.canonical {
        observations.push(Observation::NonCanonicalCbor);
    }
    Ok(())
}

fn reserved_flags(
    response: &RegistrationResponse,
    reject: bool,
    observations: &mut Vec<Observation>,
) -> Result<(), RejectionReason> {
    if response.authenticator_data().flags().reserved() == 0 {
        return Ok(());
    }
    observations.push(Observation::ReservedFlags);
    if reject { Err(RejectionReason::ReservedFlags) } else { Ok(()) }
}

fn offered_key(
    state: &RegistrationState,
    response: &RegistrationResponse,
    cose: &[u8],
    policy: CborPolicy,
    verifier: &dyn SignatureVerifier,
) -> Result<CredentialPublicKey, RejectionReason> {
    let read = match (policy, &response.key) {
        (CborPolicy::Lenient, Some(read)) => read.clone(),
        _ => CredentialPublicKey::from_cose(cose, true),
    };
    let key = read.map_err(|fault| match fault {
        KeyFault::UnknownAlgorithm => RejectionReason::AlgorithmNotOffered,
        fault => RejectionReason::PublicKey(fault),
    })?;
    if !state.algorithms.contains(&key.algorithm()) {
        return Err(RejectionReason::AlgorithmNotOffered);
    }
    verifier.check_key(key.algorithm().scheme(), key.material()).map_err(RejectionReason::PublicKey)?;
    Ok(key)
}

fn attest(
    fmt: &str,
    statement: &Statement<'_>,
    judge: &Judge<'_>,
    observations: &mut Vec<Observation>,
) -> Result<(AttestationVerdict, AttestationAccepted), Error> {
    let refused = |(step, reason)| reject(step, reason);

    // R21: an identifier, which the record keeps whatever the policy says; then a case-sensitive match of it
    if !attestation::is_identifier(fmt) {
        return Err(reject("R21", RejectionReason::AttestationFormatUnknown));
    }
    if judge.policy.ignore_statements {
        return attestation::ignore(judge).map_err(refused);
    }
    let format =
        AttestationFormat::from_identifier(fmt).ok_or(RejectionReason::AttestationFormatUnknown).map_err(at("R21"))?;
    if !judge.policy.formats.admits(&format) {
        return Err(reject("R21", RejectionReason::AttestationFormatNotAllowed));
    }

    // R22
    let verified = attestation::verify(format, statement).map_err(at("R22"))?;

    // R23, R24
    attestation::accept(&verified, judge, observations).map_err(refused)
}

const fn at(step: &'static str) -> impl Fn(RejectionReason) -> Error {
    move |reason| reject(step, reason)
}

const fn reject(step: &'static str, reason: RejectionReason) -> Error {
    Error::Rejected(Rejection::new(reason, Step::new(step)))
}
