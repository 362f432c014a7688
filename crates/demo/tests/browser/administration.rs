//! The administrators' page: other people's passkeys, and what happened.

use crate::cdp::AuthenticatorOptions;
use crate::visit::{EMAIL, Visit};

on_every_framework! { a_passkey_is_removed_suspended_and_reactivated }

const ADMIN: &str = "root@example.com";

async fn a_passkey_is_removed_suspended_and_reactivated(framework: &str) {
    let options = AuthenticatorOptions::default();
    let Some(visit) = Visit::start_with(framework, &["--admin", ADMIN], &options).await else { return };
    // Ada has one passkey that she removed, and one that she uses.
    visit.create_account().await;
    assert!(visit.page.eval::<bool>("document.getElementById('admin-link').hidden").await.unwrap());
    visit.add_passkey("Lost phone").await;
    visit.click("#passkey-list .remove").await;
    visit.click("#remove-confirm").await;
    visit.wait("document.querySelectorAll('#passkey-list li').length === 0").await;
    visit.idle().await;
    visit.holds(0).await;
    visit.add_passkey("Laptop").await;
    visit.open("/admin").await;
    assert_eq!(visit.page.text("#refused-title").await.unwrap(), "This page is for administrators");
    visit.open("/?autofill=off").await;
    visit.signed_in().await;
    visit.sign_out().await;
    visit.open("/admin").await;
    assert_eq!(visit.page.text("#refused-title").await.unwrap(), "Please sign in first");

    visit.open("/?autofill=off").await;
    visit.create_account_of(ADMIN).await;
    visit.click("#admin-link").await;
    visit.wait("document.body?.dataset.view === 'admin' && document.documentElement.dataset.ready").await;
    let of_ada = "[...document.querySelectorAll('#users tr')].find(row => row.textContent.includes('ada@'))";
    assert!(visit.page.eval::<bool>(&format!("{of_ada}.textContent.includes('1 passkey')")).await.unwrap());
    visit.page.eval::<()>(&format!("void ({of_ada}.id = 'ada')")).await.unwrap();
    visit.click("#ada [data-testid=user-passkeys]").await;
    visit.wait("document.querySelectorAll('#person-passkeys li').length === 2").await;
    visit.idle().await;
    assert_eq!(visit.page.text("#person-email").await.unwrap(), EMAIL);
    let gone = visit.page.text("#person-passkeys [data-status=revoked]").await.unwrap();
    assert!(gone.contains("Lost phone") && gone.contains("Removed") && gone.contains("Reason"), "{gone}");

    visit.click("#person-passkeys .suspend").await;
    visit.click("#suspend-confirm").await;
    visit.told("“Laptop” is suspended.").await;
    visit.wait("document.querySelector('#audit [data-kind=suspended_by_administrator]')").await;
    if framework == "axum" {
        visit.screenshot("admin").await;
    }
    visit.click("#ada [data-testid=user-activity]").await;
    visit.wait("document.querySelector('#audit [data-kind=credential_revoked]') && !document.querySelector('#main[aria-busy]')")
        .await;
    let kinds = "[...new Set([...document.querySelectorAll('#audit tr')].map(row => row.dataset.kind))].sort()";
    let kinds: Vec<String> = visit.page.eval(kinds).await.unwrap();
    for kind in ["account_created", "registration_succeeded", "credential_revoked", "suspended_by_administrator"] {
        assert!(kinds.iter().any(|found| found == kind), "{kind}: {kinds:?}");
    }
    let text = visit.page.text("#audit").await.unwrap();
    assert!(text.contains(&format!("by {ADMIN}")) && text.contains("Lost phone"), "{text}");

    // Ada can't sign in with it until it is reactivated.
    visit.open("/?autofill=off").await;
    let refused = visit.run("return passkeys.authenticate({})").await;
    crate::visit::assert_code(&refused, "authentication_failed");
    let reactivated = visit.run::<serde_json::Value>(
        "const { users } = await get('/admin/users');
         const { id } = users.find(({ email }) => email.startsWith('ada@'));
         const { credentials } = await get(`/admin/users/${id}/passkeys`);
         const { id: row } = credentials.find(({ status }) => status === 'suspended');
         return post(`/admin/users/${id}/passkeys/${row}/reactivate`);",
    );
    let reactivated = reactivated.await;
    assert!(reactivated.get("error").is_none(), "{reactivated}");
    visit.sign_out().await;
    visit.sign_in().await;
    visit.assert_clean();
}
