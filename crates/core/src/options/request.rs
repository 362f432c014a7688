//! `PublicKeyCredentialRequestOptionsJSON`.

use super::CredentialDescriptor;
use super::creation::{Encoded, millis};
use super::extensions::RequestExtensions;
use crate::policy::{Hint, UserVerification};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use serde::Serialize;

/// The options for `navigator.credentials.get()`, to be sent as the `publicKey` member.
///
/// Serialises as `PublicKeyCredentialRequestOptionsJSON` (WebAuthn §5.1.4). Whether the page asks for them modally or
/// with `mediation: "conditional"` makes no difference to the verification.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    pub(crate) challenge: Encoded,
    #[serde(serialize_with = "millis")]
    pub(crate) timeout: Duration,
    pub(crate) rp_id: String,
    pub(crate) allow_credentials: Vec<CredentialDescriptor>,
    pub(crate) user_verification: UserVerification,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) hints: Vec<Hint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) extensions: Option<RequestExtensions>,
}

impl RequestOptions {
    /// How long the ceremony may take.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }
}
