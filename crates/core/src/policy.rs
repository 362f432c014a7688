//! What a relying party decides for itself.

mod attestation;

pub(crate) use attestation::FormatRules;
pub use attestation::{AttestationFormat, AttestationPolicy, CompoundPolicy};

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use serde::Serialize;

/// Whether the authenticator must verify the user, by PIN or biometric (WebAuthn §5.8.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UserVerification {
    /// A response without user verification is refused.
    Required,
    /// Asked for, never counted on: a missing verification is accepted.
    Preferred,
    /// Not asked for.
    Discouraged,
}

/// Whether the credential must be discoverable, so that it signs in without a user name (WebAuthn §5.4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the specification's own words")]
pub enum ResidentKey {
    Required,
    Preferred,
    Discouraged,
}

/// The kind of authenticator that is asked for (WebAuthn §5.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthenticatorAttachment {
    /// Built into the client device.
    Platform,
    /// A security key, or a phone beside the client device.
    CrossPlatform,
}

/// Where the client should look for a credential first (WebAuthn §5.8.7). A hint binds nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Hint {
    /// A security key.
    SecurityKey,
    /// The device that the browser runs on.
    ClientDevice,
    /// A phone beside the client device.
    Hybrid,
}

impl Hint {
    /// What older clients, which know no hints, have to be asked for instead.
    pub(crate) const fn attachment(self) -> AuthenticatorAttachment {
        match self {
            Self::ClientDevice => AuthenticatorAttachment::Platform,
            Self::SecurityKey | Self::Hybrid => AuthenticatorAttachment::CrossPlatform,
        }
    }

    /// The one attachment that all hints stand for.
    pub(crate) fn common_attachment(hints: &[Self]) -> Option<AuthenticatorAttachment> {
        let first = hints.first()?.attachment();
        hints.iter().all(|hint| hint.attachment() == first).then_some(first)
    }
}

/// What the client should pass on of the authenticator's attestation (WebAuthn §5.4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the specification's own words")]
pub enum AttestationConveyance {
    None,
    Indirect,
    Direct,
    Enterprise,
}

/// What a counter that did not increase leads to (WebAuthn §6.1.1). Zero on both sides means that the authenticator
/// has no counter, and always passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SignCountPolicy {
    /// The authentication is refused.
    #[default]
    Reject,
    /// The authentication succeeds with an observation; the higher value is kept.
    Report,
    /// The authentication is refused and the caller is told to suspend the credential.
    Suspend,
}

/// What a backup eligibility flag that differs from registration leads to (WebAuthn §7.2 step 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum BackupEligibilityPolicy {
    /// Accepted, observed, and the new value stored: several password managers change it.
    #[default]
    Report,
    /// Accepted only when a device-bound credential becomes eligible.
    AllowUpgrade,
    /// Refused both ways, as the specification's steps 19.1 and 19.2 have it.
    Enforce,
}

/// Which backup flags are accepted at all (WebAuthn §7.1 steps 18 and 19, §7.2 step 19.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum BackupRequirement {
    /// Synced and device-bound credentials.
    #[default]
    Any,
    /// Only credentials that never leave their device (backup eligibility 0).
    DeviceBound,
    /// Only credentials that may be synced (backup eligibility 1).
    Eligible,
    /// Only credentials that are synced at this moment (backup state 1).
    BackedUp,
}

/// How CBOR that is well formed but not CTAP2 canonical is met. Duplicate keys, tags, indefinite lengths and trailing
/// bytes are refused under both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CborPolicy {
    /// Key order and lengths that are not minimal are accepted with an observation: old genuine devices send them.
    #[default]
    Lenient,
    /// They are refused.
    Strict,
}

/// What an extension output leads to that nobody asked for (WebAuthn §7.1 step 28, §7.2 step 23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UnsolicitedExtensions {
    /// Accepted with an observation.
    #[default]
    Observe,
    /// Refused. Browsers set credProtect on their own, so that honest registrations are refused too unless the request
    /// asks for it.
    Reject,
}

/// Whether the ceremony may run inside a cross-origin iframe (WebAuthn §5.10, §13.4.2).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum CrossOriginPolicy {
    /// Never.
    #[default]
    Deny,
    /// Below the given top-level pages.
    Allow {
        /// The pages that may embed.
        top_origins: TopOrigins,
        /// Whether a response must name its top-level page; browsers before Level 3 do not.
        require_top_origin: bool,
    },
}

/// The top-level pages that may embed the relying party's iframe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopOrigins {
    /// No page that is named: the ceremony may run in a cross-origin iframe, and a response that says whose is refused.
    /// Only browsers from before Level 3 leave that out.
    None,
    /// Any page. Clickjacking is then the relying party's own concern.
    Any,
    /// These origins, exactly.
    List(Vec<String>),
}

/// Upper bounds on what is read from a client. Each is checked before anything of that size is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The whole response JSON, in bytes. 64 KiB leaves room for certificate chains and post-quantum signatures.
    pub response: usize,
    /// clientDataJSON, in bytes. Browsers send 100 to 400.
    pub client_data: usize,
    /// The attestation object, in bytes.
    pub attestation_object: usize,
    /// Nesting of JSON.
    pub json_depth: usize,
    /// Nesting of CBOR. A compound attestation object needs 5; CTAP2's own limit of 4 is too small for it.
    pub cbor_depth: usize,
    /// Entries of one CBOR map or array.
    pub cbor_entries: usize,
    /// CBOR items in all: every number, string, key, array and map of an attestation object, or of the extensions in
    /// authenticator data. A compound statement of four with certificates has about a hundred.
    pub cbor_items: usize,
    /// Entries of `transports`.
    pub transports: usize,
    /// A credBlob, in bytes: what a registration may ask to be stored, and what is read of one. CTAP has every
    /// authenticator with this extension keep 32.
    pub cred_blob: usize,
    /// A largeBlob that is read, in bytes. Authenticators keep one kilobyte at least, for all credentials together.
    pub large_blob: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            response: 64 * 1024,
            client_data: 8 * 1024,
            attestation_object: 32 * 1024,
            json_depth: 16,
            cbor_depth: 6,
            cbor_entries: 64,
            cbor_items: 1024,
            transports: 16,
            cred_blob: 32,
            large_blob: 16 * 1024,
        }
    }
}

/// The default time for a ceremony: the recommended 300 000 ms (WebAuthn §15.1).
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(300);

/// The decisions of a relying party that hold for all its ceremonies and are read at finish.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Policy {
    pub(crate) sign_count: SignCountPolicy,
    pub(crate) backup_eligibility: BackupEligibilityPolicy,
    pub(crate) backup_requirement: BackupRequirement,
    pub(crate) cbor: CborPolicy,
    pub(crate) unsolicited_extensions: UnsolicitedExtensions,
    pub(crate) cross_origin: CrossOriginPolicy,
    pub(crate) attestation: AttestationPolicy,
    pub(crate) reject_reserved_flags: bool,
    pub(crate) check_token_binding: bool,
}
