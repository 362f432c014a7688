//! How often a call of the service waits for its stores, one time after the other. Each of these is a round trip to a
//! database, which is what a sign-in's time is made of.

use crate::gate::{Gate, Gated};
use crate::world::{BROWSER, ORIGIN, account, assertion, id, json, named, registration, tab};
use ceremony::{Ceremony, RelyingParty};
use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemorySpendList, MemoryUsers};
use ceremony_service::sealed::{KeyRing, SealedCeremonies, SealingKey};
use ceremony_service::store::{CeremonyStore, Handle};
use ceremony_service::{Passkeys, RegisterOptions, Subject};
use ceremony_testkit::{Authenticator, UserHandle};
use std::sync::Arc;

struct Waiting {
    gate: Arc<Gate>,
    service: Passkeys,
}

type Trips = Vec<Vec<&'static str>>;

impl Waiting {
    /// `sealed` is the default of an installation with a key file; otherwise states are written at begin.
    fn new(sealed: bool) -> Self {
        let gate = Arc::new(Gate::default());
        let rp = RelyingParty::builder("example.com", "Example").origin(ORIGIN).build().unwrap();
        let ceremonies: Arc<dyn CeremonyStore> = if sealed {
            let spent = Gated::new(&gate, MemorySpendList::default());
            Arc::new(SealedCeremonies::new(KeyRing::new(SealingKey::random().unwrap()), spent))
        } else {
            Gated::new(&gate, MemoryCeremonies::default())
        };
        let builder = Passkeys::builder(Ceremony::new(rp))
            .credentials(Gated::new(&gate, MemoryCredentials::new()))
            .users(Gated::new(&gate, MemoryUsers::new()))
            .ceremonies(ceremonies);
        Self { service: builder.build().unwrap(), gate }
    }

    /// The trips of a registration's begin and finish.
    fn register(&self, device: &mut Authenticator) -> (Trips, Trips) {
        let account = account("ada");
        let begun = self.gate.run(self.service.begin_registration(&account, RegisterOptions::default(), BROWSER));
        let began = begun.result.unwrap();
        let response = device.register_json(&json(&began.options), &tab()).unwrap();
        let (user, response) = (id("ada"), registration(&response));
        let finish = self.service.finish_registration(&user, &began.handle, BROWSER, &response, None);
        let finished = self.gate.run(finish);
        finished.result.unwrap();
        (begun.trips, finished.trips)
    }

    /// The trips of a sign-in's begin and finish.
    fn sign_in(&self, device: &mut Authenticator, subject: Subject) -> (Trips, Trips) {
        let begun = self.gate.run(self.service.begin_authentication(subject, b"", BROWSER));
        let began = begun.result.unwrap();
        let response = device.authenticate_json(&json(&began.options), &tab()).unwrap();
        (begun.trips, self.finish(None, &began.handle, &response))
    }

    fn finish(&self, session: Option<&str>, handle: &Handle, response: &[u8]) -> Trips {
        let (session, response) = (session.map(id), assertion(response));
        let finish = self.service.finish_authentication(session.as_ref(), handle, BROWSER, &response);
        let finished = self.gate.run(finish);
        let _ = finished.result.unwrap();
        finished.trips
    }
}

#[test]
fn a_usernameless_sign_in_makes_none_and_two() {
    let waiting = Waiting::new(true);
    let mut device = Authenticator::new("d");
    waiting.register(&mut device);
    let (begun, finished) = waiting.sign_in(&mut device, Subject::Anybody);
    assert_eq!(begun, Trips::new());
    assert_eq!(finished, [vec!["find", "resolve", "spend"], vec!["apply"]]);
}

#[test]
fn a_begin_that_is_written_makes_one() {
    let waiting = Waiting::new(false);
    let mut device = Authenticator::new("d");
    waiting.register(&mut device);
    let (begun, finished) = waiting.sign_in(&mut device, Subject::Anybody);
    assert_eq!(begun, [["put"]]);
    assert_eq!(finished, [vec!["find", "resolve", "take"], vec!["apply"]]);
}

#[test]
fn a_named_sign_in_makes_one_and_two() {
    let waiting = Waiting::new(true);
    // The response has no user handle, so that the owner is known only once the record is.
    let mut device = Authenticator::new("d").user_handle(UserHandle::Never);
    waiting.register(&mut device);
    let (begun, finished) = waiting.sign_in(&mut device, named("ada"));
    assert_eq!(begun, [["handle"]]);
    assert_eq!(finished, [vec!["find", "spend"], vec!["apply", "resolve"]]);
}

#[test]
fn a_step_up_makes_two_and_two() {
    let waiting = Waiting::new(true);
    let mut device = Authenticator::new("d");
    waiting.register(&mut device);
    let user = id("ada");
    let begun = waiting.gate.run(waiting.service.begin_step_up(&user, b"", BROWSER));
    assert_eq!(begun.trips, [["handle"], ["list"]]);
    let begun = begun.result.unwrap();
    let response = device.authenticate_json(&json(&begun.options), &tab()).unwrap();
    let finished = waiting.finish(Some("ada"), &begun.handle, &response);
    assert_eq!(finished, [vec!["find", "handle", "resolve", "spend"], vec!["apply"]]);
}

/// Nothing is written before every check has passed, and a ceremony is used up whatever comes of it.
#[test]
fn a_finish_that_fails_writes_nothing_but_that_it_was_tried() {
    let waiting = Waiting::new(true);
    let mut device = Authenticator::new("d");
    waiting.register(&mut device);
    let [first, second] = [(); 2].map(|()| {
        let begin = waiting.service.begin_authentication(Subject::Anybody, b"", BROWSER);
        waiting.gate.run(begin).result.unwrap()
    });
    let response = assertion(&device.authenticate_json(&json(&first.options), &tab()).unwrap());
    let finish = waiting.service.finish_authentication(None, &second.handle, BROWSER, &response);
    let finished = waiting.gate.run(finish);
    assert!(finished.result.is_err());
    assert_eq!(finished.trips, [["find", "resolve", "spend"]]);
}

/// A registration may be on its way: it sees that the user handle is gone, or what it stored is there for the second look.
#[test]
fn an_erasure_forgets_the_handle_between_its_two_looks() {
    let waiting = Waiting::new(true);
    waiting.register(&mut Authenticator::new("d"));
    let user = id("ada");
    let erased = waiting.gate.run(waiting.service.erase(&user));
    assert_eq!(erased.result.unwrap(), 1);
    assert_eq!(erased.trips, [["handle"], ["erase user"], ["forget"], ["erase user"]]);
}
