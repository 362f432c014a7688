//! Where requests go, and what they carry.

use crate::Bench;
use crate::cdp::Browser;
use serde_json::{Value, json};

#[tokio::test]
async fn the_base_is_the_pages_to_say() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             const urls = { whole: 'https://api.example/x', slashes: '/prefix//', below: 'prefix', url: new URL('/prefix/', location.href),
                            none: undefined };
             for (const [name, base] of Object.entries(urls)) {
               const { passkeys, seen, outcome } = await world({ options: { base }, server: {
                 'GET /x/credentials': () => json({}), 'GET /auth/passkeys/credentials': () => json({}) } });
               await outcome(passkeys.list());
               const { url, credentials } = seen.requests[0];
               found.push([name, url.replace(location.origin, ''), credentials]);
             }
             return found;",
        )
        .await;
    // The cookie that ties finish to begin goes to another origin on demand only.
    let expected = json!([
        ["whole", "https://api.example/x/credentials", "include"],
        ["slashes", "/prefix/credentials", "same-origin"],
        ["below", "/prefix/credentials", "same-origin"],
        ["url", "/prefix/credentials", "same-origin"],
        ["none", "/auth/passkeys/credentials", "same-origin"],
    ]);
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_token_is_asked_for_each_time() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "let token = 0;
             const headers = () => ({ authorization: `Bearer ${(token += 1)}` });
             const { passkeys, seen } = await world({ options: { headers } });
             await passkeys.stepUp();
             await passkeys.list();
             return seen.requests.map((one) => [one.headers.authorization, one.headers['content-type'] ?? null, one.credentials]);",
        )
        .await;
    // The cookie that binds a ceremony to its browser goes along.
    let expected = json!([
        ["Bearer 1", "application/json", "same-origin"],
        ["Bearer 2", "application/json", "same-origin"],
        ["Bearer 3", null, "same-origin"],
    ]);
    assert_eq!(found, expected);
}

#[tokio::test]
async fn what_the_browser_can_do() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             const apis = [{}, able('conditionalCreate', 'extension:prf'), { getClientCapabilities: throws('UnknownError') },
                           { isConditionalMediationAvailable: throws('UnknownError'),
                             isUserVerifyingPlatformAuthenticatorAvailable: async () => false },
                           { getClientCapabilities: async () => ({ conditionalGet: false }) }];
             for (const api of apis) {
               const { passkeys } = await world({ api });
               found.push(await passkeys.capabilities());
             }
             return found;",
        )
        .await;
    let plain = json!({ "conditionalGet": true, "userVerifyingPlatformAuthenticator": true });
    let none = json!({ "conditionalGet": false, "userVerifyingPlatformAuthenticator": false });
    let more = json!({
        "conditionalGet": true, "userVerifyingPlatformAuthenticator": true, "conditionalCreate": true,
        "extension:prf": true,
    });
    // The browser's own word counts more than the older functions'.
    let own = json!({ "conditionalGet": false, "userVerifyingPlatformAuthenticator": true });
    assert_eq!(found, json!([plain, more, plain, none, own]));
}

/// A worker has no document, and here the module has no address either: like a bundle that a server renders.
#[tokio::test]
async fn importing_it_needs_no_page() {
    let Some(browser) = Browser::launch().await.unwrap() else { return };
    let page = browser.page("data:text/html,<p>").await.unwrap();
    let module = include_str!("../../../http/js/passkeys.js").replace("import.meta.url", "undefined");
    let script = format!(
        "try {{
           const source = new Blob([{}], {{ type: 'text/javascript' }});
           const {{ passkeys, createPasskeys }} = await import(URL.createObjectURL(source));
           const failed = (promise) => promise.then(() => 'done', (error) => [error.name, error.reason]);
           const echo = async (url) => new Response(JSON.stringify({{ url }}));
           postMessage([passkeys.supported(), await passkeys.upgrade(), await passkeys.capabilities(),
             await failed(passkeys.list()), await failed(createPasskeys({{ base: '/auth' }}).list()),
             await createPasskeys({{ base: 'https://a.example', fetch: echo }}).list(),
             await failed(passkeys.authenticate({{ conditional: true }}))]);
         }} catch (error) {{
           postMessage(String(error));
         }}",
        json!(module)
    );
    let found: Value = page
        .eval(&format!(
            "new Promise((done) => {{
               const address = `data:text/javascript,${{encodeURIComponent({})}}`;
               const worker = new Worker(address, {{ type: 'module' }});
               worker.onmessage = ({{ data }}) => done(data);
               worker.onerror = ({{ message }}) => done(message ?? 'the worker did not start');
             }})",
            json!(script)
        ))
        .await
        .unwrap();
    let none = json!({ "conditionalGet": false, "userVerifyingPlatformAuthenticator": false });
    let failed = json!(["PasskeyError", "failed"]);
    let url = json!({ "url": "https://a.example/credentials" });
    let unsupported = json!(["PasskeyError", "unsupported"]);
    assert_eq!(found, json!([false, null, none, failed, failed, url, unsupported]));
}
