//! The demo in a frame on another site's page: allowed by everybody concerned, or refused by one of them.

use crate::cdp::{AuthenticatorOptions, Page, VirtualAuthenticator};
use crate::front::Port;
use crate::lab::lab;
use crate::process::Demo;
use crate::visit::{EMAIL, PATIENCE, assert_clean, assert_reason, run};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

on_every_framework! { allowed_by_everybody, without_the_pages_permission, below_a_page_that_is_not_listed, without_a_policy }

const ALLOW: &str = "publickey-credentials-get; publickey-credentials-create";

/// The demo on one name, in a frame on the page of another, which is another site.
struct Embedded {
    page: Page,
    authenticator: VirtualAuthenticator,
    demo: Demo,
    /// The origin of the page around the frame.
    top: String,
    inner: String,
}

/// Whether browsers see the demo's `frame-ancestors`.
#[derive(Clone, Copy, PartialEq)]
enum Ancestors {
    Kept,
    /// As if the browser did not know that directive: the signed client data is what is left.
    Lost,
}

impl Embedded {
    /// `top_origins` has the page's own origin in place of `{top}`.
    async fn start(framework: &str, top_origins: Option<&str>, allow: &str, ancestors: Ancestors) -> Option<Self> {
        let lab = lab().await?;
        let port = Port::reserve().await;
        let inner = format!("http://b.localhost:{}", port.number);
        let frame = format!("<iframe width=950 height=750 src='{inner}/?autofill=off' allow='{allow}'></iframe>");
        let top = format!("http://a.localhost:{}", serve(frame).await);
        let listed = top_origins.map(|list| list.replace("{top}", &top));
        let variables: Vec<_> = listed.iter().map(|list| ("PASSKEYS_TOP_ORIGINS", list.as_str())).collect();
        let arguments = ["--framework", framework, "--origin", &inner];
        let demo = Demo::start_with_variables(&arguments, &variables).await;
        match ancestors {
            Ancestors::Kept => port.forward(demo.address().port(), None),
            Ancestors::Lost => port.forward(demo.address().port(), Some(("frame-ancestors", "frame-offspring"))),
        }
        let page = lab.browser.page("about:blank").await.unwrap();
        let authenticator = page.add_authenticator(&AuthenticatorOptions::default()).await.unwrap();
        page.goto(&top).await.unwrap();
        Some(Self { page, authenticator, demo, top, inner })
    }

    /// The demo's page in the frame, once it is ready.
    async fn frame(&self) -> Page {
        let frame = self.page.frame("b.localhost").await.unwrap();
        frame.wait_for("document.documentElement?.dataset.ready", PATIENCE).await.unwrap();
        frame
    }

    async fn view(&self, frame: &Page, view: &str) {
        let there = format!("document.body?.dataset.view === '{view}' && !document.querySelector('#main[aria-busy]')");
        if let Err(failure) = frame.wait_for(&there, PATIENCE).await {
            let status = frame.text("#status").await;
            panic!("{failure}\nthe page says: {status:?}\nlog of the demo:\n{}", self.demo.log());
        }
    }

    /// Clicks, without which no browser makes passkeys in a frame; returns what the page says.
    async fn sign_up_is_refused(&self, frame: &Page, code: &str) -> String {
        frame.click("#tab-create").await.unwrap();
        frame.type_text("#create-email", EMAIL).await.unwrap();
        frame.click("#create-passkey").await.unwrap();
        let there = format!("document.getElementById('toast').dataset.code === '{code}'");
        if let Err(failure) = frame.wait_for(&there, PATIENCE).await {
            panic!("{failure}\n{:?}\n{}", frame.text("#status").await, self.demo.log());
        }
        self.view(frame, "signed-out").await;
        frame.text("#status").await.unwrap()
    }

    async fn end(self) {
        self.page.close().await.unwrap();
    }
}

/// Serves a page on every path of a free port.
async fn serve(body: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length:";
    let answer = format!("{head} {}\r\n\r\n{body}", body.len());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(stream.read_u8().await?);
                }
                stream.write_all(answer.as_bytes()).await
            });
        }
    });
    port
}

/// Keeps the client data of what is sent to the server.
const WATCH: &str = "void (() => {
    const real = globalThis.fetch;
    globalThis.seen = [];
    globalThis.fetch = (url, init) => {
        const data = init?.body && JSON.parse(init.body).credential?.response.clientDataJSON;
        if (data) globalThis.seen.push(JSON.parse(atob(data.replaceAll('-', '+').replaceAll('_', '/'))));
        return real(url, init);
    };
})()";

async fn allowed_by_everybody(framework: &str) {
    let Some(site) = Embedded::start(framework, Some("{top}"), ALLOW, Ancestors::Kept).await else { return };
    let frame = site.frame().await;
    frame.eval::<()>(WATCH).await.unwrap();
    frame.click("#tab-create").await.unwrap();
    frame.type_text("#create-email", EMAIL).await.unwrap();
    frame.click("#create-passkey").await.unwrap();
    site.view(&frame, "signed-in").await;
    let held = site.authenticator.credentials().await.unwrap();
    assert_eq!((held.len(), held[0].rp_id.as_deref()), (1, Some("b.localhost")));

    // The session is there at the next visit of the frame.
    site.page.goto(&site.top).await.unwrap();
    let frame = site.frame().await;
    site.view(&frame, "signed-in").await;
    assert_eq!(frame.text("#whoami").await.unwrap(), EMAIL);
    frame.eval::<()>(WATCH).await.unwrap();
    frame.click("#sign-out").await.unwrap();
    site.view(&frame, "signed-out").await;
    frame.click("#passkey-signin").await.unwrap();
    site.view(&frame, "signed-in").await;
    let seen: Vec<Value> = frame.eval("globalThis.seen").await.unwrap();
    assert_eq!(seen.len(), 1);
    let named = ["type", "origin", "crossOrigin", "topOrigin"].map(|name| seen[0][name].clone());
    assert_eq!(named, [json!("webauthn.get"), json!(site.inner), json!(true), json!(site.top)]);

    // Cookies of the frame are the page's affair alone: the demo by itself knows nothing of that session.
    let cookies = site.page.call("Network.getCookies", json!({"urls": [site.inner]})).await.unwrap();
    for cookie in cookies["cookies"].as_array().unwrap() {
        assert_eq!((&cookie["sameSite"], &cookie["secure"]), (&json!("None"), &json!(true)), "{cookie}");
        assert!(cookie.get("partitionKey").is_some(), "{cookie}");
    }
    let alone = site.page.tab(&format!("{}/?autofill=off", site.inner)).await.unwrap();
    alone.wait_for("document.documentElement?.dataset.ready", PATIENCE).await.unwrap();
    assert_eq!(alone.eval::<String>("document.body.dataset.view").await.unwrap(), "signed-out");
    assert_clean(&site.page);
    site.end().await;
}

async fn without_the_pages_permission(framework: &str) {
    let Some(site) = Embedded::start(framework, Some("{top}"), "", Ancestors::Kept).await else { return };
    let frame = site.frame().await;
    for attempt in ["signUp({ email: 'ada@example.com' })", "authenticate()"] {
        let refused: Value = run(&frame, &format!("return passkeys.{attempt}")).await;
        assert_reason(&refused, "cancelled", "NotAllowedError");
        let message = refused["error"]["message"].as_str().unwrap();
        assert!(message.contains("publickey-credentials-"), "{message}");
    }
    frame.click("#passkey-signin").await.unwrap();
    frame
        .wait_for("document.getElementById('status').textContent.startsWith('No passkey was used')", PATIENCE)
        .await
        .unwrap();
    assert_eq!(site.authenticator.credentials().await.unwrap(), []);
    site.end().await;
}

async fn below_a_page_that_is_not_listed(framework: &str) {
    let another = Some("http://c.localhost:81");
    // Browsers do not even show it.
    let Some(site) = Embedded::start(framework, another, ALLOW, Ancestors::Kept).await else { return };
    refused_a_frame(&site.page).await;
    site.end().await;

    // The server sees it in what the browser signed.
    let site = Embedded::start(framework, another, ALLOW, Ancestors::Lost).await.unwrap();
    let frame = site.frame().await;
    let text = site.sign_up_is_refused(&frame, "registration_failed").await;
    let why = "(R11: add the embedding page's origin to the top origins of the cross-origin policy)";
    assert!(text.starts_with("The passkey could not be added.") && text.ends_with(why), "{text}");
    site.end().await;
}

async fn without_a_policy(framework: &str) {
    let Some(site) = Embedded::start(framework, None, ALLOW, Ancestors::Kept).await else { return };
    refused_a_frame(&site.page).await;
    site.end().await;

    // Without the directive it would be shown. The ceremony's cookie is not sent there.
    let site = Embedded::start(framework, None, ALLOW, Ancestors::Lost).await.unwrap();
    let frame = site.frame().await;
    // Nor is it begun again: this browser wants another click for that, and says no as if somebody had cancelled.
    let spent = "void Object.defineProperty(navigator, 'userActivation', { value: { isActive: false } })";
    frame.eval::<()>(spent).await.unwrap();
    let text = site.sign_up_is_refused(&frame, "ceremony_unusable").await;
    assert_eq!(text, "That took too long. Please try again.");
    let begun =
        "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/register/begin')).length";
    assert_eq!(frame.eval::<u32>(begun).await.unwrap(), 1);
    site.end().await;
}

/// Waits until the browser says that it shows nothing in the frame.
async fn refused_a_frame(page: &Page) {
    let end = std::time::Instant::now() + PATIENCE;
    while !page.console().iter().any(|line| line.contains("frame-ancestors")) {
        assert!(std::time::Instant::now() < end, "{:?}", page.console());
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
}
