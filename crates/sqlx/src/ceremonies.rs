//! Begun ceremonies.

use crate::backend::{Backend, Cells, Value, store, unavailable};
use crate::millis;
use ceremony::UnixTime;
use ceremony_service::store::{BoxFuture, CeremonyKey, CeremonyStore, Handle, StoreError, Taken};

pub(crate) const PUT: &str = "INSERT INTO ceremony_pending (key, state, expires_at) VALUES ($1, $2, $3)";
pub(crate) const TAKE: &str = "DELETE FROM ceremony_pending WHERE key = $1 RETURNING state, expires_at";

store! {
    /// Keeps begun ceremonies.
    Ceremonies
}

impl<B: Backend> CeremonyStore for Ceremonies<B> {
    fn put<'a>(
        &'a self,
        key: &'a CeremonyKey,
        bytes: Vec<u8>,
        expires_at: UnixTime,
        _now: UnixTime,
    ) -> BoxFuture<'a, Result<Handle, StoreError>> {
        Box::pin(async move {
            let handle = Handle::random()?;
            let digest = key.digest(&handle);
            let values = [Value::Bytes(&digest), Value::Bytes(&bytes), Value::Integer(millis(expires_at))];
            self.session.execute(PUT, &values).await?;
            Ok(handle)
        })
    }

    fn take<'a>(
        &'a self,
        key: &'a CeremonyKey,
        handle: &'a Handle,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Taken, StoreError>> {
        Box::pin(async move {
            let rows = self.session.fetch(TAKE, &[Value::Bytes(&key.digest(handle))]).await?;
            let Some(row) = rows.first() else { return Ok(Taken::Unknown) };
            let is_valid = row.integer("expires_at").map_err(unavailable)? > millis(now);
            let state = row.bytes("state").map_err(unavailable)?;
            Ok(if is_valid { Taken::State(state.to_vec()) } else { Taken::Expired })
        })
    }

    fn cleanup(&self, now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.session.clean(B::CLEAN_CEREMONIES, now))
    }
}
