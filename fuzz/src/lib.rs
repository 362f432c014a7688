//! What is fuzzed, as functions of bytes: the programs in `fuzz_targets/` hand them libFuzzer's, and `tests/seeds.rs` the
//! committed seeds, which needs neither libFuzzer nor a nightly toolchain.
//!
//! A target panics if one of the invariants at the top of its file does not hold.

pub mod attestation_object;
pub mod authentication_json;
pub mod authenticator_data;
pub mod backends;
pub mod cbor;
pub mod certificates;
pub mod client_data;
pub mod cose_key;
pub mod flow;
pub mod http;
mod json_edit;
pub mod mds_blob;
pub mod record_bytes;
pub mod registration_json;
pub mod sealed_token;
pub mod state_bytes;
pub mod support;
pub mod webauthn_rp;

/// A target by its name.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Of its module, its program, and its folder below `seeds/`.
    pub name: &'static str,
    /// Panics if an invariant does not hold.
    pub run: fn(&[u8]),
}

macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        /// All of them, in the order of the alphabet.
        pub const TARGETS: &[Target] = &[$(Target { name: stringify!($name), run: $name::run }),*];
    };
}

targets!(
    attestation_object,
    authentication_json,
    authenticator_data,
    backends,
    cbor,
    certificates,
    client_data,
    cose_key,
    flow,
    http,
    mds_blob,
    record_bytes,
    registration_json,
    sealed_token,
    state_bytes,
    webauthn_rp,
);
