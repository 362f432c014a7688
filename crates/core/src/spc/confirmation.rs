//! What a confirmed payment says.

use super::payment::Payment;
use crate::authentication::Authentication;
use crate::cose::CredentialPublicKey;
use crate::credential::CredentialRecord;
use crate::error::Error;
use crate::ids::{CredentialId, UserHandle};
use crate::observation::Observation;
use crate::update::RecordUpdate;

/// A payment that its payer confirmed. Only [`Ceremony::finish_payment`](crate::Ceremony::finish_payment) makes one.
///
/// It signs nobody in. Write [`update`](Self::update) to the store before the payment goes on.
#[derive(Clone, Debug)]
#[must_use = "the update must be written before the payment goes on"]
pub struct PaymentConfirmation {
    pub(crate) authentication: Authentication,
    pub(crate) payment: Payment,
    pub(crate) browser_bound_key: Option<CredentialPublicKey>,
}

impl PaymentConfirmation {
    /// What was confirmed, exactly as it was begun.
    #[must_use]
    pub const fn payment(&self) -> &Payment {
        &self.payment
    }

    /// The payer.
    #[must_use]
    pub const fn user_handle(&self) -> &UserHandle {
        self.authentication.user_handle()
    }

    /// The credential that was used.
    #[must_use]
    pub const fn credential_id(&self) -> &CredentialId {
        self.authentication.credential_id()
    }

    /// What the store has to write, on the condition that the counter is still the judged one.
    #[must_use]
    pub const fn update(&self) -> &RecordUpdate {
        self.authentication.update()
    }

    /// The key that stays in this browser, where it has one: its signature over the client data held. Whether it is
    /// known for this payer is the relying party's to compare.
    #[must_use]
    pub const fn browser_bound_key(&self) -> Option<&CredentialPublicKey> {
        self.browser_bound_key.as_ref()
    }

    /// Whether the authenticator flagged user verification.
    #[must_use]
    pub const fn uv_flag(&self) -> bool {
        self.authentication.uv_flag()
    }

    /// Everything worth noticing.
    pub fn observations(&self) -> impl Iterator<Item = &Observation> {
        self.authentication.observations()
    }

    /// The application's own bytes from the request.
    #[must_use]
    pub fn context(&self) -> &[u8] {
        self.authentication.context()
    }

    /// Decides again with the record as it is now, as [`Authentication::rejudge`].
    ///
    /// # Errors
    ///
    /// Those of [`Authentication::rejudge`].
    pub fn rejudge(self, current: &CredentialRecord) -> Result<Self, Error> {
        Ok(Self { authentication: self.authentication.rejudge(current)?, ..self })
    }
}
