//! `PublicKeyCredentialCreationOptionsJSON`.

use super::extensions::CreationExtensions;
use super::{CredentialDescriptor, UserEntity};
use crate::base64url;
use crate::cose::Algorithm;
use crate::policy::{AttestationConveyance, AuthenticatorAttachment, Hint, ResidentKey, UserVerification};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use serde::Serialize;
use serde::ser::Serializer;

/// The options for `navigator.credentials.create()`, to be sent as the `publicKey` member.
///
/// Serialises as `PublicKeyCredentialCreationOptionsJSON` (WebAuthn §5.1.3).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    pub(crate) rp: Rp,
    pub(crate) user: User,
    pub(crate) challenge: Encoded,
    pub(crate) pub_key_cred_params: Vec<Parameter>,
    #[serde(serialize_with = "millis")]
    pub(crate) timeout: Duration,
    pub(crate) exclude_credentials: Vec<CredentialDescriptor>,
    pub(crate) authenticator_selection: Selection,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) hints: Vec<Hint>,
    pub(crate) attestation: AttestationConveyance,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) attestation_formats: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) extensions: Option<CreationExtensions>,
    #[serde(skip)]
    pub(crate) conditional: bool,
}

impl CreationOptions {
    /// The value for the `mediation` member beside `publicKey`: `"conditional"` or nothing.
    #[must_use]
    pub const fn mediation(&self) -> Option<&'static str> {
        if self.conditional { Some("conditional") } else { None }
    }

    /// How long the ceremony may take.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }
}

/// Text that must not appear in `Debug` output: the challenge, the user handle.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub(crate) struct Encoded(String);

impl Encoded {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self(base64url::encode(bytes))
    }
}

impl core::fmt::Debug for Encoded {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("..")
    }
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rp {
    pub(crate) name: String,
    pub(crate) id: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    id: Encoded,
    name: String,
    display_name: String,
}

impl User {
    pub(crate) fn new(entity: &UserEntity) -> Self {
        Self {
            id: Encoded::new(entity.handle.as_bytes()),
            name: entity.name.clone(),
            display_name: entity.display_name.clone(),
        }
    }
}

impl core::fmt::Debug for User {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("User(..)")
    }
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Parameter {
    #[serde(rename = "type")]
    kind: &'static str,
    alg: i64,
}

impl From<Algorithm> for Parameter {
    fn from(algorithm: Algorithm) -> Self {
        Self { kind: "public-key", alg: algorithm.id() }
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Selection {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authenticator_attachment: Option<AuthenticatorAttachment>,
    pub(crate) resident_key: ResidentKey,
    /// For Level 1 clients: true exactly when `residentKey` is `required` (WebAuthn §5.4.4).
    pub(crate) require_resident_key: bool,
    pub(crate) user_verification: UserVerification,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(crate) fn millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u32(u32::try_from(duration.as_millis()).unwrap_or(u32::MAX))
}
