//! Somebody who uses the site while its servers come and go: who asks again where no answer or a 503 comes, and takes any
//! other fault for a failure of the test.

use crate::audit::realm;
use crate::client::{Browser, PASSWORD};
use crate::ledger::Ledger;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_adapter_suite::client::Answer;
use ceremony_axum::ceremony::CredentialId;
use ceremony_axum::ceremony_service::store::CredentialStore;
use ceremony_testkit::{Authenticator, SignCount};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const CREDENTIALS: &str = "/auth/passkeys/credentials";
const AUTHENTICATE: &str = "/auth/passkeys/authenticate/finish";

/// How long a finish is sent again before it is given up, and anything else before the test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many passkeys somebody has before one has to go for another.
const MANY: usize = 5;

/// How many assertions of one passkey arrive at once.
const AT_ONCE: u32 = 6;

struct Device {
    authenticator: Authenticator,
    /// The credential id in base64url.
    credential: String,
    /// The id in the site's list.
    row: String,
}

pub struct Person {
    browser: Browser,
    servers: [SocketAddr; 2],
    /// The database, past the servers.
    store: Arc<dyn CredentialStore>,
    random: Random,
    email: String,
    made: u32,
    devices: Vec<Device>,
    removed: Vec<Device>,
    /// Finishes that have succeeded: path and body.
    spent: Vec<(String, Value)>,
    pub ledger: Ledger,
}

/// What came of a finish.
enum Finished {
    /// Somebody's answer was 200.
    Seen(Value),
    /// It was refused, or nobody saw what came of it.
    Not(Option<Answer>),
}

impl Person {
    /// Somebody with a new account. The servers are all there yet.
    pub async fn new(browser: Browser, servers: [SocketAddr; 2], store: Arc<dyn CredentialStore>, number: u64) -> Self {
        let mut person = Self {
            browser,
            servers,
            store,
            random: Random(number),
            email: format!("person{number}@example.com"),
            made: 0,
            devices: Vec::new(),
            removed: Vec::new(),
            spent: Vec::new(),
            ledger: Ledger::default(),
        };
        let body = json!({ "email": person.email, "password": PASSWORD });
        let answer = person.browser.post("/auth/register", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        person
    }

    /// Uses the site until the storm is over.
    pub async fn live(mut self, over: Arc<AtomicBool>) -> Self {
        while !over.load(Ordering::Relaxed) {
            match self.random.below(11) {
                _ if self.devices.is_empty() => self.register().await,
                0 | 1 if self.devices.len() < MANY => self.register().await,
                0 | 1 => self.remove().await,
                2..=4 => self.sign_in(json!({}), false).await,
                5 => self.sign_in(json!({}), true).await,
                6 => self.sign_in(json!({ "purpose": "step_up" }), false).await,
                7 => self.many_at_once().await,
                8 => self.rename().await,
                9 => self.send_old_again().await,
                _ => self.come_back().await,
            }
        }
        self
    }

    /// Whose passkeys the site lists now.
    pub async fn listed(&mut self) -> Vec<Value> {
        let listed = self.signed_in("GET", CREDENTIALS, &Value::Null).await;
        assert_eq!(listed.status, 200, "{}", listed.text());
        listed.json()["credentials"].as_array().unwrap().clone()
    }

    async fn register(&mut self) {
        let begun = self.signed_in("POST", "/auth/passkeys/register/begin", &json!({})).await;
        if begun.status == 409 {
            // Those of which the answer was lost count too.
            begun.problem(409, "limit_reached");
            return;
        }
        assert_eq!(begun.status, 200, "{}", begun.text());
        let begun = begun.json();
        let counts = self.random.below(2) == 0;
        let counter = if counts { SignCount::Counter { start: 1, step: 1 } } else { SignCount::Zero };
        self.made += 1;
        let seed = format!("{} {}", self.email, self.made);
        let mut authenticator = Authenticator::new(seed).sign_count(counter);
        let credential = authenticator.register(&begun["publicKey"], &self.browser.client()).unwrap();
        let id = credential["id"].as_str().unwrap().to_owned();
        let name = format!("passkey {}", self.made);
        self.ledger.credential(&id).naming(&name);
        let body = json!({ "credential": credential, "state": begun["state"], "name": name });
        let copied = self.random.below(3) == 0;
        match self.finish("/auth/passkeys/register/finish", &body, copied).await {
            Finished::Seen(answer) => {
                let row = answer["credential"]["id"].as_str().unwrap().to_owned();
                self.ledger.credential(&id).registered = true;
                self.devices.push(Device { authenticator, credential: id, row });
            }
            Finished::Not(Some(refused)) => {
                // Only what was begun may be lost, or the session, or the room for one more.
                let code = refused.any_problem()["code"].take();
                let expected = ["ceremony_unusable", "not_signed_in", "limit_reached"];
                assert!(expected.iter().any(|expected| code == *expected), "{}", refused.text());
            }
            Finished::Not(None) => {}
        }
    }

    async fn sign_in(&mut self, begin: Value, copied: bool) {
        let chosen = self.random.below(self.devices.len());
        let Some((body, counter)) = self.assertion(begin, chosen).await else { return };
        let id = self.devices[chosen].credential.clone();
        match self.finish(AUTHENTICATE, &body, copied).await {
            Finished::Seen(_) => self.accepted(&id, counter),
            Finished::Not(Some(refused)) => {
                // Nothing speaks against this passkey: only what was begun may be lost.
                refused.problem(400, "ceremony_unusable");
            }
            Finished::Not(None) => {}
        }
    }

    /// One passkey signs in many times, and all assertions arrive at the same moment, half at either server and the
    /// latest first. Whichever of them are let in, the counter has not gone back afterwards.
    async fn many_at_once(&mut self) {
        let chosen = self.random.below(self.devices.len());
        let id = self.devices[chosen].credential.clone();
        let mut assertions = Vec::new();
        for _ in 0..AT_ONCE {
            assertions.extend(self.assertion(json!({}), chosen).await);
        }
        self.ledger.finishes += AT_ONCE;
        let mut sent = Vec::new();
        for (at, (body, counter)) in assertions.into_iter().rev().enumerate() {
            let copy = self.spawn(self.servers[at % 2], AUTHENTICATE, &body);
            sent.push((body, counter, copy));
        }
        for (body, counter, copy) in sent {
            let (_, answer) = copy.await.unwrap();
            if self.note(answer).is_some_and(|answer| answer.status == 200) {
                self.ledger.succeeded(body["state"].as_str().unwrap());
                self.accepted(&id, counter);
            }
        }
        let (stored, seen) = (self.stored_counter(&id).await, self.ledger.credential(&id).counter);
        assert!(stored >= seen, "the counter {seen} was accepted, and {stored} is stored");
    }

    /// What the database says now, or once it is there again.
    async fn stored_counter(&self, id: &str) -> u32 {
        let bytes = Base64UrlUnpadded::decode_vec(id).unwrap();
        let id = CredentialId::new(bytes).unwrap();
        let end = Instant::now() + PATIENCE;
        loop {
            match self.store.find(&realm(), &id).await {
                Ok(found) => return found.expect("a credential that signs in").record.sign_count,
                Err(error) => assert!(Instant::now() < end, "{error}"),
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// A removed passkey asks to be let in.
    async fn come_back(&mut self) {
        if self.removed.is_empty() {
            return;
        }
        let chosen = self.random.below(self.removed.len());
        let begun = self.ask("POST", "/auth/passkeys/authenticate/begin", &json!({})).await;
        assert_eq!(begun.status, 200, "{}", begun.text());
        let begun = begun.json();
        let client = self.browser.client();
        let credential = self.removed[chosen].authenticator.authenticate(&begun["publicKey"], &client).unwrap();
        let body = json!({ "credential": credential, "state": begun["state"] });
        let finished = self.finish(AUTHENTICATE, &body, false).await;
        assert!(matches!(finished, Finished::Not(_)), "a removed passkey signed in");
    }

    /// What has succeeded is sent again, later, to both servers at once: whatever crashed in between, it stays used up.
    async fn send_old_again(&mut self) {
        if self.spent.is_empty() {
            return;
        }
        let (path, body) = self.spent[self.random.below(self.spent.len())].clone();
        for copy in self.servers.map(|at| self.spawn(at, &path, &body)) {
            let (_, answer) = copy.await.unwrap();
            if self.note(answer).is_some_and(|answer| answer.status == 200) {
                self.ledger.succeeded(body["state"].as_str().unwrap());
            }
        }
    }

    async fn rename(&mut self) {
        let chosen = self.random.below(self.devices.len());
        let Device { credential, row, .. } = &self.devices[chosen];
        let (id, path) = (credential.clone(), format!("{CREDENTIALS}/{row}"));
        let name = format!("name {}", self.random.below(1_000_000));
        self.ledger.credential(&id).naming(&name);
        let answer = self.signed_in("PATCH", &path, &json!({ "name": name })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.ledger.credential(&id).named(&name);
    }

    async fn remove(&mut self) {
        let device = self.devices.swap_remove(self.random.below(self.devices.len()));
        self.ledger.credential(&device.credential).removing = true;
        let answer = self.signed_in("DELETE", &format!("{CREDENTIALS}/{}", device.row), &Value::Null).await;
        // A second try finds nothing if only the answer to the first was lost.
        assert!(answer.status == 200 || answer.status == 404, "{}", answer.text());
        self.ledger.credential(&device.credential).removed = true;
        self.removed.push(device);
    }

    /// The body of a finish by one of the passkeys, and the counter that it shows.
    async fn assertion(&mut self, begin: Value, chosen: usize) -> Option<(Value, u32)> {
        let step_up = begin.get("purpose").is_some();
        let begun = match step_up {
            true => self.signed_in("POST", "/auth/passkeys/authenticate/begin", &begin).await,
            false => self.ask("POST", "/auth/passkeys/authenticate/begin", &begin).await,
        };
        assert_eq!(begun.status, 200, "{}", begun.text());
        let begun = begun.json();
        let authenticator = &mut self.devices[chosen].authenticator;
        let credential = authenticator.authenticate(&begun["publicKey"], &self.browser.client()).ok()?;
        let counter = authenticator.credentials()[0].sign_count();
        Some((json!({ "credential": credential, "state": begun["state"] }), counter))
    }

    fn accepted(&mut self, id: &str, counter: u32) {
        let seen = self.ledger.credential(id);
        seen.counter = seen.counter.max(counter);
    }

    /// Sends a finish, again if nothing certain comes of it; with `copied`, three times to each server at once.
    async fn finish(&mut self, path: &str, body: &Value, copied: bool) -> Finished {
        self.ledger.finishes += 1;
        let state = body["state"].as_str().unwrap().to_owned();
        let end = Instant::now() + PATIENCE;
        let mut last = None;
        while Instant::now() < end {
            let servers = match copied {
                true => [self.servers; 3].concat(),
                false => vec![self.servers[self.random.below(2)]],
            };
            let copies: Vec<_> = servers.into_iter().map(|at| self.spawn(at, path, body)).collect();
            let mut seen = None;
            for copy in copies {
                let (browser, answer) = copy.await.unwrap();
                let Some(answer) = self.note(answer) else { continue };
                if answer.status == 200 {
                    self.ledger.succeeded(&state);
                    self.browser.cookies = browser.cookies;
                    seen = Some(answer.json());
                } else {
                    last = Some(answer);
                }
            }
            match (seen, last.take()) {
                (Some(seen), _) => {
                    self.spent.push((path.to_owned(), body.clone()));
                    return Finished::Seen(seen);
                }
                (None, Some(refused)) => return Finished::Not(Some(refused)),
                (None, None) => sleep(Duration::from_millis(50)).await,
            }
        }
        Finished::Not(None)
    }

    fn spawn(&self, at: SocketAddr, path: &str, body: &Value) -> tokio::task::JoinHandle<(Browser, Option<Answer>)> {
        let (mut browser, path, body) = (self.browser.through(at), path.to_owned(), body.to_string());
        tokio::spawn(async move {
            let answer = browser.try_send("POST", &path, body.as_bytes()).await;
            (browser, answer)
        })
    }

    /// Asks with a session; with the password for a new one where a lost answer took the old one along.
    async fn signed_in(&mut self, method: &str, path: &str, body: &Value) -> Answer {
        loop {
            let answer = self.ask(method, path, body).await;
            if answer.status != 401 {
                return answer;
            }
            answer.problem(401, "not_signed_in");
            let login = json!({ "email": self.email, "password": PASSWORD });
            let login = self.ask("POST", "/auth/login", &login).await;
            assert_eq!(login.status, 200, "{}", login.text());
        }
    }

    /// Asks either server until one answers with anything but 503.
    async fn ask(&mut self, method: &str, path: &str, body: &Value) -> Answer {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let mut browser = self.browser.through(self.servers[self.random.below(2)]);
            let answer = browser.try_send(method, path, text.as_bytes()).await;
            if let Some(answer) = self.note(answer) {
                self.browser.cookies = browser.cookies;
                return answer;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("no answer to {method} {path} within {PATIENCE:?}");
    }

    /// The answer, if it decides anything. Whatever is wrong is a problem document, and no server says 500.
    fn note(&mut self, answer: Option<Answer>) -> Option<Answer> {
        let Some(answer) = answer else {
            self.ledger.unanswered += 1;
            return None;
        };
        match answer.status {
            503 => {
                answer.problem(503, "unavailable");
                self.ledger.unavailable += 1;
                return None;
            }
            500.. => panic!("{}: {}", answer.status, answer.text()),
            400.. => drop(answer.any_problem()),
            _ => {}
        }
        Some(answer)
    }
}

/// Numbers that follow from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}
