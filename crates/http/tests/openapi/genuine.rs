//! What the service really answers and what authenticators really send, held against the schemas.

use crate::schemas::{closed, faults, reference, valid};
use crate::server::{Server, client, json as read};
use ceremony_http::ceremony::{
    AppId, AttestationConveyance, AttestationFormat, AuthenticatorAttachment, CredentialId, CredentialProtection,
    Demand, Hint, LargeBlob, PrfValues,
};
use ceremony_testkit::{Algorithm, Authenticator};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};

/// Adds a passkey of alice's; each step is held against its schema.
async fn register(server: &Server, document: &Value, device: &mut Authenticator) -> Value {
    let begun = read(&server.alice("POST", "register/begin", Some(&json!({}))).await);
    valid(document, "RegistrationBegun", &begun);
    let credential = device.register(&begun["publicKey"], &client()).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"], "name": "Laptop" });
    valid(document, "RegisterFinish", &body);
    let answer = read(&server.alice("POST", "register/finish", Some(&body)).await);
    valid(document, "OneCredential", &answer);
    answer["credential"].clone()
}

/// Signs alice in, or confirms that it is her.
async fn authenticate(server: &Server, document: &Value, device: &mut Authenticator, body: &Value) {
    valid(document, "AuthenticateBegin", body);
    let begun = read(&server.alice("POST", "authenticate/begin", Some(body)).await);
    valid(document, "AuthenticationBegun", &begun);
    let credential = device.authenticate(&begun["publicKey"], &client()).unwrap();
    let body = json!({ "credential": credential, "state": begun["state"] });
    valid(document, "AuthenticateFinish", &body);
    let answer = server.alice("POST", "authenticate/finish", Some(&body)).await;
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
    valid(document, "OneCredential", &read(&answer));
}

#[tokio::test]
async fn ceremonies_are_as_the_document_says() {
    let (server, document) = (Server::new(), closed());
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let mut device = Authenticator::new(format!("{algorithm:?}")).algorithm(algorithm);
        let listed = register(&server, &document, &mut device).await;
        authenticate(&server, &document, &mut device, &json!({})).await;
        authenticate(&server, &document, &mut device, &json!({ "purpose": "step_up" })).await;
        let path = format!("credentials/{}", listed["id"].as_str().unwrap());
        for (method, body) in [("GET", None), ("PATCH", Some(json!({ "name": "Phone" }))), ("DELETE", None)] {
            valid(&document, "AllCredentials", &read(&server.alice("GET", "credentials", None).await));
            valid(&document, "OneCredential", &read(&server.alice(method, &path, body.as_ref()).await));
        }
    }
}

#[tokio::test]
async fn requests_of_every_kind_are_as_the_document_says() {
    let (server, document) = (Server::new(), closed());
    register(&server, &document, &mut Authenticator::new("alice")).await;
    for body in [
        json!({}),
        json!({ "mediation": "conditional" }),
        json!({ "mediation": null, "purpose": null }),
        json!({ "purpose": "sign_up", "email": "new@example.com" }),
    ] {
        valid(&document, "RegisterBegin", &body);
        let answer = server.alice("POST", "register/begin", Some(&body)).await;
        assert_eq!(answer.status(), 200, "{body}");
        valid(&document, "RegistrationBegun", &read(&answer));
    }
    // A name that is somebody's, and one that is made up.
    for body in [json!({}), json!({ "email": "alice" }), json!({ "email": "nobody" }), json!({ "purpose": "step_up" })]
    {
        valid(&document, "AuthenticateBegin", &body);
        let answer = server.alice("POST", "authenticate/begin", Some(&body)).await;
        assert_eq!(answer.status(), 200, "{body}");
        valid(&document, "AuthenticationBegun", &read(&answer));
    }
}

#[tokio::test]
async fn extensions_are_as_the_document_says() {
    let app_id = || AppId::new("https://example.com/app-id.json").unwrap();
    let passkey = Arc::new(OnceLock::<CredentialId>::new());
    let hers = Arc::clone(&passkey);
    let server = Server::with(|builder| {
        builder
            .customize_registrations(move |request| {
                request
                    .hints([Hint::SecurityKey, Hint::ClientDevice, Hint::Hybrid])
                    .attachment(AuthenticatorAttachment::CrossPlatform)
                    .attestation(AttestationConveyance::Direct)
                    .attestation_formats([AttestationFormat::Packed, AttestationFormat::AndroidKey])
                    .cred_protect(CredentialProtection::UserVerificationRequired, Demand::Preferred)
                    .min_pin_length(Demand::Preferred)
                    .prf(Demand::Preferred)
                    .prf_eval(PrfValues::new([1; 32]).second([2; 32]))
                    .large_blob(Demand::Preferred)
                    .cred_blob([3; 32], Demand::Preferred)
                    .app_id_exclude(app_id())
            })
            .customize_authentications(move |request| {
                let request = request
                    .hints([Hint::Hybrid])
                    .app_id(app_id())
                    .prf_eval(PrfValues::new([1; 32]))
                    .large_blob(LargeBlob::Read, Demand::Preferred)
                    .cred_blob(Demand::Preferred);
                match hers.get() {
                    Some(id) => request.prf_eval_by_credential(id.clone(), PrfValues::new([4; 32]).second([5; 32])),
                    None => request,
                }
            })
    });
    let document = closed();
    let begun = read(&server.alice("POST", "register/begin", Some(&json!({}))).await);
    valid(&document, "RegistrationBegun", &begun);
    let members = begun["publicKey"]["extensions"].as_object().unwrap().len();
    assert_eq!(members, 7, "{begun:#}");
    let mut device = Authenticator::new("alice");
    register(&server, &document, &mut device).await;
    passkey.set(CredentialId::new(device.credentials()[0].id()).unwrap()).unwrap();
    let begun = read(&server.alice("POST", "authenticate/begin", Some(&json!({ "email": "alice" }))).await);
    valid(&document, "AuthenticationBegun", &begun);
    assert!(begun["publicKey"]["extensions"]["prf"]["evalByCredential"].is_object(), "{begun:#}");
    let members = begun["publicKey"]["extensions"].as_object().unwrap().len();
    assert_eq!(members, 4, "{begun:#}");

    let server = Server::with(|builder| {
        builder.customize_authentications(|request| request.large_blob(LargeBlob::write([6; 64]), Demand::Preferred))
    });
    register(&server, &document, &mut Authenticator::new("alice")).await;
    let begun = read(&server.alice("POST", "authenticate/begin", Some(&json!({ "email": "alice" }))).await);
    valid(&document, "AuthenticationBegun", &begun);
    assert!(begun["publicKey"]["extensions"]["largeBlob"]["write"].is_string(), "{begun:#}");
}

#[tokio::test]
async fn what_is_wrong_is_wrong_by_the_document_too() {
    let (server, document) = (Server::new(), closed());
    let mut device = Authenticator::new("alice");
    let begun = read(&server.alice("POST", "register/begin", Some(&json!({}))).await);
    let credential = device.register(&begun["publicKey"], &client()).unwrap();
    let register = json!({ "credential": credential, "state": begun["state"] });
    let begun = read(&server.alice("POST", "register/begin", Some(&json!({}))).await);
    let finish = json!({ "credential": credential, "state": begun["state"], "name": "Laptop" });
    let answer = server.alice("POST", "register/finish", Some(&register)).await;
    assert_eq!(answer.status(), 200);
    let other = read(&server.alice("POST", "authenticate/begin", Some(&json!({}))).await);
    let assertion = device.authenticate(&other["publicKey"], &client()).unwrap();
    let authenticate = json!({ "credential": assertion, "state": other["state"] });

    // One byte more than the default limits.
    let (client_data, bytes) = ("A".repeat(10_924), "A".repeat(43_692));
    let changes: [(&str, &Value, &str, Value); 20] = [
        ("RegisterFinish", &finish, "/credential/response/clientDataJSON", json!(client_data)),
        ("RegisterFinish", &finish, "/credential/response/attestationObject", json!(bytes)),
        ("RegisterFinish", &finish, "/state", json!("with space")),
        ("RegisterFinish", &finish, "/name", json!(7)),
        ("RegisterFinish", &finish, "/purpose", json!("step_up")),
        ("RegisterFinish", &finish, "/credential", json!({})),
        ("RegisterFinish", &finish, "/credential/id", json!("AA==")),
        ("RegisterFinish", &finish, "/credential/rawId", json!("A".repeat(1365))),
        ("RegisterFinish", &finish, "/credential/type", json!("password")),
        ("RegisterFinish", &finish, "/credential/response/attestationObject", json!("a+b/")),
        ("RegisterFinish", &finish, "/credential/response/clientDataJSON", Value::Null),
        ("RegisterFinish", &finish, "/credential/response/transports", json!("usb")),
        ("AuthenticateFinish", &authenticate, "/credential/response/signature", json!(1)),
        ("AuthenticateFinish", &authenticate, "/credential/response/userHandle", json!("A".repeat(87))),
        ("AuthenticateFinish", &authenticate, "/credential/response/authenticatorData", json!("AA=")),
        ("AuthenticateFinish", &authenticate, "/credential/clientExtensionResults", json!([])),
        ("AuthenticationBegun", &other, "/publicKey/challenge", json!("AAAA")),
        ("AuthenticationBegun", &other, "/publicKey/userVerification", json!("always")),
        ("RegistrationBegun", &begun, "/publicKey/pubKeyCredParams", json!([])),
        ("RegistrationBegun", &begun, "/publicKey/user/id", json!("A".repeat(87))),
    ];
    for (name, value, at, wrong) in changes {
        valid(&document, name, value);
        let mut value = value.clone();
        let (parent, member) = at.rsplit_once('/').unwrap();
        value.pointer_mut(parent).unwrap()[member] = wrong.clone();
        assert!(!faults(&document, &reference(name), &value).is_empty(), "{name} {at} {wrong}");
        // And what the schema refuses, the route refuses.
        let path = match name {
            "RegisterFinish" => "register/finish",
            "AuthenticateFinish" => "authenticate/finish",
            _ => continue,
        };
        assert_eq!(server.alice("POST", path, Some(&value)).await.status(), 400, "{name} {at} {wrong}");
    }
}
