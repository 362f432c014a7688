//! Lines that are no requests, many at once, and the end.

use super::*;
use std::collections::BTreeSet;

#[test]
fn what_is_no_request_is_answered_and_reading_goes_on() {
    let mut pipe = Pipe::new();
    let long = format!("{{\"id\":1,\"method\":\"ping\",\"params\":{{\"x\":\"{}\"}}}}", "x".repeat(128 * 1024));
    let deep = format!("{{\"id\":2,\"method\":\"ping\",\"params\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000));
    let mut inner = "1".to_owned();
    for _ in 0..6 {
        let quoted = serde_json::to_string(&inner).unwrap();
        inner = format!("{}{{\"$serde_json::private::RawValue\":{quoted}}}{}", "[".repeat(120), "]".repeat(120));
    }
    let in_text = format!("{{\"id\":{inner},\"method\":\"ping\"}}");
    let in_params = format!("{{\"id\":3,\"method\":\"list\",\"params\":{{\"user_id\":{inner}}}}}");
    let in_credential = format!(
        "{{\"id\":4,\"method\":\"authenticate_finish\",\"params\":{{\"state\":\"a\",\"credential\":{inner}}}}}"
    );
    for (line, id, part) in [
        ("nonsense", json!(null), "no request"),
        ("[]", json!(null), "not a JSON object"),
        ("[7,\"ping\",{}]", json!(null), "not a JSON object"),
        ("{\"id\":7,\"method\":\"ping\"} x", json!(null), "no request"),
        ("{\"id\":7}", json!(7), "missing field `method`"),
        ("{\"id\":\"a\",\"method\":7}", json!("a"), "invalid type"),
        ("{\"method\":\"ping\"}", json!(null), "missing field `id`"),
        ("{\"id\":null,\"method\":\"ping\"}", json!(null), "the id is"),
        ("{\"id\":[1],\"method\":\"ping\"}", json!(null), "the id is"),
        // Read as they are, these two would get replies that nobody can tell apart.
        ("{\"id\":18446744073709551617,\"method\":\"ping\"}", json!(null), "the id is a whole number"),
        ("{\"id\":18446744073709551999,\"method\":\"ping\"}", json!(null), "the id is a whole number"),
        ("{\"id\":7.0,\"method\":\"ping\"}", json!(null), "the id is a whole number"),
        ("{\"id\":18446744073709551617,\"method\":7}", json!(null), "invalid type"),
        ("{\"id\":7,\"id\":8,\"method\":\"ping\"}", json!(null), "duplicate field"),
        ("{\"id\":7,\"method\":\"ping\",\"jsonrpc\":\"2.0\"}", json!(7), "unknown field `jsonrpc`"),
        ("{\"id\":7,\"method\":\"pong\"}", json!(7), "no such method"),
        ("{\"id\":7,\"method\":\"ping\",\"params\":[]}", json!(7), "not a JSON object"),
        ("{\"id\":7,\"method\":\"ping\",\"params\":{\"a\":1}}", json!(7), "unknown field `a`"),
        ("{\"id\":7,\"method\":\"list\"}", json!(7), "missing field `user_id`"),
        ("{\"id\":7,\"method\":\"list\",\"params\":{\"user_id\":42}}", json!(7), "invalid type"),
        ("{\"id\":7,\"method\":\"list\",\"params\":{\"user_id\":\"\"}}", json!(7), "1 to 255 bytes"),
        ("{\"id\":7,\"method\":\"get\",\"params\":{\"user_id\":\"a\",\"id\":\"b\"}}", json!(7), "no passkey's id"),
        ("{\"id\":7,\"method\":\"suspend\",\"params\":{\"credential_id\":\"\"}}", json!(7), "1 and 1023"),
        ("{\"id\":7,\"method\":\"revoke_all\",\"params\":{\"user_id\":\"a\",\"reason\":\"\\n\"}}", json!(7), "reason"),
        ("\u{0}\u{1b}[31m", json!(null), "not a JSON object"),
        (&long, json!(null), "longer than 131072 bytes"),
        (&deep, json!(2), "not a JSON object"),
        (&in_text, json!(null), "the id is"),
        (&in_params, json!(3), "invalid type"),
        (&in_credential, json!(4), "can't be read"),
    ] {
        let reply = pipe.say(line);
        let shown: String = line.chars().take(80).collect();
        assert_eq!((&reply["id"], &reply["error"]["code"]), (&id, &json!("invalid_request")), "{shown}: {reply}");
        assert!(reply["error"]["message"].as_str().unwrap().contains(part), "{shown}: {reply}");
    }
    let long_id = json!({ "id": "x".repeat(129), "method": "ping" }).to_string();
    assert_eq!(pipe.say(&long_id)["id"], json!(null));
    let text = json!({ "id": "x".repeat(128), "method": "ping" });
    assert_eq!(pipe.say(&text.to_string()), json!({ "id": text["id"], "result": {} }));
    pipe.send("\n  \r");
    assert_eq!(pipe.say("\u{20}{\"id\":-15,\"method\":\"ping\"}\r"), json!({ "id": -15, "result": {} }));
    let most = json!({ "id": u64::MAX, "method": "ping" }).to_string();
    assert_eq!(pipe.say(&most), json!({ "id": u64::MAX, "result": {} }));
    assert_eq!(pipe.end().2, 0);
}

#[test]
fn bytes_that_are_no_text_are_answered() {
    let mut pipe = Pipe::new();
    pipe.input.as_mut().unwrap().write_all(b"{\"id\":1,\"method\":\"pi\xffng\"}\n").unwrap();
    assert_eq!(pipe.reply()["error"]["code"], "invalid_request");
    pipe.input.as_mut().unwrap().write_all(b"{\"id\":2,\"method\":\"ping\"}").unwrap();
    let (rest, _, code) = pipe.end();
    assert_eq!((rest.as_str(), code), ("{\"id\":2,\"result\":{}}\n", 0), "the last line needs no end");
}

#[test]
fn what_is_in_flight_at_the_end_is_answered() {
    for in_flight in ["1", "64"] {
        let mut pipe = Pipe::with(&["--in-flight", in_flight], &[]);
        for id in 0..200 {
            let user = json!({ "id": format!("user {id}"), "name": "ada" });
            pipe.send(&json!({ "id": id, "method": "register_begin", "params": { "user": user } }).to_string());
        }
        let (rest, log, code) = pipe.end();
        let replies: Vec<Value> = rest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(replies.iter().all(|reply| reply["result"]["state"].is_string()), "{rest}");
        let ids: Vec<u64> = replies.iter().map(|reply| reply["id"].as_u64().unwrap()).collect();
        assert_eq!(
            (ids.iter().copied().collect::<BTreeSet<_>>(), ids.len(), code),
            ((0..200).collect(), 200, 0),
            "{log}"
        );
        if in_flight == "1" {
            assert!(ids.is_sorted(), "one at a time");
        }
    }
}

#[test]
fn replies_that_nobody_reads_stop_the_reading() {
    let mut child = program(&[], &SETTINGS).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    drop(child.stdout.take());
    let line = b"{\"id\":1,\"method\":\"version\"}\n";
    // The pipe breaks when the program has ended.
    let mut sent = 0_u32;
    while input.write_all(line).is_ok() && sent < 1_000_000 {
        sent += 1;
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert!(sent < 1_000_000);
}

#[test]
fn the_log_is_apart_and_names_no_secret() {
    let mut pipe = Pipe::with(&[], &[("RUST_LOG", "debug")]);
    let mut device = Authenticator::new("log");
    let begun = pipe.call("register_begin", json!({ "user": { "id": "hunter2", "name": "ada@example.com" } }));
    let credential = device.register(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
    pipe.call("register_finish", json!({ "user_id": "hunter2", "state": begun["state"], "credential": credential }));
    let mut finish = pipe.signed(&mut device);
    pipe.call("authenticate_finish", finish.clone());
    finish["state"] = json!("hunter2");
    pipe.refused("authenticate_finish", finish);
    pipe.say("{\"id\":\"hunter2\",\"method\":\"hunter2\",\"params\":{\"hunter2\":1}}");
    let (rest, log, code) = pipe.end();
    assert_eq!((rest.as_str(), code), ("", 0));
    assert!(log.contains("ceremony"), "{log}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for secret in [
        text(&begun["publicKey"]["challenge"]),
        text(&begun["publicKey"]["user"]["id"]),
        text(&begun["state"]),
        text(&credential["id"]),
        "hunter2".to_owned(),
        "ada@example.com".to_owned(),
        "\u{1b}".to_owned(),
    ] {
        assert!(!log.contains(&secret), "{secret}: {log}");
    }
}

#[test]
fn settings_that_can_t_be_used_end_it() {
    let ran = program(&[], &[("PASSKEYS_ORIGINS", ORIGIN)]).output().unwrap();
    assert_eq!((ran.status.code(), ran.stdout.len()), (Some(1), 0));
    assert!(String::from_utf8(ran.stderr).unwrap().contains("database: write where"));
    for number in ["0", "5000", "x"] {
        assert_eq!(program(&["--in-flight", number], &SETTINGS).output().unwrap().status.code(), Some(2));
    }
}
