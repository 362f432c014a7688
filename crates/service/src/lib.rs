#![doc = include_str!("../README.md")]

mod account;
pub mod audit;
mod base64url;
mod builder;
pub mod clock;
pub mod contract;
mod customize;
mod decoy;
mod draw;
pub mod entropy;
mod error;
pub mod memory;
pub mod sealed;
mod service;
mod sites;
pub mod store;
mod sync;

pub use account::{Account, Begun, Cleaned, Purpose, RegisterOptions, Registered, SignedIn, Subject};
pub use audit::{AuditEvent, AuditKind, AuditSink};
pub use builder::{BuildError, MAX_CREDENTIALS_PER_USER, PasskeysBuilder, UsernameFirst};
pub use clock::{Clock, SystemClock};
pub use entropy::{Entropy, EntropyError, OsEntropy};
pub use error::ServiceError;
pub use service::{AbandonedSignUps, MAX_APP_CONTEXT, NewAccount, Passkeys, SignUp, SignUps};
pub use sites::{PasskeySites, SitesError};
