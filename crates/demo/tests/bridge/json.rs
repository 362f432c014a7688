//! What goes to the browser's interface, and what goes to the server.

use crate::Bench;
use serde_json::json;

#[tokio::test]
async fn the_browsers_own_functions_come_first() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const { passkeys, seen } = await world({ options: { headers: async () => ({ 'x-csrf': 'token' }) } });
             const answer = await passkeys.register({ name: 'Laptop', mediation: 'optional' });
             await passkeys.authenticate({ email: 'ada@example.com' });
             return [answer, seen.options.map(({ publicKey, signal, mediation }) => [publicKey, !!signal, mediation]),
                     seen.requests.slice(0, 4)];",
        )
        .await;
    assert_eq!(found[0], json!({ "credential": { "id": "row" } }));
    assert_eq!(found[1][0][0], json!({ "parsed": "creation", "challenge": "AAH-_w" }));
    assert_eq!(found[1][1][0], json!({ "parsed": "request", "challenge": "AAH-_w" }));
    let requests = found[2].as_array().unwrap();
    for request in requests {
        assert_eq!(request["credentials"], "same-origin");
        assert_eq!(request["headers"]["content-type"], "application/json");
        assert_eq!(request["headers"]["x-csrf"], "token");
    }
    assert_eq!(requests[0]["body"], json!({ "mediation": "optional" }));
    assert_eq!((&requests[1]["body"]["state"], &requests[1]["body"]["name"]), (&json!("S"), &json!("Laptop")));
    assert_eq!(requests[1]["body"]["credential"]["response"], json!({ "native": true }));
    assert_eq!(requests[2]["body"], json!({ "email": "ada@example.com" }));
    assert_eq!(requests[3]["body"].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn older_browsers_are_helped_out() {
    let Some(bench) = Bench::start().await else { return };
    let script = |to_json: &str| {
        format!(
            "const api = {{ parseCreationOptionsFromJSON: undefined, parseRequestOptionsFromJSON: undefined }};
             const {{ passkeys, seen }} = await world({{ api, create: () => made({to_json}), get: () => got({to_json}) }});
             await passkeys.register();
             await passkeys.authenticate();
             const [create, get] = seen.options.map((options) => options.publicKey);
             return {{
               user: hex(create.user.id), name: create.user.name, challenge: hex(create.challenge),
               exclude: [hex(create.excludeCredentials[0].id), create.excludeCredentials[0].transports],
               props: create.extensions.credProps,
               salts: [hex(create.extensions.prf.eval.first), hex(create.extensions.prf.eval.second)],
               get: [hex(get.challenge), hex(get.allowCredentials[0].id),
                     hex(get.extensions.prf.evalByCredential['-_8'].first)],
               registered: seen.requests[1].body.credential, signedIn: seen.requests[3].body.credential,
             }};"
        )
    };
    // No toJSON at all, and a password manager's that throws.
    for to_json in ["{}", "{ toJSON() { throw new TypeError('Illegal invocation') } }"] {
        let found = bench.run(&script(to_json)).await;
        assert_eq!((&found["user"], &found["name"]), (&json!("010203"), &json!("ada")));
        assert_eq!((&found["challenge"], &found["props"]), (&json!("0001feff"), &json!(true)));
        assert_eq!(found["exclude"], json!(["fbff", ["internal"]]));
        assert_eq!(found["salts"], json!(["0405", "06"]));
        assert_eq!(found["get"], json!(["0001feff", "fbff", "0405"]));
        let registered = json!({
            "id": "-_8", "rawId": "-_8", "type": "public-key", "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": "AQ", "attestationObject": "Ag", "transports": ["internal"],
                "authenticatorData": "Aw", "publicKeyAlgorithm": -7,
            },
            "clientExtensionResults": { "credProps": { "rk": true }, "prf": { "enabled": true } },
        });
        assert_eq!(found["registered"], registered);
        let signed_in = json!({
            "id": "-_8", "rawId": "-_8", "type": "public-key",
            "response": {
                "clientDataJSON": "AQ", "authenticatorData": "Aw", "signature": "BA", "userHandle": "AQID",
            },
            "clientExtensionResults": { "prf": {} },
        });
        assert_eq!(found["signedIn"], signed_in);
    }
}

#[tokio::test]
async fn keys_of_the_page_never_leave_it() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const { passkeys, seen } = await world();
             await passkeys.register();
             await passkeys.authenticate();
             return [seen.requests[1].body.credential, seen.requests[3].body.credential];",
        )
        .await;
    for credential in found.as_array().unwrap() {
        let results = json!({ "prf": { "enabled": true }, "largeBlob": { "written": true } });
        assert_eq!(credential["clientExtensionResults"], results);
    }
}
