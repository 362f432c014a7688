//! The servers start, keep their data over a crash, and go when they are dropped.
#![allow(clippy::unwrap_used, missing_docs)]

use ceremony_testbed::{PGBOUNCER, POSTGRES, PgBouncer, Postgres, REDIS, Redis, pass_over};
use std::net::TcpStream;

#[test]
fn postgres_keeps_its_data_over_a_crash() {
    if pass_over(&POSTGRES) {
        return;
    }
    let mut postgres = Postgres::start().unwrap();
    let (one, two) = (postgres.database().unwrap(), postgres.database().unwrap());
    assert_ne!(one, two);
    postgres.query(&one, "CREATE TABLE t (n int); INSERT INTO t VALUES (7)").unwrap();
    assert!(postgres.query(&two, "SELECT n FROM t").unwrap_err().to_string().contains("does not exist"));
    postgres.kill().unwrap();
    assert!(postgres.query(&one, "SELECT n FROM t").is_err());
    postgres.start_again().unwrap();
    assert_eq!(postgres.query(&one, "SELECT n FROM t").unwrap(), "7");
    postgres.stop().unwrap();
    postgres.start_again().unwrap();
    assert_eq!(postgres.query(&one, "SELECT n FROM t").unwrap(), "7");
    let port = postgres.port();
    drop(postgres);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn redis_keeps_its_data_over_a_crash() {
    if pass_over(&REDIS) {
        return;
    }
    let mut redis = Redis::start().unwrap();
    assert_eq!(redis.command("SET a 7").unwrap(), "+OK\r\n");
    redis.kill();
    assert!(redis.command("GET a").is_err());
    redis.start_again().unwrap();
    assert_eq!(redis.command("GET a").unwrap(), "$1\r\n7\r\n");
    redis.stop().unwrap();
    redis.start_again().unwrap();
    assert_eq!(redis.command("GET a").unwrap(), "$1\r\n7\r\n");
}

#[test]
fn pgbouncer_stands_before_postgres() {
    if pass_over(&POSTGRES) || pass_over(&PGBOUNCER) {
        return;
    }
    let postgres = Postgres::shared().unwrap();
    let bouncer = PgBouncer::before(postgres).unwrap();
    let direct = postgres.database().unwrap();
    let url = bouncer.url(postgres, &direct);
    assert_ne!(url, direct);
    assert_eq!(postgres.query(&url, "SELECT 1 + 1").unwrap(), "2");
}
