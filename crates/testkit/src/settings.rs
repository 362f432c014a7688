//! Settings that are more than on or off.

use crate::{algorithm::Algorithm, attestation::Attestation, ca::TestCa};

/// What attestations are made with.
#[derive(Clone, Debug)]
pub(crate) struct AttestationSettings {
    /// `None` stands for [`TestCa::default`], which is made where it is needed only.
    pub(crate) ca: Option<TestCa>,
    pub(crate) algorithm: Algorithm,
    pub(crate) enterprise_serial: Option<Vec<u8>>,
    pub(crate) compound: Vec<Attestation>,
    /// The clock of SafetyNet's servers, in seconds since 1970.
    pub(crate) time: i64,
}

impl AttestationSettings {
    pub(crate) fn new() -> Self {
        Self {
            ca: None,
            algorithm: Algorithm::Es256,
            enterprise_serial: None,
            compound: vec![Attestation::Packed, Attestation::PackedSelf],
            time: 1_795_000_000,
        }
    }

    pub(crate) fn ca(&self) -> TestCa {
        self.ca.clone().unwrap_or_default()
    }
}

/// How the signature counters run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignCount {
    /// Always zero, as synced passkeys report it.
    Zero,
    /// One counter for each credential.
    Counter {
        /// The value in the registration.
        start: u32,
        /// What each assertion adds.
        step: u32,
    },
}

/// When an assertion carries the user handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserHandle {
    /// For discoverable credentials only, named in `allowCredentials` or not.
    Discoverable,
    /// For discoverable credentials that `allowCredentials` does not name.
    Usernameless,
    /// Always.
    Always,
    /// Never.
    Never,
}
