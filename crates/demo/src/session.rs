//! Sessions on the server. What a browser has of one is a cookie with a random token, or a signed token that names it.

mod carrier;
mod cookie;
mod hs256;
mod token;

pub(crate) use carrier::{Carried, Carrier, Kind};

use crate::accounts::User;
use crate::database::{Pool, millis, on, time};
use base64ct::{Base64UrlUnpadded, Encoding};
use carrier::Presented;
use ceremony_http::ceremony::UnixTime;
use ceremony_http::ceremony_service::{Clock, SystemClock};
use http::{HeaderMap, HeaderValue};
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

type BoxError = Box<dyn StdError + Send + Sync>;

const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// Kept sessions. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    pool: Pool,
    carrier: Arc<Carrier>,
}

/// Who is signed in.
pub(crate) struct Session {
    pub(crate) user: User,
    pub(crate) authenticated_at: UnixTime,
    /// `password` or `passkey`
    pub(crate) authenticated_by: String,
    pub(crate) has_password: bool,
    expires_at: UnixTime,
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
            Self::Password => PASSWORD,
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

const PASSWORD: &str = "password";

impl Sessions {
    pub(crate) fn new(pool: Pool, carrier: Carrier) -> Self {
        Self { pool, carrier: Arc::new(carrier) }
    }

    /// Whether they are carried by cookies or by tokens.
    pub(crate) fn kind(&self) -> Kind {
        self.carrier.kind()
    }

    /// The session of a request.
    pub(crate) async fn find(&self, headers: &HeaderMap) -> Result<Option<Session>, sqlx::Error> {
        match self.carrier.presented(headers) {
            Some(presented) => self.look_up(&presented).await,
            None => Ok(None),
        }
    }

    async fn look_up(&self, presented: &Presented) -> Result<Option<Session>, sqlx::Error> {
        let row: Option<(String, String, i64, String, i64, i64)> = on!(&self.pool, pool => {
            sqlx::query_as(
                "SELECT users.id, users.email, sessions.authenticated_at, sessions.authenticated_by, sessions.expires_at,
                     CAST(CASE WHEN users.password_hash IS NULL THEN 0 ELSE 1 END AS BIGINT)
                 FROM sessions JOIN users ON users.id = sessions.user_id
                 WHERE sessions.token_hash = $1 AND sessions.expires_at > $2",
            )
            .bind(presented.key.as_slice())
            .bind(millis(SystemClock.now()))
            .fetch_optional(pool)
            .await?
        });
        let session = row.map(|(id, email, authenticated_at, authenticated_by, expires_at, has_password)| Session {
            user: User { id, email },
            authenticated_at: time(authenticated_at),
            authenticated_by,
            has_password: has_password != 0,
            expires_at: time(expires_at),
        });
        // A token says whose session it names.
        Ok(session.filter(|session| presented.user.as_ref().is_none_or(|user| *user == session.user.id)))
    }

    /// Opens a session with a token of its own, and ends the one that the request came with: nobody can plant a session
    /// that somebody else then signs in to. Returns what the browser is to be given.
    pub(crate) async fn open(
        &self,
        headers: &HeaderMap,
        user: &str,
        proof: Proof<'_>,
        at: UnixTime,
    ) -> Result<Carried, BoxError> {
        let token = Base64UrlUnpadded::encode_string(&crate::database::random()?);
        let expires_at = at.saturating_add(LIFETIME);
        let by_password = matches!(proof, Proof::Password);
        let about = token::About { user, sid: &token, authenticated_at: at, by_password, expires_at };
        let carried = self.carrier.carry(&about, SystemClock.now())?;
        // The old one first: if the process ends in between, somebody is signed out, and nobody has two sessions.
        if let Some(old) = self.carrier.presented(headers) {
            self.end(&old).await?;
        }
        on!(&self.pool, pool => {
            sqlx::query(
                "INSERT INTO sessions (token_hash, user_id, authenticated_at, authenticated_by, passkey, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(self.carrier.key(token.as_bytes()).as_slice())
            .bind(user)
            .bind(millis(at))
            .bind(proof.name())
            .bind(proof.passkey())
            .bind(millis(expires_at))
            .execute(pool)
            .await?;
        });
        Ok(carried)
    }

    /// Notes that the session's user proved again who they are. Returns the token that says so, where there are tokens.
    pub(crate) async fn renew(
        &self,
        headers: &HeaderMap,
        user: &str,
        proof: Proof<'_>,
        at: UnixTime,
    ) -> Result<Option<Carried>, BoxError> {
        let Some(presented) = self.carrier.presented(headers) else { return Ok(None) };
        on!(&self.pool, pool => {
            sqlx::query(
                "UPDATE sessions SET authenticated_at = $1, authenticated_by = $2
                 WHERE token_hash = $3 AND user_id = $4",
            )
            .bind(millis(at))
            .bind(proof.name())
            .bind(presented.key.as_slice())
            .bind(user)
            .execute(pool)
            .await?;
        });
        self.another_token(headers).await
    }

    /// Another token for the session of the request, where there are tokens: it holds for a quarter of an hour from now,
    /// the session's own end allowing.
    pub(crate) async fn another_token(&self, headers: &HeaderMap) -> Result<Option<Carried>, BoxError> {
        let Some(Presented { key, user, sid: Some(sid) }) = self.carrier.presented(headers) else { return Ok(None) };
        let presented = Presented { key, user, sid: None };
        let Some(session) = self.look_up(&presented).await? else { return Ok(None) };
        let about = token::About {
            user: &session.user.id,
            sid: &sid,
            authenticated_at: session.authenticated_at,
            by_password: session.authenticated_by == PASSWORD,
            expires_at: session.expires_at,
        };
        self.carrier.carry(&about, SystemClock.now()).map(Some)
    }

    /// Ends the session of a request, if it has one. Returns the `Set-Cookie` that clears it, where there are cookies.
    pub(crate) async fn close(&self, headers: &HeaderMap) -> Result<Option<HeaderValue>, BoxError> {
        if let Some(presented) = self.carrier.presented(headers) {
            self.end(&presented).await?;
        }
        self.carrier.clear()
    }

    /// Ends every session of an account. Returns the `Set-Cookie` that clears this one, where there are cookies.
    pub(crate) async fn close_all(&self, user: &str) -> Result<Option<HeaderValue>, BoxError> {
        on!(&self.pool, pool => {
            sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(user).execute(pool).await?;
        });
        self.carrier.clear()
    }

    async fn end(&self, presented: &Presented) -> Result<(), sqlx::Error> {
        on!(&self.pool, pool => {
            let end = sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(presented.key.as_slice());
            end.execute(pool).await.map(drop)
        })
    }

    /// Ends the sessions that a passkey opened, or a password where none is named, but not the one that the request came
    /// with.
    pub(crate) async fn close_others(
        &self,
        headers: &HeaderMap,
        user: &str,
        passkey: Option<&str>,
    ) -> Result<u64, sqlx::Error> {
        let own = self.carrier.presented(headers).map(|presented| presented.key).unwrap_or_default();
        on!(&self.pool, pool => {
            let end = sqlx::query(
                "DELETE FROM sessions WHERE user_id = $1 AND COALESCE(passkey, '') = $2 AND token_hash <> $3",
            );
            let end = end.bind(user).bind(passkey.unwrap_or_default()).bind(own.as_slice());
            Ok(end.execute(pool).await?.rows_affected())
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

#[cfg(test)]
mod tests;
