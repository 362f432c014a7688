//! What an authenticator does for the page alone: secrets from a passkey, and a blob that it keeps.

use crate::cdp::AuthenticatorOptions;
use crate::visit::{EMAIL, Visit};
use serde_json::{Value, json};

on_every_framework! { prf, large_blob }

/// Keeps what is sent, and shows buffers as hexadecimal digits.
const WATCH: &str = "
    globalThis.sent ??= [];
    globalThis.realFetch ??= globalThis.fetch;
    globalThis.fetch = (url, init) => (globalThis.sent.push(init?.body ?? ''), globalThis.realFetch(url, init));
    const hex = (buffer) => buffer && [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const base64 = (digits) => btoa(digits.match(/../g).map((two) => String.fromCharCode(parseInt(two, 16))).join(''))
        .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    let results;
    const onResults = (given) => (results = given);
";

async fn prf(framework: &str) {
    let options = AuthenticatorOptions { has_prf: true, ..AuthenticatorOptions::default() };
    let Some(visit) = Visit::start_with(framework, &[], &options).await else { return };
    visit.create_account().await;
    let made: Value = visit
        .run(&format!(
            "{WATCH} await passkeys.register({{ extensions: {{ prf: {{ eval: {{ first: 'BAUG' }} }} }}, onResults }});
             return results.prf.enabled;"
        ))
        .await;
    assert_eq!(made, true, "{made}");

    let ask = |first: &str, second: &str| {
        format!(
            "{WATCH}
            const prf = {{ eval: {{ first: '{first}', second: '{second}' }} }};
            await passkeys.authenticate({{ extensions: {{ prf }}, onResults }});
            const [first, second] = [hex(results.prf.results.first), hex(results.prf.results.second)];
            const all = globalThis.sent.join('\\n');
            const told = globalThis.sent.map((body) => body && JSON.parse(body)?.credential?.clientExtensionResults)
                .filter(Boolean);
            return {{ first, second, told, all, secrets: [base64(first), base64(second), first, second] }};"
        )
    };
    let one: Value = visit.run(&ask("BAUG", "Bwg")).await;
    let other: Value = visit.run(&ask("BAUG", "CQo")).await;
    assert!(one["first"].as_str().is_some_and(|digits| digits.len() == 64), "{one}");
    assert_eq!(one["first"], other["first"]);
    assert_ne!(one["second"], other["second"]);
    assert_ne!(one["first"], one["second"]);
    let sent = other["all"].as_str().unwrap();
    let secrets = [&one["secrets"], &other["secrets"]].map(|secrets| secrets.as_array().unwrap().clone()).concat();
    assert_eq!(secrets.len(), 8);
    for secret in secrets {
        assert!(!sent.contains(secret.as_str().unwrap()), "{secret} was sent: {sent}");
    }
    // That there was such an extension may be told; what came of it may not.
    assert_eq!(other["told"].as_array().unwrap().len(), 3, "{other}");
    for told in other["told"].as_array().unwrap() {
        assert_eq!(told.pointer("/prf/results"), None, "{told}");
    }
    visit.assert_clean();
}

async fn large_blob(framework: &str) {
    let options = AuthenticatorOptions { has_large_blob: true, ..AuthenticatorOptions::default() };
    let Some(visit) = Visit::start_with(framework, &[], &options).await else { return };
    visit.create_account().await;
    let made: Value = visit
        .run(&format!(
            "{WATCH} await passkeys.register({{ extensions: {{ largeBlob: {{ support: 'required' }} }}, onResults }});
             return results.largeBlob;"
        ))
        .await;
    assert_eq!(made, json!({"supported": true}));
    // A blob belongs to one passkey, which has to be named.
    let ask = |blob: &str| {
        format!(
            "{WATCH} await passkeys.authenticate({{ email: '{EMAIL}', extensions: {{ largeBlob: {blob} }}, onResults }});
             const {{ written, blob }} = results.largeBlob;
             return {{ written, blob: hex(blob), sent: globalThis.sent.join('\\n') }};"
        )
    };
    let written: Value = visit.run(&ask("{ write: 'q83vASNFZ4k' }")).await;
    assert_eq!((&written["written"], &written["blob"]), (&json!(true), &Value::Null), "{written}");
    let read: Value = visit.run(&ask("{ read: true }")).await;
    assert_eq!(read["blob"], "abcdef0123456789", "{read}");
    let sent = read["sent"].as_str().unwrap();
    assert!(!sent.contains("q83vASNFZ4k") && !sent.contains("abcdef0123456789"), "{sent}");
    visit.assert_clean();
}
