//! The record's JSON form: version 1, or 2 for the few records with a user handle of the authenticator's own.
//! Documented in `docs/record.md`; golden files hold it still.

use super::{AttestationType, AttestationVerdict, CredentialRecord, ExtensionFacts, Status};
use crate::base64url;
use crate::cose::CredentialPublicKey;
use crate::ids::{Aaguid, CredentialId, RpId, Tenant, UserHandle};
use crate::time::UnixTime;
use crate::transport::Transport;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
struct Form {
    version: u32,
    tenant: String,
    rp_id: String,
    user_handle: String,
    credential_id: String,
    /// The COSE_Key; the quick-load form is made anew from it.
    public_key: String,
    alg: i64,
    sign_count: u32,
    uv_initialized: bool,
    backup_eligible: Option<bool>,
    backup_state: bool,
    transports: Vec<String>,
    aaguid: String,
    fmt: String,
    attestation: AttestationForm,
    extensions: FactsForm,
    status: StatusForm,
    name: String,
    created_at: u64,
    last_used_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authenticator_user_handle: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct AttestationForm {
    #[serde(rename = "type")]
    attestation_type: String,
    trusted: bool,
    intermediates: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct FactsForm {
    cred_props_rk: Option<bool>,
    cred_protect: Option<u8>,
    min_pin_length: Option<u32>,
    large_blob_supported: Option<bool>,
    prf_enabled: Option<bool>,
    cred_blob_stored: Option<bool>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
enum StatusForm {
    Active,
    Suspended { reason: String, since: u64 },
    Revoked { reason: String, since: u64 },
}

impl Serialize for CredentialRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Form {
            version: if self.authenticator_user_handle.is_some() { 2 } else { 1 },
            tenant: self.tenant.as_str().into(),
            rp_id: self.rp_id.as_str().into(),
            user_handle: base64url::encode(self.user_handle.as_bytes()),
            credential_id: base64url::encode(self.credential_id.as_bytes()),
            public_key: base64url::encode(self.public_key.as_cose()),
            alg: self.algorithm().id(),
            sign_count: self.sign_count,
            uv_initialized: self.uv_initialized,
            backup_eligible: self.backup_eligible,
            backup_state: self.backup_state,
            transports: self.transports.iter().map(|transport| transport.as_str().into()).collect(),
            aaguid: self.aaguid.to_string(),
            fmt: self.fmt.clone(),
            attestation: AttestationForm {
                attestation_type: self.attestation.attestation_type.as_str().into(),
                trusted: self.attestation.trusted,
                intermediates: self.attestation.intermediates.iter().map(|der| base64url::encode(der)).collect(),
            },
            extensions: FactsForm {
                cred_props_rk: self.extensions.cred_props_rk,
                cred_protect: self.extensions.cred_protect,
                min_pin_length: self.extensions.min_pin_length,
                large_blob_supported: self.extensions.large_blob_supported,
                prf_enabled: self.extensions.prf_enabled,
                cred_blob_stored: self.extensions.cred_blob_stored,
            },
            status: match &self.status {
                Status::Active => StatusForm::Active,
                Status::Suspended { reason, since } => {
                    StatusForm::Suspended { reason: reason.clone(), since: since.as_millis() }
                }
                Status::Revoked { reason, since } => {
                    StatusForm::Revoked { reason: reason.clone(), since: since.as_millis() }
                }
            },
            name: self.name.clone(),
            created_at: self.created_at.as_millis(),
            last_used_at: self.last_used_at.map(UnixTime::as_millis),
            authenticator_user_handle: self
                .authenticator_user_handle
                .as_ref()
                .map(|handle| base64url::encode(handle.as_bytes())),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CredentialRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = Form::deserialize(deserializer)?;
        if form.version != (if form.authenticator_user_handle.is_some() { 2 } else { 1 }) {
            return Err(D::Error::custom("record version is not readable"));
        }
        let public_key =
            CredentialPublicKey::from_cose(&bytes::<D>(&form.public_key)?, false).map_err(D::Error::custom)?;
        if public_key.algorithm().id() != form.alg {
            return Err(D::Error::custom("alg is not that of the public key"));
        }
        Ok(Self {
            tenant: Tenant::new(form.tenant).map_err(D::Error::custom)?,
            rp_id: RpId::new(form.rp_id),
            user_handle: UserHandle::new(bytes::<D>(&form.user_handle)?).map_err(D::Error::custom)?,
            credential_id: CredentialId::new(bytes::<D>(&form.credential_id)?).map_err(D::Error::custom)?,
            public_key,
            sign_count: form.sign_count,
            uv_initialized: form.uv_initialized,
            backup_eligible: form.backup_eligible,
            backup_state: form.backup_state,
            transports: form.transports.iter().filter_map(|text| Transport::parse(text)).collect(),
            aaguid: Aaguid::parse(&form.aaguid).ok_or_else(|| D::Error::custom("aaguid is not a UUID"))?,
            fmt: form.fmt,
            attestation: AttestationVerdict {
                attestation_type: AttestationType::ALL
                    .into_iter()
                    .find(|known| known.as_str() == form.attestation.attestation_type)
                    .ok_or_else(|| D::Error::custom("unknown attestation type"))?,
                trusted: form.attestation.trusted,
                intermediates: form
                    .attestation
                    .intermediates
                    .iter()
                    .map(|text| bytes::<D>(text))
                    .collect::<Result<_, _>>()?,
            },
            extensions: ExtensionFacts {
                cred_props_rk: form.extensions.cred_props_rk,
                // As in the byte form: there is no level 0.
                cred_protect: form.extensions.cred_protect.filter(|level| *level != 0),
                min_pin_length: form.extensions.min_pin_length,
                large_blob_supported: form.extensions.large_blob_supported,
                prf_enabled: form.extensions.prf_enabled,
                cred_blob_stored: form.extensions.cred_blob_stored,
            },
            status: match form.status {
                StatusForm::Active => Status::Active,
                StatusForm::Suspended { reason, since } => {
                    Status::Suspended { reason, since: UnixTime::from_millis(since) }
                }
                StatusForm::Revoked { reason, since } => {
                    Status::Revoked { reason, since: UnixTime::from_millis(since) }
                }
            },
            name: form.name,
            created_at: UnixTime::from_millis(form.created_at),
            last_used_at: form.last_used_at.map(UnixTime::from_millis),
            authenticator_user_handle: match form.authenticator_user_handle {
                Some(text) => Some(UserHandle::new(bytes::<D>(&text)?).map_err(D::Error::custom)?),
                None => None,
            },
        })
    }
}

fn bytes<'de, D: Deserializer<'de>>(text: &str) -> Result<Vec<u8>, D::Error> {
    base64url::decode(text).map_err(|_| D::Error::custom("not base64url"))
}
