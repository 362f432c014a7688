//! Runs the demo as its users do: as a program of its own, with a database of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

const PATIENCE: Duration = Duration::from_secs(30);

/// A demo that runs; it ends when this value is dropped.
#[derive(Debug)]
pub(crate) struct Demo {
    child: Child,
    folder: TempDir,
    port: u16,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
}

/// The program, without anything of this process's environment that it listens to.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony-demo"));
    let ours = |name: &str| name.starts_with("PASSKEYS_") || name.starts_with("CEREMONY_") || name == "RUST_LOG";
    for name in std::env::vars().map(|(name, _)| name).filter(|name| ours(name)) {
        command.env_remove(name);
    }
    command.env("CEREMONY_FRAMEWORK", framework()).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// What serves the demo in this test program: the same tests are built once for each framework, under names that end in it.
pub(crate) fn framework() -> &'static str {
    match env!("CARGO_CRATE_NAME").rsplit_once('_') {
        Some((_, framework @ ("actix" | "warp"))) => framework,
        _ => "axum",
    }
}

impl Demo {
    /// Starts it on a free port.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts it with further arguments.
    pub(crate) async fn start_with(arguments: &[&str]) -> Self {
        Self::start_with_variables(arguments, &[]).await
    }

    /// Starts it with further arguments and variables of the environment.
    pub(crate) async fn start_with_variables(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let variables = variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self::start_in(tempfile::tempdir().unwrap(), 0, arguments, variables).await
    }

    async fn start_in(folder: TempDir, port: u16, arguments: Vec<String>, variables: Vec<(String, String)>) -> Self {
        let launched = launch(&folder, port, &arguments, &variables).await;
        let (child, port) = launched.unwrap_or_else(|| panic!("the demo did not start:\n{}", log(&folder)));
        Self { child, folder, port, arguments, variables }
    }

    /// Ends it as a crash does, in the middle of whatever it is doing.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Starts it again where it was killed or stopped, with these arguments; again and again until its stores answer.
    pub(crate) async fn start_again(&mut self, arguments: &[&str]) {
        self.arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some((child, _)) = launch(&self.folder, self.port, &self.arguments, &self.variables).await {
                self.child = child;
                return;
            }
            assert!(tokio::time::Instant::now() < end, "the demo did not start again:\n{}", self.log());
        }
    }

    /// Starts it with a list of passkey providers.
    pub(crate) async fn start_with_providers(list: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("providers.json"), list).unwrap();
        Self::start_in(folder, 0, Vec::new(), Vec::new()).await
    }

    /// Starts it with a file of settings.
    pub(crate) async fn start_with_settings(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("settings.toml"), settings).unwrap();
        Self::start_in(folder, 0, Vec::new(), Vec::new()).await
    }

    /// Ends it as a service manager does, and starts it again with the same database and port.
    pub(crate) async fn restart(self) -> Self {
        let (port, arguments, variables) = (self.port, self.arguments.clone(), self.variables.clone());
        let folder = self.stop().await;
        Self::start_in(folder, port, arguments, variables).await
    }

    /// Ends it as a service manager does.
    pub(crate) async fn stop(mut self) -> TempDir {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it does not end").unwrap();
        assert!(status.success(), "{status}\n{}", self.log());
        self.folder
    }

    pub(crate) fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// The origin that it serves: its own, unless the test names one.
    pub(crate) fn origin(&self) -> String {
        let mut arguments = self.arguments.iter().skip_while(|argument| *argument != "--origin").skip(1);
        arguments.next().cloned().unwrap_or_else(|| format!("http://localhost:{}", self.port))
    }

    /// What it wrote to its log so far.
    pub(crate) fn log(&self) -> String {
        log(&self.folder)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("demo.db")
    }
}

/// Starts it, and tells its port once it listens; nothing if it ends instead.
async fn launch(
    folder: &TempDir,
    port: u16,
    arguments: &[String],
    variables: &[(String, String)],
) -> Option<(Child, u16)> {
    // A list of providers, if the test has put one there.
    let providers = folder.path().join("providers.json");
    let list = providers.exists().then(|| ["--providers".into(), providers.into_os_string()]);
    let settings = folder.path().join("settings.toml");
    // Whoever writes settings has the limits that users have; other tests ask more often than people do.
    let (settings, limits) = match settings.exists() {
        true => (Some(("PASSKEYS_CONFIG", settings)), None),
        false => (None, Some([("PASSKEYS_RATE_LIMIT_PEER", "off"), ("PASSKEYS_RATE_LIMIT_ACCOUNT", "off")])),
    };
    // A database of its own, if the test names none.
    let named = arguments.iter().any(|argument| argument == "--database");
    let database = (!named).then(|| ["--database".to_owned(), url(folder)]);
    let mut child = command()
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .args(database.into_iter().flatten())
        .args(list.into_iter().flatten())
        .args(arguments)
        .envs(settings)
        .envs(limits.into_iter().flatten())
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdout(Stdio::piped())
        .stderr(std::fs::File::options().append(true).create(true).open(folder.path().join("log")).unwrap())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let found = tokio::time::timeout(PATIENCE, async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some(port) = line.strip_prefix("listening on http://localhost:") {
                return port.parse().ok();
            }
        }
        None
    });
    let port = found.await.ok().flatten()?;
    // Whatever it says later is read, so that it never waits for a reader.
    tokio::spawn(async move { lines.into_inner().read_to_end(&mut Vec::new()).await });
    Some((child, port))
}

fn url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("demo.db").display())
}

fn log(folder: &TempDir) -> String {
    std::fs::read_to_string(folder.path().join("log")).unwrap_or_default()
}
