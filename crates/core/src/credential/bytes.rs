//! The record's byte form: version 1, or 2 for the few records with a user handle of the authenticator's own.
//! Documented in `docs/record.md`; golden files hold it still.

use super::{AttestationType, AttestationVerdict, CredentialRecord, ExtensionFacts, Status};
use crate::cose::CredentialPublicKey;
use crate::error::Misuse;
use crate::ids::{Aaguid, CredentialId, RpId, Tenant, UserHandle};
use crate::time::UnixTime;
use crate::transport::Transport;
use crate::wire::{Corrupt, Reader, Writer};
use alloc::vec::Vec;

const VERSION: u8 = 1;
/// Version 1 and [`authenticator_user_handle`](CredentialRecord::authenticator_user_handle) behind it.
const WITH_AUTHENTICATOR_USER_HANDLE: u8 = 2;

impl CredentialRecord {
    /// The record as bytes: about 250 for an ES256 key. The lowest version that holds all of it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::with_capacity(256 + self.public_key.as_cose().len());
        to.u8(if self.authenticator_user_handle.is_some() { WITH_AUTHENTICATOR_USER_HANDLE } else { VERSION });
        to.bytes(self.tenant.as_str().as_bytes());
        to.bytes(self.rp_id.as_str().as_bytes());
        to.bytes(self.user_handle.as_bytes());
        to.bytes(self.credential_id.as_bytes());
        to.bytes(self.public_key.as_cose());
        to.bytes(&self.public_key.quick());
        to.u32(self.sign_count);
        to.bool(self.uv_initialized);
        optional_bool(&mut to, self.backup_eligible);
        to.bool(self.backup_state);
        to.count(self.transports.len());
        for transport in &self.transports {
            to.bytes(transport.as_str().as_bytes());
        }
        to.array(self.aaguid.as_bytes());
        to.bytes(self.fmt.as_bytes());
        to.u8(type_code(self.attestation.attestation_type));
        to.bool(self.attestation.trusted);
        to.count(self.attestation.intermediates.len());
        for certificate in &self.attestation.intermediates {
            to.bytes(certificate);
        }
        write_facts(&mut to, &self.extensions);
        match &self.status {
            Status::Active => to.u8(0),
            Status::Suspended { reason, since } => {
                to.u8(1);
                to.bytes(reason.as_bytes());
                to.u64(since.as_millis());
            }
            Status::Revoked { reason, since } => {
                to.u8(2);
                to.bytes(reason.as_bytes());
                to.u64(since.as_millis());
            }
        }
        to.bytes(self.name.as_bytes());
        to.u64(self.created_at.as_millis());
        to.bool(self.last_used_at.is_some());
        if let Some(last_used_at) = self.last_used_at {
            to.u64(last_used_at.as_millis());
        }
        if let Some(user_handle) = &self.authenticator_user_handle {
            to.bytes(user_handle.as_bytes());
        }
        to.finish()
    }

    /// Reads a record's bytes.
    ///
    /// # Errors
    ///
    /// [`Misuse::RecordBytes`] if the bytes are not a record, or one of a later version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Misuse> {
        let mut from = Reader::new(bytes);
        let record = read(&mut from).map_err(|Corrupt| Misuse::RecordBytes)?;
        from.end().map_err(|Corrupt| Misuse::RecordBytes)?;
        Ok(record)
    }
}

fn read(from: &mut Reader<'_>) -> Result<CredentialRecord, Corrupt> {
    let version = from.u8()?;
    if !matches!(version, VERSION | WITH_AUTHENTICATOR_USER_HANDLE) {
        return Err(Corrupt);
    }
    Ok(CredentialRecord {
        tenant: Tenant::new(from.text()?).map_err(|_| Corrupt)?,
        rp_id: RpId::new(from.text()?),
        user_handle: UserHandle::new(from.bytes()?).map_err(|_| Corrupt)?,
        credential_id: CredentialId::new(from.bytes()?).map_err(|_| Corrupt)?,
        public_key: {
            let cose = from.bytes()?.to_vec();
            CredentialPublicKey::from_quick(cose, from.bytes()?).map_err(|_| Corrupt)?
        },
        sign_count: from.u32()?,
        uv_initialized: from.bool()?,
        backup_eligible: read_optional_bool(from)?,
        backup_state: from.bool()?,
        transports: {
            let count = from.u16()?;
            (0..count).map(|_| Transport::parse(&from.text()?).ok_or(Corrupt)).collect::<Result<_, _>>()?
        },
        aaguid: Aaguid::new(from.array()?),
        fmt: from.text()?,
        attestation: {
            let attestation_type = read_type(from.u8()?)?;
            let trusted = from.bool()?;
            let count = from.u16()?;
            let intermediates = (0..count).map(|_| from.bytes().map(<[u8]>::to_vec)).collect::<Result<_, _>>()?;
            AttestationVerdict { attestation_type, trusted, intermediates }
        },
        extensions: read_facts(from)?,
        status: match from.u8()? {
            0 => Status::Active,
            1 => Status::Suspended { reason: from.text()?, since: UnixTime::from_millis(from.u64()?) },
            2 => Status::Revoked { reason: from.text()?, since: UnixTime::from_millis(from.u64()?) },
            _ => return Err(Corrupt),
        },
        name: from.text()?,
        created_at: UnixTime::from_millis(from.u64()?),
        last_used_at: if from.bool()? { Some(UnixTime::from_millis(from.u64()?)) } else { None },
        authenticator_user_handle: match version {
            WITH_AUTHENTICATOR_USER_HANDLE => Some(UserHandle::new(from.bytes()?).map_err(|_| Corrupt)?),
            _ => None,
        },
    })
}

fn optional_bool(to: &mut Writer, value: Option<bool>) {
    to.u8(value.map_or(2, u8::from));
}

fn read_optional_bool(from: &mut Reader<'_>) -> Result<Option<bool>, Corrupt> {
    match from.u8()? {
        0 => Ok(Some(false)),
        1 => Ok(Some(true)),
        2 => Ok(None),
        _ => Err(Corrupt),
    }
}

fn write_facts(to: &mut Writer, facts: &ExtensionFacts) {
    optional_bool(to, facts.cred_props_rk);
    to.u8(facts.cred_protect.unwrap_or(0));
    to.bool(facts.min_pin_length.is_some());
    to.u32(facts.min_pin_length.unwrap_or(0));
    optional_bool(to, facts.large_blob_supported);
    optional_bool(to, facts.prf_enabled);
    optional_bool(to, facts.cred_blob_stored);
}

fn read_facts(from: &mut Reader<'_>) -> Result<ExtensionFacts, Corrupt> {
    Ok(ExtensionFacts {
        cred_props_rk: read_optional_bool(from)?,
        cred_protect: Some(from.u8()?).filter(|level| *level != 0),
        min_pin_length: {
            let present = from.bool()?;
            Some(from.u32()?).filter(|_| present)
        },
        large_blob_supported: read_optional_bool(from)?,
        prf_enabled: read_optional_bool(from)?,
        cred_blob_stored: read_optional_bool(from)?,
    })
}

const fn type_code(attestation_type: AttestationType) -> u8 {
    match attestation_type {
        AttestationType::None => 0,
        AttestationType::SelfAttestation => 1,
        AttestationType::Basic => 2,
        AttestationType::AttCa => 3,
        AttestationType::AnonCa => 4,
        AttestationType::Compound => 5,
    }
}

fn read_type(code: u8) -> Result<AttestationType, Corrupt> {
    AttestationType::ALL.into_iter().find(|known| type_code(*known) == code).ok_or(Corrupt)
}
