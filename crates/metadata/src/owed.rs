//! Versions that were announced and did not come (MDS §3.1.4): what one BLOB says of a make, compared with the one before.

use crate::date::Date;
use crate::entry::Entry;
use crate::status::{AuthenticatorStatus, StatusReport};

/// The versions that a make's statement has to exceed, each since a day; `None` is since ever.
#[derive(Clone, Debug, Default)]
pub(crate) struct Owed(Vec<(Option<Date>, u64)>);

/// What the last BLOB that named a make said of it.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    version: Option<u64>,
    updates: Vec<StatusReport>,
    owed: Owed,
}

impl Past {
    pub(crate) fn of(entry: &Entry, owed: Option<&Owed>) -> Self {
        Self {
            version: version(entry),
            updates: updates(entry).cloned().collect(),
            owed: owed.cloned().unwrap_or_default(),
        }
    }

    /// Since when there is an update that was not announced then: told by the number, for a report may be worded anew.
    fn new_update(&self, entry: &Entry) -> Option<Option<Date>> {
        let is_new = updates(entry).count() > self.updates.len();
        let days = updates(entry).filter(|update| !self.updates.contains(update)).map(|update| update.effective_date);
        is_new.then(|| days.min().flatten())
    }
}

impl Owed {
    /// Adds what `entry` owes: for updates that were not announced before, and what was owed already.
    pub(crate) fn add(&mut self, entry: &Entry, past: &Past) {
        if let Some(since) = past.new_update(entry)
            && let (Some(old), Some(_)) = (past.version, version(entry))
        {
            self.0.push((since, old));
        }
        // What was owed before stays so until the version increases, whatever stood there in between.
        self.0.extend(&past.owed.0);
        self.0.retain(|(_, owed)| version(entry).is_none_or(|version| version <= *owed));
        // The same version or a lower one, since a later day, says nothing more.
        self.0.sort_unstable();
        self.0.dedup_by(|later, sooner| later.1 <= sooner.1);
    }

    pub(crate) fn is_due(&self, on: Date) -> bool {
        self.0.iter().any(|(since, _)| since.is_none_or(|since| since <= on))
    }
}

fn version(entry: &Entry) -> Option<u64> {
    entry.statement.as_ref().and_then(|statement| statement.authenticator_version)
}

fn updates(entry: &Entry) -> impl Iterator<Item = &StatusReport> {
    entry.status_reports.iter().filter(|report| report.status == AuthenticatorStatus::UpdateAvailable)
}
