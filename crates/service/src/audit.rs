//! What happened, for a log that people read when something went wrong.
//!
//! Events name credentials by their [`RowId`] and never hold a challenge, a user handle, a credential id, a key or
//! anything of the account.

mod channel;
mod underway;

pub use channel::ChannelAudit;

use crate::store::{Realm, RowId};
use ceremony::error::RejectionReason;
use ceremony::{Error, UnixTime};
use std::fmt;
use std::sync::Arc;

/// Is told of every event.
pub trait AuditSink: Send + Sync + fmt::Debug {
    /// Takes note of an event. It is called while a user waits: it must not block, and it can't fail.
    fn record(&self, event: &AuditEvent);
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEvent {
    /// When it happened.
    pub at: UnixTime,
    /// The tenant and RP ID.
    pub realm: Realm,
    /// What happened.
    pub kind: AuditKind,
}

/// What happened. `code` is [`Error::code`] or a [`ServiceError::code`](crate::ServiceError::code); `step` is a step
/// of WebAuthn §7.1 or §7.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are the event's own parts, named above")]
pub enum AuditKind {
    /// A registration was begun.
    RegistrationBegan,
    /// A credential was registered.
    RegistrationSucceeded { credential: RowId },
    /// A new account came into being with this passkey.
    SignedUp { credential: RowId },
    /// Sign-ups that were not completed were taken back: this many.
    SignUpAbandoned { sign_ups: u64 },
    /// A registration was refused.
    RegistrationFailed { code: &'static str, step: Option<&'static str> },
    /// An authentication was begun.
    AuthenticationBegan { user_named: bool, step_up: bool },
    /// A user signed in, or confirmed an action.
    AuthenticationSucceeded { credential: RowId, step_up: bool },
    /// An authentication was refused.
    AuthenticationFailed { credential: Option<RowId>, code: &'static str, step: Option<&'static str> },
    /// A finish came with a handle that is unknown or not this client's; or used, where the store can't tell.
    CeremonyUnusable { registration: bool },
    /// A finish came when the ceremony was over.
    CeremonyExpired { registration: bool },
    /// A finish came for a ceremony that was finished before.
    CeremonyReplayed { registration: bool },
    /// A counter did not increase, with a valid signature: there may be a copy of the authenticator.
    CloneSuspected { credential: RowId, stored: u32, received: u32 },
    /// A credential was suspended.
    CredentialSuspended { credential: Option<RowId> },
    /// A suspended credential was made active again.
    CredentialReactivated { credential: Option<RowId> },
    /// A user gave a credential another name.
    CredentialRenamed { credential: RowId },
    /// A credential was revoked.
    CredentialRevoked { credential: RowId },
    /// A credential was erased.
    CredentialErased { credential: RowId },
    /// All credentials of a user were revoked: this many.
    AllRevoked { credentials: u64 },
    /// All that was stored about a user was erased, with this many credentials.
    UserErased { credentials: u64 },
    /// A user's data were exported.
    UserExported { credentials: u64 },
    /// A change was on its way when its caller went, or the store's answer was lost: it may have been made. `change` is the
    /// [name](Self::name) of the event that is missing.
    OutcomeUnknown { change: &'static str, credential: Option<RowId> },
    /// What had expired was dropped, in every store.
    CleanedUp { ceremonies: u64, tombstones: u64 },
}

impl AuditKind {
    /// A stable name in `snake_case`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RegistrationBegan => "registration_began",
            Self::RegistrationSucceeded { .. } => "registration_succeeded",
            Self::SignedUp { .. } => "signed_up",
            Self::SignUpAbandoned { .. } => "sign_up_abandoned",
            Self::RegistrationFailed { .. } => "registration_failed",
            Self::AuthenticationBegan { .. } => "authentication_began",
            Self::AuthenticationSucceeded { .. } => "authentication_succeeded",
            Self::AuthenticationFailed { .. } => "authentication_failed",
            Self::CeremonyUnusable { .. } => "ceremony_unusable",
            Self::CeremonyExpired { .. } => "ceremony_expired",
            Self::CeremonyReplayed { .. } => "ceremony_replayed",
            Self::CloneSuspected { .. } => "clone_suspected",
            Self::CredentialSuspended { .. } => "credential_suspended",
            Self::CredentialReactivated { .. } => "credential_reactivated",
            Self::CredentialRenamed { .. } => "credential_renamed",
            Self::CredentialRevoked { .. } => "credential_revoked",
            Self::CredentialErased { .. } => "credential_erased",
            Self::AllRevoked { .. } => "all_revoked",
            Self::UserErased { .. } => "user_erased",
            Self::UserExported { .. } => "user_exported",
            Self::OutcomeUnknown { .. } => "outcome_unknown",
            Self::CleanedUp { .. } => "cleaned_up",
        }
    }

    /// The credential, where the event is about one that is known.
    #[must_use]
    pub const fn credential(&self) -> Option<RowId> {
        match self {
            Self::RegistrationSucceeded { credential }
            | Self::SignedUp { credential }
            | Self::AuthenticationSucceeded { credential, .. }
            | Self::CloneSuspected { credential, .. }
            | Self::CredentialRenamed { credential }
            | Self::CredentialRevoked { credential }
            | Self::CredentialErased { credential } => Some(*credential),
            Self::AuthenticationFailed { credential, .. }
            | Self::CredentialSuspended { credential }
            | Self::CredentialReactivated { credential }
            | Self::OutcomeUnknown { credential, .. } => *credential,
            _ => None,
        }
    }

    /// Whether somebody should look at it: a refusal, a suspicion, or something that nobody knows.
    #[must_use]
    pub const fn is_warning(&self) -> bool {
        matches!(
            self,
            Self::RegistrationFailed { .. }
                | Self::AuthenticationFailed { .. }
                | Self::CeremonyUnusable { .. }
                | Self::CeremonyExpired { .. }
                | Self::CeremonyReplayed { .. }
                | Self::CloneSuspected { .. }
                | Self::CredentialSuspended { .. }
                | Self::OutcomeUnknown { .. }
        )
    }

    const fn facts(&self) -> Facts {
        let mut facts = Facts { registration: None, step_up: None, user_named: None, count: None };
        match self {
            Self::CeremonyUnusable { registration }
            | Self::CeremonyExpired { registration }
            | Self::CeremonyReplayed { registration } => facts.registration = Some(*registration),
            Self::AuthenticationBegan { user_named, step_up } => {
                facts.step_up = Some(*step_up);
                facts.user_named = Some(*user_named);
            }
            Self::AuthenticationSucceeded { step_up, .. } => facts.step_up = Some(*step_up),
            Self::AllRevoked { credentials }
            | Self::UserErased { credentials }
            | Self::UserExported { credentials } => {
                facts.count = Some(*credentials);
            }
            Self::SignUpAbandoned { sign_ups } => facts.count = Some(*sign_ups),
            Self::CleanedUp { ceremonies, tombstones } => facts.count = Some(ceremonies.saturating_add(*tombstones)),
            _ => {}
        }
        facts
    }

    const fn failure(&self) -> (Option<&'static str>, Option<&'static str>) {
        match self {
            Self::RegistrationFailed { code, step } | Self::AuthenticationFailed { code, step, .. } => {
                (Some(*code), *step)
            }
            Self::OutcomeUnknown { change, .. } => (Some(*change), None),
            _ => (None, None),
        }
    }
}

/// What the log tells of an event beside its name and its credential.
struct Facts {
    registration: Option<bool>,
    step_up: Option<bool>,
    user_named: Option<bool>,
    /// Of credentials, sign-ups, or what was cleaned away.
    count: Option<u64>,
}

/// Tells the sink and the log.
#[derive(Debug)]
pub(crate) struct Auditor {
    realm: Realm,
    sink: Option<Arc<dyn AuditSink>>,
}

impl Auditor {
    pub(crate) fn new(realm: Realm, sink: Option<Arc<dyn AuditSink>>) -> Self {
        Self { realm, sink }
    }

    pub(crate) fn record(&self, at: UnixTime, kind: AuditKind) {
        self.tell(at, kind, None);
    }

    /// Records a refusal. The log alone gets what a developer needs to mend a configuration.
    pub(crate) fn refused(&self, at: UnixTime, kind: AuditKind, error: &Error) {
        self.tell(at, kind, Some(error));
    }

    fn tell(&self, at: UnixTime, kind: AuditKind, error: Option<&Error>) {
        let (rp_id, tenant, event) = (self.realm.rp_id.as_str(), self.realm.tenant.as_str(), kind.name());
        let credential = kind.credential().map(tracing::field::display);
        let (code, step) = kind.failure();
        let hint = error.map(Error::hint);
        // Only this detail is for the log: what the browser sent as origin, what is allowed, and the setting.
        let detail = error
            .and_then(Error::rejection)
            .filter(|rejection| rejection.reason() == RejectionReason::OriginNotAllowed)
            .and_then(|rejection| rejection.detail());
        let Facts { registration, step_up, user_named, count } = kind.facts();
        if let AuditKind::CloneSuspected { stored, received, .. } = kind {
            tracing::warn!(target: "ceremony", event, rp_id, tenant, credential, stored, received);
        } else if kind.is_warning() {
            tracing::warn!(target: "ceremony", event, rp_id, tenant, credential, registration, code, step, hint, detail);
        } else {
            tracing::info!(target: "ceremony", event, rp_id, tenant, credential, step_up, user_named, count);
        }
        if let Some(sink) = &self.sink {
            sink.record(&AuditEvent { at, realm: self.realm.clone(), kind });
        }
    }
}
