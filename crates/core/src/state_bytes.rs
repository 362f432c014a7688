//! States as bytes, version 1. Golden files hold the form still; version N reads N-1.
//!
//! State bytes are trusted input: they stay on the server, or travel sealed.

use crate::authentication::AuthenticationState;
use crate::challenge::Challenge;
use crate::cose::Algorithm;
use crate::error::Misuse;
use crate::extensions::{AskedAtCreation, AskedAtRequest};
use crate::ids::{MAX_USER_HANDLE, RpId, Tenant, UserHandle};
use crate::policy::{AttestationConveyance, UserVerification};
use crate::registration::RegistrationState;
use crate::state::Frozen;
use crate::time::UnixTime;
use crate::wire::{Corrupt, Reader, Writer};
use alloc::vec::Vec;

const VERSION: u8 = 1;
const REGISTRATION: u8 = b'R';
const AUTHENTICATION: u8 = b'A';

impl RegistrationState {
    /// The state as bytes, a few hundred at most. They hold the challenge: keep them on the server.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        let mut to = Writer::with_capacity(256);
        to.u8(VERSION);
        to.u8(REGISTRATION);
        write_frozen(&mut to, &self.frozen);
        to.bytes(self.user.as_bytes());
        to.bool(self.conditional);
        to.u8(match self.attestation {
            AttestationConveyance::None => 0,
            AttestationConveyance::Indirect => 1,
            AttestationConveyance::Direct => 2,
            AttestationConveyance::Enterprise => 3,
        });
        self.extensions.write(&mut to);
        to.count(self.algorithms.len());
        for algorithm in &self.algorithms {
            to.i64(algorithm.id());
        }
        to.finish()
    }

    /// Reads a state's bytes.
    ///
    /// # Errors
    ///
    /// [`Misuse::StateBytes`] if they are not the bytes of a registration state.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Misuse> {
        read(bytes, REGISTRATION, |from| {
            Ok(Self {
                frozen: read_frozen(from)?,
                user: UserHandle::new(from.bytes()?).map_err(|_| Corrupt)?,
                conditional: from.bool()?,
                attestation: match from.u8()? {
                    0 => AttestationConveyance::None,
                    1 => AttestationConveyance::Indirect,
                    2 => AttestationConveyance::Direct,
                    3 => AttestationConveyance::Enterprise,
                    _ => return Err(Corrupt),
                },
                extensions: AskedAtCreation::read(from)?,
                algorithms: {
                    let count = from.u16()?;
                    (0..count).map(|_| Algorithm::from_id(from.i64()?).ok_or(Corrupt)).collect::<Result<_, _>>()?
                },
            })
        })
    }
}

impl AuthenticationState {
    /// The state as bytes, a few hundred and 16 for each allowed credential; as many for one user as for another. They hold
    /// the challenge: keep them on the server.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        let mut to = Writer::with_capacity(256);
        to.u8(VERSION);
        to.u8(AUTHENTICATION);
        write_frozen(&mut to, &self.frozen);
        let user = self.user.as_ref().map_or(&[][..], UserHandle::as_bytes);
        to.bytes(user);
        if !user.is_empty() {
            // Sealed, a state still shows its length: that of one user must be that of every other, made-up ones too.
            (user.len()..MAX_USER_HANDLE).for_each(|_| to.u8(0));
        }
        self.extensions.write(&mut to);
        to.count(self.allow.len());
        for hash in &self.allow {
            to.array(hash);
        }
        to.finish()
    }

    /// Reads a state's bytes.
    ///
    /// # Errors
    ///
    /// [`Misuse::StateBytes`] if they are not the bytes of an authentication state.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Misuse> {
        read(bytes, AUTHENTICATION, |from| {
            Ok(Self {
                frozen: read_frozen(from)?,
                user: match from.bytes()? {
                    [] => None,
                    handle => {
                        let padding = from.take(MAX_USER_HANDLE.checked_sub(handle.len()).ok_or(Corrupt)?)?;
                        if padding.iter().any(|byte| *byte != 0) {
                            return Err(Corrupt);
                        }
                        Some(UserHandle::new(handle).map_err(|_| Corrupt)?)
                    }
                },
                extensions: AskedAtRequest::read(from)?,
                allow: {
                    let count = from.u16()?;
                    (0..count).map(|_| from.array()).collect::<Result<_, _>>()?
                },
            })
        })
    }
}

fn read<'a, T>(
    bytes: &'a [u8],
    kind: u8,
    body: impl FnOnce(&mut Reader<'a>) -> Result<T, Corrupt>,
) -> Result<T, Misuse> {
    let mut from = Reader::new(bytes);
    let read = (|| {
        if from.u8()? != VERSION || from.u8()? != kind {
            return Err(Corrupt);
        }
        let state = body(&mut from)?;
        from.end()?;
        Ok(state)
    })();
    read.map_err(|Corrupt| Misuse::StateBytes)
}

fn write_frozen(to: &mut Writer, frozen: &Frozen) {
    to.bytes(frozen.tenant.as_str().as_bytes());
    to.bytes(frozen.rp_id.as_str().as_bytes());
    to.bytes(frozen.challenge.as_bytes());
    to.u64(frozen.expires_at.as_millis());
    to.u8(match frozen.user_verification {
        UserVerification::Required => 0,
        UserVerification::Preferred => 1,
        UserVerification::Discouraged => 2,
    });
    to.bool(frozen.browser_binding.is_some());
    if let Some(binding) = &frozen.browser_binding {
        to.array(binding);
    }
    to.bytes(frozen.context.as_bytes());
}

fn read_frozen(from: &mut Reader<'_>) -> Result<Frozen, Corrupt> {
    Ok(Frozen {
        tenant: Tenant::new(from.text()?).map_err(|_| Corrupt)?,
        rp_id: RpId::new(from.text()?),
        challenge: Challenge::from_slice(from.bytes()?).map_err(|_| Corrupt)?,
        expires_at: UnixTime::from_millis(from.u64()?),
        user_verification: match from.u8()? {
            0 => UserVerification::Required,
            1 => UserVerification::Preferred,
            2 => UserVerification::Discouraged,
            _ => return Err(Corrupt),
        },
        browser_binding: if from.bool()? { Some(from.array()?) } else { None },
        context: from.bytes()?.to_vec().into(),
    })
}
