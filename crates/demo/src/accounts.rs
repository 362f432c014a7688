//! Accounts: an e-mail address each, and a password unless a passkey is all there is.

mod sign_up;

use crate::database::{Pool, on};
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_http::ceremony::UnixTime;
use ceremony_http::ceremony_service::{Clock, SystemClock};
use std::error::Error as StdError;

/// RFC 5321 §4.5.3.1.3 leaves room for this many bytes.
const MAX_EMAIL: usize = 254;

/// Kept accounts. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Accounts {
    pool: Pool,
}

/// An account, without its password.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) email: String,
}

/// An account as an administrator sees it.
pub(crate) struct Row {
    pub(crate) user: User,
    pub(crate) created_at: UnixTime,
}

/// Why there is no new account.
pub(crate) enum NoAccount {
    EmailTaken,
    Failed(Box<dyn StdError + Send + Sync>),
}

impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for NoAccount {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Accounts {
    pub(crate) const fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// Makes an account; `email` is [normalized](normalize).
    pub(crate) async fn create(&self, email: &str, password_hash: &str) -> Result<User, NoAccount> {
        let id = new_id()?;
        let inserted = on!(&self.pool, pool => {
            sqlx::query("INSERT INTO users (id, email, password_hash, created_at) VALUES ($1, $2, $3, $4)")
                .bind(&id)
                .bind(email)
                .bind(password_hash)
                .bind(now())
                .execute(pool)
                .await
                .map(drop)
        });
        match inserted {
            Ok(()) => Ok(User { id, email: email.to_owned() }),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(NoAccount::EmailTaken),
            Err(error) => Err(error.into()),
        }
    }

    /// The account of a normalized e-mail address, and its password's hash if it has a password.
    pub(crate) async fn by_email(&self, email: &str) -> Result<Option<(User, Option<String>)>, sqlx::Error> {
        // What can have no account is not looked up; nor does every database take a text with a NUL in it.
        if check_email(email).is_err() {
            return Ok(None);
        }
        let row: Option<(String, Option<String>)> = on!(&self.pool, pool => {
            sqlx::query_as("SELECT id, password_hash FROM users WHERE email = $1").bind(email).fetch_optional(pool).await?
        });
        Ok(row.map(|(id, password_hash)| (User { id, email: email.to_owned() }, password_hash)))
    }

    /// The account of this id.
    pub(crate) async fn by_id(&self, id: &str) -> Result<Option<User>, sqlx::Error> {
        let email: Option<String> = on!(&self.pool, pool => {
            sqlx::query_scalar("SELECT email FROM users WHERE id = $1").bind(id).fetch_optional(pool).await?
        });
        Ok(email.map(|email| User { id: id.to_owned(), email }))
    }

    /// Whether there is an account of this id that has a password.
    pub(crate) async fn has_password(&self, id: &str) -> Result<bool, sqlx::Error> {
        let found: Option<String> = on!(&self.pool, pool => {
            let find = sqlx::query_scalar("SELECT id FROM users WHERE id = $1 AND password_hash IS NOT NULL");
            find.bind(id).fetch_optional(pool).await?
        });
        Ok(found.is_some())
    }

    /// Gives an account its password, the first one or another one.
    pub(crate) async fn set_password(&self, id: &str, password_hash: &str) -> Result<(), sqlx::Error> {
        on!(&self.pool, pool => {
            let set = sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2");
            set.bind(password_hash).bind(id).execute(pool).await.map(drop)
        })
    }

    /// Up to `limit` accounts that come after this one, in the order in which they were made.
    pub(crate) async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<Row>, sqlx::Error> {
        let rows: Vec<(String, String, i64)> = on!(&self.pool, pool => {
            sqlx::query_as(
                "SELECT id, email, created_at FROM users
                 WHERE $1 = '' OR (created_at, id) > (SELECT created_at, id FROM users WHERE id = $1)
                 ORDER BY created_at, id LIMIT $2",
            )
            .bind(after.unwrap_or_default())
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await?
        });
        let row =
            |(id, email, created_at)| Row { user: User { id, email }, created_at: crate::database::time(created_at) };
        Ok(rows.into_iter().map(row).collect())
    }
}

fn new_id() -> Result<String, getrandom::Error> {
    Ok(Base64UrlUnpadded::encode_string(&crate::database::random()?))
}

fn now() -> i64 {
    crate::database::millis(SystemClock.now())
}

/// The form of an address that accounts are kept and looked up by, however it was typed.
pub(crate) fn normalize(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Whether a normalized address may have an account. Only a letter could tell whether it exists.
///
/// # Errors
///
/// What to tell the person who typed it.
pub(crate) fn check_email(email: &str) -> Result<(), &'static str> {
    let Some((local, domain)) = email.split_once('@') else {
        return Err("the e-mail address needs an @, as in name@example.com");
    };
    if local.is_empty() || domain.is_empty() || domain.contains('@') {
        return Err("the e-mail address needs one @ with something before and after it");
    }
    if email.len() > MAX_EMAIL {
        return Err("the e-mail address is longer than 254 characters");
    }
    if email.chars().any(|character| character.is_control() || character.is_whitespace()) {
        return Err("the e-mail address has a space or another character that does not belong there");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_the_same_however_they_are_typed() {
        assert_eq!(normalize("  Ada@Example.COM\t"), "ada@example.com");
        assert_eq!(normalize("ÄDA@example.com"), "äda@example.com");
    }

    #[test]
    fn addresses_that_can_be() {
        let longest = format!("{}@example.com", "a".repeat(242));
        for email in ["ada@example.com", "a@b", "ada+tag@sub.example.com", "äda@bücher.example", &longest] {
            assert_eq!(check_email(email), Ok(()), "{email}");
        }
        let too_long = format!("a{longest}");
        for email in ["", "ada", "@", "ada@", "@example.com", "a@b@c", "a b@c", "a@b\nc", "a@b\u{0}", &too_long] {
            assert!(check_email(email).is_err(), "{email:?}");
        }
    }
}
