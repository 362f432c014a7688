//! `ceremony inspect`: WebAuthn data as a readable tree.

mod authenticator_data;
mod cbor;
mod certificate;
mod cose;
mod decode;
mod json;
mod node;
mod recognise;
mod response;

use crate::failure::Failure;
use crate::text::ascii_json;
use clap::ValueEnum;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The most that is read, in bytes.
const MAX_INPUT: usize = 1024 * 1024;

pub(crate) const HELP: &str = "\
The input is base64url, base64, hexadecimal, PEM, JSON, an array of byte values, or the bytes themselves, up to 1 MiB. What
it is gets guessed unless --kind says so. Byte strings are printed as base64url, long ones cut; --json prints them whole.

Examples:
  pbpaste | ceremony inspect
  ceremony inspect response.json
  echo dKbqkhPJnC90siSSsyDPQCYqlMGpUKA5fyklC2CEHvABAAAABQ | ceremony inspect --kind authenticator-data
  jq -c .credential cases.jsonl | head -1 | ceremony inspect --json

Exit codes:
  0  everything could be read
  1  the input is nothing known, or part of it can't be read
  2  wrong usage, or a file that can't be read";

/// What the input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Guess
    Auto,
    /// clientDataJSON
    ClientData,
    /// A CBOR attestation object
    AttestationObject,
    /// Authenticator data
    AuthenticatorData,
    /// A COSE public key
    CoseKey,
    /// An X.509 certificate, in DER or PEM
    Certificate,
    /// A whole response, as `PublicKeyCredential.toJSON()` gives it
    Response,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A file; `-` or none is standard input
    file: Option<PathBuf>,
    /// What the input is
    #[arg(long, value_enum, default_value = "auto")]
    kind: Kind,
    /// Print JSON in place of text
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = arguments.file.as_deref().filter(|path| *path != Path::new("-"));
    let input = read(path)?;
    let tree = recognise::recognise(&input, arguments.kind).map_err(Failure::Malformed)?;
    let mut text = if arguments.json {
        ascii_json(&tree, true).map_err(|error| Failure::Io(error.to_string()))?
    } else {
        tree.to_string()
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let mut output = io::stdout().lock();
    let written = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    written.map_err(|error| Failure::writing(&error))?;
    match tree.first_fault() {
        Some(fault) => Err(Failure::Malformed(format!("part of the input can't be read: {fault}"))),
        None => Ok(()),
    }
}

fn read(path: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let name = path.unwrap_or(Path::new("-"));
    let failed = |error: io::Error| Failure::reading(name, &error);
    let limit = u64::try_from(MAX_INPUT).unwrap_or(u64::MAX).saturating_add(1);
    let mut input = Vec::new();
    match path {
        Some(path) => File::open(path).map_err(failed)?.take(limit).read_to_end(&mut input),
        None => io::stdin().lock().take(limit).read_to_end(&mut input),
    }
    .map_err(failed)?;
    if input.len() > MAX_INPUT {
        return Err(Failure::Malformed(format!("the input is longer than {MAX_INPUT} bytes")));
    }
    Ok(input)
}
