//! django-passkeys: the rows of its `UserPasskey`.

use super::draft::{CREDENTIAL_ID, Draft, missing};
use super::row::Row;
use ceremony::Aaguid;

pub(super) const TOKEN: &[&str] = &["token"];
pub(super) const USERNAME: &[&str] = &["username"];

/// The token is attested credential data (WebAuthn §6.5.1): the AAGUID, the length of the credential id in two bytes, the
/// credential id, the public key. There is no counter, and nothing of backups and transports.
pub(super) fn read(row: &Row<'_>) -> Result<Draft, String> {
    let token = row.bytes(TOKEN)?.ok_or_else(|| missing(TOKEN))?;
    let (aaguid, credential_id, public_key) = split(&token).ok_or("token is no attested credential data")?;
    // An old version left the column empty.
    if row.find(&["credential_id"]).is_some() && row.bytes(&["credential_id"])?.as_deref() != Some(credential_id) {
        return Err(format!("{} is not the one in token", CREDENTIAL_ID.first().copied().unwrap_or_default()));
    }
    Ok(Draft {
        aaguid: Some(Aaguid::new(aaguid)),
        credential_id: credential_id.to_vec(),
        public_key: public_key.to_vec(),
        ..Draft::about(row)?
    })
}

fn split(token: &[u8]) -> Option<([u8; 16], &[u8], &[u8])> {
    let (aaguid, rest) = token.split_first_chunk::<16>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (credential_id, public_key) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some((*aaguid, credential_id, public_key))
}
