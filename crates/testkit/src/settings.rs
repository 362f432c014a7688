//! Settings that are more than on or off.

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
