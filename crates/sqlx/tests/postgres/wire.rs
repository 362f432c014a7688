//! How often a call waits for the server, counted between the two of them.

use super::database;
use crate::support::{LATER, NOW, insert, realm, record};
use ceremony::{RecordUpdate, Tenant};
use ceremony_service::store::{CeremonyKey, CeremonyKind, Page, UserId};
use ceremony_sqlx::PostgresStores;
use ceremony_testbed::{POSTGRES, pass_over};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// What a client sent until it waited for the server, as the letters of the protocol's messages: `BECS` is bind, execute,
/// close, sync.
type Flights = Arc<Mutex<Vec<String>>>;

/// One statement that the server has prepared already.
const STATEMENT: &str = "BECS";

/// A question whether the connection is alive. sqlx asks one whenever a connection goes back to its pool, and nobody waits.
const QUESTION: &str = "S";

/// Listens for clients of the server behind this URL. The URL for them, and what they send.
async fn listen(url: &str) -> (String, Flights) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let (_, place) = url.split_once('@').unwrap();
    let (server, name) = place.split_once('/').unwrap();
    let through = format!("postgres://ceremony@127.0.0.1:{port}/{name}?sslmode=disable");
    let (server, flights) = (server.to_owned(), Flights::default());
    let noted = Arc::clone(&flights);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (mut from_server, to_server) = TcpStream::connect(&server).await.unwrap().into_split();
            let (from_client, mut to_client) = client.into_split();
            tokio::spawn(async move { copy(&mut from_server, &mut to_client).await.map(drop) });
            tokio::spawn(forward(from_client, to_server, Arc::clone(&noted)));
        }
    });
    (through, flights)
}

async fn forward(mut client: OwnedReadHalf, mut server: OwnedWriteHalf, flights: Flights) -> std::io::Result<()> {
    let mut flight = String::new();
    // The first message has a length and no letter.
    let mut letter = None;
    loop {
        let length = client.read_u32().await?;
        let mut message = vec![0; usize::try_from(length).unwrap() - 4];
        client.read_exact(&mut message).await?;
        if let Some(letter) = letter {
            flight.push(char::from(letter));
            if matches!(letter, b'S' | b'Q') {
                flights.lock().unwrap().push(std::mem::take(&mut flight));
            }
            server.write_all(&[letter]).await?;
        }
        server.write_all(&[&length.to_be_bytes()[..], &message].concat()).await?;
        letter = Some(client.read_u8().await?);
    }
}

/// What was sent since the last time, without the questions; and how many there were of these.
fn taken(flights: &Flights) -> (Vec<String>, usize) {
    let all = std::mem::take(&mut *flights.lock().unwrap());
    let (questions, statements): (Vec<String>, Vec<String>) = all.into_iter().partition(|flight| flight == QUESTION);
    (statements, questions.len())
}

/// Stores with one connection, so that each statement is prepared after its first time.
async fn stores() -> (PostgresStores, Flights) {
    let (url, flights) = listen(&database()).await;
    let stores = PostgresStores::connect_with(&url, 1).await.unwrap();
    stores.migrate().await.unwrap();
    (stores, flights)
}

const ROUNDS: usize = 10;

/// The calls of a sign-in and of the pages of an account.
const CALLS: usize = 10;

async fn call_each(stores: &PostgresStores, number: u8) {
    let key = CeremonyKey { kind: CeremonyKind::Authentication, realm: realm(), binding: None };
    let (credentials, record, owner) = (stores.credentials(), record(1), record(1).user_handle);
    let handle = stores.ceremonies().put(&key, b"state".to_vec(), LATER, NOW).await.unwrap();
    assert!(stores.ceremonies().take(&key, &handle, NOW).await.unwrap().state().is_some());
    assert!(stores.spend_list().spend([number; 16], LATER, NOW).await.unwrap());
    let found = credentials.find(&realm(), &record.credential_id).await.unwrap().unwrap();
    stores.users().resolve(&Tenant::default(), &owner).await.unwrap();
    stores.users().find(&Tenant::default(), &UserId::new("ada").unwrap()).await.unwrap();
    let update = RecordUpdate::of(&found.record, found.record.sign_count + 1, LATER);
    credentials.apply(&update).await.unwrap();
    credentials.list(&realm(), &owner, Page { after: None, limit: 10 }).await.unwrap();
    credentials.get(&realm(), &owner, found.id).await.unwrap();
    credentials.count(&realm(), &owner).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_call_of_a_sign_in_is_one_round_trip() {
    if pass_over(&POSTGRES) {
        return;
    }
    let (stores, flights) = stores().await;
    insert(&*stores.credentials(), &record(1)).await;
    call_each(&stores, 0).await;
    taken(&flights);
    for number in 1..=ROUNDS {
        call_each(&stores, u8::try_from(number).unwrap()).await;
    }
    let (statements, questions) = taken(&flights);
    assert_eq!(statements, vec![STATEMENT; CALLS * ROUNDS]);
    // One each when the connection goes back. Before each statement there would be another; a few are let pass, for a
    // machine that stands still makes the connection one that has been idle.
    assert!(questions < CALLS * ROUNDS * 3 / 2, "{questions}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_insertion_is_five() {
    if pass_over(&POSTGRES) {
        return;
    }
    let (stores, flights) = stores().await;
    insert(&*stores.credentials(), &record(1)).await;
    taken(&flights);
    insert(&*stores.credentials(), &record(2)).await;
    assert_eq!(taken(&flights).0, ["Q", STATEMENT, STATEMENT, STATEMENT, "Q"]);
}

/// Another pool, with sqlx's own settings: the questions are seen, so that their absence means something.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_settings_of_sqlx_each_call_asks_first() {
    if pass_over(&POSTGRES) {
        return;
    }
    let (url, flights) = listen(&database()).await;
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let stores = PostgresStores::new(pool);
    stores.migrate().await.unwrap();
    insert(&*stores.credentials(), &record(1)).await;
    taken(&flights);
    for number in 0..10 {
        call_each(&stores, number).await;
    }
    assert!(taken(&flights).1 >= CALLS * ROUNDS * 2 - 1);
}
