//! Accounts with a passkey alone.

use super::client::{Browser, PASSWORD};
use super::process::Demo;
use ceremony_adapter_suite::client::Answer;
use ceremony_testkit::Authenticator;
use serde_json::{Value, json};

const BEGIN: &str = "/auth/passkeys/register/begin";
const FINISH: &str = "/auth/passkeys/register/finish";
const CREDENTIALS: &str = "/auth/passkeys/credentials";

/// The body of a `register/finish` for a new account of this address.
async fn begun(browser: &mut Browser, device: &mut Authenticator, email: &str) -> Value {
    let begun = browser.post(BEGIN, json!({ "purpose": "sign_up", "email": email })).await.ok();
    assert_eq!(begun["publicKey"]["user"]["name"], email.trim().to_lowercase());
    let credential = device.register(&begun["publicKey"], &browser.client()).unwrap();
    json!({ "purpose": "sign_up", "credential": credential, "state": begun["state"], "name": "Phone" })
}

pub async fn sign_up(browser: &mut Browser, device: &mut Authenticator, email: &str) -> Answer {
    let body = begun(browser, device, email).await;
    browser.post(FINISH, body).await
}

async fn remove(browser: &mut Browser, credential: &Value) -> Answer {
    browser.send("DELETE", &format!("{CREDENTIALS}/{}", credential["id"].as_str().unwrap()), b"").await
}

#[tokio::test]
async fn an_account_begins_with_its_passkey() {
    for arguments in [&["--sessions", "cookie"][..], &["--sessions", "token"]] {
        let demo = Demo::start_with(arguments).await;
        let mut browser = Browser::new(&demo);
        let mut device = Authenticator::new("ada's phone");
        let answer = sign_up(&mut browser, &mut device, " Ada@Example.com ").await.ok();
        assert_eq!(answer["user"]["email"], "ada@example.com");
        assert_eq!(
            (&answer["credential"]["name"], &answer["credential"]["status"]),
            (&json!("Phone"), &json!("active"))
        );
        browser.token = answer["token"].as_str().map(str::to_owned);
        assert_eq!(browser.token.is_some(), arguments[1] == "token");
        let me = browser.get("/auth/me").await.ok();
        assert_eq!((&me["id"], &me["authenticated_by"]), (&answer["user"]["id"], &json!("passkey")));
        assert_eq!(me["has_password"], false);
        assert_eq!(browser.get(CREDENTIALS).await.ok()["credentials"], json!([answer["credential"]]));

        let mut other = Browser::new(&demo);
        let assertion = other.assertion(&mut device, json!({ "email": "ada@example.com" })).await;
        assert_eq!(other.finish(&assertion).await.ok()["user"], answer["user"]);
        // It has no password, and an answer that says nothing of it.
        let wrong = Browser::new(&demo).login("nobody@example.com").await;
        assert_eq!(other.login("ada@example.com").await.problem(401, "login_failed"), wrong.json());
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_nobody_elses() {
    let demo = Demo::start_with(&["--admin", "eve@example.com"]).await;
    let mut ada = Browser::with_account(&demo, "ada@example.com").await;
    let mut admin = Browser::with_account(&demo, "eve@example.com").await;
    let mut stranger = Browser::new(&demo);
    let mut device = Authenticator::new("stranger");
    // Begin does not tell; the passkey that was made is good for nothing.
    sign_up(&mut stranger, &mut device, "ADA@example.com").await.problem(409, "email_taken");
    stranger.get("/auth/me").await.problem(401, "not_signed_in");
    assert_eq!(ada.get(CREDENTIALS).await.ok()["credentials"], json!([]));
    let mut options = stranger.post("/auth/passkeys/authenticate/begin", json!({})).await.ok();
    let credential = device.authenticate(&options["publicKey"].take(), &stranger.client()).unwrap();
    let body = json!({ "credential": credential, "state": options["state"] });
    let answer = stranger.finish(&body).await;
    assert_eq!(answer.status, 401, "{}", answer.text());

    // Of two who want the same address at once, one gets it; of those who lost, nothing is left.
    let mut bodies = Vec::new();
    for number in 0..4 {
        let mut browser = Browser::new(&demo);
        let mut device = Authenticator::new(format!("device {number}"));
        bodies.push((begun(&mut browser, &mut device, "bob@example.com").await, browser));
    }
    let tasks: Vec<_> = bodies
        .into_iter()
        .map(|(body, mut browser)| tokio::spawn(async move { browser.post(FINISH, body).await }))
        .collect();
    let mut good = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status == 200 { good += 1 } else { drop(answer.problem(409, "email_taken")) }
    }
    assert_eq!(good, 1);
    let users = admin.get("/admin/users").await.ok()["users"].take();
    let users: Vec<_> = users.as_array().unwrap().iter().map(|user| (&user["email"], &user["passkeys"])).collect();
    let expected =
        [("ada", 0), ("eve", 0), ("bob", 1)].map(|(name, count)| (json!(format!("{name}@example.com")), json!(count)));
    assert_eq!(users, expected.iter().map(|(email, count)| (email, count)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_sign_up_is_finished_once_and_where_it_was_begun() {
    let demo = Demo::start().await;
    let mut browser = Browser::new(&demo);
    let body = begun(&mut browser, &mut Authenticator::new("phone"), "ada@example.com").await;
    Browser::new(&demo).post(FINISH, body.clone()).await.problem(400, "ceremony_unusable");
    let copies: Vec<_> = (0..10)
        .map(|_| {
            let (mut browser, body) = (browser.clone(), body.clone());
            tokio::spawn(async move { browser.post(FINISH, body).await })
        })
        .collect();
    let mut good = 0;
    for copy in copies {
        let answer = copy.await.unwrap();
        if answer.status == 200 { good += 1 } else { drop(answer.problem(400, "ceremony_unusable")) }
    }
    assert_eq!(good, 1);
    for body in [
        json!({ "purpose": "sign_up" }),
        json!({ "purpose": "sign_up", "email": 1 }),
        json!({ "purpose": "sign_up", "email": "no address" }),
        json!({ "purpose": "sign_up", "email": "a@b", "display_name": 1 }),
        json!({ "purpose": "sign_up", "email": "a@b", "display_name": "x".repeat(65) }),
    ] {
        browser.post(BEGIN, body).await.problem(400, "invalid_request");
    }
    let named = json!({ "purpose": "sign_up", "email": "a@b", "display_name": " Ada " });
    assert_eq!(browser.post(BEGIN, named).await.ok()["publicKey"]["user"]["displayName"], "Ada");
}

#[tokio::test]
async fn the_last_passkey_of_an_account_without_a_password_stays() {
    let demo = Demo::start_with(&["--admin", "eve@example.com"]).await;
    let mut admin = Browser::with_account(&demo, "eve@example.com").await;
    let mut ada = Browser::new(&demo);
    let mut phone = Authenticator::new("phone");
    let answer = sign_up(&mut ada, &mut phone, "ada@example.com").await.ok();
    let (user, first) = (answer["user"]["id"].as_str().unwrap(), &answer["credential"]);
    remove(&mut ada, first).await.problem(409, "removal_refused");

    let second = ada.add_passkey(&mut Authenticator::new("key"), "Key").await;
    // One that is suspended is none to sign in with.
    let path = format!("/admin/users/{user}/passkeys/{}", second["id"].as_str().unwrap());
    admin.post(&format!("{path}/suspend"), json!({})).await.ok();
    remove(&mut ada, first).await.problem(409, "removal_refused");
    admin.post(&format!("{path}/reactivate"), json!({})).await.ok();
    remove(&mut ada, &second).await.ok();
    remove(&mut ada, first).await.problem(409, "removal_refused");
    let third = ada.add_passkey(&mut Authenticator::new("third"), "").await;
    let path = format!("/admin/users/{user}/passkeys/{}", third["id"].as_str().unwrap());
    admin.post(&format!("{path}/suspend"), json!({})).await.ok();
    remove(&mut ada, &third).await.ok();

    // With a password it may go, and the password signs in.
    ada.post("/auth/password", json!({ "password": "short" })).await.problem(400, "invalid_request");
    ada.post("/auth/password", json!({})).await.problem(400, "invalid_request");
    assert_eq!(ada.post("/auth/password", json!({ "password": PASSWORD })).await.ok(), json!({}));
    assert_eq!(ada.get("/auth/me").await.ok()["has_password"], true);
    remove(&mut ada, first).await.ok();
    Browser::new(&demo).login("ada@example.com").await.ok();
    Browser::new(&demo).post("/auth/password", json!({ "password": PASSWORD })).await.problem(401, "not_signed_in");
}
