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
               there: { 'POST register/finish': () => problem(409, 'credential_exists') },
               lost: { 'POST register/finish': () => { throw new TypeError('gone') } },
               kept: { 'POST register/finish': () => { throw new TypeError('gone') }, 'GET credentials': mine },
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
    // An answer that was lost leaves open what became of it: the list tells.
    assert_eq!(found, json!({ "refused": ["unknown"], "there": [], "lost": ["unknown"], "kept": [] }));
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
