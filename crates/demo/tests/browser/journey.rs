//! From a password to passkeys, and every way to sign in.

use crate::visit::{EMAIL, PASSWORD, Visit};
use serde_json::Value;

const FIRST: &str = "#passkey-list li:first-child";

#[tokio::test]
async fn from_a_password_to_passkeys() {
    let Some(visit) = Visit::start().await else { return };
    visit.create_account().await;
    visit.wait("!document.getElementById('offer-passkey').hidden").await;
    visit.add_passkey("My laptop").await;
    visit.wait("document.getElementById('offer-passkey').hidden").await;
    assert!(visit.page.text("#status").await.unwrap().contains("“My laptop” is ready"));
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

#[tokio::test]
async fn passkeys_are_renamed_and_removed() {
    let Some(visit) = Visit::start().await else { return };
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
    visit.click(&format!("{FIRST} .remove")).await;
    visit.wait("document.getElementById('remove-dialog').open").await;
    assert!(visit.page.text("#remove-text").await.unwrap().contains("Work laptop"));
    visit.click("#remove-confirm").await;
    visit.wait("document.querySelectorAll('#passkey-list li').length === 0").await;
    visit.idle().await;

    // The browser is told which passkeys are left, and drops the one that was removed.
    let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !visit.authenticator.credentials().await.unwrap().is_empty() {
        assert!(std::time::Instant::now() < end, "the browser keeps a passkey that was removed");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }

    // A browser that was not told tries it in vain.
    visit.sign_out().await;
    visit.authenticator.add_credential(&held).await.unwrap();
    visit.click("#passkey-signin").await;
    let text = visit.refused("authentication_failed").await;
    assert!(text.contains("did not work"), "{text}");
    assert_eq!(visit.page.eval::<String>("document.body.dataset.view").await.unwrap(), "signed-out");
    visit.assert_clean();
}

#[tokio::test]
async fn a_passkey_that_is_not_known_is_forgotten_by_the_browser() {
    let Some(visit) = Visit::start().await else { return };
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

#[tokio::test]
async fn by_address_the_page_says_where_to_go() {
    let Some(visit) = Visit::start().await else { return };
    let by_address = format!("http://{}/?autofill=off", visit.demo.address());
    visit.page.goto(&by_address).await.unwrap();
    visit.wait("document.documentElement.dataset.ready").await;
    assert!(visit.page.text("#ip-banner").await.unwrap().contains(&visit.demo.origin()));
    let enabled = "document.querySelectorAll('#signed-out form :is(input, button):enabled').length";
    assert_eq!(visit.page.eval::<u32>(enabled).await.unwrap(), 0);
    visit.screenshot("by-address").await;
    visit.click("#ip-link").await;
    visit.wait("location.hostname === 'localhost' && document.documentElement?.dataset.ready").await;
    assert!(visit.page.eval::<bool>("document.getElementById('ip-banner').hidden").await.unwrap());
    let usable = "!document.getElementById('passkey-signin').disabled";
    assert_eq!(visit.page.eval::<Value>(usable).await.unwrap(), true);
}
