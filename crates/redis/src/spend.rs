//! Spent ids.

use crate::failure::Failure;
use crate::key::{milliseconds_left, spent};
use crate::link::Link;
use ceremony::UnixTime;
use ceremony_service::store::{BoxFuture, SpendList, StoreError};
use redis::Value;
use std::sync::Arc;
use std::time::Duration;

/// How much longer than asked for Redis remembers a spent id: 1 minute. So far may the clocks of the application's
/// servers differ, or the clock of Redis jump ahead, before an id is forgotten while somebody would still accept its
/// seal.
pub const SPEND_GRACE: Duration = Duration::from_secs(60);

/// Remembers spent ids in Redis.
///
/// If the answer to a spend is lost, the spend is an error and is not sent again: the id may be spent, and the user
/// begins anew. No two calls are ever both told that they are the first.
#[derive(Clone, Debug)]
pub struct RedisSpendList {
    link: Arc<Link>,
    prefix: Arc<str>,
}

impl RedisSpendList {
    pub(crate) const fn new(link: Arc<Link>, prefix: Arc<str>) -> Self {
        Self { link, prefix }
    }
}

impl SpendList for RedisSpendList {
    fn spend(&self, id: [u8; 16], expires_at: UnixTime, now: UnixTime) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move {
            if expires_at <= now {
                return Ok(false);
            }
            let mut command = redis::cmd("SET");
            command.arg(spent(&self.prefix, &id)).arg("");
            command.arg("NX").arg("PX").arg(milliseconds_left(expires_at, now, SPEND_GRACE));
            match self.link.call(&command).await? {
                Value::Okay => Ok(true),
                Value::Nil => Ok(false),
                _ => Err(Failure::Nonsense.into()),
            }
        })
    }

    /// Does nothing and tells 0: Redis drops by itself what has expired, and does not tell how much.
    fn cleanup(&self, _now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async { Ok(0) })
    }
}
