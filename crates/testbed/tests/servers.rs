//! The servers start, keep their data over a crash, and go when they are dropped.
#![allow(clippy::unwrap_used, missing_docs)]

use ceremony_testbed::{NGINX, Nginx, PGBOUNCER, POSTGRES, PgBouncer, Postgres, REDIS, Redis, pass_over};
use std::io::{Read, Write};
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

#[test]
fn nginx_serves_its_block_and_goes() {
    if pass_over(&NGINX) {
        return;
    }
    let block = |port, _: &std::path::Path, _: &std::path::Path| {
        format!("server {{ listen 127.0.0.1:{port}; return 200 \"here\"; }}")
    };
    let nginx = Nginx::start("", "", block).unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", nginx.port())).unwrap();
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("here"), "{answer}");
    let port = nginx.port();
    drop(nginx);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());

    let failure = Nginx::start("", "", |_, _, _| "no_such_directive;".to_owned()).unwrap_err().to_string();
    assert!(failure.contains("no_such_directive"), "{failure}");
}
