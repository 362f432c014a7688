//! From a case to a verdict, on the same path that a server takes: build, begin, parse, look up, finish.

use super::case::{Bytes, Case, Config, Kind, Stored};
use super::policy::Policy;
use super::verdict::{Accepted, Verdict};
use crate::text::{base64url, chain};
use ceremony::error::{ConfigError, KeyFault, RejectionReason};
use ceremony::x509::{PemError, TrustAnchors};
use ceremony::{
    Algorithm, AppId, AttestationConveyance, AuthenticationRequest, AuthenticationResponse, BackupEligibilityPolicy,
    Ceremony, Challenge, CredentialDescriptor, CredentialId, CredentialPublicKey, CredentialRecord, CrossOriginPolicy,
    Demand, Error, Misuse, RegistrationRequest, RegistrationResponse, RelyingParty, SignCountPolicy, SignatureVerifier,
    TopOrigins, UnixTime, UserEntity, UserHandle, UserVerification,
};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The handle of the account where a case names none.
const NOBODY_IN_PARTICULAR: [u8; 1] = [0];

/// Why there is no success to tell of.
enum Refusal {
    Error(Error),
    /// The key in the database is none that a response could be verified with.
    StoredKey(KeyFault),
    /// A trust anchor that is no certificate in PEM.
    TrustAnchor(PemError),
    /// None of the algorithms that the case offers is known here.
    NoKnownAlgorithm,
}

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

pub(super) fn judge(case: &Case<'_>, verifier: &Arc<dyn SignatureVerifier>) -> Verdict {
    let id = case.id.clone();
    let result = match case.ceremony {
        Kind::Registration => registration(case, verifier),
        Kind::Authentication => authentication(case, verifier),
    };
    match result {
        Ok(accepted) => Verdict::accept(id, accepted),
        Err(refusal) => refusal.into_verdict(id),
    }
}

impl Refusal {
    fn into_verdict(self, id: Value) -> Verdict {
        match self {
            Self::Error(error) => Verdict::of(id, &error),
            Self::StoredKey(fault) => Verdict::reject(
                id,
                RejectionReason::PublicKey(fault).code(),
                Some("A21"),
                format!("the stored public key is not acceptable: {fault}"),
            ),
            Self::TrustAnchor(error) => Verdict::bad_case(id, format!("`trust_anchors_pem`: {}", chain(&error))),
            Self::NoKnownAlgorithm => Verdict::reject(
                id,
                RejectionReason::AlgorithmUnavailable.code(),
                Some("R20"),
                "this version verifies none of the algorithms that the case offers".to_owned(),
            ),
        }
    }
}

fn registration(case: &Case<'_>, verifier: &Arc<dyn SignatureVerifier>) -> Result<Accepted, Refusal> {
    let config = &case.config;
    let response = RegistrationResponse::from_json(case.credential.get().as_bytes());
    let ceremony = ceremony(config, verifier)?;
    let now = now(config);

    let user = UserEntity::new(UserHandle::new(NOBODY_IN_PARTICULAR)?, "case", "");
    let request = if config.conditional_create == Some(true) {
        RegistrationRequest::conditional_create(user)
    } else {
        RegistrationRequest::passkey(user)
    };
    let mut request = request
        .user_verification(config.user_verification.unwrap_or(UserVerification::Preferred))
        .attestation(config.attestation.unwrap_or(AttestationConveyance::None));
    if let Some(protection) = config.policy.as_ref().and_then(|policy| policy.cred_protect) {
        request = request.cred_protect(protection, Demand::Required);
    }
    match &config.algorithms {
        // Whatever can be verified; RS1 only where a case asks for it by name.
        None => {
            request =
                request.algorithms(supported(Algorithm::ALL, verifier).filter(|algorithm| *algorithm != Algorithm::Rs1))
        }
        Some(ids) => {
            let known: Vec<Algorithm> =
                supported(ids.iter().filter_map(|id| Algorithm::from_id(*id)), verifier).collect();
            if known.is_empty() && !ids.is_empty() {
                // What can't be read is refused for that first, as ever.
                response?;
                return Err(Refusal::NoKnownAlgorithm);
            }
            request = request.algorithms(known);
        }
    }
    let (_, state) = ceremony.begin_registration(request, challenge(config)?, now)?;
    let response = response?;
    let registration = ceremony.finish_registration(state, &response, now)?;

    let record = registration.record();
    Ok(Accepted {
        fmt: Some(record.fmt.clone()),
        attestation_type: Some(record.attestation.attestation_type.as_str()),
        trusted: Some(record.attestation.trusted),
        aaguid: Some(record.aaguid.to_string()),
        sign_count: record.sign_count,
        alg: record.algorithm().id(),
        public_key: base64url(record.public_key.as_cose()),
        flags: response.authenticator_data().flags().into(),
        sign_count_regressed: None,
        observations: registration.observations().map(|seen| seen.code()).collect(),
    })
}

fn authentication(case: &Case<'_>, verifier: &Arc<dyn SignatureVerifier>) -> Result<Accepted, Refusal> {
    let config = &case.config;
    let response = AuthenticationResponse::from_json(case.credential.get().as_bytes());
    let ceremony = ceremony(config, verifier)?;
    let now = now(config);

    let owner = owner(case.stored.as_ref(), response.as_ref().ok())?;
    let request = if config.discoverable == Some(true) {
        AuthenticationRequest::discoverable()
    } else {
        AuthenticationRequest::for_user(owner.clone())
    };
    let mut allowed = Vec::new();
    for Bytes(id) in config.allow_credentials.iter().flatten() {
        allowed.push(CredentialDescriptor::from(CredentialId::new(id.as_slice())?));
    }
    let mut request =
        request.user_verification(config.user_verification.unwrap_or(UserVerification::Preferred)).allow(allowed);
    if let Some(app_id) = &config.appid {
        request = request.app_id(AppId::new(app_id)?);
    }
    let (_, state) = ceremony.begin_authentication(request, challenge(config)?, now)?;
    let response = response?;
    let record = match &case.stored {
        Some(stored) => Some(record(&ceremony, stored, owner, now)?),
        None => None,
    };
    // As a database would: a credential under another id is not found.
    let found = record.as_ref().filter(|record| record.credential_id == *response.lookup().credential_id);
    let authentication = ceremony.finish_authentication(state, &response, found, now)?;

    let key = record.as_ref().map(|record| &record.public_key);
    Ok(Accepted {
        fmt: None,
        attestation_type: None,
        trusted: None,
        aaguid: None,
        sign_count: authentication.received_sign_count(),
        alg: key.map_or(0, |key| key.algorithm().id()),
        public_key: key.map(|key| base64url(key.as_cose())).unwrap_or_default(),
        flags: response.authenticator_data().flags().into(),
        sign_count_regressed: Some(authentication.sign_count_regressed()),
        observations: authentication.observations().map(|seen| seen.code()).collect(),
    })
}

/// Those that the verifier knows.
fn supported(
    algorithms: impl IntoIterator<Item = Algorithm>,
    verifier: &Arc<dyn SignatureVerifier>,
) -> impl Iterator<Item = Algorithm> {
    algorithms.into_iter().filter(|algorithm| verifier.supports(algorithm.scheme()))
}

/// The account that holds the stored credential. Where the case does not say, it is the one that the response names,
/// since there is nothing to compare that with.
fn owner(stored: Option<&Stored>, response: Option<&AuthenticationResponse>) -> Result<UserHandle, Error> {
    if let Some(Bytes(handle)) = stored.and_then(|stored| stored.user_handle.as_ref()) {
        return Ok(UserHandle::new(handle.as_slice())?);
    }
    match response.and_then(|response| response.lookup().user_handle) {
        Some(handle) => Ok(handle.clone()),
        None => Ok(UserHandle::new(NOBODY_IN_PARTICULAR)?),
    }
}

fn record(ceremony: &Ceremony, stored: &Stored, owner: UserHandle, now: UnixTime) -> Result<CredentialRecord, Refusal> {
    let rp = ceremony.relying_party();
    let id = CredentialId::new(stored.credential_id.0.as_slice())?;
    let key = CredentialPublicKey::from_cose(&stored.public_key.0, false).map_err(Refusal::StoredKey)?;
    let mut record = CredentialRecord::new(rp.tenant().clone(), rp.id().clone(), owner, id, key, now);
    record.sign_count = stored.sign_count;
    record.backup_eligible = stored.backup_eligible;
    record.backup_state = stored.backup_state.unwrap_or_default();
    // The format does not say; that the user was verified before keeps an observation off that would mean nothing.
    record.uv_initialized = true;
    Ok(record)
}

fn ceremony(config: &Config, verifier: &Arc<dyn SignatureVerifier>) -> Result<Ceremony, Refusal> {
    let builder = RelyingParty::builder(config.rp_id.as_str(), "");
    let policy = config.policy.as_ref();
    let anchors = anchors(config)?;
    let trusted_only = config.require_trusted_attestation == Some(true);
    let mut attestation = policy.unwrap_or(&Policy::default()).attestation(trusted_only, anchors);
    // A case that offers RS1 is about authenticators that know nothing but SHA-1.
    let legacy = config.algorithms.as_ref().is_some_and(|ids| ids.contains(&Algorithm::Rs1.id()));
    let builder = if legacy {
        attestation = attestation.allow_sha1(true);
        builder.allow_rs1()
    } else {
        builder
    };
    let backup_eligibility = match config.enforce_backup_eligibility {
        Some(true) => BackupEligibilityPolicy::Enforce,
        _ => BackupEligibilityPolicy::Report,
    };
    let mut builder = builder
        .sign_count(config.sign_count_policy.unwrap_or(SignCountPolicy::Report))
        .backup_eligibility(backup_eligibility)
        .attestation(attestation)
        .cross_origin(cross_origin(config));
    for origin in &config.origins {
        builder = if origin.starts_with("android:") {
            builder.android_origin(origin)
        } else if is_related(&config.rp_id, origin) {
            builder.related_origin(origin)
        } else {
            builder.origin(origin)
        };
    }
    if let Some(policy) = policy {
        builder = builder
            .cbor(policy.cbor.unwrap_or_default())
            .backup_requirement(policy.backup_requirement.unwrap_or_default())
            .unsolicited_extensions(policy.unsolicited_extensions.unwrap_or_default())
            .reject_reserved_flags(policy.reject_reserved_flags.unwrap_or_default())
            .check_token_binding(policy.check_token_binding.unwrap_or_default());
    }
    Ok(Ceremony::with_verifier(builder.build()?, Arc::clone(verifier))?)
}

/// The anchors of a case, each a certificate in PEM; `None` where the case has no list.
fn anchors(config: &Config) -> Result<Option<TrustAnchors>, Refusal> {
    let Some(list) = &config.trust_anchors_pem else { return Ok(None) };
    let mut anchors = Vec::new();
    for pem in list {
        match TrustAnchors::from_pem(pem) {
            Ok(read) => anchors.extend(read.iter().cloned()),
            // A certificate that can't be used, such as one with a key of an unknown type: nothing leads to it.
            Err(PemError::Certificate { .. }) => {}
            Err(error) => return Err(Refusal::TrustAnchor(error)),
        }
    }
    Ok(Some(anchors.into_iter().collect()))
}

/// Whether the builder finds nothing wrong with the origin but that the RP ID does not cover it.
fn is_related(rp_id: &str, origin: &str) -> bool {
    matches!(
        RelyingParty::builder(rp_id, "").origin(origin).build(),
        Err(ConfigError::OriginNotCovered { .. } | ConfigError::OriginAcrossPublicSuffix { .. })
    )
}

fn cross_origin(config: &Config) -> CrossOriginPolicy {
    if config.allow_cross_origin != Some(true) {
        return CrossOriginPolicy::Deny;
    }
    let top_origins = match config.top_origins.as_deref() {
        None | Some([]) => TopOrigins::None,
        Some(list) => TopOrigins::List(list.to_vec()),
    };
    let require_top_origin = config.policy.as_ref().and_then(|policy| policy.require_top_origin).unwrap_or_default();
    CrossOriginPolicy::Allow { top_origins, require_top_origin }
}

fn challenge(config: &Config) -> Result<Challenge, Misuse> {
    Challenge::from_slice(&config.challenge.0)
}

/// The case's time, or this moment. No case expires: both ends of a ceremony happen at once.
fn now(config: &Config) -> UnixTime {
    config.time.unwrap_or_else(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        UnixTime::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    })
}
