//! From a password to a passkey and back, and an account that begins with its passkey; behind each framework.

use crate::visit::{EMAIL, PASSWORD, Visit};
use serde_json::json;

async fn from_a_password_to_a_passkey(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.click("tab-create");
    visit.fill("create-email", EMAIL);
    visit.click("create-use-password");
    visit.fill("create-password", PASSWORD);
    visit.click("create-submit");
    visit.signed_in("your password");

    visit.fill("passkey-name", "My laptop");
    visit.click("add-passkey");
    visit.lists("My laptop");
    let held = visit.held();
    assert_eq!((&held["rpId"], &held["isResidentCredential"]), (&json!("localhost"), &json!(true)));

    // A device gets one passkey an account.
    visit.click("add-passkey");
    visit.refused("InvalidStateError");

    visit.sign_out();
    visit.click("passkey-signin");
    visit.signed_in("a passkey");

    visit.click("rename");
    visit.wait("document.getElementById('rename-dialog').open");
    visit.fill("rename-name", "Work laptop");
    visit.click("rename-save");
    visit.lists("Work laptop");
    visit.open();
    visit.lists("Work laptop");

    visit.click("remove");
    visit.wait("document.getElementById('remove-dialog').open");
    visit.click("remove-confirm");
    visit.wait("document.querySelectorAll('#passkey-list li').length === 0");
    visit.idle();

    // The device still has it, and tries it in vain.
    visit.held();
    visit.sign_out();
    visit.click("passkey-signin");
    visit.refused("authentication_failed");
    assert_eq!(visit.firefox.eval("document.body.dataset.view").unwrap(), "signed-out");
}

async fn an_account_begins_with_its_passkey(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    visit.click("tab-create");
    visit.fill("create-email", EMAIL);
    visit.click("create-passkey");
    visit.signed_in("a passkey");
    assert_eq!(visit.passkeys(), 1);
    visit.held();
    let me = visit.firefox.eval("fetch('/auth/me').then(answer => answer.json())").unwrap();
    assert_eq!((&me["has_password"], &me["authenticated_by"]), (&json!(false), &json!("passkey")));

    visit.sign_out();
    visit.click("passkey-signin");
    visit.signed_in("a passkey");
}

/// The same for each framework, by its name.
macro_rules! behind {
    ($($framework:ident),*) => {$(
        mod $framework {
            #[tokio::test]
            async fn from_a_password_to_a_passkey() {
                super::from_a_password_to_a_passkey(stringify!($framework)).await;
            }

            #[tokio::test]
            async fn an_account_begins_with_its_passkey() {
                super::an_account_begins_with_its_passkey(stringify!($framework)).await;
            }
        }
    )*};
}

behind!(axum, actix, warp);
