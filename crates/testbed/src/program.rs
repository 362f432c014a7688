//! The programs that are started: where they are, and as whom they run.

use crate::Failure;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program of the system's packages.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// What it is called in messages.
    pub name: &'static str,
    /// The environment variable that names its path.
    pub variable: &'static str,
    /// The names it has, best first.
    pub names: &'static [&'static str],
    /// The Debian packages that bring it, best first.
    pub packages: &'static [&'static str],
}

/// The PostgreSQL server; `initdb`, `createdb` and `pg_isready` lie beside it.
pub const POSTGRES: Program =
    Program { name: "PostgreSQL", variable: "CEREMONY_POSTGRES", names: &["postgres"], packages: &["postgresql"] };

/// Redis, or Valkey in its place.
pub const REDIS: Program = Program {
    name: "Redis",
    variable: "CEREMONY_REDIS",
    names: &["redis-server", "valkey-server"],
    packages: &["redis-server", "valkey-server"],
};

/// The pooler in front of PostgreSQL.
pub const PGBOUNCER: Program =
    Program { name: "PgBouncer", variable: "CEREMONY_PGBOUNCER", names: &["pgbouncer"], packages: &["pgbouncer"] };

/// The proxy that ends TLS.
pub const NGINX: Program =
    Program { name: "nginx", variable: "CEREMONY_NGINX", names: &["nginx"], packages: &["nginx-light", "nginx"] };

/// The browser.
pub const CHROMIUM: Program = Program {
    name: "Chromium",
    variable: "CHROMIUM",
    names: &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
    packages: &["chromium", "chromium-browser"],
};

impl Program {
    /// Its path, if it is there: named by the variable, on the PATH, or where Debian puts servers.
    #[must_use]
    pub fn find(&self) -> Option<PathBuf> {
        self.places().find(|file| file.is_file())
    }

    /// Every place where it may be, best first.
    pub fn places(&self) -> impl Iterator<Item = PathBuf> {
        let named = std::env::var_os(self.variable).filter(|path| !path.is_empty()).map(PathBuf::from);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        folders.extend(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
        folders.extend(debian_versions(Path::new("/usr/lib/postgresql")));
        named
            .into_iter()
            .chain(folders.into_iter().flat_map(|folder| self.names.iter().map(move |name| folder.join(name))))
    }

    /// Its path.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it is not there, with what mends that.
    pub fn path(&self) -> Result<PathBuf, Failure> {
        self.find().ok_or_else(|| {
            let package = self.packages.first().unwrap_or(&self.name);
            Failure::new(format!(
                "{} is missing: `cargo xtask test` installs it, or `apt-get install {package}`, or set {} to its path",
                self.name, self.variable
            ))
        })
    }
}

/// The `bin` folders of all versions that are installed, latest first.
fn debian_versions(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// As whom a server runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Account {
    /// As whoever runs the tests.
    Own,
    /// As this user: PostgreSQL and PgBouncer refuse to run as root.
    Other(&'static str),
}

impl Account {
    /// The account for a server that refuses root.
    pub(crate) fn not_root() -> Result<Self, Failure> {
        let output = Command::new("id").arg("-u").stdin(Stdio::null()).output();
        let output = output.map_err(|error| Failure::io("cannot run `id -u`", &error))?;
        Ok(if output.stdout.trim_ascii() == b"0" { Self::Other("postgres") } else { Self::Own })
    }

    /// A command that runs the program under this account.
    pub(crate) fn command(self, program: &Path) -> Command {
        match self {
            Self::Own => Command::new(program),
            Self::Other(user) => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={user}")).arg(format!("--regid={user}")).arg("--init-groups");
                // The folder in which the tests run may be closed to that user.
                command.arg("--").arg(program).current_dir("/");
                command
            }
        }
    }
}

/// Runs a command to its end; anything but success is a failure that shows what it wrote.
pub(crate) fn succeed(command: &mut Command) -> Result<(), Failure> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| Failure::io(&format!("cannot run {command:?}"), &error))?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).trim_end().to_owned();
    Err(Failure::new(format!("{command:?} ended with {}: {text}", output.status)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_what_mends_it() {
        let program = Program {
            name: "Nothing",
            variable: "CEREMONY_NO_SUCH",
            names: &["no-such-program"],
            packages: &["nothing"],
        };
        let failure = program.path().unwrap_err().to_string();
        for part in ["Nothing is missing", "cargo xtask test", "apt-get install nothing", "CEREMONY_NO_SUCH"] {
            assert!(failure.contains(part), "{part:?} is not in {failure}");
        }
    }

    #[test]
    fn the_latest_version_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9", "15", "lost+found"] {
            std::fs::create_dir(root.path().join(version)).unwrap();
        }
        let folders = debian_versions(root.path());
        assert_eq!(folders, [root.path().join("15/bin"), root.path().join("9/bin")]);
    }
}
