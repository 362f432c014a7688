//! What lies in Redis, and for how long.

use crate::{LATER, NOW, after, key, names, open, server};
use ceremony_redis::SPEND_GRACE;
use ceremony_service::store::{CeremonyKey, StoreError};
use ceremony_testbed::Redis;
use std::time::{Duration, Instant};

fn time_to_live(server: &Redis, name: &str) -> u64 {
    let answer = server.command(&format!("PTTL {name}")).unwrap();
    answer.trim().trim_start_matches(':').parse().unwrap_or_else(|_| panic!("{name} has no end: {answer}"))
}

#[tokio::test]
async fn an_entry_holds_a_digest_its_expiry_and_the_state() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    let key = key();
    let handle = stores.ceremonies().put(&key, b"STATE".to_vec(), LATER, NOW).await.unwrap();
    assert!(stores.spend_list().spend([0xab; 16], LATER, NOW).await.unwrap());

    let digest: String = key.digest(&handle).iter().map(|byte| format!("{byte:02x}")).collect();
    let (pending, spent) = (format!("ceremony:pending:{digest}"), format!("ceremony:spent:{}", "ab".repeat(16)));
    assert_eq!(names(&server), [pending.clone(), spent.clone()]);
    // 1 byte of form, 8 of expiry, 5 of state: no room for a handle, a browser's binding or a tenant.
    assert_eq!(server.command(&format!("STRLEN {pending}")).unwrap(), ":14\r\n");
    assert!(server.command(&format!("GET {pending}")).unwrap().ends_with("STATE\r\n"));
    assert_eq!(server.command(&format!("GET {spent}")).unwrap(), "$0\r\n\r\n");
}

#[tokio::test]
async fn every_entry_ends_by_itself() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    stores.ceremonies().put(&key(), b"state".to_vec(), LATER, NOW).await.unwrap();
    assert!(stores.spend_list().spend([1; 16], LATER, NOW).await.unwrap());
    let [pending, spent] = <[String; 2]>::try_from(names(&server)).unwrap();
    assert!((290_000..=300_000).contains(&time_to_live(&server, &pending)));
    assert!((350_000..=360_000).contains(&time_to_live(&server, &spent)));
    assert_eq!(SPEND_GRACE, Duration::from_secs(60));
}

#[tokio::test]
async fn nothing_is_left_after_the_expiry() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    let handle = stores.ceremonies().put(&key(), b"state".to_vec(), after(3_000), NOW).await.unwrap();
    // What had expired before it came goes at once.
    stores.ceremonies().put(&key(), b"state".to_vec(), NOW, NOW).await.unwrap();
    stores.ceremonies().put(&key(), b"state".to_vec(), NOW, after(5_000)).await.unwrap();
    assert!(!stores.spend_list().spend([1; 16], NOW, NOW).await.unwrap());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(names(&server).len(), 1);
    let began = Instant::now();
    while !names(&server).is_empty() {
        assert!(began.elapsed() < Duration::from_secs(30), "the entry stays");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // A caller whose clock stands still learns the same.
    assert_eq!(stores.ceremonies().take(&key(), &handle, NOW).await.unwrap().state(), None);
}

#[tokio::test]
async fn a_take_leaves_nothing_not_even_of_the_expired() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    for now in [NOW, LATER] {
        let handle = stores.ceremonies().put(&key(), b"state".to_vec(), LATER, NOW).await.unwrap();
        let taken = stores.ceremonies().take(&key(), &handle, now).await.unwrap().state();
        assert_eq!(taken.is_some(), now == NOW);
        assert!(names(&server).is_empty());
    }
}

#[tokio::test]
async fn the_latest_times_are_kept_too() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    let end = ceremony::UnixTime::from_millis(u64::MAX);
    let start = ceremony::UnixTime::from_millis(0);
    let handle = stores.ceremonies().put(&key(), b"state".to_vec(), end, start).await.unwrap();
    assert!(stores.ceremonies().take(&key(), &handle, start).await.unwrap().state().is_some());
    assert!(stores.spend_list().spend([1; 16], end, start).await.unwrap());
    assert!(!stores.spend_list().spend([1; 16], end, start).await.unwrap());
}

#[tokio::test]
async fn prefixes_keep_applications_apart() {
    let Some(server) = server() else { return };
    let one = open(&server).await;
    let two = one.clone().with_prefix("other:");
    let handle = one.ceremonies().put(&key(), b"state".to_vec(), LATER, NOW).await.unwrap();
    assert_eq!(two.ceremonies().take(&key(), &handle, NOW).await.unwrap().state(), None);
    assert!(one.ceremonies().take(&key(), &handle, NOW).await.unwrap().state().is_some());
    assert!(one.spend_list().spend([1; 16], LATER, NOW).await.unwrap());
    assert!(two.spend_list().spend([1; 16], LATER, NOW).await.unwrap());
    let spent = "spent:".to_owned() + &"01".repeat(16);
    assert_eq!(names(&server), [format!("ceremony:{spent}"), format!("other:{spent}")]);
}

#[tokio::test]
async fn an_entry_of_an_unknown_form_is_corrupt_and_of_another_type_refused() {
    let Some(server) = server() else { return };
    let stores = open(&server).await;
    let key = CeremonyKey { binding: None, ..key() };
    for (make, corrupt) in [("SET {} x", true), ("SET {} \"\"", true), ("LPUSH {} x", false)] {
        let handle = stores.ceremonies().put(&key, b"state".to_vec(), LATER, NOW).await.unwrap();
        let name = names(&server).remove(0);
        server.command(&format!("DEL {name}")).unwrap();
        server.command(&make.replace("{}", &name)).unwrap();
        let error = stores.ceremonies().take(&key, &handle, NOW).await.unwrap_err();
        assert_eq!(matches!(error, StoreError::Corrupt("ceremony")), corrupt, "{error:?}");
        server.command("FLUSHALL").unwrap();
    }
}
