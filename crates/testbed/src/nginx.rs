//! nginx.

use crate::program::{Account, NGINX};
use crate::server::Server;
use crate::{Failure, folder, free_port};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// How often another port is tried if somebody took the one that was free.
const ATTEMPTS: usize = 3;

/// nginx with one server block.
#[derive(Debug)]
pub struct Nginx {
    port: u16,
    _server: Server,
    _folder: TempDir,
}

impl Nginx {
    /// Starts it with the server block that `block` makes of a port to listen on, and of the paths of the certificate and
    /// its key, which are given as PEM.
    ///
    /// # Errors
    ///
    /// [`Failure`] if nginx is missing, or does not start with this block.
    pub fn start(certificate: &str, key: &str, block: impl Fn(u16, &Path, &Path) -> String) -> Result<Self, Failure> {
        let program = NGINX.path()?;
        let mut last = None;
        for _ in 0..ATTEMPTS {
            let folder = folder::make(Account::Own)?;
            let path = |name: &str| folder.path().join(name);
            let (certificate_file, key_file, settings) = (path("certificate.pem"), path("key.pem"), path("nginx.conf"));
            let port = free_port()?;
            write(&certificate_file, certificate)?;
            write(&key_file, key)?;
            write(&settings, &conf(folder.path(), &block(port, &certificate_file, &key_file)))?;
            let mut command = Command::new(&program);
            command.arg("-p").arg(folder.path()).arg("-e").arg(path("log")).arg("-c").arg(&settings);
            let answers = || Ok(TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_ok());
            match Server::start(&mut command, folder.path(), answers) {
                Ok(server) => return Ok(Self { port, _server: server, _folder: folder }),
                Err(failure) => last = Some(failure),
            }
        }
        Err(last.unwrap_or_else(|| Failure::new("nginx was not started")))
    }

    /// Where it listens, on the loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// One process alone, with nothing outside the folder.
fn conf(folder: &Path, block: &str) -> String {
    let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("    {kind}_temp_path {}/{kind};\n", folder.display()));
    format!(
        "daemon off;\nmaster_process off;\npid {0}/pid;\nevents {{}}\nhttp {{\n    access_log off;\n{1}{block}\n}}\n",
        folder.display(),
        places.concat()
    )
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text).map_err(|error| Failure::io("cannot write nginx's files", &error))
}
