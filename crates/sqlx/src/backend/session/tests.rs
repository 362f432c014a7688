//! Transactions of several statements beside the queue of single ones.
#![allow(clippy::unwrap_used)]

use super::*;
use futures_util::FutureExt;
use sqlx::SqlitePool;

#[tokio::test]
async fn a_transaction_has_its_turn_until_it_ends() {
    let session = Session::new(SqlitePool::connect("sqlite::memory:").await.unwrap());
    let queue = session.queue.as_ref().unwrap();
    for commits in [true, false] {
        let work = session.begin(0).await.unwrap();
        assert!(queue.turn().now_or_never().is_none());
        if commits {
            work.commit().await.unwrap()
        } else {
            work.rollback().await.unwrap()
        }
        assert!(queue.turn().now_or_never().flatten().is_some());
    }
    let work = session.begin(0).await.unwrap();
    drop(work);
    assert!(queue.turn().now_or_never().flatten().is_some());
}
