//! Every failure has a reason.

use crate::Bench;
use serde_json::{Value, json};

#[tokio::test]
async fn what_the_browser_throws() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = {};
             for (const name of ['NotAllowedError', 'AbortError', 'InvalidStateError', 'SecurityError', \
                                 'NotSupportedError', 'ConstraintError', 'UnknownError']) {
               const fails = () => { throw new DOMException('told', name) };
               const { passkeys, outcome, count } = await world({ create: fails, get: fails });
               found[name] = [await outcome(passkeys.register()), await outcome(passkeys.authenticate()),
                              count('register/finish') + count('authenticate/finish')];
             }
             return found;",
        )
        .await;
    let table = [
        ("NotAllowedError", "cancelled"),
        ("AbortError", "cancelled"),
        ("InvalidStateError", "duplicate"),
        ("SecurityError", "misconfigured"),
        ("NotSupportedError", "unsupported"),
        ("ConstraintError", "failed"),
        ("UnknownError", "failed"),
    ];
    for (name, reason) in table {
        let [register, authenticate, finishes] = [0, 1, 2].map(|at| &found[name][at]);
        for outcome in [register, authenticate] {
            assert_eq!(outcome["known"], true, "{name}: {outcome}");
            assert_eq!((&outcome["reason"], &outcome["code"]), (&json!(reason), &json!(name)));
            assert_eq!((&outcome["message"], &outcome["caused"]), (&json!("told"), &json!(true)));
        }
        assert_eq!(finishes, 0, "{name}");
    }
}

#[tokio::test]
async fn a_browser_without_the_interface() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const { passkeys, outcome, seen } = await world({ api: null });
             return [passkeys.supported(), await passkeys.conditionalSupported(), await passkeys.capabilities(),
                     await outcome(passkeys.register()), await outcome(passkeys.authenticate()),
                     await outcome(passkeys.authenticate({ conditional: true })), await outcome(passkeys.stepUp()),
                     seen.requests.length];",
        )
        .await;
    assert_eq!((&found[0], &found[1]), (&json!(false), &json!(false)));
    assert_eq!(found[2], json!({ "conditionalGet": false, "userVerifyingPlatformAuthenticator": false }));
    for outcome in &found.as_array().unwrap()[3..7] {
        assert_eq!((&outcome["known"], &outcome["reason"]), (&json!(true), &json!("unsupported")), "{outcome}");
    }
    assert_eq!(found[7], 0, "nothing is asked of the server");

    let found = bench
        .run(
            "const { passkeys, outcome } = await world({ api: { isConditionalMediationAvailable: undefined } });
             return outcome(passkeys.authenticate({ conditional: true }));",
        )
        .await;
    assert_eq!(found["reason"], "unsupported");
}

#[tokio::test]
async fn what_the_server_answers() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = {};
             const answers = {
               problem: () => problem(401, 'authentication_failed', { step: 'A21', hint: 'a hint' }),
               limit: () => problem(429, 'rate_limited', {}, { 'retry-after': '7' }),
               html: () => new Response('<h1>Bad gateway', { status: 502 }),
               empty: () => new Response(null, { status: 503 }),
               junk: () => new Response('<h1>Fine', { status: 200 }),
               network: () => { throw new TypeError('Failed to fetch') },
             };
             for (const [name, answer] of Object.entries(answers)) {
               for (const at of ['begin', 'finish']) {
                 const { passkeys, outcome } = await world({ server: { [`POST authenticate/${at}`]: answer } });
                 found[`${name} ${at}`] = await outcome(passkeys.authenticate());
               }
             }
             return found;",
        )
        .await;
    for at in ["begin", "finish"] {
        let of = |name: &str| found[format!("{name} {at}")].clone();
        let problem = of("problem");
        assert_eq!((&problem["reason"], &problem["code"]), (&json!("server"), &json!("authentication_failed")));
        assert_eq!((&problem["status"], &problem["message"]), (&json!(401), &json!("a detail")));
        assert_eq!((&problem["step"], &problem["hint"]), (&json!("A21"), &json!("a hint")));
        assert_eq!((&of("limit")["code"], &of("limit")["retryAfter"]), (&json!("rate_limited"), &json!(7)));
        for (name, status) in [("html", 502), ("empty", 503)] {
            let answer = of(name);
            assert_eq!((&answer["reason"], &answer["status"]), (&json!("server"), &json!(status)), "{answer}");
            assert_eq!(answer["code"], Value::Null);
        }
        assert_eq!((&of("junk")["reason"], &of("junk")["status"]), (&json!("failed"), &json!(200)));
        assert_eq!((&of("network")["reason"], &of("network")["caused"]), (&json!("failed"), &json!(true)));
        assert!(found.as_object().unwrap().values().all(|outcome| outcome["known"] == true), "{found}");
    }
}
