//! The program of the page on embedding, run as it stands; and what its worker says to those who mean it ill.
#![allow(clippy::unwrap_used, clippy::panic, dead_code, missing_docs, reason = "a test; its main is not called")]

#[path = "../examples/queue.rs"]
mod queue;

use ceremony_testkit::{Authenticator, Client};
use queue::{Ask, Letter, Reply, ask};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

const HERE: [u8; 32] = [1; 32];
const ELSEWHERE: [u8; 32] = [2; 32];

fn start() -> mpsc::Sender<Letter> {
    let (queue, letters) = mpsc::channel(8);
    tokio::spawn(queue::work(queue::service().unwrap(), letters));
    queue
}

fn raw(value: &Value) -> Box<RawValue> {
    RawValue::from_string(value.to_string()).unwrap()
}

fn begun(reply: Reply) -> (Value, String) {
    let Reply::Begun { options, state } = reply else { panic!("{reply:?}") };
    (options, state)
}

fn code(reply: Reply) -> String {
    let Reply::Refused { code } = reply else { panic!("{reply:?}") };
    code
}

async fn send(queue: &mpsc::Sender<Letter>, text: String) -> String {
    let (answer, reply) = oneshot::channel();
    queue.send((text, answer)).await.unwrap();
    reply.await.unwrap()
}

async fn registered(queue: &mpsc::Sender<Letter>) -> Authenticator {
    let begin = Ask::BeginRegistration { user: "1815".to_owned(), name: "ada".to_owned() };
    let (options, state) = begun(ask(queue, HERE, begin).await.unwrap());
    let mut device = Authenticator::new("ada");
    let credential = raw(&device.register(&options, &Client::new("https://example.com")).unwrap());
    let finish = Ask::FinishRegistration { user: "1815".to_owned(), state, credential };
    assert!(matches!(ask(queue, HERE, finish).await.unwrap(), Reply::Registered { .. }));
    device
}

#[tokio::test]
async fn a_visit_ends_with_the_account() {
    assert_eq!(queue::visit(&start()).await.unwrap(), "1815");
}

#[tokio::test]
async fn a_sign_in_names_the_account_once_and_for_one_client() {
    let queue = start();
    let mut device = registered(&queue).await;
    let (options, state) = begun(ask(&queue, HERE, Ask::BeginSignIn {}).await.unwrap());
    let credential = device.authenticate(&options, &Client::new("https://example.com")).unwrap();
    let finish = || Ask::FinishSignIn { state: state.clone(), credential: raw(&credential) };
    assert_eq!(code(ask(&queue, ELSEWHERE, finish()).await.unwrap()), "ceremony_unusable");
    let Reply::SignedIn { user } = ask(&queue, HERE, finish()).await.unwrap() else { panic!("not signed in") };
    assert_eq!(user, "1815");
    assert_eq!(code(ask(&queue, HERE, finish()).await.unwrap()), "ceremony_unusable");
}

#[tokio::test]
async fn what_is_no_message_or_no_credential_is_refused_and_uses_nothing_up() {
    let queue = start();
    let asked = json!({ "client": HERE, "ask": { "begin_sign_in": {} } }).to_string();
    let padded = |length: usize| format!("{asked}{}", " ".repeat(length - asked.len()));
    let short = serde_json::from_str::<Value>(&send(&queue, padded(64 * 1024)).await).unwrap();
    assert!(short.get("begun").is_some(), "{short}");
    let long = padded(64 * 1024 + 1);
    for text in ["", "{}", "[1]", r#"{"client":[1],"ask":{"begin_sign_in":{}}}"#, &long] {
        let reply: Value = serde_json::from_str(&send(&queue, text.to_owned()).await).unwrap();
        assert_eq!(reply, json!({ "refused": { "code": "invalid_request" } }), "{text}");
    }
    let mut device = registered(&queue).await;
    let (options, state) = begun(ask(&queue, HERE, Ask::BeginSignIn {}).await.unwrap());
    let rubbish = Ask::FinishSignIn { state: state.clone(), credential: raw(&json!({ "id": 1 })) };
    assert_eq!(code(ask(&queue, HERE, rubbish).await.unwrap()), "invalid_request");
    let credential = raw(&device.authenticate(&options, &Client::new("https://example.com")).unwrap());
    let finish = Ask::FinishSignIn { state, credential };
    assert!(matches!(ask(&queue, HERE, finish).await.unwrap(), Reply::SignedIn { .. }));
}

/// More letters than are worked on at once are all answered: places come free again.
#[tokio::test]
async fn every_letter_is_answered() {
    let queue = start();
    let visits = (0..300).map(|_| {
        let queue = queue.clone();
        tokio::spawn(async move { begun(ask(&queue, HERE, Ask::BeginSignIn {}).await.unwrap()).1 })
    });
    let mut states = std::collections::BTreeSet::new();
    for visit in visits.collect::<Vec<_>>() {
        states.insert(visit.await.unwrap());
    }
    assert_eq!(states.len(), 300);
}
