//! Running other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The cargo that started this program, so that a chosen toolchain stays chosen.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.stdin(Stdio::null());
    command
}

/// Runs a command with its output shown; anything but success is an error that names the command.
pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    let shown = show(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` ended with {status}")),
        Err(error) => Err(format!("cannot run `{shown}`: {error}")),
    }
}

/// Runs a command and returns what it wrote to its standard output.
pub(crate) fn capture(command: &mut Command) -> Result<String, String> {
    let shown = show(command);
    let output = command.output().map_err(|error| format!("cannot run `{shown}`: {error}"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{shown}` ended with {}\n{}", output.status, stderr.trim_end()));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("`{shown}` wrote something that is not UTF-8"))
}

/// The first program of that name on the PATH.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The command as one would type it.
pub(crate) fn show(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_else(|| command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        let error = succeed(Command::new("false").arg("x")).unwrap_err();
        assert!(error.starts_with("`false x` ended with"), "{error}");
        assert!(capture(&mut Command::new("false")).is_err());
        assert!(succeed(&mut Command::new("true")).is_ok());
    }

    #[test]
    fn a_missing_program_is_an_error() {
        assert!(succeed(&mut Command::new("no-such-program-here")).is_err());
        assert_eq!(find_program("no-such-program-here"), None);
        assert!(find_program("sh").is_some());
    }
}
