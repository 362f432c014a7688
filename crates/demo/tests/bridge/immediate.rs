//! A passkey at hand, or none.

use crate::Bench;
use serde_json::json;

#[tokio::test]
async fn the_browser_is_asked_for_what_is_at_hand() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const { passkeys, seen } = await world({ api: able('immediateGet') });
             const answer = await passkeys.authenticate({ immediate: true });
             const [options] = seen.options;
             return [answer, options.uiMode, 'mediation' in options, 'signal' in options, seen.requests[0].body];",
        )
        .await;
    // Browsers refuse a signal: pages may not close that dialog.
    assert_eq!(found, json!([{ "user": "ada" }, "immediate", false, false, {}]));
}

#[tokio::test]
async fn elsewhere_the_page_shows_its_form() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             const apis = [null, {}, able('conditionalGet'), { getClientCapabilities: throws('UnknownError') }];
             for (const api of apis) {
               const { passkeys, seen, outcome } = await world({ api, get: pending });
               const suggestions = api && outcome(passkeys.authenticate({ conditional: true }));
               if (api) await until(() => seen.options.length === 1);
               const { reason } = await outcome(passkeys.authenticate({ immediate: true }));
               found.push([reason, seen.atOnce, seen.requests.length]);
               await passkeys.abort();
             }
             return found;",
        )
        .await;
    // The suggestions, where there are any, stay undisturbed; the server is asked nothing.
    let undisturbed = json!(["unsupported", 1, 1]);
    assert_eq!(found, json!([["unsupported", 0, 0], undisturbed, undisturbed, undisturbed]));
}

#[tokio::test]
async fn no_passkey_at_hand() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const get = (options) => options.uiMode ? throws('NotAllowedError')() : pending(options);
             const { passkeys, seen, outcome, count } = await world({ get, api: able('immediateGet') });
             outcome(passkeys.authenticate({ conditional: true }));
             await until(() => seen.options.length === 1);
             const immediate = await outcome(passkeys.authenticate({ immediate: true }));
             await until(() => seen.options.length === 3);
             const found = [immediate, seen.most, seen.atOnce, count('authenticate/finish')];
             await passkeys.abort();
             return found;",
        )
        .await;
    assert_eq!((&found[0]["reason"], &found[0]["code"]), (&json!("cancelled"), &json!("NotAllowedError")));
    assert_eq!((&found[1], &found[2], &found[3]), (&json!(1), &json!(1), &json!(0)), "the suggestions are back");
}

#[tokio::test]
async fn a_page_ends_the_ceremony_behind_the_dialog() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "let chosen;
             const get = () => new Promise((done) => (chosen = done));
             const { passkeys, seen, outcome, count } = await world({ get, api: able('immediateGet') });
             const running = outcome(passkeys.authenticate({ immediate: true }));
             await until(() => chosen);
             const over = passkeys.abort();
             chosen(withJSON(got()));
             await over;
             return [(await running).reason, count('authenticate/finish')];",
        )
        .await;
    assert_eq!(found, json!(["cancelled", 0]));
}

#[tokio::test]
async fn the_server_may_ask_for_it() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             const begun = (uiMode) => () => json({ publicKey: request(), state: 'S', uiMode });
             for (const [uiMode, options] of [['active'], ['immediate'], ['immediate', { conditional: true }]]) {
               const { passkeys, seen } = await world({ server: { 'POST authenticate/begin': begun(uiMode) } });
               await passkeys.authenticate(options);
               found.push([seen.options[0].uiMode ?? null, !!seen.options[0].signal]);
             }
             return found;",
        )
        .await;
    // Browsers refuse the mode together with suggestions.
    assert_eq!(found, json!([["active", true], ["immediate", false], [null, true]]));
}
