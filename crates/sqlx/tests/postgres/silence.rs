//! Connections that fall silent, as they do where a host dies or a firewall forgets them: nothing comes back, and nobody
//! hangs up.

use super::database;
use crate::support::{LATER, NOW, insert, realm, record};
use ceremony_service::store::{Page, StoreError};
use ceremony_sqlx::PostgresStores;
use ceremony_testbed::{POSTGRES, pass_over};
use sqlx::postgres::PgPoolOptions;
use std::error::Error as _;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Longer than anything here may take, on a machine that has other things to do.
const LONG: Duration = Duration::from_secs(60);

/// A way to the server behind a URL.
struct Way {
    url: String,
    silenced: Arc<AtomicU64>,
}

impl Way {
    async fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (_, place) = url.split_once('@').unwrap();
        let (server, name) = place.split_once('/').unwrap();
        let way = Self {
            url: format!("postgres://ceremony@127.0.0.1:{port}/{name}?sslmode=disable"),
            silenced: Arc::default(),
        };
        let (server, silenced) = (server.to_owned(), Arc::clone(&way.silenced));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let born = silenced.load(Ordering::SeqCst);
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = TcpStream::connect(&server).await.unwrap().into_split();
                tokio::spawn(forward(from_client, to_server, Arc::clone(&silenced), born));
                tokio::spawn(forward(from_server, to_client, Arc::clone(&silenced), born));
            }
        });
        way
    }

    /// From now on the connections that there are swallow everything. Later ones work.
    fn silence(&self) {
        self.silenced.fetch_add(1, Ordering::SeqCst);
    }
}

async fn forward(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    silenced: Arc<AtomicU64>,
    born: u64,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 65_536];
    loop {
        let length = from.read(&mut buffer).await?;
        if silenced.load(Ordering::SeqCst) != born {
            // Both ends stay open.
            return std::future::pending().await;
        }
        if length == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..length]).await?;
    }
}

async fn within<T>(what: &str, call: impl Future<Output = T>) -> T {
    timeout(LONG, call).await.unwrap_or_else(|_| panic!("{what} does not end"))
}

fn assert_no_answer<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    let error = result.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("no answer from the database within 10 seconds"), "{cause}");
}

/// One call of each kind, all of them at once: each has a connection of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_on_silent_connections_end_and_the_pool_recovers() {
    if pass_over(&POSTGRES) {
        return;
    }
    for behind_pooler in [false, true] {
        let way = Way::to(&database()).await;
        let options = PgPoolOptions::new().test_before_acquire(false).acquire_timeout(LONG);
        let stores = PostgresStores::new(options.connect(&way.url).await.unwrap());
        stores.migrate().await.unwrap();
        let stores = if behind_pooler { stores.behind_pooler() } else { stores };
        let (credentials, spend_list) = (stores.credentials(), stores.spend_list());
        let (realm, record) = (realm(), record(1));
        // So many connections that there is one for each call. Nobody asks them whether they are alive.
        let mut held = Vec::new();
        for _ in 0..4 {
            held.push(stores.pool().acquire().await.unwrap());
        }
        drop(held);
        while stores.pool().num_idle() < 4 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        way.silence();
        let (insertion, removal, spent, version) = within("a call", async {
            tokio::join!(
                credentials.insert(&record, 5, NOW),
                credentials.erase_user(&realm, &record.user_handle, LATER),
                spend_list.spend([1; 16], LATER, NOW),
                stores.versions(),
            )
        })
        .await;
        assert_no_answer(insertion);
        assert_no_answer(removal);
        assert_no_answer(spent);
        version.unwrap_err();
        // Their places are free at once.
        within("the next call", insert(&*credentials, &record)).await;
        assert_eq!(stores.pool().size(), 1);
    }
}

/// sqlx asks a connection that comes back whether it is alive, and waits for the answer. The pool is the application's
/// own, and has no place for another.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_silent_connection_whose_caller_went_away_gives_its_place_back() {
    if pass_over(&POSTGRES) {
        return;
    }
    for is_transaction in [false, true] {
        let way = Way::to(&database()).await;
        let options = PgPoolOptions::new().max_connections(1).test_before_acquire(false).acquire_timeout(LONG);
        let stores = PostgresStores::new(options.connect(&way.url).await.unwrap());
        stores.migrate().await.unwrap();
        let (credentials, realm, record) = (stores.credentials(), realm(), record(1));
        let page = Page { after: None, limit: 1 };
        way.silence();
        let call = async {
            match is_transaction {
                true => drop(credentials.insert(&record, 5, NOW).await),
                false => drop(credentials.list(&realm, &record.user_handle, page).await),
            }
        };
        timeout(Duration::from_millis(100), call).await.unwrap_err();
        let found = within("the next call", credentials.list(&realm, &record.user_handle, page)).await;
        assert_eq!(found.unwrap().len(), 0);
    }
}

/// It is asked whether it is alive, and that leaves time for another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_that_fell_silent_while_idle_fails_no_call() {
    if pass_over(&POSTGRES) {
        return;
    }
    let way = Way::to(&database()).await;
    let options = PostgresStores::pool_options().max_connections(1).acquire_timeout(LONG);
    let stores = PostgresStores::new(options.connect(&way.url).await.unwrap());
    stores.migrate().await.unwrap();
    insert(&*stores.credentials(), &record(1)).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    way.silence();
    insert(&*stores.credentials(), &record(2)).await;
}
