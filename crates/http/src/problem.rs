//! Errors as RFC 9457 problem documents: one shape everywhere.

use crate::answer;
use bytes::Bytes;
use ceremony_service::ServiceError;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use std::borrow::Cow;
use std::time::Duration;

/// What went wrong, as far as a client may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The request does not have the shape it must have: 400, 405, 413 or 415.
    InvalidRequest,
    /// The begun ceremony is unknown, used, over, or another browser's: 400. Begin again.
    CeremonyUnusable,
    /// The passkey does not sign in, whatever the reason: 401.
    AuthenticationFailed,
    /// No passkey of that id is known: 401. The browser may tell its provider to forget it.
    UnknownCredential,
    /// The passkey is right and the application refuses the account: 403.
    SignInRefused,
    /// The request comes from a page that is not the relying party's: 403.
    CrossSite,
    /// The user signed in too long ago: 403. Step up, then try again.
    StepUpRequired,
    /// Nobody is signed in: 401.
    NotSignedIn,
    /// The new passkey was refused: 400.
    RegistrationFailed,
    /// The passkey is registered already: 409.
    CredentialExists,
    /// The user has as many passkeys as allowed: 409.
    LimitReached,
    /// The passkey has to stay: 409.
    RemovalRefused,
    /// There is no such route or passkey: 404.
    NotFound,
    /// Too many requests: 429.
    RateLimited,
    /// The server can't answer now: 503.
    Unavailable,
}

impl Code {
    /// The code that an error of the service goes by, in any transport; `Unavailable` for what the server itself has to
    /// answer for.
    #[must_use]
    pub const fn of(error: &ServiceError) -> Self {
        match error {
            ServiceError::CeremonyUnusable => Self::CeremonyUnusable,
            ServiceError::RegistrationFailed(_) => Self::RegistrationFailed,
            ServiceError::AuthenticationFailed(_) => Self::AuthenticationFailed,
            ServiceError::UnknownCredential => Self::UnknownCredential,
            ServiceError::CredentialExists => Self::CredentialExists,
            ServiceError::LimitReached => Self::LimitReached,
            ServiceError::LastCredential => Self::RemovalRefused,
            ServiceError::NotFound => Self::NotFound,
            ServiceError::InvalidName | ServiceError::InvalidReason => Self::InvalidRequest,
            _ => Self::Unavailable,
        }
    }

    /// The code's word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The status that goes with the code.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.row().1
    }

    /// What a person can be told.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        self.row().2
    }

    /// Every code, in the order of the documentation.
    pub const ALL: [Self; 15] = [
        Self::InvalidRequest,
        Self::CeremonyUnusable,
        Self::AuthenticationFailed,
        Self::UnknownCredential,
        Self::SignInRefused,
        Self::CrossSite,
        Self::StepUpRequired,
        Self::NotSignedIn,
        Self::RegistrationFailed,
        Self::CredentialExists,
        Self::LimitReached,
        Self::RemovalRefused,
        Self::NotFound,
        Self::RateLimited,
        Self::Unavailable,
    ];

    const fn row(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::InvalidRequest => ("invalid_request", StatusCode::BAD_REQUEST, "the request can't be read"),
            Self::CeremonyUnusable => (
                "ceremony_unusable",
                StatusCode::BAD_REQUEST,
                "this passkey request is used, over, or was begun elsewhere; begin again",
            ),
            Self::AuthenticationFailed => {
                ("authentication_failed", StatusCode::UNAUTHORIZED, "the passkey could not be verified")
            }
            Self::UnknownCredential => {
                ("unknown_credential", StatusCode::UNAUTHORIZED, "the passkey is not known here")
            }
            Self::SignInRefused => ("sign_in_refused", StatusCode::FORBIDDEN, "this account can't sign in"),
            Self::CrossSite => ("cross_site", StatusCode::FORBIDDEN, "the request comes from another site"),
            Self::StepUpRequired => {
                ("step_up_required", StatusCode::FORBIDDEN, "confirm that it is you, then try again")
            }
            Self::NotSignedIn => ("not_signed_in", StatusCode::UNAUTHORIZED, "nobody is signed in"),
            Self::RegistrationFailed => ("registration_failed", StatusCode::BAD_REQUEST, "the new passkey was refused"),
            Self::CredentialExists => ("credential_exists", StatusCode::CONFLICT, "the passkey is registered already"),
            Self::LimitReached => {
                ("limit_reached", StatusCode::CONFLICT, "the account has as many passkeys as it can have")
            }
            Self::RemovalRefused => ("removal_refused", StatusCode::CONFLICT, "this passkey has to stay"),
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND, "there is nothing here"),
            Self::RateLimited => ("rate_limited", StatusCode::TOO_MANY_REQUESTS, "too many requests; wait a moment"),
            Self::Unavailable => {
                ("unavailable", StatusCode::SERVICE_UNAVAILABLE, "the server can't answer now; try again")
            }
        }
    }
}

/// An error document, `application/problem+json`.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    status: StatusCode,
    detail: Cow<'static, str>,
    /// Boxed: results carry problems around.
    extra: Option<Box<Extra>>,
}

#[derive(Clone, Debug, Default)]
struct Extra {
    step: Option<&'static str>,
    hint: Option<&'static str>,
    header: Option<(HeaderName, HeaderValue)>,
}

/// A problem document (RFC 9457).
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Problem"))]
pub(crate) struct Document<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
}

impl Problem {
    /// A problem with the code's own status and text.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, status: code.status(), detail: Cow::Borrowed(code.detail()), extra: None }
    }

    /// Replaces the text. It goes to the client: nothing secret belongs in it.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Says how long to wait, rounded up to whole seconds, at least one.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1);
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.extra.get_or_insert_default().header = Some((name, value));
        self
    }

    /// What only a developer on localhost gets to see.
    pub(crate) fn with_help(mut self, step: Option<&'static str>, hint: Option<&'static str>) -> Self {
        let extra = self.extra.get_or_insert_default();
        extra.step = step;
        extra.hint = hint;
        self
    }

    /// The response: the document, `Cache-Control: no-store`.
    #[must_use]
    pub fn into_response(self) -> Response<Bytes> {
        let Extra { step, hint, header } = self.extra.map(|extra| *extra).unwrap_or_default();
        let document = Document {
            r#type: "about:blank",
            // RFC 9457 §4.2.1: with `about:blank` the title is the status's own phrase.
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code.as_str(),
            detail: &self.detail,
            step,
            hint,
        };
        let mut response = answer::json_as(self.status, "application/problem+json", &document);
        if let Some((name, value)) = header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_the_bridge_name_every_code() {
        let types = include_str!("../js/passkeys.d.ts");
        let (_, rest) = types.split_once("export type PasskeyServerCode =").unwrap();
        let (list, _) = rest.split_once(';').unwrap();
        let named: Vec<&str> = list.split('|').map(|word| word.trim().trim_matches('\'')).skip(1).collect();
        assert_eq!(named, Code::ALL.map(Code::as_str));
    }

    #[test]
    fn one_shape() {
        let response = Problem::new(Code::AuthenticationFailed).into_response();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        insta::assert_snapshot!(std::str::from_utf8(response.body()).unwrap(), @r#"{"type":"about:blank","title":"Unauthorized","status":401,"code":"authentication_failed","detail":"the passkey could not be verified"}"#);

        let local = Problem::new(Code::RegistrationFailed)
            .with_detail("origin is not allowed (R9)")
            .with_help(Some("R9"), Some("configure it"))
            .into_response();
        insta::assert_snapshot!(std::str::from_utf8(local.body()).unwrap(), @r#"{"type":"about:blank","title":"Bad Request","status":400,"code":"registration_failed","detail":"origin is not allowed (R9)","step":"R9","hint":"configure it"}"#);
    }

    #[test]
    fn a_limit_says_how_long_to_wait() {
        let response = Problem::new(Code::RateLimited).retry_after(Duration::from_millis(200)).into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
        let response = Problem::new(Code::RateLimited).retry_after(Duration::from_millis(1001)).into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
    }

    #[test]
    fn codes_and_statuses_are_the_documented_ones() {
        let table = [
            (Code::InvalidRequest, "invalid_request", 400),
            (Code::CeremonyUnusable, "ceremony_unusable", 400),
            (Code::AuthenticationFailed, "authentication_failed", 401),
            (Code::UnknownCredential, "unknown_credential", 401),
            (Code::SignInRefused, "sign_in_refused", 403),
            (Code::CrossSite, "cross_site", 403),
            (Code::StepUpRequired, "step_up_required", 403),
            (Code::NotSignedIn, "not_signed_in", 401),
            (Code::RegistrationFailed, "registration_failed", 400),
            (Code::CredentialExists, "credential_exists", 409),
            (Code::LimitReached, "limit_reached", 409),
            (Code::RemovalRefused, "removal_refused", 409),
            (Code::NotFound, "not_found", 404),
            (Code::RateLimited, "rate_limited", 429),
            (Code::Unavailable, "unavailable", 503),
        ];
        for (code, word, status) in table {
            assert_eq!((code.as_str(), code.status().as_u16()), (word, status));
        }
    }
}
