//! The page on embedding: a sign-in over two requests with the core alone.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

use ceremony::{
    AuthenticationRequest, AuthenticationResponse, AuthenticationState, Ceremony, Challenge, CredentialRecord,
    RegistrationRequest, RegistrationResponse, RelyingParty, UnixTime, UserEntity, UserHandle,
};
use ceremony_testkit::{Authenticator, Client, SignCount};
use std::collections::HashMap;

type Failure = Box<dyn std::error::Error>;

/// Stands for your stores.
#[derive(Default)]
struct Server {
    begun: HashMap<u64, Vec<u8>>,
    records: Vec<CredentialRecord>,
}

impl Server {
    fn begin(&mut self, ceremony: &Ceremony, handle: u64, random: [u8; 32], now: UnixTime) -> Result<String, Failure> {
        let request = AuthenticationRequest::discoverable();
        let (options, state) = ceremony.begin_authentication(request, Challenge::new(random), now)?;
        self.begun.insert(handle, state.into_bytes()); // stays here; never sent in the clear
        Ok(serde_json::to_string(&options)?)
    }

    fn finish(&mut self, ceremony: &Ceremony, handle: u64, body: &[u8], now: UnixTime) -> Result<UserHandle, Failure> {
        let response = AuthenticationResponse::from_json(body)?; // refused here, nothing is used up
        let state = self.begun.remove(&handle).ok_or("unknown, used or over")?; // in one step: it works once
        let state = AuthenticationState::from_bytes(&state)?;
        let wanted = response.lookup().credential_id;
        let found = self.records.iter_mut().find(|record| record.credential_id == *wanted);
        // Nobody's passkey is `None`: it costs the same work and gets the same answer as a wrong signature.
        let done = ceremony.finish_authentication(state, &response, found.as_deref(), now)?;
        let (record, update) = (found.ok_or("a verdict needs a record")?, done.update());
        // A database compares and sets: UPDATE .. SET sign_count = $new WHERE .. AND sign_count = $expected.
        record.sign_count = update.new_sign_count;
        record.uv_initialized = update.uv_initialized;
        record.backup_eligible = Some(update.backup_eligible);
        record.backup_state = update.backup_state;
        record.last_used_at = Some(update.last_used_at);
        Ok(done.user_handle().clone())
    }
}

#[test]
fn a_state_works_once_and_rubbish_uses_nothing_up() {
    let relying_party = RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap();
    let ceremony = Ceremony::new(relying_party);
    let (mut browser, page) = (
        Authenticator::new("seed").sign_count(SignCount::Counter { start: 0, step: 1 }),
        Client::new("https://example.com"),
    );
    let now = UnixTime::from_secs(1_795_000_000);
    let ada = UserHandle::new([7; 64]).unwrap();
    let request = RegistrationRequest::passkey(UserEntity::new(ada.clone(), "ada", "Ada"));
    let (options, state) = ceremony.begin_registration(request, Challenge::new([1; 32]), now).unwrap();
    let body = browser.register_json(&serde_json::to_value(&options).unwrap(), &page).unwrap();
    let response = RegistrationResponse::from_json(&body).unwrap();
    let record = ceremony.finish_registration(state, &response, now).unwrap().into_record();

    let mut server = Server { records: vec![record], ..Server::default() };
    let options = server.begin(&ceremony, 1, [2; 32], now).unwrap();
    let body = browser.authenticate_json(&serde_json::from_str(&options).unwrap(), &page).unwrap();
    assert!(server.finish(&ceremony, 2, &body, now).is_err(), "another handle");
    assert!(server.finish(&ceremony, 1, b"{}", now).is_err(), "no credential");
    assert_eq!(server.finish(&ceremony, 1, &body, now).unwrap(), ada);
    assert!(server.records.iter().all(|record| record.sign_count > 0 && record.last_used_at == Some(now)));
    assert!(server.finish(&ceremony, 1, &body, now).is_err(), "twice");
}
