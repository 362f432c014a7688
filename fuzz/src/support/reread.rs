//! A response that was accepted, read and judged once more: JSON by `serde_json`, CBOR by ciborium, signatures by another
//! verifier, over messages that are put together here.

use super::chain::verifies;
use super::cose::{Key, value};
use super::envelope::{sha256, text};
use super::scene::{CHALLENGE, ORIGIN, USER};
use super::statement;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ceremony::{Authentication, CredentialRecord, Registration};
use ciborium::Value;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::Value as Json;

/// The members of client data; a derived reader refuses one that stands there twice.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct ClientData {
    /// What was asked for.
    #[serde(rename = "type")]
    pub kind: String,
    /// The challenge as text.
    pub challenge: String,
    /// The page.
    pub origin: String,
    /// Whether it was embedded; never null.
    #[serde(default, rename = "crossOrigin", deserialize_with = "there")]
    pub cross_origin: Option<bool>,
    /// Where; never null.
    #[serde(default, rename = "topOrigin", deserialize_with = "there")]
    pub top_origin: Option<String>,
    /// Level 1's; judged by policy alone.
    #[serde(default, rename = "tokenBinding")]
    pub token_binding: Option<Json>,
}

fn there<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    match Option::deserialize(from)? {
        Some(value) => Ok(Some(value)),
        None => Err(D::Error::custom("null")),
    }
}

impl ClientData {
    /// Reads client data, without its byte order mark.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()
    }
}

/// Authenticator data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthData<'a> {
    /// SHA-256 of the RP ID.
    pub rp_id_hash: &'a [u8],
    /// The flags.
    pub flags: u8,
    /// The counter.
    pub sign_count: u32,
    /// AAGUID, credential id and key.
    pub attested: Option<(&'a [u8], &'a [u8], &'a [u8])>,
    /// The extensions' map.
    pub extensions: Option<&'a [u8]>,
}

/// The flags, by their bits.
pub mod flag {
    #![allow(missing_docs, reason = "the specification's own words")]
    pub const UP: u8 = 0x01;
    pub const UV: u8 = 0x04;
    pub const BE: u8 = 0x08;
    pub const BS: u8 = 0x10;
    pub const AT: u8 = 0x40;
    pub const ED: u8 = 0x80;
}

impl<'a> AuthData<'a> {
    /// Takes it apart; `len` says how long the CBOR item is that some bytes begin with.
    pub fn read(bytes: &'a [u8], len: impl Fn(&[u8]) -> Option<usize>) -> Option<Self> {
        let mut rest = bytes;
        let mut take = |len: usize| {
            let (taken, left) = rest.split_at_checked(len)?;
            rest = left;
            Some(taken)
        };
        let rp_id_hash = take(32)?;
        let flags = take(1)?[0];
        let sign_count = u32::from_be_bytes(take(4)?.try_into().ok()?);
        let mut attested = None;
        if flags & flag::AT != 0 {
            let aaguid = take(16)?;
            let id = u16::from_be_bytes(take(2)?.try_into().ok()?);
            attested = Some((aaguid, take(usize::from(id))?, &[][..]));
        }
        if let Some((_, _, key)) = &mut attested {
            let (taken, left) = rest.split_at_checked(len(rest)?)?;
            (*key, rest) = (taken, left);
        }
        let mut extensions = None;
        if flags & flag::ED != 0 {
            let (taken, left) = rest.split_at_checked(len(rest)?)?;
            (extensions, rest) = (Some(taken), left);
        }
        rest.is_empty().then_some(Self { rp_id_hash, flags, sign_count, attested, extensions })
    }

    /// Takes it apart with ciborium.
    pub fn with_ciborium(bytes: &'a [u8]) -> Option<Self> {
        Self::read(bytes, |rest| value(rest).map(|(_, len)| len))
    }

    fn has(&self, bits: u8) -> bool {
        self.flags & bits != 0
    }
}

fn member(json: &Json, pointer: &str) -> Vec<u8> {
    let text = json.pointer(pointer).and_then(Json::as_str).unwrap_or_else(|| panic!("no {pointer}"));
    BASE64_URL_SAFE_NO_PAD.decode(text).unwrap_or_else(|_| panic!("{pointer} is not base64url"))
}

/// What an accepted response was accepted for.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// The type of the client data.
    pub kind: &'static str,
    /// Whether any page may embed.
    pub any_top_origin: bool,
    /// Whether the verifier told the truth, so that signatures hold.
    pub signed: bool,
}

fn envelope(body: &[u8], expected: Expected) -> (Json, Vec<u8>) {
    let json: Json = serde_json::from_slice(body).expect("JSON");
    assert_eq!(json["type"], "public-key");
    assert_eq!(json["id"], json["rawId"]);
    let bytes = member(&json, "/response/clientDataJSON");
    let client_data = ClientData::read(&bytes).expect("client data");
    assert_eq!(client_data.kind, expected.kind);
    assert_eq!(client_data.challenge, text(&CHALLENGE));
    assert_eq!(client_data.origin, ORIGIN);
    assert!(expected.any_top_origin || client_data.cross_origin != Some(true), "embedded");
    assert!(expected.any_top_origin || client_data.top_origin.is_none(), "embedded somewhere");
    (json, bytes)
}

fn flags(data: &AuthData<'_>) {
    assert_eq!(data.rp_id_hash, sha256(b"example.com"));
    assert!(data.has(flag::UP) && data.has(flag::UV), "flags {:x}", data.flags);
    assert!(data.has(flag::BE) || !data.has(flag::BS), "backed up and not eligible");
}

/// Judges an accepted registration of the scene.
///
/// # Panics
///
/// If it should not have been accepted, or says something that the response does not.
pub fn registration(body: &[u8], expected: Expected, registered: &Registration) {
    let (json, client_data) = envelope(body, expected);
    let object = member(&json, "/response/attestationObject");
    let (value, len) = value(&object).expect("CBOR");
    assert_eq!(len, object.len());
    let entry = |name: &str| {
        let mut found = value.as_map().expect("a map").iter().filter(|(key, _)| key.as_text() == Some(name));
        let first = found.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(found.next().is_none(), "{name} twice");
        &first.1
    };
    let bytes = entry("authData").as_bytes().expect("bytes");
    let data = AuthData::with_ciborium(bytes).expect("authenticator data");
    flags(&data);
    let (aaguid, id, cose) = data.attested.expect("attested credential data");
    let record = registered.record();
    assert_eq!(id, member(&json, "/rawId"));
    assert!(matches!(id.len(), 1..=1023));
    assert_eq!((record.credential_id.as_bytes(), &record.aaguid.as_bytes()[..]), (id, aaguid));
    assert_eq!(record.user_handle.as_bytes(), USER);
    assert_eq!((record.sign_count, record.uv_initialized), (data.sign_count, true));
    assert_eq!(record.backup_eligible, Some(data.has(flag::BE)));
    assert_eq!(record.backup_state, data.has(flag::BS));
    assert_eq!(record.public_key.as_cose(), cose);
    let key = Key::read(cose).expect("a key");
    assert_eq!(key.algorithm, record.algorithm().id());
    assert_ne!(key.algorithm, -65535, "RS1 was not offered");
    let fmt = entry("fmt").as_text().expect("text");
    assert_eq!(fmt, record.fmt);
    let client_data_hash = sha256(&client_data);
    if expected.signed {
        let made = statement::Made { auth_data: bytes, client_data_hash: &client_data_hash, id, key: &key };
        statement::holds(fmt, entry("attStmt"), &made, &record.attestation);
    }
    // The record outlives both of its forms.
    assert_eq!(&CredentialRecord::from_bytes(&record.to_bytes()).expect("its own bytes"), record);
    let json = serde_json::to_vec(record).expect("JSON");
    assert_eq!(&serde_json::from_slice::<CredentialRecord>(&json).expect("its own JSON"), record);
}

/// The message that an authentication's signature covers, put together here.
pub fn message(body: &[u8]) -> Vec<u8> {
    let json: Json = serde_json::from_slice(body).expect("JSON");
    let mut message = member(&json, "/response/authenticatorData");
    message.extend(sha256(&member(&json, "/response/clientDataJSON")));
    message
}

/// Judges an accepted authentication of the scene; `named` says whether its request said whose it is to be.
///
/// # Panics
///
/// If it should not have been accepted, or says something that the response does not.
pub fn authentication(body: &[u8], expected: Expected, named: bool, record: &CredentialRecord, done: &Authentication) {
    let (json, _) = envelope(body, expected);
    let bytes = member(&json, "/response/authenticatorData");
    let data = AuthData::with_ciborium(&bytes).expect("authenticator data");
    flags(&data);
    assert_eq!(data.attested, None);
    assert_eq!(member(&json, "/rawId"), record.credential_id.as_bytes());
    let handle = json.pointer("/response/userHandle").filter(|handle| !handle.is_null());
    let handle = handle.map_or_else(Vec::new, |_| member(&json, "/response/userHandle"));
    // Some clients have an empty one for none.
    assert!(handle == USER || named && handle.is_empty(), "another user handle: {handle:?}");
    assert!(record.status.is_active(), "not active");
    let key = Key::read(record.public_key.as_cose()).expect("a key");
    if expected.signed {
        let signature = member(&json, "/response/signature");
        assert!(verifies(key.scheme, key.material(), &message(body), &signature), "the signature does not hold");
    }
    let update = done.update();
    assert_eq!((done.credential_id(), done.user_handle()), (&record.credential_id, &record.user_handle));
    assert_eq!(done.received_sign_count(), data.sign_count);
    assert_eq!(update.expected_sign_count, record.sign_count);
    assert_eq!(update.new_sign_count, data.sign_count.max(record.sign_count));
    assert_eq!((update.backup_eligible, update.backup_state), (data.has(flag::BE), data.has(flag::BS)));
    let regressed = (data.sign_count, record.sign_count) != (0, 0) && data.sign_count <= record.sign_count;
    assert_eq!(done.sign_count_regressed(), regressed);
    assert_eq!(done.uv_trusted(), record.uv_initialized);
}

/// The entries of a map with text keys.
pub fn entries(value: &Value) -> Option<Vec<(&str, &Value)>> {
    value.as_map()?.iter().map(|(key, value)| Some((key.as_text()?, value))).collect()
}
