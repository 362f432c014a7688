//! What a successful registration says.

use crate::attestation::AttestationAccepted;
use crate::credential::{AttestationVerdict, CredentialRecord};
use crate::extensions::{RegistrationAuthenticatorOutputs, RegistrationClientOutputs};
use crate::ids::{CredentialId, UserHandle};
use crate::observation::Observation;
use crate::policy::AuthenticatorAttachment;
use crate::state::Context;
use alloc::vec::Vec;

/// A verified registration. Only [`Ceremony::finish_registration`](crate::Ceremony::finish_registration) makes one.
///
/// One check is left to the store, since only it can make it (step 26): the credential id must be unique among *all*
/// users, revoked credentials included. Insert under a unique constraint, and never replace.
#[derive(Clone, Debug)]
#[must_use = "the record must be stored"]
pub struct Registration {
    pub(super) record: CredentialRecord,
    pub(super) observations: Vec<Observation>,
    pub(super) context: Context,
    pub(super) attachment: Option<AuthenticatorAttachment>,
    pub(super) client_outputs: RegistrationClientOutputs,
    pub(super) authenticator_outputs: RegistrationAuthenticatorOutputs,
    pub(super) uv: bool,
    /// The witness that the attestation was accepted: without it there is no value of this type.
    pub(super) _proof: AttestationAccepted,
}

impl Registration {
    /// The record to store.
    #[must_use]
    pub const fn record(&self) -> &CredentialRecord {
        &self.record
    }

    /// Takes the record to store.
    #[must_use]
    pub fn into_record(self) -> CredentialRecord {
        self.record
    }

    /// The account that the credential is for, from the begun ceremony, never from the response (step 29).
    #[must_use]
    pub const fn user_handle(&self) -> &UserHandle {
        &self.record.user_handle
    }

    /// The id that must be unique among all users (step 26).
    #[must_use]
    pub const fn must_be_unique(&self) -> &CredentialId {
        &self.record.credential_id
    }

    /// What the attestation amounted to.
    #[must_use]
    pub const fn attestation(&self) -> &AttestationVerdict {
        &self.record.attestation
    }

    /// Everything worth noticing.
    pub fn observations(&self) -> impl Iterator<Item = &Observation> {
        self.observations.iter()
    }

    /// Whether the authenticator flagged user verification.
    #[must_use]
    pub const fn uv_flag(&self) -> bool {
        self.uv
    }

    /// Whether the credential is discoverable, if the client said so. Not signed.
    #[must_use]
    pub const fn discoverable(&self) -> Option<bool> {
        self.record.extensions.cred_props_rk
    }

    /// What the client said about the extensions. Not signed.
    #[must_use]
    pub const fn client_outputs(&self) -> &RegistrationClientOutputs {
        &self.client_outputs
    }

    /// What the authenticator said about the extensions: signed as far as the attestation is, and the client's word
    /// without one.
    #[must_use]
    pub const fn authenticator_outputs(&self) -> &RegistrationAuthenticatorOutputs {
        &self.authenticator_outputs
    }

    /// The attachment that the client named. Not signed.
    #[must_use]
    pub const fn authenticator_attachment(&self) -> Option<AuthenticatorAttachment> {
        self.attachment
    }

    /// The application's own bytes from the request.
    #[must_use]
    pub fn context(&self) -> &[u8] {
        self.context.as_bytes()
    }
}
