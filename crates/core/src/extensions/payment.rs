//! payment: a credential that may confirm payments (Secure Payment Confirmation, "payment" extension).

pub(super) const NAME: &str = "payment";

/// The longest signature of a browser-bound key, in bytes.
#[cfg(feature = "spc")]
const MAX_SIGNATURE: usize = 1024;

/// `browserBoundSignature.signature`, which only browsers with such a key send.
#[cfg(feature = "spc")]
pub(super) fn read(value: crate::json::Json<'_>) -> Result<Option<super::Blob>, super::Malformed> {
    use super::client_outputs::{bytes, object};
    let [bound] = object(value, ["browserBoundSignature"])?;
    let Some(bound) = bound else { return Ok(None) };
    let [signature] = object(bound, ["signature"])?;
    signature.map(|signature| bytes(signature, MAX_SIGNATURE)).transpose()
}
