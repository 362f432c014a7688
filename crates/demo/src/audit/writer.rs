//! Writes the trail.

use super::{Entry, Event};
use crate::database::{Pool, millis, on};
use ceremony_http::ceremony_service::{Clock, SystemClock};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::Receiver;

/// How many are written in one transaction.
const AT_ONCE: usize = 256;

/// How long events are kept, and how many.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);
const MOST: i64 = 100_000;

/// Writes what comes, until nobody can send any more.
pub(super) async fn run(pool: Pool, mut receiver: Receiver<Entry>, dropped: Arc<AtomicU64>) {
    let mut entries = Vec::new();
    while receiver.recv_many(&mut entries, AT_ONCE).await > 0 {
        let lost = dropped.swap(0, Ordering::Relaxed);
        if let Err(error) = write(&pool, &entries, lost).await {
            let count = entries.iter().filter(|entry| matches!(entry, Entry::Event(_))).count();
            dropped.fetch_add(lost.saturating_add(u64::try_from(count).unwrap_or(u64::MAX)), Ordering::Relaxed);
            tracing::error!(%error, count, "events were not written to the audit trail");
        }
        for entry in entries.drain(..) {
            if let Entry::End(done) = entry {
                // Whoever stopped waiting needs no answer.
                let _ = done.send(());
            }
        }
    }
}

async fn write(pool: &Pool, entries: &[Entry], lost: u64) -> Result<(), sqlx::Error> {
    let gap = (lost > 0).then(|| Event {
        at: millis(SystemClock.now()),
        kind: "events_dropped",
        user: None,
        credential: None,
        detail: Some(format!("events: {lost}")),
    });
    on!(pool, pool => {
        let mut transaction = pool.begin().await?;
        for event in gap.iter().chain(entries.iter().filter_map(|entry| match entry {
            Entry::Event(event) => Some(event),
            Entry::Owner(..) | Entry::End(_) => None,
        })) {
            sqlx::query("INSERT INTO audit (at, kind, user_id, credential, detail) VALUES ($1, $2, $3, $4, $5)")
                .bind(event.at)
                .bind(event.kind)
                .bind(event.user.as_deref())
                .bind(event.credential.as_deref())
                .bind(event.detail.as_deref())
                .execute(&mut *transaction)
                .await?;
        }
        for entry in entries {
            if let Entry::Owner(credential, user) = entry {
                sqlx::query("INSERT INTO passkey_owners (credential, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                    .bind(credential)
                    .bind(user)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        transaction.commit().await
    })
}

impl super::Trail {
    /// Drops what is older than 90 days, and what is more than 100 000 events.
    pub(crate) async fn drop_old(&self) -> Result<u64, sqlx::Error> {
        self.drop_before(millis(SystemClock.now()).saturating_sub(i64::try_from(KEPT.as_millis()).unwrap_or(0)), MOST)
            .await
    }

    pub(super) async fn drop_before(&self, time: i64, most: i64) -> Result<u64, sqlx::Error> {
        on!(&self.pool, pool => {
            let drop = sqlx::query("DELETE FROM audit WHERE at < $1 OR id <= (SELECT MAX(id) FROM audit) - $2");
            Ok(drop.bind(time).bind(most).execute(pool).await?.rows_affected())
        })
    }
}
