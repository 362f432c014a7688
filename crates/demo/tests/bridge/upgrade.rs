//! A passkey without a dialog, after a sign-in with a password.

use crate::Bench;
use serde_json::json;

#[tokio::test]
async fn a_passkey_without_a_dialog() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             for (const ask of [({ upgrade }) => upgrade({ name: 'Laptop' }),
                                ({ register }) => register({ name: 'Laptop', mediation: 'conditional' })]) {
               const { passkeys, seen } = await world({ api: able('conditionalCreate') });
               const answer = await ask(passkeys);
               const [begin, finish] = seen.requests;
               found.push([answer, begin.path, begin.body, finish.path, finish.body.name, seen.options[0].mediation,
                           !!seen.options[0].signal, seen.options[0].uiMode ?? null]);
             }
             return found;",
        )
        .await;
    let answer = json!({ "credential": { "id": "row" } });
    let begin = json!({ "mediation": "conditional" });
    let made = json!([answer, "register/begin", begin, "register/finish", "Laptop", "conditional", true, null]);
    assert_eq!(found, json!([made, made]));
}

#[tokio::test]
async fn browsers_that_cannot_are_not_asked() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             for (const api of [null, {}, able('immediateGet'), { getClientCapabilities: throws('UnknownError') }]) {
               const { passkeys, seen } = await world({ api });
               found.push([await passkeys.upgrade(), await passkeys.register({ mediation: 'conditional' }),
                           seen.requests.length, seen.options.length]);
             }
             return found;",
        )
        .await;
    // One that ignores the mediation would open a dialog nobody asked for.
    let nothing = json!([null, null, 0, 0]);
    assert_eq!(found, json!([nothing, nothing, nothing, nothing]));
}

#[tokio::test]
async fn what_the_browser_declines_is_null() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = {};
             const api = able('conditionalCreate');
             for (const name of ['NotAllowedError', 'AbortError', 'InvalidStateError', 'NotSupportedError', 'SecurityError',
                                 'UnknownError']) {
               const { passkeys, outcome } = await world({ api, create: throws(name) });
               const { answer, reason } = await outcome(passkeys.upgrade());
               found[name] = reason ?? answer;
             }
             const refusals = { refused: () => problem(403, 'step_up_required'), lost: throws('NetworkError') };
             for (const [name, begin] of Object.entries(refusals)) {
               const { passkeys, outcome } = await world({ api, server: { 'POST register/begin': begin } });
               const { reason, code } = await outcome(passkeys.upgrade());
               found[name] = [reason, code];
             }
             const { passkeys } = await world({ api });
             found.aborted = await passkeys.upgrade({ signal: AbortSignal.abort() });
             return found;",
        )
        .await;
    let expected = json!({
        "NotAllowedError": null, "AbortError": null, "InvalidStateError": null, "NotSupportedError": null,
        "SecurityError": "misconfigured", "UnknownError": "failed",
        "refused": ["server", "step_up_required"], "lost": ["failed", null], "aborted": null,
    });
    assert_eq!(found, expected);
}

#[tokio::test]
async fn it_is_never_in_the_way_of_a_dialog() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "let chosen;
             const create = (options) => options.mediation
               ? pending(options)
               : new Promise((done) => (chosen = () => done(withJSON(made()))));
             const { passkeys, seen, outcome } = await world({ create, api: able('conditionalCreate') });
             const first = outcome(passkeys.register());
             await until(() => chosen);
             const during = await passkeys.upgrade();
             const untouched = [seen.options.length, seen.options[0].signal.aborted];
             // The dialog opens while the upgrade finds out what the browser can do.
             chosen();
             const done = await first;
             const early = passkeys.upgrade();
             const second = outcome(passkeys.register());
             const none = await early;
             await until(() => seen.options.length === 2);
             chosen();
             await second;
             // The dialog opens while the upgrade is at the browser.
             const running = passkeys.upgrade();
             await until(() => seen.options.length === 3);
             const third = outcome(passkeys.register());
             await until(() => seen.options.length === 4);
             chosen();
             return [during, untouched, done, none, await running, await third, seen.most];",
        )
        .await;
    let added = json!({ "answer": { "credential": { "id": "row" } } });
    assert_eq!(found, json!([null, [1, false], added, null, null, added, 1]));
}

#[tokio::test]
async fn the_suggestions_step_aside_and_come_back() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const { passkeys, seen, outcome } = await world({
               get: pending, create: throws('NotAllowedError'), api: able('conditionalCreate', 'conditionalGet') });
             outcome(passkeys.authenticate({ conditional: true }));
             await until(() => seen.options.length === 1);
             const declined = await passkeys.upgrade();
             await until(() => seen.options.length === 3);
             const found = [declined, seen.most, seen.atOnce, seen.options.map(({ signal }) => signal.aborted)];
             await passkeys.abort();
             return found;",
        )
        .await;
    assert_eq!(found, json!([null, 1, 1, [true, false, false]]));
}

#[tokio::test]
async fn a_refused_one_is_forgotten() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const server = { 'POST register/finish': () => problem(400, 'registration_failed') };
             const { passkeys, seen, outcome } = await world({ server, api: able('conditionalCreate') });
             const { code } = await outcome(passkeys.upgrade());
             await pause(50);
             return [code, seen.signals];",
        )
        .await;
    let unknown = json!(["unknown", { "rpId": "localhost", "credentialId": "-_8" }]);
    assert_eq!(found, json!(["registration_failed", [unknown]]));
}
