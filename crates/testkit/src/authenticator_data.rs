//! Authenticator data, field by field.

use crate::cbor::Cbor;

/// The bits of the flags byte.
pub mod flags {
    /// User present.
    pub const UP: u8 = 0x01;
    /// User verified.
    pub const UV: u8 = 0x04;
    /// Backup eligible.
    pub const BE: u8 = 0x08;
    /// Backup state.
    pub const BS: u8 = 0x10;
    /// Attested credential data included.
    pub const AT: u8 = 0x40;
    /// Extension data included.
    pub const ED: u8 = 0x80;
}

/// The fields of authenticator data before they become bytes.
///
/// Nothing is derived on encoding: the flags AT and ED are written as they stand here, whether or not the data they
/// announce is there.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AuthenticatorData {
    /// SHA-256 of the RP ID, 32 bytes.
    pub rp_id_hash: Vec<u8>,
    /// The flags byte; see [`flags`].
    pub flags: u8,
    /// The signature counter.
    pub sign_count: u32,
    /// Attested credential data, present in registrations.
    pub attested_credential_data: Option<AttestedCredentialData>,
    /// The extension outputs, a CBOR map of text keys.
    pub extensions: Option<Cbor>,
    /// Bytes after everything else.
    pub trailing: Vec<u8>,
}

/// The credential's part of authenticator data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttestedCredentialData {
    /// The authenticator model's AAGUID.
    pub aaguid: [u8; 16],
    /// The length written before the credential id; `None` writes the true one.
    pub credential_id_length: Option<u16>,
    /// The credential id.
    pub credential_id: Vec<u8>,
    /// The encoded COSE key.
    pub credential_public_key: Vec<u8>,
}

impl AuthenticatorData {
    /// The bytes, as signed and sent.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.rp_id_hash.clone();
        out.push(self.flags);
        out.extend_from_slice(&self.sign_count.to_be_bytes());
        if let Some(attested) = &self.attested_credential_data {
            attested.write(&mut out);
        }
        if let Some(extensions) = &self.extensions {
            out.extend_from_slice(&extensions.encode());
        }
        out.extend_from_slice(&self.trailing);
        out
    }

    /// Sets or clears bits of the flags byte.
    pub fn set_flags(&mut self, bits: u8, on: bool) {
        if on {
            self.flags |= bits;
        } else {
            self.flags &= !bits;
        }
    }

    /// Whether every one of these bits is set.
    #[must_use]
    pub const fn has_flags(&self, bits: u8) -> bool {
        self.flags & bits == bits
    }
}

impl AttestedCredentialData {
    fn write(&self, out: &mut Vec<u8>) {
        let length =
            self.credential_id_length.unwrap_or_else(|| u16::try_from(self.credential_id.len()).unwrap_or(u16::MAX));
        out.extend_from_slice(&self.aaguid);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&self.credential_id);
        out.extend_from_slice(&self.credential_public_key);
    }
}
