//! From what a row says to a record that the library would have made itself.

use super::draft::{Draft, Inactive};
use ceremony::error::KeyFault;
use ceremony::{
    CredentialId, CredentialPublicKey, CredentialRecord, RustCrypto, SignatureVerifier, Status, UnixTime, UserHandle,
};
use ceremony_service::store::{Realm, UserId};

/// What a passkey is called that had no name, as at a registration.
const DEFAULT_NAME: &str = "Passkey";
/// The longest reason of a status, in bytes.
const MAX_REASON: usize = 128;
/// The longest name of a format, in bytes.
const MAX_FMT: usize = 32;
const DISABLED: &str = "disabled before the import";

/// A passkey that can be stored; what is left to find out is its account's user handle, if the source does not know it.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) user: UserId,
    pub(super) user_handle: Option<UserHandle>,
    /// With a stand-in for the user handle where that is not known.
    pub(super) record: CredentialRecord,
}

/// # Errors
///
/// What is wrong with it, in words that quote none of its values.
pub(super) fn check(draft: Draft, realm: &Realm, now: UnixTime) -> Result<Checked, String> {
    if draft.rp_id.as_deref().is_some_and(|rp_id| rp_id != realm.rp_id.as_str()) {
        return Err(format!(
            "the passkey is bound to another RP ID than {}, which is that of the settings",
            realm.rp_id
        ));
    }
    if draft.user_id.contains('\0') {
        return Err("the user id has a NUL character in it, which not every database keeps".to_owned());
    }
    let user = UserId::new(draft.user_id).ok_or("the user id is not 1 to 255 bytes long")?;
    let handle = |bytes: Vec<u8>| UserHandle::new(bytes).map_err(|_| "the user handle is not 1 to 64 bytes long");
    let user_handle = draft.user_handle.map(handle).transpose()?;
    let id = CredentialId::new(draft.credential_id).map_err(|_| "the credential id is not 1 to 1023 bytes long")?;
    let key = public_key(&draft.public_key)?;
    let stand_in = || UserHandle::new([0]).map_err(|_| "the user handle is not 1 to 64 bytes long");
    let owner = user_handle.clone().map_or_else(stand_in, Ok)?;
    let created_at = draft.created_at.unwrap_or(now);
    let mut record = CredentialRecord::new(realm.tenant.clone(), realm.rp_id.clone(), owner, id, key, created_at);
    record.sign_count = draft.sign_count;
    record.uv_initialized = draft.user_verified.unwrap_or(false);
    // Backed up and not eligible is nothing that an authenticator says: it is learnt anew.
    let contradiction = draft.backup_eligible == Some(false) && draft.backup_state == Some(true);
    record.backup_eligible = draft.backup_eligible.filter(|_| !contradiction);
    record.backup_state = draft.backup_state.unwrap_or(false) && record.backup_eligible == Some(true);
    record.transports = draft.transports;
    record.aaguid = draft.aaguid.unwrap_or_default();
    if let Some(fmt) = draft.fmt.filter(|fmt| fmt.len() <= MAX_FMT && fmt.bytes().all(|byte| byte.is_ascii_graphic())) {
        record.fmt = fmt;
    }
    record.extensions.cred_props_rk = draft.discoverable;
    record.last_used_at = draft.last_used_at;
    record.status = draft.inactive.map_or(Status::Active, |inactive| status(inactive, now));
    let name = tidy(draft.name.as_deref().unwrap_or_default(), ceremony::MAX_CREDENTIAL_NAME);
    let name = if name.is_empty() { DEFAULT_NAME.to_owned() } else { name };
    let record = record.with_name(name).map_err(|_| "the name can't be one")?;
    Ok(Checked { user, user_handle, record })
}

/// The shape of the key, and that signatures can be verified with it.
fn public_key(cose: &[u8]) -> Result<CredentialPublicKey, String> {
    let refused = |fault: KeyFault| format!("the public key can't be used: {fault}");
    let key = CredentialPublicKey::from_cose(cose, false).map_err(refused)?;
    let scheme = key.algorithm().scheme();
    if !RustCrypto.supports(scheme) {
        return Err(refused(KeyFault::UnknownAlgorithm));
    }
    RustCrypto.check_key(scheme, key.material()).map_err(refused)?;
    Ok(key)
}

fn status(inactive: Inactive, now: UnixTime) -> Status {
    let since = inactive.since.unwrap_or(now);
    let reason = tidy(inactive.reason.as_deref().unwrap_or_default(), MAX_REASON);
    let reason = if reason.is_empty() { DISABLED.to_owned() } else { reason };
    if inactive.revoked { Status::Revoked { reason, since } } else { Status::Suspended { reason, since } }
}

/// Without control characters, and cut to so many bytes at the end of a character.
fn tidy(text: &str, most: usize) -> String {
    let mut tidy = String::new();
    for character in text.trim().chars().filter(|character| !character.is_control()) {
        if tidy.len().saturating_add(character.len_utf8()) > most {
            break;
        }
        tidy.push(character);
    }
    tidy.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(tidy("  Ada's\u{7} phone\n", 256), "Ada's phone");
        assert_eq!(tidy("aää", 4), "aä");
        assert_eq!(tidy("ab cd", 3), "ab");
        assert_eq!(tidy("\u{1}", 9), "");
    }
}
