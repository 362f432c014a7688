//! Where the two say different things, and why that is as it should be.

use super::spki;
use crate::support::cbor::{self, Limits};
use crate::support::cose::{Key, value};
use crate::support::reread::AuthData;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ceremony::SignatureScheme;
use ciborium::Value as Cbor;
use serde_json::Value;

/// Who accepts what the other refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The library.
    Ours,
    /// webauthn_rp.
    Theirs,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Case {
    /// Of which ceremony.
    pub registration: bool,
    /// The JSON.
    pub body: Vec<u8>,
}

impl Case {
    /// The JSON, taken apart.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    fn member(&self, name: &str) -> Option<Vec<u8>> {
        BASE64_URL_SAFE_NO_PAD.decode(self.json()?["response"][name].as_str()?).ok()
    }

    /// The bytes of the client data.
    pub fn client_data(&self) -> Option<Vec<u8>> {
        self.member("clientDataJSON")
    }

    fn object(&self) -> Option<Vec<u8>> {
        self.member("attestationObject").filter(|_| self.registration)
    }

    /// The bytes of the authenticator data.
    pub fn auth_data(&self) -> Option<Vec<u8>> {
        if !self.registration {
            return self.member("authenticatorData");
        }
        let (object, _) = value(&self.object()?)?;
        let data = object.as_map()?.iter().find(|(name, _)| name.as_text() == Some("authData"))?;
        data.1.as_bytes().cloned()
    }

    /// Whether something holds of a member of the outermost object, or of `response`.
    fn any_member(&self, names: &[&str], holds: impl Fn(Option<&Value>) -> bool) -> bool {
        let json = self.json().unwrap_or_default();
        names.iter().any(|name| holds(json.pointer(name)))
    }
}

/// One reason.
#[derive(Debug)]
pub struct Disagreement {
    /// Also that of its seed, behind `shows-`.
    pub name: &'static str,
    /// Who accepts.
    pub accepts: Side,
    /// Why.
    pub why: &'static str,
    /// Whether it may be the reason.
    pub explains: fn(&Case) -> bool,
}

/// Every reason.
pub const DISAGREEMENTS: &[Disagreement] = &[
    Disagreement {
        name: "reserved-flags",
        accepts: Side::Ours,
        why: "bits that the specification reserves are observed, and refused by policy: a later level may use them",
        explains: |case| case.auth_data().is_some_and(|data| data.get(32).is_some_and(|flags| flags & 0x22 != 0)),
    },
    Disagreement {
        name: "authenticator-extensions",
        accepts: Side::Ours,
        why: "webauthn_rp reads credProtect, hmac-secret and minPinLength in their order and form and nothing else; the \
              specification has relying parties ignore what they did not ask for (§7.1 step 28, §7.2 step 23)",
        explains: |case| has_strange_extensions(case).unwrap_or(false),
    },
    Disagreement {
        name: "hmac-secret-without-prf",
        accepts: Side::Ours,
        why: "a device that makes its secret unasked is ignored like any extension that nobody asked for (§7.1 step 28); \
              webauthn_rp wants the client to say `prf` as well",
        explains: |case| has_lone_secret(case).unwrap_or(false),
    },
    Disagreement {
        name: "key-form",
        accepts: Side::Ours,
        why: "webauthn_rp knows one spelling of a key, byte for byte; another order, or a parameter more, is well-formed CBOR \
              and refused by the strict policy alone",
        explains: |case| has_strange_key(case).unwrap_or(false),
    },
    Disagreement {
        name: "attestation-object-form",
        accepts: Side::Ours,
        why: "the same of the attestation object: another order, or a member more, is observed, and refused by policy",
        explains: |case| case.object().is_some_and(|object| !has_usual_head(&object)),
    },
    Disagreement {
        name: "public-key-copy",
        accepts: Side::Ours,
        why: "the key as the client repeats it beside the attestation object is not read at all: the authenticator's counts",
        explains: |case| has_other_copy(case).unwrap_or(false),
    },
    Disagreement {
        name: "copy-left-out",
        accepts: Side::Ours,
        why: "browsers before Level 3 don't repeat authenticator data, key and algorithm beside the attestation object",
        explains: |case| {
            let names = ["/response/authenticatorData", "/response/publicKey", "/response/publicKeyAlgorithm"];
            case.registration && case.any_member(&names, |value| value.is_none())
        },
    },
    Disagreement {
        name: "short-credential-id",
        accepts: Side::Ours,
        why: "the 16 bytes of §4 are what authenticators must make; no step of §7.1 refuses fewer: they are observed",
        explains: |case| {
            let data = case.auth_data();
            let attested = data.as_ref().and_then(|data| AuthData::with_ciborium(data)?.attested);
            attested.is_some_and(|(_, id, _)| id.len() < 16)
        },
    },
    Disagreement {
        name: "unknown-attachment",
        accepts: Side::Ours,
        why: "an unknown authenticatorAttachment counts as none (§5.1)",
        explains: |case| {
            case.any_member(&["/authenticatorAttachment"], |value| {
                value.is_some_and(|value| !value.is_null() && value != "platform" && value != "cross-platform")
            })
        },
    },
    Disagreement {
        name: "unknown-transport",
        accepts: Side::Ours,
        why: "a word for a transport may be one that only newer clients know (§5.2.1, getTransports): \
              new ones are kept, since the browser that named one will know it again",
        explains: |case| {
            let known = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];
            case.any_member(&["/response/transports"], |value| {
                let words = value.and_then(Value::as_array);
                words.is_some_and(|words| {
                    words.iter().any(|word| word.as_str().is_some_and(|word| !known.contains(&word)))
                })
            })
        },
    },
    Disagreement {
        name: "extension-results-form",
        accepts: Side::Ours,
        why: "client extension outputs are not signed, and what nobody asked for is passed over, whatever its type",
        explains: |case| {
            case.any_member(&["/clientExtensionResults/credProps", "/clientExtensionResults/prf"], |value| {
                value.is_some()
            })
        },
    },
    Disagreement {
        name: "member-left-out",
        accepts: Side::Theirs,
        why: "webauthn_rp's relaxed reader can do without id, rawId and type; toJSON always gives them (§5.1)",
        explains: |case| case.any_member(&["/id", "/rawId", "/type"], |value| value.is_none_or(Value::is_null)),
    },
    Disagreement {
        name: "null-for-nothing",
        accepts: Side::Theirs,
        why: "webauthn_rp's relaxed reader takes null where a member of another type has to stand",
        explains: |case| {
            let names = [
                "/clientExtensionResults",
                "/response/transports",
                "/response/publicKeyAlgorithm",
                "/response/authenticatorData",
            ];
            case.any_member(&names, |value| value.is_some_and(Value::is_null))
        },
    },
    Disagreement {
        name: "client-data-not-utf8",
        accepts: Side::Theirs,
        why: "no client writes bytes that are no UTF-8: replacement characters, which §7.1 step 5 would read, hide what stands there",
        explains: |case| case.client_data().is_some_and(|bytes| str::from_utf8(&bytes).is_err()),
    },
    Disagreement {
        name: "null-in-client-data",
        accepts: Side::Theirs,
        why: "crossOrigin and topOrigin are left out where they say nothing (§5.8.1); null is neither a boolean nor a string",
        explains: |case| {
            let json = case.client_data().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
            let is_null = |name: &&str| json.as_ref().and_then(|json| json.get(*name)).is_some_and(Value::is_null);
            ["crossOrigin", "topOrigin"].iter().any(is_null)
        },
    },
];

/// Extensions that are not those that webauthn_rp knows, in its order and form.
fn has_strange_extensions(case: &Case) -> Option<bool> {
    let data = case.auth_data()?;
    let bytes = AuthData::with_ciborium(&data)?.extensions?;
    let (map, _) = value(bytes)?;
    let known = |(name, output): &(Cbor, Cbor)| match (name.as_text(), case.registration) {
        (Some("credProtect"), true) => (1..=3).any(|level| output.as_integer() == Some(level.into())),
        (Some("hmac-secret"), true) => output.as_bool().is_some(),
        (Some("minPinLength"), true) => {
            output.as_integer().is_some_and(|length| (4..=63).any(|it| length == it.into()))
        }
        _ => false,
    };
    let canonical = cbor::item(bytes, Limits::RESPONSE).is_some_and(|item| item.canonical);
    let entries = map.as_map()?;
    Some(!canonical || entries.is_empty() || !entries.iter().all(known))
}

/// The authenticator's half of `prf`, in the form that webauthn_rp reads, without the client's half.
fn has_lone_secret(case: &Case) -> Option<bool> {
    let data = case.auth_data()?;
    let (map, _) = value(AuthData::with_ciborium(&data)?.extensions?)?;
    let secret = map.as_map()?.iter().any(|(name, output)| name.as_text() == Some("hmac-secret") && output.is_bool());
    let client = case.any_member(&["/clientExtensionResults/prf"], |value| value.is_some());
    Some(case.registration && secret && !client && !has_strange_extensions(case)?)
}

/// A key that is not written in the one form that webauthn_rp reads.
fn has_strange_key(case: &Case) -> Option<bool> {
    let data = case.auth_data()?;
    let (.., cose) = AuthData::with_ciborium(&data)?.attested?;
    let (map, _) = value(cose)?;
    let canonical = cbor::item(cose, Limits::KEY).is_some_and(|item| item.canonical);
    let needed = if matches!(Key::read(cose)?.scheme, SignatureScheme::Ecdsa(..)) { 5 } else { 4 };
    let named = |label: &Cbor| [1, 3, -1, -2, -3].iter().any(|known| label.as_integer() == Some((*known).into()));
    Some(!canonical || map.as_map()?.len() != needed || !map.as_map()?.iter().all(|(label, _)| named(label)))
}

/// Three members, in the order of the specification.
fn has_usual_head(object: &[u8]) -> bool {
    let Some((map, _)) = value(object) else { return false };
    let names: Option<Vec<&str>> = map.as_map().and_then(|map| map.iter().map(|(name, _)| name.as_text()).collect());
    let canonical = cbor::item(object, Limits::RESPONSE).is_some_and(|item| item.canonical);
    canonical && names.as_deref() == Some(&["fmt", "attStmt", "authData"])
}

/// A copy of the key that is not a copy.
fn has_other_copy(case: &Case) -> Option<bool> {
    let json = case.json()?;
    let copy = json.pointer("/response/publicKey")?;
    let data = case.auth_data()?;
    let key = Key::read(AuthData::with_ciborium(&data)?.attested?.2)?;
    let copy = copy.as_str().and_then(|text| BASE64_URL_SAFE_NO_PAD.decode(text).ok());
    Some(copy != Some(spki::of(&key)?))
}
