//! The audit trail: what happened, for an administrator to read. It holds no address, no token, no password and no challenge.
//!
//! Whoever reports an event never waits: events go into a bounded channel, a task writes them into a table. What finds the
//! channel full, or a database that does not answer, is dropped, and the trail says how much.

mod detail;
mod listing;
mod writer;

pub(crate) use listing::Listed;

use crate::database::{Pool, millis};
use ceremony_http::ceremony_service::{AuditEvent, AuditKind, AuditSink, Clock, SystemClock};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How many events wait to be written.
const WAITING: usize = 4096;

/// How long the last events may take at the end.
const LAST_EVENTS: Duration = Duration::from_secs(2);

/// What happens at the application's own routes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Own {
    AccountCreated,
    PasswordSignIn,
    PasswordSignInFailed,
    PasswordSet,
    SignedOutEverywhere,
    SuspendedByAdministrator,
    ReactivatedByAdministrator,
}

impl Own {
    const fn name(self) -> &'static str {
        match self {
            Self::AccountCreated => "account_created",
            Self::PasswordSignIn => "password_sign_in",
            Self::PasswordSignInFailed => "password_sign_in_failed",
            Self::PasswordSet => "password_set",
            Self::SignedOutEverywhere => "signed_out_everywhere",
            Self::SuspendedByAdministrator => "suspended_by_administrator",
            Self::ReactivatedByAdministrator => "reactivated_by_administrator",
        }
    }
}

/// A row of the trail.
#[derive(Debug)]
struct Event {
    at: i64,
    kind: &'static str,
    user: Option<String>,
    credential: Option<String>,
    detail: Option<String>,
}

#[derive(Debug)]
enum Entry {
    Event(Event),
    /// The passkey and the account that it belongs to.
    Owner(String, String),
    /// Everything before it is written once this is answered.
    End(oneshot::Sender<()>),
}

/// Takes note of events. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Trail {
    sender: mpsc::Sender<Entry>,
    dropped: Arc<AtomicU64>,
    pool: Pool,
}

impl Trail {
    /// A trail in this database, and its task.
    pub(crate) fn start(pool: Pool) -> Self {
        let (trail, receiver) = Self::unwritten(pool, WAITING);
        tokio::spawn(writer::run(trail.pool.clone(), receiver, Arc::clone(&trail.dropped)));
        trail
    }

    fn unwritten(pool: Pool, waiting: usize) -> (Self, mpsc::Receiver<Entry>) {
        let (sender, receiver) = mpsc::channel(waiting);
        (Self { sender, dropped: Arc::default(), pool }, receiver)
    }

    /// Takes note of an event of the application's own: to whom, with which passkey, and what else there is to say.
    pub(crate) fn note(&self, kind: Own, user: Option<&str>, credential: Option<&str>, detail: Option<String>) {
        let at = millis(SystemClock.now());
        let [user, credential] = [user, credential].map(|id| id.map(str::to_owned));
        self.send(Entry::Event(Event { at, kind: kind.name(), user, credential, detail }));
    }

    /// Takes note of whose passkey this is: the service's own events name passkeys alone.
    pub(crate) fn belongs(&self, credential: &str, user: &str) {
        self.send(Entry::Owner(credential.to_owned(), user.to_owned()));
    }

    /// Waits, not long, until everything so far is written.
    pub(crate) async fn end(&self) {
        let (done, written) = oneshot::channel();
        let wait = async {
            if self.sender.send(Entry::End(done)).await.is_ok() {
                // An error means that the task is gone: nothing to wait for.
                let _ = written.await;
            }
        };
        if tokio::time::timeout(LAST_EVENTS, wait).await.is_err() {
            tracing::warn!("the last events of the audit trail were not written");
        }
    }

    fn send(&self, entry: Entry) {
        if self.sender.try_send(entry).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl AuditSink for Trail {
    fn record(&self, event: &AuditEvent) {
        // Anybody may begin, as often as they like: that would push out what matters.
        if matches!(
            event.kind,
            AuditKind::RegistrationBegan | AuditKind::AuthenticationBegan { .. } | AuditKind::CleanedUp { .. }
        ) {
            return;
        }
        self.send(Entry::Event(Event {
            at: millis(event.at),
            kind: event.kind.name(),
            user: None,
            credential: event.kind.credential().map(|row| row.to_string()),
            detail: detail::of(&event.kind),
        }));
    }
}

#[cfg(test)]
mod tests;
