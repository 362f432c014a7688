//! Adding and removing passkeys long after the sign-in.

use crate::visit::{PASSWORD, Visit};

on_every_framework! { the_page_asks_who_it_is_and_goes_on }

async fn the_page_asks_who_it_is_and_goes_on(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.create_account().await;
    visit.age_sessions().await;

    // There is no passkey yet: the password it is.
    visit.fill("#passkey-name", "Laptop").await;
    visit.click("#add-passkey").await;
    visit.wait("document.getElementById('step-up-dialog').open").await;
    visit.fill("#step-up-password", "incorrect horse").await;
    visit.click("#step-up-submit").await;
    visit.wait("document.getElementById('step-up-error').textContent.includes('wrong')").await;
    visit.fill("#step-up-password", PASSWORD).await;
    visit.click("#step-up-submit").await;
    visit.wait("document.querySelectorAll('#passkey-list li').length === 1").await;
    visit.idle().await;

    // With a passkey, and the session goes on.
    visit.age_sessions().await;
    visit.click("#passkey-list .remove").await;
    visit.click("#remove-confirm").await;
    visit.wait("document.getElementById('step-up-dialog').open").await;
    visit.click("#step-up-passkey").await;
    visit.wait("document.querySelectorAll('#passkey-list li').length === 0").await;
    visit.idle().await;
    assert!(visit.method().await.contains("a passkey"));

    // Who does not confirm changes nothing.
    visit.age_sessions().await;
    visit.click("#add-passkey").await;
    visit.wait("document.getElementById('step-up-dialog').open").await;
    visit.page.press("Escape").await.unwrap();
    visit.wait("document.getElementById('status').textContent === 'No passkey was added.'").await;
    visit.assert_clean();
}
