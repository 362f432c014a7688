//! Versions that were announced and did not come (MDS §3.1.4): what one BLOB says of a make, compared with the one before.

use crate::date::Date;
use crate::entry::Entry;
use crate::status::{AuthenticatorStatus, StatusReport};

/// The versions that a make's statement has to exceed, each since a day; `None` is since ever.
#[derive(Clone, Debug, Default)]
pub(crate) struct Owed(Vec<(Option<Date>, u64)>);

impl Owed {
    /// Adds what `entry` owes: for updates that `old`, the entry before, did not announce, and what that one owed already.
    pub(crate) fn add(&mut self, entry: &Entry, old: &Entry, before: Option<&Self>) {
        let version = |entry: &Entry| entry.statement.as_ref().and_then(|statement| statement.authenticator_version);
        if let Some(since) = new_update(entry, old)
            && let (Some(old_version), Some(_)) = (version(old), version(entry))
        {
            self.0.push((since, old_version));
        }
        // What was owed before stays so until the version increases, whatever stood there in between.
        self.0.extend(before.into_iter().flat_map(|before| &before.0));
        self.0.retain(|(_, owed)| version(entry).is_none_or(|version| version <= *owed));
        // The same version or a lower one, since a later day, says nothing more.
        self.0.sort_unstable();
        self.0.dedup_by(|later, sooner| later.1 <= sooner.1);
    }

    pub(crate) fn is_due(&self, on: Date) -> bool {
        self.0.iter().any(|(since, _)| since.is_none_or(|since| since <= on))
    }
}

/// Since when there is an update that the entry before did not announce: told by the number, for a report may be worded anew.
fn new_update(entry: &Entry, old: &Entry) -> Option<Option<Date>> {
    let (updates, old) = (updates(entry), updates(old));
    let days = || updates.iter().filter(|update| !old.contains(update)).map(|update| update.effective_date);
    (updates.len() > old.len()).then(|| days().min().flatten())
}

fn updates(entry: &Entry) -> Vec<&StatusReport> {
    entry.status_reports.iter().filter(|report| report.status == AuthenticatorStatus::UpdateAvailable).collect()
}
