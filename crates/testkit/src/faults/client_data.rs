//! Faults of the client data.

use serde_json::{Value, json};

use super::Fault;
use crate::{
    base64url,
    client_data::ClientData,
    options,
    stage::{Context, Stage},
};

const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::ClientData(data) => {
            edit_type(fault, cx, data);
            edit_challenge(fault, cx, data);
            edit_origin(fault, cx, data);
            edit_frames(fault, cx, data);
            edit_duplicates(fault, cx, data);
        }
        Stage::ClientDataJson(text) => edit_text(fault, text),
        Stage::SentClientDataJson(text) => edit_sent(fault, text),
        _ => {}
    }
}

fn edit_text(fault: Fault, text: &mut Vec<u8>) {
    match fault {
        Fault::ClientDataUtf16 => {
            let units: Vec<u8> = String::from_utf8_lossy(text).encode_utf16().flat_map(u16::to_le_bytes).collect();
            *text = [&[0xff, 0xfe], units.as_slice()].concat();
        }
        Fault::ClientDataTwoByteOrderMarks => {
            let bare = text.strip_prefix(BYTE_ORDER_MARK.as_slice()).unwrap_or(text);
            *text = [&BYTE_ORDER_MARK, &BYTE_ORDER_MARK, bare].concat();
        }
        Fault::ClientDataArray => *text = [b"[", text.as_slice(), b"]"].concat(),
        Fault::ClientDataString => {
            *text = Value::from(String::from_utf8_lossy(text).as_ref()).to_string().into_bytes();
        }
        Fault::ClientDataNull => *text = b"null".to_vec(),
        Fault::ClientDataTrailingBytes => text.extend_from_slice(b"{}"),
        Fault::EscapedTypeKey => {
            *text = String::from_utf8_lossy(text).replacen("\"type\":", "\"\\u0074ype\":", 1).into_bytes();
        }
        _ => {}
    }
}

fn edit_sent(fault: Fault, text: &mut Vec<u8>) {
    let spliced = match fault {
        Fault::ClientDataReserialised => " }",
        Fault::ClientDataByteAdded => ",\"extraData\":\"x\"}",
        _ => return,
    };
    if text.last() == Some(&b'}') {
        text.pop();
        text.extend_from_slice(spliced.as_bytes());
    }
}

fn edit_type(fault: Fault, cx: &Context<'_>, data: &mut ClientData) {
    match fault {
        Fault::ClientDataTypeMissing => data.remove("type"),
        Fault::ClientDataTypeNotString => data.set("type", 1),
        Fault::ClientDataTypeEmpty => data.set("type", ""),
        Fault::ClientDataTypeOtherCeremony | Fault::EscapedTypeKey => {
            data.set("type", cx.ceremony.other().client_data_type());
        }
        Fault::ClientDataTypePayment => data.set("type", "payment.get"),
        Fault::ClientDataTypeWrongCase => {
            data.set("type", cx.ceremony.client_data_type().replace("webauthn", "WebAuthn"));
        }
        Fault::TokenBindingNotObject => data.set("tokenBinding", "supported"),
        Fault::TokenBindingNoStatus => data.set("tokenBinding", json!({ "id": "AAAA" })),
        Fault::TokenBindingBadStatus => data.set("tokenBinding", json!({ "status": "unheard-of" })),
        _ => {}
    }
}

fn edit_challenge(fault: Fault, cx: &Context<'_>, data: &mut ClientData) {
    let text = data.member("challenge").and_then(Value::as_str).unwrap_or_default().to_owned();
    match fault {
        Fault::ChallengeMissing => data.remove("challenge"),
        Fault::ChallengeNotString => data.set("challenge", 7),
        Fault::ChallengeEmpty => data.set("challenge", ""),
        Fault::ChallengePadded => {
            let padding = 4 - text.len() % 4;
            data.set("challenge", format!("{text}{}", "=".repeat(padding)));
        }
        Fault::ChallengeStandardAlphabet => {
            let standard = text.replace('-', "+").replace('_', "/");
            data.set("challenge", if standard == text { format!("+{text}") } else { standard });
        }
        Fault::ChallengeBitFlipped => {
            let mut bytes = base64url::decode(&text).unwrap_or_default();
            if let Some(last) = bytes.last_mut() {
                *last ^= 1;
            }
            data.set("challenge", base64url::encode(&bytes));
        }
        Fault::ChallengePrefix => {
            let bytes = base64url::decode(&text).unwrap_or_default();
            data.set("challenge", base64url::encode(&bytes[..bytes.len().saturating_sub(1)]));
        }
        Fault::ChallengeExtended => {
            let bytes = [base64url::decode(&text).unwrap_or_default(), vec![0]].concat();
            data.set("challenge", base64url::encode(&bytes));
        }
        Fault::ChallengeOther => data.set("challenge", other_challenge(cx, &text)),
        _ => {}
    }
}

fn other_challenge(cx: &Context<'_>, text: &str) -> String {
    let length = base64url::decode(text).unwrap_or_default().len();
    base64url::encode(&cx.stream.draw("another challenge", length))
}

/// The host of a web origin; a stand-in for any other.
fn host_of(origin: &str) -> &str {
    options::host(origin).unwrap_or("example.com")
}

fn edit_origin(fault: Fault, cx: &Context<'_>, data: &mut ClientData) {
    let origin = cx.origin;
    let host = host_of(origin);
    let changed = match fault {
        Fault::OriginMissing => return data.remove("origin"),
        Fault::OriginNotString => return data.set("origin", json!([origin])),
        Fault::OriginEmpty => String::new(),
        Fault::OriginForeign => "https://foreign.example".to_owned(),
        Fault::OriginHttp => origin.replacen("https://", "http://", 1),
        Fault::OriginOtherPort => format!("https://{host}:8444"),
        Fault::OriginDefaultPort => format!("https://{host}:443"),
        Fault::OriginTrailingSlash => format!("{origin}/"),
        Fault::OriginWithPath => format!("{origin}/account"),
        Fault::OriginUpperCase => origin.replacen(host, &host.to_uppercase(), 1),
        Fault::OriginSubdomain => origin.replacen(host, &format!("user-content.{host}"), 1),
        Fault::OriginPrefixed => origin.replacen(host, &format!("evil{host}"), 1),
        Fault::OriginSuffixed => origin.replacen(host, &format!("{host}.evil.example"), 1),
        Fault::OriginUserInfo => format!("{origin}@evil.example"),
        Fault::OriginNull => "null".to_owned(),
        Fault::OriginUnicode => {
            origin.replacen(host, &host.replacen(|c: char| c.is_ascii_alphabetic(), "\u{e9}", 1), 1)
        }
        Fault::OriginIpAddress => "https://192.0.2.1".to_owned(),
        Fault::OriginUnlistedAndroid => {
            format!("android:apk-key-hash:{}", base64url::encode(&cx.stream.draw("another application", 32)))
        }
        Fault::OriginAndroidPadded if origin.starts_with("android:") => format!("{origin}="),
        Fault::OriginAndroidHex if origin.starts_with("android:") => {
            let (scheme, hash) = origin.rsplit_once(':').unwrap_or((origin, ""));
            let bytes = base64url::decode(hash).unwrap_or_default();
            format!("{scheme}:{}", data_encoding::HEXLOWER.encode(&bytes))
        }
        Fault::OriginUnlistedRelated => {
            let label = host.split('.').next().unwrap_or(host);
            format!("https://{label}.example.net")
        }
        _ => return,
    };
    data.set("origin", changed);
}

fn edit_frames(fault: Fault, cx: &Context<'_>, data: &mut ClientData) {
    let (cross_origin, top_origin) = match fault {
        Fault::CrossOriginTrue => return data.set("crossOrigin", true),
        Fault::CrossOriginString => return data.set("crossOrigin", "true"),
        Fault::TopOriginMissing => {
            data.remove("topOrigin");
            return data.set("crossOrigin", true);
        }
        Fault::TopOriginUnexpected => (true, json!(cx.origin)),
        Fault::TopOriginUnlisted => (true, json!("https://unlisted.example")),
        Fault::TopOriginNotString => (true, json!([cx.origin])),
        Fault::TopOriginSameOrigin => (false, json!(cx.origin)),
        _ => return,
    };
    data.set("crossOrigin", cross_origin);
    data.set("topOrigin", top_origin);
}

fn edit_duplicates(fault: Fault, cx: &Context<'_>, data: &mut ClientData) {
    let challenge = data.member("challenge").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (name, hostile, first) = match fault {
        Fault::DuplicateTypeHostileFirst => ("type", cx.ceremony.other().client_data_type().to_owned(), true),
        Fault::DuplicateTypeHostileLast => ("type", cx.ceremony.other().client_data_type().to_owned(), false),
        Fault::DuplicateChallengeHostileFirst => ("challenge", other_challenge(cx, &challenge), true),
        Fault::DuplicateChallengeHostileLast => ("challenge", other_challenge(cx, &challenge), false),
        Fault::DuplicateOriginHostileFirst => ("origin", "https://foreign.example".to_owned(), true),
        Fault::DuplicateOriginHostileLast => ("origin", "https://foreign.example".to_owned(), false),
        _ => return,
    };
    let position = if first { 0 } else { data.members.len() };
    data.members.insert(position, (name.to_owned(), json!(hostile)));
}
