//! Ceremonies of the specification's own test vectors: a relying party, a state and the client's answer for each.

use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony::x509::TrustAnchors;
use ceremony::{
    Algorithm, AttestationConveyance, AttestationPolicy, AuthenticationRequest, AuthenticationState, Ceremony,
    Challenge, CreationOptions, CredentialId, CredentialPublicKey, CredentialRecord, RegistrationRequest,
    RegistrationState, RelyingParty, RequestOptions, SignatureVerifier, Tenant, UnixTime, UserEntity, UserHandle,
    UserVerification,
};
use serde_json::Value;
use std::sync::Arc;

const FILE: &str = include_str!("../../../testvectors/w3c.jsonl");

/// Within the validity of every certificate in the vectors.
pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_780_272_000);

/// A case, and the relying party that judges it.
pub(crate) struct Vector {
    case: Value,
    pub(crate) ceremony: Ceremony,
}

impl Vector {
    /// The case of that id.
    pub(crate) fn new(id: &str, verifier: Arc<dyn SignatureVerifier>) -> Self {
        let quoted = format!("\"id\":\"{id}\"");
        let line = FILE.lines().find(|line| line.contains(&quoted)).expect("a case of that id");
        let case: Value = serde_json::from_str(line).expect("a case a line");
        let config = case.get("config").expect("a configuration");
        let list = |name: &str| config.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let texts =
            |name: &str| -> Vec<String> { list(name).iter().filter_map(Value::as_str).map(Into::into).collect() };
        let roots = texts("trust_anchors_pem");
        let policy = match roots.concat() {
            none if none.is_empty() => AttestationPolicy::default(),
            roots => AttestationPolicy::trusted(TrustAnchors::from_pem(&roots).expect("certificates")),
        };
        let rp = RelyingParty::builder(text(config, "rp_id"), "Example")
            .origins(texts("origins"))
            .algorithms(list("algorithms").iter().filter_map(Value::as_i64).filter_map(Algorithm::from_id))
            .attestation(policy)
            .build()
            .expect("a sound relying party");
        let ceremony = Ceremony::with_verifier(rp, verifier).expect("a verifier for every algorithm");
        Self { case, ceremony }
    }

    /// What the client sends.
    pub(crate) fn body(&self) -> Vec<u8> {
        self.case.get("credential").expect("a response").to_string().into_bytes()
    }

    pub(crate) fn challenge(&self) -> Challenge {
        let challenge = text(self.case.get("config").expect("a configuration"), "challenge");
        Challenge::from_slice(&bytes(challenge)).expect("a challenge")
    }

    pub(crate) fn begin_registration(&self) -> (CreationOptions, RegistrationState) {
        let user = UserEntity::new(user(), "ada", "Ada");
        let request = RegistrationRequest::passkey(user)
            .attestation(AttestationConveyance::Direct)
            .user_verification(UserVerification::Discouraged);
        self.ceremony.begin_registration(request, self.challenge(), NOW).expect("a sound request")
    }

    pub(crate) fn begin_authentication(&self) -> (RequestOptions, AuthenticationState) {
        let request = AuthenticationRequest::for_user(user()).user_verification(UserVerification::Discouraged);
        self.ceremony.begin_authentication(request, self.challenge(), NOW).expect("a sound request")
    }

    /// What the database holds for an authentication.
    pub(crate) fn record(&self) -> CredentialRecord {
        let stored = self.case.get("stored").expect("a stored credential");
        let flag = |name: &str| stored.get(name).and_then(Value::as_bool);
        let key = CredentialPublicKey::from_cose(&bytes(text(stored, "public_key")), true).expect("a key");
        let id = CredentialId::new(bytes(text(stored, "credential_id"))).expect("an id");
        let rp_id = self.ceremony.relying_party().id().clone();
        let mut record = CredentialRecord::new(Tenant::default(), rp_id, user(), id, key, NOW);
        record.backup_eligible = flag("backup_eligible");
        record.backup_state = flag("backup_state").unwrap_or_default();
        record
    }
}

pub(crate) fn user() -> UserHandle {
    UserHandle::new([7; 64]).expect("64 bytes")
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).expect("a text")
}

fn bytes(text: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text).expect("base64url")
}
