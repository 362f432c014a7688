//! What a relying party makes of metadata.

use crate::status::{AuthenticatorStatus, Certification};
use core::time::Duration;

/// What is refused.
///
/// By default: a make that was revoked or retired, whose user verification can be circumvented, or whose keys are
/// compromised (a compromised attestation key of one batch refuses that batch alone); and what contradicts the make's
/// metadata. A make that is not listed is accepted, and so is metadata that is out of date; both are observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusPolicy {
    pub(crate) refused: Vec<AuthenticatorStatus>,
    pub(crate) fixed_by_update: bool,
    pub(crate) require_entry: bool,
    pub(crate) minimum_certification: Option<Certification>,
    pub(crate) minimum_fips140: Option<u8>,
    pub(crate) refuse_stale_after: Option<Duration>,
}

impl Default for StatusPolicy {
    fn default() -> Self {
        Self {
            refused: vec![
                AuthenticatorStatus::Revoked,
                AuthenticatorStatus::Retired,
                AuthenticatorStatus::UserVerificationBypass,
                AuthenticatorStatus::AttestationKeyCompromise,
                AuthenticatorStatus::UserKeyRemoteCompromise,
                AuthenticatorStatus::UserKeyPhysicalCompromise,
            ],
            fixed_by_update: false,
            require_entry: false,
            minimum_certification: None,
            minimum_fips140: None,
            refuse_stale_after: None,
        }
    }
}

impl StatusPolicy {
    /// Refuses these statuses instead of the default ones: whenever a report of one counts, not only the latest one.
    #[must_use]
    pub fn refuse_statuses(mut self, statuses: impl IntoIterator<Item = AuthenticatorStatus>) -> Self {
        self.refused = statuses.into_iter().collect();
        self
    }

    /// Takes a flaw for mended by an update that was announced later, if the statement's version has increased. Off by
    /// default: which firmware a device has, nobody can tell.
    #[must_use]
    pub const fn fixed_by_update(mut self, fixed: bool) -> Self {
        self.fixed_by_update = fixed;
        self
    }

    /// Refuses makes that are not listed, or whose entry can't be read. Off by default. An AAGUID without trusted attestation
    /// is the client's word: see `AttestationPolicy::trusted` of the core.
    #[must_use]
    pub const fn require_entry(mut self, require: bool) -> Self {
        self.require_entry = require;
        self
    }

    /// Refuses what is certified lower or not at all, and what has no trusted attestation: anybody can claim the AAGUID of a
    /// certified make.
    #[must_use]
    pub const fn minimum_certification(mut self, minimum: Certification) -> Self {
        self.minimum_certification = Some(minimum);
        self
    }

    /// Refuses what is certified under FIPS 140 at a lower level (1 to 4) or not at all, and what has no trusted attestation.
    #[must_use]
    pub const fn minimum_fips140(mut self, level: u8) -> Self {
        self.minimum_fips140 = Some(level);
        self
    }

    /// Refuses everything once a newer BLOB has been due for longer than `grace`. Off by default: the specification
    /// discourages it, and a service that is down for a week would lock users out.
    #[must_use]
    pub const fn refuse_stale_after(mut self, grace: Duration) -> Self {
        self.refuse_stale_after = Some(grace);
        self
    }
}
