//! `ceremony generate-key`: makes a server's key file, and rotates it.

use crate::failure::Failure;
use crate::text::chain;
use ceremony_config::KeyFile;
use ceremony_service::{Entropy, EntropyError, OsEntropy};
use std::fs::{self, File, Metadata, OpenOptions};
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
  1  the file is no key file, has no next key to rotate to, or has a next key already
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
                if !keys.draw_next(&OsEntropy).map_err(no_randomness)? {
                    let problem = "there is a next key already, which processes may have been given";
                    let mends = "once all of them have it, --rotate first";
                    return Err(Failure::Malformed(format!("{}: {problem}; {mends}", path.display())));
                }
            } else if !keys.rotate() {
                let problem = format!("{}: there is no next key; add one with --next first", path.display());
                return Err(Failure::Malformed(problem));
            }
            replace(path, &keys, &OsEntropy)
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
    let file = open_new(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::Io(format!(
            "{path:?} is there already; with other keys, sealed ceremonies and made-up passkeys would change: see --next"
        )),
        _ => unwritten(path, &error),
    })?;
    write(file, keys).map_err(|error| {
        drop(fs::remove_file(path));
        unwritten(path, &error)
    })
}

/// Replaces a file as a whole: a process that reads it meanwhile sees the old one or the new one. Whoever could read the
/// old one can read the new one: a server that can't would not start again.
fn replace(path: &Path, keys: &KeyFile, entropy: &dyn Entropy) -> Result<(), Failure> {
    // A link goes on leading to the keys.
    let target = fs::canonicalize(path).map_err(|error| Failure::reading(path, &error))?;
    let old = fs::metadata(&target).map_err(|error| Failure::reading(path, &error))?;
    let (beside, file) = open_beside(&target, entropy)?;
    let replaced = resemble(&file, &old, path).and_then(|()| {
        write(file, keys).map_err(|error| unwritten(&beside, &error))?;
        fs::rename(&beside, &target).map_err(|error| Failure::Io(format!("can't replace {path:?}: {error}")))
    });
    if replaced.is_err() {
        // The new keys must not lie about; that they do is less bad than to say nothing of the cause.
        drop(fs::remove_file(&beside));
    }
    replaced
}

/// A new file in the same folder, under a name that no run before has left behind.
fn open_beside(target: &Path, entropy: &dyn Entropy) -> Result<(PathBuf, File), Failure> {
    let mut tries = 0_u8;
    loop {
        let mut drawn = [0; 8];
        entropy.fill(&mut drawn).map_err(no_randomness)?;
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:016x}.new", u64::from_be_bytes(drawn)));
        let beside = target.with_file_name(name);
        match open_new(&beside) {
            Ok(file) => return Ok((beside, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < 3 => {
                tries = tries.saturating_add(1);
            }
            Err(error) => return Err(unwritten(&beside, &error)),
        }
    }
}

fn open_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Gives a file that is still empty the owner, the group and the mode of the old one.
#[cfg(unix)]
fn resemble(file: &File, old: &Metadata, path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata().map_err(|error| unwritten(path, &error))?;
    let (owner, group) = (old.uid(), old.gid());
    if (owner, group) != (new.uid(), new.gid()) {
        let changed = |old: u32, new: u32| (old != new).then_some(old);
        fchown(file, changed(owner, new.uid()), changed(group, new.gid())).map_err(|error| {
            let mends = "nothing was changed; run this as that user, or as root";
            Failure::Io(format!(
                "{path:?} belongs to user {owner} and group {group}, and a new file can't be given to them: {error}; {mends}"
            ))
        })?;
    }
    file.set_permissions(old.permissions()).map_err(|error| unwritten(path, &error))
}

#[cfg(not(unix))]
fn resemble(_: &File, _: &Metadata, _: &Path) -> Result<(), Failure> {
    Ok(())
}

fn write(mut file: File, keys: &KeyFile) -> io::Result<()> {
    file.write_all(keys.to_text().as_bytes())?;
    file.sync_all()
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::Io(format!("can't write {path:?}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU8, Ordering};

    /// Draws the same number twice, and then the next one.
    #[derive(Debug, Default)]
    struct Halting(AtomicU8);

    impl Entropy for Halting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            bytes.fill(self.0.fetch_add(1, Ordering::Relaxed) / 2);
            Ok(())
        }
    }

    #[test]
    fn a_file_that_a_crash_left_behind_is_in_nobodys_way() {
        let folder = tempfile::TempDir::new().unwrap();
        let target = folder.path().join("keys");
        let entropy = Halting::default();
        let (one, _) = open_beside(&target, &entropy).unwrap();
        let (two, _) = open_beside(&target, &entropy).unwrap();
        assert!(one.ends_with("keys.0000000000000000.new") && two.ends_with("keys.0101010101010101.new"), "{two:?}");
    }
}
