//! Assertions that are not good enough, from a real browser to the message on the page.

use crate::cdp::Overrides;
use crate::visit::{EMAIL, Visit};

on_every_framework! { a_bogus_signature, a_user_who_was_not_verified_or_not_present, a_clone, nobody_who_answers }

async fn with_passkey(framework: &str) -> Option<Visit> {
    let visit = Visit::start(framework).await?;
    visit.create_account().await;
    visit.add_passkey("Laptop").await;
    visit.sign_out().await;
    Some(visit)
}

/// Tries to sign in, with and without a name; returns the last text on the page.
async fn is_refused(visit: &Visit) -> String {
    let mut text = String::new();
    for email in ["", EMAIL] {
        visit.fill("#signin-email", email).await;
        visit.click("#passkey-signin").await;
        text = visit.refused("authentication_failed").await;
        assert_eq!(visit.page.eval::<String>("document.body.dataset.view").await.unwrap(), "signed-out");
        visit.click("#status-close").await;
    }
    text
}

async fn signs_in(visit: &Visit) {
    visit.fill("#signin-email", "").await;
    visit.click("#passkey-signin").await;
    visit.signed_in().await;
    visit.sign_out().await;
}

async fn a_bogus_signature(framework: &str) {
    let Some(visit) = with_passkey(framework).await else { return };
    let bogus = Overrides { bogus_signature: true, ..Overrides::default() };
    visit.authenticator.set_response_override_bits(bogus).await.unwrap();
    let text = is_refused(&visit).await;
    assert!(text.contains("did not work") && text.contains("(A21: "), "{text}");
    visit.authenticator.set_response_override_bits(Overrides::default()).await.unwrap();
    signs_in(&visit).await;
}

async fn a_user_who_was_not_verified_or_not_present(framework: &str) {
    let Some(visit) = with_passkey(framework).await else { return };
    let bad_uv = Overrides { bad_uv: true, ..Overrides::default() };
    let bad_up = Overrides { bad_up: true, ..Overrides::default() };
    for (overrides, step) in [(bad_uv, "(A17: "), (bad_up, "(A16: ")] {
        visit.authenticator.set_response_override_bits(overrides).await.unwrap();
        let text = is_refused(&visit).await;
        assert!(text.contains(step), "{text}");
    }
    visit.authenticator.set_response_override_bits(Overrides::default()).await.unwrap();
    signs_in(&visit).await;
}

async fn a_clone(framework: &str) {
    let Some(visit) = with_passkey(framework).await else { return };
    let mut clone = visit.authenticator.credentials().await.unwrap().remove(0);
    for _ in 0..3 {
        signs_in(&visit).await;
    }
    let genuine = visit.authenticator.credentials().await.unwrap().remove(0);
    assert!(genuine.sign_count > clone.sign_count + 2);

    // The copy counts from where it was made.
    visit.authenticator.clear().await.unwrap();
    clone.sign_count = 1;
    visit.authenticator.add_credential(&clone).await.unwrap();
    visit.click("#passkey-signin").await;
    let text = visit.refused("authentication_failed").await;
    assert!(text.contains("did not work"), "{text}");
    assert_eq!(visit.page.eval::<String>("document.body.dataset.view").await.unwrap(), "signed-out");

    visit.authenticator.clear().await.unwrap();
    visit.authenticator.add_credential(&genuine).await.unwrap();
    signs_in(&visit).await;
}

async fn nobody_who_answers(framework: &str) {
    let Some(visit) = with_passkey(framework).await else { return };
    visit.authenticator.set_user_verified(false).await.unwrap();
    visit.click("#passkey-signin").await;
    visit.wait("document.getElementById('status').textContent.includes('No passkey was used')").await;
    visit.idle().await;
    visit.authenticator.set_user_verified(true).await.unwrap();
    signs_in(&visit).await;
    visit.assert_clean();
}
