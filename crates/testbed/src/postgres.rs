//! PostgreSQL.

use crate::program::{Account, POSTGRES, succeed};
use crate::server::Server;
use crate::{Failure, folder, free_port};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// Where a server that `cargo xtask test` started listens.
const SHARED: &str = "CEREMONY_TEST_POSTGRES_PORT";

/// The one role, which may do everything and has no password: only this machine reaches the server.
const ROLE: &str = "ceremony";

/// What differs from the server's own defaults. The data outlives a crash of the server, but not of the machine.
const SETTINGS: &[&str] = &["listen_addresses=127.0.0.1", "max_connections=200", "fsync=off", "full_page_writes=off"];

/// How often a start is tried again on another port.
const ATTEMPTS: usize = 5;

/// How often a start with the data of a server before is tried, and how long it is waited in between.
const RESTARTS: usize = 50;
const RESTART_PAUSE: Duration = Duration::from_millis(100);

static DATABASES: AtomicU64 = AtomicU64::new(0);

/// A PostgreSQL server.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    port: u16,
    own: Option<Own>,
}

/// What there is of a server that this value started.
#[derive(Debug)]
struct Own {
    server: Option<Server>,
    folder: TempDir,
    account: Account,
    settings: Vec<String>,
}

impl Postgres {
    /// Starts a server.
    ///
    /// # Errors
    ///
    /// [`Failure`] if PostgreSQL is missing or does not start.
    pub fn start() -> Result<Self, Failure> {
        Self::start_with(&[])
    }

    /// Starts a server with settings of its own, such as `fsync=on`, which go before those of tests.
    ///
    /// # Errors
    ///
    /// [`Failure`] if PostgreSQL is missing or does not start.
    pub fn start_with(settings: &[&str]) -> Result<Self, Failure> {
        let programs = programs()?;
        let account = Account::not_root()?;
        let folder = folder::make(account)?;
        let data = folder.path().join("data");
        let mut initdb = account.command(&programs.join("initdb"));
        initdb.arg("--pgdata").arg(&data).args(["--username", ROLE, "--auth", "trust", "--no-sync"]);
        succeed(initdb.args(["--encoding", "UTF8", "--locale", "C"]))?;
        let settings = SETTINGS.iter().chain(settings).map(|&setting| setting.to_owned()).collect();
        let mut this = Self { programs, port: 0, own: Some(Own { server: None, folder, account, settings }) };
        for _ in 1..ATTEMPTS {
            this.port = free_port()?;
            if this.run().is_ok() {
                return Ok(this);
            }
        }
        this.port = free_port()?;
        this.run()?;
        Ok(this)
    }

    /// The server that `cargo xtask test` started for all tests, or else one for this process. It is never stopped before
    /// the process ends.
    ///
    /// # Errors
    ///
    /// [`Failure`] if PostgreSQL is missing or does not start.
    pub fn shared() -> Result<&'static Self, Failure> {
        static SERVER: OnceLock<Result<Postgres, String>> = OnceLock::new();
        let server = SERVER.get_or_init(|| {
            let started = match std::env::var(SHARED).ok().and_then(|port| port.parse().ok()) {
                Some(port) => Self::at(port),
                None => Self::start(),
            };
            started.map_err(|failure| failure.to_string())
        });
        server.as_ref().map_err(Failure::new)
    }

    fn at(port: u16) -> Result<Self, Failure> {
        Ok(Self { programs: programs()?, port, own: None })
    }

    /// What to set for the tests, so that they share this server.
    #[must_use]
    pub fn environment(&self) -> (&'static str, String) {
        (SHARED, self.port.to_string())
    }

    /// The number of the server's first process, whose children do the work; nothing if it is stopped or another's.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.own.as_ref()?.server.as_ref().map(Server::process)
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty database, and gives its URL. The name is new for every call of every process.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the server does not answer.
    pub fn database(&self) -> Result<String, Failure> {
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let mut createdb = Command::new(self.programs.join("createdb"));
        succeed(self.reach(&mut createdb).arg(&name))?;
        Ok(format!("postgres://{ROLE}@127.0.0.1:{}/{name}", self.port))
    }

    /// Runs SQL in a database and gives what it answers, rows as lines with `|` between the columns.
    ///
    /// # Errors
    ///
    /// [`Failure`] with the server's message.
    pub fn query(&self, url: &str, sql: &str) -> Result<String, Failure> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--no-align",
            "--tuples-only",
            "--set",
            "ON_ERROR_STOP=1",
            "--dbname",
            url,
        ]);
        let output = psql.args(["--command", sql]).stdin(Stdio::null()).output();
        let output = output.map_err(|error| Failure::io("cannot run psql", &error))?;
        if !output.status.success() {
            return Err(Failure::new(String::from_utf8_lossy(&output.stderr)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// Stops the server as an operator does who does not wait for clients (`fast`); nothing if it is stopped.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it does not end, or is another's.
    pub fn stop(&mut self) -> Result<(), Failure> {
        let server = self.own_mut()?.server.take();
        server.map_or(Ok(()), |server| server.stop("INT"))
    }

    /// Kills the server as a crash does; nothing if it is stopped.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it is another's.
    pub fn kill(&mut self) -> Result<(), Failure> {
        if let Some(server) = self.own_mut()?.server.take() {
            server.kill();
        }
        Ok(())
    }

    /// Starts a stopped or killed server again, on the same port with the same data.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it does not start, or is another's.
    pub fn start_again(&mut self) -> Result<(), Failure> {
        // The processes of a killed server end a moment after it, and until then no other gets the data.
        for _ in 1..RESTARTS {
            if self.run().is_ok() {
                return Ok(());
            }
            std::thread::sleep(RESTART_PAUSE);
        }
        self.run()
    }

    fn own_mut(&mut self) -> Result<&mut Own, Failure> {
        self.own.as_mut().ok_or_else(|| Failure::new("a shared server is neither stopped nor started"))
    }

    fn run(&mut self) -> Result<(), Failure> {
        let (port, programs) = (self.port, self.programs.clone());
        let own = self.own_mut()?;
        let folder = own.folder.path();
        let mut command = own.account.command(&programs.join("postgres"));
        command.arg("-D").arg(folder.join("data")).args(["-p", &port.to_string(), "-k"]).arg(folder);
        // Of two values for one setting the later one counts.
        command.args(own.settings.iter().flat_map(|setting| ["-c", setting]));
        let answers = || is_ready(&programs, port);
        own.server = Some(Server::start(&mut command, folder, answers)?);
        Ok(())
    }

    fn reach<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.args(["--host", "127.0.0.1", "--username", ROLE, "--port", &self.port.to_string()])
    }
}

/// The folder of the server and its tools, behind whatever links lead to the server.
fn programs() -> Result<PathBuf, Failure> {
    let program = POSTGRES.path()?;
    let program =
        program.canonicalize().map_err(|error| Failure::io("cannot follow the link to PostgreSQL", &error))?;
    Ok(program.parent().unwrap_or_else(|| Path::new("/")).to_owned())
}

/// Whether the server takes connections: it listens a moment before it does.
fn is_ready(programs: &Path, port: u16) -> Result<bool, Failure> {
    if std::net::TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_err() {
        return Ok(false);
    }
    let mut probe = Command::new(programs.join("pg_isready"));
    probe.args(["--quiet", "--host", "127.0.0.1", "--port", &port.to_string()]).stdin(Stdio::null());
    let status = probe.status().map_err(|error| Failure::io("cannot run pg_isready", &error))?;
    Ok(status.success())
}
