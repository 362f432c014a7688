//! The rules of [`SpendList`].

use super::fixtures::{NOW, later, random};
use super::ok;
use super::race::{RACERS, Racer};
use crate::store::SpendList;
use std::sync::Arc;

pub(super) async fn run(list: Arc<dyn SpendList>, racer: &Racer<'_>) {
    let (first, second) = (random(), random());
    assert!(spend(&*list, first).await, "spend: the first call for an id is told so");
    assert!(!spend(&*list, first).await, "spend: a second call for an id is told so");
    assert!(spend(&*list, second).await, "spend: another id is not spent");
    let earlier = ok("spend", list.spend(first, later(5), NOW).await);
    assert!(!earlier, "spend: another expiry does not make an id new");
    let last_moment = ok("spend", list.spend(first, later(300), later(299)).await);
    assert!(!last_moment, "spend: an id stays spent until it expires");
    let expired = ok("spend", list.spend(random(), NOW, NOW).await);
    assert!(!expired, "spend: an id that has expired can't be spent");

    for _ in 0..3 {
        let id = random();
        let results = racer
            .race(|_| {
                let list = Arc::clone(&list);
                async move { list.spend(id, later(300), NOW).await }
            })
            .await;
        let won = results.into_iter().filter_map(|result| ok("spend in a race", result).then_some(())).count();
        assert_eq!(won, 1, "spend: of {RACERS} calls at once exactly one is the first");
    }

    ok("cleanup", list.cleanup(later(2_000_000_000)).await);
    let (short, long) = (random(), random());
    assert!(ok("spend", list.spend(short, later(10), NOW).await), "spend: after a cleanup, a new id is new");
    assert!(spend(&*list, long).await, "spend: after a cleanup, a new id is new");
    let dropped = ok("cleanup", list.cleanup(later(10)).await);
    assert!(dropped <= 1, "cleanup: tells how many ids it dropped, and none that is valid");
    let again = ok("cleanup", list.cleanup(later(10)).await);
    assert_eq!(again, 0, "cleanup: the second finds nothing more to drop");
    assert!(!spend(&*list, long).await, "cleanup: keeps what has not expired");
}

async fn spend(list: &dyn SpendList, id: [u8; 16]) -> bool {
    ok("spend", list.spend(id, later(300), NOW).await)
}
