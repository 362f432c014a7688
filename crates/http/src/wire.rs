//! Answers.

use crate::providers::{Provider, Providers};
use crate::timestamp::rfc3339;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony::Transport;
use ceremony::signal::AllAcceptedCredentials;
use ceremony_service::store::StoredCredential;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// A passkey as its owner gets to see it; serialises as it stands in the routes' answers. `Debug` shows the public id and
/// the status alone.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ListedCredential {
    /// The public id, which stands in URLs.
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::text::RowId"))]
    pub id: String,
    /// The credential id, base64url: for the browser's Signal API.
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::text::CredentialId"))]
    pub credential_id: String,
    /// The user's name for it.
    pub name: String,
    /// The authenticator's make as a UUID. Not attested.
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::text::Aaguid"))]
    pub aaguid: String,
    /// Who made it, where known. Good for a name and an icon, never for a decision.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "provider")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Provider>"))]
    pub provider: Option<Arc<Provider>>,
    /// How the authenticator may be reached.
    #[cfg_attr(feature = "openapi", schemars(with = "Vec<crate::openapi::text::Transport>"))]
    pub transports: Vec<String>,
    /// RFC 3339, UTC.
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::text::Timestamp"))]
    pub created_at: String,
    /// RFC 3339, UTC.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<crate::openapi::text::Timestamp>"))]
    pub last_used_at: Option<String>,
    /// Whether it may be synced.
    pub backup_eligible: bool,
    /// Whether it was synced when it was last used.
    pub backup_state: bool,
    /// `active`, `suspended` or `revoked`.
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::text::CredentialStatus"))]
    pub status: &'static str,
}

impl fmt::Debug for ListedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListedCredential").field("id", &self.id).field("status", &self.status).finish_non_exhaustive()
    }
}

impl ListedCredential {
    /// Shows a stored credential.
    #[must_use]
    pub fn new(stored: &StoredCredential, providers: &Providers) -> Self {
        let record = &stored.record;
        Self {
            id: stored.id.to_string(),
            credential_id: Base64UrlUnpadded::encode_string(record.credential_id.as_bytes()),
            name: record.name.clone(),
            aaguid: record.aaguid.to_string(),
            provider: providers.find(record.aaguid),
            transports: record.transports.iter().map(Transport::as_str).map(str::to_owned).collect(),
            created_at: rfc3339(record.created_at),
            last_used_at: record.last_used_at.map(rfc3339),
            backup_eligible: record.backup_eligible.unwrap_or(false),
            backup_state: record.backup_state,
            status: record.status.as_str(),
        }
    }
}

fn provider<S: serde::Serializer>(provider: &Option<Arc<Provider>>, serializer: S) -> Result<S::Ok, S::Error> {
    provider.as_deref().serialize(serializer)
}

/// What begin answers.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Begun<'a, O> {
    pub(crate) public_key: &'a O,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<crate::openapi::bodies::Mediation>"))]
    pub(crate) mediation: Option<&'static str>,
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::text::State"))]
    pub(crate) state: &'a str,
}

/// What answers about one passkey.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "OneCredential"))]
pub(crate) struct One<'a> {
    pub(crate) credential: &'a ListedCredential,
}

/// What answers about all passkeys.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "AllCredentials"))]
pub(crate) struct All {
    pub(crate) credentials: Vec<ListedCredential>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<crate::openapi::webauthn::AllAcceptedCredentials>"))]
    pub(crate) signal: Option<AllAcceptedCredentials>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_the_credential_id_nor_the_name() {
        let listed = ListedCredential {
            id: "row-1".into(),
            credential_id: "c2VjcmV0".into(),
            name: "Ada's phone".into(),
            aaguid: String::new(),
            provider: None,
            transports: Vec::new(),
            created_at: String::new(),
            last_used_at: None,
            backup_eligible: false,
            backup_state: false,
            status: "active",
        };
        assert_eq!(format!("{listed:?}"), "ListedCredential { id: \"row-1\", status: \"active\", .. }");
    }
}
