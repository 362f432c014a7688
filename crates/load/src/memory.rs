//! To be written.

use std::error::Error;

#[derive(clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(_: Arguments) -> Result<(), Box<dyn Error>> {
    Err("not there yet".into())
}
