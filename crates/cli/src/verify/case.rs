//! The case format.

use super::policy::Policy;
use super::verdict::Outcome;
use super::words::words;
use crate::scalar::Scalar;
use crate::time;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony::{Aaguid, AttestationConveyance, SignCountPolicy, UnixTime, UserVerification};
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// One case. The response stays the text that it is, so that the library sees each fault in it.
#[derive(Debug, Deserialize)]
pub(super) struct Case<'a> {
    #[serde(deserialize_with = "id")]
    pub(super) id: Value,
    pub(super) ceremony: Kind,
    pub(super) expect: Option<Outcome>,
    #[serde(default)]
    pub(super) reason: Scalar,
    pub(super) config: Config,
    #[serde(borrow)]
    pub(super) credential: &'a RawValue,
    pub(super) stored: Option<Stored>,
    pub(super) expected: Option<Expected>,
}

/// What is read of a line that is no case.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Header {
    pub(super) id: Scalar,
    pub(super) expect: Scalar,
    pub(super) reason: Scalar,
}

impl Header {
    /// The id, if it is one.
    pub(super) fn id(&self) -> Value {
        if is_id(&self.id.0) { self.id.0.clone() } else { Value::Null }
    }
}

/// The ceremony of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Registration,
    Authentication,
}

/// What the relying party is configured with, and what it asked of this ceremony.
#[derive(Debug, Deserialize)]
pub(super) struct Config {
    pub(super) rp_id: String,
    pub(super) origins: Vec<String>,
    pub(super) challenge: Bytes,
    #[serde(default, deserialize_with = "user_verification")]
    pub(super) user_verification: Option<UserVerification>,
    pub(super) algorithms: Option<Vec<i64>>,
    #[serde(default, deserialize_with = "conveyance")]
    pub(super) attestation: Option<AttestationConveyance>,
    #[serde(default)]
    pub(super) allow_cross_origin: Option<bool>,
    pub(super) appid: Option<String>,
    pub(super) top_origins: Option<Vec<String>>,
    pub(super) conditional_create: Option<bool>,
    pub(super) require_trusted_attestation: Option<bool>,
    #[serde(default, deserialize_with = "moment")]
    pub(super) time: Option<UnixTime>,
    #[serde(default, deserialize_with = "sign_count_policy")]
    pub(super) sign_count_policy: Option<SignCountPolicy>,
    pub(super) enforce_backup_eligibility: Option<bool>,
    pub(super) discoverable: Option<bool>,
    pub(super) allow_credentials: Option<Vec<Bytes>>,
    pub(super) trust_anchors_pem: Option<Vec<String>>,
    pub(super) policy: Option<Policy>,
}

/// What the database holds about the credential.
#[derive(Debug, Deserialize)]
pub(super) struct Stored {
    pub(super) credential_id: Bytes,
    pub(super) public_key: Bytes,
    pub(super) sign_count: u32,
    pub(super) user_handle: Option<Bytes>,
    pub(super) backup_eligible: Option<bool>,
    pub(super) backup_state: Option<bool>,
}

/// What an accepted response must say.
#[derive(Debug, Deserialize)]
pub(super) struct Expected {
    pub(super) fmt: Option<String>,
    #[serde(default, deserialize_with = "aaguid")]
    pub(super) aaguid: Option<Aaguid>,
    pub(super) sign_count: Option<u32>,
    pub(super) alg: Option<i64>,
    pub(super) public_key: Option<Bytes>,
    pub(super) flags: Option<ExpectedFlags>,
    pub(super) attestation_type: Option<String>,
    pub(super) sign_count_regressed: Option<bool>,
}

/// Flags that an accepted response must have; those that are not named may be either.
#[derive(Debug, Deserialize)]
pub(super) struct ExpectedFlags {
    pub(super) up: Option<bool>,
    pub(super) uv: Option<bool>,
    pub(super) be: Option<bool>,
    pub(super) bs: Option<bool>,
    pub(super) at: Option<bool>,
    pub(super) ed: Option<bool>,
}

/// Bytes, as base64url without padding.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        // The text itself may be a challenge: it does not go into the message.
        Base64UrlUnpadded::decode_vec(&text).map(Self).map_err(|_| D::Error::custom("not base64url without padding"))
    }
}

const fn is_id(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_))
}

fn id<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    let Scalar(value) = Scalar::deserialize(from)?;
    if is_id(&value) { Ok(value) } else { Err(D::Error::custom("`id` is neither a string nor a number")) }
}

words!(
    user_verification,
    UserVerification,
    [
        "required" = UserVerification::Required,
        "preferred" = UserVerification::Preferred,
        "discouraged" = UserVerification::Discouraged
    ]
);
words!(
    conveyance,
    AttestationConveyance,
    [
        "none" = AttestationConveyance::None,
        "indirect" = AttestationConveyance::Indirect,
        "direct" = AttestationConveyance::Direct,
        "enterprise" = AttestationConveyance::Enterprise
    ]
);
words!(sign_count_policy, SignCountPolicy, ["reject" = SignCountPolicy::Reject, "report" = SignCountPolicy::Report]);

fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<UnixTime>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let unexpected = || D::Error::invalid_value(Unexpected::Str(&text), &"an RFC 3339 time since 1970");
    time::parse(&text).ok_or_else(unexpected).map(Some)
}

fn aaguid<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Aaguid>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let unexpected = || D::Error::invalid_value(Unexpected::Str(&text), &"a UUID");
    Aaguid::parse(&text).ok_or_else(unexpected).map(Some)
}
