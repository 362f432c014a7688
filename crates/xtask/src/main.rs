//! The repository's own commands: `cargo xtask test` and `cargo xtask ci`.

mod ci;
mod components;
mod footprint;
mod fuzz;
mod minimal;
mod negative;
mod packages;
mod process;
mod sbom;
mod source;
mod test;
mod tool;
mod totals;
mod vectors;
mod workspace;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  test [--allow-missing] [--firefox] [-- <filters and flags of the test harness>]
      Runs every test of the workspace and every example in its documentation, and prints the totals on the last
      line. Installs what the tests need and this machine lacks, with apt (as root or by passwordless sudo) or pip; where it
      may not, it names the packages and ends with exit code 3. With --allow-missing it runs without them: the tests
      that need them are listed as skipped. With --firefox it runs, instead of all these, the demo's main path in Firefox
      ESR; what that needs comes with apt and cargo.

  vectors [--check]
      Writes testvectors/ and the page about the negative catalogue, or says where they differ from what it would write.

  footprint [--rounds <n>]
      Builds the core and its peers from nothing, in turns, and prints packages, processor time and the size of a server.

  fuzz [--minutes <n>] [<target> ...]
      Fuzzes the named targets, or all, for 30 minutes each, from the seeds and what earlier runs kept in fuzz/corpus/, and
      prints what each did as a row of a table.

  package
      Packs what is published for crates.io and builds each package from what was packed; minutes.

  minimal-versions
      Builds what is published with the oldest versions of everything that it allows; minutes.

  sbom
      Writes a bill of materials for every published package and the demo to target/sbom/, as CycloneDX.

  ci [<check> ...]
      Runs the checks that need no tests, all of them or the named ones, in this order. With CEREMONY_BLESS=1 in the
      environment, `api` and `instructions` record what they find instead of comparing it:
";

/// What `cargo xtask` ends with when it is called wrongly.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    if let Some(code) = ci::api::in_place_of_rustdoc() {
        return code;
    }
    if let Some(code) = fuzz::build::in_place_of_rustc() {
        return code;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", arguments.as_slice()),
    };
    let outcome = match command {
        "test" => test::run(rest),
        "ci" => ci::run(rest),
        "package" => ci::package::run(rest),
        "minimal-versions" => minimal::run(rest),
        "sbom" => sbom::run(rest),
        "vectors" => vectors::run(rest),
        "fuzz" => fuzz::run(rest),
        "footprint" => footprint::run(rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}{}", ci::list());
            return ExitCode::SUCCESS;
        }
        unknown => Err(format!("there is no command {unknown:?}\n\n{HELP}{}", ci::list())),
    };
    match outcome {
        Ok(code) => code,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::from(EXIT_USAGE)
        }
    }
}
