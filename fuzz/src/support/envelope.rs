//! What an honest browser sends, around bytes of any kind.

use super::scene::{CHALLENGE, CREDENTIAL, ORIGIN, USER};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Base64url without padding.
pub fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Client data of the scene's ceremonies, of this type.
pub fn client_data(kind: &str) -> Vec<u8> {
    let challenge = text(&CHALLENGE);
    json!({ "type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": false }).to_string().into_bytes()
}

/// Authenticator data without anything optional: UP, UV, and the bits given.
pub fn authenticator_data(bits: u8) -> Vec<u8> {
    let mut data = sha256(b"example.com").to_vec();
    data.extend([0x05 | bits, 0, 0, 0, 0]);
    data
}

/// Authenticator data of a registration, without extensions.
pub fn attested(id: &[u8], cose: &[u8]) -> Vec<u8> {
    let mut data = authenticator_data(0x40);
    data.extend([0; 16]);
    data.extend(u16::try_from(id.len()).expect("a short id").to_be_bytes());
    data.extend(id);
    data.extend(cose);
    data
}

/// An attestation object of the format none.
pub fn none(authenticator_data: &[u8]) -> Vec<u8> {
    let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
    object.extend(u16::try_from(authenticator_data.len()).expect("less than 64 KiB").to_be_bytes());
    object.extend(authenticator_data);
    object
}

/// A RegistrationResponseJSON of the scene's credential.
pub fn registration(client_data: &[u8], attestation_object: &[u8]) -> Vec<u8> {
    let id = text(&CREDENTIAL);
    json!({
        "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
        "response": { "clientDataJSON": text(client_data), "attestationObject": text(attestation_object) },
    })
    .to_string()
    .into_bytes()
}

/// An AuthenticationResponseJSON of the scene's credential.
pub fn authentication(client_data: &[u8], authenticator_data: &[u8], signature: &[u8]) -> Vec<u8> {
    let id = text(&CREDENTIAL);
    json!({
        "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
        "response": {
            "clientDataJSON": text(client_data), "authenticatorData": text(authenticator_data),
            "signature": text(signature), "userHandle": text(&USER),
        },
    })
    .to_string()
    .into_bytes()
}

/// What base64url stands for.
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}
