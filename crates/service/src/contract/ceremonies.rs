//! The rules of [`CeremonyStore`].

use super::fixtures::{NOW, later, random, rp_id, tenant};
use super::ok;
use super::race::{RACERS, Racer};
use crate::store::{CeremonyKey, CeremonyKind, CeremonyStore, Handle, MAX_HANDLE, Realm, Taken};
use std::collections::HashSet;
use std::sync::Arc;

pub(super) async fn run(store: Arc<dyn CeremonyStore>, racer: &Racer<'_>) {
    gives_out_once(&*store).await;
    expires(&*store).await;
    other_key(&*store).await;
    unknown(&*store).await;
    race(&store, racer).await;
    cleanup(&*store).await;
}

fn key() -> CeremonyKey {
    CeremonyKey {
        kind: CeremonyKind::Authentication,
        realm: Realm { tenant: tenant(), rp_id: rp_id("example.com") },
        binding: Some(random()),
    }
}

async fn put(store: &dyn CeremonyStore, key: &CeremonyKey, bytes: &[u8]) -> Handle {
    ok("put", store.put(key, bytes.to_vec(), later(300), NOW).await)
}

async fn gives_out_once(store: &dyn CeremonyStore) {
    let key = key();
    let mut handles = HashSet::new();
    for len in [0, 1, 200, 1_500] {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(len).collect();
        let handle = put(store, &key, &bytes).await;
        assert!(handle.as_str().len() <= MAX_HANDLE, "put: a handle is at most {MAX_HANDLE} bytes long");
        assert!(handles.insert(handle.clone()), "put: no two handles are equal");
        let taken = ok("take", store.take(&key, &handle, later(299)).await);
        assert_eq!(taken.state(), Some(bytes), "take: gives out what was put");
        let again = ok("take", store.take(&key, &handle, later(299)).await);
        assert!(matches!(again, Taken::Used | Taken::Unknown), "take: gives a state out once");
    }
    let twins = [put(store, &key, b"twin").await, put(store, &key, b"twin").await];
    for twin in twins {
        let taken = ok("take", store.take(&key, &twin, NOW).await);
        assert!(taken.state().is_some(), "put: equal states are kept apart");
    }
}

async fn expires(store: &dyn CeremonyStore) {
    let key = key();
    for late in [300, 301, 1_000_000_000] {
        let handle = put(store, &key, b"state").await;
        let taken = ok("take", store.take(&key, &handle, later(late)).await);
        let expired = matches!(taken, Taken::Expired | Taken::Unknown);
        assert!(expired, "take: an expired state is not given out, and was not used");
    }
}

async fn other_key(store: &dyn CeremonyStore) {
    let bound = key();
    let unbound = CeremonyKey { binding: None, ..bound.clone() };
    let all_zero = CeremonyKey { binding: Some([0; 32]), ..bound.clone() };
    for key in [&bound, &unbound] {
        let handle = put(store, key, b"state").await;
        let realm = |tenant, rp_id| Realm { tenant, rp_id };
        let others = [
            ("kind", CeremonyKey { kind: CeremonyKind::Registration, ..key.clone() }),
            ("tenant", CeremonyKey { realm: realm(tenant(), key.realm.rp_id.clone()), ..key.clone() }),
            ("RP ID", CeremonyKey { realm: realm(key.realm.tenant.clone(), rp_id("example.org")), ..key.clone() }),
            ("binding", CeremonyKey { binding: Some(random()), ..key.clone() }),
            ("binding", if key.binding.is_some() { unbound.clone() } else { all_zero.clone() }),
        ];
        for (what, other) in &others {
            let taken = ok("take", store.take(other, &handle, NOW).await);
            assert_eq!(taken, Taken::Unknown, "take: a request with another {what} finds nothing");
        }
        let taken = ok("take", store.take(key, &handle, NOW).await);
        assert!(taken.state().is_some(), "take: a request with another key burns nothing");
    }
}

async fn unknown(store: &dyn CeremonyStore) {
    let key = key();
    let real = put(store, &key, b"state").await;
    let longest = "A".repeat(MAX_HANDLE);
    for text in ["A", "AAAA", "...", "AQ", "-_-_-_-_", real.as_str().get(1..).unwrap_or("B"), &longest] {
        let handle = Handle::parse(text).expect("the suite's handles have the shape of handles");
        let taken = ok("take", store.take(&key, &handle, NOW).await);
        assert_eq!(taken, Taken::Unknown, "take: an unknown handle finds nothing");
    }
    let taken = ok("take", store.take(&key, &real, NOW).await);
    assert!(taken.state().is_some(), "take: an unknown handle burns nothing");
}

async fn race(store: &Arc<dyn CeremonyStore>, racer: &Racer<'_>) {
    let key = key();
    for _ in 0..3 {
        let handle = put(&**store, &key, b"state").await;
        let results = racer
            .race(|_| {
                let (store, key, handle) = (Arc::clone(store), key.clone(), handle.clone());
                async move { store.take(&key, &handle, NOW).await }
            })
            .await;
        let won = results.into_iter().filter_map(|result| ok("take in a race", result).state()).count();
        assert_eq!(won, 1, "take: of {RACERS} calls at once exactly one gets the state");
    }
}

async fn cleanup(store: &dyn CeremonyStore) {
    ok("cleanup", store.cleanup(later(2_000_000_000)).await);
    let key = key();
    let short = ok("put", store.put(&key, b"short".to_vec(), later(10), NOW).await);
    let long = put(store, &key, b"long").await;
    let dropped = ok("cleanup", store.cleanup(later(10)).await);
    assert!(dropped <= 1, "cleanup: tells how many states it dropped, and none that is valid");
    let again = ok("cleanup", store.cleanup(later(10)).await);
    assert_eq!(again, 0, "cleanup: the second finds nothing more to drop");
    let taken = ok("take", store.take(&key, &short, later(10)).await);
    assert_eq!(taken.state(), None, "cleanup: an expired state stays gone");
    let taken = ok("take", store.take(&key, &long, later(10)).await);
    assert_eq!(taken.state().as_deref(), Some(&b"long"[..]), "cleanup: keeps what has not expired");
}
