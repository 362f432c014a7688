//! Adding and removing passkeys long after the sign-in.

use crate::visit::{PASSWORD, Visit};
use sqlx::SqlitePool;

/// Makes every session an old one.
async fn age(visit: &Visit) {
    let pool = SqlitePool::connect(&format!("sqlite:{}", visit.demo.database().display())).await.unwrap();
    let change = sqlx::query("UPDATE sessions SET authenticated_at = authenticated_at - 3600000");
    assert_eq!(change.execute(&pool).await.unwrap().rows_affected(), 1);
    pool.close().await;
}

#[tokio::test]
async fn the_page_asks_who_it_is_and_goes_on() {
    let Some(visit) = Visit::start().await else { return };
    visit.create_account().await;
    age(&visit).await;

    // There is no passkey yet: the password it is.
    visit.fill("#passkey-name", "Laptop").await;
    visit.click("#add-passkey").await;
    visit.wait("document.getElementById('step-up-dialog').open").await;
    visit.screenshot("step-up").await;
    visit.fill("#step-up-password", "incorrect horse").await;
    visit.click("#step-up-submit").await;
    visit.wait("document.getElementById('step-up-error').textContent.includes('wrong')").await;
    visit.fill("#step-up-password", PASSWORD).await;
    visit.click("#step-up-submit").await;
    visit.wait("document.querySelectorAll('#passkey-list li').length === 1").await;
    visit.idle().await;

    // With a passkey, and the session goes on.
    age(&visit).await;
    visit.click("#passkey-list .remove").await;
    visit.click("#remove-confirm").await;
    visit.wait("document.getElementById('step-up-dialog').open").await;
    visit.click("#step-up-passkey").await;
    visit.wait("document.querySelectorAll('#passkey-list li').length === 0").await;
    visit.idle().await;
    assert!(visit.method().await.contains("a passkey"));

    // Who does not confirm changes nothing.
    age(&visit).await;
    visit.click("#add-passkey").await;
    visit.wait("document.getElementById('step-up-dialog').open").await;
    visit.page.press("Escape").await.unwrap();
    visit.wait("document.getElementById('status').textContent === 'No passkey was added.'").await;
    visit.assert_clean();
}
