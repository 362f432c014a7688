//! What this process holds: of the machine, and of the heap.

use std::error::Error;

#[cfg(feature = "counted")]
#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

/// How the heap is looked at.
pub(crate) const METHOD: &str =
    if cfg!(feature = "counted") { "counted by the allocator" } else { "not counted (`--features counted`)" };

/// Bytes that are allocated and not freed, where they are counted.
#[cfg(feature = "counted")]
pub(crate) fn allocated() -> Option<i64> {
    let stats = ALLOCATOR.stats();
    let all = i64::try_from(stats.bytes_allocated).ok()?;
    all.checked_sub(i64::try_from(stats.bytes_deallocated).ok()?)
}

/// Bytes that are allocated and not freed, where they are counted.
#[cfg(not(feature = "counted"))]
pub(crate) const fn allocated() -> Option<i64> {
    None
}

/// Bytes that are in memory.
pub(crate) fn resident() -> Result<i64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kibibytes: i64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kibibytes * 1024)
}
