//! The response does not have the shape that it must have.

use super::Step;
use core::fmt;

/// A member or structure of a response that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    part: Part,
    reason: MalformedReason,
    step: Step,
}

impl Malformed {
    pub(crate) const fn new(part: Part, reason: MalformedReason, step: Step) -> Self {
        Self { part, reason, step }
    }

    /// The part of the response that could not be read.
    #[must_use]
    pub const fn part(&self) -> Part {
        self.part
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn reason(&self) -> MalformedReason {
        self.reason
    }

    /// The step that reads this part.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.reason)
    }
}

impl core::error::Error for Malformed {}

/// A part of a registration or authentication response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each variant is the member's own name")]
pub enum Part {
    Envelope,
    Id,
    RawId,
    Type,
    Response,
    ClientDataJson,
    ClientDataType,
    ClientDataChallenge,
    ClientDataOrigin,
    ClientDataCrossOrigin,
    ClientDataTopOrigin,
    AttestationObject,
    Fmt,
    AttStmt,
    AuthData,
    AttestedCredentialData,
    CredentialPublicKey,
    AuthenticatorExtensions,
    AuthenticatorData,
    Signature,
    UserHandle,
    Transports,
    AuthenticatorAttachment,
    ClientExtensionResults,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Envelope => "the response",
            Self::Id => "id",
            Self::RawId => "rawId",
            Self::Type => "type",
            Self::Response => "response",
            Self::ClientDataJson => "clientDataJSON",
            Self::ClientDataType => "clientDataJSON.type",
            Self::ClientDataChallenge => "clientDataJSON.challenge",
            Self::ClientDataOrigin => "clientDataJSON.origin",
            Self::ClientDataCrossOrigin => "clientDataJSON.crossOrigin",
            Self::ClientDataTopOrigin => "clientDataJSON.topOrigin",
            Self::AttestationObject => "attestationObject",
            Self::Fmt => "attestationObject.fmt",
            Self::AttStmt => "attestationObject.attStmt",
            Self::AuthData => "attestationObject.authData",
            Self::AttestedCredentialData => "attested credential data",
            Self::CredentialPublicKey => "credential public key",
            Self::AuthenticatorExtensions => "authenticator extension outputs",
            Self::AuthenticatorData => "authenticatorData",
            Self::Signature => "signature",
            Self::UserHandle => "userHandle",
            Self::Transports => "transports",
            Self::AuthenticatorAttachment => "authenticatorAttachment",
            Self::ClientExtensionResults => "clientExtensionResults",
        })
    }
}

/// What is wrong with a part of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MalformedReason {
    /// Larger than the policy's limit, in bytes.
    TooLarge(usize),
    /// Nested deeper than the policy's limit.
    TooDeep(usize),
    /// More entries in one map or array than the policy's limit.
    TooManyEntries(usize),
    /// CBOR has more items in all than the limit, which is given.
    TooManyItems(usize),
    /// Not JSON, or not UTF-8.
    NotJson,
    /// Not valid UTF-8.
    NotUtf8,
    /// Required and not there.
    Missing,
    /// There, with another type than the specification gives it.
    WrongType,
    /// A known member stands there twice.
    Duplicate,
    /// Not base64url without padding, or with stray bits.
    NotBase64Url,
    /// Zero bytes long.
    Empty,
    /// Ends before it is complete.
    Truncated,
    /// Something follows its end.
    TrailingBytes,
    /// A length that the specification does not allow.
    BadLength,
    /// Not CBOR, or a construct that CTAP2 forbids (a tag, an indefinite length, a key that is neither integer nor text).
    NotCbor,
    /// Readable CBOR, but not CTAP2 canonical, under a policy that asks for it.
    NotCanonical,
    /// A value other than the only one that is allowed here.
    UnexpectedValue,
    /// Differs from the other place where the response says the same.
    Inconsistent,
    /// Belongs to the other ceremony.
    WrongCeremony,
}

impl MalformedReason {
    /// A stable name in `snake_case`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge(_) => "too_large",
            Self::TooDeep(_) => "too_deep",
            Self::TooManyEntries(_) => "too_many_entries",
            Self::TooManyItems(_) => "too_many_items",
            Self::NotJson => "not_json",
            Self::NotUtf8 => "not_utf8",
            Self::Missing => "missing",
            Self::WrongType => "wrong_type",
            Self::Duplicate => "duplicate_member",
            Self::NotBase64Url => "not_base64url",
            Self::Empty => "empty",
            Self::Truncated => "truncated",
            Self::TrailingBytes => "trailing_bytes",
            Self::BadLength => "bad_length",
            Self::NotCbor => "not_cbor",
            Self::NotCanonical => "not_canonical",
            Self::UnexpectedValue => "unexpected_value",
            Self::Inconsistent => "inconsistent",
            Self::WrongCeremony => "wrong_ceremony",
        }
    }

    /// What a developer can do about it.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::TooLarge(_) | Self::TooDeep(_) | Self::TooManyEntries(_) | Self::TooManyItems(_) => {
                "genuine responses stay far below the limits; raise `Limits` only for a device that is known to need it"
            }
            Self::NotJson | Self::NotUtf8 => "send the JSON of the credential's `toJSON()` as UTF-8",
            Self::Missing | Self::WrongType | Self::UnexpectedValue => {
                "send the credential's `toJSON()` unchanged; see RegistrationResponseJSON and AuthenticationResponseJSON"
            }
            Self::Duplicate => "a JSON object must name each member once",
            Self::NotBase64Url => "encode binary members as base64url without padding (RFC 4648 §5)",
            Self::Empty | Self::BadLength => "send the bytes that the authenticator gave, unchanged",
            Self::Truncated | Self::TrailingBytes => "the bytes were cut or something was appended on their way",
            Self::NotCbor => {
                "the authenticator must send CTAP2 CBOR; check that the bytes were not altered on their way"
            }
            Self::NotCanonical => "the policy asks for canonical CBOR; `CborPolicy::Lenient` also takes older devices",
            Self::Inconsistent => "two members that must agree do not; send the credential's `toJSON()` unchanged",
            Self::WrongCeremony => {
                "a registration response goes to finish_registration, an assertion to finish_authentication"
            }
        }
    }
}

impl fmt::Display for MalformedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(limit) => write!(f, "larger than {limit} bytes"),
            Self::TooDeep(limit) => write!(f, "nested deeper than {limit}"),
            Self::TooManyEntries(limit) => write!(f, "more than {limit} entries in one map or array"),
            Self::TooManyItems(limit) => write!(f, "more than {limit} CBOR items"),
            Self::NotJson => f.write_str("not valid JSON"),
            Self::NotUtf8 => f.write_str("not valid UTF-8"),
            Self::Missing => f.write_str("missing"),
            Self::WrongType => f.write_str("has the wrong type"),
            Self::Duplicate => f.write_str("named twice"),
            Self::NotBase64Url => f.write_str("not base64url without padding"),
            Self::Empty => f.write_str("empty"),
            Self::Truncated => f.write_str("ends too early"),
            Self::TrailingBytes => f.write_str("bytes after its end"),
            Self::BadLength => f.write_str("has a length that is not allowed"),
            Self::NotCbor => f.write_str("not CTAP2 CBOR"),
            Self::NotCanonical => f.write_str("not canonical CBOR"),
            Self::UnexpectedValue => f.write_str("has an unexpected value"),
            Self::Inconsistent => f.write_str("differs from its other copy"),
            Self::WrongCeremony => f.write_str("belongs to the other ceremony"),
        }
    }
}
