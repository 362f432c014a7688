//! The options that go to the browser: exactly the JSON of WebAuthn Level 3 §5.1.

pub(crate) mod creation;
pub(crate) mod extensions;
mod request;

pub use creation::CreationOptions;
pub use request::RequestOptions;

use crate::base64url;
use crate::credential::CredentialRecord;
use crate::ids::{CredentialId, UserHandle};
use crate::transport::Transport;
use alloc::string::String;
use alloc::vec::Vec;
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// The most credentials that one request lists.
pub const MAX_DESCRIPTORS: usize = 256;

/// A credential in `allowCredentials` or `excludeCredentials` (WebAuthn §5.8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialDescriptor {
    id: CredentialId,
    transports: Vec<Transport>,
}

impl CredentialDescriptor {
    /// Names a credential and the ways to reach its authenticator.
    #[must_use]
    pub fn new(id: CredentialId, transports: impl IntoIterator<Item = Transport>) -> Self {
        Self { id, transports: transports.into_iter().collect() }
    }

    /// The credential id.
    #[must_use]
    pub const fn id(&self) -> &CredentialId {
        &self.id
    }
}

impl From<CredentialId> for CredentialDescriptor {
    fn from(id: CredentialId) -> Self {
        Self { id, transports: Vec::new() }
    }
}

impl From<&CredentialRecord> for CredentialDescriptor {
    fn from(record: &CredentialRecord) -> Self {
        Self { id: record.credential_id.clone(), transports: record.transports.clone() }
    }
}

impl Serialize for CredentialDescriptor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = if self.transports.is_empty() { 2 } else { 3 };
        let mut to = serializer.serialize_struct("PublicKeyCredentialDescriptorJSON", fields)?;
        to.serialize_field("type", "public-key")?;
        to.serialize_field("id", &base64url::encode(self.id.as_bytes()))?;
        if !self.transports.is_empty() {
            let words: Vec<&str> = self.transports.iter().map(Transport::as_str).collect();
            to.serialize_field("transports", &words)?;
        }
        to.end()
    }
}

/// The account that a credential is made for (WebAuthn §5.4.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEntity {
    pub(crate) handle: UserHandle,
    pub(crate) name: String,
    pub(crate) display_name: String,
}

impl UserEntity {
    /// Names the account. `name` tells accounts apart for their user (an e-mail address, a login); `display_name` is
    /// how the user likes to be called, and may be empty. Authenticators may cut both after 64 bytes.
    #[must_use]
    pub fn new(handle: UserHandle, name: impl Into<String>, display_name: impl Into<String>) -> Self {
        Self { handle, name: name.into(), display_name: display_name.into() }
    }

    /// The user handle.
    #[must_use]
    pub const fn handle(&self) -> &UserHandle {
        &self.handle
    }
}
