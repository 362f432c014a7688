//! How entries are named, and how long they last.

use ceremony::UnixTime;
use std::fmt::Write;
use std::time::Duration;

/// What every name begins with unless told otherwise.
pub const DEFAULT_PREFIX: &str = "ceremony:";

/// About 31,000 years: Redis refuses what would overflow its clock.
const LONGEST: u64 = 1_000_000_000_000_000;

/// A begun ceremony's name: the digest of its handle and of everything it is bound to.
pub(crate) fn pending(prefix: &str, digest: &[u8; 32]) -> String {
    name(prefix, "pending", digest)
}

/// A spent id's name.
pub(crate) fn spent(prefix: &str, id: &[u8; 16]) -> String {
    name(prefix, "spent", id)
}

fn name(prefix: &str, kind: &str, bytes: &[u8]) -> String {
    let mut name = format!("{prefix}{kind}:");
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// For how many milliseconds Redis keeps an entry: until it expires by the caller's clock, and `grace` longer. It is a
/// difference of two of the caller's times, so that the server's clock may show any time whatever. At least 1: an entry
/// that has expired already goes at once.
pub(crate) fn milliseconds_left(expires_at: UnixTime, now: UnixTime, grace: Duration) -> u64 {
    let grace = u64::try_from(grace.as_millis()).unwrap_or(LONGEST);
    let left = expires_at.as_millis().saturating_sub(now.as_millis());
    left.saturating_add(grace).clamp(1, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> UnixTime {
        UnixTime::from_millis(millis)
    }

    #[test]
    fn names_tell_their_kind() {
        assert_eq!(pending("p:", &[0xab; 32]), format!("p:pending:{}", "ab".repeat(32)));
        assert_eq!(spent("", &[0x0f; 16]), format!("spent:{}", "0f".repeat(16)));
    }

    #[test]
    fn time_left_is_a_difference_within_what_redis_takes() {
        let left = |expires_at, now, grace| milliseconds_left(at(expires_at), at(now), Duration::from_millis(grace));
        assert_eq!(left(1_300, 1_000, 0), 300);
        assert_eq!(left(1_300, 1_000, 60), 360);
        assert_eq!(left(1_000, 1_000, 0), 1);
        assert_eq!(left(1_000, 2_000, 0), 1);
        assert_eq!(left(u64::MAX, 0, 60), LONGEST);
    }
}
