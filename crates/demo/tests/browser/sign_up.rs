//! Accounts that have a passkey and nothing else.

use crate::visit::{EMAIL, Visit};

on_every_framework! { a_passkey_alone, a_name_that_is_taken, the_only_way_in_stays }

async fn a_passkey_alone(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.sign_up().await;
    visit.told("Your account is ready.").await;
    assert!(visit.method().await.contains("a passkey"));
    assert_eq!(visit.page.text("#password-state").await.unwrap(), "None. You sign in with passkeys alone.");
    let held = visit.authenticator.credentials().await.unwrap();
    assert_eq!((held.len(), held[0].is_resident_credential, held[0].user_name.as_deref()), (1, true, Some(EMAIL)));

    visit.open("/?autofill=off").await;
    visit.signed_in().await;
    visit.sign_out().await;
    visit.sign_in().await;
    visit.assert_clean();
}

async fn a_name_that_is_taken(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.create_account().await;
    visit.sign_out().await;
    // By a password, and by a passkey, which the browser is told to forget.
    visit.click("#tab-create").await;
    visit.fill("#create-email", &EMAIL.to_uppercase()).await;
    visit.click("#create-passkey").await;
    let text = visit.refused("email_taken").await;
    assert_eq!(text, "There is already an account with this e-mail. Sign in instead, or use another address.");
    assert_eq!(visit.page.text("#create-email-error").await.unwrap(), "There is already an account with this e-mail.");
    visit.holds(0).await;

    visit.open("/?autofill=off").await;
    visit.click("#tab-create").await;
    visit.fill("#create-email", EMAIL).await;
    visit.click("#create-use-password").await;
    visit.fill("#create-password", "another password").await;
    visit.click("#create-submit").await;
    visit.refused("email_taken").await;
    assert_eq!(visit.view().await, "signed-out");
    visit.assert_clean();
}

async fn the_only_way_in_stays(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.sign_up().await;
    visit.click("#passkey-list .remove").await;
    visit.wait("document.getElementById('kept-dialog').open").await;
    // The server says so too, whoever asks.
    let refused = visit.run("return passkeys.remove((await passkeys.list()).credentials[0].id)").await;
    crate::visit::assert_code(&refused, "removal_refused");

    visit.click("#kept-password").await;
    visit.fill("#password-new", "a new password").await;
    visit.click("#password-save").await;
    visit.told("Your password is set. You can sign in with it where you have no passkey.").await;
    visit.click("#passkey-list .remove").await;
    visit.click("#remove-confirm").await;
    visit.wait("document.querySelectorAll('#passkey-list li').length === 0").await;
    visit.idle().await;
    visit.holds(0).await;
    visit.assert_clean();
}
