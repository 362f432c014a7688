//! Requests that wait in the background: passkeys in the e-mail field, and a passkey that the browser adds by itself.

use crate::cdp::Overrides;
use crate::visit::{EMAIL, PASSWORD, Visit, assert_code};
use serde_json::{Value, json};

on_every_framework! { a_waiting_request_steps_aside, a_passkey_after_a_password }

/// Notes how every request to the browser ended: its mediation, then its outcome.
const NOTES: &str = "(() => {
    globalThis.notes = [];
    for (const kind of ['get', 'create']) {
        const real = navigator.credentials[kind].bind(navigator.credentials);
        navigator.credentials[kind] = (options) => {
            const note = { kind, mediation: options.mediation ?? 'modal', outcome: 'pending' };
            globalThis.notes.push(note);
            // Chromium's virtual authenticator never answers conditional registrations.
            const answer = real(kind === 'create' ? { ...options, mediation: undefined } : options);
            answer.then(() => (note.outcome = 'done'), (error) => (note.outcome = error.name));
            return answer;
        };
    }
    const real = PublicKeyCredential.getClientCapabilities.bind(PublicKeyCredential);
    PublicKeyCredential.getClientCapabilities = async () => ({ ...(await real()), conditionalCreate: true });
})()";

async fn watch(visit: &Visit) {
    visit.page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": NOTES})).await.unwrap();
}

async fn a_waiting_request_steps_aside(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.sign_up().await;
    visit.sign_out().await;
    watch(&visit).await;
    visit.authenticator.set_automatic_presence(false).await.unwrap();
    visit.open("/").await;
    visit.wait("globalThis.notes?.length === 1").await;
    assert_eq!(visit.view().await, "signed-out");

    // The button comes first: the waiting request is aborted.
    visit.authenticator.set_automatic_presence(true).await.unwrap();
    visit.fill("#signin-email", EMAIL).await;
    visit.click("#passkey-signin").await;
    visit.signed_in().await;
    let notes: Value = visit.page.eval("globalThis.notes").await.unwrap();
    let expected = json!([
        {"kind": "get", "mediation": "conditional", "outcome": "AbortError"},
        {"kind": "get", "mediation": "modal", "outcome": "done"},
    ]);
    assert_eq!(notes, expected);

    // A waiting request that is answered signs in.
    visit.open("/?autofill=off").await;
    visit.sign_out().await;
    visit.open("/").await;
    visit.signed_in().await;
    assert!(visit.method().await.contains("a passkey"));
    let expected = json!([{"kind": "get", "mediation": "conditional", "outcome": "done"}]);
    assert_eq!(visit.page.eval::<Value>("globalThis.notes").await.unwrap(), expected);
    visit.assert_clean();
}

async fn a_passkey_after_a_password(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.create_account().await;
    visit.sign_out().await;
    watch(&visit).await;
    // Nobody touches anything when a password manager adds a passkey.
    let absent = Overrides { bad_up: true, ..Overrides::default() };
    visit.authenticator.set_response_override_bits(absent).await.unwrap();
    visit.open("/").await;
    visit.fill("#signin-email", EMAIL).await;
    visit.fill("#signin-password", PASSWORD).await;
    visit.click("#signin-submit").await;
    visit.told("Your browser added a passkey for this account. Next time you can sign in with it.").await;
    let notes: Vec<Value> = visit.page.eval("globalThis.notes.filter(({ kind }) => kind === 'create')").await.unwrap();
    assert_eq!(notes, [json!({"kind": "create", "mediation": "conditional", "outcome": "done"})]);
    assert!(visit.page.eval::<bool>("document.getElementById('offer-passkey').hidden").await.unwrap());
    assert_eq!(visit.page.eval::<u32>("document.querySelectorAll('#passkey-list li').length").await.unwrap(), 1);

    // That is for requests of this kind alone.
    let held = visit.authenticator.credentials().await.unwrap().remove(0);
    visit.authenticator.clear().await.unwrap();
    let refused: Value = visit.run("return passkeys.register({})").await;
    assert_code(&refused, "registration_failed");

    visit.holds(0).await;
    visit.authenticator.add_credential(&held).await.unwrap();
    visit.authenticator.set_response_override_bits(Overrides::default()).await.unwrap();
    visit.open("/?autofill=off").await;
    visit.signed_in().await;
    visit.sign_out().await;
    visit.sign_in().await;
    visit.assert_clean();
}
