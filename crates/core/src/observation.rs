//! What was seen in a ceremony that succeeded all the same.

use crate::error::{ChainFault, RejectionReason};
use alloc::string::String;

/// Something worth a line in the audit log, or a decision of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observation {
    /// The signature counter did not increase, and the policy is to report it: perhaps a clone.
    SignCountRegressed {
        /// The counter in the record.
        stored: u32,
        /// The counter in the response.
        received: u32,
    },
    /// Backup eligibility differs from the record; the new value is in the update.
    BackupEligibilityChanged {
        /// The new value.
        now: bool,
    },
    /// Backup eligibility was not known and was learnt.
    BackupEligibilityLearnt {
        /// The value.
        now: bool,
    },
    /// Backup state differs from the record. From not backed up to backed up: a password may become dispensable; the
    /// other way: other factors should be checked (WebAuthn §6.1.3).
    BackupStateChanged {
        /// The new value.
        now: bool,
    },
    /// The user was verified for the first time; it counts as a factor only once an equivalent factor has confirmed it.
    UserVerificationFirstSeen,
    /// PRF results reached the server and were dropped unread: they are the client's secrets.
    PrfResultsDropped,
    /// An extension output that was not asked for; its name, at most 32 bytes.
    UnsolicitedExtension(String),
    /// An extension output that has another form than its extension gives it, or stands there twice; it counts as
    /// absent.
    MalformedExtension(&'static str),
    /// CBOR that is not CTAP2 canonical.
    NonCanonicalCbor,
    /// Members of the attestation object that Level 3 does not know.
    UnknownAttestationObjectMembers,
    /// The attestation's certificates do not lead to a trust anchor, and the policy accepts that.
    AttestationNotTrusted(ChainFault),
    /// One statement of a compound attestation does not hold, and the policy may do without it.
    CompoundStatementRefused(RejectionReason),
    /// The credential id is shorter than 16 bytes, which is the least that WebAuthn §4 has it be: it may come twice.
    ShortCredentialId,
    /// Reserved flag bits were set.
    ReservedFlags,
    /// `crossOrigin` was true: the ceremony ran in an allowed iframe.
    CrossOrigin,
    /// The user handle was sent as an empty string and read as absent (a known Safari fault).
    EmptyUserHandle,
}

impl Observation {
    /// A stable name in `snake_case`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SignCountRegressed { .. } => "sign_count_regressed",
            Self::BackupEligibilityChanged { .. } => "backup_eligibility_changed",
            Self::BackupEligibilityLearnt { .. } => "backup_eligibility_learnt",
            Self::BackupStateChanged { .. } => "backup_state_changed",
            Self::UserVerificationFirstSeen => "user_verification_first_seen",
            Self::PrfResultsDropped => "prf_results_dropped",
            Self::UnsolicitedExtension(_) => "unsolicited_extension",
            Self::MalformedExtension(_) => "malformed_extension",
            Self::NonCanonicalCbor => "non_canonical_cbor",
            Self::UnknownAttestationObjectMembers => "unknown_attestation_object_members",
            Self::AttestationNotTrusted(_) => "attestation_not_trusted",
            Self::CompoundStatementRefused(_) => "compound_statement_refused",
            Self::ShortCredentialId => "short_credential_id",
            Self::ReservedFlags => "reserved_flags",
            Self::CrossOrigin => "cross_origin",
            Self::EmptyUserHandle => "empty_user_handle",
        }
    }
}
