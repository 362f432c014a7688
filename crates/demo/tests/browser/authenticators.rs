//! Kinds of authenticators, against a site that wants passkeys: held by the authenticator, their user verified.

use crate::cdp::{AuthenticatorOptions, Overrides};
use crate::visit::{Visit, assert_code, assert_reason};
use serde_json::{Value, json};

on_every_framework! {
    what_holds_passkeys_and_verifies, what_holds_none_or_does_not_verify, backup_states, a_backup_that_is_impossible,
    an_excluded_credential, nobody_verified_or_present, aborted,
}

fn usb() -> AuthenticatorOptions {
    AuthenticatorOptions { transport: "usb", ..AuthenticatorOptions::default() }
}

async fn badges(visit: &Visit) -> Vec<String> {
    let text = "[...document.querySelectorAll('#passkey-list .badge')].map(badge => badge.textContent)";
    visit.page.eval(text).await.unwrap()
}

async fn what_holds_passkeys_and_verifies(framework: &str) {
    let internal = AuthenticatorOptions::default();
    let ctap_2_0 = AuthenticatorOptions { ctap2_version: "ctap2_0", ..usb() };
    for options in [internal, usb(), ctap_2_0] {
        let Some(visit) = Visit::start_with(framework, &[], &options).await else { return };
        visit.sign_up().await;
        let held = visit.authenticator.credentials().await.unwrap();
        assert!(held.len() == 1 && held[0].is_resident_credential, "{options:?}");
        assert_eq!(badges(&visit).await, ["Device-bound", "Used to sign in here"]);
        let kept: Value = visit.run("return (await passkeys.list()).credentials[0]").await;
        assert_eq!(kept["transports"], json!([options.transport]), "{kept}");
        visit.sign_out().await;
        visit.sign_in().await;
        visit.assert_clean();
    }
}

async fn what_holds_none_or_does_not_verify(framework: &str) {
    let default = AuthenticatorOptions::default;
    let table = [
        ("u2f", AuthenticatorOptions::u2f()),
        ("no resident key", AuthenticatorOptions { has_resident_key: false, ..usb() }),
        ("no resident key, internal", AuthenticatorOptions { has_resident_key: false, ..default() }),
        (
            "no user verification",
            AuthenticatorOptions { has_user_verification: false, is_user_verified: false, ..usb() },
        ),
        ("a user who was not verified", AuthenticatorOptions { is_user_verified: false, ..usb() }),
        ("a user who was not verified, internal", AuthenticatorOptions { is_user_verified: false, ..default() }),
    ];
    let Some(visit) = Visit::start(framework).await else { return };
    visit.create_account().await;
    let mut authenticator = visit.authenticator.clone();
    for (name, options) in table {
        authenticator.remove().await.unwrap();
        authenticator = visit.page.add_authenticator(&options).await.unwrap();
        let refused: Value = visit.run("return passkeys.register({})").await;
        assert_reason(&refused, "cancelled", "NotAllowedError");
        assert_eq!(authenticator.credentials().await.unwrap(), [], "{name}");
    }
    // As the page puts it.
    visit.click("#add-passkey").await;
    visit.told("No passkey was added.").await;
    assert_eq!(visit.run::<Value>("return (await passkeys.list()).credentials").await, json!([]));
    visit.assert_clean();
}

async fn backup_states(framework: &str) {
    for (eligible, state, badge) in [(false, false, "Device-bound"), (true, false, "Can sync"), (true, true, "Synced")]
    {
        let options = AuthenticatorOptions {
            default_backup_eligibility: eligible,
            default_backup_state: state,
            ..AuthenticatorOptions::default()
        };
        let Some(visit) = Visit::start_with(framework, &[], &options).await else { return };
        visit.sign_up().await;
        assert_eq!(badges(&visit).await, [badge, "Used to sign in here"]);
        if badge != "Can sync" {
            continue;
        }
        // What has been synced since shows at the next sign-in, and what is not any more.
        let id = visit.authenticator.credentials().await.unwrap().remove(0).credential_id;
        for (state, badge) in [(true, "Synced"), (false, "Can sync")] {
            visit.authenticator.set_credential_properties(&id, Some(true), Some(state)).await.unwrap();
            visit.sign_out().await;
            visit.sign_in().await;
            assert_eq!(badges(&visit).await[0], badge);
        }
    }
}

/// Backed up, and not eligible for it.
async fn a_backup_that_is_impossible(framework: &str) {
    let options = AuthenticatorOptions { default_backup_state: true, ..AuthenticatorOptions::default() };
    let Some(visit) = Visit::start_with(framework, &[], &options).await else { return };
    visit.create_account().await;
    visit.click("#add-passkey").await;
    let text = visit.refused("registration_failed").await;
    assert!(text.starts_with("The passkey could not be added."), "{text}");
    // The browser is told to forget it.
    visit.holds(0).await;

    // A passkey that was in order, and changes.
    visit.authenticator.set_user_verified(false).await.unwrap();
    let authenticator = visit.page.add_authenticator(&usb()).await.unwrap();
    visit.add_passkey("Key ring").await;
    let id = authenticator.credentials().await.unwrap().remove(0).credential_id;
    authenticator.set_credential_properties(&id, Some(false), Some(true)).await.unwrap();
    visit.sign_out().await;
    visit.click("#passkey-signin").await;
    let text = visit.refused("authentication_failed").await;
    assert!(text.contains("did not work") && text.contains("(A18"), "{text}");
}

async fn an_excluded_credential(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.sign_up().await;
    let refused: Value = visit.run("return passkeys.register({})").await;
    assert_reason(&refused, "duplicate", "InvalidStateError");
    visit.click("#add-passkey").await;
    let text = visit.refused("InvalidStateError").await;
    let expected = "This device already has a passkey for your account. Sign in with it, or add one on another device.";
    assert_eq!(text, expected);
    // Another device is another matter.
    let other = visit.page.add_authenticator(&usb()).await.unwrap();
    visit.authenticator.clear().await.unwrap();
    visit.authenticator.set_user_verified(false).await.unwrap();
    visit.add_passkey("Key ring").await;
    assert_eq!(other.credentials().await.unwrap().len(), 1);
    visit.assert_clean();
}

/// Responses that say so themselves, at a registration; `refused` has those at a sign-in.
async fn nobody_verified_or_present(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.create_account().await;
    let bad_uv = Overrides { bad_uv: true, ..Overrides::default() };
    let bad_up = Overrides { bad_up: true, ..Overrides::default() };
    for overrides in [bad_uv, bad_up] {
        visit.authenticator.set_response_override_bits(overrides).await.unwrap();
        let refused: Value = visit.run("return passkeys.register({})").await;
        assert_code(&refused, "registration_failed");
        visit.holds(0).await;
    }
    visit.authenticator.set_response_override_bits(Overrides::default()).await.unwrap();
    visit.add_passkey("Laptop").await;
}

async fn aborted(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.create_account().await;
    visit.authenticator.set_automatic_presence(false).await.unwrap();
    visit.page.eval::<()>(ASKED).await.unwrap();
    visit.click("#add-passkey").await;
    visit.wait("globalThis.asked === 1").await;
    visit.page.eval::<()>("void import('/assets/api.js').then(({ passkeys }) => passkeys.abort())").await.unwrap();
    visit.told("No passkey was added.").await;

    // The page's own signal.
    let outcome = "globalThis.asked = 0;
        const stop = new AbortController();
        const outcome = passkeys.register({ signal: stop.signal });
        outcome.catch(() => {});
        while (!globalThis.asked) await new Promise(requestAnimationFrame);
        stop.abort();
        return await outcome;";
    let cancelled: Value = visit.run(outcome).await;
    assert_eq!(cancelled["error"]["reason"], "cancelled", "{cancelled}");
    assert_eq!(visit.authenticator.credentials().await.unwrap(), []);

    // Nothing stands in the way of the next one.
    visit.authenticator.set_automatic_presence(true).await.unwrap();
    visit.add_passkey("Laptop").await;
    visit.assert_clean();
}

/// Counts what the browser is asked to create.
const ASKED: &str = "void (() => {
    const create = navigator.credentials.create.bind(navigator.credentials);
    globalThis.asked = 0;
    navigator.credentials.create = (options) => {
        const answer = create(options);
        globalThis.asked += 1;
        return answer;
    };
})()";
