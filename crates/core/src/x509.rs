//! X.509 certificates, as far as attestation and metadata need them (RFC 5280).
//!
//! A certificate is read into slices of the bytes received, and its signature is checked over those: nothing is ever
//! encoded again.
//!
//! [`Certificate`] reads one, [`TrustAnchors`] are what a relying party trusts, and [`PathRules::validate`] follows a chain
//! to one of them. Revocation lists are an input: [`Revocations`].

mod anchor;
mod certificate;
pub(crate) mod country;
mod der;
mod extension;
mod key;
mod name;
mod path;
mod pem;
mod revocation;
mod time;
mod usage;

pub use anchor::{TrustAnchor, TrustAnchors};
pub use certificate::{Certificate, MAX_CERTIFICATE};
pub use extension::{BasicConstraints, Extension, Extensions};
pub use key::SubjectPublicKey;
pub use name::{Attribute, GeneralName, Name, SubjectAltNames};
pub use path::{MAX_CHAIN, PathRules};
pub use pem::PemError;
pub use revocation::Revocations;
pub use usage::{ExtendedKeyUsage, KeyUsage};

#[cfg(feature = "safetynet")]
pub(crate) use der::implicit;
pub(crate) use der::{Der, explicit, integer};
pub(crate) use name::attributes as name_attributes;
pub(crate) use path::{Budget, validate};

#[cfg(test)]
mod tests;
