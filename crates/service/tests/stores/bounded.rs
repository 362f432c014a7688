use crate::{NOW, key, later};
use ceremony_service::memory::{MemoryCeremonies, MemorySpendList};
use ceremony_service::store::{CeremonyStore, SpendList, StoreError, Taken};

#[tokio::test]
async fn a_full_store_refuses_and_evicts_nothing_that_is_valid() {
    let store = MemoryCeremonies::new(3);
    let key = key();
    let mut handles = Vec::new();
    for seconds in [10, 20, 30] {
        handles.push(store.put(&key, b"state".to_vec(), later(seconds), NOW).await.unwrap());
    }
    for _ in 0..5 {
        let refused = store.put(&key, b"flood".to_vec(), later(60), later(9)).await;
        assert!(matches!(refused, Err(StoreError::Full)));
    }
    let fourth = store.put(&key, b"fourth".to_vec(), later(60), later(10)).await.unwrap();
    assert!(store.put(&key, b"flood".to_vec(), later(60), later(10)).await.is_err());
    assert_eq!(store.take(&key, &handles[0], later(10)).await.unwrap(), Taken::Unknown);
    for handle in &handles[1..] {
        assert!(store.take(&key, handle, later(10)).await.unwrap().state().is_some());
    }
    assert_eq!(store.take(&key, &fourth, later(10)).await.unwrap().state().unwrap(), b"fourth");
    assert_eq!(format!("{store:?}"), "MemoryCeremonies { len: 0 }");
}

#[tokio::test]
async fn cleanup_counts_what_it_drops() {
    let store = MemoryCeremonies::default();
    for seconds in [10, 10, 20] {
        store.put(&key(), b"state".to_vec(), later(seconds), NOW).await.unwrap();
    }
    assert_eq!(store.cleanup(later(9)).await.unwrap(), 0);
    assert_eq!(store.cleanup(later(10)).await.unwrap(), 2);
    assert_eq!(store.cleanup(later(20)).await.unwrap(), 1);
}

#[tokio::test]
async fn a_full_spend_list_refuses_rather_than_forgets() {
    let list = MemorySpendList::new(2);
    assert!(list.spend([1; 16], later(10), NOW).await.unwrap());
    assert!(list.spend([2; 16], later(20), NOW).await.unwrap());
    assert!(matches!(list.spend([3; 16], later(20), NOW).await, Err(StoreError::Full)));
    assert!(!list.spend([1; 16], later(10), NOW).await.unwrap());
    assert!(list.spend([3; 16], later(20), later(10)).await.unwrap());
    assert!(!list.spend([2; 16], later(20), later(10)).await.unwrap());
}

#[tokio::test]
async fn a_future_that_is_never_polled_does_nothing() {
    let store = MemoryCeremonies::default();
    let key = key();
    let handle = store.put(&key, b"state".to_vec(), later(10), NOW).await.unwrap();
    drop(store.take(&key, &handle, NOW));
    assert!(store.take(&key, &handle, NOW).await.unwrap().state().is_some());
}

#[tokio::test]
async fn what_a_take_tells_apart() {
    let store = MemoryCeremonies::default();
    let key = key();
    let handle = store.put(&key, b"state".to_vec(), later(10), NOW).await.unwrap();
    assert_eq!(store.take(&key, &handle, later(10)).await.unwrap(), Taken::Expired);
    assert_eq!(store.take(&key, &handle, later(10)).await.unwrap(), Taken::Unknown);
}
