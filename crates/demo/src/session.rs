//! Sessions on the server: a cookie with a random token, kept as its hash.

use crate::accounts::User;
use crate::database::{Pool, on};
use axum::http::{HeaderMap, HeaderValue, header};
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_axum::ceremony::UnixTime;
use ceremony_axum::ceremony_service::{Clock, SystemClock};
use sha2::{Digest, Sha256};
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

type BoxError = Box<dyn StdError + Send + Sync>;

const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// Kept sessions. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    pool: Pool,
    cookie: Arc<Cookie>,
}

/// The cookie's name and attributes. They follow the page's origin, not the socket: a proxy may end TLS before it.
#[derive(Debug, PartialEq, Eq)]
struct Cookie {
    name: String,
    attributes: &'static str,
}

/// Who is signed in.
pub(crate) struct Session {
    pub(crate) user: User,
    pub(crate) authenticated_at: UnixTime,
    /// `password` or `passkey`
    pub(crate) authenticated_by: String,
}

/// How somebody proved who they are.
#[derive(Clone, Copy)]
pub(crate) enum Proof<'a> {
    Password,
    /// The passkey's public id.
    Passkey(&'a str),
}

impl Proof<'_> {
    const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey(_) => "passkey",
        }
    }

    const fn passkey(&self) -> Option<&str> {
        match self {
            Self::Password => None,
            Self::Passkey(id) => Some(id),
        }
    }
}

impl Sessions {
    pub(crate) fn new(pool: Pool, origin: &str) -> Self {
        Self { pool, cookie: Arc::new(Cookie::of(origin)) }
    }

    /// The session of a request.
    pub(crate) async fn find(&self, headers: &HeaderMap) -> Result<Option<Session>, sqlx::Error> {
        let Some(token) = self.cookie.token(headers) else { return Ok(None) };
        let row: Option<(String, String, i64, String)> = on!(&self.pool, pool => {
            sqlx::query_as(
                "SELECT users.id, users.email, sessions.authenticated_at, sessions.authenticated_by
                 FROM sessions JOIN users ON users.id = sessions.user_id
                 WHERE sessions.token_hash = $1 AND sessions.expires_at > $2",
            )
            .bind(token.as_slice())
            .bind(millis(SystemClock.now()))
            .fetch_optional(pool)
            .await?
        });
        Ok(row.map(|(id, email, authenticated_at, authenticated_by)| Session {
            user: User { id, email },
            authenticated_at: UnixTime::from_millis(u64::try_from(authenticated_at).unwrap_or(0)),
            authenticated_by,
        }))
    }

    /// Opens a session with a token of its own, and ends the one that the request came with: nobody can plant a session
    /// that somebody else then signs in to. Returns the value of `Set-Cookie`.
    pub(crate) async fn open(
        &self,
        headers: &HeaderMap,
        user: &str,
        proof: Proof<'_>,
        at: UnixTime,
    ) -> Result<HeaderValue, BoxError> {
        let token = Base64UrlUnpadded::encode_string(&crate::database::random()?);
        let cookie = self.cookie.set(&token)?;
        // The old one first: if the process ends in between, somebody is signed out, and nobody has two sessions.
        if let Some(old) = self.cookie.token(headers) {
            self.end(&old).await?;
        }
        on!(&self.pool, pool => {
            sqlx::query(
                "INSERT INTO sessions (token_hash, user_id, authenticated_at, authenticated_by, passkey, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(hash(token.as_bytes()).as_slice())
            .bind(user)
            .bind(millis(at))
            .bind(proof.name())
            .bind(proof.passkey())
            .bind(millis(at.saturating_add(LIFETIME)))
            .execute(pool)
            .await?;
        });
        Ok(cookie)
    }

    /// Notes that the session's user proved again who they are.
    pub(crate) async fn renew(
        &self,
        headers: &HeaderMap,
        user: &str,
        proof: Proof<'_>,
        at: UnixTime,
    ) -> Result<(), sqlx::Error> {
        let Some(token) = self.cookie.token(headers) else { return Ok(()) };
        on!(&self.pool, pool => {
            sqlx::query(
                "UPDATE sessions SET authenticated_at = $1, authenticated_by = $2
                 WHERE token_hash = $3 AND user_id = $4",
            )
            .bind(millis(at))
            .bind(proof.name())
            .bind(token.as_slice())
            .bind(user)
            .execute(pool)
            .await
            .map(drop)
        })
    }

    /// Ends the session of a request, if it has one. Returns the value of `Set-Cookie`.
    pub(crate) async fn close(&self, headers: &HeaderMap) -> Result<HeaderValue, BoxError> {
        if let Some(token) = self.cookie.token(headers) {
            self.end(&token).await?;
        }
        Ok(self.cookie.clear()?)
    }

    async fn end(&self, token: &[u8; 32]) -> Result<(), sqlx::Error> {
        on!(&self.pool, pool => {
            let end = sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(token.as_slice());
            end.execute(pool).await.map(drop)
        })
    }

    /// Ends the sessions that a passkey opened, but not the one that the request came with.
    pub(crate) async fn close_others(
        &self,
        headers: &HeaderMap,
        user: &str,
        passkey: &str,
    ) -> Result<u64, sqlx::Error> {
        let own = self.cookie.token(headers).unwrap_or_default();
        on!(&self.pool, pool => {
            let end = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND passkey = $2 AND token_hash <> $3");
            Ok(end.bind(user).bind(passkey).bind(own.as_slice()).execute(pool).await?.rows_affected())
        })
    }

    /// Drops what has expired.
    pub(crate) async fn drop_expired(&self) -> Result<u64, sqlx::Error> {
        on!(&self.pool, pool => {
            let drop = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(millis(SystemClock.now()));
            Ok(drop.execute(pool).await?.rows_affected())
        })
    }
}

impl Cookie {
    fn of(origin: &str) -> Self {
        match origin.strip_prefix("http://") {
            None => Self { name: "__Host-session".to_owned(), attributes: "; HttpOnly; SameSite=Lax; Path=/; Secure" },
            // Plain http is localhost: cookies know no ports, so the name tells two servers on one machine apart.
            Some(authority) => {
                let port = authority.rsplit_once(':').map_or("80", |(_, port)| port);
                Self { name: format!("session-{port}"), attributes: "; HttpOnly; SameSite=Lax; Path=/" }
            }
        }
    }

    /// The hash of the request's token. Several tokens mean that somebody planted one: none is taken.
    fn token(&self, headers: &HeaderMap) -> Option<[u8; 32]> {
        let mut tokens = headers
            .get_all(header::COOKIE)
            .iter()
            .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
            .filter_map(|pair| pair.trim_ascii().strip_prefix(self.name.as_bytes())?.strip_prefix(b"="));
        let first = tokens.next()?;
        tokens.all(|other| other == first).then(|| hash(first))
    }

    fn set(&self, token: &str) -> Result<HeaderValue, header::InvalidHeaderValue> {
        HeaderValue::try_from(format!("{}={token}{}; Max-Age={}", self.name, self.attributes, LIFETIME.as_secs()))
    }

    fn clear(&self) -> Result<HeaderValue, header::InvalidHeaderValue> {
        HeaderValue::try_from(format!("{}={}; Max-Age=0", self.name, self.attributes))
    }
}

fn hash(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn millis(time: UnixTime) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
