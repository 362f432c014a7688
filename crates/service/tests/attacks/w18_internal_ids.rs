//! W18: the internal user id or the e-mail address readable in a user handle or a token.

use crate::world::{BROWSER, World, account, json, named};
use ceremony_service::memory::MemorySpendList;
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::{RegisterOptions, Subject};
use ceremony_testkit::base64url;
use std::sync::Arc;

const USER: &str = "user-4711";

/// Whether a text shows the user's key or name, as it is or inside of base64url.
fn shows(text: &str, secret: &str) -> bool {
    let bytes: Vec<u8> = text.split('.').filter_map(base64url::decode).flatten().collect();
    text.contains(secret) || bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
}

#[tokio::test]
async fn handles_and_tokens_say_nothing_about_the_account() {
    let store = || {
        let ring = KeyRing::new(SealingKey::random().unwrap());
        Arc::new(SealedCeremonies::new(ring, Arc::new(MemorySpendList::new(100))))
    };
    for world in [World::new(), World::with(|rp| rp, |s| s.ceremonies(store()).authentications(store()))] {
        let begun =
            world.service.begin_registration(&account(USER), RegisterOptions::default(), BROWSER).await.unwrap();
        let options = json(&begun.options);
        let handle = options["user"]["id"].as_str().unwrap();
        assert_eq!(base64url::decode(handle).unwrap().len(), 64);
        let signing_in = world.begin(named(USER)).await;
        let step = world.begin(Subject::Anybody).await;
        let texts = [handle, begun.handle.as_str(), signing_in.handle.as_str(), step.handle.as_str()];
        for text in texts {
            for secret in [USER, "mail.example"] {
                assert!(!shows(text, secret));
            }
        }
        assert!(!json(&signing_in.options).to_string().contains(handle), "an authentication shows no user handle");
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    assert!(shows(&base64url::encode(b"xxuser-4711"), USER));
    assert!(shows("user-4711", USER));
    assert!(!shows(&base64url::encode(b"nothing here"), USER));
}
