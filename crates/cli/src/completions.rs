//! `ceremony completions`: what a shell has to know to complete command lines.

use crate::failure::Failure;
use clap_complete::{Shell, generate};
use std::io::{self, Write};

pub(crate) const HELP: &str = "\
Prints a script for the shell; where it belongs is the shell's own matter.

Examples:
  ceremony completions bash > ~/.local/share/bash-completion/completions/ceremony
  ceremony completions zsh > ~/.zfunc/_ceremony        # with ~/.zfunc in fpath, before compinit
  ceremony completions fish > ~/.config/fish/completions/ceremony.fish
  ceremony completions powershell >> $PROFILE

Exit codes:
  0  done
  2  wrong usage";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Which shell
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, mut command: clap::Command) -> Result<(), Failure> {
    // In memory first: the generator takes a closed pipe for a mistake of its own.
    let mut script = Vec::new();
    generate(arguments.shell, &mut command, "ceremony", &mut script);
    io::stdout().write_all(&script).map_err(|error| Failure::writing(&error))
}
