//! The credential record: what a relying party keeps of a passkey (WebAuthn §4, "credential record").

mod bytes;
mod json;

use crate::cose::{Algorithm, CredentialPublicKey};
use crate::error::Misuse;
use crate::ids::{Aaguid, CredentialId, RpId, Tenant, UserHandle};
use crate::time::UnixTime;
use crate::transport::Transport;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The longest name of a credential, in bytes.
pub const MAX_CREDENTIAL_NAME: usize = 256;

/// One passkey of one user.
///
/// A record is plain data. It comes out of [`Registration::into_record`](crate::Registration::into_record); to import
/// one from elsewhere, start with [`CredentialRecord::new`] and set what is known. It travels as bytes
/// ([`to_bytes`](Self::to_bytes)) or as JSON (serde); both forms carry a version, and later versions of this library
/// keep reading them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CredentialRecord {
    /// The tenant, empty where there is only one.
    pub tenant: Tenant,
    /// The RP ID that the credential is bound to.
    pub rp_id: RpId,
    /// The handle of the user who owns the credential.
    pub user_handle: UserHandle,
    /// The credential id, unique among all users of the tenant and RP ID.
    pub credential_id: CredentialId,
    /// The public key.
    pub public_key: CredentialPublicKey,
    /// The signature counter; 0 for authenticators without one.
    pub sign_count: u32,
    /// Whether user verification may count as a factor (WebAuthn §7.2 step 24).
    pub uv_initialized: bool,
    /// Whether the credential may be synced; `None` for a record from before this was kept: it is learnt at the next
    /// authentication.
    pub backup_eligible: Option<bool>,
    /// Whether the credential was synced when it was last used.
    pub backup_state: bool,
    /// How the authenticator may be reached, at most 16.
    pub transports: Vec<Transport>,
    /// The authenticator's make.
    pub aaguid: Aaguid,
    /// The attestation statement format, at most 32 bytes.
    pub fmt: String,
    /// What the attestation amounted to.
    pub attestation: AttestationVerdict,
    /// What extensions said at registration.
    pub extensions: ExtensionFacts,
    /// Whether the credential may sign in.
    pub status: Status,
    /// The user's name for the credential, at most 256 bytes.
    pub name: String,
    /// When the credential was registered.
    pub created_at: UnixTime,
    /// When the credential last signed in.
    pub last_used_at: Option<UnixTime>,
    /// The user handle that the authenticator keeps with the credential, where that is not the account's: of a passkey
    /// from another system, some of which draw a handle for each. `None` for whatever was registered here.
    pub authenticator_user_handle: Option<UserHandle>,
}

impl fmt::Debug for CredentialRecord {
    /// Everything but what may name a person: the credential's name and the reason of its status.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialRecord")
            .field("tenant", &self.tenant)
            .field("rp_id", &self.rp_id)
            .field("user_handle", &self.user_handle)
            .field("credential_id", &self.credential_id)
            .field("public_key", &self.public_key)
            .field("sign_count", &self.sign_count)
            .field("uv_initialized", &self.uv_initialized)
            .field("backup_eligible", &self.backup_eligible)
            .field("backup_state", &self.backup_state)
            .field("transports", &self.transports)
            .field("aaguid", &self.aaguid)
            .field("fmt", &self.fmt)
            .field("attestation", &self.attestation)
            .field("extensions", &self.extensions)
            .field("status", &self.status.as_str())
            .field("created_at", &self.created_at)
            .field("last_used_at", &self.last_used_at)
            .field("authenticator_user_handle", &self.authenticator_user_handle)
            .finish_non_exhaustive()
    }
}

impl CredentialRecord {
    /// A record with the least that authentication needs; everything else starts as unknown.
    #[must_use]
    pub fn new(
        tenant: Tenant,
        rp_id: RpId,
        user_handle: UserHandle,
        credential_id: CredentialId,
        public_key: CredentialPublicKey,
        created_at: UnixTime,
    ) -> Self {
        Self {
            tenant,
            rp_id,
            user_handle,
            credential_id,
            public_key,
            sign_count: 0,
            uv_initialized: false,
            backup_eligible: None,
            backup_state: false,
            transports: Vec::new(),
            aaguid: Aaguid::ZERO,
            fmt: String::from("none"),
            attestation: AttestationVerdict::default(),
            extensions: ExtensionFacts::default(),
            status: Status::Active,
            name: String::new(),
            created_at,
            last_used_at: None,
            authenticator_user_handle: None,
        }
    }

    /// The user handle that comes back with an authentication (WebAuthn §7.2 step 6): the authenticator's, which for
    /// nearly every record is the account's.
    #[must_use]
    pub const fn expected_user_handle(&self) -> &UserHandle {
        match &self.authenticator_user_handle {
            Some(handle) => handle,
            None => &self.user_handle,
        }
    }

    /// The algorithm of the public key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.public_key.algorithm()
    }

    /// Sets the name that the user sees.
    ///
    /// # Errors
    ///
    /// [`Misuse::CredentialName`] as [`check_name`](Self::check_name).
    pub fn with_name(mut self, name: impl Into<String>) -> Result<Self, Misuse> {
        let name = name.into();
        Self::check_name(&name)?;
        self.name = name;
        Ok(self)
    }

    /// Whether a text may be a credential's name.
    ///
    /// # Errors
    ///
    /// [`Misuse::CredentialName`] if it is longer than 256 bytes or holds control characters.
    pub fn check_name(name: &str) -> Result<(), Misuse> {
        if name.len() > MAX_CREDENTIAL_NAME || name.chars().any(char::is_control) {
            return Err(Misuse::CredentialName);
        }
        Ok(())
    }
}

/// What the attestation of a registration amounted to.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AttestationVerdict {
    /// The type of attestation.
    pub attestation_type: AttestationType,
    /// Whether it led to a trust anchor.
    pub trusted: bool,
    /// The certificates of the trust path in DER, leaf first, if the policy keeps them: they allow a later revocation
    /// to be applied. Of a compound statement the paths of its elements, one after the other; of a trusted one those of
    /// its trusted elements alone.
    pub intermediates: Vec<Vec<u8>>,
}

impl AttestationVerdict {
    /// A verdict without certificates.
    #[must_use]
    pub const fn new(attestation_type: AttestationType, trusted: bool) -> Self {
        Self { attestation_type, trusted, intermediates: Vec::new() }
    }
}

/// The types of attestation (WebAuthn §6.5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AttestationType {
    /// No attestation.
    #[default]
    None,
    /// Signed with the credential key itself.
    SelfAttestation,
    /// Signed with a key shared by a batch of devices.
    Basic,
    /// Certified by an attestation CA for this device.
    AttCa,
    /// Certified by an anonymization CA for this credential.
    AnonCa,
    /// Several statements at once, one of them at least neither empty nor a self attestation.
    Compound,
}

impl AttestationType {
    /// The word used in stored and printed forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SelfAttestation => "self",
            Self::Basic => "basic",
            Self::AttCa => "attca",
            Self::AnonCa => "anonca",
            Self::Compound => "compound",
        }
    }

    const ALL: [Self; 6] = [Self::None, Self::SelfAttestation, Self::Basic, Self::AttCa, Self::AnonCa, Self::Compound];
}

/// What extensions said when the credential was made; `None` where nothing was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ExtensionFacts {
    /// credProps: whether the credential is discoverable. The client's word, not signed.
    pub cred_props_rk: Option<bool>,
    /// credProtect: the protection level, 1 to 3. Signed by the authenticator.
    pub cred_protect: Option<u8>,
    /// minPinLength: the shortest PIN in code points. Signed by the authenticator.
    pub min_pin_length: Option<u32>,
    /// largeBlob: whether the credential can store a blob. The client's word.
    pub large_blob_supported: Option<bool>,
    /// prf: whether the credential has a pseudo-random function. The client's word.
    pub prf_enabled: Option<bool>,
    /// credBlob: whether the blob was stored. Signed by the authenticator.
    pub cred_blob_stored: Option<bool>,
}

/// Whether a credential may sign in.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Status {
    /// It may.
    #[default]
    Active,
    /// Not at present; the record is kept as evidence and can be made active again.
    Suspended {
        /// Why, for an administrator: at most 128 bytes.
        reason: String,
        /// Since when.
        since: UnixTime,
    },
    /// Never again; the record is kept so that the credential id can't come back.
    Revoked {
        /// Why, for an administrator: at most 128 bytes.
        reason: String,
        /// Since when.
        since: UnixTime,
    },
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A reason may name a person.
        f.write_str(self.as_str())
    }
}

impl Status {
    /// Whether the credential may sign in.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self, Self::Active)
    }

    /// The word used in stored and printed forms.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended { .. } => "suspended",
            Self::Revoked { .. } => "revoked",
        }
    }
}
