//! Programs that the tests drive: looked for, installed where that is allowed, named where it is not.

use crate::process::{capture, find_program, show, succeed};
use ceremony_testbed::{CHROMIUM, NGINX, PGBOUNCER, POSTGRES, Program, REDIS};
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
];

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
        let problem = match Apt::allowed() {
            Ok(apt) => match self.install(&apt) {
                Ok(program) => return Ok(program),
                Err(problem) => problem,
            },
            Err(problem) => problem,
        };
        Err(self.instructions(&problem))
    }

    fn install(&self, apt: &Apt) -> Result<PathBuf, String> {
        println!("xtask: {} is missing, which {} need: installing it with apt", self.program.name, self.needed_for);
        // An update that fails halfway (one broken source) may still leave the package within reach.
        if let Err(problem) = succeed(&mut apt.command(&["update", "-q"])) {
            println!("xtask: {problem}");
        }
        let mut problems = Vec::new();
        for package in self.program.packages {
            let arguments = ["install", "-q", "-y", "--no-install-recommends", package];
            match succeed(&mut apt.command(&arguments)) {
                Ok(()) => match self.find() {
                    Some(program) => {
                        println!("xtask: installed {} with the package {package}", self.program.name);
                        return Ok(program);
                    }
                    None => problems.push(format!("the package {package} brought no program that starts")),
                },
                Err(problem) => problems.push(problem),
            }
        }
        Err(problems.join("; "))
    }

    fn instructions(&self, problem: &str) -> String {
        format!(
            "{} is missing, which {} need ({problem}).\n  Install it:  apt-get install {}\n  or set {} to the path \
             of a program that takes the place of {}.\n  To test without it: cargo xtask test --allow-missing",
            self.program.name,
            self.needed_for,
            self.program.packages.first().unwrap_or(&self.program.name),
            self.program.variable,
            self.program.names.join(", "),
        )
    }
}

/// How packages may be installed on this machine without asking anybody.
#[derive(Debug)]
struct Apt {
    sudo: bool,
}

impl Apt {
    fn allowed() -> Result<Self, String> {
        if find_program("apt-get").is_none() {
            return Err("there is no apt-get to install it with".to_owned());
        }
        if capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0") {
            return Ok(Self { sudo: false });
        }
        let mut probe = Command::new("sudo");
        probe.args(["-n", "true"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if probe.status().is_ok_and(|status| status.success()) {
            return Ok(Self { sudo: true });
        }
        Err("this user is not root and sudo asks for a password".to_owned())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(if self.sudo { "sudo" } else { "env" });
        if self.sudo {
            command.args(["-n", "env"]);
        }
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments).stdin(Stdio::null());
        println!("xtask: {}", show(&command));
        command
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
            packages: &["no-such-package-here"],
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
        for part in ["no apt-get", "apt-get install no-such-package-here", "CEREMONY_TEST_NO_SUCH", "--allow-missing"] {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
    }
}
