//! What the log must hold, and what it must not.

use crate::Adapter;
use crate::app::App;
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub async fn reasons_are_logged_and_secrets_are_not(adapter: Adapter) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // Of the whole process: the server runs on other threads. Only this test looks at it.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let app = App::start(adapter).await;
    let (mut device, mut browser, _) = app.person("very-private-name").await;
    let mut secrets = Vec::new();
    let mut bad = app.assertion(&mut device, &mut browser).await;
    bad["credential"]["response"]["signature"] = json!("MAYCAQECAQE");
    browser.post("authenticate/finish", bad.clone()).await.problem(401, "authentication_failed");
    let good = app.assertion(&mut device, &mut browser).await;
    browser.post("authenticate/finish", good.clone()).await.ok();
    browser.post("authenticate/finish", good.clone()).await.problem(400, "ceremony_unusable");
    browser.elsewhere().post("authenticate/finish", good.clone()).await.problem(400, "ceremony_unusable");
    let begun = browser.post("authenticate/begin", json!({ "email": "very-private-name@example.com" })).await.ok();
    let mut broken = good.clone();
    broken["credential"]["response"]["clientDataJSON"] = json!("e30");
    browser.post("authenticate/finish", broken).await.problem(400, "invalid_request");
    browser
        .post("register/begin", json!({ "mediation": "very-private-mediation" }))
        .await
        .problem(400, "invalid_request");

    // Hooks that offer what the service does not: an oversight that only the log can tell of.
    let sign_up = json!({ "purpose": "sign_up", "email": "very-private-name@example.com" });
    browser.post("register/begin", sign_up).await.problem(404, "not_found");

    for value in [&begun["publicKey"]["challenge"], &begun["state"], &good["state"], &bad["state"]] {
        secrets.push(value.as_str().unwrap().to_owned());
    }
    for member in ["signature", "clientDataJSON", "authenticatorData", "userHandle"] {
        secrets.push(good["credential"]["response"][member].as_str().unwrap().to_owned());
    }
    secrets.push(good["credential"]["id"].as_str().unwrap().to_owned());
    secrets.push(browser.cookies["__Host-ceremony"].clone());
    secrets.push("very-private".to_owned());

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for needed in ["signature_invalid", "A21", "ceremony_unusable", "cookies", "PasskeysBuilder::sign_ups"] {
        assert!(text.contains(needed), "{needed} is not in the log:\n{text}");
    }
    for secret in secrets {
        assert!(!secret.is_empty() && !text.contains(&secret), "{secret} is in the log");
    }
}
