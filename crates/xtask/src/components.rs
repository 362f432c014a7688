//! Programs that the tests drive: looked for, installed where that is allowed, named where it is not.

mod apt;
mod cargo;
mod pip;

use apt::Apt;
use ceremony_testbed::{
    CHROMIUM, CXX, FIREFOX, GECKODRIVER, NGINX, NPM, PGBOUNCER, POSTGRES, Program, REDIS, SCHEMATHESIS, Source,
    VALGRIND,
};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A program that some tests need.
#[derive(Debug)]
pub(crate) struct Component {
    /// The program.
    pub(crate) program: Program,
    /// Which tests need it.
    pub(crate) needed_for: &'static str,
    /// What it is asked to see whether it starts.
    probe: &'static str,
}

/// Everything that the tests need beside Rust.
pub(crate) const COMPONENTS: &[Component] = &[
    Component { program: CHROMIUM, needed_for: "the browser tests", probe: "--version" },
    Component { program: NGINX, needed_for: "the browser tests", probe: "-v" },
    Component { program: POSTGRES, needed_for: "the PostgreSQL stores' tests", probe: "--version" },
    Component { program: PGBOUNCER, needed_for: "the PostgreSQL stores' tests", probe: "--version" },
    Component { program: REDIS, needed_for: "the Redis stores' tests", probe: "--version" },
    Component { program: NPM, needed_for: "the npm package's tests", probe: "--version" },
    Component { program: SCHEMATHESIS, needed_for: "the OpenAPI document's tests", probe: "--version" },
];

/// What the lane for Firefox needs, and nothing else does.
pub(crate) const FIREFOX_COMPONENTS: &[Component] = &[
    Component { program: FIREFOX, needed_for: "the Firefox tests", probe: "--version" },
    Component { program: GECKODRIVER, needed_for: "the Firefox tests", probe: "--version" },
];

/// What `cargo xtask ci instructions` needs.
pub(crate) const VALGRIND_COMPONENT: Component =
    Component { program: VALGRIND, needed_for: "the counts of instructions", probe: "--version" };

/// What `cargo xtask ci fuzz` needs.
pub(crate) const CXX_COMPONENT: Component =
    Component { program: CXX, needed_for: "the fuzz targets", probe: "--version" };

impl Component {
    /// The program, if it is there and starts.
    pub(crate) fn find(&self) -> Option<PathBuf> {
        self.program.places().find(|program| {
            // Ubuntu's package is a script that only says that a snap is missing: being there is not enough.
            let mut probe = Command::new(program);
            probe.arg(self.probe).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            probe.status().is_ok_and(|status| status.success())
        })
    }

    /// The program, after an attempt to install it where it is missing. The error says what to do by hand.
    pub(crate) fn ensure(&self) -> Result<PathBuf, String> {
        if let Some(program) = self.find() {
            return Ok(program);
        }
        println!("xtask: {} is missing, which {} need: installing it", self.program.name, self.needed_for);
        self.install().map_err(|problem| self.instructions(&problem))
    }

    fn install(&self) -> Result<PathBuf, String> {
        match self.program.source {
            Source::Apt(packages) => Apt::allowed()?.install(packages, || self.find()),
            source @ Source::Pip { package, version } => {
                let folder = source.environment().ok_or_else(|| "there is no folder for it".to_owned())?;
                pip::install(&folder, package, version)?;
                self.find().ok_or_else(|| format!("the package {package} brought no program that starts"))
            }
            source @ Source::Cargo { package, version } => {
                let folder = source.environment().ok_or_else(|| "there is no folder for it".to_owned())?;
                cargo::install(&folder, package, version)?;
                self.find().ok_or_else(|| format!("the package {package} brought no program that starts"))
            }
        }
    }

    fn instructions(&self, problem: &str) -> String {
        format!(
            "{} is missing, which {} need ({problem}).\n  Install it:  {}\n  or set {} to the path \
             of a program that takes the place of {}.",
            self.program.name,
            self.needed_for,
            self.program.source.command(),
            self.program.variable,
            self.program.names.join(", "),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: Component = absent(&["no-such-program-here"]);

    const fn absent(names: &'static [&'static str]) -> Component {
        let program = Program {
            name: "Nothing",
            variable: "CEREMONY_TEST_NO_SUCH_VARIABLE",
            names,
            source: Source::Apt(&["no-such-package-here"]),
        };
        Component { program, needed_for: "these tests", probe: "--version" }
    }

    #[test]
    fn a_program_that_is_not_there_is_not_found() {
        assert_eq!(ABSENT.find(), None);
    }

    #[test]
    fn a_program_that_does_not_start_is_not_found() {
        let broken = absent(&["false"]);
        assert_eq!(broken.find(), None);
        let sound = absent(&["false", "cat"]);
        assert!(sound.find().is_some_and(|program| program.ends_with("cat")));
    }

    #[test]
    fn the_instructions_name_the_package_and_the_way_around() {
        let text = ABSENT.instructions("no apt-get");
        for part in ["no apt-get", "apt-get install no-such-package-here", "CEREMONY_TEST_NO_SUCH"] {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
    }
}
