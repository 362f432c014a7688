//! Begin and finish of a payment.

use super::{PaymentConfirmation, PaymentOptions, PaymentRequest, PaymentState, browser_bound, client_data};
use crate::authentication;
use crate::ceremony::Ceremony;
use crate::challenge::Challenge;
use crate::client_data::ClientData;
use crate::client_data_checks as checks;
use crate::credential::CredentialRecord;
use crate::error::{Error, Misuse, Rejection, RejectionReason, Step};
use crate::extensions::Blob;
use crate::policy::UserVerification;
use crate::relying_party::RelyingParty;
use crate::response::AuthenticationResponse;
use crate::state::Frozen;
use crate::time::UnixTime;
use crate::{AuthenticationRequest, spc::Payment};

impl Ceremony {
    /// Begins a payment: what the page hands to the browser's payment dialogue, and the state to keep until it answers.
    ///
    /// # Errors
    ///
    /// [`Misuse::Payment`] for a payment that no browser would take, or without a credential; otherwise as
    /// [`begin_authentication`](Self::begin_authentication).
    pub fn begin_payment(
        &self,
        request: PaymentRequest,
        challenge: Challenge,
        now: UnixTime,
    ) -> Result<(PaymentOptions, PaymentState), Error> {
        request.payment.check()?;
        if request.credentials.is_empty() {
            return Err(Misuse::Payment.into());
        }
        let PaymentRequest { user, credentials, payment, timeout, show_opt_out, context, browser_binding } = request;
        let timeout = timeout.unwrap_or_else(|| self.relying_party().timeout());
        let rp_id = self.relying_party().id().as_str();
        let options = PaymentOptions::new(rp_id, &challenge, &credentials, &payment, timeout, show_opt_out);
        // The payer is known and the dialogue asks for the credentials that are listed; browsers always verify the user.
        let mut inner = AuthenticationRequest::for_user(user)
            .allow(credentials)
            .user_verification(UserVerification::Required)
            .timeout(timeout)
            .context(context);
        inner.browser_binding = browser_binding;
        inner.extensions.payment = true;
        let (_, authentication) = self.begin_authentication(inner, challenge, now)?;
        Ok((options, PaymentState { authentication, payment }))
    }

    /// Finishes a payment: every check of a sign-in, with the client data of a payment in place of a sign-in's.
    ///
    /// # Errors
    ///
    /// As [`finish_authentication`](Self::finish_authentication); [`RejectionReason::PaymentMismatch`] at step 10 if
    /// anything was shown that was not begun, [`RejectionReason::BrowserBoundSignature`] at step 23.
    pub fn finish_payment(
        &self,
        state: PaymentState,
        response: &AuthenticationResponse,
        record: Option<&CredentialRecord>,
        now: UnixTime,
    ) -> Result<PaymentConfirmation, Error> {
        let PaymentState { authentication, payment } = state;
        let steps =
            |rp: &RelyingParty, frozen: &Frozen, data: &ClientData| client_data_steps(&payment, rp, frozen, data);
        let rp = self.relying_party();
        let authentication =
            authentication::verify(rp, self.verifier(), &steps, authentication, response, record, now)?;
        // SPC §"browser bound key": after everything else held
        let signature = response.outputs.browser_bound_signature.as_ref().map(Blob::as_bytes);
        let browser_bound_key = browser_bound::verify(&response.client_data, signature, self.verifier())
            .map_err(|reason| Rejection::new(reason, Step::new("A23")))?;
        Ok(PaymentConfirmation { authentication, payment, browser_bound_key })
    }
}

/// Steps 10 to 14 as Secure Payment Confirmation has them.
fn client_data_steps(payment: &Payment, rp: &RelyingParty, frozen: &Frozen, data: &ClientData) -> Result<(), Error> {
    let at = |step| move |reason: RejectionReason| Rejection::new(reason, Step::new(step));
    // A10: "type is the string payment.get"
    checks::kind(data, client_data::KIND).map_err(at("A10"))?;
    // A11
    checks::challenge(data, &frozen.challenge).map_err(at("A11"))?;
    // A12 to A14: the page that the payment was begun for
    checks::payment_page(data, &payment.origin, &payment.top_origin, Step::new("A12"))?;
    // "payment" and its members
    client_data::check(data, rp.id(), payment).map_err(at("A10"))?;
    Ok(())
}
