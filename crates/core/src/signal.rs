//! What a page passes to the Signal API, so that password managers drop or update passkeys (WebAuthn §5.1.10). Each
//! serialises as the argument of its function.

use crate::base64url;
use crate::ids::{CredentialId, RpId, UserHandle};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// The argument of `PublicKeyCredential.signalUnknownCredential()`: a passkey that the relying party does not know.
///
/// The one signal that may go to a client that is not signed in: it tells of the credential that the client itself sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCredential {
    rp_id: RpId,
    credential_id: CredentialId,
}

impl UnknownCredential {
    /// Says that the credential is not known, or will never be accepted again.
    #[must_use]
    pub const fn new(rp_id: RpId, credential_id: CredentialId) -> Self {
        Self { rp_id, credential_id }
    }
}

impl Serialize for UnknownCredential {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut to = serializer.serialize_struct("UnknownCredentialOptions", 2)?;
        to.serialize_field("rpId", self.rp_id.as_str())?;
        to.serialize_field("credentialId", &base64url::encode(self.credential_id.as_bytes()))?;
        to.end()
    }
}

/// The argument of `PublicKeyCredential.signalAllAcceptedCredentials()`: the complete list, for the signed-in user only.
///
/// A passkey that is not in it vanishes from the user's password manager, so that it must never be a part of the list,
/// and suspended credentials belong in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllAcceptedCredentials {
    rp_id: RpId,
    user_handle: UserHandle,
    credential_ids: Vec<CredentialId>,
}

impl AllAcceptedCredentials {
    /// Says which credentials of the user are accepted, or may be again.
    #[must_use]
    pub fn new(rp_id: RpId, user_handle: UserHandle, credential_ids: impl IntoIterator<Item = CredentialId>) -> Self {
        Self { rp_id, user_handle, credential_ids: credential_ids.into_iter().collect() }
    }

    /// The RP ID.
    #[must_use]
    pub const fn rp_id(&self) -> &RpId {
        &self.rp_id
    }

    /// The user handle.
    #[must_use]
    pub const fn user_handle(&self) -> &UserHandle {
        &self.user_handle
    }

    /// The ids of all credentials that are not revoked.
    #[must_use]
    pub fn credential_ids(&self) -> &[CredentialId] {
        &self.credential_ids
    }
}

impl Serialize for AllAcceptedCredentials {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ids: Vec<String> = self.credential_ids.iter().map(|id| base64url::encode(id.as_bytes())).collect();
        let mut to = serializer.serialize_struct("AllAcceptedCredentialsOptions", 3)?;
        to.serialize_field("rpId", self.rp_id.as_str())?;
        to.serialize_field("userId", &base64url::encode(self.user_handle.as_bytes()))?;
        to.serialize_field("allAcceptedCredentialIds", &ids)?;
        to.end()
    }
}

/// The argument of `PublicKeyCredential.signalCurrentUserDetails()`: the account's names, after one of them changed.
///
/// `Debug` shows nothing of them.
#[derive(Clone, PartialEq, Eq)]
pub struct CurrentUserDetails {
    rp_id: RpId,
    user_handle: UserHandle,
    name: String,
    display_name: String,
}

impl CurrentUserDetails {
    /// Says what the account is called now, as [`UserEntity::new`](crate::UserEntity::new) did when the passkey was made.
    #[must_use]
    pub fn new(rp_id: RpId, user_handle: UserHandle, name: impl Into<String>, display_name: impl Into<String>) -> Self {
        Self { rp_id, user_handle, name: name.into(), display_name: display_name.into() }
    }
}

impl fmt::Debug for CurrentUserDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CurrentUserDetails(..)")
    }
}

impl Serialize for CurrentUserDetails {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut to = serializer.serialize_struct("CurrentUserDetailsOptions", 4)?;
        to.serialize_field("rpId", self.rp_id.as_str())?;
        to.serialize_field("userId", &base64url::encode(self.user_handle.as_bytes()))?;
        to.serialize_field("name", &self.name)?;
        to.serialize_field("displayName", &self.display_name)?;
        to.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn id(byte: u8) -> CredentialId {
        CredentialId::new([byte; 3]).unwrap()
    }

    fn json(value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn payloads_are_the_dictionaries_of_the_specification() {
        let rp_id = RpId::new("example.com");
        let user = UserHandle::new([0xff; 3]).unwrap();
        assert_eq!(
            json(&UnknownCredential::new(rp_id.clone(), id(0xfb))),
            r#"{"rpId":"example.com","credentialId":"-_v7"}"#
        );
        assert_eq!(
            json(&AllAcceptedCredentials::new(rp_id.clone(), user.clone(), [id(0), id(0xfb)])),
            r#"{"rpId":"example.com","userId":"____","allAcceptedCredentialIds":["AAAA","-_v7"]}"#
        );
        assert_eq!(
            json(&AllAcceptedCredentials::new(rp_id.clone(), user.clone(), [])),
            r#"{"rpId":"example.com","userId":"____","allAcceptedCredentialIds":[]}"#
        );
        let details = CurrentUserDetails::new(rp_id, user, "ada@example.com", "");
        assert_eq!(
            json(&details),
            r#"{"rpId":"example.com","userId":"____","name":"ada@example.com","displayName":""}"#
        );
        assert!(!format!("{details:?}").contains("ada"));
    }
}
