//! The calling program used the library in a way that can't work.

use super::ConfigError;
use core::fmt;

/// A mistake of the calling program, not of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misuse {
    /// The relying party's configuration can't work.
    Config(ConfigError),
    /// A challenge must be 16 to 1024 bytes long; 32 is the size to use.
    ChallengeLength,
    /// A user handle must be 1 to 64 bytes long (WebAuthn §4).
    UserHandleLength,
    /// A credential id must be 1 to 1023 bytes long.
    CredentialIdLength,
    /// A tenant name must be at most 64 bytes of printable ASCII.
    TenantName,
    /// An application context must be at most 256 bytes long.
    ContextTooLong,
    /// A credential name must be at most 256 bytes long and hold no control characters.
    CredentialName,
    /// A conditional registration can't ask for user verification: the client waives it (WebAuthn §5.1.3).
    ConditionalCreateWithUserVerification,
    /// A credBlob must be 1 byte to the limit long, [`Limits::cred_blob`](crate::Limits::cred_blob).
    CredBlobLength(usize),
    /// PRF inputs are given for a credential that `allowCredentials` does not list (WebAuthn §10.1.4).
    PrfCredentialNotAllowed,
    /// A large blob can be written only where `allowCredentials` lists exactly one credential (WebAuthn §10.1.5).
    LargeBlobWriteNeedsOneCredential,
    /// More credentials in one request than the limit.
    TooManyCredentials(usize),
    /// The signature backend does not support an algorithm that is to be offered.
    UnsupportedAlgorithm(i64),
    /// A payment that no browser would take: without payee, credential or currency, with texts that are too long, or
    /// origins that are spelt otherwise than browsers do.
    Payment,
    /// No algorithm is offered at all.
    NoAlgorithms,
    /// RS1 is offered by a relying party that does not allow it.
    Rs1NotAllowed,
    /// The state was begun for another RP ID or tenant.
    StateOfAnotherRelyingParty,
    /// The record belongs to another RP ID or tenant.
    RecordOfAnotherRelyingParty,
    /// The record is not that of the credential in the response.
    RecordOfAnotherCredential,
    /// The update was judged again too often: the record changes faster than it can be written.
    TooManyRejudges,
    /// The bytes are not a state of this ceremony, or of a version that this library does not read.
    StateBytes,
    /// The bytes or JSON are not a credential record, or of a version that this library does not read.
    RecordBytes,
}

impl Misuse {
    /// A stable name in `snake_case`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Config(_) => "config",
            Self::ChallengeLength => "challenge_length",
            Self::UserHandleLength => "user_handle_length",
            Self::CredentialIdLength => "credential_id_length",
            Self::TenantName => "tenant_name",
            Self::ContextTooLong => "context_too_long",
            Self::CredentialName => "credential_name",
            Self::ConditionalCreateWithUserVerification => "conditional_create_with_user_verification",
            Self::CredBlobLength(_) => "cred_blob_length",
            Self::PrfCredentialNotAllowed => "prf_credential_not_allowed",
            Self::LargeBlobWriteNeedsOneCredential => "large_blob_write_needs_one_credential",
            Self::TooManyCredentials(_) => "too_many_credentials",
            Self::Payment => "payment",
            Self::UnsupportedAlgorithm(_) => "unsupported_algorithm",
            Self::NoAlgorithms => "no_algorithms",
            Self::Rs1NotAllowed => "rs1_not_allowed",
            Self::StateOfAnotherRelyingParty => "state_of_another_relying_party",
            Self::RecordOfAnotherRelyingParty => "record_of_another_relying_party",
            Self::RecordOfAnotherCredential => "record_of_another_credential",
            Self::TooManyRejudges => "too_many_rejudges",
            Self::StateBytes => "state_bytes",
            Self::RecordBytes => "record_bytes",
        }
    }

    /// What a developer can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Config(_) => "see the message: it names the setting and the value that would work",
            Self::ChallengeLength => "draw 32 bytes from the operating system for each ceremony",
            Self::UserHandleLength => "draw 64 random bytes for each user once and keep them",
            Self::CredentialIdLength => "pass the credential id as bytes, not as base64url text",
            Self::TenantName => "use a short key such as a customer's slug",
            Self::ContextTooLong => "put the data into your own store and its key into the context",
            Self::CredentialName => "shorten the name and strip line breaks before storing it",
            Self::ConditionalCreateWithUserVerification => {
                "use `RegistrationRequest::conditional_create(..)` as it is, or a modal registration with user verification"
            }
            Self::CredBlobLength(_) => {
                "store a key or an id in the credBlob and the data elsewhere; `Limits::cred_blob` is the limit"
            }
            Self::PrfCredentialNotAllowed => {
                "list the credential with `allow(..)`, or use `prf_eval(..)` for any credential"
            }
            Self::LargeBlobWriteNeedsOneCredential => "list with `allow(..)` the one credential whose blob is written",
            Self::TooManyCredentials(_) => "list only the credentials of the one account",
            Self::Payment => {
                "name a payee, a credential, an ISO 4217 currency in capitals, a decimal value, and origins as in `location.origin`"
            }
            Self::UnsupportedAlgorithm(_) | Self::NoAlgorithms => {
                "offer algorithms that the signature verifier supports, such as ES256"
            }
            Self::Rs1NotAllowed => "leave RS1 out; only for very old authenticators call `allow_rs1()` on the builder",
            Self::StateOfAnotherRelyingParty => "finish with the `Ceremony` that the state was begun with",
            Self::RecordOfAnotherRelyingParty => "look records up by tenant and RP ID",
            Self::RecordOfAnotherCredential => "look the record up by `response.lookup()`",
            Self::TooManyRejudges => "answer the client with an error; an honest client tries again",
            Self::StateBytes => {
                "keep state bytes unchanged on the server, and finish within one version of the library"
            }
            Self::RecordBytes => "keep record bytes unchanged; records written by a newer version are not readable",
        }
    }
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(_) => f.write_str("configuration can't work"),
            Self::ChallengeLength => f.write_str("challenge is not between 16 and 1024 bytes long"),
            Self::UserHandleLength => f.write_str("user handle is not between 1 and 64 bytes long"),
            Self::CredentialIdLength => f.write_str("credential id is not between 1 and 1023 bytes long"),
            Self::TenantName => f.write_str("tenant name is longer than 64 bytes or not printable ASCII"),
            Self::ContextTooLong => f.write_str("application context is longer than 256 bytes"),
            Self::CredentialName => f.write_str("credential name is longer than 256 bytes or holds control characters"),
            Self::ConditionalCreateWithUserVerification => {
                f.write_str("conditional registration can't require user verification")
            }
            Self::CredBlobLength(limit) => write!(f, "credBlob is not between 1 and {limit} bytes long"),
            Self::PrfCredentialNotAllowed => f.write_str("PRF inputs for a credential that is not allowed"),
            Self::LargeBlobWriteNeedsOneCredential => {
                f.write_str("large blob is written without exactly one allowed credential")
            }
            Self::TooManyCredentials(limit) => write!(f, "more than {limit} credentials in one request"),
            Self::Payment => f.write_str("payment is not one that a browser takes"),
            Self::UnsupportedAlgorithm(alg) => write!(f, "signature backend does not support COSE algorithm {alg}"),
            Self::NoAlgorithms => f.write_str("no algorithm is offered"),
            Self::Rs1NotAllowed => f.write_str("algorithm RS1 is offered, which the relying party does not allow"),
            Self::StateOfAnotherRelyingParty => f.write_str("state was begun for another relying party"),
            Self::RecordOfAnotherRelyingParty => f.write_str("record belongs to another relying party"),
            Self::RecordOfAnotherCredential => f.write_str("record is not that of the credential in the response"),
            Self::TooManyRejudges => f.write_str("update was judged again too often"),
            Self::StateBytes => f.write_str("not the bytes of a ceremony state"),
            Self::RecordBytes => f.write_str("not a readable credential record"),
        }
    }
}

impl core::error::Error for Misuse {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Config(config) => Some(config),
            _ => None,
        }
    }
}
