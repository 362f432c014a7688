//! largeBlob: bytes that the authenticator keeps beside the credential (WebAuthn §10.1.5). The client's word.

use super::client_outputs::{boolean, bytes, object};
use super::{Blob, Malformed};
use crate::json::Json;
use alloc::vec::Vec;

pub(super) const NAME: &str = "largeBlob";

/// What an authentication does with the large blob: never both at once (WebAuthn §10.1.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LargeBlob {
    /// Reads it.
    Read,
    /// Replaces it. The request must then name exactly one credential in `allowCredentials`. Authenticators keep about a
    /// kilobyte for all their credentials together.
    Write(Blob),
}

impl LargeBlob {
    /// Replaces the blob with these bytes.
    #[must_use]
    pub fn write(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Write(Blob::new(bytes))
    }

    pub(crate) const fn operation(&self) -> Operation {
        match self {
            Self::Read => Operation::Read,
            Self::Write(_) => Operation::Write,
        }
    }
}

/// What is frozen of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Read,
    Write,
}

/// The client's output in either ceremony.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) supported: Option<bool>,
    pub(super) blob: Option<Blob>,
    pub(super) written: Option<bool>,
}

pub(super) fn read(value: Json<'_>, max: usize) -> Result<Output, Malformed> {
    let [supported, blob, written] = object(value, ["supported", "blob", "written"])?;
    Ok(Output {
        supported: supported.map(boolean).transpose()?,
        blob: blob.map(|blob| bytes(blob, max)).transpose()?,
        written: written.map(boolean).transpose()?,
    })
}
