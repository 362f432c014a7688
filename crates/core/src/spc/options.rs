//! What the page hands to `new PaymentRequest(..)`.

use super::payment::{Amount, EntityLogo, Instrument, Payment};
use crate::challenge::Challenge;
use crate::options::CredentialDescriptor;
use crate::options::creation::{Encoded, millis};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use serde::Serialize;

/// The data of the payment method `secure-payment-confirmation`, and the details of the request.
///
/// Serialises as `{method: SecurePaymentConfirmationRequest, details: {total}}`. `challenge` and `credentialIds` are
/// base64url: the page turns them into buffers before it calls the browser.
#[derive(Clone, Debug, Serialize)]
pub struct PaymentOptions {
    method: Method,
    details: Details,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Method {
    challenge: Encoded,
    rp_id: String,
    credential_ids: Vec<Encoded>,
    instrument: Instrument,
    #[serde(serialize_with = "millis")]
    timeout: Duration,
    #[serde(skip_serializing_if = "Option::is_none")]
    payee_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payee_origin: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    payment_entities_logos: Vec<EntityLogo>,
    show_opt_out: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Details {
    total: Total,
}

#[derive(Clone, Debug, Serialize)]
struct Total {
    label: &'static str,
    amount: Amount,
}

impl PaymentOptions {
    pub(crate) fn new(
        rp_id: &str,
        challenge: &Challenge,
        credentials: &[CredentialDescriptor],
        payment: &Payment,
        timeout: Duration,
        show_opt_out: bool,
    ) -> Self {
        Self {
            method: Method {
                challenge: Encoded::new(challenge.as_bytes()),
                rp_id: rp_id.into(),
                credential_ids: credentials.iter().map(|found| Encoded::new(found.id().as_bytes())).collect(),
                instrument: payment.instrument.clone(),
                timeout,
                payee_name: payment.payee_name.clone(),
                payee_origin: payment.payee_origin.clone(),
                payment_entities_logos: payment.logos.clone(),
                show_opt_out,
            },
            details: Details { total: Total { label: "Total", amount: payment.total.clone() } },
        }
    }

    /// How long the ceremony may take.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.method.timeout
    }
}
