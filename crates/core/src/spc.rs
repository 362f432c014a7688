//! Secure Payment Confirmation (W3C): a passkey confirms one payment, and signs what the browser's dialogue showed.
//!
//! It is an authentication of its own kind: begun with [`Ceremony::begin_payment`](crate::Ceremony::begin_payment),
//! finished with [`Ceremony::finish_payment`](crate::Ceremony::finish_payment), and never good for a sign-in; nor is a
//! sign-in good for a payment. Credentials for it are registered with
//! [`RegistrationRequest::payment`](crate::RegistrationRequest::payment).

mod browser_bound;
mod ceremony;
mod client_data;
mod confirmation;
mod options;
mod payment;
mod request;
mod state;

pub use confirmation::PaymentConfirmation;
pub use options::PaymentOptions;
pub use payment::{Amount, EntityLogo, Instrument, Payment};
pub use request::PaymentRequest;
pub use state::PaymentState;
