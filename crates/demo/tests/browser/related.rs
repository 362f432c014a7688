//! One site under two names: passkeys of one work on the other, and nowhere else.

use crate::cdp::AuthenticatorOptions;
use crate::lab::lab;
use crate::process::Demo;
use crate::visit::{EMAIL, PATIENCE, assert_clean, assert_code, run};
use serde_json::{Value, json};

on_every_framework! { a_passkey_of_one_name_works_on_the_other }

async fn a_passkey_of_one_name_works_on_the_other(framework: &str) {
    let Some(lab) = lab().await else { return };
    let [one, two, three] = ["one", "two", "three"].map(|name| format!("{name}-{framework}.test"));
    let (origin, related) = (format!("https://{one}"), format!("https://{two}"));
    let arguments = ["--framework", framework, "--origin", &origin];
    let demo = Demo::start_with_variables(&arguments, &[("PASSKEYS_RELATED_ORIGINS", &related)]).await;
    for name in [&one, &two, &three] {
        lab.front.plain(name, demo.address().port());
    }
    let page = lab.browser.page("about:blank").await.unwrap();
    let authenticator = page.add_authenticator(&AuthenticatorOptions::default()).await.unwrap();
    let open = async |name: &str| {
        page.goto(&format!("https://{name}/?autofill=off")).await.unwrap();
        page.wait_for("document.documentElement?.dataset.ready", PATIENCE).await.unwrap();
    };

    // Made on the related name, for the RP ID.
    open(&two).await;
    page.click("#tab-create").await.unwrap();
    page.type_text("#create-email", EMAIL).await.unwrap();
    page.click("#create-passkey").await.unwrap();
    let entered = "document.body.dataset.view === 'signed-in' && !document.querySelector('#main[aria-busy]')";
    page.wait_for(entered, PATIENCE).await.unwrap_or_else(|failure| panic!("{failure}\n{}", demo.log()));
    let held = authenticator.credentials().await.unwrap();
    assert_eq!((held.len(), held[0].rp_id.as_deref()), (1, Some(one.as_str())));

    // Used on both; each has a session of its own.
    for name in [&one, &two] {
        open(name).await;
        if name == &one {
            assert_eq!(page.text("#whoami").await.unwrap(), "");
        } else {
            page.click("#sign-out").await.unwrap();
            page.wait_for("document.body.dataset.view === 'signed-out'", PATIENCE).await.unwrap();
        }
        page.click("#passkey-signin").await.unwrap();
        page.wait_for(entered, PATIENCE).await.unwrap_or_else(|failure| panic!("{failure}\n{}", demo.log()));
        assert_eq!(page.text("#whoami").await.unwrap(), EMAIL);
    }
    // The signals reach the authenticator under either name.
    let renamed = format!(
        "await passkeys.detailsChanged({{ rpId: '{one}', userId: '{}', name: 'new', displayName: 'New' }}); return 0",
        held[0].user_handle.as_deref().unwrap().replace('+', "-").replace('/', "_").replace('=', "")
    );
    run::<Value>(&page, &renamed).await;
    assert_eq!(authenticator.credentials().await.unwrap()[0].user_name.as_deref(), Some("new"));
    assert_clean(&page);

    // A name that is not on the list: the browser refuses, and the server would.
    open(&three).await;
    let direct = |kind: &str, more: &str| {
        format!(
            "try {{
                const challenge = new Uint8Array(32);
                await navigator.credentials.{kind}({{ publicKey: {{ challenge, {more} }} }});
                return 'done';
            }} catch (error) {{ return error.name; }}"
        )
    };
    let create = format!(
        "rp: {{ id: '{one}', name: 'x' }}, user: {{ id: challenge, name: 'x', displayName: 'x' }},
         pubKeyCredParams: [{{ type: 'public-key', alg: -7 }}]"
    );
    for (kind, more) in [("get", format!("rpId: '{one}'")), ("create", create)] {
        assert_eq!(run::<Value>(&page, &direct(kind, &more)).await, json!("SecurityError"), "{kind}");
    }
    assert_code(&run(&page, "return passkeys.authenticate()").await, "cross_site");
    page.close().await.unwrap();
}
