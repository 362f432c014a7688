//! What the authenticator's extension outputs said: a CBOR map inside what is signed.

use super::{Blob, CredentialProtection, Malformed, cred_blob, cred_protect, min_pin_length};
use crate::cbor::{Key, Reader};
use alloc::vec::Vec;

/// The outputs of a registration, in the forms that their extensions give them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AtCreation {
    pub(super) cred_protect: Option<CredentialProtection>,
    pub(super) min_pin_length: Option<u32>,
    pub(super) cred_blob_stored: Option<bool>,
    /// Outputs that count as absent for their form.
    pub(super) malformed: Vec<&'static str>,
}

impl AtCreation {
    /// Reads the map of the authenticator data, which was checked to be well-formed when the data were parsed.
    pub(super) fn read(map: Option<&[u8]>) -> Self {
        let mut outputs = Self::default();
        for (name, value) in entries(map) {
            let malformed = &mut outputs.malformed;
            match name {
                cred_protect::NAME => {
                    outputs.cred_protect = keep(cred_protect::NAME, value, cred_protect::read, malformed);
                }
                min_pin_length::NAME => {
                    outputs.min_pin_length = keep(min_pin_length::NAME, value, min_pin_length::read, malformed);
                }
                cred_blob::NAME => {
                    outputs.cred_blob_stored = keep(cred_blob::NAME, value, cred_blob::read_stored, malformed);
                }
                // `hmac-secret` says what the client's `prf` says, or holds what is encrypted for the client.
                _ => {}
            }
        }
        outputs
    }
}

/// The outputs of an authentication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AtRequest {
    pub(super) cred_blob: Option<Blob>,
    /// Outputs that count as absent for their form.
    pub(super) malformed: Vec<&'static str>,
}

impl AtRequest {
    /// Reads the map of the authenticator data; a credBlob of more than `max` bytes is malformed.
    pub(super) fn read(map: Option<&[u8]>, max: usize) -> Self {
        let mut outputs = Self::default();
        for (name, value) in entries(map) {
            // `hmac-secret` holds what is encrypted for the client: it is not looked at.
            if name == cred_blob::NAME {
                let read = |from: &mut Reader<'_>| cred_blob::read_blob(from, max);
                outputs.cred_blob = keep(cred_blob::NAME, value, read, &mut outputs.malformed);
            }
        }
        outputs
    }
}

fn keep<T>(
    name: &'static str,
    value: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, Malformed>,
    malformed: &mut Vec<&'static str>,
) -> Option<T> {
    read(&mut Reader::new(value)).inspect_err(|Malformed| malformed.push(name)).ok()
}

/// Names and values of the map. It ends early at what is no such map, which parsing has refused before.
pub(super) fn entries(map: Option<&[u8]>) -> impl Iterator<Item = (&str, &[u8])> {
    let mut from = Reader::new(map.unwrap_or_default());
    let mut left = from.map().unwrap_or(0);
    core::iter::from_fn(move || {
        left = left.checked_sub(1)?;
        let Ok(Key::Text(name)) = from.key() else { return None };
        Some((name, from.skip().ok()?))
    })
}
