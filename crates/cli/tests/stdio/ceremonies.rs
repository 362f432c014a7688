//! Whole ceremonies with the test authenticator, and every method after them.

use super::*;
use ceremony_testbed::{REDIS, Redis, pass_over};
use ceremony_testkit::{Fault, base64url};

#[test]
fn a_passkey_from_its_registration_to_its_end() {
    let mut pipe = Pipe::new();
    let mut device = Authenticator::new("stdio");
    let begun = pipe.call(
        "register_begin",
        json!({ "user": { "id": "42", "name": "ada", "display_name": "Ada" }, "context": "K\u{e4}se", "conditional": false }),
    );
    assert_eq!(begun["publicKey"]["user"]["displayName"], "Ada");
    assert!(begun.get("mediation").is_none());
    let credential = device.register(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
    let params = json!({ "user_id": "42", "state": begun["state"], "credential": credential, "name": "Phone" });
    let registered = pipe.call("register_finish", params.clone());
    assert_eq!((&registered["user_id"], &registered["context"]), (&json!("42"), &json!("K\u{e4}se")));
    assert_eq!((&registered["credential"]["name"], &registered["discoverable"]), (&json!("Phone"), &json!(true)));
    let id = registered["credential"]["id"].clone();
    assert_eq!(pipe.refused("register_finish", params), "ceremony_unusable");

    let finish = pipe.signed(&mut device);
    let signed_in = pipe.call("authenticate_finish", finish.clone());
    assert_eq!((&signed_in["user_id"], &signed_in["purpose"]), (&json!("42"), &json!("sign_in")));
    assert_eq!((&signed_in["user_verified"], &signed_in["sign_count_regressed"]), (&json!(true), &json!(false)));
    assert_eq!(pipe.refused("authenticate_finish", finish), "ceremony_unusable", "once");

    let begun = pipe.call("step_up_begin", json!({ "user_id": "42", "context": "delete the account" }));
    let credential = device.authenticate(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
    let mut params = json!({ "state": begun["state"], "credential": credential, "user_id": "42" });
    let confirmed = pipe.call("authenticate_finish", params.clone());
    assert_eq!((&confirmed["purpose"], &confirmed["context"]), (&json!("step_up"), &json!("delete the account")));
    let begun = pipe.call("step_up_begin", json!({ "user_id": "42" }));
    params["credential"] = device.authenticate(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
    params["state"] = begun["state"].clone();
    params["user_id"] = json!("somebody else");
    assert_eq!(pipe.refused("authenticate_finish", params), "ceremony_unusable", "a step-up is the session's own");

    let listed = pipe.call("list", json!({ "user_id": "42" }));
    assert_eq!(listed["credentials"][0]["id"], id);
    assert_eq!(listed["signal"]["allAcceptedCredentialIds"], json!([listed["credentials"][0]["credential_id"]]));
    assert_eq!(pipe.call("signal_accepted", json!({ "user_id": "42" }))["signal"], listed["signal"]);
    let one = json!({ "user_id": "42", "id": id });
    assert_eq!(pipe.call("get", one.clone())["credential"]["name"], "Phone");
    let renamed = pipe.call("rename", json!({ "user_id": "42", "id": id, "name": "Old phone" }));
    assert_eq!(renamed["credential"]["name"], "Old phone");
    let details = pipe.call("user_details_changed", json!({ "user": { "id": "42", "name": "ada@example.com" } }));
    assert_eq!(details["signal"]["name"], "ada@example.com");

    let credential_id = listed["credentials"][0]["credential_id"].clone();
    let suspend = json!({ "credential_id": credential_id, "reason": "lost" });
    assert_eq!(pipe.call("suspend", suspend.clone()), json!({ "changed": true }));
    assert_eq!(pipe.call("suspend", suspend), json!({ "changed": false }));
    let finish = pipe.signed(&mut device);
    assert_eq!(pipe.refused("authenticate_finish", finish), "authentication_failed");
    let reactivate = json!({ "credential_id": credential_id });
    assert_eq!(pipe.call("reactivate", reactivate), json!({ "changed": true }));
    let finish = pipe.signed(&mut device);
    pipe.call("authenticate_finish", finish);

    let keep = json!({ "user_id": "42", "id": id, "keep_last": true });
    assert_eq!(pipe.refused("revoke", keep), "removal_refused");
    assert_eq!(
        pipe.call("revoke", json!({ "user_id": "42", "id": id, "reason": "sold" }))["credential"]["status"],
        "revoked"
    );
    assert_eq!(pipe.refused("get", one.clone()), "not_found");
    assert_eq!(pipe.call("list", json!({ "user_id": "42" }))["credentials"], json!([]));
    assert_eq!(pipe.call("history", json!({ "user_id": "42" }))["credentials"][0]["status"], "revoked");
    let finish = pipe.signed(&mut device);
    assert_eq!(pipe.refused("authenticate_finish", finish), "authentication_failed");
    assert_eq!(pipe.call("export", json!({ "user_id": "42" }))["credentials"][0]["id"], id);
    assert_eq!(pipe.call("erase_credential", one), json!({}));

    let mut second = Authenticator::new("second");
    pipe.register(&mut second, "42");
    let all = json!({ "user_id": "42", "reason": "stolen" });
    assert_eq!(pipe.call("revoke_all", all.clone()), json!({ "credentials": 1 }));
    assert_eq!(pipe.call("revoke_all", all), json!({ "credentials": 0 }));
    assert_eq!(pipe.call("erase", json!({ "user_id": "42" })), json!({ "credentials": 1 }));
    assert_eq!(pipe.call("export", json!({ "user_id": "42" }))["credentials"], json!([]));
    assert_eq!(pipe.call("signal_accepted", json!({ "user_id": "42" })), json!({ "signal": null }));
    let finish = pipe.signed(&mut second);
    assert_eq!(pipe.refused("authenticate_finish", finish), "unknown_credential");
    let cleaned = pipe.call("cleanup", json!({}));
    assert_eq!(cleaned, json!({ "ceremonies": 0, "tombstones": 0, "sign_ups": 0 }));
    let (rest, log, code) = pipe.end();
    assert_eq!((rest.as_str(), code), ("", 0), "{log}");
}

#[test]
fn names_are_answered_alike() {
    let mut pipe = Pipe::new();
    let mut device = Authenticator::new("named");
    pipe.register(&mut device, "42");
    let members = |begun: &Value| begun["publicKey"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let known = pipe.call("authenticate_begin", json!({ "user_id": "42", "name": "ada" }));
    let unknown = pipe.call("authenticate_begin", json!({ "name": "nobody" }));
    assert_eq!(members(&known), members(&unknown));
    assert_eq!(pipe.refused("authenticate_begin", json!({ "user_id": "42" })), "invalid_request");
    let credential = device.authenticate(&unknown["publicKey"], &Client::new(ORIGIN)).unwrap();
    let params = json!({ "state": unknown["state"], "credential": credential });
    assert_eq!(pipe.refused("authenticate_finish", params), "authentication_failed");
    let credential = device.authenticate(&known["publicKey"], &Client::new(ORIGIN)).unwrap();
    let params = json!({ "state": known["state"], "credential": credential });
    assert_eq!(pipe.call("authenticate_finish", params)["user_id"], "42");
}

#[test]
fn a_browser_finishes_what_it_began() {
    let mut pipe = Pipe::new();
    let mut device = Authenticator::new("bound");
    let (mine, other) = (base64url::encode(&[1; 32]), base64url::encode(&[2; 32]));
    for wrong in [json!(other), json!(null)] {
        let begun = pipe.call("register_begin", json!({ "user": { "id": "42", "name": "ada" }, "binding": mine }));
        let credential = device.register(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
        let mut params =
            json!({ "user_id": "42", "state": begun["state"], "credential": credential, "binding": wrong });
        assert_eq!(pipe.refused("register_finish", params.clone()), "ceremony_unusable");
        params["binding"] = json!(mine);
        // Another browser could not use it up.
        let exists = pipe.request("register_finish", &params);
        assert!(exists.get("result").is_some(), "{exists}");
        pipe.call("erase", json!({ "user_id": "42" }));
    }
    let mut second = Authenticator::new("second");
    pipe.register(&mut second, "43");
    for (wrong, right) in [(json!(other), json!(mine)), (json!(null), json!(mine)), (json!(mine), json!(null))] {
        for purpose in ["authenticate_begin", "step_up_begin"] {
            let mut begin = json!({ "binding": right });
            if purpose == "step_up_begin" {
                begin["user_id"] = json!("43");
            }
            let begun = pipe.call(purpose, begin);
            let credential = second.authenticate(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
            let mut params =
                json!({ "state": begun["state"], "credential": credential, "binding": wrong, "user_id": "43" });
            assert_eq!(pipe.refused("authenticate_finish", params.clone()), "ceremony_unusable", "{purpose}");
            params["binding"] = right.clone();
            assert_eq!(pipe.call("authenticate_finish", params)["user_id"], "43");
        }
    }
    for bad in [json!("AAAA"), json!("x"), json!(7), json!(format!("{mine}="))] {
        let params = json!({ "user": { "id": "42", "name": "ada" }, "binding": bad });
        assert_eq!(pipe.refused("register_begin", params), "invalid_request", "{bad}");
        assert_eq!(pipe.refused("authenticate_begin", json!({ "binding": bad })), "invalid_request", "{bad}");
    }
}

#[test]
fn a_refusal_tells_the_application_why() {
    let mut pipe = Pipe::new();
    let mut device = Authenticator::new("why");
    pipe.register(&mut device, "42");
    let begun = pipe.call("authenticate_begin", json!({}));
    let forged = device.authenticate_with(&begun["publicKey"], &Client::new(ORIGIN), Fault::OriginSubdomain).unwrap();
    let forged: Value = serde_json::from_slice(&forged).unwrap();
    let reply = pipe.request("authenticate_finish", &json!({ "state": begun["state"], "credential": forged }));
    let error = &reply["error"];
    assert_eq!(
        (error["code"].as_str(), error["reason"].as_str()),
        (Some("authentication_failed"), Some("origin_not_allowed"))
    );
    assert!(error["step"].as_str().unwrap().starts_with('A') && error["hint"].is_string(), "{reply}");

    let begun = pipe.call("authenticate_begin", json!({}));
    let reply = pipe.request("authenticate_finish", &json!({ "state": begun["state"], "credential": { "id": "x" } }));
    assert_eq!(reply["error"]["code"], "invalid_request");
    // That used nothing up.
    let credential = device.authenticate(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
    pipe.call("authenticate_finish", json!({ "state": begun["state"], "credential": credential }));
    let params = json!({ "state": "never given", "credential": credential });
    assert_eq!(pipe.refused("authenticate_finish", params), "ceremony_unusable");
}

#[test]
fn an_account_that_begins_with_its_passkey() {
    let mut pipe = Pipe::new();
    let mut device = Authenticator::new("sign-up");
    let sign_up = |pipe: &mut Pipe, device: &mut Authenticator| {
        let begun = pipe.call("sign_up_begin", json!({ "name": "ada", "context": "{\"mail\":\"ada\"}" }));
        let credential = device.register(&begun["publicKey"], &Client::new(ORIGIN)).unwrap();
        pipe.call("sign_up_finish", json!({ "state": begun["state"], "credential": credential, "name": "Phone" }))
    };
    let finished = sign_up(&mut pipe, &mut device);
    assert_eq!(
        (&finished["context"], &finished["credential"]["name"]),
        (&json!("{\"mail\":\"ada\"}"), &json!("Phone"))
    );
    assert!(finished["user_handle"].is_string());
    let early = pipe.signed(&mut device);
    assert_eq!(pipe.refused("authenticate_finish", early), "authentication_failed", "it is nobody's yet");
    let complete = json!({ "sign_up": finished["sign_up"], "user_id": "43" });
    assert_eq!(pipe.call("sign_up_complete", complete.clone())["user_id"], "43");
    assert_eq!(pipe.refused("sign_up_complete", complete), "ceremony_unusable");
    let finish = pipe.signed(&mut device);
    assert_eq!(pipe.call("authenticate_finish", finish)["user_id"], "43");

    let mut other = Authenticator::new("other");
    let finished = sign_up(&mut pipe, &mut other);
    let taken = json!({ "sign_up": finished["sign_up"], "user_id": "43" });
    assert_eq!(
        pipe.refused("sign_up_complete", taken),
        "credential_exists",
        "an account that is there is not a new one"
    );
    let finished = sign_up(&mut pipe, &mut Authenticator::new("third"));
    let abandon = json!({ "sign_up": finished["sign_up"] });
    assert_eq!(pipe.call("sign_up_abandon", abandon.clone()), json!({}));
    assert_eq!(pipe.refused("sign_up_abandon", abandon), "ceremony_unusable");

    let mut off = Pipe::with(&[], &[("PASSKEYS_SIGN_UPS", "false")]);
    assert_eq!(off.refused("sign_up_begin", json!({ "name": "ada" })), "not_found");
}

#[test]
fn not_everybody_can_wait_to_be_completed() {
    // Nobody reads the log before the end, and a pipe holds so much of it.
    let mut pipe = Pipe::with(&[], &[("RUST_LOG", "error")]);
    let mut device = Authenticator::new("many");
    let page = Client::new(ORIGIN);
    let mut finish = |pipe: &mut Pipe| {
        let begun = pipe.call("sign_up_begin", json!({ "name": "ada" }));
        let credential = device.register(&begun["publicKey"], &page).unwrap();
        json!({ "state": begun["state"], "credential": credential })
    };
    let params = finish(&mut pipe);
    let first = pipe.call("sign_up_finish", params)["sign_up"].clone();
    for _ in 1..1024 {
        let params = finish(&mut pipe);
        pipe.call("sign_up_finish", params);
    }
    let one_more = finish(&mut pipe);
    assert_eq!(pipe.refused("sign_up_finish", one_more.clone()), "unavailable");
    pipe.call("sign_up_complete", json!({ "sign_up": first, "user_id": "43" }));
    // What was refused was not used up.
    pipe.call("sign_up_finish", one_more);
}

#[test]
fn a_store_that_is_gone_is_unavailable_and_no_more_is_said() {
    if pass_over(&REDIS) {
        return;
    }
    let mut redis = Redis::start().unwrap();
    let mut pipe = Pipe::with(&[], &[("PASSKEYS_CEREMONIES", &redis.url())]);
    let begin = json!({ "user": { "id": "42", "name": "ada" } });
    pipe.call("register_begin", begin.clone());
    redis.stop().unwrap();
    let reply = pipe.request("register_begin", &begin);
    assert_eq!(reply["error"], json!({ "code": "unavailable", "message": "store did not answer" }));
    let (_, log, code) = pipe.end();
    assert!(log.contains("request failed") && code == 0, "{log}");
}
