//! The sealed form of a state: version, key id, nonce, and the encrypted id, expiry and state bytes.

use super::{KeyRing, SealingKey};
use crate::draw::draw;
use crate::store::key_bytes;
use crate::store::{CeremonyKey, Handle, MAX_HANDLE, StoreError};
use ceremony::UnixTime;
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead, AeadInOut, Payload};
use std::error::Error as StdError;
use std::fmt;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 24;
/// What stands before the encrypted part.
const HEAD: usize = 1 + KEY_ID + NONCE;
const TAG: usize = 16;
const SPEND_ID: usize = 16;
const EXPIRY: usize = 8;

/// The longest state that can be sealed, in bytes: base64url makes four characters of three bytes.
pub const MAX_STATE: usize = MAX_HANDLE / 4 * 3 - 1 - KEY_ID - NONCE - TAG - SPEND_ID - EXPIRY;

/// What was in a seal.
pub(super) struct Opened {
    pub(super) id: [u8; SPEND_ID],
    pub(super) expires_at: UnixTime,
    pub(super) state: Vec<u8>,
}

pub(super) fn seal(
    sealing: &SealingKey,
    key: &CeremonyKey,
    state: Vec<u8>,
    expires_at: UnixTime,
) -> Result<Handle, StoreError> {
    let state = Zeroizing::new(state);
    if state.len() > MAX_STATE {
        return Err(StoreError::unavailable(StateTooLong { len: state.len() }));
    }
    // One call of the operating system for both.
    let drawn = draw::<{ NONCE + SPEND_ID }>()?;
    let (nonce, id) = drawn.split_first_chunk::<NONCE>().ok_or(StoreError::Corrupt("handle"))?;
    // Encrypted where it lies.
    let mut token = Zeroizing::new(Vec::with_capacity(HEAD + SPEND_ID + EXPIRY + state.len() + TAG));
    token.push(VERSION);
    token.extend_from_slice(&sealing.id());
    token.extend_from_slice(nonce);
    token.extend_from_slice(id);
    token.extend_from_slice(&expires_at.as_millis().to_be_bytes());
    token.extend_from_slice(&state);
    let plain = token.get_mut(HEAD..).unwrap_or_default();
    let tag = sealing
        .cipher()
        .encrypt_inout_detached(&XNonce::from(*nonce), &associated(key), plain.into())
        .map_err(|_| StoreError::unavailable("the cipher refuses the state"))?;
    token.extend_from_slice(&tag);
    Handle::of(crate::base64url::encode(&token)).ok_or(StoreError::Corrupt("handle"))
}

/// `None` for whatever this ring did not seal under this key.
pub(super) fn open(ring: &KeyRing, key: &CeremonyKey, handle: &Handle) -> Option<Opened> {
    let token = crate::base64url::decode(handle.as_str())?;
    let (&version, token) = token.split_first()?;
    let (key_id, token) = token.split_first_chunk::<KEY_ID>()?;
    let (nonce, sealed) = token.split_first_chunk::<NONCE>()?;
    if version != VERSION {
        return None;
    }
    let aad = associated(key);
    let nonce = XNonce::from(*nonce);
    let plain = ring
        .named(*key_id)
        .find_map(|opening| opening.cipher().decrypt(&nonce, Payload { msg: sealed, aad: &aad }).ok())?;
    let plain = Zeroizing::new(plain);
    let (id, rest) = plain.split_first_chunk::<SPEND_ID>()?;
    let (expires_at, state) = rest.split_first_chunk::<EXPIRY>()?;
    Some(Opened { id: *id, expires_at: UnixTime::from_millis(u64::from_be_bytes(*expires_at)), state: state.to_vec() })
}

/// Everything that must be the same at finish: a seal opens under no other.
fn associated(key: &CeremonyKey) -> Vec<u8> {
    let mut bytes = key_bytes(b"ceremony: sealed state", key);
    bytes.push(VERSION);
    bytes
}

/// A state is too long to be sealed into a handle; keep such ceremonies in a store that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateTooLong {
    /// The state's length in bytes; [`MAX_STATE`] is the longest.
    pub len: usize,
}

impl fmt::Display for StateTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "state of {} bytes is too long to be sealed into a handle: {MAX_STATE} is the longest", self.len)
    }
}

impl StdError for StateTooLong {}
