//! The programs that are started: where they are, and as whom they run.

use crate::Failure;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that tests drive.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// What it is called in messages.
    pub name: &'static str,
    /// The environment variable that names its path.
    pub variable: &'static str,
    /// The names it has, best first.
    pub names: &'static [&'static str],
    /// Where it comes from.
    pub source: Source,
}

/// Where a program comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// From one of these Debian packages, best first.
    Apt(&'static [&'static str]),
    /// From a package of the Python Package Index in exactly this version, in a virtual environment of its own below the
    /// workspace's `target/tools`. Whatever else the machine has of it is passed over: another version tests otherwise.
    Pip {
        /// The package.
        package: &'static str,
        /// Its version.
        version: &'static str,
    },
    /// From a package of crates.io in exactly this version, built from source, in a folder of its own beside these.
    Cargo {
        /// The package.
        package: &'static str,
        /// Its version.
        version: &'static str,
    },
}

impl Source {
    /// What a person types to install it.
    #[must_use]
    pub fn command(&self) -> String {
        match self {
            Self::Apt(packages) => format!("apt-get install {}", packages.first().unwrap_or(&"")),
            Self::Pip { package, version } => {
                let folder = self.environment().unwrap_or_default();
                let folder = folder.display();
                format!("python3 -m venv {folder} && {folder}/bin/pip install {package}=={version}")
            }
            Self::Cargo { package, version } => {
                let folder = self.environment().unwrap_or_default();
                format!("cargo install {package} --version {version} --locked --root {}", folder.display())
            }
        }
    }

    /// The folder that is the package's own; one for each version, so that a new one is installed anew.
    #[must_use]
    pub fn environment(&self) -> Option<PathBuf> {
        let (Self::Pip { package, version } | Self::Cargo { package, version }) = self else { return None };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
        Some(root.join("target/tools").join(format!("{package}-{version}")))
    }
}

/// The PostgreSQL server; `initdb`, `createdb` and `pg_isready` lie beside it.
pub const POSTGRES: Program = Program {
    name: "PostgreSQL",
    variable: "CEREMONY_POSTGRES",
    names: &["postgres"],
    source: Source::Apt(&["postgresql"]),
};

/// Redis, or Valkey in its place.
pub const REDIS: Program = Program {
    name: "Redis",
    variable: "CEREMONY_REDIS",
    names: &["redis-server", "valkey-server"],
    source: Source::Apt(&["redis-server", "valkey-server"]),
};

/// The pooler in front of PostgreSQL.
pub const PGBOUNCER: Program = Program {
    name: "PgBouncer",
    variable: "CEREMONY_PGBOUNCER",
    names: &["pgbouncer"],
    source: Source::Apt(&["pgbouncer"]),
};

/// The proxy that ends TLS.
pub const NGINX: Program = Program {
    name: "nginx",
    variable: "CEREMONY_NGINX",
    names: &["nginx"],
    source: Source::Apt(&["nginx-light", "nginx"]),
};

/// The browser.
pub const CHROMIUM: Program = Program {
    name: "Chromium",
    variable: "CHROMIUM",
    names: &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
    source: Source::Apt(&["chromium", "chromium-browser"]),
};

/// The packer of the browser's module; node, which runs that, comes with it.
pub const NPM: Program =
    Program { name: "npm", variable: "CEREMONY_NPM", names: &["npm"], source: Source::Apt(&["npm"]) };

/// The other browser; Debian has its extended support release.
pub const FIREFOX: Program = Program {
    name: "Firefox",
    variable: "CEREMONY_FIREFOX",
    names: &["firefox-esr", "firefox"],
    source: Source::Apt(&["firefox-esr"]),
};

/// What drives Firefox.
pub const GECKODRIVER: Program = Program {
    name: "geckodriver",
    variable: "CEREMONY_GECKODRIVER",
    names: &["geckodriver"],
    source: Source::Cargo { package: "geckodriver", version: "0.37.1" },
};

/// The tester that makes requests out of an OpenAPI document.
pub const SCHEMATHESIS: Program = Program {
    name: "Schemathesis",
    variable: "CEREMONY_SCHEMATHESIS",
    names: &["schemathesis"],
    source: Source::Pip { package: "schemathesis", version: "4.32.5" },
};

/// What counts the instructions of a program.
pub const VALGRIND: Program = Program {
    name: "Valgrind",
    variable: "CEREMONY_VALGRIND",
    names: &["valgrind"],
    source: Source::Apt(&["valgrind"]),
};

/// What libFuzzer is built with.
pub const CXX: Program = Program {
    name: "A C++ compiler",
    variable: "CXX",
    names: &["c++", "g++", "clang++"],
    source: Source::Apt(&["g++"]),
};

impl Program {
    /// Its path, if it is there: named by the variable, on the PATH, where Debian puts servers, or in the
    /// folder that is its own.
    #[must_use]
    pub fn find(&self) -> Option<PathBuf> {
        self.places().find(|file| file.is_file())
    }

    /// Every place where it may be, best first.
    pub fn places(&self) -> impl Iterator<Item = PathBuf> {
        let named = std::env::var_os(self.variable).filter(|path| !path.is_empty()).map(PathBuf::from);
        let folders = match self.source.environment() {
            Some(environment) => vec![environment.join("bin")],
            None => system_folders(),
        };
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
            Failure::new(format!(
                "{} is missing: `cargo xtask test` installs it (Firefox with `--firefox`), or `{}`, or set {} to its path",
                self.name,
                self.source.command(),
                self.variable
            ))
        })
    }
}

/// Where the system's packages put programs.
fn system_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.extend(debian_versions(Path::new("/usr/lib/postgresql")));
    folders
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
            source: Source::Apt(&["nothing"]),
        };
        let failure = program.path().unwrap_err().to_string();
        for part in ["Nothing is missing", "cargo xtask test", "apt-get install nothing", "CEREMONY_NO_SUCH"] {
            assert!(failure.contains(part), "{part:?} is not in {failure}");
        }
    }

    #[test]
    fn what_comes_from_python_stands_in_its_own_folder_in_its_own_version() {
        let source = Source::Pip { package: "tool", version: "1.2" };
        let folder = source.environment().unwrap();
        assert!(folder.ends_with("target/tools/tool-1.2"), "{}", folder.display());
        assert!(folder.ancestors().any(|folder| folder.join("Cargo.lock").is_file()));
        assert!(source.command().ends_with("tool-1.2/bin/pip install tool==1.2"), "{}", source.command());
        let program = Program { name: "Tool", variable: "CEREMONY_NO_SUCH", names: &["sh"], source };
        let places: Vec<PathBuf> = program.places().collect();
        assert_eq!(places, [folder.join("bin/sh")]);
    }

    #[test]
    fn what_is_built_from_source_stands_in_its_own_folder_in_its_own_version() {
        let source = Source::Cargo { package: "tool", version: "1.2" };
        let folder = source.environment().unwrap();
        assert!(folder.ends_with("target/tools/tool-1.2"), "{}", folder.display());
        let command = source.command();
        assert!(command.starts_with("cargo install tool --version 1.2 --locked --root "), "{command}");
        assert!(command.ends_with("target/tools/tool-1.2"), "{command}");
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
