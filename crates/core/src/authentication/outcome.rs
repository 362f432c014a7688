//! What a successful authentication says.

use super::judge::{Evidence, Judgement};
use crate::credential::CredentialRecord;
use crate::error::{Error, Misuse};
use crate::extensions::{AuthenticationAuthenticatorOutputs, AuthenticationClientOutputs};
use crate::ids::{CredentialId, UserHandle};
use crate::observation::Observation;
use crate::policy::AuthenticatorAttachment;
use crate::proof::SignatureVerified;
use crate::state::Context;
use crate::update::RecordUpdate;
use alloc::vec::Vec;

/// How often an authentication may be judged again.
pub const MAX_REJUDGES: u8 = 3;

/// A verified authentication (WebAuthn §7.2 step 25). Only [`Ceremony::finish_authentication`](crate::Ceremony::finish_authentication)
/// makes one.
///
/// Write [`update`](Self::update) to the store *before* the user is signed in.
#[derive(Clone, Debug)]
#[must_use = "the update must be written before the user is signed in"]
pub struct Authentication {
    pub(super) evidence: Evidence,
    pub(super) judgement: Judgement,
    /// Seen in the response itself, whatever the record says.
    pub(super) seen: Vec<Observation>,
    pub(super) context: Context,
    pub(super) attachment: Option<AuthenticatorAttachment>,
    pub(super) client_outputs: AuthenticationClientOutputs,
    pub(super) authenticator_outputs: AuthenticationAuthenticatorOutputs,
    pub(super) rejudged: u8,
    /// The witness that the signature was verified: without it there is no value of this type.
    pub(super) _proof: SignatureVerified,
}

impl Authentication {
    /// The user who signed in: the owner of the record.
    #[must_use]
    pub const fn user_handle(&self) -> &UserHandle {
        &self.judgement.update.user_handle
    }

    /// The credential that was used.
    #[must_use]
    pub const fn credential_id(&self) -> &CredentialId {
        &self.judgement.update.credential_id
    }

    /// What the store has to write, on the condition that the counter is still the judged one.
    #[must_use]
    pub const fn update(&self) -> &RecordUpdate {
        &self.judgement.update
    }

    /// Everything worth noticing.
    pub fn observations(&self) -> impl Iterator<Item = &Observation> {
        self.seen.iter().chain(&self.judgement.observations)
    }

    /// Whether the authenticator flagged user verification.
    #[must_use]
    pub const fn uv_flag(&self) -> bool {
        self.evidence.uv
    }

    /// Whether that verification may count as a factor of its own (WebAuthn §7.2 step 24).
    #[must_use]
    pub const fn uv_trusted(&self) -> bool {
        self.judgement.uv_trusted
    }

    /// The signature counter in the response; the one before it is
    /// [`update().expected_sign_count`](RecordUpdate::expected_sign_count).
    #[must_use]
    pub const fn received_sign_count(&self) -> u32 {
        self.evidence.sign_count
    }

    /// Whether the counter did not increase although the authenticator has one.
    #[must_use]
    pub const fn sign_count_regressed(&self) -> bool {
        self.judgement.sign_count_regressed
    }

    /// Whether the credential may be synced.
    #[must_use]
    pub const fn backup_eligible(&self) -> bool {
        self.evidence.backup_eligible
    }

    /// Whether the credential is synced.
    #[must_use]
    pub const fn backup_state(&self) -> bool {
        self.evidence.backup_state
    }

    /// What the client said about the extensions. Not signed.
    #[must_use]
    pub const fn client_outputs(&self) -> &AuthenticationClientOutputs {
        &self.client_outputs
    }

    /// What the authenticator said about the extensions, below its signature.
    #[must_use]
    pub const fn authenticator_outputs(&self) -> &AuthenticationAuthenticatorOutputs {
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

    /// Lets user verification count as a factor from the next time on: to be called when, in this sign-in, the user
    /// also passed an equivalent factor (WebAuthn §7.2 step 24).
    pub const fn with_equivalent_factor(mut self) -> Self {
        if self.evidence.uv {
            self.judgement.update.uv_initialized = true;
        }
        self
    }

    /// Decides again with the record as it is now, after the store lost the race for the update. The signature stays
    /// verified and is not checked again; key, owner, status, backup flags and counter are.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] if the current record no longer admits the response, [`Misuse::RecordOfAnotherCredential`]
    /// if it is not the same credential with the same key and owner, [`Misuse::TooManyRejudges`] after
    /// [`MAX_REJUDGES`] times.
    pub fn rejudge(self, current: &CredentialRecord) -> Result<Self, Error> {
        if self.rejudged >= MAX_REJUDGES {
            return Err(Misuse::TooManyRejudges.into());
        }
        let factor_given = self.judgement.update.uv_initialized && !self.judgement.uv_was_initialized;
        let judgement = self.evidence.judge_again(current)?;
        let again = Self { judgement, rejudged: self.rejudged.saturating_add(1), ..self };
        Ok(if factor_given { again.with_equivalent_factor() } else { again })
    }
}
