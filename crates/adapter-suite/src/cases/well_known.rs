//! The documents on the root.

use crate::Adapter;
use crate::app::{App, ORIGIN, clock};
use crate::client::send;
use ceremony_http::ceremony::well_known::PasskeyEndpoints;
use ceremony_http::ceremony::{Ceremony, RelyingParty};
use ceremony_http::ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
use ceremony_http::{PasskeyHttp, Passkeys};
use serde_json::json;
use std::sync::Arc;

const RELATED: &str = "/.well-known/webauthn";
const ENDPOINTS: &str = "/.well-known/passkey-endpoints";

async fn with_documents(adapter: Adapter) -> App {
    let relying_party = RelyingParty::builder("example.com", "Example")
        .origin(ORIGIN)
        .related_origin("https://example.org")
        .build()
        .unwrap();
    let passkeys = Passkeys::builder(Ceremony::new(relying_party))
        .credentials(Arc::new(MemoryCredentials::new()))
        .users(Arc::new(MemoryUsers::new()))
        .ceremonies(Arc::new(MemoryCeremonies::new(10)))
        .build()
        .unwrap();
    let endpoints = PasskeyEndpoints::default().manage("https://example.com/account").unwrap();
    App::serve(adapter, PasskeyHttp::new(passkeys).passkey_endpoints(&endpoints), clock(), ORIGIN).await
}

pub async fn documents_stand_on_the_root(adapter: Adapter) {
    let app = with_documents(adapter).await;
    let related = send(app.at, "GET", RELATED, &[], b"").await;
    assert_eq!(related.status, 200);
    assert_eq!(related.header("content-type"), Some("application/json"));
    assert_eq!(related.json(), json!({ "origins": ["https://example.org"] }));
    let endpoints = send(app.at, "GET", ENDPOINTS, &[], b"").await;
    assert_eq!(endpoints.json(), json!({ "manage": "https://example.com/account" }));

    for (path, document) in [(RELATED, related), (ENDPOINTS, endpoints)] {
        let head = send(app.at, "HEAD", path, &[], b"").await;
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.header("content-length"), Some(document.body.len().to_string().as_str()));
        let known = [("if-none-match".to_owned(), document.header("etag").unwrap().to_owned())];
        assert_eq!(send(app.at, "GET", path, &known, b"").await.status, 304);
        let post = send(app.at, "POST", path, &[], b"").await;
        post.problem(405, "invalid_request");
        assert_eq!(post.header("allow"), Some("GET, HEAD"));
        // Browsers follow no redirects to it, and find it nowhere else.
        assert_eq!(send(app.at, "GET", &format!("/auth/passkeys{path}"), &[], b"").await.status, 404);
    }
}

pub async fn what_is_not_declared_is_not_there(adapter: Adapter) {
    let app = App::start(adapter).await;
    for path in [RELATED, ENDPOINTS] {
        send(app.at, "GET", path, &[], b"").await.problem(404, "not_found");
    }
}
