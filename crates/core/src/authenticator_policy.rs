//! The checks of authenticator flags that both ceremonies make. The caller adds the step.

use crate::authenticator_data::{AuthenticatorData, Flags};
use crate::error::RejectionReason;
use crate::policy::BackupRequirement;
use crate::relying_party::RelyingParty;

/// The RP ID hash is that of the ceremony's RP ID.
pub(crate) fn rp_id_hash(auth_data: &AuthenticatorData, rp: &RelyingParty) -> Result<(), RejectionReason> {
    if auth_data.rp_id_hash() == rp.rp_id_hash() { Ok(()) } else { Err(RejectionReason::RpIdHashMismatch) }
}

/// A credential that is not backup eligible can't be backed up.
pub(crate) const fn backup_flags_agree(flags: Flags) -> Result<(), RejectionReason> {
    if flags.bs() && !flags.be() { Err(RejectionReason::BackupStateWithoutEligibility) } else { Ok(()) }
}

/// Backup eligibility is what the policy asks for.
pub(crate) const fn backup_eligibility(requirement: BackupRequirement, flag: bool) -> Result<(), RejectionReason> {
    match requirement {
        BackupRequirement::DeviceBound if flag => Err(RejectionReason::BackupEligibilityNotAllowed),
        BackupRequirement::Eligible | BackupRequirement::BackedUp if !flag => {
            Err(RejectionReason::BackupEligibilityNotAllowed)
        }
        _ => Ok(()),
    }
}

/// Backup state is what the policy asks for.
pub(crate) const fn backup_state(requirement: BackupRequirement, flag: bool) -> Result<(), RejectionReason> {
    match requirement {
        BackupRequirement::BackedUp if !flag => Err(RejectionReason::BackupStateNotAllowed),
        _ => Ok(()),
    }
}
