//! The page on operating: an audit sink that counts.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

use ceremony::{Ceremony, RelyingParty};
use ceremony_service::audit::{AuditEvent, AuditKind, AuditSink};
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_service::{Passkeys, Subject};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts events by their kind and, where something was refused, by its reason.
#[derive(Debug, Default)]
struct Counters(Mutex<BTreeMap<(&'static str, &'static str), u64>>);

impl AuditSink for Counters {
    fn record(&self, event: &AuditEvent) {
        let code = match event.kind {
            AuditKind::RegistrationFailed { code, .. } | AuditKind::AuthenticationFailed { code, .. } => code,
            _ => "",
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((event.kind.name(), code)).or_default() += 1;
    }
}

impl Counters {
    /// What Prometheus reads, for a route of your own that is not open to everybody.
    fn text(&self) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from("# TYPE passkey_events_total counter\n");
        for ((kind, code), count) in counts.iter() {
            let _ = writeln!(text, "passkey_events_total{{kind=\"{kind}\",code=\"{code}\"}} {count}");
        }
        text
    }
}

#[tokio::test]
async fn refusals_are_counted_by_their_reason() {
    let counters = Arc::new(Counters::default());
    let relying_party = RelyingParty::builder("example.com", "Example").origin("https://example.com").build().unwrap();
    let passkeys = Passkeys::builder(Ceremony::new(relying_party))
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::default()))
        .audit(counters.clone())
        .build()
        .unwrap();
    for _ in 0..2 {
        passkeys.begin_authentication(Subject::Anybody, b"", None).await.unwrap();
    }
    assert!(counters.text().contains("passkey_events_total{kind=\"authentication_began\",code=\"\"} 2\n"));
}
