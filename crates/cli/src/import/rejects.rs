//! The file of rows that were refused: mended, it can be imported like any other.

use crate::failure::Failure;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Made at the first row; a file that is there is never written to.
#[derive(Debug)]
pub(super) struct Rejects {
    path: Option<PathBuf>,
    file: Option<BufWriter<File>>,
}

impl Rejects {
    pub(super) fn new(path: Option<&Path>) -> Result<Self, Failure> {
        if path.is_some_and(Path::exists) {
            return Err(Failure::Io(format!("{:?} is there already", path.unwrap_or(Path::new("")))));
        }
        Ok(Self { path: path.map(Path::to_owned), file: None })
    }

    /// Adds a row as it came, behind the names of its columns where it is the first of a table.
    pub(super) fn add(&mut self, header: Option<String>, row: &[u8]) -> Result<(), Failure> {
        let Some(path) = &self.path else { return Ok(()) };
        let failed = |error: std::io::Error| Failure::Io(format!("can't write {path:?}: {error}"));
        let json = header.is_none();
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let mut file = BufWriter::new(create(path).map_err(failed)?);
                if let Some(header) = header {
                    writeln!(file, "{header}").map_err(failed)?;
                }
                self.file.insert(file)
            }
        };
        // An element of an array may have several lines; within its texts no line feed can stand.
        let kept = row.iter().copied().filter(|byte| !json || !matches!(byte, b'\n' | b'\r'));
        file.write_all(&kept.collect::<Vec<u8>>())
            .and_then(|()| file.write_all(b"\n"))
            // At once: the run may be stopped.
            .and_then(|()| file.flush())
            .map_err(failed)
    }
}

/// Its owner's alone, as it is about people.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
