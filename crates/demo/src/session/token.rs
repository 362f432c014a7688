//! Session tokens: JWTs (RFC 7519) that name a session on the server.
//!
//! The session is looked up all the same, so that a token ends with it and not a quarter of an hour later. What a token is
//! good for is other services of the same site, which know the key and look nothing up.

use super::{BoxError, hs256};
use ceremony_http::ceremony::UnixTime;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, header};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;
use std::time::Duration;

/// How long one token holds.
pub(super) const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// What the key is derived by: nothing else may be signed with it.
const PURPOSE: &[u8] = b"ceremony-demo session tokens 1";

/// Signs tokens and reads them.
pub(super) struct Tokens {
    issuer: String,
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// What a token says. Times are seconds since 1970.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    /// The account.
    pub(super) sub: String,
    /// The session.
    pub(super) sid: String,
    pub(super) iat: u64,
    pub(super) exp: u64,
    /// When the user last proved who they are.
    pub(super) auth_time: u64,
    /// How (RFC 8176): `pwd`, or `pop` and `user` for a passkey.
    pub(super) amr: Vec<String>,
}

impl Tokens {
    /// Tokens of this origin, under a key that follows from a secret of the installation.
    pub(super) fn new(secret: &[u8; 32], origin: &str) -> Result<Self, BoxError> {
        hs256::install();
        let key = derive(secret)?;
        // HS256 and nothing else: neither `none` nor whatever the header says.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.set_issuer(&[origin]);
        validation.set_required_spec_claims(&["iss", "sub", "exp"]);
        let (signing, verifying) = (EncodingKey::from_secret(&key), DecodingKey::from_secret(&key));
        Ok(Self { issuer: origin.to_owned(), signing, verifying, validation })
    }

    /// A token, and when it ends: a quarter of an hour from `now`, or with its session.
    pub(super) fn issue(
        &self,
        session: &About<'_>,
        now: UnixTime,
    ) -> Result<(String, UnixTime), jsonwebtoken::errors::Error> {
        let expires_at = UnixTime::from_secs(secs(now.saturating_add(LIFETIME).min(session.expires_at)));
        let amr: &[&str] = if session.by_password { &["pwd"] } else { &["pop", "user"] };
        let claims = Claims {
            iss: self.issuer.clone(),
            sub: session.user.to_owned(),
            sid: session.sid.to_owned(),
            iat: secs(now),
            exp: secs(expires_at),
            auth_time: secs(session.authenticated_at),
            amr: amr.iter().map(|&method| method.to_owned()).collect(),
        };
        Ok((jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)?, expires_at))
    }

    /// What the request's token says, if it has one that holds.
    pub(super) fn read(&self, headers: &HeaderMap) -> Option<Claims> {
        match jsonwebtoken::decode(bearer(headers)?, &self.verifying, &self.validation) {
            Ok(token) => Some(token.claims),
            Err(error) => {
                tracing::debug!(%error, "a session token was refused");
                None
            }
        }
    }
}

/// What a token is made for.
pub(super) struct About<'a> {
    pub(super) user: &'a str,
    pub(super) sid: &'a str,
    pub(super) authenticated_at: UnixTime,
    pub(super) by_password: bool,
    /// The session's own end.
    pub(super) expires_at: UnixTime,
}

/// The token of `Authorization: Bearer`, whose scheme has no case. Two headers mean that somebody planted one.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (only, None) = (values.next()?, values.next()) else { return None };
    let (scheme, token) = only.as_bytes().split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

fn derive(secret: &[u8; 32]) -> Result<[u8; 32], hmac::digest::InvalidLength> {
    Ok(Hmac::<Sha256>::new_from_slice(secret)?.chain_update(PURPOSE).finalize().into_bytes().into())
}

const fn secs(time: UnixTime) -> u64 {
    time.as_millis() / 1000
}

#[cfg(test)]
mod tests;
