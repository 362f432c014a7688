//! Browser-bound keys (SPC §"Browser bound key store"): a second key that stays on one device, for credentials that are
//! synced. The browser names it in the signed client data and signs those with it.

use crate::client_data::ClientData;
use crate::cose::CredentialPublicKey;
use crate::error::{Part, RejectionReason};
use crate::json::Json;
use crate::proof::verify_signature;
use crate::verifier::SignatureVerifier;

/// The longest COSE key that is read, in bytes.
const MAX_KEY: usize = 1024;

/// The key that the client data name and whose signature over them holds; `None` if they name none.
pub(super) fn verify(
    client_data: &ClientData,
    signature: Option<&[u8]>,
    verifier: &dyn SignatureVerifier,
) -> Result<Option<CredentialPublicKey>, RejectionReason> {
    let refused = RejectionReason::BrowserBoundSignature;
    let bytes = client_data.as_bytes();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let found = Json::parse(text, 8)
        .ok()
        .and_then(|root| member(root, "payment"))
        .and_then(|payment| member(payment, "browserBoundPublicKey"));
    let Some(key) = found else { return Ok(None) };
    let key = key.bytes(Part::ClientDataJson, MAX_KEY).map_err(|_| refused)?;
    let key = CredentialPublicKey::from_cose(&key, false).map_err(|_| refused)?;
    let scheme = key.algorithm().scheme();
    verifier.check_key(scheme, key.material()).map_err(|_| refused)?;
    let signature = signature.ok_or(refused)?;
    verify_signature(verifier, scheme, key.material(), &[bytes], signature).map_err(|_| refused)?;
    Ok(Some(key))
}

fn member<'a>(object: Json<'a>, name: &str) -> Option<Json<'a>> {
    let [member] = object.members(Part::ClientDataJson, [(name, Part::ClientDataJson)]).ok()?;
    member
}
