//! `AuthenticationResponseJSON`.

use super::envelope::{Envelope, at_step};
use crate::authenticator_data::AuthenticatorData;
use crate::client_data::ClientData;
use crate::error::{Error, MalformedReason, Part};
use crate::extensions::ClientOutputs;
use crate::ids::{CredentialId, MAX_USER_HANDLE, UserHandle};
use crate::json::{Fault, Json, Kind, required};
use crate::policy::{AuthenticatorAttachment, Limits};
use alloc::vec::Vec;
use core::fmt;

/// A browser's answer to an authentication, well formed and not judged yet. `Debug` shows neither ids nor the signature.
#[derive(Clone)]
pub struct AuthenticationResponse {
    pub(crate) credential_id: CredentialId,
    pub(crate) client_data: ClientData,
    pub(crate) auth_data: AuthenticatorData,
    pub(crate) signature: Vec<u8>,
    pub(crate) user_handle: Option<UserHandle>,
    /// `userHandle` was there, as an empty string.
    pub(crate) empty_user_handle: bool,
    pub(crate) attachment: Option<AuthenticatorAttachment>,
    pub(crate) outputs: ClientOutputs,
}

impl fmt::Debug for AuthenticationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationResponse")
            .field("credential_id", &self.credential_id)
            .field("client_data", &self.client_data)
            .field("auth_data", &self.auth_data)
            .field("user_handle", &self.user_handle)
            .field("attachment", &self.attachment)
            .field("outputs", &self.outputs)
            .finish_non_exhaustive()
    }
}

/// What to look a credential record up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lookup<'a> {
    /// The credential id, unique among all users.
    pub credential_id: &'a CredentialId,
    /// The user handle that the authenticator sent; discoverable credentials send it. Finishing compares it with the
    /// record's owner: finding the record by the credential id alone is safe.
    pub user_handle: Option<&'a UserHandle>,
}

impl AuthenticationResponse {
    /// Reads what `PublicKeyCredential.toJSON()` gave, in any browser's form; unknown members are passed over.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], naming the member.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        Self::from_json_with(json, &Limits::default())
    }

    /// As [`from_json`](Self::from_json), with other limits than the default ones.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], naming the member.
    pub fn from_json_with(json: &[u8], limits: &Limits) -> Result<Self, Error> {
        parse(json, limits).map_err(|fault| {
            let otherwise = match fault.0 {
                Part::AuthenticatorData | Part::AuthData | Part::Signature => "A7",
                Part::AttestedCredentialData | Part::CredentialPublicKey | Part::AuthenticatorExtensions => "A7",
                Part::UserHandle => "A6",
                Part::ClientExtensionResults => "A4",
                _ => "A3",
            };
            at_step(fault, "A8", ["A9", "A10", "A11", "A12", "A13", "A14"], otherwise).into()
        })
    }

    /// What to look the credential record up by (step 6).
    #[must_use]
    pub const fn lookup(&self) -> Lookup<'_> {
        Lookup { credential_id: &self.credential_id, user_handle: self.user_handle.as_ref() }
    }

    /// The client data.
    #[must_use]
    pub const fn client_data(&self) -> &ClientData {
        &self.client_data
    }

    /// The authenticator data.
    #[must_use]
    pub const fn authenticator_data(&self) -> &AuthenticatorData {
        &self.auth_data
    }
}

fn parse(json: &[u8], limits: &Limits) -> Result<AuthenticationResponse, Fault> {
    // A4: the envelope holds the client extension outputs
    let members = [
        ("clientDataJSON", Part::ClientDataJson),
        ("authenticatorData", Part::AuthenticatorData),
        ("signature", Part::Signature),
        ("userHandle", Part::UserHandle),
        ("attestationObject", Part::AttestationObject),
    ];
    let envelope = Envelope::parse(json, limits, |id| CredentialId::new(id), members)?;
    let [client_data, auth_data, signature, user_handle, attestation] = envelope.response;
    // A3: an assertion response, not an attestation
    if signature.is_none() && attestation.is_some() {
        return Err((Part::Response, MalformedReason::WrongCeremony));
    }
    // A7
    let credential_id = envelope.raw_id.map_err(|_| (Part::RawId, MalformedReason::BadLength))?;
    let client_data = required(client_data, Part::ClientDataJson)?.bytes(Part::ClientDataJson, limits.client_data)?;
    let auth_data =
        required(auth_data, Part::AuthenticatorData)?.bytes(Part::AuthenticatorData, limits.attestation_object)?;
    let signature = required(signature, Part::Signature)?.bytes(Part::Signature, limits.attestation_object)?;
    if auth_data.is_empty() {
        return Err((Part::AuthenticatorData, MalformedReason::Empty));
    }
    if signature.is_empty() {
        return Err((Part::Signature, MalformedReason::Empty));
    }
    let user_handle = user_handle.filter(|value| value.kind() != Kind::Null);
    let (user_handle, empty_user_handle) = match user_handle {
        Some(value) => read_user_handle(value)?,
        None => (None, false),
    };
    // A8, A9
    let client_data = ClientData::parse(client_data, limits)?;
    Ok(AuthenticationResponse {
        credential_id,
        client_data,
        auth_data: AuthenticatorData::parse(auth_data, limits)?,
        signature,
        user_handle,
        empty_user_handle,
        attachment: envelope.attachment,
        outputs: envelope.outputs,
    })
}

/// The user handle, and whether it is there but empty.
fn read_user_handle(value: Json<'_>) -> Result<(Option<UserHandle>, bool), Fault> {
    let mut buffer = [0; MAX_USER_HANDLE];
    let too_long = (Part::UserHandle, MalformedReason::BadLength);
    let bytes = value.bytes_into(Part::UserHandle, &mut buffer)?.ok_or(too_long)?;
    // No handle has no bytes.
    let handle = UserHandle::new(bytes).ok();
    Ok((handle, bytes.is_empty()))
}
