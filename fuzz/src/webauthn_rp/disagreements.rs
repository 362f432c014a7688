//! Where the two say different things, and why that is as it should be.

use crate::support::reread::{AuthData, ClientData};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

/// Who accepts what the other refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The library.
    Ours,
    /// webauthn_rp.
    Theirs,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Case {
    /// Of which ceremony.
    pub registration: bool,
    /// The JSON.
    pub body: Vec<u8>,
}

impl Case {
    /// The JSON, taken apart.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    fn member(&self, name: &str) -> Option<Vec<u8>> {
        BASE64_URL_SAFE_NO_PAD.decode(self.json()?["response"][name].as_str()?).ok()
    }

    /// The bytes of the client data.
    pub fn client_data(&self) -> Option<Vec<u8>> {
        self.member("clientDataJSON")
    }

    fn read_client_data(&self) -> Option<ClientData> {
        ClientData::read(&self.client_data()?)
    }

    /// The bytes of the authenticator data.
    pub fn auth_data(&self) -> Option<Vec<u8>> {
        if !self.registration {
            return self.member("authenticatorData");
        }
        let object: ciborium::Value = ciborium::from_reader(&*self.member("attestationObject")?).ok()?;
        let data = object.as_map()?.iter().find(|(name, _)| name.as_text() == Some("authData"))?;
        data.1.as_bytes().cloned()
    }

    fn flags(&self) -> u8 {
        self.auth_data().and_then(|data| data.get(32).copied()).unwrap_or_default()
    }

    fn has_extensions(&self) -> bool {
        self.auth_data()
            .is_some_and(|data| AuthData::with_ciborium(&data).is_some_and(|read| read.extensions.is_some()))
    }
}

/// One reason.
#[derive(Debug)]
pub struct Disagreement {
    /// Also that of its seed, behind `shows-`.
    pub name: &'static str,
    /// Who accepts.
    pub accepts: Side,
    /// Why.
    pub why: &'static str,
    /// Whether it may be the reason.
    pub explains: fn(&Case) -> bool,
}

/// Every reason.
pub const DISAGREEMENTS: &[Disagreement] = &[];
