//! Hundreds of ceremonies while servers, database and Redis are killed, stopped and started again.

use crate::ORIGIN;
use crate::audit;
use crate::client::{Browser, PASSWORD};
use crate::person::Person;
use crate::process::Demo;
use ceremony_adapter_suite::client::{Answer, Headers, try_send};
use ceremony_testbed::{POSTGRES, Postgres, REDIS, Redis, pass_over};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::block_in_place;
use tokio::time::{Instant, sleep};

const PEOPLE: u64 = 10;

/// Between two faults, and how long one lasts.
const CALM: Duration = Duration::from_secs(1);
const FAULT: Duration = Duration::from_millis(500);

/// How long at most a server waits for the database before it says that it is away.
const AWAY: Duration = Duration::from_secs(10);

/// How often all connections to PostgreSQL and Redis are cut.
const CUTS: u32 = 60;
const BETWEEN_CUTS: Duration = Duration::from_millis(20);
const CUT: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

struct Site {
    postgres: Postgres,
    redis: Redis,
    database: String,
    one: Demo,
    other: Demo,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_seen_to_succeed_has_happened_once() {
    if pass_over(&POSTGRES) || pass_over(&REDIS) {
        return;
    }
    let mut site = Site::start().await;
    let servers = [site.one.address(), site.other.address()];
    let store = audit::open(&site.database).await.credentials();
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(Person::new(Browser::new(&site.one), servers, store.clone(), number).await);
    }
    let over = Arc::new(AtomicBool::new(false));
    let lives: Vec<_> = people.into_iter().map(|person| tokio::spawn(person.live(over.clone()))).collect();
    site.suffer().await;
    over.store(true, Ordering::Relaxed);
    let mut people = Vec::new();
    for life in lives {
        people.push(life.await.unwrap());
    }

    audit::check(&site.postgres, &site.database, &mut people).await;
    for log in [site.one.log(), site.other.log()] {
        assert!(!log.contains("panicked"), "{log}");
    }
    let sum = |of: fn(&Person) -> u32| people.iter().map(of).sum::<u32>();
    let succeeded: usize = people.iter().map(|person| person.ledger.successes.len()).sum();
    let finishes = sum(|person| person.ledger.finishes);
    let (unavailable, unanswered) = (sum(|person| person.ledger.unavailable), sum(|person| person.ledger.unanswered));
    println!("{succeeded} of {finishes} ceremonies succeeded; {unavailable} times 503, {unanswered} times no answer");
    assert!(finishes >= 200 && succeeded >= 100, "the storm has to be one: {succeeded} of {finishes} ceremonies");
    assert!(unavailable >= 10 && unanswered >= 10, "the faults were felt by nobody");
}

impl Site {
    async fn start() -> Self {
        let (postgres, redis) = block_in_place(|| (Postgres::start().unwrap(), Redis::start().unwrap()));
        let database = block_in_place(|| postgres.database().unwrap());
        let place = redis.url();
        let arguments = arguments(&database, &place);
        let (one, other) = tokio::join!(Demo::start_with(&arguments), Demo::start_with(&arguments));
        Self { postgres, redis, database, one, other }
    }

    /// Everything that can go wrong, one after the other.
    async fn suffer(&mut self) {
        let (database, redis) = (self.database.clone(), self.redis.url());
        let with_redis = arguments(&database, &redis);
        sleep(CALM).await;

        // A server crashes, and Redis, and PostgreSQL.
        self.one.kill().await;
        sleep(FAULT).await;
        self.one.start_again(&with_redis).await;
        sleep(CALM).await;
        self.redis.kill();
        for at in [self.one.address(), self.other.address()] {
            post(at, "/auth/passkeys/authenticate/begin", json!({})).await.problem(503, "unavailable");
        }
        block_in_place(|| self.redis.start_again().unwrap());
        sleep(CALM).await;
        block_in_place(|| self.postgres.kill().unwrap());
        sleep(FAULT).await;
        block_in_place(|| self.postgres.start_again().unwrap());
        sleep(CALM).await;

        // Connections break, in the middle of whatever they carry: often enough to meet every moment of a transaction.
        for _ in 0..CUTS {
            block_in_place(|| self.postgres.query(&database, CUT).unwrap());
            self.redis.command("CLIENT KILL TYPE normal").unwrap();
            sleep(BETWEEN_CUTS).await;
        }

        // Servers are replaced one by one, by others that keep what was begun elsewhere: what was begun at one can't be
        // finished at the other then, and has to be begun again. The same program stands for the version before and the
        // one after.
        self.other.kill().await;
        self.other.start_again(&arguments(&database, "sealed")).await;
        sleep(CALM).await;
        self.one.kill().await;
        self.one.start_again(&arguments(&database, "sealed")).await;
        sleep(CALM).await;
        self.other.kill().await;
        self.other.start_again(&arguments(&database, "database")).await;
        sleep(CALM).await;

        // PostgreSQL is stopped, for longer than anybody waits for it.
        block_in_place(|| self.postgres.stop().unwrap());
        let since = Instant::now();
        let login = json!({ "email": "person0@example.com", "password": PASSWORD });
        let (one, other) = (self.one.address(), self.other.address());
        let (one, other) =
            tokio::join!(post(one, "/auth/login", login.clone()), post(other, "/auth/login", login.clone()));
        one.problem(503, "unavailable");
        other.problem(503, "unavailable");
        assert!(since.elapsed() < AWAY, "{:?}", since.elapsed());
        block_in_place(|| self.postgres.start_again().unwrap());
        sleep(CALM).await;

        // Redis is stopped while a server that needs it starts; both servers crash at once.
        self.one.kill().await;
        self.other.kill().await;
        block_in_place(|| self.redis.stop().unwrap());
        self.other.start_again(&arguments(&database, "database")).await;
        sleep(FAULT).await;
        block_in_place(|| self.redis.start_again().unwrap());
        self.one.start_again(&with_redis).await;
        self.other.kill().await;
        self.other.start_again(&with_redis).await;
        sleep(CALM).await;
        block_in_place(|| self.postgres.kill().unwrap());
        block_in_place(|| self.postgres.start_again().unwrap());
    }
}

fn arguments<'a>(database: &'a str, ceremonies: &'a str) -> [&'a str; 6] {
    ["--database", database, "--ceremonies", ceremonies, "--origin", ORIGIN]
}

async fn post(at: SocketAddr, path: &str, body: Value) -> Answer {
    let headers: Headers = vec![("origin".into(), ORIGIN.into()), ("content-type".into(), "application/json".into())];
    let answer = try_send(at, "POST", path, &headers, body.to_string().as_bytes()).await;
    answer.unwrap_or_else(|| panic!("no answer to {path}"))
}
