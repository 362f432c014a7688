//! Plays operations against the service and the model at once, and compares.

use super::answer::{Answer, Change, answer};
use super::drive::{block_on, both};
use super::model::{Bytes, Call, Done, For, Model, Outcome, SITES, Settings, Site, tenant};
use super::plan::Fault;
use super::world::{Snapshot, World, rp_id_hash};
use ceremony::{AuthenticationResponse, RegistrationResponse, UnixTime};
use ceremony_testkit::{Algorithm, Authenticator, Client, SignCount};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

const START: u64 = 1_800_000_000_000;
/// How far a clock may go back: so long spent ceremonies are remembered beyond their end.
const SKEW: u64 = 60_000;

pub(super) const DEVICES: usize = 4;

pub(super) struct Game {
    pub(super) world: World,
    pub(super) model: Model,
    pub(super) devices: Vec<Authenticator>,
    pub(super) clones: Vec<Authenticator>,
    pub(super) answers: Vec<Rc<Answer>>,
    /// The options of each ceremony, in their order.
    pub(super) options: Vec<Value>,
    /// What the next operation meets.
    pub(super) fault: Option<Fault>,
    latest: u64,
    /// What was reached: calls, and what they came to.
    pub(super) tally: Tally,
}

/// How often each call came to each code.
pub type Tally = BTreeMap<(&'static str, &'static str), u64>;

fn device(at: usize) -> Authenticator {
    let device = Authenticator::new([b'd', at as u8]);
    match at {
        0 => device.algorithm(Algorithm::EdDsa),
        1 => {
            let counter = SignCount::Counter { start: 0, step: 1 };
            device.algorithm(Algorithm::EdDsa).backup_eligible(false).backup_state(false).sign_count(counter)
        }
        2 => device.algorithm(Algorithm::EdDsa).sign_count(SignCount::Counter { start: 5, step: 2 }),
        _ => device.algorithm(Algorithm::Es256).backup_state(false),
    }
}

/// Who is about to sign in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whom {
    Anybody,
    User(usize),
    Nobody,
}

impl Game {
    pub(super) fn new(settings: Settings) -> Self {
        let world = World::new(settings, START);
        let model = Model {
            settings,
            now: START,
            handles: Default::default(),
            rows: Default::default(),
            tombstones: Default::default(),
            pending: Default::default(),
            noted: Default::default(),
            begun: Vec::new(),
            decoys: BTreeSet::new(),
            rp_id_hashes: std::array::from_fn(rp_id_hash),
        };
        let devices: Vec<Authenticator> = (0..DEVICES).map(device).collect();
        let (answers, options) = (Vec::new(), Vec::new());
        Self {
            world,
            model,
            clones: devices.clone(),
            devices,
            answers,
            options,
            fault: None,
            latest: START,
            tally: Tally::new(),
        }
    }

    /// Moves the clock, back by a minute behind its latest time at most.
    pub(super) fn clock(&mut self, to: u64) {
        let now = to.max(self.latest - SKEW);
        self.latest = self.latest.max(now);
        self.model.now = now;
        self.world.clock.set(UnixTime::from_millis(now));
    }

    /// Whether an outcome is what the model says; a fault makes a refusal of a success, and nothing else, but where what
    /// failed comes after all that was asked for.
    pub(super) fn judge<T: PartialEq + std::fmt::Debug>(
        &self,
        name: &str,
        expected: &Result<T, &str>,
        real: &Result<T, &str>,
    ) {
        match self.world.plan.fired() {
            None => assert_eq!(real, expected, "not what the model says"),
            Some(call) if AFTERWARDS.contains(&(name, call)) && real.is_ok() => {
                assert_eq!(real, expected, "not what the model says, after a fault of {call}");
            }
            Some(call) => {
                let code = real.as_ref().expect_err("a fault became a success");
                let known = *code == "unavailable" || Err(code) == expected.as_ref();
                assert!(known, "{code} after a fault of {call}, instead of {expected:?}");
            }
        }
    }

    pub(super) fn note<T>(&mut self, call: &'static str, real: &Result<T, &'static str>) {
        let code = match (real, self.world.plan.fired()) {
            (Ok(_), _) => "ok",
            (Err(_), Some(fired)) => fired,
            (Err(code), None) => *code,
        };
        *self.tally.entry((call, code)).or_default() += 1;
    }

    /// Compares the stores with the model, or takes over what a fault left, and looks after the invariants.
    pub(super) fn settle(&mut self, before: &Model, mut after: Model, extra: Option<(Site, Bytes)>) {
        let snapshot = self.world.snapshot();
        let learnt = learn(&mut after, &snapshot);
        if self.world.plan.fired().is_none() {
            assert!(learnt, "a handle was not made");
            assert_eq!(snapshot.rows, after.rows, "records");
            assert_eq!(snapshot.handles, after.handles, "user handles");
            assert!(snapshot.pending.iter().eq(after.pending.keys()), "pending sign-ups");
        } else {
            take_over(before, &mut after, snapshot, extra);
        }
        for ((site, _), row) in &after.rows {
            let waits = after.pending.contains_key(&(*site, row.owner.clone()));
            assert!(
                waits || after.user_of(*site, &row.owner).is_some(),
                "a record that nobody will ever own or remove"
            );
        }
        self.model = after;
    }

    /// Makes one call.
    pub(super) fn call(&mut self, call: &Call) {
        if !self.is_readable(call) {
            return;
        }
        let before = self.model.clone();
        let mut after = before.clone();
        let expected = after.step(call);
        self.world.plan.begin(self.fault.take(), false);
        let real = block_on(self.world.call(call)).expect("a call that can be made");
        self.world.plan.end();
        let real = self.told(call, real);
        self.judge(call.name(), &expected, &real);
        self.note(call.name(), &real);
        if self.world.plan.fired().is_some() {
            // What was not taken is there for another attempt.
            let taken = self.world.plan.did(if self.spends(call) { "spend" } else { "take" });
            for (now, was) in after.begun.iter_mut().zip(&before.begun) {
                now.over = was.over || now.over && (taken || matches!(call, Call::CleanUp { .. }));
            }
            if let Call::CleanUp { .. } = call {
                self.clean_partly(&before, &mut after);
            }
        }
        self.settle(&before, after, handle_of(call, &before));
    }

    /// Makes two calls at once: they must come to the same as one after the other, in some order.
    pub(super) fn both(&mut self, a: &Call, b: &Call, schedule: u8) {
        if !self.is_readable(a) || !self.is_readable(b) {
            return;
        }
        self.world.plan.begin(None, true);
        let (of_a, of_b) = both(self.world.call(a), self.world.call(b), schedule);
        self.world.plan.end();
        let (Some(of_a), Some(of_b)) = (of_a, of_b) else { return };
        let (of_a, of_b) = (self.told(a, of_a), self.told(b, of_b));
        let snapshot = self.world.snapshot();
        let mut told = Vec::new();
        for a_first in [true, false] {
            let mut after = self.model.clone();
            let (for_a, for_b);
            if a_first {
                for_a = after.step(a);
                for_b = after.step(b);
            } else {
                for_b = after.step(b);
                for_a = after.step(a);
            }
            let fits = alike(&for_a, &of_a) && alike(&for_b, &of_b) && learn(&mut after, &snapshot);
            if fits
                && after.rows == snapshot.rows
                && after.handles == snapshot.handles
                && after.pending.keys().eq(&snapshot.pending)
            {
                for (call, real) in [(a, &of_a), (b, &of_b)] {
                    self.note("at once", real);
                    self.note(call.name(), real);
                }
                return self.settle(&self.model.clone(), after, None);
            }
            told.push((for_a, for_b));
        }
        panic!("at once: {of_a:?} and {of_b:?}; one after the other: {told:?}; {:?}", snapshot.rows);
    }

    /// Whether the answer of a call can be read at all.
    fn is_readable(&self, call: &Call) -> bool {
        match call {
            Call::FinishRegistration { answer, .. } | Call::FinishSignUp { answer, .. } => {
                let read = RegistrationResponse::from_json(&answer.text);
                assert!(read.is_ok() || answer.facts.is_none(), "a good registration can't be read: {read:?}");
                read.is_ok()
            }
            Call::FinishAuthentication { answer, .. } => {
                let read = AuthenticationResponse::from_json(&answer.text);
                assert!(read.is_ok() || answer.facts.is_none(), "a good authentication can't be read: {read:?}");
                read.is_ok()
            }
            Call::Complete { ticket, .. } | Call::Abandon { ticket, .. } => {
                self.world.sign_ups.lock().unwrap()[*ticket].is_some()
            }
            _ => true,
        }
    }

    /// Where a fault of the testkit changed the id, nobody may have that credential, and it may be said so.
    fn told(&self, call: &Call, real: Outcome) -> Outcome {
        let Call::FinishAuthentication { answer, site, begun, .. } = call else { return real };
        if answer.facts.is_none() && real == Err("unknown_credential") {
            let response = AuthenticationResponse::from_json(&answer.text).expect("a readable answer");
            let id = response.lookup().credential_id.as_bytes().to_vec();
            let unnamed = self.model.begun[*begun].purpose == For::SignIn { named: None };
            assert!(unnamed && !self.model.rows.contains_key(&(*site, id)), "a known credential is called unknown");
            return Err("authentication_failed");
        }
        real
    }

    fn spends(&self, call: &Call) -> bool {
        match call {
            Call::FinishRegistration { .. } | Call::FinishSignUp { .. } => self.model.settings.sealed_registrations,
            Call::FinishAuthentication { .. } => self.model.settings.sealed_authentications,
            _ => false,
        }
    }

    /// After a cleanup that met a fault, only what each store said that it did is done.
    fn clean_partly(&self, before: &Model, after: &mut Model) {
        if !self.world.plan.did("clean up memory") {
            after.begun.clone_from(&before.begun);
        }
        if !self.world.plan.did("clean up credentials") {
            for (key, until) in &before.tombstones {
                after.tombstones.entry(key.clone()).or_insert(*until);
            }
        }
    }

    /// Has a device answer a ceremony.
    pub(super) fn answer(&mut self, begun: usize, device: usize, pick: Option<usize>, change: Change) {
        let of = &self.model.begun[begun];
        let (registration, origin) = (of.is_registration(), SITES[of.site].2);
        let change = match change {
            Change::Bit { .. } if registration => Change::Honest,
            // Without a dialogue some faults are none.
            Change::Fault(_) if of.purpose == (For::Add { conditional: true }) => Change::Honest,
            change => change,
        };
        let mut client = match &change {
            Change::Origin(other) => Client::new(other.as_str()).related_origin(),
            _ => Client::new(origin),
        };
        let device = &mut self.devices[device];
        if let Some(pick) = pick
            && !registration
            && !device.credentials().is_empty()
        {
            let held = device.credentials();
            client = client.choose(held[pick % held.len()].id());
        }
        if let Some(answer) = answer(device, &self.options[begun], client, registration, &change) {
            self.answers.push(Rc::new(Answer { begun, ..answer }));
        }
    }
}

/// Calls, and what may fail in them when they are done: a note of a complete sign-up is dropped by a cleanup, and an event
/// can do without the credential's name.
const AFTERWARDS: &[(&str, &str)] = &[("complete", "remove pending"), ("suspend", "find"), ("reactivate", "find")];

/// A refusal is a refusal: which one is left open where two calls meet.
fn alike(expected: &Outcome, real: &Outcome) -> bool {
    match (expected, real) {
        // How many records an operation met is a matter of the order of its parts.
        (Ok(Done::Count(_)), Ok(Done::Count(_))) | (Err(_), Err(_)) => true,
        _ => expected == real,
    }
}

/// The user handle that a sign-up leaves a note or an account for, if it meets a fault.
fn handle_of(call: &Call, model: &Model) -> Option<(Site, Bytes)> {
    match call {
        Call::FinishSignUp { site, begun, .. } => Some((*site, model.begun[*begun].handle.clone())),
        Call::Complete { site, handle, .. } => Some((*site, handle.clone())),
        _ => None,
    }
}

/// Takes what is drawn at random from the stores; false if it is not there.
fn learn(model: &mut Model, snapshot: &Snapshot) -> bool {
    for (key, row) in &mut model.rows {
        if row.id.is_none() {
            row.id = snapshot.rows.get(key).and_then(|row| row.id);
        }
    }
    for (key, handle) in &mut model.handles {
        if handle.is_empty() {
            match snapshot.handles.get(key) {
                Some(made) => handle.clone_from(made),
                None => return false,
            }
        }
    }
    true
}

/// After a fault each thing is as before or as it would be after: which one, the stores say.
fn take_over(before: &Model, after: &mut Model, snapshot: Snapshot, extra: Option<(Site, Bytes)>) {
    let keys: BTreeSet<_> = before.rows.keys().chain(after.rows.keys()).chain(snapshot.rows.keys()).cloned().collect();
    for key in keys {
        let real = snapshot.rows.get(&key);
        let known = real == before.rows.get(&key) || real == after.rows.get(&key);
        assert!(known, "after a fault, a record is neither as before nor as wanted: {real:?}");
        if real.is_some() && !after.rows.contains_key(&key) {
            // Not erased after all.
            after.tombstones.remove(&key);
        }
    }
    after.rows = snapshot.rows;
    for (key, handle) in &snapshot.handles {
        let old = before.handles.get(key) == Some(handle) || after.handles.get(key) == Some(handle);
        let own = extra.as_ref().is_some_and(|(site, extra)| tenant(*site) == key.0 && extra == handle);
        assert!(old || own, "after a fault, a user has another handle");
    }
    for key in before.handles.keys() {
        assert!(snapshot.handles.contains_key(key) || !after.handles.contains_key(key), "a fault lost a user handle");
    }
    after.handles = snapshot.handles;
    let noted = |key: &(Site, Bytes)| {
        let until = after.pending.get(key).or_else(|| before.pending.get(key)).copied();
        let own = (extra.as_ref() == Some(key)).then(|| before.now + super::model::PENDING);
        (key.clone(), until.or(own).expect("a note of somebody"))
    };
    after.pending = snapshot.pending.iter().map(noted).collect();
}
