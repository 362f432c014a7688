//! One request at a time: who steps aside, who begins again.

use crate::Bench;
use serde_json::json;

#[tokio::test]
async fn a_used_up_ceremony_is_begun_again_once() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const over = () => problem(400, 'ceremony_unusable');
             const found = [];
             const kinds = { register: 'register', authenticate: 'authenticate', signUp: 'register',
                             upgrade: 'register', stepUp: 'authenticate' };
             for (const [name, kind] of Object.entries(kinds)) {
               for (const finish of [(n) => n === 1 ? over() : json({ fine: true }), over]) {
                 const server = { [`POST ${kind}/finish`]: finish };
                 const { passkeys, outcome, count } = await world({ server, api: able('conditionalCreate') });
                 found.push([await outcome(passkeys[name]()), count(`${kind}/begin`), count(`${kind}/finish`)]);
               }
             }
             return found;",
        )
        .await;
    for kind in [0, 2, 4, 6, 8] {
        assert_eq!(found[kind], json!([{ "answer": { "fine": true } }, 2, 2]));
        assert_eq!(found[kind + 1][0]["code"], "ceremony_unusable");
        assert_eq!((&found[kind + 1][1], &found[kind + 1][2]), (&json!(2), &json!(2)), "and no more");
    }
}

#[tokio::test]
async fn other_failures_are_not_tried_again() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const refused = () => problem(401, 'authentication_failed');
             const { passkeys, outcome, count } = await world({ server: { 'POST authenticate/finish': refused } });
             return [await outcome(passkeys.authenticate()), count('authenticate/begin')];",
        )
        .await;
    assert_eq!((&found[0]["code"], &found[1]), (&json!("authentication_failed"), &json!(1)));
}

#[tokio::test]
async fn a_button_takes_over_from_the_suggestions() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const get = (options) => options.mediation === 'conditional' ? pending(options) : withJSON(got());
             const { passkeys, seen, outcome } = await world({ get });
             const quiet = outcome(passkeys.authenticate({ conditional: true }));
             await until(() => seen.options.length === 1);
             const modal = await outcome(passkeys.authenticate());
             return [modal, await quiet, seen.most, seen.options.map(({ mediation }) => mediation ?? 'modal')];",
        )
        .await;
    assert_eq!(found[0], json!({ "answer": { "user": "ada" } }));
    assert_eq!(found[1]["reason"], "cancelled");
    assert_eq!(found[2], 1, "never two at once");
    assert_eq!(found[3], json!(["conditional", "modal"]));
}

#[tokio::test]
async fn the_suggestions_come_back_after_a_button_that_failed() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "let chosen = null;
             const get = (options) => {
               if (options.mediation !== 'conditional') throw new DOMException('no', 'NotAllowedError');
               return Promise.race([pending(options), new Promise((done) => (chosen = done))]);
             };
             const { passkeys, seen, outcome, count } = await world({ get });
             const quiet = outcome(passkeys.authenticate({ conditional: true }));
             await until(() => seen.options.length === 1);
             const modal = await outcome(passkeys.authenticate());
             await until(() => seen.options.length === 3);
             chosen(withJSON(got()));
             return [modal, await quiet, seen.most, count('authenticate/begin')];",
        )
        .await;
    assert_eq!(found[0]["reason"], "cancelled");
    assert_eq!(found[1], json!({ "answer": { "user": "ada" } }));
    assert_eq!((&found[2], &found[3]), (&json!(1), &json!(3)), "each with a challenge of its own");
}

#[tokio::test]
async fn the_later_click_wins() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const get = (options, n) => n === 1 ? pending(options) : withJSON(got());
             const { passkeys, seen, outcome } = await world({ get });
             const first = outcome(passkeys.authenticate());
             await until(() => seen.options.length === 1);
             const second = await outcome(passkeys.authenticate());
             return [await first, second, seen.most];",
        )
        .await;
    assert_eq!(found[0]["reason"], "cancelled");
    assert_eq!((&found[1], &found[2]), (&json!({ "answer": { "user": "ada" } }), &json!(1)));
}

#[tokio::test]
async fn pages_end_what_runs() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const { passkeys, seen, outcome } = await world({ get: pending });
             const own = new AbortController();
             const first = outcome(passkeys.authenticate({ signal: own.signal }));
             await until(() => seen.options.length === 1);
             own.abort();
             const second = outcome(passkeys.authenticate({ conditional: true }));
             await until(() => seen.options.length === 2);
             await passkeys.abort();
             const before = seen.requests.length;
             const dead = await outcome(passkeys.stepUp({ signal: AbortSignal.abort() }));
             return [await first, await second, dead, seen.atOnce, seen.requests.length - before];",
        )
        .await;
    for outcome in [0, 1, 2] {
        assert_eq!(found[outcome]["reason"], "cancelled", "{}", found[outcome]);
    }
    assert_eq!((&found[3], &found[4]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn what_was_aborted_is_not_finished() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             for (const [name, options] of [['authenticate'], ['authenticate', { conditional: true }], ['register']]) {
               // A password manager that does not hear of the signal.
               let chosen;
               const late = () => new Promise((done) => (chosen = done));
               const { passkeys, seen, outcome, count } = await world({ get: late, create: late });
               const running = outcome(passkeys[name](options));
               await until(() => chosen);
               const over = passkeys.abort();
               chosen(withJSON(name === 'register' ? made() : got()));
               await over;
               found.push([(await running).reason, count('authenticate/finish') + count('register/finish')]);
               await pause(50);
               found.push(seen.signals.map(([kind]) => kind));
             }
             return found;",
        )
        .await;
    // A new passkey that the server never heard of is forgotten.
    let nothing = json!(["cancelled", 0]);
    assert_eq!(found, json!([nothing, [], nothing, [], nothing, ["unknown"]]));
}
