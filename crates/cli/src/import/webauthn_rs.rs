//! webauthn-rs: a `Passkey` as its serde form, which wraps a `Credential`.

use super::draft::Draft;
use super::json::object;
use super::row::{Row, bytes, counter, transports};
use ceremony::Aaguid;
use ciborium::Value as Cbor;
use serde_json::{Map, Value};

pub(super) const PASSKEY: &[&str] = &["passkey", "passkeys", "credential", "credentials"];

/// The passkeys of a row: one, or a list of them. The row may be the passkey itself, with the user beside it.
pub(super) fn read(row: &Row<'_>) -> Result<Vec<Result<Draft, String>>, String> {
    let stored = match row.find(PASSKEY) {
        Some(Value::String(text)) if text.trim_ascii_start().starts_with('[') => {
            let wrapped = format!("{{\"list\":{text}}}");
            object(wrapped.as_bytes())?.remove("list").unwrap_or_default()
        }
        Some(Value::String(text)) => Value::Object(object(text.as_bytes())?),
        Some(value) => value.clone(),
        None if row.find(&["cred"]).is_some() => Value::Object(row.members.clone()),
        None => return Err("there is no passkey; --column passkey=COLUMN says where it stands".to_owned()),
    };
    let list = match stored {
        Value::Array(list) => list,
        one => vec![one],
    };
    Ok(list.iter().map(|passkey| draft(row, passkey)).collect())
}

fn draft(row: &Row<'_>, passkey: &Value) -> Result<Draft, String> {
    // `Passkey`, `AttestedPasskey` and `SecurityKey` have the one member `cred`.
    let credential = match passkey.get("cred") {
        Some(inner) if passkey.get("cred_id").is_none() => inner,
        _ => passkey,
    };
    let flag = |name: &str| credential.get(name).and_then(Value::as_bool);
    let key = credential.get("cred").ok_or("cred.cred, the public key, is not there")?;
    let sign_count = credential.get("counter").and_then(counter);
    Ok(Draft {
        credential_id: credential.get("cred_id").and_then(bytes).ok_or("cred.cred_id is not there, or is no bytes")?,
        public_key: cose(key).ok_or("cred.cred is no public key that is known here")?,
        sign_count: sign_count.ok_or("cred.counter is no whole number from 0 to 4294967295")?,
        user_verified: flag("user_verified"),
        backup_eligible: flag("backup_eligible"),
        backup_state: flag("backup_state"),
        transports: match credential.get("transports") {
            None | Some(Value::Null) => Vec::new(),
            Some(list) => transports(list).ok_or("cred.transports is no list")?,
        },
        aaguid: aaguid(credential),
        fmt: fmt(credential),
        discoverable: credential.pointer("/extensions/cred_props/Unsigned/rk").and_then(Value::as_bool),
        ..Draft::about(row)?
    })
}

/// Kept for some formats of attestation alone.
fn aaguid(credential: &Value) -> Option<Aaguid> {
    let metadata = credential.pointer("/attestation/metadata")?.as_object()?;
    let kept = metadata.values().next()?.get("aaguid")?.as_str()?;
    Aaguid::parse(&kept.to_ascii_lowercase())
}

/// The format's name; versions differ in how they write it.
fn fmt(credential: &Value) -> Option<String> {
    let word = credential.get("attestation_format")?.as_str()?;
    Some(match word {
        "AndroidKey" => "android-key".to_owned(),
        "AndroidSafetyNet" | "AndroidSafetynet" => "android-safetynet".to_owned(),
        "FIDOU2F" => "fido-u2f".to_owned(),
        "AppleAnonymous" => "apple".to_owned(),
        other => other.to_ascii_lowercase(),
    })
}

/// The COSE_Key of a key that is written as its numbers, in the one order and form of CTAP2.
fn cose(key: &Value) -> Option<Vec<u8>> {
    let algorithm = match key.get("type_")?.as_str()? {
        "ES256" => -7,
        "ES384" => -35,
        "ES512" => -36,
        "EDDSA" => -8,
        "RS256" => -257,
        "RS384" => -258,
        "RS512" => -259,
        "PS256" => -37,
        "PS384" => -38,
        "PS512" => -39,
        _ => return None,
    };
    let kinds: &Map<String, Value> = key.get("key")?.as_object()?;
    let (kind, numbers) = kinds.iter().next()?;
    let number = |name: &str| numbers.get(name).and_then(bytes).map(Cbor::Bytes);
    let curve = |of: &[(&str, i64)]| {
        let name = numbers.get("curve")?.as_str()?;
        of.iter().find(|(known, _)| *known == name).map(|(_, id)| Cbor::from(*id))
    };
    let (key_type, parameters) = match kind.as_str() {
        "EC_EC2" => {
            let curve = curve(&[("SECP256R1", 1), ("SECP384R1", 2), ("SECP521R1", 3)])?;
            (2, vec![(-1, curve), (-2, number("x")?), (-3, number("y")?)])
        }
        "EC_OKP" => (1, vec![(-1, curve(&[("ED25519", 6), ("ED448", 7)])?), (-2, number("x")?)]),
        "RSA" => (3, vec![(-1, number("n")?), (-2, number("e")?)]),
        _ => return None,
    };
    let mut pairs = vec![(Cbor::from(1), Cbor::from(key_type)), (Cbor::from(3), Cbor::from(algorithm))];
    pairs.extend(parameters.into_iter().map(|(label, value)| (Cbor::from(label), value)));
    let mut bytes = Vec::new();
    ciborium::into_writer(&Cbor::Map(pairs), &mut bytes).ok()?;
    Some(bytes)
}
