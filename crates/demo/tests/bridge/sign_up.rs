//! An account with a passkey alone.

use crate::Bench;
use serde_json::json;

#[tokio::test]
async fn it_rides_on_the_register_routes() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const { passkeys, seen } = await world({ server: { 'POST register/finish': () => json({ user: 'ada' }) } });
             const answer = await passkeys.signUp({ email: 'ada@example.com', name: 'Laptop', purpose: 'other' });
             await pause(50);
             return [answer, seen.requests.map(({ method, path, body }) => [method, path, body]), seen.signals];",
        )
        .await;
    assert_eq!(found[0], json!({ "user": "ada" }));
    let begin = json!({ "email": "ada@example.com", "purpose": "sign_up" });
    let credential = json!({
        "id": "-_8", "type": "public-key", "response": { "native": true },
        "clientExtensionResults": { "prf": { "enabled": true }, "largeBlob": { "written": true } },
    });
    let finish = json!({ "purpose": "sign_up", "name": "Laptop", "credential": credential, "state": "S" });
    assert_eq!(found[1], json!([["POST", "register/begin", begin], ["POST", "register/finish", finish]]));
    assert_eq!(found[2], json!([]));
}

#[tokio::test]
async fn a_passkey_without_an_account_is_forgotten() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = {};
             const table = {
               refused: () => problem(400, 'registration_failed'),
               unread: () => problem(400, 'invalid_request'),
               limited: () => problem(429, 'rate_limited'),
               full: () => problem(409, 'limit_reached'),
               taken: () => problem(409, 'email_taken'),
               there: () => problem(409, 'credential_exists'),
               over: () => problem(400, 'ceremony_unusable'),
               broken: () => problem(503, 'unavailable'),
               proxy: () => new Response('<h1>Bad gateway', { status: 502 }),
               lost: () => { throw new TypeError('gone') },
             };
             for (const [name, finish] of Object.entries(table)) {
               const { passkeys, outcome, seen, count } = await world({ server: { 'POST register/finish': finish } });
               await outcome(passkeys.signUp({ email: 'ada@example.com' }));
               await pause(50);
               found[name] = [seen.signals, count('credentials')];
             }
             return found;",
        )
        .await;
    let unknown = json!([[["unknown", { "rpId": "localhost", "credentialId": "-_8" }]], 0]);
    // Whoever is signing up is not signed in: there is no list that could tell what became of it.
    let nothing = json!([[], 0]);
    let expected = json!({
        "refused": unknown, "unread": unknown, "limited": unknown, "full": unknown, "taken": unknown, "there": nothing,
        "over": nothing, "broken": nothing, "proxy": nothing, "lost": nothing,
    });
    assert_eq!(found, expected);
}

#[tokio::test]
async fn the_passkey_of_an_account_that_is_there_stays() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = {};
             // What the hook `signed_in` may answer when the passkey is the account's: no session yet.
             const table = {
               confirm_email_first: 403, sign_in_refused: 403, not_signed_in: 401, step_up_required: 403, not_found: 404,
             };
             const answers = Object.entries(table).map(([code, status]) => [code, () => problem(status, code)]);
             for (const [name, finish] of [...answers, ['bare', () => new Response('', { status: 403 })]]) {
               const { passkeys, outcome, seen } = await world({ server: { 'POST register/finish': finish } });
               const { code, reason } = await outcome(passkeys.signUp({ email: 'ada@example.com' }));
               await pause(50);
               if (seen.signals.length || reason !== 'server' || (code ?? 'bare') !== name) found[name] = seen.signals;
             }
             return found;",
        )
        .await;
    assert_eq!(found, json!({}), "a provider that forgets it takes the account's only key away");
}
