//! A way to the server on which answers get lost.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Pass,
    /// The connection breaks when the answer comes.
    Break,
    /// The answer never comes, nor any other on that connection.
    Silence,
    /// New connections are accepted and hear nothing.
    Deaf,
    /// New connections take a while, and fall silent when they are asked for a sign of life.
    Drowsy,
}

pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    mode: Mutex<Mode>,
    /// A word, and another of the same length that takes its place on either way.
    replace: Mutex<Option<(&'static str, &'static str)>>,
    watched: Mutex<&'static str>,
    seen: AtomicUsize,
    connections: AtomicUsize,
}

impl Shared {
    fn mode(&self) -> Mode {
        *self.mode.lock().unwrap()
    }

    fn replaced(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        if let Some((word, by)) = *self.replace.lock().unwrap() {
            while let Some(at) = bytes.windows(word.len()).position(|window| window == word.as_bytes()) {
                bytes[at..at + word.len()].copy_from_slice(by.as_bytes());
            }
        }
        bytes
    }
}

impl Proxy {
    pub(crate) async fn before(url: &str) -> Self {
        let server = url.strip_prefix("redis://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            mode: Mutex::new(Mode::Pass),
            replace: Mutex::new(None),
            watched: Mutex::new("GETDEL"),
            seen: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
        });
        let proxy = Self { port, shared: Arc::clone(&shared) };
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(forward(client, server.clone(), Arc::clone(&shared)));
            }
        });
        proxy
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn set(&self, mode: Mode) {
        *self.shared.mode.lock().unwrap() = mode;
    }

    pub(crate) fn replace(&self, word: &'static str, by: &'static str) {
        assert_eq!(word.len(), by.len());
        *self.shared.replace.lock().unwrap() = Some((word, by));
    }

    /// Counts a word from now on.
    pub(crate) fn watch(&self, word: &'static str) {
        *self.shared.watched.lock().unwrap() = word;
        self.shared.seen.store(0, Ordering::SeqCst);
    }

    /// How often the word went to the server.
    pub(crate) fn seen(&self) -> usize {
        self.shared.seen.load(Ordering::SeqCst)
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

async fn forward(mut client: TcpStream, server: String, shared: Arc<Shared>) {
    if shared.mode() == Mode::Deaf {
        // Held open until the other side gives up.
        let _ = client.read_to_end(&mut Vec::new()).await;
        return;
    }
    let drowsy = shared.mode() == Mode::Drowsy;
    if drowsy {
        tokio::time::sleep(Duration::from_millis(1_200)).await;
    }
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    let (mut from_client, mut from_server) = (vec![0; 65_536], vec![0; 65_536]);
    let mut silent = false;
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => {
                let Ok(length @ 1..) = read else { return };
                let text = shared.replaced(&from_client[..length]);
                silent |= drowsy && text.windows(4).any(|window| window == b"PING");
                let watched = *shared.watched.lock().unwrap();
                let count = text.windows(watched.len()).filter(|window| *window == watched.as_bytes()).count();
                shared.seen.fetch_add(count, Ordering::SeqCst);
                if server.write_all(&text).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut from_server) => {
                let Ok(length @ 1..) = read else { return };
                match shared.mode() {
                    Mode::Break => return,
                    Mode::Silence => silent = true,
                    Mode::Pass | Mode::Deaf | Mode::Drowsy => {}
                }
                if !silent && client.write_all(&shared.replaced(&from_server[..length])).await.is_err() {
                    return;
                }
            }
        }
    }
}
