//! Runs one hot path after its set-up, in a function that `cargo xtask ci instructions` has counted; see the README.

#![allow(clippy::expect_used, reason = "it runs on the test vectors, and a panic says that they have changed")]

mod bytes;
mod ceremonies;
mod hot_path;
mod vector;
mod verifier;
mod worst;

use hot_path::HotPath;
use std::process::ExitCode;

fn main() -> ExitCode {
    let paths: Vec<HotPath> = ceremonies::all().into_iter().chain(bytes::all()).chain(worst::all()).collect();
    let argument = std::env::args().nth(1).unwrap_or_default();
    if argument == "list" {
        paths.iter().for_each(|path| println!("{} {}", path.name, path.runs));
        return ExitCode::SUCCESS;
    }
    let Some(path) = paths.iter().find(|path| path.name == argument) else {
        eprintln!("there is no path {argument:?}; `list` names them all, with how often each runs");
        return ExitCode::from(2);
    };
    path.run();
    ExitCode::SUCCESS
}
