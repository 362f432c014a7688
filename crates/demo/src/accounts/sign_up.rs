//! Accounts that are made with a passkey alone.

use super::{Accounts, NoAccount, User, new_id, now};
use crate::database::on;
use ceremony_http::ceremony::UserHandle;
use ceremony_http::ceremony_service::AbandonedSignUps;
use ceremony_http::ceremony_service::store::{BoxFuture, Realm, StoreError};
use sha2::{Digest, Sha256};

/// Accounts remember the user handle that they were made under as its hash: handles are for authenticators alone.
fn hash(handle: &UserHandle) -> [u8; 32] {
    Sha256::digest(handle.as_bytes()).into()
}

impl Accounts {
    /// Makes the account of a user handle, without a password; `email` is [normalized](super::normalize). A second call
    /// with this handle gives the same account.
    pub(crate) async fn create_for(&self, handle: &UserHandle, email: &str) -> Result<User, NoAccount> {
        let id = new_id()?;
        let hash = hash(handle);
        let inserted = on!(&self.pool, pool => {
            sqlx::query("INSERT INTO users (id, email, created_at, handle_hash) VALUES ($1, $2, $3, $4)")
                .bind(&id)
                .bind(email)
                .bind(now())
                .bind(hash.as_slice())
                .execute(pool)
                .await
                .map(drop)
        });
        match inserted {
            Ok(()) => Ok(User { id, email: email.to_owned() }),
            // Either the address is taken, or this account was made before.
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                let made: Option<(String, String)> = on!(&self.pool, pool => {
                    let find = sqlx::query_as("SELECT id, email FROM users WHERE handle_hash = $1");
                    find.bind(hash.as_slice()).fetch_optional(pool).await?
                });
                made.map(|(id, email)| User { id, email }).ok_or(NoAccount::EmailTaken)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn remove_for(&self, handle: &UserHandle) -> Result<(), sqlx::Error> {
        let hash = hash(handle);
        on!(&self.pool, pool => {
            let remove = sqlx::query("DELETE FROM users WHERE handle_hash = $1").bind(hash.as_slice());
            remove.execute(pool).await.map(drop)
        })
    }
}

impl AbandonedSignUps for Accounts {
    fn abandoned<'a>(&'a self, _: &'a Realm, handle: &'a UserHandle) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move { self.remove_for(handle).await.map_err(StoreError::unavailable) })
    }
}

#[cfg(test)]
mod tests;
