//! A sink that never blocks: events go into a bounded channel, and what does not fit is counted.

use super::{AuditEvent, AuditSink};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};

/// Hands events to a thread of yours, over a channel that holds a fixed number of them. An event that finds the
/// channel full, or nobody at its other end, is dropped and counted.
#[derive(Debug)]
pub struct ChannelAudit {
    sender: SyncSender<AuditEvent>,
    dropped: AtomicU64,
}

impl ChannelAudit {
    /// A sink and the other end of its channel, for `capacity` events that wait.
    #[must_use]
    pub fn new(capacity: usize) -> (Self, Receiver<AuditEvent>) {
        let (sender, receiver) = mpsc::sync_channel(capacity);
        (Self { sender, dropped: AtomicU64::new(0) }, receiver)
    }

    /// How many events were dropped.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl AuditSink for ChannelAudit {
    fn record(&self, event: &AuditEvent) {
        if self.sender.try_send(event.clone()).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}
