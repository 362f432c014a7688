//! What reaches the log and the audit sink: enough to mend a configuration, nothing that is secret or personal.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

#[allow(dead_code, reason = "each test program uses a part")]
#[path = "service/world.rs"]
mod world;

use ceremony::SignCountPolicy;
use ceremony_service::memory::{MemorySignUps, MemorySpendList};
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::{NewAccount, Subject, UsernameFirst};
use ceremony_testkit::{Authenticator, Fault, SignCount, base64url};
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use world::{World, account, assertion, id, json, named, registration, tab, unknown};

/// Keeps every field of every event and span, as text.
#[derive(Clone, Default)]
struct Capture(Arc<Mutex<String>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Fields(&mut self.0.lock().unwrap()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = self.0.lock().unwrap();
        write!(text, "\n{} {}", event.metadata().target(), event.metadata().level()).unwrap();
        event.record(&mut Fields(&mut text));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Runs a story and gives all that was logged.
fn logged(story: impl Future<Output = ()>) -> String {
    let capture = Capture::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tracing::subscriber::with_default(capture.clone(), || runtime.block_on(story));
    capture.0.lock().unwrap().split_off(0)
}

/// The forms in which bytes may turn up in a text.
fn forms(bytes: &[u8]) -> Vec<String> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![base64url::encode(bytes), hex.to_uppercase(), hex, format!("{bytes:?}")];
    if let Ok(text) = std::str::from_utf8(bytes) {
        forms.push(text.to_owned());
    }
    forms
}

#[test]
fn nothing_secret_or_personal_is_ever_written() {
    let mut secrets: Vec<Vec<u8>> =
        vec![b"ada-4711".to_vec(), b"mail.example".to_vec(), b"ADA-4711".to_vec(), vec![3; 32]];
    let mut debugged = String::new();
    let text = logged(async {
        let world = World::with(
            |rp| rp.sign_count(SignCountPolicy::Suspend),
            |s| {
                let ring = KeyRing::new(SealingKey::random().unwrap());
                let sealed = SealedCeremonies::new(ring, Arc::new(MemorySpendList::default()));
                s.username_first(UsernameFirst::Listed { decoy_key: [3; 32] })
                    .authentications(Arc::new(sealed))
                    .sign_ups(Arc::new(MemorySignUps::new()))
            },
        );
        let user = id("ada-4711");
        let mut device = Authenticator::new("d").sign_count(SignCount::Counter { start: 1, step: 1 });
        let begun = world.begin_registration("ada-4711").await;
        let options = json(&begun.options);
        let response = device.register_json(&options, &tab()).unwrap();
        secrets.push(base64url::decode(options["challenge"].as_str().unwrap()).unwrap());
        secrets.push(base64url::decode(options["user"]["id"].as_str().unwrap()).unwrap());
        secrets.push(begun.handle.as_str().as_bytes().to_vec());
        secrets.push(device.credentials()[0].id().to_vec());
        secrets.push(device.credentials()[0].public_key());
        let parsed = registration(&response);
        let registered = world
            .service
            .finish_registration(&user, &begun.handle, world::BROWSER, &parsed, Some("ada-4711's phone"))
            .await
            .unwrap();
        let row = registered.credential.id;
        let copy = device.clone();
        for subject in [Subject::Anybody, named("ada-4711"), unknown("ada-4711")] {
            write!(debugged, "{subject:?}").unwrap();
            let begun = world.begin(subject).await;
            let mut options = json(&begun.options);
            secrets.push(base64url::decode(options["challenge"].as_str().unwrap()).unwrap());
            secrets.push(begun.handle.as_str().as_bytes().to_vec());
            for entry in options["allowCredentials"].as_array().unwrap() {
                secrets.push(base64url::decode(entry["id"].as_str().unwrap()).unwrap());
            }
            options["allowCredentials"] = serde_json::json!([]);
            let response = device.authenticate_json(&options, &tab()).unwrap();
            write!(debugged, "{begun:?} {:?}", world.finish(&begun.handle, &response).await.map(|done| done.purpose))
                .unwrap();
            write!(debugged, "{:?}", world.finish(&begun.handle, &response).await.map(|done| done.purpose)).unwrap();
        }
        let begun = world.service.begin_authentication(Subject::Anybody, b"ada-4711", world::BROWSER).await.unwrap();
        let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
        let done = world.finish(&begun.handle, &response).await.unwrap();
        assert_eq!(done.context(), b"ada-4711");
        write!(debugged, "{done:?}").unwrap();
        for fault in [Fault::OriginForeign, Fault::SignatureBitFlipped, Fault::ChallengeOther] {
            let begun = world.begin(Subject::Anybody).await;
            let response = device.clone().authenticate_with(&json(&begun.options), &tab(), fault).unwrap();
            write!(debugged, "{:?}", world.finish(&begun.handle, &response).await.map(|done| done.purpose)).unwrap();
        }
        let _ = world.sign_in(&mut copy.clone()).await;
        world.service.rename(&user, row, "ada-4711's key").await.unwrap();
        world.service.reactivate(&registered.credential.record.credential_id).await.unwrap();
        world.service.revoke(&user, row, "ada-4711 lost it").await.unwrap();
        world.service.export(&user).await.unwrap();
        sign_up(&world, &mut secrets, &mut debugged).await;
        let late = world.begin(Subject::Anybody).await;
        world.clock.advance(std::time::Duration::from_secs(2 * 3600));
        let response = copy.clone().authenticate_json(&json(&late.options), &tab()).unwrap();
        write!(debugged, "{:?}", world.finish(&late.handle, &response).await.map(|done| done.purpose)).unwrap();
        write!(debugged, "{:?}", world.service.user_details_changed(&account("ada-4711")).await.unwrap()).unwrap();
        write!(debugged, "{:?}", account("ada-4711")).unwrap();
        world.service.erase(&user).await.unwrap();
        world.service.cleanup().await.unwrap();
        write!(debugged, "{:?} {:?}", world.service, world.audit).unwrap();
        for event in [
            "registration_succeeded",
            "authentication_succeeded",
            "authentication_failed",
            "ceremony_expired",
            "ceremony_replayed",
            "signed_up",
            "sign_up_abandoned",
            "credential_reactivated",
            "user_exported",
            "cleaned_up",
            "clone_suspected",
            "credential_suspended",
            "credential_renamed",
            "credential_revoked",
            "user_erased",
        ] {
            assert!(world.audit.names().contains(&event), "the story lacks {event}");
        }
    });
    for secret in &secrets {
        for form in forms(secret) {
            assert!(!text.contains(&form), "{form} is in the log:\n{text}");
            assert!(!debugged.contains(&form), "{form} is in the debug output:\n{debugged}");
        }
    }
}

/// Two people sign up with a passkey alone; the application makes an account for the first.
async fn sign_up(world: &World, secrets: &mut Vec<Vec<u8>>, debugged: &mut String) {
    let sign_ups = world.service.sign_ups().unwrap();
    for (seed, completed) in [("new", true), ("other", false)] {
        let account = NewAccount {
            name: "ada-4711@mail.example".to_owned(),
            display_name: "ADA-4711".to_owned(),
            context: b"ada-4711".to_vec(),
        };
        write!(debugged, "{account:?}").unwrap();
        let begun = sign_ups.begin(account, world::BROWSER).await.unwrap();
        let options = json(&begun.options);
        secrets.push(base64url::decode(options["user"]["id"].as_str().unwrap()).unwrap());
        secrets.push(base64url::decode(options["challenge"].as_str().unwrap()).unwrap());
        let mut device = Authenticator::new(seed);
        let response = registration(&device.register_json(&options, &tab()).unwrap());
        secrets.push(device.credentials()[0].id().to_vec());
        let done = sign_ups.finish(&begun.handle, world::BROWSER, &response, None).await.unwrap();
        write!(debugged, "{sign_ups:?} {done:?}").unwrap();
        if completed {
            let registered = sign_ups.complete(done, &id("ada-4711-new")).await.unwrap();
            write!(debugged, "{registered:?}").unwrap();
        } else {
            sign_ups.abandon(done).await.unwrap();
        }
    }
}

#[test]
fn the_capture_sees_what_is_logged() {
    let text = logged(async { tracing::info!(target: "ceremony", secret = "ada-4711", "text {}", 5) });
    assert!(text.contains("ceremony INFO") && text.contains("ada-4711") && text.contains("text 5"), "{text}");
}

#[test]
fn a_wrong_origin_is_logged_with_what_mends_it() {
    let text = logged(async {
        let world = World::new();
        let mut device = Authenticator::new("d");
        world.register(&mut device, "ada").await;
        let begun = world.begin(Subject::Anybody).await;
        let mut options = json(&begun.options);
        options["rpId"] = "example.com".into();
        let response = device.authenticate_json(&options, &ceremony_testkit::Client::new("https://shop.example.com"));
        let _ = world.finish(&begun.handle, &response.unwrap()).await;
    });
    let line = text.lines().find(|line| line.contains("authentication_failed")).unwrap();
    for part in
        ["ceremony WARN", "https://shop.example.com", "https://example.com", "origin_not_allowed", "A12", ".origin(..)"]
    {
        assert!(line.contains(part), "{part} is not in {line}");
    }
}

#[test]
fn a_full_channel_drops_and_counts() {
    use ceremony_service::audit::ChannelAudit;
    let (sink, receiver) = ChannelAudit::new(2);
    let sink = Arc::new(sink);
    let world = World::with(|rp| rp, |s| s.audit(sink.clone()));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for _ in 0..5 {
            world.begin(Subject::Anybody).await;
        }
    });
    assert_eq!(sink.dropped(), 3);
    assert_eq!(receiver.try_iter().count(), 2);
    drop(receiver);
    runtime.block_on(world.begin(Subject::Anybody));
    assert_eq!(sink.dropped(), 4);
}

/// The lines of one event.
fn lines_of<'a>(text: &'a str, event: &str) -> Vec<&'a str> {
    let name = format!("event=\"{event}\"");
    text.lines().filter(|line| line.contains(&name)).collect()
}

#[test]
fn an_event_of_a_ceremony_is_logged_with_its_facts() {
    let mut row = String::new();
    let text = logged(async {
        let sealed = KeyRing::new(SealingKey::random().unwrap());
        let sealed = SealedCeremonies::new(sealed, Arc::new(MemorySpendList::default()));
        let world = World::with(|rp| rp, |s| s.authentications(Arc::new(sealed)));
        let (user, mut device) = (id("ada"), Authenticator::new("1"));
        row = world.register(&mut device, "ada").await.id.to_string();
        let begun = world.begin(Subject::Anybody).await;
        let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
        let _ = world.finish(&begun.handle, &response).await.unwrap();
        world.finish(&begun.handle, &response).await.unwrap_err();
        let begun = world.service.begin_step_up(&user, b"", world::BROWSER).await.unwrap();
        let response = assertion(&device.authenticate_json(&json(&begun.options), &tab()).unwrap());
        let done = world.service.finish_authentication(Some(&user), &begun.handle, world::BROWSER, &response).await;
        let _ = done.unwrap();
        // Ada's registration, which Bob wants to finish, and one that takes too long.
        let mut other = Authenticator::new("2");
        for (who, waits) in [("bob", false), ("ada", true)] {
            let begun = world.begin_registration("ada").await;
            let response = other.register_json(&json(&begun.options), &tab()).unwrap();
            if waits {
                world.clock.advance(world.service.ceremony().relying_party().timeout());
            }
            world.finish_registration(who, &begun.handle, &response).await.unwrap_err();
        }
    });
    let credential = format!("credential={row}");
    for (event, level, facts) in [
        ("registration_succeeded", "INFO", vec![vec![credential.as_str()]]),
        (
            "authentication_began",
            "INFO",
            vec![vec!["step_up=false", "user_named=false"], vec!["step_up=true", "user_named=true"]],
        ),
        (
            "authentication_succeeded",
            "INFO",
            vec![vec![&credential, "step_up=false"], vec![&credential, "step_up=true"]],
        ),
        ("ceremony_replayed", "WARN", vec![vec!["registration=false"]]),
        ("ceremony_unusable", "WARN", vec![vec!["registration=true"]]),
        ("ceremony_expired", "WARN", vec![vec!["registration=true"]]),
    ] {
        let lines = lines_of(&text, event);
        assert_eq!(lines.len(), facts.len(), "{event}: {text}");
        for (line, facts) in lines.into_iter().zip(facts) {
            assert!(line.starts_with(&format!("ceremony {level} ")), "{line}");
            assert!(facts.iter().all(|fact| line.split(' ').any(|part| part == *fact)), "{facts:?}: {line}");
        }
    }
}

#[test]
fn an_event_about_many_is_logged_with_how_many() {
    let mut rows = Vec::new();
    let text = logged(async {
        let world = World::with(|rp| rp, |s| s.sign_ups(Arc::new(MemorySignUps::new())));
        let user = id("ada");
        for seed in ["1", "2", "3", "4"] {
            rows.push(world.register(&mut Authenticator::new(seed), "ada").await);
        }
        world.service.suspend(&rows[0].record.credential_id, "lost").await.unwrap();
        world.service.erase_credential(&user, rows[3].id).await.unwrap();
        world.service.export(&user).await.unwrap();
        world.service.revoke(&user, rows[1].id, "lost").await.unwrap();
        world.service.revoke_all(&user, "left").await.unwrap();
        world.service.erase(&user).await.unwrap();
        let sign_ups = world.service.sign_ups().unwrap();
        for seed in ["5", "6"] {
            let account = NewAccount { name: "bob".to_owned(), display_name: String::new(), context: Vec::new() };
            let begun = sign_ups.begin(account, world::BROWSER).await.unwrap();
            let response = Authenticator::new(seed).register_json(&json(&begun.options), &tab()).unwrap();
            let _ = sign_ups.finish(&begun.handle, world::BROWSER, &registration(&response), None).await.unwrap();
        }
        // Of what is left, one ceremony and the tombstones of all four are counted together.
        world.begin(Subject::Anybody).await;
        world.clock.advance(std::time::Duration::from_secs(66 * 60));
        world.service.cleanup().await.unwrap();
    });
    for (event, level, fact) in [
        ("credential_suspended", "WARN", format!("credential={}", rows[0].id)),
        ("credential_erased", "INFO", format!("credential={}", rows[3].id)),
        ("user_exported", "INFO", "count=3".to_owned()),
        ("all_revoked", "INFO", "count=2".to_owned()),
        ("user_erased", "INFO", "count=3".to_owned()),
        ("sign_up_abandoned", "INFO", "count=2".to_owned()),
        ("cleaned_up", "INFO", "count=5".to_owned()),
    ] {
        let lines = lines_of(&text, event);
        let [line] = lines.as_slice() else { panic!("{event}: {text}") };
        assert!(line.starts_with(&format!("ceremony {level} ")), "{line}");
        assert!(line.split(' ').any(|part| part == fact), "{fact}: {line}");
    }
}
