//! An attestation statement that was accepted, verified once more, with a key from another reading of its certificate.

use super::chain::{key as certificate_key, leads, verifies};
use super::cose::{Key, registry};
use super::der::Certificate;
use super::envelope::sha256;
use super::reread::entries;
use super::scene::CA;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ceremony::{AttestationType, AttestationVerdict, SignatureScheme};
use ciborium::Value;
use sha2::Digest;

/// What a statement is about.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// The authenticator data.
    pub auth_data: &'a [u8],
    /// SHA-256 of the client data.
    pub client_data_hash: &'a [u8],
    /// The credential's id.
    pub id: &'a [u8],
    /// The credential's key.
    pub key: &'a Key,
}

/// The time of the scene, as certificates write it.
pub const NOW: &[u8] = b"20261118110640Z";

/// Why a statement does not hold.
type Verdict = Result<(), String>;

fn ensure(holds: bool, otherwise: &str) -> Verdict {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

fn contains(whole: &[u8], piece: &[u8]) -> bool {
    whole.windows(piece.len()).any(|window| window == piece)
}

fn find<'a>(statement: &'a Value, name: &str) -> Option<&'a Value> {
    entries(statement)?.into_iter().find_map(|(key, value)| (key == name).then_some(value))
}

fn bytes<'a>(statement: &'a Value, name: &str) -> Result<&'a [u8], String> {
    find(statement, name).and_then(Value::as_bytes).map(Vec::as_slice).ok_or_else(|| format!("no bytes {name}"))
}

fn x5c(statement: &Value) -> Option<Vec<&[u8]>> {
    find(statement, "x5c")?.as_array()?.iter().map(|der| der.as_bytes().map(Vec::as_slice)).collect()
}

fn alg(statement: &Value) -> Option<i64> {
    i64::try_from(find(statement, "alg")?.as_integer()?).ok()
}

/// With the key of a certificate, by the statement's COSE algorithm.
fn certified(statement: &Value, leaf: &[u8], message: &[u8]) -> Verdict {
    let (scheme, ..) = alg(statement).and_then(registry).ok_or("no algorithm")?;
    let leaf = Certificate::read(leaf).ok_or("no certificate")?;
    let (curve, key) = certificate_key(&leaf).ok_or("no key")?;
    ensure(!matches!(scheme, SignatureScheme::Ecdsa(named, _) if Some(named) != curve), "another curve")?;
    ensure(verifies(scheme, key, message, bytes(statement, "sig")?), "the certified signature does not hold")
}

/// Verifies a statement.
///
/// # Panics
///
/// If it does not hold, or the verdict says more than it does.
pub fn holds(fmt: &str, statement: &Value, made: &Made<'_>, verdict: &AttestationVerdict) {
    if let Err(reason) = check(fmt, statement, made) {
        panic!("{fmt}: {reason}");
    }
    assert_eq!(verdict.attestation_type == AttestationType::None, fmt == "none");
    if verdict.trusted && matches!(fmt, "packed" | "android-key" | "apple" | "fido-u2f" | "tpm") {
        let path: Vec<&[u8]> = verdict.intermediates.iter().map(Vec::as_slice).collect();
        assert!(leads(&path, CA.root_der(), NOW), "{fmt}: the path leads to no anchor");
    }
}

fn check(fmt: &str, statement: &Value, made: &Made<'_>) -> Verdict {
    let message = [made.auth_data, made.client_data_hash].concat();
    let chain = x5c(statement);
    let leaf = chain.as_ref().and_then(|chain| chain.first()).copied();
    match (fmt, leaf) {
        ("none", None) => ensure(statement.as_map().is_some_and(Vec::is_empty), "not empty"),
        ("packed", None) => {
            ensure(chain.is_none() && alg(statement) == Some(made.key.algorithm), "another algorithm")?;
            let holds = verifies(made.key.scheme, made.key.material(), &message, bytes(statement, "sig")?);
            ensure(holds, "the signature does not hold")
        }
        ("packed", Some(leaf)) => certified(statement, leaf, &message),
        ("android-key", Some(leaf)) => {
            certified(statement, leaf, &message)?;
            same_key(leaf, made.key)?;
            ensure(contains(leaf, made.client_data_hash), "the challenge of another client data")
        }
        ("apple", Some(leaf)) => {
            same_key(leaf, made.key)?;
            ensure(contains(leaf, &sha256(&message)), "the nonce of another message")
        }
        ("fido-u2f", Some(leaf)) => {
            let point = [&[4], &*made.key.first, &*made.key.second].concat();
            let message = [&[0], &made.auth_data[..32], made.client_data_hash, made.id, &point].concat();
            let leaf = Certificate::read(leaf).ok_or("no certificate")?;
            let (_, key) = certificate_key(&leaf).ok_or("no key")?;
            let (scheme, ..) = registry(-7).ok_or("no ES256")?;
            ensure(verifies(scheme, key, &message, bytes(statement, "sig")?), "the signature does not hold")
        }
        ("tpm", Some(leaf)) => tpm(statement, leaf, &message, made.key),
        ("android-safetynet", None) => safetynet(statement, &message),
        ("compound", None) => {
            let parts = statement.as_array().ok_or("no array")?;
            ensure(parts.len() >= 2, "fewer than two")?;
            // Under "any", one that holds is enough.
            let held = parts.iter().any(|part| {
                let inner = (find(part, "fmt").and_then(Value::as_text), find(part, "attStmt"));
                matches!(inner, (Some(fmt), Some(statement)) if fmt != "compound" && check(fmt, statement, made).is_ok())
            });
            ensure(held, "no part holds")
        }
        _ => Err(format!("this format was accepted with {} certificates", chain.map_or(0, |x5c| x5c.len()))),
    }
}

/// The certificate is for the credential's own key.
fn same_key(leaf: &[u8], key: &Key) -> Verdict {
    let leaf = Certificate::read(leaf).ok_or("no certificate")?;
    let (_, material) = certificate_key(&leaf).ok_or("no key")?;
    ensure(material == key.material(), "a certificate of another key")
}

fn tpm(statement: &Value, leaf: &[u8], message: &[u8], key: &Key) -> Verdict {
    let (cert_info, pub_area) = (bytes(statement, "certInfo")?, bytes(statement, "pubArea")?);
    ensure(alg(statement) != Some(-65535), "RS1 was not allowed")?;
    certified(statement, leaf, cert_info)?;
    ensure(contains(pub_area, &key.first), "the public area of another key")?;
    // What is signed names the hash of the message, and that of the public area.
    let hashes =
        |of: &[u8]| [sha256(of).to_vec(), sha2::Sha384::digest(of).to_vec(), sha2::Sha512::digest(of).to_vec()];
    ensure(hashes(message).iter().any(|hash| contains(cert_info, hash)), "extraData of another message")?;
    // nameAlg may be SHA-1, which nothing here calculates.
    let named = hashes(pub_area).iter().any(|hash| contains(cert_info, hash));
    ensure(named || pub_area.get(2..4) == Some(&[0, 4]), "the name of another public area")
}

fn safetynet(statement: &Value, message: &[u8]) -> Verdict {
    let token = std::str::from_utf8(bytes(statement, "response")?).map_err(|_| "no text")?;
    let payload = token.split('.').nth(1).ok_or("no payload")?;
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).map_err(|_| "no base64url")?;
    let payload: serde_json::Value = serde_json::from_slice(&payload).map_err(|_| "no JSON")?;
    ensure(payload["nonce"] == BASE64_STANDARD.encode(sha256(message)), "the nonce of another message")?;
    ensure(payload["ctsProfileMatch"] == true, "no match of the profile")
}
