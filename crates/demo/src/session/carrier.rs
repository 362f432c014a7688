//! What browsers keep of a session: a cookie that scripts can't read, or a token that they send themselves. A server has one
//! or the other, and takes no notice of what it has not.

use super::BoxError;
use super::cookie::Cookie;
use super::token::{About, Tokens};
use ceremony_http::ceremony::UnixTime;
use clap::ValueEnum;
use http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};

/// What carries sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A cookie that scripts can't read
    Cookie,
    /// A signed token (JWT) in the header Authorization
    Token,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Token => "token",
        }
    }
}

/// Hands sessions out and finds them in requests.
#[derive(Debug)]
pub(crate) struct Carrier(Inner);

#[derive(Debug)]
enum Inner {
    Cookie(Cookie),
    Token(Box<Tokens>),
}

/// What a browser is given.
pub(crate) enum Carried {
    /// The value of `Set-Cookie`.
    Cookie(HeaderValue),
    Token {
        token: String,
        expires_at: UnixTime,
    },
}

/// The session that a request says it has.
pub(super) struct Presented {
    /// What the session is kept under.
    pub(super) key: [u8; 32],
    /// The account, as a token says it.
    pub(super) user: Option<String>,
    /// The session's name in a token.
    pub(super) sid: Option<String>,
}

impl Carrier {
    /// The carrier of this origin's sessions, in other sites' frames too if it is `embedded`. Tokens are signed with a key
    /// that follows from the installation's secret.
    pub(crate) fn new(kind: Kind, origin: &str, embedded: bool, secret: &[u8; 32]) -> Result<Self, BoxError> {
        Ok(Self(match kind {
            Kind::Cookie => Inner::Cookie(Cookie::of(origin, embedded)),
            Kind::Token => Inner::Token(Box::new(Tokens::new(secret, origin)?)),
        }))
    }

    pub(super) const fn kind(&self) -> Kind {
        match self.0 {
            Inner::Cookie(_) => Kind::Cookie,
            Inner::Token(_) => Kind::Token,
        }
    }

    /// What a session is kept under, from what names it in the browser. A token shows its session's name to whoever reads
    /// it: that name is no cookie's value for a server that has cookies. No value of a cookie holds a semicolon.
    pub(super) fn key(&self, token: &[u8]) -> [u8; 32] {
        match self.0 {
            Inner::Cookie(_) => Sha256::digest(token).into(),
            Inner::Token(_) => Sha256::new().chain_update(b"sid;").chain_update(token).finalize().into(),
        }
    }

    pub(super) fn presented(&self, headers: &HeaderMap) -> Option<Presented> {
        match &self.0 {
            Inner::Cookie(cookie) => Some(Presented { key: self.key(cookie.token(headers)?), user: None, sid: None }),
            Inner::Token(tokens) => {
                let claims = tokens.read(headers)?;
                Some(Presented { key: self.key(claims.sid.as_bytes()), user: Some(claims.sub), sid: Some(claims.sid) })
            }
        }
    }

    pub(super) fn carry(&self, about: &About<'_>, now: UnixTime) -> Result<Carried, BoxError> {
        match &self.0 {
            Inner::Cookie(cookie) => Ok(Carried::Cookie(cookie.set(about.sid, super::LIFETIME)?)),
            Inner::Token(tokens) => {
                let (token, expires_at) = tokens.issue(about, now)?;
                Ok(Carried::Token { token, expires_at })
            }
        }
    }

    pub(super) fn clear(&self) -> Result<Option<HeaderValue>, BoxError> {
        match &self.0 {
            Inner::Cookie(cookie) => Ok(Some(cookie.clear()?)),
            Inner::Token(_) => Ok(None),
        }
    }
}
