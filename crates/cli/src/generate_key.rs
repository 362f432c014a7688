//! `ceremony generate-key`: makes a server's key file, and rotates it.

use crate::failure::Failure;
use crate::text::chain;
use ceremony_config::KeyFile;
use ceremony_service::{EntropyError, OsEntropy};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(crate) const HELP: &str = "\
A key file holds what seals begun ceremonies and what made-up passkeys follow from. All processes of a site have the same.

To change the sealing key without failing anybody:
  1. ceremony generate-key --next keys     give the file to every process and restart them: all can open the next key's seals
  2. ceremony generate-key --rotate keys   give it again and restart: the next key seals, the former one still opens
The former key goes with the rotation after that. The decoys key never changes.

Examples:
  ceremony generate-key /etc/passkeys/keys
  ceremony generate-key | kubectl create secret generic passkeys --from-file=keys=/dev/stdin

Exit codes:
  0  done
  1  the file is no key file, or has no next key to rotate to
  2  wrong usage, or a file that can't be read or written";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where to write; standard output if none is given. A file that is there is never overwritten with new keys
    #[arg(required_if_eq_any = [("next", "true"), ("rotate", "true")])]
    file: Option<PathBuf>,
    /// Add the key that is to seal after the next rotation
    #[arg(long, conflicts_with = "rotate")]
    next: bool,
    /// Let the next key seal
    #[arg(long)]
    rotate: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match (&arguments.file, arguments.next, arguments.rotate) {
        (None, ..) => {
            let text = new()?.to_text();
            io::stdout().write_all(text.as_bytes()).map_err(|error| Failure::writing(&error))
        }
        (Some(path), false, false) => create(path, &new()?),
        (Some(path), next, _) => {
            let mut keys = KeyFile::read(path).map_err(|error| Failure::Malformed(chain(&error)))?;
            if next {
                keys.draw_next(&OsEntropy).map_err(no_randomness)?;
            } else if !keys.rotate() {
                let problem = format!("{}: there is no next key; add one with --next first", path.display());
                return Err(Failure::Malformed(problem));
            }
            replace(path, &keys)
        }
    }
}

fn new() -> Result<KeyFile, Failure> {
    KeyFile::generate(&OsEntropy).map_err(no_randomness)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn no_randomness(error: EntropyError) -> Failure {
    Failure::Io(chain(&error))
}

/// Writes a file that was not there, for its owner's eyes alone.
fn create(path: &Path, keys: &KeyFile) -> Result<(), Failure> {
    let failed = |error: &io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::Io(format!(
            "{path:?} is there already; with other keys, sealed ceremonies and made-up passkeys would change: see --next"
        )),
        _ => Failure::Io(format!("can't write {path:?}: {error}")),
    };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| failed(&error))?;
    let written = file.write_all(keys.to_text().as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| failed(&error))
}

/// Replaces a file as a whole: a process that reads it meanwhile sees the old one or the new one.
fn replace(path: &Path, keys: &KeyFile) -> Result<(), Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = path.with_file_name(name);
    create(&beside, keys)?;
    fs::rename(&beside, path).map_err(|error| {
        // The new keys must not lie about; that they do is less bad than to say nothing of the cause.
        drop(fs::remove_file(&beside));
        Failure::Io(format!("can't replace {path:?}: {error}"))
    })
}
