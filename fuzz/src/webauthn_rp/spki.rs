//! A key as a SubjectPublicKeyInfo in DER (RFC 5280 §4.1.2.7), which clients repeat it as.

use crate::support::cose::Key;
use ceremony::{Curve, SignatureScheme};

const P256: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
const P384: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22";
const ED25519: &[u8] = b"\x06\x03\x2b\x65\x70";
const RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";

/// `None` for a key that webauthn_rp does not know.
pub(super) fn of(key: &Key) -> Option<Vec<u8>> {
    let point = || [&[4][..], &key.first, &key.second].concat();
    let (algorithm, bits) = match key.scheme {
        SignatureScheme::Ecdsa(Curve::P256, _) => (P256, point()),
        SignatureScheme::Ecdsa(Curve::P384, _) => (P384, point()),
        SignatureScheme::Ed25519 => (ED25519, key.first.clone()),
        SignatureScheme::RsaPkcs1(_) => (RSA, element(0x30, &[integer(&key.first), integer(&key.second)].concat())),
        _ => return None,
    };
    let bits = [&[0][..], &bits].concat();
    Some(element(0x30, &[element(0x30, algorithm), element(0x03, &bits)].concat()))
}

/// A number that is not negative, in as few bytes as it takes.
fn integer(number: &[u8]) -> Vec<u8> {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let short = &number[start..];
    let sign: &[u8] = if short.first().is_none_or(|byte| byte & 0x80 != 0) { &[0] } else { &[] };
    element(0x02, &[sign, short].concat())
}

fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = contents.len().to_be_bytes();
    let start = len.iter().position(|byte| *byte != 0).unwrap_or(len.len() - 1);
    let short = &len[start..];
    let mut written = vec![tag];
    if contents.len() >= 0x80 {
        written.push(0x80 | short.len() as u8);
    }
    written.extend_from_slice(short);
    written.extend_from_slice(contents);
    written
}

#[cfg(test)]
mod tests {
    use crate::support::cose::Key;
    use crate::support::reread::AuthData;
    use crate::support::scene::ORIGIN;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use ceremony_testkit::{Algorithm, Authenticator, Client};
    use serde_json::{Value, json};

    #[test]
    fn keys_are_written_as_browsers_write_them() {
        for (algorithm, id) in
            [(Algorithm::Es256, -7), (Algorithm::Es384, -35), (Algorithm::EdDsa, -8), (Algorithm::Rs256, -257)]
        {
            let options = json!({
                "rp": { "id": "example.com", "name": "Example" },
                "user": { "id": "AQID", "name": "ada", "displayName": "Ada" },
                "challenge": "AAECAwQFBgcICQoLDA0ODw",
                "pubKeyCredParams": [{ "type": "public-key", "alg": id }],
            });
            let mut device = Authenticator::new("spki").algorithm(algorithm);
            let body = device.register_json(&options, &Client::new(ORIGIN)).unwrap();
            let body: Value = serde_json::from_slice(&body).unwrap();
            let member = |name| {
                let text = body["response"][name].as_str().unwrap();
                BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
            };
            let data = member("authenticatorData");
            let key = Key::read(AuthData::with_ciborium(&data).unwrap().attested.unwrap().2).unwrap();
            assert_eq!(super::of(&key), Some(member("publicKey")), "{algorithm:?}");
        }
    }
}
