//! Extensions that a page asks for itself.

use crate::Bench;
use serde_json::json;

#[tokio::test]
async fn the_pages_own_take_the_place_of_the_servers() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const parsed = () => ({ extensions: { credProps: true, prf: { eval: { first: 'of the server' } } } });
             const api = { parseCreationOptionsFromJSON: parsed, parseRequestOptionsFromJSON: parsed };
             const { passkeys, seen } = await world({ api });
             const write = new Uint8Array([9, 0xfb, 0xff]).subarray(1);
             await passkeys.register({ email: 'a', extensions: { prf: { eval: { first: bytes(1, 2), second: '-_8' } } } });
             await passkeys.stepUp({ extensions: { prf: { evalByCredential: { '-_8': { first: 'BAU' } } }, largeBlob: { write } } });
             await passkeys.authenticate({ extensions: { largeBlob: { write: '-_8' }, getCredBlob: true } });
             const [create, step, get] = seen.options.map(({ publicKey }) => publicKey.extensions);
             return [
               [create.credProps, hex(create.prf.eval.first), hex(create.prf.eval.second)],
               [step.credProps, Object.keys(step.prf), hex(step.prf.evalByCredential['-_8'].first), step.largeBlob.write === write],
               [get.prf.eval.first, hex(get.largeBlob.write), get.getCredBlob],
               seen.requests.filter(({ path }) => path.endsWith('begin')).map(({ body }) => body),
             ];",
        )
        .await;
    assert_eq!(found[0], json!([true, "0102", "fbff"]));
    assert_eq!(found[1], json!([true, ["evalByCredential"], "0405", true]));
    assert_eq!(found[2], json!(["of the server", "fbff", true]));
    assert_eq!(found[3], json!([{ "email": "a" }, { "purpose": "step_up" }, {}]), "the server hears nothing of it");
}

#[tokio::test]
async fn bytes_in_the_servers_extensions() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const extensions = { credBlob: '-_8', largeBlob: { write: 'BAU', support: 'preferred' }, minPinLength: true,
                                  prf: { eval: { first: '-_8' } }, payment: { isPayment: true, list: ['first', { a: 1 }] } };
             const begun = (publicKey) => () => json({ publicKey: { ...publicKey(), extensions }, state: 'S' });
             const none = () => json({ publicKey: { ...creation(), extensions: undefined, excludeCredentials: undefined }, state: 'S' });
             const api = { parseCreationOptionsFromJSON: undefined, parseRequestOptionsFromJSON: undefined };
             const server = { 'POST register/begin': (n) => n === 1 ? begun(creation)() : none(),
                              'POST authenticate/begin': begun(request) };
             const { passkeys, seen } = await world({ api, server });
             await passkeys.register();
             await passkeys.register({ extensions: { credBlob: 'AQ' } });
             await passkeys.authenticate();
             const [first, second, third] = seen.options.map(({ publicKey }) => publicKey);
             const shown = ({ extensions: { credBlob, largeBlob, minPinLength, prf, payment } }) =>
               [hex(credBlob), hex(largeBlob.write), largeBlob.support, minPinLength, hex(prf.eval.first), payment];
             return [shown(first), shown(third), hex(second.extensions.credBlob), second.excludeCredentials];",
        )
        .await;
    let payment = json!({ "isPayment": true, "list": ["first", { "a": 1 }] });
    let decoded = json!(["fbff", "0405", "preferred", true, "fbff", payment]);
    assert_eq!(found, json!([decoded, decoded, "01", []]));
}

#[tokio::test]
async fn results_are_told_to_the_page_alone() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const found = [];
             const results = () => ({ credProps: { rk: true }, uvm: [[1, 2]],
               prf: { enabled: true, results: { first: bytes(9), second: bytes(8) } },
               hmacGetSecret: { output1: bytes(6), output2: bytes(5) },
               largeBlob: { blob: bytes(7), written: true }, getCredBlob: bytes(4) });
             // With toJSON, and with none.
             for (const finished of [withJSON, (credential) => credential]) {
               const make = () => ({ ...finished(got()), getClientExtensionResults: results });
               const { passkeys, seen } = await world({ get: make });
               const told = [];
               const answer = await passkeys.authenticate({ onResults: ({ prf, largeBlob }) => {
                 told.push(hex(prf.results.first), hex(prf.results.second), hex(largeBlob.blob), seen.requests.length);
               } });
               const { clientExtensionResults } = seen.requests[1].body.credential;
               found.push([answer, told, clientExtensionResults]);
             }
             return found;",
        )
        .await;
    // Told when the server has accepted: both requests are over.
    let told = json!(["09", "08", "07", 2]);
    let kept = json!({ "prf": { "enabled": true }, "largeBlob": { "written": true } });
    assert_eq!(found[0], json!([{ "user": "ada" }, told, kept]));
    let (mut more, all) = (kept, json!({ "credProps": { "rk": true }, "uvm": [[1, 2]] }));
    more.as_object_mut().unwrap().extend(all.as_object().unwrap().clone());
    assert_eq!(found[1], json!([{ "user": "ada" }, told, more]));
}

#[tokio::test]
async fn what_the_server_refuses_has_no_results() {
    let Some(bench) = Bench::start().await else { return };
    let found = bench
        .run(
            "const refused = () => problem(401, 'authentication_failed');
             const { passkeys, outcome } = await world({ server: { 'POST authenticate/finish': refused } });
             let told = 0;
             const onResults = () => (told += 1);
             const { code } = await outcome(passkeys.authenticate({ onResults }));
             const quiet = {};
             for (const name of ['register', 'signUp', 'upgrade', 'stepUp']) {
               // A credential without results: they are empty.
               const bare = () => ({ ...withJSON(got()), getClientExtensionResults: undefined });
               const { passkeys } = await world({ create: bare, get: bare, api: able('conditionalCreate') });
               await passkeys[name]({ onResults: (results) => (quiet[name] = results) });
             }
             const { passkeys: other } = await world();
             const thrown = await other.register({ onResults: () => { throw new RangeError('of the page') } }).catch(String);
             return [code, told, quiet, thrown];",
        )
        .await;
    let empty = json!({ "register": {}, "signUp": {}, "upgrade": {}, "stepUp": {} });
    assert_eq!(found, json!(["authentication_failed", 0, empty, "RangeError: of the page"]));
}
