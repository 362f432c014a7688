//! What one person saw: the test's own account of it, to be compared with the database's.

use std::collections::{BTreeMap, BTreeSet};

/// A credential that may be on the server.
#[derive(Debug, Default)]
pub struct Seen {
    /// Its registration was seen to succeed; otherwise it was sent, and what came of it is not known.
    pub registered: bool,
    /// Its removal was sent.
    pub removing: bool,
    /// Its removal was seen to succeed.
    pub removed: bool,
    /// The highest counter of a sign-in that was seen to succeed.
    pub counter: u32,
    /// The name that was seen to be accepted last, and those that were sent since.
    pub names: BTreeSet<String>,
}

/// Everything that one person saw. Credentials by their id in base64url.
#[derive(Debug, Default)]
pub struct Ledger {
    pub credentials: BTreeMap<String, Seen>,
    /// How often a finish with this state was answered with 200.
    pub successes: BTreeMap<String, u32>,
    /// Finishes that were sent, copies not counted.
    pub finishes: u32,
    /// Answers of 503.
    pub unavailable: u32,
    /// Requests without an answer.
    pub unanswered: u32,
}

impl Ledger {
    pub fn credential(&mut self, id: &str) -> &mut Seen {
        self.credentials.entry(id.to_owned()).or_default()
    }

    pub fn succeeded(&mut self, state: &str) {
        *self.successes.entry(state.to_owned()).or_default() += 1;
    }
}

impl Seen {
    /// A name was sent: it or the one before may be there.
    pub fn naming(&mut self, name: &str) {
        self.names.insert(name.to_owned());
    }

    /// A name was accepted: no other may be there.
    pub fn named(&mut self, name: &str) {
        self.names = BTreeSet::from([name.to_owned()]);
    }
}
