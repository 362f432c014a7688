//! Changes of a ceremony while it is made: what is changed before the signature is signed as changed, so that the checks
//! behind the signature are reached.

use super::certificates::CertificateEdit;
use super::edit::Edit;
use super::envelope::{sha256, text};
use arbitrary::Arbitrary;
use ceremony_testkit::{Cbor, Stage};
use serde_json::{Value, json};

/// A value of CBOR.
#[derive(Arbitrary, Clone, Debug)]
pub enum Item {
    #[allow(missing_docs, reason = "the names of the types")]
    Int(i64),
    #[allow(missing_docs, reason = "the names of the types")]
    Bytes(Vec<u8>),
    #[allow(missing_docs, reason = "the names of the types")]
    Text(String),
    #[allow(missing_docs, reason = "the names of the types")]
    Bool(bool),
    #[allow(missing_docs, reason = "the names of the types")]
    Null,
    /// Numbers.
    Array(Vec<i16>),
    /// Words and numbers.
    Map(Vec<(Word, i16)>),
    /// Whatever it is.
    Raw(Vec<u8>),
}

impl From<Item> for Cbor {
    fn from(item: Item) -> Self {
        match item {
            Item::Int(value) => Self::Int(value),
            Item::Bytes(bytes) => Self::Bytes(bytes),
            Item::Text(text) => Self::Text(text),
            Item::Bool(value) => Self::Bool(value),
            Item::Null => Self::Null,
            Item::Array(items) => Self::Array(items.into_iter().map(|item| Self::Int(item.into())).collect()),
            Item::Map(entries) => Self::Map(
                entries.into_iter().map(|(word, value)| (Self::from(word.get()), Self::Int(value.into()))).collect(),
            ),
            Item::Raw(bytes) => Self::Raw(bytes),
        }
    }
}

/// A value of JSON.
#[derive(Arbitrary, Clone, Debug)]
#[allow(missing_docs, reason = "the names of the types")]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Word(Word),
    Array(Vec<Word>),
    Object(Vec<(Word, Option<bool>)>),
}

impl From<Json> for Value {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => value.into(),
            Json::Int(value) => value.into(),
            Json::Float(value) => value.into(),
            Json::Text(text) => text.into(),
            Json::Word(word) => word.get().into(),
            Json::Array(words) => words.into_iter().map(|word| word.get()).collect(),
            Json::Object(entries) => {
                entries.into_iter().map(|(word, value)| (word.get().to_owned(), json!(value))).collect()
            }
        }
    }
}

/// A word that somebody looks for.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Word(u8);

const WORDS: &[&str] = &[
    "x",
    "",
    "type",
    "challenge",
    "origin",
    "crossOrigin",
    "topOrigin",
    "tokenBinding",
    "status",
    "id",
    "webauthn.create",
    "webauthn.get",
    "https://example.com",
    "https://example.com/",
    "https://example.com:443",
    "https://EXAMPLE.com",
    "https://evil.example",
    "https://sub.example.com",
    "http://example.com",
    "present",
    "credProps",
    "rk",
    "credProtect",
    "credentialProtectionPolicy",
    "minPinLength",
    "prf",
    "enabled",
    "results",
    "first",
    "largeBlob",
    "supported",
    "blob",
    "written",
    "credBlob",
    "getCredBlob",
    "appid",
    "appidExclude",
    "hmac-secret",
    "hmac-secret-mc",
    "uvm",
    "fmt",
    "attStmt",
    "authData",
    "none",
    "packed",
    "tpm",
    "android-key",
    "apple",
    "fido-u2f",
    "compound",
    "android-safetynet",
    "alg",
    "sig",
    "x5c",
    "ver",
    "2.0",
    "certInfo",
    "pubArea",
    "response",
    "ecdaaKeyId",
    "platform",
    "cross-platform",
    "internal",
    "hybrid",
    "usb",
    "nfc",
    "ble",
    "smart-card",
    "cable",
    "public-key",
    "payment",
    "spc",
    "clientExtensionResults",
    "rawId",
    "https://example.com/app.json",
    "example.com",
    "sub.example.com",
];

impl Word {
    /// The word.
    pub fn get(self) -> &'static str {
        WORDS[usize::from(self.0) % WORDS.len()]
    }
}

/// A counter of any value; every second one is among the first four, so that two often meet.
pub const fn near(count: u32) -> u32 {
    if count < 1 << 31 { count % 4 } else { count }
}

/// The members of a response, as JSON pointers: the object, and the member in it.
const MEMBERS: &[(&str, &str)] = &[
    ("", "id"),
    ("", "rawId"),
    ("", "type"),
    ("", "clientExtensionResults"),
    ("", "authenticatorAttachment"),
    ("", "x"),
    ("/response", "clientDataJSON"),
    ("/response", "attestationObject"),
    ("/response", "authenticatorData"),
    ("/response", "signature"),
    ("/response", "userHandle"),
    ("/response", "publicKey"),
    ("/response", "publicKeyAlgorithm"),
    ("/response", "transports"),
    ("/response", "x"),
    ("/clientExtensionResults", "credProps"),
    ("/clientExtensionResults", "prf"),
    ("/clientExtensionResults", "largeBlob"),
    ("/clientExtensionResults", "appid"),
    ("/clientExtensionResults", "appidExclude"),
    ("/clientExtensionResults", "x"),
];

/// One change of a ceremony.
#[derive(Arbitrary, Clone, Debug)]
#[allow(missing_docs, reason = "the names of the stages")]
pub enum StageEdit {
    CredentialId(Edit),
    ClientDataMember(Word, Json),
    ClientDataPush(Word, Json),
    ClientDataRemove(Word),
    ClientDataPrefix(Vec<u8>),
    ClientDataJson(Edit),
    KeyEntry(i8, Item),
    KeyRemove(i8),
    KeySort,
    KeyBytes(Edit),
    RpIdHash(Edit),
    RpIdOf(Word),
    Flags(u8),
    SignCount(u32),
    Aaguid([u8; 16]),
    IdLength(u16),
    Extension(Word, Item),
    Extensions(Item),
    AuthDataBytes(Edit),
    PubAreaAttributes(u32),
    PubAreaNumbers(u8, u16),
    PubAreaBytes(Edit),
    CertInfo(u8, Edit),
    CertInfoNumbers(u32, u16),
    KeyDescription(u8, Edit),
    KeyDescriptionEntry(bool, u16, Vec<u8>),
    KeyDescriptionRemove(bool, u8),
    Certificate(u8, CertificateEdit),
    SafetyNet(bool, Word, Json),
    Signature(Edit),
    SentClientDataJson(Edit),
    SentAuthData(Edit),
    StatementEntry(Word, Item),
    StatementRemove(Word),
    StatementX5c(u8, Edit),
    ObjectEntry(Word, Item),
    ObjectPush(Word, Item),
    ObjectRemove(Word),
    ObjectSort,
    ObjectBytes(Edit),
    Response(u8, Json),
    ResponseBytes(u8, Vec<u8>),
    ResponseRemove(u8),
    ResponseText(Edit),
}

impl StageEdit {
    /// Makes the change, at its stage.
    #[allow(clippy::too_many_lines, reason = "a list")]
    pub fn apply(&self, stage: &mut Stage<'_>) {
        match (self, stage) {
            (Self::CredentialId(edit), Stage::CredentialId(id)) => edit.apply(id),
            (Self::ClientDataMember(name, value), Stage::ClientData(data)) => data.set(name.get(), value.clone()),
            (Self::ClientDataPush(name, value), Stage::ClientData(data)) => data.push(name.get(), value.clone()),
            (Self::ClientDataRemove(name), Stage::ClientData(data)) => data.remove(name.get()),
            (Self::ClientDataPrefix(prefix), Stage::ClientData(data)) => data.prefix.clone_from(prefix),
            (Self::ClientDataJson(edit), Stage::ClientDataJson(bytes))
            | (Self::AuthDataBytes(edit), Stage::AuthenticatorDataBytes(bytes))
            | (Self::PubAreaBytes(edit), Stage::PubAreaBytes(bytes))
            | (Self::SentClientDataJson(edit), Stage::SentClientDataJson(bytes))
            | (Self::SentAuthData(edit), Stage::SentAuthenticatorData(bytes))
            | (Self::ObjectBytes(edit), Stage::AttestationObjectBytes(bytes))
            | (Self::ResponseText(edit), Stage::ResponseText(bytes))
            | (Self::Signature(edit), Stage::Signature { signature: bytes, .. }) => edit.apply(bytes),
            (Self::KeyEntry(label, item), Stage::CredentialPublicKey(key)) => key.set(i64::from(*label), item.clone()),
            (Self::KeyRemove(label), Stage::CredentialPublicKey(key)) => key.remove(i64::from(*label)),
            (Self::KeySort, Stage::CredentialPublicKey(map)) | (Self::ObjectSort, Stage::AttestationObject(map)) => {
                map.sort();
            }
            (Self::KeyBytes(edit), Stage::CredentialPublicKey(key)) => {
                let mut bytes = key.encode();
                edit.apply(&mut bytes);
                **key = Cbor::Raw(bytes);
            }
            (edit, Stage::AuthenticatorData(data)) => edit.authenticator_data(data),
            (Self::PubAreaAttributes(bits), Stage::PubArea(area)) => area.object_attributes ^= bits,
            (Self::PubAreaNumbers(which, value), Stage::PubArea(area)) => match which % 5 {
                0 => area.kind = *value,
                1 => area.name_alg = *value,
                2 => area.symmetric = *value,
                3 => area.scheme = *value,
                _ => area.scheme_hash = *value,
            },
            (Self::CertInfo(which, edit), Stage::CertInfo { info, .. }) => edit.apply(match which % 5 {
                0 => &mut info.qualified_signer,
                1 => &mut info.extra_data,
                2 => &mut info.name,
                3 => &mut info.qualified_name,
                _ => &mut info.trailing,
            }),
            (Self::CertInfoNumbers(magic, kind), Stage::CertInfo { info, .. }) => {
                info.magic ^= magic;
                info.kind ^= kind;
            }
            (Self::KeyDescription(which, edit), Stage::KeyDescription(key)) => match which % 3 {
                0 => edit.apply(&mut key.attestation_challenge),
                1 => edit.apply(&mut key.unique_id),
                _ => key.attestation_security_level ^= which,
            },
            (Self::KeyDescriptionEntry(hardware, tag, value), Stage::KeyDescription(key)) => {
                let list = if *hardware { &mut key.hardware_enforced } else { &mut key.software_enforced };
                list.set(u32::from(*tag % 720), value.clone());
            }
            (Self::KeyDescriptionRemove(hardware, at), Stage::KeyDescription(key)) => {
                let list = if *hardware { &mut key.hardware_enforced } else { &mut key.software_enforced };
                if let Some(at) = usize::from(*at).checked_rem(list.entries.len()) {
                    list.entries.remove(at);
                }
            }
            (Self::Certificate(at, edit), Stage::Certificate { depth, spec, .. }) if usize::from(*at % 3) == *depth => {
                edit.apply(spec);
            }
            (Self::SafetyNet(payload, name, value), Stage::SafetyNet(token)) => {
                token[if *payload { "payload" } else { "header" }][name.get()] = value.clone().into();
            }
            (Self::StatementEntry(name, item), Stage::AttestationStatement(map))
            | (Self::ObjectEntry(name, item), Stage::AttestationObject(map)) => map.set(name.get(), item.clone()),
            (Self::ObjectPush(name, item), Stage::AttestationObject(map)) => map.push(name.get(), item.clone()),
            (Self::StatementRemove(name), Stage::AttestationStatement(map))
            | (Self::ObjectRemove(name), Stage::AttestationObject(map)) => map.remove(name.get()),
            (Self::StatementX5c(at, edit), Stage::AttestationStatement(Cbor::Map(entries))) => {
                let x5c = entries.iter_mut().find(|(name, _)| *name == Cbor::from("x5c"));
                if let Some((_, Cbor::Array(x5c))) = x5c
                    && let Some(at) = usize::from(*at).checked_rem(x5c.len())
                    && let Cbor::Bytes(der) = &mut x5c[at]
                {
                    edit.apply(der);
                }
            }
            (edit, Stage::Response(response)) => edit.response(response),
            _ => {}
        }
    }

    fn authenticator_data(&self, data: &mut ceremony_testkit::AuthenticatorData) {
        match self {
            Self::RpIdHash(edit) => edit.apply(&mut data.rp_id_hash),
            Self::RpIdOf(word) => data.rp_id_hash = sha256(word.get().as_bytes()).to_vec(),
            Self::Flags(bits) => data.flags ^= bits,
            Self::SignCount(count) => data.sign_count = near(*count),
            Self::Extensions(item) => {
                data.extensions = Some(item.clone().into());
                data.flags |= 0x80;
            }
            Self::Extension(name, item) => {
                data.extensions.get_or_insert_with(|| Cbor::Map(Vec::new())).set(name.get(), item.clone());
                data.flags |= 0x80;
            }
            Self::Aaguid(aaguid) => {
                if let Some(attested) = &mut data.attested_credential_data {
                    attested.aaguid = *aaguid;
                }
            }
            Self::IdLength(length) => {
                if let Some(attested) = &mut data.attested_credential_data {
                    attested.credential_id_length = Some(*length);
                }
            }
            _ => {}
        }
    }

    fn response(&self, response: &mut Value) {
        let (Self::Response(at, _) | Self::ResponseBytes(at, _) | Self::ResponseRemove(at)) = self else { return };
        let (object, name) = MEMBERS[usize::from(*at) % MEMBERS.len()];
        let Some(Value::Object(members)) = response.pointer_mut(object) else { return };
        match self {
            Self::Response(_, value) => drop(members.insert(name.to_owned(), value.clone().into())),
            Self::ResponseBytes(_, bytes) => {
                drop(members.insert(name.to_owned(), text(bytes).into()));
            }
            _ => drop(members.remove(name)),
        }
    }
}
