//! Changes whose outcome nobody learns: the caller goes away, or the store's answer is lost.

use super::{AuditKind, Auditor};
use crate::store::{RowId, StoreError};
use ceremony::UnixTime;

impl Auditor {
    /// Awaits a change. The caller records its event next, without a wait in between. Where it does not come to that, the
    /// change may have been made all the same, and an event says so: an owner must hear of a new passkey also where
    /// whoever added it hung up.
    pub(crate) async fn watch<T>(
        &self,
        at: UnixTime,
        change: &'static str,
        credential: Option<RowId>,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let mut underway = Underway { auditor: self, at, change, credential, over: false };
        let outcome = call.await;
        underway.over = outcome.is_ok();
        outcome
    }
}

struct Underway<'a> {
    auditor: &'a Auditor,
    at: UnixTime,
    change: &'static str,
    credential: Option<RowId>,
    over: bool,
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        if !self.over {
            let (change, credential) = (self.change, self.credential);
            self.auditor.record(self.at, AuditKind::OutcomeUnknown { change, credential });
        }
    }
}
