//! PgBouncer.

use crate::program::{Account, PGBOUNCER};
use crate::server::Server;
use crate::{Failure, Postgres, folder, free_port};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// PgBouncer in transaction mode before one PostgreSQL server.
#[derive(Debug)]
pub struct PgBouncer {
    port: u16,
    _server: Server,
    _folder: TempDir,
}

impl PgBouncer {
    /// Starts it before a server, for all of its databases.
    ///
    /// # Errors
    ///
    /// [`Failure`] if PgBouncer is missing or does not start.
    pub fn before(postgres: &Postgres) -> Result<Self, Failure> {
        let program = PGBOUNCER.path()?;
        let account = Account::not_root()?;
        let folder = folder::make(account)?;
        let port = free_port()?;
        let settings = folder.path().join("pgbouncer.ini");
        write(&settings, &ini(port, postgres.port()))?;
        let mut command: Command = account.command(&program);
        let answers = || Ok(TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_ok());
        let server = Server::start(command.arg(&settings), folder.path(), answers)?;
        Ok(Self { port, _server: server, _folder: folder })
    }

    /// The URL of a database through PgBouncer, given its URL without.
    #[must_use]
    pub fn url(&self, postgres: &Postgres, url: &str) -> String {
        url.replace(&format!(":{}/", postgres.port()), &format!(":{}/", self.port))
    }
}

fn ini(port: u16, upstream: u16) -> String {
    format!(
        "[databases]\n* = host=127.0.0.1 port={upstream} user=ceremony\n\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
         unix_socket_dir =\nauth_type = any\npool_mode = transaction\nmax_client_conn = 200\ndefault_pool_size = 4\n"
    )
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text).map_err(|error| Failure::io("cannot write PgBouncer's settings", &error))
}
