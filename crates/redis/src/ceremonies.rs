//! Begun ceremonies.

use crate::failure::Failure;
use crate::key::{milliseconds_left, pending};
use crate::link::Link;
use ceremony::UnixTime;
use ceremony_service::store::{BoxFuture, CeremonyKey, CeremonyStore, Handle, StoreError, Taken};
use redis::Value;
use std::sync::Arc;
use std::time::Duration;

/// The form of an entry: this byte, the expiry in milliseconds since 1970 as 8 bytes, the state.
const FORM: u8 = 1;

/// Keeps begun ceremonies in Redis.
///
/// An entry carries its expiry and is judged by the caller's clock; that Redis drops it after the same span of time only
/// sees to it that nothing is left lying about.
///
/// If the answer to a take is lost, the take is an error and is not sent again: the ceremony may be used up, and the
/// user begins anew. It can never be given out twice.
#[derive(Clone, Debug)]
pub struct RedisCeremonies {
    link: Arc<Link>,
    prefix: Arc<str>,
}

impl RedisCeremonies {
    pub(crate) const fn new(link: Arc<Link>, prefix: Arc<str>) -> Self {
        Self { link, prefix }
    }
}

impl CeremonyStore for RedisCeremonies {
    fn put<'a>(
        &'a self,
        key: &'a CeremonyKey,
        bytes: Vec<u8>,
        expires_at: UnixTime,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Handle, StoreError>> {
        Box::pin(async move {
            let handle = Handle::random()?;
            let mut command = redis::cmd("SET");
            command.arg(pending(&self.prefix, &key.digest(&handle))).arg(encode(&bytes, expires_at));
            command.arg("NX").arg("PX").arg(milliseconds_left(expires_at, now, Duration::ZERO));
            match self.link.call(&command).await? {
                Value::Okay => Ok(handle),
                Value::Nil => Err(StoreError::unavailable("the operating system repeats its randomness")),
                _ => Err(Failure::Nonsense.into()),
            }
        })
    }

    fn take<'a>(
        &'a self,
        key: &'a CeremonyKey,
        handle: &'a Handle,
        now: UnixTime,
    ) -> BoxFuture<'a, Result<Taken, StoreError>> {
        Box::pin(async move {
            let mut command = redis::cmd("GETDEL");
            command.arg(pending(&self.prefix, &key.digest(handle)));
            let entry = match self.link.call(&command).await? {
                Value::BulkString(entry) => entry,
                Value::Nil => return Ok(Taken::Unknown),
                _ => return Err(Failure::Nonsense.into()),
            };
            let (state, expires_at) = decode(&entry).ok_or(StoreError::Corrupt("ceremony"))?;
            Ok(if expires_at > now { Taken::State(state.to_vec()) } else { Taken::Expired })
        })
    }

    /// Does nothing and tells 0: Redis drops by itself what has expired, and does not tell how much.
    fn cleanup(&self, _now: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async { Ok(0) })
    }
}

fn encode(state: &[u8], expires_at: UnixTime) -> Vec<u8> {
    [&[FORM][..], &expires_at.as_millis().to_be_bytes(), state].concat()
}

fn decode(entry: &[u8]) -> Option<(&[u8], UnixTime)> {
    let entry = entry.strip_prefix(&[FORM])?;
    let (expires_at, state) = entry.split_first_chunk()?;
    Some((state, UnixTime::from_millis(u64::from_be_bytes(*expires_at))))
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back_and_others_are_refused() {
        let expires_at = UnixTime::from_millis(1_780_000_000_123);
        let entry = encode(b"state", expires_at);
        assert_eq!(entry, b"\x01\x00\x00\x01\x9e\x70\x44\x88\x7bstate");
        assert_eq!(decode(&entry), Some((&b"state"[..], expires_at)));
        assert_eq!(decode(&entry[..9]), Some((&b""[..], expires_at)));
        for cut in 0..9 {
            assert_eq!(decode(&entry[..cut]), None);
        }
        assert_eq!(decode(b"\x02\x00\x00\x01\x9e\x70\x44\x88\x7bstate"), None);
    }
}
