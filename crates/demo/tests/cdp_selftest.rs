//! The browser driver itself, against a page that needs no server of ours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/cdp.rs"]
mod cdp;

use cdp::{AuthenticatorOptions, Browser, Overrides};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const PAGE: &str = r#"<!doctype html><title>self-test</title>
<input id="name"><button id="go">Go</button><button id="no" disabled>No</button><p id="out"></p>
<script>
const b64 = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const challenge = new Uint8Array(32).fill(7);
async function create(userVerification = 'required') {
    const credential = await navigator.credentials.create({publicKey: {
        rp: {id: location.hostname, name: 'Test'}, challenge,
        user: {id: new Uint8Array([1, 2, 3]), name: 'ada', displayName: 'Ada'},
        pubKeyCredParams: [{type: 'public-key', alg: -7}],
        authenticatorSelection: {residentKey: 'required', userVerification},
    }});
    return b64(credential.rawId);
}
async function get(userVerification = 'discouraged') {
    const {response} = await navigator.credentials.get({publicKey: {challenge, rpId: location.hostname, userVerification}});
    const data = new Uint8Array(response.authenticatorData);
    const count = new DataView(data.buffer, data.byteOffset + 33, 4).getUint32(0);
    return {flags: data[32], count, signature: response.signature.byteLength, user: b64(response.userHandle)};
}
go.onclick = event => {
    console.log('clicked', event.isTrusted, {toString: () => 'x'}.toString());
    out.textContent = `${event.isTrusted} ${name_field.value}`;
};
const name_field = document.getElementById('name');
name_field.onkeydown = event => { if (event.key === 'Enter') out.textContent = 'entered'; };
</script>"#;

/// Serves the page on every path of a free port, until the runtime ends.
async fn serve(page: impl Fn(u16) -> String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let body = page(port);
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    match stream.read_u8().await {
                        Ok(byte) => request.push(byte),
                        Err(_) => return,
                    }
                }
                // A browser that went away is not our business.
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    port
}

#[tokio::test]
async fn authenticators_register_and_sign() {
    let Some(browser) = Browser::launch().await.unwrap() else {
        return;
    };
    let port = serve(|_| PAGE.to_owned()).await;
    let page = browser.page(&format!("http://localhost:{port}/")).await.unwrap();
    let authenticator = page.add_authenticator(&AuthenticatorOptions::default()).await.unwrap();

    let id: String = page.eval("create()").await.unwrap();
    let held = authenticator.credentials().await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].credential_id.as_str(), held[0].rp_id.as_deref()), (id.as_str(), Some("localhost")));
    assert_eq!(held[0].user_handle.as_deref(), Some("AQID"));

    let first: Value = page.eval("get('required')").await.unwrap();
    assert_eq!((&first["flags"], &first["user"]), (&json!(0x05), &json!("AQID")));
    let second: Value = page.eval("get('required')").await.unwrap();
    assert_eq!(second["count"].as_u64().unwrap(), first["count"].as_u64().unwrap() + 1);

    let bogus = Overrides { bogus_signature: true, ..Overrides::default() };
    authenticator.set_response_override_bits(bogus).await.unwrap();
    assert_eq!(page.eval::<Value>("get()").await.unwrap()["signature"], 1);
    authenticator.set_response_override_bits(Overrides::default()).await.unwrap();

    authenticator.set_credential_properties(&id, Some(true), Some(true)).await.unwrap();
    assert_eq!(page.eval::<Value>("get('required')").await.unwrap()["flags"], 0x1d);

    // A clone that fell behind.
    let mut clone = authenticator.credentials().await.unwrap().remove(0);
    authenticator.clear().await.unwrap();
    assert_eq!(authenticator.credentials().await.unwrap(), []);
    clone.sign_count = 1;
    authenticator.add_credential(&clone).await.unwrap();
    assert_eq!(page.eval::<Value>("get()").await.unwrap()["count"], 2);

    authenticator.set_user_verified(false).await.unwrap();
    let failure = page.eval::<Value>("get('required')").await.unwrap_err().to_string();
    assert!(failure.contains("NotAllowedError"), "{failure}");
    authenticator.remove_credential(&id).await.unwrap();
    authenticator.remove().await.unwrap();
}

#[tokio::test]
async fn mouse_and_keyboard_are_trusted() {
    let Some(browser) = Browser::launch().await.unwrap() else {
        return;
    };
    let port = serve(|_| PAGE.to_owned()).await;
    let page = browser.page(&format!("http://localhost:{port}/")).await.unwrap();

    page.type_text("#name", "first").await.unwrap();
    page.type_text("#name", "Ada L.").await.unwrap();
    page.click("#go").await.unwrap();
    page.wait_for("out.textContent !== ''", Duration::from_secs(5)).await.unwrap();
    assert_eq!(page.text("#out").await.unwrap(), "true Ada L.");
    assert!(page.console().iter().any(|line| line == "log: clicked true x"), "{:?}", page.console());

    page.click("#name").await.unwrap();
    page.press("Enter").await.unwrap();
    page.wait_for("out.textContent === 'entered'", Duration::from_secs(5)).await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("page.png");
    page.screenshot(&picture).await.unwrap();
    assert!(std::fs::read(picture).unwrap().starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn failures_explain_themselves() {
    let Some(browser) = Browser::launch().await.unwrap() else {
        return;
    };
    let port = serve(|_| PAGE.to_owned()).await;
    let page = browser.page(&format!("http://localhost:{port}/")).await.unwrap();
    page.eval::<()>("void console.error('so it goes')").await.unwrap();
    page.eval::<()>("void setTimeout(() => { throw new Error('by itself') })").await.unwrap();

    let page = page.with_patience(Duration::from_millis(500));
    let failure = page.click("#no").await.unwrap_err().to_string();
    assert!(failure.contains("\"#no\" within 500ms: it is disabled"), "{failure}");
    assert!(failure.contains("error: so it goes") && failure.contains("Error: by itself"), "{failure}");
    let failure = page.wait_for("1 > 2", Duration::from_millis(50)).await.unwrap_err().to_string();
    assert!(failure.starts_with("not within 50ms: 1 > 2"), "{failure}");
    let failure = page.eval::<()>("missing.member").await.unwrap_err().to_string();
    assert!(failure.contains("ReferenceError"), "{failure}");
    let failure = page.eval::<u8>("'text'").await.unwrap_err().to_string();
    assert!(failure.contains("another type"), "{failure}");
    assert!(page.goto("http://localhost:1/").await.is_err());
}

#[tokio::test]
async fn cross_site_frames_have_sessions_of_their_own() {
    let Some(browser) = Browser::launch().await.unwrap() else {
        return;
    };
    let inner = serve(|_| PAGE.to_owned()).await;
    let frame = format!(
        "<iframe width=500 height=300 src='http://b.localhost:{inner}/inner' \
         allow='publickey-credentials-get *; publickey-credentials-create *'></iframe>"
    );
    let outer = serve(move |_| frame.clone()).await;
    let page = browser.page(&format!("http://a.localhost:{outer}/")).await.unwrap();
    let frame = page.frame("/inner").await.unwrap();
    assert_eq!(frame.eval::<String>("location.hostname").await.unwrap(), "b.localhost");

    frame.type_text("#name", "inside").await.unwrap();
    frame.click("#go").await.unwrap();
    frame.wait_for("out.textContent === 'true inside'", Duration::from_secs(5)).await.unwrap();
    assert!(page.console().iter().any(|line| line.starts_with("log: clicked")), "{:?}", page.console());

    let authenticator = page.add_authenticator(&AuthenticatorOptions::default()).await.unwrap();
    frame.eval::<String>("create()").await.unwrap();
    assert_eq!(authenticator.credentials().await.unwrap()[0].rp_id.as_deref(), Some("b.localhost"));
}

#[tokio::test]
async fn pages_share_nothing_and_the_profile_goes() {
    let Some(browser) = Browser::launch().await.unwrap() else {
        return;
    };
    let port = serve(|_| PAGE.to_owned()).await;
    let url = format!("http://localhost:{port}/");
    let one = browser.page(&url).await.unwrap();
    let two = browser.page(&url).await.unwrap();
    one.eval::<()>("void (document.cookie = 'a=b')").await.unwrap();
    assert_eq!(one.eval::<String>("document.cookie").await.unwrap(), "a=b");
    assert_eq!(two.eval::<String>("document.cookie").await.unwrap(), "");

    let profile = browser.profile().to_path_buf();
    assert!(profile.is_dir());
    drop(browser);
    assert!(!profile.exists());
    let failure = one.eval::<()>("1").await.unwrap_err().to_string();
    assert!(failure.contains("Chromium is gone"), "{failure}");
}
