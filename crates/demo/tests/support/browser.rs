//! Starts Chromium for one test, and ends it with the test.

use super::connection::Connection;
use super::failure::{Failure, Result};
use super::page::Page;
use ceremony_testbed::{CHROMIUM, pass_over};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// The debugging pipe is file descriptors 3 and 4: a shell moves standard input and output there.
const MOVE_PIPES: &str = r#"exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>/dev/null"#;

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--password-store=basic",
    "--window-size=1000,800",
    "--remote-debugging-pipe",
];

/// Ends the browser of this number when standard input closes, as it does when the tests end, by whatever means; and
/// removes the profile once the browser's helpers have let go of it.
const GUARD: &str = r#"read -r _; kill -KILL "$0" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" 2>/dev/null; sleep 0.5; [ -e "$1" ] || break; done"#;

/// How long Chromium may take to vanish, and its helpers to let go of the profile.
const END_TIME: Duration = Duration::from_secs(10);

/// A running Chromium with a profile of its own. It ends when this value is dropped, and the profile goes.
#[derive(Debug)]
pub(crate) struct Browser {
    child: Child,
    connection: Connection,
    profile: PathBuf,
}

impl Browser {
    /// Starts Chromium. None if it is missing and that is allowed: the test then has to return at once, and is reported
    /// as not run.
    pub(crate) async fn launch() -> Result<Option<Self>> {
        Self::launch_with(&[]).await
    }

    /// Starts Chromium with more flags, such as `--host-resolver-rules=...`.
    pub(crate) async fn launch_with(flags: &[&str]) -> Result<Option<Self>> {
        if pass_over(&CHROMIUM) {
            return Ok(None);
        }
        let program = CHROMIUM.path().map_err(|failure| Failure::new(failure.to_string()))?;
        Self::start(&program, flags).await.map(Some)
    }

    async fn start(program: &Path, flags: &[&str]) -> Result<Self> {
        let failed = |what: &str, error: std::io::Error| Failure::new(format!("{what}: {error}"));
        let profile = tempfile::Builder::new()
            .prefix("ceremony-browser-")
            .tempdir()
            .map_err(|error| failed("no folder for the profile", error))?
            .keep();
        let errors =
            File::create(error_log(&profile)).map_err(|error| failed("no file for Chromium's errors", error))?;
        let mut child = Command::new("sh")
            .args(["-c", MOVE_PIPES])
            .arg(program)
            .args(FLAGS)
            .args(flags)
            .arg(format!("--user-data-dir={}", profile.display()))
            .env("TMPDIR", &profile)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed("cannot start Chromium", error))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::new("Chromium was started without pipes"));
        };
        let browser = Self { child, connection: Connection::new(stdin, stdout), profile };
        match browser.connection.call(None, "Browser.getVersion", json!({})).await {
            Ok(_) => Ok(browser),
            Err(failure) => {
                let errors = fs::read_to_string(error_log(&browser.profile)).unwrap_or_default();
                Err(Failure::new(format!("{} did not start: {failure}\n{errors}", program.display())))
            }
        }
    }

    /// Opens a URL in a page that shares no cookies, storage or authenticators with any other, and waits until it is
    /// loaded.
    pub(crate) async fn page(&self, url: &str) -> Result<Page> {
        let context = self.call("Target.createBrowserContext", json!({"disposeOnDetach": true})).await?;
        let page = Page::open(&self.connection, &context["browserContextId"]).await?;
        page.goto(url).await?;
        Ok(page)
    }

    /// The same, for all tests of a program: it ends with the process, and so does its profile.
    ///
    /// To be launched on a runtime that outlives every test.
    pub(crate) fn share(self) -> Result<&'static Self> {
        let id = self.child.id().unwrap_or_default().to_string();
        let mut guard = std::process::Command::new("sh");
        guard.args(["-c", GUARD]).arg(id).arg(&self.profile);
        guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let guard = guard.spawn().map_err(|error| Failure::new(format!("cannot start sh: {error}")))?;
        // Its standard input is what ends with the process.
        Box::leak(Box::new(guard));
        Ok(Box::leak(Box::new(self)))
    }

    /// The folder of its profile.
    pub(crate) fn profile(&self) -> &Path {
        &self.profile
    }

    /// Sends a command to the browser itself.
    pub(crate) async fn call(&self, method: &str, parameters: Value) -> Result<Value> {
        self.connection.call(None, method, parameters).await
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let end = Instant::now() + END_TIME;
        // An error here means that it ended already.
        let _ = self.child.start_kill();
        while Instant::now() < end && !matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        // Its helpers end a little later and may write until then.
        while let Err(error) = fs::remove_dir_all(&self.profile) {
            if error.kind() == std::io::ErrorKind::NotFound {
                break;
            }
            if Instant::now() > end {
                eprintln!("cannot remove the browser's profile {}: {error}", self.profile.display());
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn error_log(profile: &Path) -> PathBuf {
    profile.join("stderr.log")
}
