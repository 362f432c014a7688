//! Lines over a real Unix socket, with the test kit as the browser.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "a test")]

use ceremony_testkit::{Authenticator, Client};
use ceremony_transports::server::open;
use ceremony_transports::socket::{MAX_LINE, Socket};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

const HERE: &str = "01";
const ELSEWHERE: &str = "02";

/// A connection to the server, as a gateway has it.
struct Gateway(BufReader<UnixStream>);

impl Gateway {
    async fn connect(path: &Path) -> Self {
        Self(BufReader::new(UnixStream::connect(path).await.unwrap()))
    }

    async fn send(&mut self, line: &[u8]) {
        self.0.get_mut().write_all(line).await.unwrap();
    }

    async fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        assert!(line.ends_with('\n'), "{line:?}");
        serde_json::from_str(&line).unwrap()
    }

    async fn line(&mut self, line: impl AsRef<[u8]>) -> Value {
        self.send(&[line.as_ref(), b"\n"].concat()).await;
        self.receive().await
    }

    async fn ask(&mut self, caller: Value, ask: Value) -> Value {
        self.line(json!({ "caller": caller, "ask": ask }).to_string()).await
    }

    async fn registered(&mut self, user: &str) -> (Authenticator, String) {
        let begin = json!({ "begin_registration": { "account_name": user } });
        let begun = self.ask(caller(HERE, user), begin).await;
        let mut device = Authenticator::new(user);
        let credential = device.register(&begun["begun"]["options"], &page()).unwrap();
        let finish = json!({ "state": begun["begun"]["state"], "credential": credential, "name": "Laptop" });
        let reply = self.ask(caller(HERE, user), json!({ "finish_registration": finish })).await;
        assert_eq!(reply["passkey"]["name"], "Laptop", "{reply}");
        (device, reply["passkey"]["id"].as_str().unwrap().to_owned())
    }

    async fn begun_sign_in(&mut self, device: &mut Authenticator) -> Value {
        let begun = self.ask(caller(HERE, ""), json!({ "begin_sign_in": {} })).await;
        let credential = device.authenticate(&begun["begun"]["options"], &page()).unwrap();
        json!({ "finish_sign_in": { "state": begun["begun"]["state"], "credential": credential } })
    }
}

async fn start() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("passkeys.sock");
    let desk = open("example.com", "https://example.com", "sqlite::memory:").await.unwrap();
    tokio::spawn(Socket::bind(&path).await.unwrap().serve(desk));
    (folder, path)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn caller(client: &str, user: &str) -> Value {
    json!({ "client": client.repeat(32), "user": user, "proved_at": now() })
}

fn page() -> Client {
    Client::new("https://example.com")
}

fn code(reply: &Value) -> &str {
    reply["refused"]["code"].as_str().unwrap_or_else(|| panic!("{reply}"))
}

#[tokio::test]
async fn a_sign_in_works_once_and_for_one_browser() {
    let (_folder, path) = start().await;
    let mut gateway = Gateway::connect(&path).await;
    let (mut device, id) = gateway.registered("1815").await;
    let finish = gateway.begun_sign_in(&mut device).await;
    assert_eq!(code(&gateway.ask(caller(ELSEWHERE, ""), finish.clone()).await), "ceremony_unusable");
    // What was begun on one connection may end on another: the browser counts.
    let mut other = Gateway::connect(&path).await;
    let reply = other.ask(caller(HERE, ""), finish.clone()).await;
    assert_eq!(reply, json!({ "proved": { "user": "1815", "passkey": id } }));
    assert_eq!(code(&gateway.ask(caller(HERE, ""), finish).await), "ceremony_unusable");
}

#[tokio::test]
async fn passkeys_are_listed_renamed_and_removed() {
    let (_folder, path) = start().await;
    let mut gateway = Gateway::connect(&path).await;
    let (mut device, id) = gateway.registered("1815").await;
    let list = gateway.ask(caller(HERE, "1815"), json!({ "list": {} })).await;
    assert_eq!((list["passkeys"][0]["id"].as_str(), &list["passkeys"][0]["last_used_at"]), (Some(&*id), &Value::Null));
    let renamed = gateway.ask(caller(HERE, "1815"), json!({ "rename": { "id": id, "name": "Phone" } })).await;
    assert_eq!(renamed["passkey"]["name"], "Phone");

    let remove = json!({ "remove": { "id": id } });
    let mut long_ago = caller(HERE, "1815");
    long_ago["proved_at"] = json!(now() - 601);
    assert_eq!(code(&gateway.ask(long_ago.clone(), remove.clone()).await), "step_up_required");
    let begun = gateway.ask(long_ago.clone(), json!({ "begin_step_up": {} })).await;
    let credential = device.authenticate(&begun["begun"]["options"], &page()).unwrap();
    let finish = json!({ "finish_step_up": { "state": begun["begun"]["state"], "credential": credential } });
    assert_eq!(gateway.ask(long_ago, finish).await["proved"]["user"], "1815");

    assert_eq!(code(&gateway.ask(caller(HERE, "1852"), remove.clone()).await), "not_found");
    let removed = gateway.ask(caller(HERE, "1815"), remove).await;
    assert_eq!(removed["removed"]["accepted"]["allAcceptedCredentialIds"], json!([]), "{removed}");
    assert_eq!(gateway.ask(caller(HERE, "1815"), json!({ "list": {} })).await, json!({ "passkeys": [] }));
    let finish = gateway.begun_sign_in(&mut device).await;
    assert_eq!(code(&gateway.ask(caller(HERE, ""), finish).await), "authentication_failed");
}

#[tokio::test]
async fn what_is_no_message_is_refused_with_its_place_and_uses_nothing_up() {
    let (_folder, path) = start().await;
    let mut gateway = Gateway::connect(&path).await;
    let (mut device, _) = gateway.registered("1815").await;
    let finish = gateway.begun_sign_in(&mut device).await;
    for (line, detail) in [
        (&b""[..], "no JSON at byte 0"),
        (b"{\"caller\":", "no JSON at byte 10"),
        (b"\xff\xfe", "no JSON at byte 1"),
        (b"{}", "no known message at byte 2"),
        (&b"[".repeat(60_000), "no known message at byte 2"),
    ] {
        let reply = gateway.line(line).await;
        assert_eq!(reply["refused"]["code"], "invalid_request");
        let start = line.get(..20).unwrap_or(line);
        assert_eq!(reply["refused"]["detail"], detail, "{}", start.escape_ascii());
    }
    for ask in [json!({}), json!({ "delete": {} }), json!({ "list": { "user": "1852" } })] {
        assert_eq!(code(&gateway.ask(caller(HERE, "1815"), ask).await), "invalid_request");
    }
    for client in ["0", "zz", ""] {
        assert_eq!(code(&gateway.ask(caller(client, ""), json!({ "begin_sign_in": {} })).await), "invalid_request");
    }
    assert_eq!(code(&gateway.ask(caller(HERE, ""), json!({ "list": {} })).await), "not_signed_in");
    let mut rubbish = finish.clone();
    rubbish["finish_sign_in"]["credential"] = json!({ "id": 1 });
    assert_eq!(code(&gateway.ask(caller(HERE, ""), rubbish).await), "invalid_request");
    assert_eq!(gateway.ask(caller(HERE, ""), finish).await["proved"]["user"], "1815");
}

#[tokio::test]
async fn a_line_that_is_too_long_is_dropped_and_the_next_one_heard() {
    let (_folder, path) = start().await;
    let mut gateway = Gateway::connect(&path).await;
    let reply = gateway.line(vec![b'x'; 1024 * 1024]).await;
    assert_eq!(reply["refused"]["detail"], "a line has 64 KiB at most");
    // The longest message there may be is read to its end.
    let mut line = json!({ "caller": caller(HERE, ""), "ask": { "begin_sign_in": {} } }).to_string();
    line.push_str(&" ".repeat(MAX_LINE - line.len()));
    assert!(gateway.line(&line).await["begun"]["state"].is_string());
    // A gateway that dies in the middle of a line takes nobody along.
    gateway.send(b"{\"caller\":").await;
    drop(gateway);
    Gateway::connect(&path).await.registered("1815").await;
}

#[tokio::test]
async fn messages_sent_together_are_answered_in_order() {
    let (_folder, path) = start().await;
    let mut gateway = Gateway::connect(&path).await;
    let list = json!({ "caller": caller(HERE, "1815"), "ask": { "list": {} } });
    gateway.send(format!("{list}\nx\n{list}\n").as_bytes()).await;
    assert_eq!(gateway.receive().await, json!({ "passkeys": [] }));
    assert_eq!(code(&gateway.receive().await), "invalid_request");
    assert_eq!(gateway.receive().await, json!({ "passkeys": [] }));
}

#[tokio::test]
async fn the_socket_is_its_owners_and_has_one_server() {
    let (folder, path) = start().await;
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Socket::bind(&path).await.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    // A file that is no socket stays; a socket that nobody serves any more is replaced.
    let file = folder.path().join("notes");
    std::fs::write(&file, "keep").unwrap();
    assert_eq!(Socket::bind(&file).await.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "keep");
    let stale = folder.path().join("stale.sock");
    drop(Socket::bind(&stale).await.unwrap());
    assert!(stale.exists());
    assert!(Socket::bind(&stale).await.is_ok());
}
