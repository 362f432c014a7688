//! The rules of [`PendingSignUps`].

use super::fixtures::{FAR_FUTURE, later, rp_id, tenant, user_handle};
use super::ok;
use super::race::{RACERS, Racer};
use crate::store::{PendingSignUps, Realm};
use ceremony::{UnixTime, UserHandle};
use std::sync::Arc;

pub(super) async fn run(store: Arc<dyn PendingSignUps>, racer: &Racer<'_>) {
    let realm = Realm { tenant: tenant(), rp_id: rp_id("example.com") };
    let others = [
        Realm { tenant: realm.tenant.clone(), rp_id: rp_id("example.org") },
        Realm { tenant: tenant(), rp_id: realm.rp_id.clone() },
    ];
    let [first, second, third] = [user_handle(), user_handle(), user_handle()];
    for (handle, seconds) in [(&second, 20), (&first, 10), (&third, 30)] {
        ok("add", store.add(&realm, handle, later(seconds)).await);
    }
    assert!(abandoned(&*store, &realm, later(9), 10).await.is_empty(), "abandoned: nothing before it expires");
    let expired = abandoned(&*store, &realm, later(20), 10).await;
    assert_eq!(expired, [first.clone(), second.clone()], "abandoned: what has expired, the first before the others");
    assert_eq!(abandoned(&*store, &realm, FAR_FUTURE, 2).await.len(), 2, "abandoned: no more than asked for");
    assert_eq!(
        abandoned(&*store, &realm, FAR_FUTURE, 10).await.len(),
        3,
        "abandoned: they stay until they are removed"
    );

    for other in &others {
        assert!(abandoned(&*store, other, FAR_FUTURE, 10).await.is_empty(), "abandoned: nothing of another realm");
        assert!(!ok("remove", store.remove(other, &first).await), "remove: nothing of another realm");
    }
    ok("add again", store.add(&realm, &first, later(500)).await);
    let still = abandoned(&*store, &realm, later(10), 10).await;
    assert_eq!(still, std::slice::from_ref(&first), "add: noting a handle again does not put it off");
    assert!(ok("remove", store.remove(&realm, &first).await), "remove: tells that it was there");
    assert!(!ok("remove", store.remove(&realm, &first).await), "remove: tells that it was not there");
    assert_eq!(
        abandoned(&*store, &realm, FAR_FUTURE, 10).await,
        [second.clone(), third],
        "remove: removes that one alone"
    );

    let results = racer
        .race(|_| {
            let (store, realm, handle) = (Arc::clone(&store), realm.clone(), second.clone());
            async move { store.remove(&realm, &handle).await }
        })
        .await;
    let won = results.into_iter().filter(|result| matches!(result, Ok(true))).count();
    assert_eq!(won, 1, "remove: of {RACERS} calls at once exactly one is told that it was there");
}

async fn abandoned(store: &dyn PendingSignUps, realm: &Realm, now: UnixTime, limit: u32) -> Vec<UserHandle> {
    ok("abandoned", store.abandoned(realm, now, limit).await)
}
