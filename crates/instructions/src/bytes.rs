//! What is stored: states and records as bytes, and states under a seal.

use crate::hot_path::HotPath;
use crate::vector::{NOW, Vector};
use crate::verifier::Accepting;
use ceremony::{AuthenticationState, CredentialRecord, RegistrationState, UnixTime};
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::{
    BoxFuture, CeremonyKey, CeremonyKind, CeremonyStore, Realm, SpendList, StoreError, Taken,
};
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

const RUNS: usize = 100;

pub(crate) fn all() -> Vec<HotPath> {
    vec![authentication_state(), registration_state(), record(), seal()]
}

fn vector(id: &str) -> Vector {
    Vector::new(id, Arc::new(Accepting))
}

/// Into bytes and back.
fn authentication_state() -> HotPath {
    HotPath::consuming("authentication-state-bytes", RUNS, || {
        let vector = vector("w3c-none.ES256.authentication");
        let work = |state: AuthenticationState| {
            let state = AuthenticationState::from_bytes(black_box(&state.into_bytes()));
            drop(black_box(state.expect("its own bytes")));
        };
        (Box::new(move || vector.begin_authentication().1), work)
    })
}

fn registration_state() -> HotPath {
    HotPath::consuming("registration-state-bytes", RUNS, || {
        let vector = vector("w3c-none.ES256.registration");
        let work = |state: RegistrationState| {
            let state = RegistrationState::from_bytes(black_box(&state.into_bytes()));
            drop(black_box(state.expect("its own bytes")));
        };
        (Box::new(move || vector.begin_registration().1), work)
    })
}

fn record() -> HotPath {
    HotPath::new("record-bytes", RUNS, || {
        let record = vector("w3c-none.ES256.authentication").record();
        move || {
            let record = CredentialRecord::from_bytes(black_box(&black_box(&record).to_bytes()));
            drop(black_box(record.expect("its own bytes")));
        }
    })
}

/// Seals the state of an authentication into a handle and opens it.
fn seal() -> HotPath {
    HotPath::consuming("seal-and-open", RUNS, || {
        let vector = vector("w3c-none.ES256.authentication");
        let rp_id = vector.ceremony.relying_party().id().clone();
        let realm = Realm { tenant: ceremony::Tenant::default(), rp_id };
        let key = CeremonyKey { kind: CeremonyKind::Authentication, realm, binding: Some([5; 32]) };
        let sealing = SealingKey::new(std::array::from_fn(|at| u8::try_from(at).unwrap_or_default()));
        let store = SealedCeremonies::new(KeyRing::new(sealing.expect("bytes that differ")), Arc::new(NothingSpent));
        let work = move |state: Vec<u8>| {
            let until = NOW.saturating_add(Duration::from_secs(300));
            let handle = ready(store.put(&key, state, until, NOW)).expect("a state that fits");
            let taken = ready(store.take(&key, &handle, NOW)).expect("its own seal");
            assert!(matches!(black_box(taken), Taken::State(_)), "its own seal opens");
        };
        (Box::new(move || vector.begin_authentication().1.into_bytes()), work)
    })
}

/// Every id is new to it: the list has costs of its own.
#[derive(Debug)]
struct NothingSpent;

impl SpendList for NothingSpent {
    fn spend(&self, _: [u8; 16], _: UnixTime, _: UnixTime) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(std::future::ready(Ok(true)))
    }

    fn cleanup(&self, _: UnixTime) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(std::future::ready(Ok(0)))
    }
}

/// The result of what never waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}
