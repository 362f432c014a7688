//! Spent ids.

use crate::backend::{Backend, Value, store};
use crate::millis;
use ceremony::UnixTime;
use ceremony_service::store::{BoxFuture, SpendList, StoreError};

pub(crate) const SPEND: &str = "INSERT INTO ceremony_spent (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";

store! {
    /// Remembers spent ids.
    Spent
}

impl<B: Backend> SpendList for Spent<B> {
    fn spend(&self, id: [u8; 16], expires_at: UnixTime, now: UnixTime) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move {
            if expires_at <= now {
                return Ok(false);
            }
            let values = [Value::Bytes(&id), Value::Integer(millis(expires_at))];
            Ok(self.session.execute(SPEND, &values).await? == 1)
        })
    }

    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.session.clean(B::CLEAN_SPENT, now))
    }
}
