//! The authentication ceremony (WebAuthn §7.2).

mod judge;
mod outcome;
mod request;
mod state;
mod verify;

pub use outcome::{Authentication, MAX_REJUDGES};
pub use request::AuthenticationRequest;
pub use state::AuthenticationState;

pub(crate) use verify::{sign_in, verify};
