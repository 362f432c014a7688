//! What a finished authentication asks the store to write.

use crate::credential::CredentialRecord;
use crate::ids::{CredentialId, RpId, Tenant, UserHandle};
use crate::time::UnixTime;

/// The change of one credential record (WebAuthn §7.2 step 24), to be applied only if the record still has the
/// signature counter that was judged.
///
/// A store compares [`expected_sign_count`](Self::expected_sign_count) with what it holds in the same statement that
/// writes. If it differs, another authentication came between: read the record again and call
/// [`Authentication::rejudge`](crate::Authentication::rejudge).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordUpdate {
    /// The tenant of the record.
    pub tenant: Tenant,
    /// The RP ID of the record.
    pub rp_id: RpId,
    /// The credential to change.
    pub credential_id: CredentialId,
    /// The owner of the record, as it was judged.
    pub user_handle: UserHandle,
    /// The counter that the record must still have.
    pub expected_sign_count: u32,
    /// The counter to write.
    pub new_sign_count: u32,
    /// Backup eligibility to write.
    pub backup_eligible: bool,
    /// Backup state to write.
    pub backup_state: bool,
    /// Whether user verification may count as a factor from now on.
    pub uv_initialized: bool,
    /// When the credential was used.
    pub last_used_at: UnixTime,
}

impl RecordUpdate {
    /// An update that writes a counter and the time of use to a record, and leaves everything else as it is: for the
    /// tests of a store. In a server, updates come out of [`Authentication::update`](crate::Authentication::update).
    #[must_use]
    pub fn of(record: &CredentialRecord, new_sign_count: u32, last_used_at: UnixTime) -> Self {
        Self {
            tenant: record.tenant.clone(),
            rp_id: record.rp_id.clone(),
            credential_id: record.credential_id.clone(),
            user_handle: record.user_handle.clone(),
            expected_sign_count: record.sign_count,
            new_sign_count,
            backup_eligible: record.backup_eligible.unwrap_or_default(),
            backup_state: record.backup_state,
            uv_initialized: record.uv_initialized,
            last_used_at,
        }
    }
}
