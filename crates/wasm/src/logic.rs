//! What the wrapper does, without JavaScript.

#![forbid(unsafe_code)]

use ceremony::{
    AuthenticationRequest, AuthenticationResponse, AuthenticationState, Ceremony, Challenge, CredentialRecord,
    RegistrationRequest, RegistrationResponse, RegistrationState, RelyingParty, UnixTime, UserEntity, UserHandle,
};
use std::fmt::Display;

/// A relying party.
#[derive(Debug)]
pub struct Server {
    ceremony: Ceremony,
}

/// A begun ceremony.
#[derive(Debug)]
pub struct Begun {
    /// For the browser, as JSON.
    pub options: String,
    /// For the server's store.
    pub state: Vec<u8>,
}

fn told(error: impl Display) -> String {
    error.to_string()
}

/// 32 bytes that were drawn: not fewer, and no text in their place.
fn challenge(bytes: &[u8]) -> Result<Challenge, String> {
    <[u8; 32]>::try_from(bytes).map(Challenge::new).map_err(|_| "a challenge has 32 random bytes".to_string())
}

impl Server {
    /// A relying party.
    ///
    /// # Errors
    ///
    /// Why it is none.
    pub fn new(rp_id: &str, name: &str, origin: &str) -> Result<Self, String> {
        let relying_party = RelyingParty::builder(rp_id, name).origin(origin).build().map_err(told)?;
        Ok(Self { ceremony: Ceremony::new(relying_party) })
    }

    /// Begins a registration, at so many milliseconds since 1970.
    ///
    /// # Errors
    ///
    /// Why it can't be.
    pub fn begin_registration(
        &self,
        user_handle: &[u8],
        name: &str,
        display_name: &str,
        random: &[u8],
        now: u64,
    ) -> Result<Begun, String> {
        let user = UserEntity::new(UserHandle::new(user_handle).map_err(told)?, name, display_name);
        let request = RegistrationRequest::passkey(user);
        let begun = self.ceremony.begin_registration(request, challenge(random)?, UnixTime::from_millis(now));
        let (options, state) = begun.map_err(told)?;
        Ok(Begun { options: serde_json::to_string(&options).map_err(told)?, state: state.into_bytes() })
    }

    /// Finishes a registration; gives the record as JSON.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn finish_registration(&self, state: &[u8], credential: &str, now: u64) -> Result<String, String> {
        let response = RegistrationResponse::from_json(credential.as_bytes()).map_err(told)?;
        let state = RegistrationState::from_bytes(state).map_err(told)?;
        let done = self.ceremony.finish_registration(state, &response, UnixTime::from_millis(now)).map_err(told)?;
        serde_json::to_string(&done.into_record()).map_err(told)
    }

    /// Begins a sign-in without a name.
    ///
    /// # Errors
    ///
    /// Why it can't be.
    pub fn begin_authentication(&self, random: &[u8], now: u64) -> Result<Begun, String> {
        let request = AuthenticationRequest::discoverable();
        let begun = self.ceremony.begin_authentication(request, challenge(random)?, UnixTime::from_millis(now));
        let (options, state) = begun.map_err(told)?;
        Ok(Begun { options: serde_json::to_string(&options).map_err(told)?, state: state.into_bytes() })
    }

    /// Finishes a sign-in; gives the record to write in place of the old one. Write it before the session is opened, and
    /// only over a record with the old `sign_count`.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn finish_authentication(
        &self,
        state: &[u8],
        credential: &str,
        record: Option<&str>,
        now: u64,
    ) -> Result<String, String> {
        let response = AuthenticationResponse::from_json(credential.as_bytes()).map_err(told)?;
        let state = AuthenticationState::from_bytes(state).map_err(told)?;
        let record: Option<CredentialRecord> = record.map(serde_json::from_str).transpose().map_err(told)?;
        // A record of another credential is none: the refusal and its work are those of an unknown one.
        let found = record.as_ref().filter(|record| record.credential_id == *response.lookup().credential_id);
        let done = self.ceremony.finish_authentication(state, &response, found, UnixTime::from_millis(now));
        let done = done.map_err(told)?;
        let update = done.update();
        let mut record = record.ok_or_else(|| "a verdict needs a record".to_string())?;
        record.sign_count = update.new_sign_count;
        record.uv_initialized = update.uv_initialized;
        record.backup_eligible = Some(update.backup_eligible);
        record.backup_state = update.backup_state;
        record.last_used_at = Some(update.last_used_at);
        serde_json::to_string(&record).map_err(told)
    }
}
