//! minPinLength: how short a PIN the authenticator admits, told to relying parties that its owner listed (CTAP 2.3
//! §12.5). Registration only; the authenticator's word.

use super::Malformed;
use crate::cbor::Reader;

pub(super) const NAME: &str = "minPinLength";

/// The length in Unicode code points.
pub(super) fn read(from: &mut Reader<'_>) -> Result<u32, Malformed> {
    u32::try_from(from.int()?).map_err(|_| Malformed)
}
