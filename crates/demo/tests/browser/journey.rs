//! From a password to passkeys, and every way to sign in.

use crate::cdp::AuthenticatorOptions;
use crate::lab::lab;
use crate::visit::{EMAIL, PASSWORD, Visit, assert_code, run};
use serde_json::Value;

on_every_framework! { from_a_password_to_passkeys, passkeys_are_renamed_and_removed, a_passkey_that_is_not_known_is_forgotten_by_the_browser, by_address_the_page_says_where_to_go,
signing_out_everywhere_ends_the_other_browser_too, sessions_in_tokens }

const FIRST: &str = "#passkey-list li:first-child";

async fn from_a_password_to_passkeys(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.create_account().await;
    assert_eq!(
        visit.page.eval::<String>("document.getElementById('served-by').dataset.framework").await.unwrap(),
        framework
    );
    visit.wait("!document.getElementById('offer-passkey').hidden").await;
    visit.click("#offer-add").await;
    visit.told("“Passkey” is ready. Next time you can sign in with it.").await;
    visit.wait("document.getElementById('offer-passkey').hidden").await;
    let held = visit.authenticator.credentials().await.unwrap();
    assert_eq!(held.len(), 1);
    assert!(held[0].is_resident_credential);
    assert_eq!((held[0].rp_id.as_deref(), held[0].user_name.as_deref()), (Some("localhost"), Some(EMAIL)));
    assert!(visit.page.text(FIRST).await.unwrap().contains("Device-bound"));

    // A device gets one passkey an account.
    visit.click("#add-passkey").await;
    let text = visit.refused("InvalidStateError").await;
    assert!(text.contains("already has a passkey"), "{text}");

    // Without a name.
    visit.sign_out().await;
    visit.click("#passkey-signin").await;
    visit.signed_in().await;
    assert!(visit.method().await.contains("a passkey"));
    assert!(!visit.page.text(FIRST).await.unwrap().contains("Never used"));

    // With a name.
    visit.sign_out().await;
    visit.fill("#signin-email", &EMAIL.to_uppercase()).await;
    visit.click("#passkey-signin").await;
    visit.signed_in().await;

    // From the suggestions of the field, which the authenticator takes at once.
    visit.sign_out().await;
    visit.open("/").await;
    visit.signed_in().await;
    assert!(visit.method().await.contains("a passkey"));
    visit.open("/?autofill=off").await;
    visit.signed_in().await;

    // The password still works, by the key too.
    visit.sign_out().await;
    visit.fill("#signin-email", EMAIL).await;
    visit.click("#use-password").await;
    visit.fill("#signin-password", PASSWORD).await;
    visit.page.press("Enter").await.unwrap();
    visit.signed_in().await;
    assert!(visit.method().await.contains("your password"));
    visit.assert_clean();
}

async fn passkeys_are_renamed_and_removed(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.create_account().await;
    visit.add_passkey("<b>Lap</b>top").await;
    assert_eq!(visit.page.text(&format!("{FIRST} .name")).await.unwrap(), "<b>Lap</b>top");

    visit.click(&format!("{FIRST} .rename")).await;
    visit.wait("document.getElementById('rename-dialog').open").await;
    visit.fill("#rename-name", "Work laptop").await;
    visit.click("#rename-save").await;
    visit.wait("document.querySelector('#passkey-list .name').textContent === 'Work laptop'").await;
    visit.open("/?autofill=off").await;
    visit.signed_in().await;
    assert_eq!(visit.page.text(&format!("{FIRST} .name")).await.unwrap(), "Work laptop");

    let held = visit.authenticator.credentials().await.unwrap().remove(0);
    visit.age_sessions().await;
    visit.click(&format!("{FIRST} .remove")).await;
    visit.wait("document.getElementById('remove-dialog').open").await;
    assert!(visit.page.text("#remove-text").await.unwrap().contains("Work laptop"));
    visit.click("#remove-confirm").await;
    visit.wait("document.getElementById('step-up-dialog').open").await;
    visit.click("#step-up-passkey").await;
    visit.wait("document.querySelectorAll('#passkey-list li').length === 0").await;
    visit.told("“Work laptop” was removed.").await;

    // The browser is told which passkeys are left, and drops the one that was removed.
    visit.holds(0).await;

    // A browser that was not told tries it in vain.
    visit.sign_out().await;
    visit.authenticator.add_credential(&held).await.unwrap();
    visit.click("#passkey-signin").await;
    let text = visit.refused("authentication_failed").await;
    assert!(text.contains("did not work"), "{text}");
    assert_eq!(visit.page.eval::<String>("document.body.dataset.view").await.unwrap(), "signed-out");
    visit.assert_clean();
}

async fn a_passkey_that_is_not_known_is_forgotten_by_the_browser(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.create_account().await;
    visit.add_passkey("Laptop").await;
    // A credential with the same key that the site never saw.
    let mut unknown = visit.authenticator.credentials().await.unwrap().remove(0);
    visit.sign_out().await;
    visit.authenticator.clear().await.unwrap();
    unknown.credential_id = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned();
    visit.authenticator.add_credential(&unknown).await.unwrap();
    visit.click("#passkey-signin").await;
    let text = visit.refused("unknown_credential").await;
    assert!(text.contains("does not know that passkey"), "{text}");
    assert!(visit.authenticator.credentials().await.unwrap().is_empty(), "signalUnknownCredential");
}

async fn by_address_the_page_says_where_to_go(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    let by_address = format!("http://{}/?autofill=off", visit.demo.address());
    visit.page.goto(&by_address).await.unwrap();
    visit.wait("document.documentElement.dataset.ready").await;
    assert!(visit.page.text("#ip-banner").await.unwrap().contains(&visit.demo.origin()));
    let enabled = "document.querySelectorAll('#signed-out form :is(input, button):enabled').length";
    assert_eq!(visit.page.eval::<u32>(enabled).await.unwrap(), 0);
    visit.click("#ip-link").await;
    visit.wait("location.hostname === 'localhost' && document.documentElement?.dataset.ready").await;
    assert!(visit.page.eval::<bool>("document.getElementById('ip-banner').hidden").await.unwrap());
    let usable = "!document.getElementById('passkey-signin').disabled";
    assert_eq!(visit.page.eval::<Value>(usable).await.unwrap(), true);
}

async fn signing_out_everywhere_ends_the_other_browser_too(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.create_account().await;
    visit.add_passkey("Laptop").await;
    // Another browser, of which nothing is shared with the first.
    let browser = lab().await.unwrap().browser;
    let other = browser.page(&format!("{}/?autofill=off", visit.demo.origin())).await.unwrap();
    let sign_in = format!("return post('/auth/login', {{ email: '{EMAIL}', password: '{PASSWORD}' }})");
    assert_eq!(run::<Value>(&other, &sign_in).await["user"]["email"], EMAIL);
    assert_eq!(run::<Value>(&other, "return get('/auth/me')").await["email"], EMAIL);

    visit.click("#sign-out-everywhere").await;
    visit.wait("document.getElementById('everywhere-dialog').open").await;
    visit.click("#everywhere-confirm").await;
    visit.told("You are signed out on every device.").await;
    assert_eq!(visit.view().await, "signed-out");
    assert_code(&run(&other, "return get('/auth/me')").await, "not_signed_in");
    visit.open("/?autofill=off").await;
    assert_eq!(visit.view().await, "signed-out");

    visit.sign_in().await;
    visit.assert_clean();
    other.close().await.unwrap();
}

async fn sessions_in_tokens(framework: &str) {
    let options = AuthenticatorOptions::default();
    let Some(visit) = Visit::start_with(framework, &["--sessions", "token"], &options).await else { return };
    visit.create_account().await;
    visit.add_passkey("Laptop").await;
    // Nothing of the session is in a cookie, and it outlives a reload of the tab.
    let cookies = visit.page.call("Network.getCookies", serde_json::json!({})).await.unwrap();
    let names: Vec<&str> =
        cookies["cookies"].as_array().unwrap().iter().filter_map(|one| one["name"].as_str()).collect();
    assert!(names.iter().all(|name| name.starts_with("ceremony-")), "{names:?}");
    visit.open("/?autofill=off").await;
    visit.signed_in().await;

    visit.sign_out().await;
    visit.sign_in().await;
    assert!(visit.method().await.contains("a passkey"));

    // A step-up brings another token, and the page goes on with it.
    visit.age_sessions().await;
    visit.page.eval::<()>("sessionStorage.setItem('ceremony.token', 'null')").await.unwrap();
    visit.click("#passkey-list .remove").await;
    visit.click("#remove-confirm").await;
    visit.wait("document.getElementById('step-up-dialog').open").await;
    visit.click("#step-up-passkey").await;
    visit.told("“Laptop” was removed.").await;
    let kept: Value = visit.page.eval("JSON.parse(sessionStorage.getItem('ceremony.token'))").await.unwrap();
    assert_eq!(kept["token"].as_str().unwrap().split('.').count(), 3, "{kept}");

    visit.sign_out().await;
    assert_eq!(visit.page.eval::<Value>("sessionStorage.getItem('ceremony.token')").await.unwrap(), Value::Null);
    visit.assert_clean();
}
