use crate::{NOW, key, later};
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony_service::memory::MemorySpendList;
use ceremony_service::sealed::{KeyRing, MAX_STATE, SealedCeremonies, SealingKey, StateTooLong, WeakKey};
use ceremony_service::store::{CeremonyKey, CeremonyStore, Handle, MAX_HANDLE, StoreError, Taken};
use std::error::Error as _;
use std::sync::Arc;

const STATE: &[u8] = b"a challenge that nobody may read, 0123456789";

fn secret(first: u8) -> SealingKey {
    let mut bytes = [9; 32];
    bytes[0] = first;
    SealingKey::new(bytes).unwrap()
}

fn store(ring: KeyRing) -> SealedCeremonies {
    SealedCeremonies::new(ring, Arc::new(MemorySpendList::default()))
}

async fn sealed(store: &SealedCeremonies) -> Handle {
    store.put(&key(), STATE.to_vec(), later(300), NOW).await.unwrap()
}

async fn take(store: &SealedCeremonies, handle: &Handle) -> Option<Vec<u8>> {
    store.take(&key(), handle, NOW).await.unwrap().state()
}

fn bytes(handle: &Handle) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(handle.as_str()).unwrap()
}

fn handle(bytes: &[u8]) -> Handle {
    Handle::parse(&Base64UrlUnpadded::encode_string(bytes)).unwrap()
}

#[tokio::test]
async fn a_seal_reveals_nothing_of_the_state() {
    let store = store(KeyRing::new(secret(1)));
    let (first, second) = (sealed(&store).await, sealed(&store).await);
    let token = bytes(&first);
    assert_eq!(token.len(), 1 + 4 + 24 + 16 + 8 + STATE.len() + 16);
    for window in STATE.windows(4) {
        assert!(!token.windows(4).any(|part| part == window));
    }
    assert_eq!(bytes(&first)[..5], bytes(&second)[..5]);
    assert_ne!(bytes(&first)[5..29], bytes(&second)[5..29]);
    assert_ne!(bytes(&first)[29..], bytes(&second)[29..]);
}

#[tokio::test]
async fn any_flipped_bit_is_refused_and_burns_nothing() {
    let store = store(KeyRing::new(secret(1)).with_old(secret(2)));
    let genuine = sealed(&store).await;
    let token = bytes(&genuine);
    for at in 0..token.len() {
        for bit in 0..8 {
            let mut forged = token.clone();
            forged[at] ^= 1 << bit;
            assert_eq!(take(&store, &handle(&forged)).await, None, "byte {at}, bit {bit}");
        }
    }
    for len in 1..token.len() {
        assert_eq!(take(&store, &handle(&token[..len])).await, None, "cut to {len} bytes");
    }
    let mut longer = token.clone();
    longer.push(0);
    assert_eq!(take(&store, &handle(&longer)).await, None);
    assert_eq!(take(&store, &genuine).await.unwrap(), STATE);
}

/// The last character of base64url may have bits that stand for nothing: they are no second handle of the same state.
#[tokio::test]
async fn a_handle_has_one_spelling() {
    let store = store(KeyRing::new(secret(1)));
    let genuine = sealed(&store).await;
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let stem = &genuine.as_str()[..genuine.as_str().len() - 1];
    for last in alphabet.chars() {
        let spelled = Handle::parse(&format!("{stem}{last}")).unwrap();
        if spelled != genuine {
            assert_eq!(take(&store, &spelled).await, None, "last character {last}");
        }
    }
    assert!(take(&store, &genuine).await.is_some());
}

#[tokio::test]
async fn rotation_opens_old_seals_and_seals_with_the_new_key() {
    let spent = Arc::new(MemorySpendList::default());
    let before = SealedCeremonies::new(KeyRing::new(secret(1)), Arc::clone(&spent) as _);
    let during = SealedCeremonies::new(KeyRing::new(secret(2)).with_old(secret(1)), Arc::clone(&spent) as _);
    let after = SealedCeremonies::new(KeyRing::new(secret(2)), Arc::clone(&spent) as _);
    let (old, older) = (sealed(&before).await, sealed(&before).await);
    let new = sealed(&during).await;
    assert_eq!(take(&during, &old).await.unwrap(), STATE);
    assert_eq!(take(&before, &old).await, None, "spent for all who share the list");
    assert_eq!(take(&after, &older).await, None, "the old key is gone");
    assert_eq!(take(&before, &new).await, None, "the old process does not know the new key");
    assert_eq!(take(&after, &new).await.unwrap(), STATE);
}

#[tokio::test]
async fn a_seal_of_another_key_with_the_same_name_is_refused() {
    let store = store(KeyRing::new(secret(1)));
    let stranger = SealedCeremonies::new(KeyRing::new(secret(3)), Arc::new(MemorySpendList::default()));
    let mut forged = bytes(&sealed(&stranger).await);
    let genuine = bytes(&sealed(&store).await);
    assert_ne!(forged[1..5], genuine[1..5]);
    forged[1..5].copy_from_slice(&genuine[1..5]);
    assert_eq!(take(&store, &handle(&forged)).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replay_at_once_gives_one_success() {
    let store = Arc::new(store(KeyRing::new(secret(1))));
    for _ in 0..10 {
        let handle = sealed(&store).await;
        let gate = Arc::new(tokio::sync::Barrier::new(64));
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let (store, handle, gate) = (Arc::clone(&store), handle.clone(), Arc::clone(&gate));
                tokio::spawn(async move {
                    gate.wait().await;
                    take(&store, &handle).await
                })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            won += usize::from(task.await.unwrap().is_some());
        }
        assert_eq!(won, 1);
    }
}

#[tokio::test]
async fn the_longest_state_fits_a_handle_and_a_longer_one_is_refused() {
    let store = store(KeyRing::new(secret(1)));
    let longest = vec![5; MAX_STATE];
    let handle = store.put(&key(), longest.clone(), later(300), NOW).await.unwrap();
    assert!(handle.as_str().len() <= MAX_HANDLE);
    assert_eq!(take(&store, &handle).await.unwrap(), longest);
    let error = store.put(&key(), vec![5; MAX_STATE + 1], later(300), NOW).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)));
    let source = error.source().unwrap().downcast_ref::<StateTooLong>().unwrap();
    assert_eq!(source.len, MAX_STATE + 1);
}

#[tokio::test]
async fn a_binding_is_not_confused_with_none() {
    let store = store(KeyRing::new(secret(1)));
    let unbound = CeremonyKey { binding: None, ..key() };
    let handle = store.put(&unbound, STATE.to_vec(), later(300), NOW).await.unwrap();
    assert_eq!(take(&store, &handle).await, None);
    assert!(store.take(&unbound, &handle, NOW).await.unwrap().state().is_some());
}

#[test]
fn weak_keys_are_refused_and_keys_are_not_shown() {
    for byte in [0, 1, 0xff] {
        assert_eq!(SealingKey::new([byte; 32]).unwrap_err(), WeakKey);
    }
    let shown = format!("{:?}", store(KeyRing::new(secret(7)).with_old(secret(8))));
    assert!(shown.contains("SealingKey(..)"));
    assert!(!shown.contains('7') && !shown.contains('9'), "{shown}");
}

#[tokio::test]
async fn what_a_take_tells_apart() {
    let store =
        SealedCeremonies::new(KeyRing::new(SealingKey::random().unwrap()), Arc::new(MemorySpendList::default()));
    let handle = store.put(&key(), STATE.to_vec(), later(10), NOW).await.unwrap();
    assert_eq!(store.take(&key(), &handle, later(10)).await.unwrap(), Taken::Expired);
    assert_eq!(store.take(&key(), &handle, NOW).await.unwrap(), Taken::State(STATE.to_vec()));
    assert_eq!(store.take(&key(), &handle, NOW).await.unwrap(), Taken::Used);
    assert_eq!(format!("{:?}", Taken::State(STATE.to_vec())), "State(..)");
}

/// A server whose clock is ahead must not clean away what one that is behind would still accept.
#[tokio::test]
async fn an_id_stays_spent_longer_than_clocks_differ() {
    let list = Arc::new(MemorySpendList::default());
    let store = SealedCeremonies::new(KeyRing::new(SealingKey::random().unwrap()), list.clone());
    let handle = store.put(&key(), STATE.to_vec(), later(300), NOW).await.unwrap();
    assert_eq!(store.take(&key(), &handle, NOW).await.unwrap(), Taken::State(STATE.to_vec()));
    assert_eq!(store.cleanup(later(359)).await.unwrap(), 0);
    assert_eq!(store.take(&key(), &handle, later(299)).await.unwrap(), Taken::Used);
    assert_eq!(store.cleanup(later(360)).await.unwrap(), 1);
}

#[test]
fn errors_of_sealing_say_what_is_wrong() {
    assert_eq!(WeakKey.to_string(), "sealing key is not random: all its bytes are equal");
    let text = StateTooLong { len: MAX_STATE + 1 }.to_string();
    for part in [MAX_STATE + 1, MAX_STATE] {
        assert!(text.contains(&part.to_string()), "{part} is not in {text}");
    }
}
