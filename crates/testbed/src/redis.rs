//! Redis, or Valkey.

use crate::program::{Account, REDIS};
use crate::server::Server;
use crate::{Failure, folder, free_port};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A Redis server that appends every write to a file, so that a crash of the server loses nothing.
#[derive(Debug)]
pub struct Redis {
    server: Option<Server>,
    folder: TempDir,
    port: u16,
}

impl Redis {
    /// Starts a server.
    ///
    /// # Errors
    ///
    /// [`Failure`] if Redis is missing or does not start.
    pub fn start() -> Result<Self, Failure> {
        let mut this = Self { server: None, folder: folder::make(Account::Own)?, port: free_port()? };
        this.start_again()?;
        Ok(this)
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The number of its process; nothing if it is stopped.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.server.as_ref().map(Server::process)
    }

    /// Sends one command of plain words and gives the raw answer, as far as it comes at once.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the server does not answer.
    pub fn command(&self, words: &str) -> Result<String, Failure> {
        let failed = |error| Failure::io("Redis does not answer", &error);
        let mut stream = TcpStream::connect(self.address()).map_err(failed)?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).map_err(failed)?;
        stream.write_all(format!("{words}\r\n").as_bytes()).map_err(failed)?;
        let mut answer = [0; 4096];
        let length = stream.read(&mut answer).map_err(failed)?;
        Ok(String::from_utf8_lossy(answer.get(..length).unwrap_or_default()).into_owned())
    }

    /// Stops it as an operator does; nothing if it is stopped.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it does not end.
    pub fn stop(&mut self) -> Result<(), Failure> {
        self.server.take().map_or(Ok(()), |server| server.stop("TERM"))
    }

    /// Kills it as a crash does; nothing if it is stopped.
    pub fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    /// Starts it again, on the same port with the same data.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it does not start.
    pub fn start_again(&mut self) -> Result<(), Failure> {
        let mut command = Command::new(REDIS.path()?);
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--dir"]).arg(self.folder.path());
        command.args(["--save", "", "--appendonly", "yes", "--appendfsync", "always"]);
        command.args(["--maxmemory-policy", "noeviction"]);
        let answers = || Ok(self.command("PING").is_ok_and(|answer| answer.starts_with("+PONG")));
        let server = Server::start(&mut command, self.folder.path(), answers)?;
        self.server = Some(server);
        Ok(())
    }

    fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }
}
