#![doc = include_str!("../README.md")]
#![no_std]

// The repository's front page shows the same example; it is tested too.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod front_page {}

extern crate alloc;
#[cfg(test)]
extern crate std;

mod attestation;
mod attestation_object;
mod authentication;
mod authenticator_data;
mod authenticator_policy;
mod base64url;
mod cbor;
mod ceremony;
mod challenge;
mod client_data;
mod client_data_checks;
mod cose;
mod credential;
pub mod error;
pub mod extensions;
mod ids;
mod json;
mod observation;
mod options;
mod origin;
pub mod policy;
mod proof;
mod registration;
mod relying_party;
mod response;
pub mod signal;
#[cfg(feature = "spc")]
pub mod spc;
mod state;
mod state_bytes;
mod time;
mod transport;
mod update;
mod url;
mod verifier;
pub mod well_known;
mod wire;
pub mod x509;

pub use authentication::{Authentication, AuthenticationRequest, AuthenticationState, MAX_REJUDGES};
pub use authenticator_data::{AttestedCredentialData, AuthenticatorData, Flags};
pub use ceremony::Ceremony;
pub use challenge::Challenge;
pub use client_data::ClientData;
pub use cose::{Algorithm, CredentialPublicKey, KeyMaterial};
pub use credential::{
    AttestationType, AttestationVerdict, CredentialRecord, ExtensionFacts, MAX_CREDENTIAL_NAME, Status,
};
pub use error::{Error, Misuse};
pub use extensions::{AppId, CredentialProtection, Demand, LargeBlob, PrfValues};
pub use ids::{Aaguid, CredentialId, MAX_CREDENTIAL_ID, MAX_USER_HANDLE, RpId, Tenant, UserHandle};
pub use observation::Observation;
pub use options::{CreationOptions, CredentialDescriptor, MAX_DESCRIPTORS, RequestOptions, UserEntity};
pub use origin::Origin;
pub use policy::{
    AttestationConveyance, AttestationFormat, AttestationPolicy, AuthenticatorAttachment, BackupEligibilityPolicy,
    BackupRequirement, CborPolicy, CompoundPolicy, CrossOriginPolicy, DEFAULT_TIMEOUT, Hint, Limits, ResidentKey,
    SignCountPolicy, TopOrigins, UnsolicitedExtensions, UserVerification,
};
pub use registration::{Registration, RegistrationRequest, RegistrationState};
pub use relying_party::{RelyingParty, RelyingPartyBuilder};
pub use response::{AttestationLookup, AuthenticationResponse, Lookup, RegistrationResponse};
pub use state::MAX_CONTEXT;
pub use time::UnixTime;
pub use transport::Transport;
pub use update::RecordUpdate;
#[cfg(feature = "rustcrypto")]
pub use verifier::RustCrypto;
pub use verifier::{
    Curve, EcdsaSigValue, Hash, MlDsa, SignatureInvalid, SignatureScheme, SignatureVerifier, is_sound_ed25519_key,
};
