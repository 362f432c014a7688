//! The time that processors have spent on a process, as Linux tells it.

use super::Failure;
use std::fs;
use std::time::Duration;

/// Of `/proc/<pid>/stat`: the same on every processor that Linux still runs on.
const TICK: Duration = Duration::from_millis(10);

/// Whose time is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Clock {
    /// One process, with all of its threads.
    Process(u32),
    /// A process and its children, those that have ended too.
    Family(u32),
}

impl Clock {
    pub(crate) fn read(&self) -> Result<Duration, Failure> {
        match *self {
            Self::Process(pid) => Ok(Stat::of(&pid.to_string())?.own),
            Self::Family(pid) => {
                let parent = Stat::of(&pid.to_string())?;
                // A process that ends between the two looks is in neither, for as long as the second takes.
                let children = processes()?.into_iter().filter_map(|pid| Stat::of(&pid).ok());
                let children = children.filter(|stat| stat.parent == pid).map(|stat| stat.own);
                Ok(children.fold(parent.own.saturating_add(parent.ended), Duration::saturating_add))
            }
        }
    }
}

pub(crate) fn cpu_of_this_process() -> Result<Duration, Failure> {
    Ok(Stat::of("self")?.own)
}

/// To the nanosecond.
pub(crate) fn cpu_of_this_thread() -> Result<Duration, Failure> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text.split(' ').next().ok_or("an empty schedstat")?;
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}

fn processes() -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(entries.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())).collect())
}

struct Stat {
    parent: u32,
    /// In user mode and in the kernel.
    own: Duration,
    /// Of children that have ended.
    ended: Duration,
}

impl Stat {
    fn of(process: &str) -> Result<Self, Failure> {
        Self::parse(&fs::read_to_string(format!("/proc/{process}/stat"))?)
            .ok_or_else(|| "an odd /proc/<pid>/stat".into())
    }

    fn parse(text: &str) -> Option<Self> {
        // The second field is the program's name in parentheses, and may hold spaces and parentheses.
        let (_, rest) = text.rsplit_once(") ")?;
        let mut fields = rest.split_ascii_whitespace().skip(1);
        let parent = fields.next()?.parse().ok()?;
        // From field 14 on: utime, stime, cutime, cstime.
        let mut times = fields.skip(9).map(|ticks| Some(TICK.saturating_mul(ticks.parse().ok()?)));
        let mut both = || times.next()??.checked_add(times.next()??);
        Some(Self { parent, own: both()?, ended: both()? })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_behind_the_name() {
        let text = "42 (a (b) c) S 7 42 42 0 -1 4194560 1 2 3 4 100 20 3 4 20 0 1 0 5 6 7\n";
        let stat = Stat::parse(text).unwrap();
        assert_eq!(stat.parent, 7);
        assert_eq!(stat.own, Duration::from_millis(1200));
        assert_eq!(stat.ended, Duration::from_millis(70));
    }

    #[test]
    fn this_process_has_spent_something() {
        // The kernel counts in ticks: work until there is one.
        while cpu_of_this_thread().unwrap().is_zero() {
            std::hint::black_box((0..10_000_u64).fold(0, |sum: u64, at| sum ^ std::hint::black_box(at)));
        }
        assert!(Clock::Process(std::process::id()).read().is_ok());
        assert!(Clock::Family(std::process::id()).read().is_ok());
    }
}
