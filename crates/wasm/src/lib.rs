//! The passkey core from JavaScript: an example of a thin wrapper by `wasm-bindgen`.
//!
//! Strings of JSON and bytes go in and out. The caller brings the clock (`Date.now()`), 32 random bytes for each challenge
//! (`crypto.getRandomValues`), and keeps state and records: as everywhere with the core. The work is done in [`logic`],
//! which is tested on the host; what is here only names it for JavaScript. `docs/no-std.md` has the build.

#![deny(unsafe_code)]

pub mod logic;

use logic::{Begun, Server};
use wasm_bindgen::prelude::wasm_bindgen;

/// A relying party.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Passkeys {
    server: Server,
}

/// A begun ceremony.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Start {
    begun: Begun,
}

#[wasm_bindgen]
impl Start {
    /// For the browser, as JSON: `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn options(&self) -> String {
        self.begun.options.clone()
    }

    /// Stays on the server. It is to be taken out once.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn state(&self) -> Vec<u8> {
        self.begun.state.clone()
    }
}

#[wasm_bindgen]
impl Passkeys {
    /// A relying party, such as `example.com` with `https://example.com`.
    ///
    /// # Errors
    ///
    /// A string that says why.
    #[wasm_bindgen(constructor)]
    pub fn new(rp_id: &str, name: &str, origin: &str) -> Result<Passkeys, String> {
        Ok(Self { server: Server::new(rp_id, name, origin)? })
    }

    /// Begins a registration. `user_handle`: 64 random bytes that stay the account's; `now`: `Date.now()`.
    ///
    /// # Errors
    ///
    /// A string that says why.
    #[wasm_bindgen(js_name = beginRegistration)]
    pub fn begin_registration(
        &self,
        user_handle: &[u8],
        name: &str,
        display_name: &str,
        challenge: &[u8],
        now: f64,
    ) -> Result<Start, String> {
        let begun = self.server.begin_registration(user_handle, name, display_name, challenge, millis(now))?;
        Ok(Start { begun })
    }

    /// Finishes it; gives the record to store, as JSON.
    ///
    /// # Errors
    ///
    /// A string that says why. It is for the log.
    #[wasm_bindgen(js_name = finishRegistration)]
    pub fn finish_registration(&self, state: &[u8], credential: &str, now: f64) -> Result<String, String> {
        self.server.finish_registration(state, credential, millis(now))
    }

    /// Begins a sign-in without a name.
    ///
    /// # Errors
    ///
    /// A string that says why.
    #[wasm_bindgen(js_name = beginAuthentication)]
    pub fn begin_authentication(&self, challenge: &[u8], now: f64) -> Result<Start, String> {
        Ok(Start { begun: self.server.begin_authentication(challenge, millis(now))? })
    }

    /// Finishes it with the record of the credential, `undefined` if nobody has it; gives the record to write in its place.
    ///
    /// # Errors
    ///
    /// A string that says why. It is for the log: whoever signs in is told one thing for all of them.
    #[wasm_bindgen(js_name = finishAuthentication)]
    pub fn finish_authentication(
        &self,
        state: &[u8],
        credential: &str,
        record: Option<String>,
        now: f64,
    ) -> Result<String, String> {
        self.server.finish_authentication(state, credential, record.as_deref(), millis(now))
    }
}

/// `Date.now()`. What is no time is 1970, and everything has expired or not begun.
#[allow(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn millis(now: f64) -> u64 {
    now as u64
}
