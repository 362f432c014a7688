//! Extensions: what a request asks for, and what comes back (WebAuthn §9, §10, and those of CTAP 2).
//!
//! Outputs reach the relying party by two ways, and they are never mixed here. *Client outputs* stand in
//! `clientExtensionResults`, and nobody signs them: a script in the page can write what it likes. *Authenticator
//! outputs* stand in the authenticator data, below the assertion's signature, or below the attestation's if it has one.
//!
//! An output that is missing, or has another form than it should, is survivable (§7.1 step 28, §7.2 step 23) unless the
//! request asked with [`Demand::Required`].
//!
//! Each request takes the extensions of its own ceremony. Those of the other do not compile:
//!
//! ```compile_fail
//! fn wrong(request: ceremony::RegistrationRequest) -> ceremony::RegistrationRequest {
//!     request.large_blob(ceremony::LargeBlob::Read, ceremony::Demand::Preferred)
//! }
//! ```
//!
//! Its own do:
//!
//! ```
//! fn right(request: ceremony::AuthenticationRequest) -> ceremony::AuthenticationRequest {
//!     request.large_blob(ceremony::LargeBlob::Read, ceremony::Demand::Preferred)
//! }
//! ```

mod app_id;
mod asked;
mod authenticator_outputs;
mod blob;
mod client_outputs;
mod cred_blob;
mod cred_props;
mod cred_protect;
mod inputs;
mod large_blob;
mod min_pin_length;
mod outcome;
mod payment;
mod prf;

pub use app_id::AppId;
pub use blob::Blob;
pub use cred_protect::CredentialProtection;
pub use large_blob::LargeBlob;
pub use outcome::{
    AuthenticationAuthenticatorOutputs, AuthenticationClientOutputs, RegistrationAuthenticatorOutputs,
    RegistrationClientOutputs,
};
pub use prf::PrfValues;

pub(crate) use asked::{AskedAtCreation, AskedAtRequest};
pub(crate) use client_outputs::ClientOutputs;
pub(crate) use inputs::{CreationInputs, RequestInputs};
pub(crate) use large_blob::Operation;
pub(crate) use outcome::{AuthenticationOutputs, RegistrationOutputs};

use crate::cbor::CborFault;
use crate::json::Fault;

/// What a missing output of an extension leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Demand {
    /// The ceremony succeeds without it; the outcome says what came.
    #[default]
    Preferred,
    /// The ceremony is refused with [`ExtensionNotHonoured`](crate::error::RejectionReason::ExtensionNotHonoured)
    /// unless the output says that the extension did what was asked.
    Required,
}

/// An output that has another form than its extension gives it: it counts as absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Malformed;

impl From<CborFault> for Malformed {
    fn from(_: CborFault) -> Self {
        Self
    }
}

impl From<Fault> for Malformed {
    fn from(_: Fault) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests;
