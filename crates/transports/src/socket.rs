//! Messages over a Unix socket: one line of JSON there, one back, in order.
//!
//! Lines and not lengths, so that `socat` and a log can be read, and so that a message that is too long has an end that
//! can be found without keeping it.

mod line;
mod message;

pub use line::{Line, MAX_LINE, read_line};
pub use message::{Ask, CallerMessage, Reply, Request};

use crate::desk::Desk;
use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;

/// Connections that are served at once. Each keeps one line at most.
const CONNECTIONS: usize = 64;

/// After a connection that could not be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// A socket that its owner's programs alone can open.
#[derive(Debug)]
pub struct Socket {
    listener: UnixListener,
    owner: u32,
}

impl Socket {
    /// Makes the socket. One that a server which is gone has left is replaced; one in use and any other file stays.
    ///
    /// # Errors
    ///
    /// [`io::Error`], `AddrInUse` if a server listens there or if something else has the name.
    pub async fn bind(path: &Path) -> io::Result<Self> {
        if let Ok(found) = fs::symlink_metadata(path) {
            if !found.file_type().is_socket() || UnixStream::connect(path).await.is_ok() {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            fs::remove_file(path)?;
        }
        let listener = UnixListener::bind(path)?;
        // Between the two lines the umask alone keeps others out: what they open then is refused by `serve`.
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        Ok(Self { listener, owner: fs::metadata(path)?.uid() })
    }

    /// Serves until the future is dropped.
    pub async fn serve(self, desk: Desk) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        while let Ok(place) = Arc::clone(&places).acquire_owned().await {
            let stream = match self.listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // No more files, say: that passes, and the server stays.
                    eprintln!("accept: {error}");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            // The kernel's word on who is there. What a message says of its caller is believed, so nobody else may send one.
            if stream.peer_cred().map(|peer| peer.uid()).ok() != Some(self.owner) {
                continue;
            }
            let desk = desk.clone();
            tokio::spawn(async move {
                // A connection that breaks ends its own task and nothing else.
                converse(stream, &desk).await.ok();
                drop(place);
            });
        }
    }
}

/// Answers the lines of one connection until it ends.
async fn converse(stream: UnixStream, desk: &Desk) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    loop {
        let reply = match read_line(&mut reader).await? {
            Line::Text(text) => message::answer(desk, &text).await,
            // Its end was found: the next line is a message again.
            Line::TooLong => Reply::refused("invalid_request", "a line has 64 KiB at most"),
            Line::Endless => {
                let reply = Reply::refused("invalid_request", "the line does not end");
                writer.write_all(&reply.line()).await?;
                return Ok(());
            }
            Line::End => return Ok(()),
        };
        writer.write_all(&reply.line()).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    /// What a stranger gets: the end of the connection, and no answer.
    async fn heard(of_another_user: bool) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        let mut socket = Socket::bind(&path).await.unwrap();
        if of_another_user {
            socket.owner = socket.owner.wrapping_add(1);
        }
        let desk = crate::server::open("example.com", "https://example.com", "sqlite::memory:").await.unwrap();
        tokio::spawn(socket.serve(desk));
        let mut stream = UnixStream::connect(&path).await.unwrap();
        let _ = stream.write_all(b"x\n").await;
        let mut answer = [0; 1];
        stream.read(&mut answer).await.is_ok_and(|length| length == 1)
    }

    #[tokio::test]
    async fn only_the_owners_programs_are_heard() {
        assert!(heard(false).await);
        assert!(!heard(true).await);
    }
}
