//! CPU time, from what the kernel's scheduler has counted, in nanoseconds.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// What all threads of this process have used that still run.
pub(crate) fn own() -> Result<Duration, Box<dyn Error + Send + Sync>> {
    let mut sum = Duration::ZERO;
    for task in fs::read_dir("/proc/self/task")? {
        sum += of_file(&task?.path().join("schedstat"))?;
    }
    Ok(sum)
}

/// What these processes have used, each of one thread.
pub(crate) fn of(processes: &[i32]) -> Result<Duration, Box<dyn Error + Send + Sync>> {
    processes.iter().map(|process| of_file(Path::new(&format!("/proc/{process}/schedstat")))).sum()
}

fn of_file(path: &Path) -> Result<Duration, Box<dyn Error + Send + Sync>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let nanos = text.split_whitespace().next().and_then(|number| number.parse().ok());
    nanos.map(Duration::from_nanos).ok_or_else(|| format!("{}: no CPU time in {text:?}", path.display()).into())
}
