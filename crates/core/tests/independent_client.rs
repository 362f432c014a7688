//! An independent client and authenticator, the `passkey` crate, on both ceremonies: it reads our options with its own
//! types and answers with its own encoders.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use ceremony::{
    Algorithm, AttestationFormat, AuthenticationRequest, AuthenticationResponse, Ceremony, Challenge,
    CredentialDescriptor, Demand, Hint, Observation, PrfValues, RegistrationRequest, RegistrationResponse,
    RelyingParty, UnixTime, UserEntity, UserHandle,
};
use passkey::authenticator::extensions::HmacSecretConfig;
use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::Passkey;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use passkey::types::webauthn::{CredentialCreationOptions, CredentialRequestOptions};
use serde_json::json;

struct AlwaysThere;

#[async_trait::async_trait]
impl UserValidationMethod for AlwaysThere {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification })
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }
}

fn ceremony() -> Ceremony {
    let builder = RelyingParty::builder("example.com", "Example").origin("https://example.com");
    Ceremony::new(builder.algorithms([Algorithm::Es256]).build().unwrap())
}

#[test]
fn registers_and_signs_in_with_the_passkey_crate() {
    let ceremony = ceremony();
    let now = UnixTime::from_secs(1_795_000_000);
    let store: Option<Passkey> = None;
    let mut client = Client::new(Authenticator::new(Aaguid::new_empty(), store, AlwaysThere, RustCryptoBackend));
    let origin = url::Url::parse("https://example.com").unwrap();

    let user = UserEntity::new(UserHandle::new([5; 64]).unwrap(), "ada@example.com", "Ada");
    let (options, state) =
        ceremony.begin_registration(RegistrationRequest::passkey(user), Challenge::new([1; 32]), now).unwrap();
    let options: CredentialCreationOptions = serde_json::from_value(json!({ "publicKey": options })).unwrap();
    let answer = pollster::block_on(client.register(&origin, options, DefaultClientData)).unwrap();
    let response = RegistrationResponse::from_json(&serde_json::to_vec(&answer).unwrap()).unwrap();
    let mut record = ceremony.finish_registration(state, &response, now).unwrap().into_record();
    assert_eq!((record.backup_eligible, record.backup_state), (Some(true), true));

    for round in 2..5 {
        let (options, state) = ceremony
            .begin_authentication(AuthenticationRequest::discoverable(), Challenge::new([round; 32]), now)
            .unwrap();
        let options: CredentialRequestOptions = serde_json::from_value(json!({ "publicKey": options })).unwrap();
        let answer = pollster::block_on(client.authenticate(&origin, options, DefaultClientData)).unwrap();
        let response = AuthenticationResponse::from_json(&serde_json::to_vec(&answer).unwrap()).unwrap();
        assert_eq!(response.lookup().credential_id, &record.credential_id);
        let done = ceremony.finish_authentication(state, &response, Some(&record), now).unwrap();
        assert_eq!(done.user_handle(), &record.user_handle);
        record.sign_count = done.update().new_sign_count;
    }
}

#[test]
fn its_pseudo_random_function_takes_our_inputs_and_keeps_its_results() {
    let ceremony = ceremony();
    let now = UnixTime::from_secs(1_795_000_000);
    let store: Option<Passkey> = None;
    let config = HmacSecretConfig::new_without_uv().enable_on_make_credential();
    let authenticator =
        Authenticator::new(Aaguid::new_empty(), store, AlwaysThere, RustCryptoBackend).hmac_secret(config);
    let mut client = Client::new(authenticator);
    let origin = url::Url::parse("https://example.com").unwrap();

    let user = UserEntity::new(UserHandle::new([5; 64]).unwrap(), "ada@example.com", "Ada");
    let request = RegistrationRequest::passkey(user)
        .hints([Hint::ClientDevice])
        .attestation_formats([AttestationFormat::Packed, AttestationFormat::None])
        .prf(Demand::Required)
        .prf_eval(PrfValues::new(*b"one").second(*b"two"));
    let (options, state) = ceremony.begin_registration(request, Challenge::new([1; 32]), now).unwrap();
    let options: CredentialCreationOptions = serde_json::from_value(json!({ "publicKey": options })).unwrap();
    let answer = pollster::block_on(client.register(&origin, options, DefaultClientData)).unwrap();
    let results = answer.client_extension_results.prf.as_ref().unwrap().results.as_ref().unwrap();
    assert!(results.second.is_some());
    let response = RegistrationResponse::from_json(&serde_json::to_vec(&answer).unwrap()).unwrap();
    let registered = ceremony.finish_registration(state, &response, now).unwrap();
    assert_eq!(registered.client_outputs().prf_enabled, Some(true));
    assert!(registered.observations().any(|seen| *seen == Observation::PrfResultsDropped));
    let record = registered.into_record();

    let request = AuthenticationRequest::for_user(record.user_handle.clone())
        .allow([CredentialDescriptor::from(&record)])
        .prf_eval_by_credential(record.credential_id.clone(), PrfValues::new(*b"one"));
    let (options, state) = ceremony.begin_authentication(request, Challenge::new([2; 32]), now).unwrap();
    let options: CredentialRequestOptions = serde_json::from_value(json!({ "publicKey": options })).unwrap();
    let answer = pollster::block_on(client.authenticate(&origin, options, DefaultClientData)).unwrap();
    // The same input, the same result: what was read on the other side is what was written here.
    let again = answer.client_extension_results.prf.as_ref().unwrap().results.as_ref().unwrap();
    assert_eq!(again.first, results.first);
    let response = AuthenticationResponse::from_json(&serde_json::to_vec(&answer).unwrap()).unwrap();
    let done = ceremony.finish_authentication(state, &response, Some(&record), now).unwrap();
    let seen: Vec<_> = done.observations().collect();
    assert_eq!(seen, [&Observation::PrfResultsDropped]);
}
