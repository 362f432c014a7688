//! Sign-ups that are not complete.

use crate::backend::{Backend, Value, store};
use crate::millis;
use ceremony::{UnixTime, UserHandle};
use ceremony_service::store::{BoxFuture, PendingSignUps, Realm, StoreError};

pub(crate) const ADD: &str = "INSERT INTO ceremony_sign_ups (tenant, rp_id, user_handle, expires_at)
    VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
pub(crate) const REMOVE: &str = "DELETE FROM ceremony_sign_ups WHERE tenant = $1 AND rp_id = $2 AND user_handle = $3";
pub(crate) const ABANDONED: &str = "SELECT user_handle FROM ceremony_sign_ups
    WHERE tenant = $1 AND rp_id = $2 AND expires_at <= $3 ORDER BY expires_at LIMIT $4";

store! {
    /// Remembers sign-ups that are not complete.
    SignUps
}

fn key<'a>(realm: &'a Realm, handle: &'a UserHandle) -> [Value<'a>; 3] {
    [Value::Text(realm.tenant.as_str()), Value::Text(realm.rp_id.as_str()), Value::Bytes(handle.as_bytes())]
}

impl<B: Backend> PendingSignUps for SignUps<B> {
    fn add<'a>(
        &'a self,
        realm: &'a Realm,
        handle: &'a UserHandle,
        expires_at: UnixTime,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let [tenant, rp_id, handle] = key(realm, handle);
            self.session.execute(ADD, &[tenant, rp_id, handle, Value::Integer(millis(expires_at))]).await?;
            Ok(())
        })
    }

    fn remove<'a>(&'a self, realm: &'a Realm, handle: &'a UserHandle) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.session.execute(REMOVE, &key(realm, handle)).await? == 1) })
    }

    fn abandoned<'a>(
        &'a self,
        realm: &'a Realm,
        now: UnixTime,
        limit: u32,
    ) -> BoxFuture<'a, Result<Vec<UserHandle>, StoreError>> {
        Box::pin(async move {
            let values = [
                Value::Text(realm.tenant.as_str()),
                Value::Text(realm.rp_id.as_str()),
                Value::Integer(millis(now)),
                Value::Integer(i64::from(limit)),
            ];
            self.session.fetch(ABANDONED, &values).await?.iter().map(crate::users::read_handle).collect()
        })
    }
}
