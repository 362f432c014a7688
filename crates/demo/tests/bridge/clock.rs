//! Suggestions that outlive their challenge. The clock is the test's own.

use crate::Bench;
use serde_json::json;

#[tokio::test]
async fn a_new_challenge_at_four_fifths_of_its_time() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const { passkeys, seen, outcome, count } = await world({ get: pending });
             const clock = fakeClock();
             const running = outcome(passkeys.authenticate({ conditional: true, email: 'a' }));
             await until(() => seen.options.length === 1);
             const found = [];
             for (const ms of [239_000, 999, 100, 239_000, 1_100]) {
               await clock.pass(ms);
               found.push(count('authenticate/begin'));
             }
             await passkeys.abort();
             return [found, (await running).reason, seen.most, clock.timers.size, seen.requests.map(({ body }) => body)];",
        )
        .await;
    assert_eq!(found[0], json!([1, 1, 2, 2, 3]), "of 300 seconds");
    assert_eq!((&found[1], &found[2], &found[3]), (&json!("cancelled"), &json!(1), &json!(0)), "no timer stays behind");
    let body = json!({ "email": "a" });
    assert_eq!(found[4], json!([body, body, body]));
}

#[tokio::test]
async fn a_hidden_page_waits_until_it_is_seen() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const { passkeys, seen, count } = await world({ get: pending });
             const clock = fakeClock();
             passkeys.authenticate({ conditional: true }).catch(() => {});
             await until(() => seen.options.length === 1);
             const found = [];
             const note = () => found.push(count('authenticate/begin'));
             await clock.show(false);
             await clock.show(true); // long before its time
             note();
             await clock.show(false);
             await clock.pass(1_000_000);
             note();
             await clock.show(true);
             note();
             await clock.show(false);
             await clock.show(true); // the new one is fresh
             note();
             await passkeys.abort();
             await clock.pass(1_000_000);
             await clock.show(true);
             note();
             return [found, seen.atOnce];",
        )
        .await;
    assert_eq!(found, json!([[1, 1, 2, 2, 2], 0]));
}

#[tokio::test]
async fn the_servers_timeout_counts() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             for (const timeout of [60_000, undefined]) {
               const begun = () => json({ publicKey: { ...request(), timeout }, state: 'S' });
               const { passkeys, seen, count } = await world({ get: pending, server: { 'POST authenticate/begin': begun } });
               const clock = fakeClock();
               passkeys.authenticate({ conditional: true }).catch(() => {});
               await until(() => seen.options.length === 1);
               for (const ms of [47_000, 1_100, 180_000]) {
                 await clock.pass(ms);
                 found.push(count('authenticate/begin'));
               }
               await passkeys.abort();
             }
             return found;",
        )
        .await;
    assert_eq!(found, json!([1, 2, 3, 1, 1, 1]), "300 seconds where none is given");
}

#[tokio::test]
async fn a_renewal_that_fails_is_tried_again() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = {};
             const failures = {
               'offline': throws('NetworkError'),
               'broken': () => problem(503, 'unavailable'),
               'limited': () => problem(429, 'rate_limited', {}, { 'retry-after': '7' }),
               'refused': () => problem(403, 'cross_site'),
             };
             for (const [name, failure] of Object.entries(failures)) {
               const begun = (n) => n === 2 || n === 3 ? failure() : json({ publicKey: request(), state: 'S' });
               const { passkeys, seen, outcome, count } = await world({ get: pending, server: { 'POST authenticate/begin': begun } });
               const clock = fakeClock();
               const running = outcome(passkeys.authenticate({ conditional: true }));
               await until(() => seen.options.length === 1);
               const counts = [];
               for (const ms of [240_100, 6_000, 1_500, 23_000, 30_100]) {
                 await clock.pass(ms);
                 counts.push(count('authenticate/begin'));
               }
               await passkeys.abort();
               found[name] = [counts, (await running).code];
             }
             return found;",
        )
        .await;
    // Nobody is there to be told: it tries again half a minute later, or when the server says.
    let expected = json!({
        "offline": [[2, 2, 2, 3, 4], null], "broken": [[2, 2, 2, 3, 4], null],
        "limited": [[2, 2, 3, 4, 4], null], "refused": [[2, 2, 2, 2, 2], "cross_site"],
    });
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_first_request_that_fails_is_told() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             for (const begin of [throws('NetworkError'), () => problem(429, 'rate_limited', {}, { 'retry-after': '7' })]) {
               const { passkeys, outcome, count } = await world({ server: { 'POST authenticate/begin': begin } });
               const { reason, code, retryAfter } = await outcome(passkeys.authenticate({ conditional: true }));
               found.push([reason, code, retryAfter, count('authenticate/begin')]);
             }
             return found;",
        )
        .await;
    assert_eq!(found, json!([["failed", null, null, 1], ["server", "rate_limited", 7, 1]]));
}
