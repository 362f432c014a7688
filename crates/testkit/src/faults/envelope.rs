//! Faults of the response's JSON.

use serde_json::{Value, json};

use super::Fault;
use crate::{
    base64url,
    cbor::Cbor,
    stage::{Context, Stage},
    stream::sha256,
};

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::Response(response) => edit_response(fault, cx, response),
        Stage::ResponseText(text) => edit_text(fault, text),
        _ => {}
    }
}

fn edit_text(fault: Fault, text: &mut Vec<u8>) {
    match fault {
        Fault::BodyIsArray => *text = [b"[", text.as_slice(), b"]"].concat(),
        Fault::BodyTruncated => text.truncate(text.len() / 2),
        Fault::BodyTooLarge => add_member(text, "padding", &format!("\"{}\"", "x".repeat(1 << 20))),
        Fault::BodyNestingBomb => {
            add_member(text, "nested", &format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)));
        }
        Fault::DuplicateEnvelopeMember => add_member(text, "id", "\"AAAA\""),
        Fault::LoneSurrogate => add_member(text, "authenticatorAttachment", "\"\\ud800\""),
        _ => {}
    }
}

/// Puts a member before all others.
pub(super) fn add_member(text: &mut Vec<u8>, name: &str, value: &str) {
    let rest = text.strip_prefix(b"{").unwrap_or(text);
    *text = [format!("{{\"{name}\":{value},").as_bytes(), rest].concat();
}

fn edit_response(fault: Fault, cx: &Context<'_>, response: &mut Value) {
    match fault {
        Fault::IdMissing => remove(response, "", "id"),
        Fault::IdNotString => response["id"] = json!(7),
        Fault::IdNotBase64Url => edit_ids(response, |id| format!("{id}!!!!")),
        Fault::IdPadded => edit_ids(response, |id| {
            let padding = 4 - id.len() % 4;
            format!("{id}{}", "=".repeat(padding))
        }),
        Fault::IdStandardAlphabet => edit_ids(response, |id| id.replace('-', "+").replace('_', "/")),
        Fault::IdWithNewline => edit_ids(response, |id| {
            let (head, tail) = id.split_at(id.len() / 2);
            format!("{head}\n{tail}")
        }),
        Fault::IdTrailingBits => edit_ids(response, with_trailing_bits),
        Fault::RawIdMissing => remove(response, "", "rawId"),
        Fault::RawIdDiffers => {
            response["rawId"] = json!(base64url::encode(&cx.stream.draw("another id", 32)));
        }
        Fault::IdNotInAuthenticatorData => {
            edit_ids(response, |_| base64url::encode(&cx.stream.draw("another id", 32)));
        }
        Fault::TypeMissing => remove(response, "", "type"),
        Fault::TypeNotString => response["type"] = json!(1),
        Fault::TypeUnknown => response["type"] = json!("public-keys"),
        Fault::ResponseMissing => remove(response, "", "response"),
        Fault::ResponseNotObject => response["response"] = json!([response["response"].take()]),
        Fault::AssertionInRegistration => assertion_shape(cx, response),
        Fault::AttestationInAuthentication => attestation_shape(response),
        Fault::UserHandleNotString => response["response"]["userHandle"] = json!(7),
        Fault::UserHandleTooLong => {
            response["response"]["userHandle"] = json!(base64url::encode(&[7; 65]));
        }
        Fault::UserHandleEmpty => response["response"]["userHandle"] = json!(""),
        Fault::ExtensionResultsNull => response["clientExtensionResults"] = Value::Null,
        Fault::ExtensionResultsArray => response["clientExtensionResults"] = json!([]),
        Fault::PublicKeyAlgorithmDiffers => {
            response["response"]["publicKeyAlgorithm"] = json!(if cx.algorithm.cose_id() == -7 { -257 } else { -7 });
        }
        Fault::AuthenticatorDataCopyDiffers => {
            let mut copy = field(response, "authenticatorData");
            if let Some(first) = copy.first_mut() {
                *first ^= 1;
            }
            response["response"]["authenticatorData"] = json!(base64url::encode(&copy));
        }
        // The text gets it back, in a form that a `Value` can't hold.
        Fault::LoneSurrogate => remove(response, "", "authenticatorAttachment"),
        Fault::TransportsNotArray => response["response"]["transports"] = json!("internal"),
        _ => edit_field(fault, response),
    }
}

/// The four forms of a broken member that all base64url members of `response` share.
fn edit_field(fault: Fault, response: &mut Value) {
    let name = match fault {
        Fault::ClientDataMissing | Fault::ClientDataNotString | Fault::ClientDataEmpty | Fault::ClientDataBadBase64 => {
            "clientDataJSON"
        }
        Fault::AttestationObjectMissing
        | Fault::AttestationObjectNotString
        | Fault::AttestationObjectEmpty
        | Fault::AttestationObjectBadBase64 => "attestationObject",
        Fault::AuthenticatorDataMissing
        | Fault::AuthenticatorDataNotString
        | Fault::AuthenticatorDataEmpty
        | Fault::AuthenticatorDataBadBase64 => "authenticatorData",
        Fault::SignatureMissing
        | Fault::SignatureNotString
        | Fault::SignatureFieldEmpty
        | Fault::SignatureBadBase64 => "signature",
        _ => return,
    };
    match fault {
        Fault::ClientDataMissing
        | Fault::AttestationObjectMissing
        | Fault::AuthenticatorDataMissing
        | Fault::SignatureMissing => remove(response, "/response", name),
        Fault::ClientDataNotString
        | Fault::AttestationObjectNotString
        | Fault::AuthenticatorDataNotString
        | Fault::SignatureNotString => response["response"][name] = json!({}),
        Fault::ClientDataEmpty
        | Fault::AttestationObjectEmpty
        | Fault::AuthenticatorDataEmpty
        | Fault::SignatureFieldEmpty => response["response"][name] = json!(""),
        _ => {
            let text = response["response"][name].as_str().unwrap_or_default();
            response["response"][name] = json!(format!("{text}!!!!"));
        }
    }
}

pub(super) fn remove(response: &mut Value, pointer: &str, name: &str) {
    if let Some(Value::Object(members)) = response.pointer_mut(pointer) {
        members.remove(name);
    }
}

fn edit_ids(response: &mut Value, edit: impl Fn(&str) -> String) {
    let id = edit(response["id"].as_str().unwrap_or_default());
    response["id"] = json!(id);
    response["rawId"] = json!(id);
}

/// The same bytes to a decoder that ignores the unused bits of the last character; unchanged if it has none.
fn with_trailing_bits(id: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = id.as_bytes().to_vec();
    if !id.len().is_multiple_of(4)
        && let Some(last) = bytes.last_mut()
        && let Some(value) = ALPHABET.iter().position(|candidate| candidate == last)
    {
        *last = ALPHABET[value | 1];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn field(response: &Value, name: &str) -> Vec<u8> {
    response["response"][name].as_str().and_then(base64url::decode).unwrap_or_default()
}

fn assertion_shape(cx: &Context<'_>, response: &mut Value) {
    let (client_data, authenticator_data) = (field(response, "clientDataJSON"), field(response, "authenticatorData"));
    let signature = cx.key.sign(&[authenticator_data.clone(), sha256(&client_data)].concat());
    response["response"] = json!({
        "clientDataJSON": base64url::encode(&client_data),
        "authenticatorData": base64url::encode(&authenticator_data),
        "signature": base64url::encode(&signature),
    });
}

fn attestation_shape(response: &mut Value) {
    let authenticator_data = field(response, "authenticatorData");
    let object = Cbor::Map(vec![
        (Cbor::from("fmt"), Cbor::from("none")),
        (Cbor::from("attStmt"), Cbor::Map(Vec::new())),
        (Cbor::from("authData"), Cbor::Bytes(authenticator_data)),
    ]);
    response["response"] = json!({
        "clientDataJSON": response["response"]["clientDataJSON"].take(),
        "attestationObject": base64url::encode(&object.encode()),
        "transports": [],
    });
}
