//! A credential that the authenticator holds.

use std::{fmt, sync::Arc};

use crate::algorithm::{Algorithm, PrivateKey};

/// A public key credential source.
///
/// A clone is a copy with the counter of that moment: put back with
/// [`Authenticator::insert`](crate::Authenticator::insert), it acts as a cloned device.
#[derive(Clone)]
pub struct Credential {
    pub(crate) id: Vec<u8>,
    pub(crate) rp_id: String,
    pub(crate) user_handle: Vec<u8>,
    pub(crate) discoverable: bool,
    pub(crate) algorithm: Algorithm,
    pub(crate) key: Arc<dyn PrivateKey>,
    pub(crate) key_index: usize,
    pub(crate) sign_count: u32,
    pub(crate) flags: u8,
}

impl Credential {
    /// The credential id.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// The RP ID that the credential is scoped to.
    #[must_use]
    pub fn rp_id(&self) -> &str {
        &self.rp_id
    }

    /// The user handle, `user.id` of the creation options.
    #[must_use]
    pub fn user_handle(&self) -> &[u8] {
        &self.user_handle
    }

    /// Whether the credential answers without being named in `allowCredentials`.
    #[must_use]
    pub const fn is_discoverable(&self) -> bool {
        self.discoverable
    }

    /// The signature algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public key as an encoded COSE_Key.
    #[must_use]
    pub fn public_key(&self) -> Vec<u8> {
        self.key.cose().encode()
    }

    /// The public key as a DER SubjectPublicKeyInfo.
    #[must_use]
    pub fn public_key_spki(&self) -> Vec<u8> {
        self.key.spki()
    }

    /// The signature counter that was sent last.
    #[must_use]
    pub const fn sign_count(&self) -> u32 {
        self.sign_count
    }

    /// Sets the counter back or forward; the next assertion counts on from here.
    pub const fn set_sign_count(&mut self, sign_count: u32) {
        self.sign_count = sign_count;
    }

    /// Signs any message with the credential's key, in the form that WebAuthn carries.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("rp_id", &self.rp_id)
            .field("algorithm", &self.algorithm)
            .field("discoverable", &self.discoverable)
            .field("sign_count", &self.sign_count)
            .finish_non_exhaustive()
    }
}
