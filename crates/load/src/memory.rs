//! What begun ceremonies cost in memory, and that a flood of them is bounded.
//!
//! Each case runs in a process of its own, so that nothing is measured that another case has left.

mod case;
mod heap;

use case::{CASES, Case};
use std::error::Error;
use std::process::Command;

/// How many times the bound an anonymous flood begins.
pub(crate) const FLOOD: u32 = 10;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many ceremonies are begun, and the bound of the stores in memory.
    #[arg(long, default_value_t = 100_000)]
    ceremonies: u32,
    /// Runs one case in this process.
    #[arg(long, hide = true)]
    case: Option<Case>,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    if let Some(case) = arguments.case {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        println!("{}", runtime.block_on(case::measure(case, arguments.ceremonies))?);
        return Ok(());
    }
    println!("{} ceremonies, heap {}.\n", arguments.ceremonies, heap::METHOD);
    println!("| Case | Calls | Refused | Resident bytes | on the heap | Growth in the last tenth of the calls |");
    println!("|---|---:|---:|---:|---:|---:|");
    for case in CASES {
        let mut process = Command::new(std::env::current_exe()?);
        process.args(["memory", "--ceremonies", &arguments.ceremonies.to_string(), "--case", case.name()]);
        let output = process.output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        println!("| {} | {} |", case.title(), String::from_utf8_lossy(&output.stdout).trim());
    }
    Ok(())
}
