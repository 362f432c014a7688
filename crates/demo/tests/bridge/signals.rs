//! What passkey providers are told.

use crate::Bench;
use serde_json::json;

#[tokio::test]
async fn an_unknown_passkey_is_forgotten() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             for (const code of ['unknown_credential', 'authentication_failed']) {
               const refused = () => problem(401, code);
               const { passkeys, outcome, seen } = await world({ server: { 'POST authenticate/finish': refused } });
               found.push([(await outcome(passkeys.authenticate())).code, seen.signals]);
             }
             return found;",
        )
        .await;
    let unknown = json!(["unknown", { "rpId": "localhost", "credentialId": "-_8" }]);
    assert_eq!(found, json!([["unknown_credential", [unknown]], ["authentication_failed", []]]));
}

#[tokio::test]
async fn the_complete_list_is_told_after_a_sign_in_and_a_removal() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const { passkeys, seen } = await world({ server: { 'DELETE credentials/a%2Fb': () => json({}) } });
             await passkeys.authenticate();
             await until(() => seen.signals.length === 1);
             await passkeys.remove('a/b');
             await until(() => seen.signals.length === 2);
             await passkeys.stepUp();
             return [seen.signals, seen.requests.filter((one) => one.path === 'credentials').length];",
        )
        .await;
    let accepted = json!(["accepted", { "rpId": "localhost", "userId": "AQID", "allAcceptedCredentialIds": [] }]);
    assert_eq!(found, json!([[accepted, accepted], 2]));
}

#[tokio::test]
async fn a_passkey_that_the_server_refused_does_not_stay_behind() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = {};
             const mine = () => json({ credentials: [{ credential_id: '-_8' }] });
             const table = {
               refused: { 'POST register/finish': () => problem(400, 'registration_failed') },
               limited: { 'POST register/finish': () => problem(429, 'rate_limited') },
               over: { 'POST register/finish': () => problem(400, 'ceremony_unusable') },
               broken: { 'POST register/finish': () => problem(503, 'unavailable') },
               proxy: { 'POST register/finish': () => new Response('<h1>Too large', { status: 413 }) },
               cut: { 'POST register/finish': () => new Response('{', { status: 200 }), 'GET credentials': mine },
               blind: { 'POST register/finish': () => problem(503, 'unavailable'), 'GET credentials': throws('NetworkError') },
               there: { 'POST register/finish': () => problem(409, 'credential_exists') },
               lost: { 'POST register/finish': () => { throw new TypeError('gone') } },
               kept: { 'POST register/finish': () => { throw new TypeError('gone') }, 'GET credentials': mine },
               old: { 'POST register/finish': () => problem(403, 'step_up_required') },
               own: { 'POST register/finish': () => problem(403, 'read_the_terms') },
               stored: { 'POST register/finish': () => problem(403, 'read_the_terms'), 'GET credentials': mine },
               out: { 'POST register/finish': () => problem(401, 'not_signed_in'), 'GET credentials': () => problem(401, 'not_signed_in') },
             };
             for (const [name, server] of Object.entries(table)) {
               const { passkeys, outcome, seen } = await world({ server });
               await outcome(passkeys.register());
               await new Promise((done) => setTimeout(done, 100));
               found[name] = seen.signals.map(([kind]) => kind);
             }
             return found;",
        )
        .await;
    // An answer that was lost, or of the application's own, leaves open what became of it: the list tells. Nobody signed in, nothing stored.
    let unknown = json!(["unknown"]);
    let expected = json!({
        "refused": unknown, "limited": unknown, "over": ["unknown", "unknown"], "broken": unknown, "proxy": unknown,
        "cut": [], "blind": [], "there": [], "lost": unknown, "kept": [], "old": unknown, "own": unknown, "stored": [],
        "out": unknown,
    });
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_provider_that_fails_harms_nothing() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const fails = () => { throw new TypeError('not today') };
             const api = { signalUnknownCredential: fails, signalAllAcceptedCredentials: fails };
             const { passkeys, outcome } = await world({ api });
             return outcome(passkeys.authenticate());",
        )
        .await;
    assert_eq!(found, json!({ "answer": { "user": "ada" } }));
}

#[tokio::test]
async fn another_name_of_the_account_is_told() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const details = { rpId: 'localhost', userId: 'AQID', name: 'ada', displayName: 'Ada' };
             const { passkeys, seen } = await world();
             await passkeys.detailsChanged(details);
             const without = [];
             const fails = throws('UnknownError');
             for (const api of [null, { signalCurrentUserDetails: undefined }, { signalCurrentUserDetails: fails }]) {
               const { passkeys, outcome } = await world({ api });
               without.push((await outcome(passkeys.detailsChanged(details))).message ?? 'fine');
             }
             return [seen.signals, seen.requests.length, without];",
        )
        .await;
    let details = json!({ "rpId": "localhost", "userId": "AQID", "name": "ada", "displayName": "Ada" });
    assert_eq!(found, json!([[["details", details]], 0, ["fine", "fine", "fine"]]));
}

#[tokio::test]
async fn a_passkeys_own_name_is_told_to_nobody() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const { passkeys, seen } = await world({ server: { 'PATCH credentials/row': () => json({}) } });
             await passkeys.rename('row', 'Laptop');
             await pause(50);
             return [seen.signals, seen.requests.map(({ method, path, body }) => [method, path, body])];",
        )
        .await;
    assert_eq!(found, json!([[], [["PATCH", "credentials/row", { "name": "Laptop" }]]]));
}

#[tokio::test]
async fn an_older_list_is_not_told() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "// The list is on its way while a passkey is made: it would delete that.
             let answer;
             const server = { 'GET credentials': () => new Promise((done) => (answer = () => done(json({ credentials: [],
               signal: { rpId: 'localhost', userId: 'AQID', allAcceptedCredentialIds: [] } })))) };
             const { passkeys, seen } = await world({ server });
             await passkeys.authenticate();
             await until(() => answer);
             await passkeys.register();
             answer();
             await pause(50);
             const older = seen.signals.length;

             // A removal while the server takes in a passkey: the list waits for that.
             let accept;
             const slow = await world({ server: { 'DELETE credentials/row': () => json({}),
               'POST register/finish': () => new Promise((done) => (accept = () => done(json({})))) } });
             const making = slow.passkeys.register();
             await until(() => accept);
             await slow.passkeys.remove('row');
             await pause(50);
             const early = slow.count('credentials');
             accept();
             await making;
             await until(() => slow.seen.signals.length === 1);
             return [older, early, slow.count('credentials')];",
        )
        .await;
    assert_eq!(found, json!([0, 0, 1]));
}

#[tokio::test]
async fn an_older_list_is_not_told_in_another_tab() {
    let Some(bench) = Bench::start().await else { return };
    // The list is on its way in one tab while another one makes a passkey, from begin to end.
    let slow = "let blocked = true;
        const server = { 'GET credentials': () => new Promise((done) => {
          const list = () => done(json({ signal: { rpId: 'localhost', userId: 'AQID', allAcceptedCredentialIds: [] } }));
          blocked ? (globalThis.answer = list) : list();
        }) };
        const { passkeys, seen, count } = await world({ server });
        await passkeys.authenticate();
        await until(() => globalThis.answer);
        globalThis.later = async () => {
          blocked = false;
          answer();
          await pause(100);
          return seen.signals.length;
        };
        globalThis.again = async () => {
          await passkeys.authenticate();
          await pause(100);
          return [count('credentials'), seen.signals.length];
        };
        globalThis.told = () => until(() => seen.signals.length === 1);";
    bench.run(slow).await;
    let tab = bench.tab().await;
    tab.run("await (await world()).passkeys.register();").await;
    assert_eq!(bench.run("return later()").await, json!(0));

    // The browser asks in one tab: the other one does not ask for its list before that is over.
    let making = "let finish;
        const { passkeys } = await world({ create: () => new Promise((done) => (finish = () => done(withJSON(made())))) });
        const making = passkeys.register();
        globalThis.over = () => (finish(), making);
        await until(() => finish);";
    tab.run(making).await;
    assert_eq!(bench.run("return again()").await, json!([1, 0]));
    tab.run("await over()").await;
    bench.run("await told()").await;
}

#[tokio::test]
async fn no_list_is_told_where_tabs_cannot_wait_for_each_other() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             let unhandled = 0;
             addEventListener('unhandledrejection', () => (unhandled += 1));
             // Missing, and denied as where the browser keeps nothing for the site.
             for (const locks of [undefined, { request: async () => throws('SecurityError')() }]) {
               Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
               const { passkeys, outcome, seen } = await world();
               found.push(await outcome(passkeys.register()), await outcome(passkeys.authenticate()));
               await pause(50);
               found.push(seen.signals);
             }
             return [...found, unhandled];",
        )
        .await;
    let made = json!({ "answer": { "credential": { "id": "row" } } });
    let entered = json!({ "answer": { "user": "ada" } });
    assert_eq!(found, json!([made, entered, [], made, entered, [], 0]));
}

/// Chromium refuses a signal while another one is on its way ("A request is already pending"), which under a related origin
/// takes a request to the RP ID's host.
#[tokio::test]
async fn one_signal_waits_for_another() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "let busy = 0;
             const told = [];
             const { passkeys } = await world();
             PublicKeyCredential.signalCurrentUserDetails = async ({ name }) => {
               if (busy) throw new DOMException('A request is already pending.', 'OperationError');
               busy += 1;
               await pause(20);
               busy -= 1;
               told.push(name);
               if (name === 'b') throw new TypeError('not that one');
             };
             await Promise.all(['a', 'b', 'c'].map((name) => passkeys.detailsChanged({ name })));
             return told;",
        )
        .await;
    assert_eq!(found, json!(["a", "b", "c"]));
}
