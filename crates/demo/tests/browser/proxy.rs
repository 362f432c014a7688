//! TLS that nginx ends, with the server block of the documentation.

use crate::cdp::AuthenticatorOptions;
use crate::lab::{Lab, lab};
use crate::process::Demo;
use crate::visit::{EMAIL, PASSWORD, PATIENCE, assert_clean, run};
use ceremony_testbed::{NGINX, Nginx, pass_over};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

on_every_framework! { behind_nginx, behind_nginx_with_the_wrong_origin }

const DOCUMENT: &str = include_str!("../../../../docs/web.md");

/// The text between two fences, or the rest of a line.
fn after<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start:?} in the document"));
    rest.split_once(end).unwrap_or_else(|| panic!("no {end:?} after {start:?} in the document")).0
}

/// The documented server block, with a name, a port, a certificate and a server behind it that are there.
fn nginx(lab: &Lab, name: &str, demo: &Demo) -> Nginx {
    let block = after(DOCUMENT, "```nginx\n", "```");
    let (certificate, key) = lab.front.pem();
    let behind = demo.address().to_string();
    let nginx = Nginx::start(&certificate, &key, |port, certificate, key| {
        let port = format!("127.0.0.1:{port}");
        let [certificate, key] = [certificate, key].map(|path| path.to_str().unwrap().to_owned());
        let changes = [
            ("443", &port),
            ("app.example.com;", &format!("{name};")),
            ("/etc/ssl/app.example.com.pem", &certificate),
            ("/etc/ssl/app.example.com.key", &key),
            ("127.0.0.1:3000", &behind),
        ];
        changes.iter().fold(block.to_owned(), |block, (from, to)| {
            assert_eq!(block.matches(from).count(), 1, "{from} in {block}");
            block.replace(from, to)
        })
    });
    let nginx = nginx.unwrap();
    lab.front.tls(name, nginx.port());
    nginx
}

async fn behind_nginx(framework: &str) {
    if pass_over(&NGINX) {
        return;
    }
    let Some(lab) = lab().await else { return };
    let name = format!("{framework}.proxy.test");
    let origin = format!("https://{name}");
    let variables =
        [("PASSKEYS_ORIGINS", origin.as_str()), ("PASSKEYS_TRUSTED_PROXIES", "1"), ("PASSKEYS_RATE_LIMIT_PEER", "30")];
    let demo = Demo::start_with_variables(&["--framework", framework], &variables).await;
    let nginx = nginx(lab, &name, &demo);

    let page = lab.browser.page("about:blank").await.unwrap();
    page.add_authenticator(&AuthenticatorOptions::default()).await.unwrap();
    page.goto(&format!("{origin}/?autofill=off")).await.unwrap();
    page.wait_for("document.documentElement?.dataset.ready", PATIENCE).await.unwrap();
    page.click("#tab-create").await.unwrap();
    page.type_text("#create-email", EMAIL).await.unwrap();
    page.click("#create-passkey").await.unwrap();
    let entered = "document.body.dataset.view === 'signed-in' && !document.querySelector('#main[aria-busy]')";
    page.wait_for(entered, PATIENCE).await.unwrap_or_else(|failure| panic!("{failure}\n{}", demo.log()));
    let cookies = page.call("Network.getCookies", json!({})).await.unwrap();
    let mut found: Vec<_> = cookies["cookies"].as_array().unwrap().iter().map(|one| one["name"].as_str()).collect();
    found.sort_unstable();
    assert_eq!(found, [Some("__Host-ceremony"), Some("__Host-session")]);
    for cookie in cookies["cookies"].as_array().unwrap() {
        assert_eq!((&cookie["secure"], &cookie["httpOnly"]), (&json!(true), &json!(true)), "{cookie}");
    }
    page.click("#sign-out").await.unwrap();
    page.wait_for("document.body.dataset.view === 'signed-out'", PATIENCE).await.unwrap();
    page.click("#passkey-signin").await.unwrap();
    page.wait_for(entered, PATIENCE).await.unwrap_or_else(|failure| panic!("{failure}\n{}", demo.log()));
    assert_clean(&page);

    // A client that asks too often is held back, whatever address it says to be; the browser is not.
    let mut other = Client::connect(lab, &name, nginx.port()).await;
    let mut refused = 0;
    for attempt in 0..200 {
        let answer = other.login(&name, &format!("198.51.100.{attempt}")).await;
        assert!(matches!(answer, 401 | 429), "{answer}");
        refused += u32::from(answer == 429);
        if refused == 5 {
            break;
        }
    }
    assert_eq!(refused, 5, "of 200");
    let signed_in: Value = run(&page, "return passkeys.authenticate()").await;
    assert_eq!(signed_in["user"]["email"], EMAIL, "{signed_in}");
    page.close().await.unwrap();
}

async fn behind_nginx_with_the_wrong_origin(framework: &str) {
    if pass_over(&NGINX) {
        return;
    }
    let Some(lab) = lab().await else { return };
    let name = format!("{framework}-wrong.proxy.test");
    let variables = [("PASSKEYS_ORIGINS", "https://www.example.com")];
    let demo = Demo::start_with_variables(&["--framework", framework], &variables).await;
    let _nginx = nginx(lab, &name, &demo);
    let page = lab.browser.page(&format!("https://{name}/?autofill=off")).await.unwrap();
    page.wait_for("document.documentElement?.dataset.ready", PATIENCE).await.unwrap();
    page.click("#passkey-signin").await.unwrap();
    page.wait_for("document.getElementById('toast').dataset.code === 'cross_site'", PATIENCE).await.unwrap();

    let message = after(DOCUMENT, "```text\nWARN ", "\n```");
    let message = message.replace("https://app.example.com", &format!("https://{name}"));
    let log = demo.log();
    let said = log.lines().any(|line| line.contains(" WARN ") && line.ends_with(&message));
    assert!(said, "{message}\nis not in\n{log}");
    page.close().await.unwrap();
}

/// A client on another address of this machine, that keeps its connection.
struct Client<S>(S);

impl Client<()> {
    async fn connect(
        lab: &Lab,
        name: &str,
        port: u16,
    ) -> Client<impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + use<>> {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        let stream: TcpStream = socket.connect(([127, 0, 0, 1], port).into()).await.unwrap();
        Client(lab.front.connect(name, stream).await)
    }
}

impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin> Client<S> {
    /// Tries to sign in; returns the status.
    async fn login(&mut self, host: &str, claimed: &str) -> u16 {
        let body = json!({"email": format!("{claimed}@example.com"), "password": PASSWORD}).to_string();
        let request = format!(
            "POST /auth/login HTTP/1.1\r\nhost: {host}\r\nx-forwarded-for: {claimed}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        let length: usize = after(&head, "content-length: ", "\r\n").parse().unwrap();
        self.0.read_exact(&mut vec![0; length]).await.unwrap();
        head[9..12].parse().unwrap()
    }
}
