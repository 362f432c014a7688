//! What a browser answers: parsing, which needs no state and burns none (WebAuthn §5.1, `toJSON()`).
//!
//! Every error here is [`Error::Malformed`] and names the step that reads the part.

mod authentication;
mod envelope;
mod registration;

pub use authentication::{AuthenticationResponse, Lookup};
pub use registration::{AttestationLookup, RegistrationResponse};

#[cfg(doc)]
use crate::error::Error;
