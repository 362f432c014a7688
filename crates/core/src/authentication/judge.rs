//! The part of §7.2 that depends on the stored record's changing fields: steps 19, 22 and 24. It is run at finish, and
//! again when the record changed before the update could be written.

use crate::authenticator_policy::{backup_eligibility, backup_state};
use crate::cose::CredentialPublicKey;
use crate::credential::CredentialRecord;
use crate::error::{Error, Misuse, Rejection, RejectionReason, Step};
use crate::ids::{CredentialId, RpId, Tenant, UserHandle};
use crate::observation::Observation;
use crate::policy::{BackupEligibilityPolicy, BackupRequirement, SignCountPolicy};
use crate::time::UnixTime;
use crate::update::RecordUpdate;
use alloc::vec::Vec;

/// What the verified response says, and the policies that it is judged by.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    pub(crate) uv: bool,
    pub(crate) backup_eligible: bool,
    pub(crate) backup_state: bool,
    pub(crate) sign_count: u32,
    pub(crate) now: UnixTime,
    pub(crate) sign_count_policy: SignCountPolicy,
    pub(crate) backup_eligibility_policy: BackupEligibilityPolicy,
    pub(crate) backup_requirement: BackupRequirement,
    /// The record that the signature was verified with: its key, id and owner must not have changed.
    pub(crate) identity: Identity,
}

/// What a record can't change without being another record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    tenant: Tenant,
    rp_id: RpId,
    credential_id: CredentialId,
    user_handle: UserHandle,
    public_key: CredentialPublicKey,
}

impl Identity {
    pub(crate) fn of(record: &CredentialRecord) -> Self {
        Self {
            tenant: record.tenant.clone(),
            rp_id: record.rp_id.clone(),
            credential_id: record.credential_id.clone(),
            user_handle: record.user_handle.clone(),
            public_key: record.public_key.clone(),
        }
    }
}

/// The verdict over one version of the record.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    pub(crate) update: RecordUpdate,
    pub(crate) observations: Vec<Observation>,
    pub(crate) uv_trusted: bool,
    pub(crate) uv_was_initialized: bool,
    pub(crate) sign_count_regressed: bool,
}

impl Evidence {
    /// A19: backup eligibility and state against the record and the policy.
    pub(crate) fn backup(&self, record: &CredentialRecord) -> Result<(), Rejection> {
        if let Some(stored) = record.backup_eligible {
            let changed = stored != self.backup_eligible;
            let allowed = match self.backup_eligibility_policy {
                BackupEligibilityPolicy::Report => true,
                BackupEligibilityPolicy::AllowUpgrade => self.backup_eligible,
                BackupEligibilityPolicy::Enforce => false,
            };
            if changed && !allowed {
                // A19.1: stored 1 needs 1; A19.2: stored 0 needs 0
                let step = Step::new(if stored { "A19.1" } else { "A19.2" });
                return Err(Rejection::new(RejectionReason::BackupEligibilityChanged, step));
            }
        }
        // A19.3: the relying party's policy on the current flags
        backup_eligibility(self.backup_requirement, self.backup_eligible)
            .and_then(|()| backup_state(self.backup_requirement, self.backup_state))
            .map_err(|reason| Rejection::new(reason, Step::new("A19.3")))
    }

    /// A22: the signature counter. Both zero means that there is none.
    pub(crate) fn sign_count(&self, record: &CredentialRecord) -> Result<bool, Rejection> {
        let regressed = (self.sign_count != 0 || record.sign_count != 0) && self.sign_count <= record.sign_count;
        if !regressed {
            return Ok(false);
        }
        let rejection = Rejection::new(RejectionReason::SignCountRegressed, Step::new("A22"));
        match self.sign_count_policy {
            SignCountPolicy::Report => Ok(true),
            SignCountPolicy::Reject => Err(rejection),
            SignCountPolicy::Suspend => Err(rejection.with_suspension()),
        }
    }

    /// A24: what is to be written.
    pub(crate) fn update(&self, record: &CredentialRecord, sign_count_regressed: bool) -> Judgement {
        let mut observations = Vec::new();
        if sign_count_regressed {
            observations.push(Observation::SignCountRegressed { stored: record.sign_count, received: self.sign_count });
        }
        match record.backup_eligible {
            None => observations.push(Observation::BackupEligibilityLearnt { now: self.backup_eligible }),
            Some(stored) if stored != self.backup_eligible => {
                observations.push(Observation::BackupEligibilityChanged { now: self.backup_eligible });
            }
            Some(_) => {}
        }
        if record.backup_state != self.backup_state {
            observations.push(Observation::BackupStateChanged { now: self.backup_state });
        }
        if self.uv && !record.uv_initialized {
            observations.push(Observation::UserVerificationFirstSeen);
        }
        Judgement {
            update: RecordUpdate {
                tenant: record.tenant.clone(),
                rp_id: record.rp_id.clone(),
                credential_id: record.credential_id.clone(),
                user_handle: record.user_handle.clone(),
                expected_sign_count: record.sign_count,
                // A reported regression keeps the higher value: the counter never goes back.
                new_sign_count: self.sign_count.max(record.sign_count),
                backup_eligible: self.backup_eligible,
                backup_state: self.backup_state,
                // Only an equivalent factor may turn it on, never this response alone.
                uv_initialized: record.uv_initialized,
                last_used_at: self.now,
            },
            observations,
            uv_trusted: self.uv && record.uv_initialized,
            uv_was_initialized: record.uv_initialized,
            sign_count_regressed,
        }
    }

    /// Steps 19, 22 and 24 over the record as it is now.
    pub(crate) fn judge_again(&self, current: &CredentialRecord) -> Result<Judgement, Error> {
        if Identity::of(current) != self.identity {
            return Err(Misuse::RecordOfAnotherCredential.into());
        }
        if !current.status.is_active() {
            return Err(Rejection::new(RejectionReason::CredentialNotActive, Step::A6).into());
        }
        self.backup(current)?;
        let regressed = self.sign_count(current)?;
        Ok(self.update(current, regressed))
    }
}
