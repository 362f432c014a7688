//! Programs of Debian's packages.

use crate::process::{capture, find_program, show, succeed};
use std::process::{Command, Stdio};

/// How packages may be installed on this machine without asking anybody.
#[derive(Debug)]
pub(super) struct Apt {
    sudo: bool,
}

impl Apt {
    pub(super) fn allowed() -> Result<Self, String> {
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

    /// Installs one of the packages, best first. `arrived` looks whether it brought what is wanted.
    pub(super) fn install<T>(&self, packages: &[&str], arrived: impl Fn() -> Option<T>) -> Result<T, String> {
        // An update that fails halfway (one broken source) may still leave the package within reach.
        if let Err(problem) = succeed(&mut self.command(&["update", "-q"])) {
            println!("xtask: {problem}");
        }
        let mut problems = Vec::new();
        for package in packages {
            let arguments = ["install", "-q", "-y", "--no-install-recommends", package];
            match succeed(&mut self.command(&arguments)) {
                Ok(()) => match arrived() {
                    Some(found) => {
                        println!("xtask: installed the package {package}");
                        return Ok(found);
                    }
                    None => problems.push(format!("the package {package} brought no program that starts")),
                },
                Err(problem) => problems.push(problem),
            }
        }
        Err(problems.join("; "))
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
