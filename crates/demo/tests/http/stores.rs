//! The same site over every database and every place for what was begun, by one process and by several.

use super::admin::events;
use super::client::Browser;
use super::passkeys::whole_path;
use super::process::Demo;
use super::sign_up::sign_up;
use ceremony_axum::ceremony_service::OsEntropy;
use ceremony_config::KeyFile;
use ceremony_testbed::{POSTGRES, Postgres, REDIS, Redis, pass_over};
use ceremony_testkit::Authenticator;
use serde_json::json;
use std::path::PathBuf;
use tempfile::TempDir;

/// What several processes behind one proxy serve; nobody listens there.
const ORIGIN: &str = "http://localhost:4443";

const BEGIN: &str = "/auth/passkeys/authenticate/begin";

fn key_file(folder: &TempDir) -> String {
    let path: PathBuf = folder.path().join("keys");
    std::fs::write(&path, KeyFile::generate(&OsEntropy).unwrap().to_text().as_bytes()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_whole_path_on_every_place_for_ceremonies() {
    for place in ["memory", "sealed", "database"] {
        whole_path(&Demo::start_with(&["--ceremonies", place]).await).await;
    }
}

#[tokio::test]
async fn the_whole_path_on_postgresql_and_redis() {
    if pass_over(&POSTGRES) || pass_over(&REDIS) {
        return;
    }
    let postgres = Postgres::shared().unwrap();
    let (database, redis) = (postgres.database().unwrap(), Redis::start().unwrap());
    let demo = Demo::start_with(&["--database", &database, "--ceremonies", &redis.url()]).await;
    whole_path(&demo).await;
    for table in ["ceremony_pending", "ceremony_spent"] {
        assert_eq!(postgres.query(&database, &format!("SELECT count(*) FROM {table}")).unwrap(), "0", "{table}");
    }
    // PostgreSQL keeps no text with a NUL in it: nobody has such an address.
    let mut browser = Browser::new(&demo);
    let body = json!({ "email": "a\0@example.com", "password": "correct horse battery" });
    browser.post("/auth/login", body.clone()).await.problem(401, "login_failed");
    browser.post("/auth/register", body).await.problem(400, "invalid_request");
    let made_up = browser.post(BEGIN, json!({ "email": "a\0@example.com" })).await.ok();
    assert!(made_up["publicKey"].is_object());
    let log = demo.log();
    assert!(!log.contains("ERROR") && !log.contains("not dropped"), "{log}");
}

#[tokio::test]
async fn one_process_finishes_what_another_began() {
    if pass_over(&POSTGRES) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let keys = key_file(&folder);
    let database = Postgres::shared().unwrap().database().unwrap();
    let arguments = ["--database", &database, "--ceremonies", "sealed", "--key-file", &keys, "--origin", ORIGIN];
    let (one, other) = tokio::join!(Demo::start_with(&arguments), Demo::start_with(&arguments));
    across(&one, &other).await;
    assert_eq!(
        Postgres::shared().unwrap().query(&database, "SELECT count(*) FROM secrets").unwrap(),
        "0",
        "with a key file no keys are drawn"
    );
}

#[tokio::test]
async fn processes_on_one_database_share_the_keys_that_it_keeps() {
    if pass_over(&POSTGRES) {
        return;
    }
    let database = Postgres::shared().unwrap().database().unwrap();
    let arguments = ["--database", &database, "--origin", ORIGIN];
    // Both make the tables and draw the keys at once.
    let (one, other) = tokio::join!(Demo::start_with(&arguments), Demo::start_with(&arguments));
    across(&one, &other).await;
}

/// The tables as the first version made them.
const OLD: &str = "
    CREATE TABLE users (
        id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL, created_at BIGINT NOT NULL
    );
    CREATE TABLE sessions (
        token_hash BYTEA NOT NULL PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        authenticated_at BIGINT NOT NULL, authenticated_by TEXT NOT NULL, passkey TEXT, expires_at BIGINT NOT NULL
    );
    CREATE TABLE secrets (name TEXT NOT NULL PRIMARY KEY, value BYTEA NOT NULL);
    INSERT INTO users VALUES ('1', 'ada@example.com', 'no hash', 7);
    INSERT INTO sessions VALUES ('\\x00', '1', 7, 'password', NULL, 32503680000000);";

#[tokio::test]
async fn a_postgresql_database_of_the_first_version_opens_and_does_what_is_new() {
    if pass_over(&POSTGRES) {
        return;
    }
    let postgres = Postgres::shared().unwrap();
    let database = postgres.database().unwrap();
    postgres.query(&database, OLD).unwrap();
    let arguments = ["--database", &database, "--origin", ORIGIN, "--admin", "eve@example.com"];
    let (one, other) = tokio::join!(Demo::start_with(&arguments), Demo::start_with(&arguments));
    assert_eq!(postgres.query(&database, "SELECT count(*) FROM users JOIN sessions ON user_id = id").unwrap(), "1");

    let mut bob = Browser::new(&one);
    let mut device = Authenticator::new("bob's phone");
    sign_up(&mut bob, &mut device, "ada@example.com").await.problem(409, "email_taken");
    let made = sign_up(&mut bob, &mut device, "bob@example.com").await.ok();
    let id = made["user"]["id"].as_str().unwrap();
    let mut admin = Browser::with_account(&other, "eve@example.com").await;
    let users = admin.get("/admin/users?limit=2").await.ok();
    assert_eq!((&users["users"][0]["email"], &users["users"][1]["passkeys"]), (&json!("ada@example.com"), &json!(1)));
    let next = users["next"].as_str().unwrap();
    let rest = admin.get(&format!("/admin/users?after={next}")).await.ok();
    assert_eq!((&rest["users"][0]["email"], rest.get("next")), (&json!("eve@example.com"), None));

    let row = made["credential"]["id"].as_str().unwrap();
    admin.post(&format!("/admin/users/{id}/passkeys/{row}/suspend"), json!({})).await.ok();
    bob.get("/auth/me").await.problem(401, "not_signed_in");
    let events = events(&mut admin, &format!("&user={id}"), "suspended_by_administrator").await;
    let kinds: Vec<&str> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    // Two processes wrote, each in its own order.
    for kind in ["account_created", "signed_up", "credential_suspended", "suspended_by_administrator"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert!(!one.log().contains("ERROR") && !other.log().contains("ERROR"), "{}{}", one.log(), other.log());
}

/// Begins everything at one process and finishes it at the other.
async fn across(one: &Demo, other: &Demo) {
    let mut device = Authenticator::new("ada's phone");
    let mut here = Browser::with_account(one, "ada@example.com").await;
    let begun = here.post("/auth/passkeys/register/begin", json!({})).await.ok();
    let credential = device.register(&begun["publicKey"], &here.client()).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"] });
    let added = here.by(other).post("/auth/passkeys/register/finish", body.clone()).await.ok();
    here.post("/auth/passkeys/register/finish", body).await.problem(400, "ceremony_unusable");
    assert_eq!(here.get("/auth/passkeys/credentials").await.ok()["credentials"][0]["id"], added["credential"]["id"]);

    let assertion = here.assertion(&mut device, json!({})).await;
    here.by(other).finish(&assertion).await.ok();
    here.finish(&assertion).await.problem(400, "ceremony_unusable");

    let mut nobody = Browser::new(one);
    let made_up = nobody.post(BEGIN, json!({ "email": "x@example.com" })).await.ok();
    let again = nobody.by(other).post(BEGIN, json!({ "email": "x@example.com" })).await.ok();
    assert_eq!(made_up["publicKey"]["allowCredentials"], again["publicKey"]["allowCredentials"]);
}
