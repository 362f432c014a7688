//! The registration ceremony (WebAuthn §7.1).

mod outcome;
mod request;
mod state;
mod verify;

pub use outcome::Registration;
pub use request::RegistrationRequest;
pub(crate) use request::push_new;
pub use state::RegistrationState;

pub(crate) use verify::verify;
