//! The hash of the client data, for the statements that cover it.

use crate::client_data::ClientData;
use core::cell::OnceCell;
use sha2::{Digest, Sha256};

/// R12: SHA-256 of the client data as received, made for whoever asks first. A statement of the format "none" covers
/// nothing, and most registrations have that one.
#[derive(Debug)]
pub(crate) struct ClientDataHash<'a> {
    client_data: &'a [u8],
    hash: OnceCell<[u8; 32]>,
}

impl<'a> ClientDataHash<'a> {
    pub(crate) fn of(client_data: &'a ClientData) -> Self {
        Self { client_data: client_data.as_bytes(), hash: OnceCell::new() }
    }

    /// Of client data that nobody has.
    #[cfg(test)]
    pub(crate) fn known(hash: [u8; 32]) -> Self {
        Self { client_data: &[], hash: OnceCell::from(hash) }
    }

    pub(crate) fn get(&self) -> &[u8; 32] {
        self.hash.get_or_init(|| Sha256::digest(self.client_data).into())
    }
}
