//! Several of everything: demos on one machine, tabs of one browser.

use crate::cdp::AuthenticatorOptions;
use crate::process::Demo;
use crate::visit::{EMAIL, Visit, run};
use serde_json::{Value, json};

on_every_framework! { two_demos_on_one_host, two_tabs_of_one_browser }

async fn two_demos_on_one_host(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    let other = Demo::start_with(&["--framework", framework]).await;
    visit.sign_up().await;

    let tab = visit.page.tab(&format!("{}/?autofill=off", other.origin())).await.unwrap();
    let authenticator = tab.add_authenticator(&AuthenticatorOptions::default()).await.unwrap();
    let me = "return (await get('/auth/me')).email";
    assert_eq!(run::<Value>(&tab, me).await["error"]["code"], "not_signed_in");
    let sign_up = "return opened(await passkeys.signUp({ email: 'grace@example.com' }))";
    assert_eq!(run::<Value>(&tab, sign_up).await["user"]["email"], "grace@example.com");
    assert_eq!(authenticator.credentials().await.unwrap().len(), 1);
    assert_eq!(run::<Value>(&tab, me).await, "grace@example.com");

    // The first one did not notice.
    visit.page.bring_to_front().await.unwrap();
    assert_eq!(visit.run::<Value>(me).await, EMAIL);
    visit.open("/?autofill=off").await;
    visit.signed_in().await;
    visit.sign_out().await;
    assert_eq!(run::<Value>(&tab, me).await, "grace@example.com");
    visit.sign_in().await;
}

/// Lets the browser answer when the test says so.
const GATE: &str = "void (() => {
    const get = navigator.credentials.get.bind(navigator.credentials);
    const gate = new Promise((open) => (globalThis.openGate = open));
    navigator.credentials.get = async (options) => {
        globalThis.begun = true;
        await gate;
        return get(options);
    };
})()";

async fn two_tabs_of_one_browser(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.sign_up().await;
    visit.sign_out().await;
    let tab = visit.page.tab(&format!("{}/?autofill=off", visit.demo.origin())).await.unwrap();
    let second = tab.add_authenticator(&AuthenticatorOptions::default()).await.unwrap();
    let passkey = visit.authenticator.credentials().await.unwrap().remove(0);
    second.add_credential(&passkey).await.unwrap();

    // Both have begun before either finishes; what began first finishes last.
    let begin =
        "globalThis.outcome = passkeys.authenticate().then(({ user }) => user.email, ({ code }) => code); return 0";
    for page in [&visit.page, &tab] {
        page.eval::<()>(GATE).await.unwrap();
        run::<Value>(page, begin).await;
        page.wait_for("globalThis.begun", crate::visit::PATIENCE).await.unwrap();
    }
    assert_eq!(tab.eval::<String>("openGate(), outcome").await.unwrap(), EMAIL);
    // The same key in two authenticators counts twice: the one that answers last has counted further.
    let mut passkey = second.credentials().await.unwrap().remove(0);
    passkey.sign_count += 1;
    visit.authenticator.clear().await.unwrap();
    visit.authenticator.add_credential(&passkey).await.unwrap();
    assert_eq!(visit.page.eval::<String>("openGate(), outcome").await.unwrap(), EMAIL);
    for page in [&visit.page, &tab] {
        assert_eq!(run::<Value>(page, "return (await get('/auth/me')).email").await, json!(EMAIL));
    }
    visit.assert_clean();
}
