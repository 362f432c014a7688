//! The harness's own wire: WebAuthn's JSON, with some members by other names.

use ceremony_http::ceremony::{AttestationConveyance, AuthenticatorAttachment, ResidentKey, UserVerification};
use serde_json::{Map, Value};

/// A member that is a text.
pub(super) fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

pub(super) fn user_verification(from: &Value) -> UserVerification {
    match text(from, "userVerification") {
        Some("required") => UserVerification::Required,
        Some("discouraged") => UserVerification::Discouraged,
        _ => UserVerification::Preferred,
    }
}

pub(super) fn resident_key(selection: &Value) -> ResidentKey {
    match (text(selection, "residentKey"), selection.get("requireResidentKey").and_then(Value::as_bool)) {
        (Some("required"), _) | (None, Some(true)) => ResidentKey::Required,
        (Some("preferred"), _) => ResidentKey::Preferred,
        _ => ResidentKey::Discouraged,
    }
}

pub(super) fn attachment(selection: &Value) -> Option<AuthenticatorAttachment> {
    match text(selection, "authenticatorAttachment")? {
        "platform" => Some(AuthenticatorAttachment::Platform),
        "cross-platform" => Some(AuthenticatorAttachment::CrossPlatform),
        _ => None,
    }
}

pub(super) fn attestation(body: &Value) -> AttestationConveyance {
    match text(body, "attestation") {
        Some("indirect") => AttestationConveyance::Indirect,
        Some("direct") => AttestationConveyance::Direct,
        Some("enterprise") => AttestationConveyance::Enterprise,
        _ => AttestationConveyance::None,
    }
}

/// The options as JSON members. The tool looks for the extensions that it asked for, whatever they are.
pub(super) fn options(options: serde_json::Result<Value>, asked: &Value) -> Result<Map<String, Value>, String> {
    let Ok(Value::Object(mut members)) = options else {
        return Err("the options can't be written".to_owned());
    };
    if let Some(Value::Object(extensions)) = asked.get("extensions") {
        let all = members.entry("extensions").or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(all) = all {
            all.extend(extensions.clone());
        }
    }
    Ok(members)
}

/// The response as `toJSON()` writes it: the tool names the extension outputs after the method, and may leave `rawId` out.
pub(super) fn response(body: &Value) -> Vec<u8> {
    let mut response = body.clone();
    if let Value::Object(members) = &mut response {
        if let Some(results) = members.remove("getClientExtensionResults") {
            members.entry("clientExtensionResults").or_insert(results);
        }
        if let (None, Some(id)) = (members.get("rawId"), members.get("id").cloned()) {
            members.insert("rawId".to_owned(), id);
        }
    }
    response.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn responses_get_the_names_of_the_specification() {
        let read = |body: Value| serde_json::from_slice::<Value>(&response(&body)).unwrap();
        assert_eq!(
            read(json!({"id": "AA", "getClientExtensionResults": {}})),
            json!({"id": "AA", "rawId": "AA", "clientExtensionResults": {}})
        );
        // What is wrong stays wrong.
        assert_eq!(read(json!({"rawId": 1})), json!({"rawId": 1}));
        assert_eq!(read(json!([])), json!([]));
    }

    #[test]
    fn extensions_are_echoed_beside_our_own() {
        let asked = json!({"extensions": {"example.extension": true}});
        let members = options(Ok(json!({"extensions": {"credProps": true}})), &asked).unwrap();
        assert_eq!(members["extensions"], json!({"credProps": true, "example.extension": true}));
        assert_eq!(options(Ok(json!({})), &asked).unwrap()["extensions"], json!({"example.extension": true}));
        assert!(!options(Ok(json!({})), &json!({})).unwrap().contains_key("extensions"));
    }
}
