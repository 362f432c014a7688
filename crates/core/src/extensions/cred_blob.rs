//! credBlob: a few bytes inside the credential, written once when it is made (CTAP 2.3 §12.2). The authenticator's word.

use super::{Blob, Malformed};
use crate::cbor::Reader;

pub(super) const NAME: &str = "credBlob";

/// The client's copies of the outputs, which are not read.
pub(super) const CLIENT_NAMES: [&str; 2] = [NAME, "getCredBlob"];

/// Registration: whether the blob was stored.
pub(super) fn read_stored(from: &mut Reader<'_>) -> Result<bool, Malformed> {
    match from.skip()? {
        [0xf5] => Ok(true),
        [0xf4] => Ok(false),
        _ => Err(Malformed),
    }
}

/// Authentication: the blob, of at most `max` bytes. It is empty for a credential that has none.
pub(super) fn read_blob(from: &mut Reader<'_>, max: usize) -> Result<Blob, Malformed> {
    let bytes = from.bytes()?;
    if bytes.len() > max { Err(Malformed) } else { Ok(Blob::new(bytes)) }
}
