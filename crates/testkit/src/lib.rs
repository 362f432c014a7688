#![doc = include_str!("../README.md")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test kit: it runs on its own bytes, and a panic fails the test that caused it"
)]

mod algorithm;
mod attestation;
mod authentication;
mod authenticator;
pub mod authenticator_data;
pub mod base64url;
mod ca;
mod cbor;
mod certificate;
mod client;
mod client_data;
mod credential;
pub mod der;
mod error;
mod faults;
mod options;
mod registration;
mod settings;
mod stage;
mod stream;
#[cfg(test)]
mod verify;

pub use algorithm::Algorithm;
pub use attestation::{
    Attestation,
    android_key::{AuthorizationList, KeyDescription},
    tpm::{CertInfo, PubArea, PubParameters},
};
pub use authenticator::Authenticator;
pub use authenticator_data::{AttestedCredentialData, AuthenticatorData};
pub use ca::{TestCa, TestCaBuilder};
pub use cbor::Cbor;
pub use certificate::{Attribute, CertificateKey, CertificateSpec, Extension, KeyUsage, Name};
pub use client::Client;
pub use client_data::ClientData;
pub use credential::Credential;
pub use error::Error;
pub use faults::{Fault, Variation};
pub use settings::{SignCount, UserHandle};
pub use stage::{Ceremony, Stage};
