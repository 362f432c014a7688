#![doc = include_str!("../README.md")]

mod assess;
mod blob;
mod date;
mod entry;
mod error;
mod metadata;
mod owed;
mod payload;
mod policy;
mod remains;
#[cfg(feature = "roots")]
pub mod roots;
mod statement;
mod status;

pub use assess::{Assessment, Observation, Refusal, Subject, Verdict};
pub use blob::{BlobRules, MAX_BLOB, METADATA_HOST, signer_certificates};
pub use date::Date;
pub use entry::Entry;
pub use error::{BlobError, PayloadFault, Problem};
pub use metadata::{Freshness, Metadata};
pub use policy::StatusPolicy;
pub use statement::Statement;
pub use status::{AuthenticatorStatus, Certification, StatusReport};
