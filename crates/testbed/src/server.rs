//! A server's process, and its certain end.

use std::error::Error as StdError;
use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take to answer after its start, and to end after being asked to.
const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Ends the process of this number when standard input closes, which it does when the test ends, by whatever means; and
/// removes the folder that nobody is left to remove.
const GUARD: &str =
    r#"read -r _; kill -QUIT "$0" 2>/dev/null; sleep 1; kill -KILL "$0" 2>/dev/null; sleep 1; rm -rf "$1""#;

/// A server could not be started, stopped or asked.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    pub(crate) fn io(what: &str, error: &io::Error) -> Self {
        Self(format!("{what}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Failure {}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    guard: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a server, and waits until it answers. What it writes goes to the file `log` of its folder.
    pub(crate) fn start(
        command: &mut Command,
        folder: &Path,
        answers: impl Fn() -> Result<bool, Failure>,
    ) -> Result<Self, Failure> {
        let shown = format!("{command:?}");
        let log = folder.join("log");
        let out = File::options().create(true).append(true).open(&log);
        let out = out.map_err(|error| Failure::io("no file for a server's output", &error))?;
        let err = out.try_clone().map_err(|error| Failure::io("no file for a server's output", &error))?;
        let child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn();
        let child = child.map_err(|error| Failure::io(&format!("cannot start {shown}"), &error))?;
        let guard = guard(child.id(), folder)?;
        let mut server = Self { child, guard, log };
        let deadline = Instant::now() + PATIENCE;
        loop {
            if answers()? {
                return Ok(server);
            }
            if server.ended()? || Instant::now() > deadline {
                return Err(Failure::new(format!("{shown} does not answer: {}", server.output())));
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as an operator would, and waits for its end.
    pub(crate) fn stop(mut self, signal: &str) -> Result<(), Failure> {
        send(signal, self.child.id())?;
        let deadline = Instant::now() + PATIENCE;
        while !self.ended()? {
            if Instant::now() > deadline {
                return Err(Failure::new(format!("the server does not end: {}", self.output())));
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Ends it as a crash of its machine would, with the processes that it has started: left alone, they may answer for a
    /// moment more.
    pub(crate) fn kill(self) {
        let children = children(self.child.id());
        drop(self);
        for child in &children {
            // One that has ended by itself is as good.
            drop(send("KILL", *child));
        }
        let deadline = Instant::now() + PATIENCE;
        while children.iter().any(|child| status(*child).is_some_and(|(_, state)| state != 'Z')) {
            if Instant::now() > deadline {
                return;
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn ended(&mut self) -> Result<bool, Failure> {
        let status = self.child.try_wait().map_err(|error| Failure::io("cannot ask for a server's state", &error))?;
        Ok(status.is_some())
    }

    fn output(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The guard goes first: nobody may signal this number once it is another process's.
        drop(self.guard.kill());
        drop(self.guard.wait());
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn guard(process: u32, folder: &Path) -> Result<Child, Failure> {
    let mut shell = Command::new("sh");
    shell.args(["-c", GUARD]).arg(process.to_string()).arg(folder);
    shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    shell.spawn().map_err(|error| Failure::io("cannot start sh", &error))
}

/// The processes that this one has started, where the system tells.
fn children(process: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(|number| status(*number).is_some_and(|(parent, _)| parent == process)).collect()
}

/// A process's parent and state, if there is such a process.
fn status(process: u32) -> Option<(u32, char)> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold anything.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((fields.next()?.parse().ok()?, state))
}

fn send(signal: &str, process: u32) -> Result<(), Failure> {
    crate::program::succeed(Command::new("kill").args(["-s", signal]).arg(process.to_string()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn nobody_answers_after_a_kill() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & wait"]);
        let server = Server::start(&mut command, folder.path(), || Ok(true)).unwrap();
        let started = loop {
            let [child] = children(server.process())[..] else { continue };
            break child;
        };
        server.kill();
        assert!(status(started).is_none_or(|(_, state)| state == 'Z'));
    }

    /// A test that is killed drops nothing: its end of the pipe closes, and that is all.
    #[test]
    fn nothing_is_left_of_a_test_that_was_killed() {
        let folder = tempfile::tempdir().unwrap().keep();
        std::fs::write(folder.join("log"), "x").unwrap();
        let mut server = Command::new("sleep").arg("60").spawn().unwrap();
        let mut guard = guard(server.id(), &folder).unwrap();
        drop(guard.stdin.take());
        assert!(!server.wait().unwrap().success());
        guard.wait().unwrap();
        assert!(!folder.exists());
    }
}
