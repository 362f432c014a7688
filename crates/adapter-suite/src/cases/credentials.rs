//! The list, and what one user can do to another's: nothing.

use crate::Adapter;
use crate::app::App;
use ceremony_testkit::Authenticator;
use serde_json::json;

pub async fn anothers_passkey_is_not_there(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut alice, credential) = app.person("alice").await;
    let (_, mut bob, _) = app.person("bob").await;
    let theirs = format!("credentials/{}", credential["id"].as_str().unwrap());
    let nowhere = "credentials/AAAAAAAAAAAAAAAAAAAAAA";
    for path in [theirs.as_str(), nowhere] {
        bob.get(path).await.problem(404, "not_found");
        bob.send("PATCH", path, Some(&json!({ "name": "mine" }))).await.problem(404, "not_found");
        bob.delete(path).await.problem(404, "not_found");
    }
    assert_eq!(bob.delete(&theirs).await.text(), bob.delete(nowhere).await.text());
    assert_eq!(alice.get(&theirs).await.ok()["credential"]["name"], "Laptop");
    let body = app.assertion(&mut device, &mut alice).await;
    alice.post("authenticate/finish", body).await.ok();
    assert!(!app.heard().contains(&"revoked bob".to_owned()));
}

pub async fn a_removed_passkey_never_comes_back(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (mut device, mut browser, credential) = app.person("alice").await;
    let begun = browser.begin("register").await;
    let path = format!("credentials/{}", credential["id"].as_str().unwrap());
    assert_eq!(browser.send("DELETE", &path, Some(&json!({}))).await.ok()["credential"]["status"], "revoked");
    browser.send("PATCH", &path, Some(&json!({ "name": "x" }))).await.problem(404, "not_found");

    let body = app.assertion(&mut device, &mut browser).await;
    let refused = browser.post("authenticate/finish", body).await;
    assert_eq!(refused.status, 401, "{}", refused.text());
    // Nor by a registration that was begun before, from the same device.
    let mut options = begun["publicKey"].clone();
    options["excludeCredentials"] = json!([]);
    let again = Authenticator::new("alice").register(&options, &app.client()).unwrap();
    assert_eq!(again["id"], credential["credential_id"]);
    let body = json!({ "credential": again, "state": begun["state"] });
    browser.post("register/finish", body).await.problem(409, "credential_exists");
    assert_eq!(browser.get("credentials").await.ok()["credentials"], json!([]));
}

pub async fn the_application_may_keep_a_passkey(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (_, mut browser, credential) = app.person("stuck").await;
    let path = format!("credentials/{}", credential["id"].as_str().unwrap());
    browser.delete(&path).await.problem(409, "removal_refused");
    assert_eq!(browser.get(&path).await.ok()["credential"]["status"], "active");
}

pub async fn the_last_one_may_have_to_stay(adapter: Adapter) {
    let app = App::keeping_the_last(adapter).await;
    let (_, mut browser, first) = app.person("alice").await;
    let path = format!("credentials/{}", first["id"].as_str().unwrap());
    browser.delete(&path).await.problem(409, "removal_refused");
    app.register(&mut Authenticator::new("second"), &mut browser).await;
    browser.delete(&path).await.ok();
}

/// Of two removals at the same moment one finds the last passkey.
pub async fn an_account_without_another_way_in_keeps_one(adapter: Adapter) {
    let app = App::start(adapter).await;
    let (_, mut browser, first) = app.person("passwordless").await;
    let path = |passkey: &serde_json::Value| format!("credentials/{}", passkey["id"].as_str().unwrap());
    browser.delete(&path(&first)).await.problem(409, "removal_refused");
    let second = app.register(&mut Authenticator::new("second"), &mut browser).await;
    let mut other = browser.clone();
    let (first, second) = (path(&first), path(&second));
    let (one, another) = tokio::join!(browser.delete(&first), other.delete(&second));
    let mut statuses = [one.status, another.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(browser.get("credentials").await.ok()["credentials"].as_array().unwrap().len(), 1);
}

pub async fn a_known_make_has_a_name(adapter: Adapter) {
    let app = App::start(adapter).await;
    let google = [0xea, 0x9b, 0x8d, 0x66, 0x4d, 0x01, 0x1d, 0x21, 0x3c, 0xe4, 0xb6, 0xb4, 0x8c, 0xb5, 0x75, 0xd4];
    let mut device = Authenticator::new("phone").aaguid(google);
    let added = app.register(&mut device, &mut app.signed_in("alice")).await;
    assert_eq!(added["aaguid"], "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4");
    assert_eq!(added["provider"], json!({ "name": "Google Password Manager" }));
}
