//! prf: a pseudo-random function of the credential, for keys that only the client has (WebAuthn §10.1.4).
//!
//! Its results are the client's secrets. Where they reach the server all the same, they are noticed and not read; the
//! authenticator's `hmac-secret` output is encrypted for the client, and of no use to anybody else.

use super::client_outputs::{boolean, object};
use super::{Blob, Malformed};
use crate::json::{Json, Kind};
use alloc::vec::Vec;

pub(super) const NAME: &str = "prf";

/// The authenticator's side of it, at registration and assertion (CTAP 2.3 §12.7, §12.8).
pub(super) const AUTHENTICATOR_NAMES: [&str; 2] = ["hmac-secret", "hmac-secret-mc"];

/// One or two inputs of the pseudo-random function, of any length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrfValues {
    pub(crate) first: Blob,
    pub(crate) second: Option<Blob>,
}

impl PrfValues {
    /// One input.
    #[must_use]
    pub fn new(first: impl Into<Vec<u8>>) -> Self {
        Self { first: Blob::new(first), second: None }
    }

    /// Adds a second input, as for a change of keys.
    #[must_use]
    pub fn second(mut self, second: impl Into<Vec<u8>>) -> Self {
        self.second = Some(Blob::new(second));
        self
    }
}

/// `enabled`, which is there at registration.
pub(super) fn read(value: Json<'_>) -> Result<Option<bool>, Malformed> {
    let [enabled] = object(value, ["enabled"])?;
    enabled.map(boolean).transpose()
}

/// Whether there are results, or something that is no output of this extension and might hold them.
pub(super) fn has_results(value: Json<'_>) -> bool {
    match object(value, ["results"]) {
        Ok([results]) => results.is_some(),
        Err(Malformed) => value.kind() != Kind::Null,
    }
}
