//! One conversation with every route and every code, compared byte for byte with the one that is written down: what differs
//! between two adapters differs from it.

use crate::Adapter;
use crate::app::{App, ORIGIN};
use crate::client::{Answer, Browser, path_of, send};
use ceremony_http::ceremony_service::memory::{MemoryCeremonies, MemorySignUps};
use ceremony_testkit::Authenticator;
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

const EXPECTED: &str = include_str!("transcript.txt");

/// Set, the transcript is written anew instead of compared.
const BLESS: &str = "CEREMONY_BLESS";

/// What a server or a framework adds for the connection's sake.
const OF_THE_CONNECTION: [&str; 3] = ["date", "connection", "keep-alive"];

struct Recorder {
    app: App,
    text: String,
}

impl Recorder {
    fn heading(&mut self, text: &str) {
        let _ = write!(self.text, "\n# {text}\n");
    }

    /// Sends JSON as the browser does, keeps its cookies and writes the exchange down.
    async fn say(&mut self, browser: &mut Browser, method: &str, path: &str, body: Option<Value>) -> Answer {
        let answer = browser.send(method, path, body.as_ref()).await;
        self.note(method, path, &answer);
        answer
    }

    async fn raw(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let answer = send(self.app.at, method, &path_of(path), &headers, body).await;
        self.note(method, path, &answer);
        answer
    }

    fn note(&mut self, method: &str, path: &str, answer: &Answer) {
        let _ = write!(self.text, "\n{method} {}\n{}\n", shortened(path), answer.status);
        let mut headers: Vec<_> =
            answer.headers.iter().filter(|(name, _)| !OF_THE_CONNECTION.contains(&name.as_str())).collect();
        headers.sort();
        let script = answer.headers.iter().any(|(name, _)| name == "etag");
        for (name, value) in headers {
            let value = match name.as_str() {
                "set-cookie" => secret(value),
                // The files change with every version.
                "etag" => "<etag>".to_owned(),
                "content-length" if script => "<length>".to_owned(),
                _ => value.clone(),
            };
            let _ = writeln!(self.text, "{name}: {value}");
        }
        let _ = match answer.body.len() {
            0 => Ok(()),
            _ if script => writeln!(self.text, "(the file)"),
            _ => writeln!(self.text, "{}", steady(&answer.text())),
        };
    }
}

/// A path with a row's id.
fn shortened(path: &str) -> &str {
    if path.starts_with("credentials/") { "credentials/{id}" } else { path }
}

/// A cookie without its value.
fn secret(cookie: &str) -> String {
    let (name, rest) = cookie.split_once('=').unwrap();
    let attributes = rest.split_once(';').map_or("", |(_, attributes)| attributes);
    format!("{name}=<value>;{attributes}")
}

/// A body whose random values are replaced by their length.
fn steady(body: &str) -> String {
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, member, length)) = next_random(rest) {
        let _ = write!(text, "{}{member}\"<{length} characters>\"", &rest[..before]);
        rest = &rest[before + member.len() + length + 2..];
    }
    text + rest
}

/// Where the next random value is: what comes before it, the member with its colon, and the value's length.
fn next_random(text: &str) -> Option<(usize, &'static str, usize)> {
    ["\"state\":", "\"challenge\":", "\"userId\":", "\"id\":"]
        .into_iter()
        .flat_map(|member| text.match_indices(member).map(move |(at, _)| (at, member)))
        .filter_map(|(at, member)| {
            let value = text[at + member.len()..].strip_prefix('"')?;
            let length = value.find('"')?;
            // Ids of rows and of users are drawn; ids of credentials are the authenticator's.
            (member != "\"id\":" || length == 22 || length == 86).then_some((at, member, length))
        })
        .min()
}

pub async fn every_answer_is_the_same_byte_for_byte(adapter: Adapter) {
    let app =
        App::with(adapter, |builder| builder.sign_ups(Arc::new(MemorySignUps::new())).max_credentials_per_user(2))
            .await;
    let mut recorder = Recorder { app, text: String::new() };
    registering(&mut recorder).await;
    signing_in(&mut recorder).await;
    managing(&mut recorder).await;
    signing_up(&mut recorder).await;
    wrong_requests(&mut recorder).await;
    files(&mut recorder).await;
    let mut text = recorder.text;
    text.push_str(&full(adapter).await);

    if std::env::var_os(BLESS).is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/cases/transcript.txt"), text).unwrap();
        return;
    }
    let (mut said, mut expected) = (text.lines(), EXPECTED.lines());
    let mut exchange = String::new();
    loop {
        let (line, wanted) = (said.next(), expected.next());
        assert_eq!(line, wanted, "after\n{exchange}");
        match line {
            None => break,
            Some("") => exchange.clear(),
            Some(line) => exchange.push_str(&format!("{line}\n")),
        }
    }
}

async fn registering(recorder: &mut Recorder) {
    recorder.heading("Adding a passkey");
    let mut nobody = recorder.app.browser();
    recorder.say(&mut nobody, "POST", "register/begin", Some(json!({}))).await.problem(401, "not_signed_in");
    let mut alice = recorder.app.signed_in("alice");
    let begun = recorder.say(&mut alice, "POST", "register/begin", Some(json!({}))).await.ok();
    let mut device = Authenticator::new("alice");
    let client = recorder.app.client();
    let credential = device.register(&begun["publicKey"], &client).unwrap();
    let finish = json!({ "credential": credential, "state": begun["state"], "name": "Laptop" });
    recorder.say(&mut alice, "POST", "register/finish", Some(finish.clone())).await.ok();
    recorder.say(&mut alice, "POST", "register/finish", Some(finish)).await.problem(400, "ceremony_unusable");
    let conditional = json!({ "mediation": "conditional" });
    recorder.say(&mut alice, "POST", "register/begin", Some(conditional)).await.ok();

    let mut bob = recorder.app.signed_in("bob");
    let begun = bob.begin("register").await;
    let stolen = Authenticator::new("alice").register(&begun["publicKey"], &client).unwrap();
    let finish = json!({ "credential": stolen, "state": begun["state"] });
    recorder.say(&mut bob, "POST", "register/finish", Some(finish)).await.problem(409, "credential_exists");
    let begun = bob.begin("register").await;
    let elsewhere = ceremony_testkit::Client::new("https://login.example.com");
    let foreign = Authenticator::new("bob").register(&begun["publicKey"], &elsewhere).unwrap();
    let finish = json!({ "credential": foreign, "state": begun["state"] });
    recorder.say(&mut bob, "POST", "register/finish", Some(finish)).await.problem(400, "registration_failed");
    recorder.app.register(&mut Authenticator::new("second"), &mut alice).await;
    recorder.say(&mut alice, "POST", "register/begin", Some(json!({}))).await.problem(409, "limit_reached");
    recorder.app.clock.advance(Duration::from_secs(601));
    recorder.say(&mut alice, "POST", "register/begin", Some(json!({}))).await.problem(403, "step_up_required");
}

async fn signing_in(recorder: &mut Recorder) {
    recorder.heading("Signing in");
    let (mut device, mut dora, _) = recorder.app.person("dora").await;
    let mut browser = recorder.app.browser();
    let begun = recorder.say(&mut browser, "POST", "authenticate/begin", Some(json!({}))).await.ok();
    let finish = recorder.app.answer(&mut device, &begun);
    recorder.say(&mut browser, "POST", "authenticate/finish", Some(finish.clone())).await.ok();
    recorder.say(&mut browser, "POST", "authenticate/finish", Some(finish)).await.problem(400, "ceremony_unusable");
    let named = json!({ "email": "dora@example.com" });
    recorder.say(&mut browser, "POST", "authenticate/begin", Some(named)).await.ok();
    let mut bad = recorder.app.assertion(&mut device, &mut browser).await;
    bad["credential"]["response"]["signature"] = json!("MAYCAQECAQE");
    recorder.say(&mut browser, "POST", "authenticate/finish", Some(bad)).await.problem(401, "authentication_failed");

    let mut stray = Authenticator::new("stray");
    let options = recorder.app.signed_in("zoe").begin("register").await;
    stray.register(&options["publicKey"], &recorder.app.client()).unwrap();
    let finish = recorder.app.assertion(&mut stray, &mut browser).await;
    recorder.say(&mut browser, "POST", "authenticate/finish", Some(finish)).await.problem(401, "unknown_credential");
    let (mut locked, _, _) = recorder.app.person("locked").await;
    let finish = recorder.app.assertion(&mut locked, &mut browser).await;
    recorder.say(&mut browser, "POST", "authenticate/finish", Some(finish)).await.problem(403, "sign_in_refused");

    let step_up = json!({ "purpose": "step_up" });
    let begun = recorder.say(&mut dora, "POST", "authenticate/begin", Some(step_up.clone())).await.ok();
    let finish = recorder.app.answer(&mut device, &begun);
    recorder.say(&mut dora, "POST", "authenticate/finish", Some(finish)).await.ok();
    let mut nobody = recorder.app.browser();
    recorder.say(&mut nobody, "POST", "authenticate/begin", Some(step_up)).await.problem(401, "not_signed_in");
}

async fn managing(recorder: &mut Recorder) {
    recorder.heading("Managing passkeys");
    let (_, mut erin, passkey) = recorder.app.person("erin").await;
    let one = format!("credentials/{}", passkey["id"].as_str().unwrap());
    recorder.say(&mut erin, "GET", "credentials", None).await.ok();
    recorder.say(&mut erin, "GET", &one, None).await.ok();
    recorder.say(&mut erin, "PATCH", &one, Some(json!({ "name": "Phone" }))).await.ok();
    recorder.say(&mut erin, "PATCH", &one, Some(json!({ "name": "" }))).await.problem(400, "invalid_request");
    recorder.say(&mut erin, "HEAD", "credentials", None).await;
    recorder.say(&mut erin, "HEAD", &one, None).await;
    let mut nobody = recorder.app.browser();
    recorder.say(&mut nobody, "GET", "credentials", None).await.problem(401, "not_signed_in");
    recorder.say(&mut nobody, "HEAD", "credentials", None).await;
    recorder.say(&mut erin, "DELETE", &one, None).await.ok();
    recorder.say(&mut erin, "DELETE", &one, None).await.problem(404, "not_found");
    recorder.say(&mut erin, "GET", "credentials", None).await.ok();
    let (_, mut stuck, passkey) = recorder.app.person("stuck").await;
    let one = format!("credentials/{}", passkey["id"].as_str().unwrap());
    recorder.say(&mut stuck, "DELETE", &one, None).await.problem(409, "removal_refused");
}

async fn signing_up(recorder: &mut Recorder) {
    recorder.heading("Signing up with a passkey alone");
    for (email, status) in [("ada@example.com", 200), ("taken@example.com", 409)] {
        let mut browser = recorder.app.browser();
        let begin = json!({ "purpose": "sign_up", "email": email });
        let begun = recorder.say(&mut browser, "POST", "register/begin", Some(begin)).await.ok();
        let credential = Authenticator::new(email).register(&begun["publicKey"], &recorder.app.client()).unwrap();
        let finish = json!({ "purpose": "sign_up", "credential": credential, "state": begun["state"] });
        let answer = recorder.say(&mut browser, "POST", "register/finish", Some(finish)).await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
}

async fn wrong_requests(recorder: &mut Recorder) {
    recorder.heading("Requests that are refused");
    let json = ("content-type", "application/json");
    let one = "credentials/AAAAAAAAAAAAAAAAAAAAAA";
    for (method, path) in [
        ("POST", "register/begin"),
        ("POST", "register/finish"),
        ("POST", "authenticate/begin"),
        ("POST", "authenticate/finish"),
        ("PATCH", one),
        ("DELETE", one),
    ] {
        recorder.raw(method, path, &[("origin", "https://evil.example"), json], b"{}").await.problem(403, "cross_site");
        recorder.raw(method, path, &[("sec-fetch-site", "same-site"), json], b"{}").await.problem(403, "cross_site");
        let form = ("content-type", "application/x-www-form-urlencoded");
        recorder.raw(method, path, &[("origin", ORIGIN), form], b"a=b").await.problem(415, "invalid_request");
        recorder.raw(method, path, &[("origin", ORIGIN), json], b"{").await.problem(400, "invalid_request");
        let large = vec![b' '; 70_000];
        recorder.raw(method, path, &[("origin", ORIGIN), json], &large).await.problem(413, "invalid_request");
        recorder.raw("PUT", path, &[("origin", ORIGIN), json], b"{}").await.problem(405, "invalid_request");
        recorder.raw("OPTIONS", path, &[("origin", ORIGIN)], b"").await.problem(405, "invalid_request");
    }
    recorder.raw("POST", "credentials", &[("origin", ORIGIN), json], b"{}").await.problem(405, "invalid_request");
    recorder.raw("GET", "credentials/nothing", &[], b"").await.problem(404, "not_found");
    let finish = br#"{"credential":{},"state":"x"}"#;
    for path in ["register/finish", "authenticate/finish"] {
        recorder.raw("POST", path, &[("origin", ORIGIN), json], finish).await.problem(400, "invalid_request");
    }
}

async fn files(recorder: &mut Recorder) {
    recorder.heading("The browser's module");
    for path in ["passkeys.js", "passkeys.d.ts"] {
        let file = recorder.raw("GET", path, &[], b"").await;
        let etag = file.header("etag").unwrap().to_owned();
        recorder.raw("GET", path, &[("if-none-match", &etag)], b"").await;
        recorder.raw("HEAD", path, &[], b"").await;
        recorder.raw("POST", path, &[("origin", ORIGIN)], b"").await.problem(405, "invalid_request");
    }
}

/// A server that can take no more.
async fn full(adapter: Adapter) -> String {
    let app = App::with(adapter, |builder| builder.ceremonies(Arc::new(MemoryCeremonies::new(1)))).await;
    let mut recorder = Recorder { app, text: String::new() };
    recorder.heading("A server that can take no more");
    recorder.app.browser().begin("authenticate").await;
    let mut browser = recorder.app.browser();
    recorder.say(&mut browser, "POST", "authenticate/begin", Some(json!({}))).await.problem(503, "unavailable");
    recorder.text
}
