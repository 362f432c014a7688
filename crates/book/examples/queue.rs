//! Passkeys over a message queue: a worker that owns the service, requests and replies as JSON, and no HTTP.
//!
//! The queue here is a channel of tokio's. NATS, AMQP or a socket carry the same texts.

use ceremony::{AuthenticationResponse, Ceremony, RegistrationResponse, RelyingParty};
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_service::store::{Handle, UserId};
use ceremony_service::{Account, Passkeys, Purpose, RegisterOptions, ServiceError, Subject};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc, oneshot};

type Failure = Box<dyn std::error::Error + Send + Sync>;

// ---- The messages. `user` and `client` are the gateway's word, never the browser's. ----

/// One message: what is asked, and for which client.
#[derive(Serialize, Deserialize)]
pub(crate) struct Request {
    /// SHA-256 of a secret that the gateway keeps with each client: begin and finish have to come from the same one.
    pub(crate) client: [u8; 32],
    pub(crate) ask: Ask,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ask {
    /// A new passkey for the account that is signed in.
    BeginRegistration {
        user: String,
        name: String,
    },
    FinishRegistration {
        user: String,
        state: String,
        credential: Box<RawValue>,
    },
    /// A sign-in without a name.
    BeginSignIn {},
    FinishSignIn {
        state: String,
        credential: Box<RawValue>,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    /// For the browser: `navigator.credentials` takes `options`; `state` comes back with what it answers.
    Begun {
        options: Value,
        state: String,
    },
    Registered {
        passkey: String,
    },
    /// The application opens its session now.
    SignedIn {
        user: String,
    },
    Refused {
        code: String,
    },
}

/// A message and the way back, as queues with request and reply have them.
pub(crate) type Letter = (String, oneshot::Sender<String>);

// ---- The worker. ----

/// How many letters are worked on at once. What comes on top of them waits in the queue.
const AT_ONCE: usize = 64;

/// The longest message, in bytes: enough for any answer of a browser.
const LONGEST: usize = 64 * 1024;

/// Answers letters until the queue is closed. Each in a task of its own: a slow store holds up nobody else.
pub(crate) async fn work(passkeys: Passkeys, mut queue: mpsc::Receiver<Letter>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let Some((text, answer)) = queue.recv().await else { return };
        let passkeys = passkeys.clone();
        tokio::spawn(async move {
            let _place = place; // until the answer is on its way
            // What is no message is the gateway's mistake, and no reason to end.
            let short = Some(&text).filter(|text| text.len() <= LONGEST);
            let reply = match short.and_then(|text| serde_json::from_str(text).ok()) {
                Some(request) => respond(&passkeys, request).await.unwrap_or_else(|code| refused(&code)),
                None => refused("invalid_request"),
            };
            let reply = serde_json::to_string(&reply).unwrap_or_default();
            answer.send(reply).ok(); // whoever asked may be gone
        });
    }
}

fn refused(code: &str) -> Reply {
    Reply::Refused { code: code.to_owned() }
}

/// What a client may learn of an error; the service has logged the rest.
fn told(error: ServiceError) -> String {
    error.code().to_owned()
}

fn invalid<E>(_: E) -> String {
    "invalid_request".to_owned()
}

async fn respond(passkeys: &Passkeys, Request { client, ask }: Request) -> Result<Reply, String> {
    let id = |user: String| UserId::new(user).ok_or_else(|| invalid(()));
    let handle = |state: String| Handle::parse(&state).ok_or_else(|| invalid(()));
    Ok(match ask {
        Ask::BeginRegistration { user, name } => {
            let account = Account { id: id(user)?, name, display_name: String::new() };
            let begun = passkeys.begin_registration(&account, RegisterOptions::default(), Some(client)).await;
            let begun = begun.map_err(told)?;
            let options = serde_json::to_value(&begun.options).map_err(invalid)?;
            Reply::Begun { options, state: begun.handle.as_str().to_owned() }
        }
        Ask::FinishRegistration { user, state, credential } => {
            // Parse first: what can't be read uses nothing up.
            let response = RegistrationResponse::from_json(credential.get().as_bytes()).map_err(invalid)?;
            let (user, state) = (id(user)?, handle(state)?);
            let done = passkeys.finish_registration(&user, &state, Some(client), &response, None).await;
            Reply::Registered { passkey: done.map_err(told)?.credential.id.to_string() }
        }
        Ask::BeginSignIn {} => {
            let begun = passkeys.begin_authentication(Subject::Anybody, b"", Some(client)).await.map_err(told)?;
            let options = serde_json::to_value(&begun.options).map_err(invalid)?;
            Reply::Begun { options, state: begun.handle.as_str().to_owned() }
        }
        Ask::FinishSignIn { state, credential } => {
            let response = AuthenticationResponse::from_json(credential.get().as_bytes()).map_err(invalid)?;
            let done = passkeys.finish_authentication(None, &handle(state)?, Some(client), &response).await;
            let done = done.map_err(told)?;
            // A step-up confirms who is signed in and opens no session. This worker begins none.
            if done.purpose != Purpose::SignIn {
                return Err(invalid(()));
            }
            Reply::SignedIn { user: done.user.as_str().to_owned() }
        }
    })
}

/// The service. In memory: `SqliteStores` and `PostgresStores` of ceremony-sqlx go into the same three places.
pub(crate) fn service() -> Result<Passkeys, Failure> {
    let relying_party = RelyingParty::builder("example.com", "Example").origin("https://example.com").build()?;
    let passkeys = Passkeys::builder(Ceremony::new(relying_party))
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::new(100_000)))
        .build()?;
    Ok(passkeys)
}

// ---- The other side: a gateway, and a browser that the test kit stands in for. ----

/// Sends one request and waits for its reply.
pub(crate) async fn ask(queue: &mpsc::Sender<Letter>, client: [u8; 32], ask: Ask) -> Result<Reply, Failure> {
    let (answer, reply) = oneshot::channel();
    queue.send((serde_json::to_string(&Request { client, ask })?, answer)).await?;
    Ok(serde_json::from_str(&reply.await?)?)
}

/// Adds a passkey and signs in with it; gives the account that the worker names.
pub(crate) async fn visit(queue: &mpsc::Sender<Letter>) -> Result<String, Failure> {
    use ceremony_testkit::{Authenticator, Client};
    let (mut browser, page) = (Authenticator::new("seed"), Client::new("https://example.com"));
    let client = [7; 32];

    let begin = Ask::BeginRegistration { user: "1815".to_owned(), name: "ada".to_owned() };
    let Reply::Begun { options, state } = ask(queue, client, begin).await? else { return Err("refused".into()) };
    let credential = RawValue::from_string(browser.register(&options, &page)?.to_string())?;
    let finish = Ask::FinishRegistration { user: "1815".to_owned(), state, credential };
    let Reply::Registered { .. } = ask(queue, client, finish).await? else { return Err("refused".into()) };

    let begin = Ask::BeginSignIn {};
    let Reply::Begun { options, state } = ask(queue, client, begin).await? else { return Err("refused".into()) };
    let credential = RawValue::from_string(browser.authenticate(&options, &page)?.to_string())?;
    let finish = Ask::FinishSignIn { state, credential };
    let Reply::SignedIn { user } = ask(queue, client, finish).await? else { return Err("refused".into()) };
    Ok(user)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (queue, letters) = mpsc::channel(64);
    tokio::spawn(work(service()?, letters));
    println!("signed in: account {}", visit(&queue).await?);
    Ok(())
}
