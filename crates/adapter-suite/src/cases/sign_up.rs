//! An account that begins with its passkey.

use crate::Adapter;
use crate::app::App;
use crate::client::Browser;
use ceremony_testkit::Authenticator;
use serde_json::{Value, json};

/// The body of a `register/finish` for a new account.
async fn begun(app: &App, browser: &mut Browser, device: &mut Authenticator, email: &str) -> Value {
    let begun = browser.post("register/begin", json!({ "purpose": "sign_up", "email": email })).await.ok();
    let credential = device.register(&begun["publicKey"], &app.client()).unwrap();
    json!({ "purpose": "sign_up", "credential": credential, "state": begun["state"], "name": "First" })
}

pub async fn an_account_begins_with_its_passkey(adapter: Adapter) {
    let app = App::with_sign_ups(adapter).await;
    let (mut device, mut browser) = (Authenticator::new("ada"), app.browser());
    let body = begun(&app, &mut browser, &mut device, "ada@example.com").await;
    let made = browser.post("register/finish", body.clone()).await.ok();
    assert_eq!(made["user"], "ada");
    assert_eq!(made["credential"]["name"], "First");
    assert_eq!(app.heard(), ["created ada", "registered ada", "signed in ada"]);

    // The session is open, and the passkey opens the next one.
    assert_eq!(browser.get("credentials").await.ok()["credentials"][0]["id"], made["credential"]["id"]);
    let mut other = app.browser();
    let assertion = app.assertion(&mut device, &mut other).await;
    assert_eq!(other.post("authenticate/finish", assertion).await.ok()["user"], "ada");
    browser.post("register/finish", body).await.problem(400, "ceremony_unusable");
}

pub async fn a_refused_account_leaves_nothing(adapter: Adapter) {
    let app = App::with_sign_ups(adapter).await;
    let (mut device, mut browser) = (Authenticator::new("ada"), app.browser());
    let free = browser.post("register/begin", json!({ "purpose": "sign_up", "email": "free@example.com" })).await;
    let body = begun(&app, &mut browser, &mut device, "taken@example.com").await;
    let taken = browser.post("register/begin", json!({ "purpose": "sign_up", "email": "taken@example.com" })).await;
    // At begin a name that is taken looks like any other.
    assert_eq!(
        (free.status, free.ok().as_object().unwrap().len()),
        (taken.status, taken.ok().as_object().unwrap().len())
    );

    // The application's own answer, as it is.
    let refused = browser.post("register/finish", body).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (409, Some("the name is taken")));
    assert_eq!((refused.header("cache-control"), refused.header("set-cookie")), (Some("no-store"), None));
    assert!(app.heard().is_empty());
    let assertion = app.assertion(&mut device, &mut browser).await;
    browser.post("authenticate/finish", assertion).await.problem(401, "unknown_credential");

    // A name that can't be anybody's is the application's to refuse, and nothing is begun.
    let refused = browser.post("register/begin", json!({ "purpose": "sign_up", "email": "nobody" })).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (422, Some("no e-mail address")));
    browser.post("register/begin", json!({ "purpose": "sign_up" })).await.problem(404, "not_found");
}

pub async fn a_sign_up_is_no_registration_and_the_other_way_round(adapter: Adapter) {
    let app = App::with_sign_ups(adapter).await;
    let mut browser = app.signed_in("alice");
    let mut body = begun(&app, &mut browser, &mut Authenticator::new("a"), "ada@example.com").await;
    body.as_object_mut().unwrap().remove("purpose");
    browser.begin("register").await;
    browser.post("register/finish", body).await.problem(400, "ceremony_unusable");

    let options = browser.begin("register").await;
    let credential = Authenticator::new("b").register(&options["publicKey"], &app.client()).unwrap();
    let body = json!({ "purpose": "sign_up", "credential": credential, "state": options["state"] });
    browser.post("register/finish", body).await.problem(400, "ceremony_unusable");
    assert!(app.heard().is_empty());
    assert_eq!(browser.get("credentials").await.ok()["credentials"], json!([]));
}

pub async fn nobody_else_finishes_a_sign_up(adapter: Adapter) {
    let app = App::with_sign_ups(adapter).await;
    let mut browser = app.browser();
    let body = begun(&app, &mut browser, &mut Authenticator::new("a"), "ada@example.com").await;
    let mut other = app.browser();
    other.begin("authenticate").await;
    other.post("register/finish", body.clone()).await.problem(400, "ceremony_unusable");
    browser.post("register/finish", body).await.ok();
}

pub async fn sign_ups_are_offered_by_choice(adapter: Adapter) {
    let app = App::start(adapter).await;
    let mut browser = app.browser();
    let begin = json!({ "purpose": "sign_up", "email": "ada@example.com" });
    browser.post("register/begin", begin).await.problem(404, "not_found");

    let app = App::with_sign_ups(adapter).await;
    let mut browser = app.browser();
    for wrong in [
        json!({ "purpose": "sign_up", "email": "a@b", "mediation": "conditional" }),
        json!({ "purpose": "sign-up", "email": "a@b" }),
        json!({ "purpose": 1 }),
    ] {
        browser.post("register/begin", wrong).await.problem(400, "invalid_request");
    }
    let mut body = begun(&app, &mut browser, &mut Authenticator::new("a"), "ada@example.com").await;
    body["purpose"] = json!("anything");
    browser.post("register/finish", body.clone()).await.problem(400, "invalid_request");
    body["purpose"] = json!("sign_up");
    browser.post("register/finish", body).await.ok();
}
