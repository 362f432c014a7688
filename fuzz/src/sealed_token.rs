//! Sealed ceremonies: the handle that a client brings back is the state itself, encrypted.
//!
//! Invariants: a state is given out for a handle that was sealed, letter for letter, under the same kind, tenant, RP ID and
//! browser, by a key that is in the ring, before its end and for the first time; it is the state that was sealed. Whatever
//! else comes as a handle (any text, edits of a genuine one, a genuine one after its end or a second time, under another key)
//! gives nothing, and spends nothing: the genuine one is good for its one use afterwards. A state too long to be sealed is
//! refused, and every handle has the shape that [`Handle::parse`] asks for.

use crate::flow::drive::block_on;
use arbitrary::{Arbitrary, Unstructured};
use ceremony::{RelyingParty, Tenant, UnixTime};
use ceremony_service::memory::MemorySpendList;
use ceremony_service::sealed::{KeyRing, MAX_STATE, SealedCeremonies, SealingKey};
use ceremony_service::store::{CeremonyKey, CeremonyKind, CeremonyStore, Handle, MAX_HANDLE, Realm, Taken};
use ceremony_testkit::base64url;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// A client may wait so long, in milliseconds; spent ids are remembered for a minute more.
const SKEW: u64 = 60_000;

#[derive(Arbitrary, Debug)]
struct Input {
    /// Any text as a handle.
    raw: Vec<u8>,
    operations: Vec<Operation>,
}

#[derive(Arbitrary, Debug)]
enum Operation {
    /// Seals a state of this length and end.
    Seal { under: u8, state: Vec<u8>, long: Option<u16>, until: u16 },
    /// Brings a handle back, as it is or edited, under its own key or another.
    Take { which: u8, under: Option<u8>, edit: Edit },
    /// Moves the clock.
    Clock { to: u16 },
    /// Changes the sealing key, or forgets a former one.
    Rotate { current: u8, old: u8 },
    /// Drops what has expired.
    CleanUp,
}

#[derive(Arbitrary, Debug)]
enum Edit {
    Keep,
    /// A bit of the decoded bytes.
    Flip {
        at: u16,
        bit: u8,
    },
    /// A character of the text.
    Character {
        at: u16,
        to: u8,
    },
    Cut {
        at: u16,
    },
    Extend {
        with: Vec<u8>,
    },
    /// The head of this one and the tail of another.
    Splice {
        other: u8,
        at: u16,
    },
}

/// What was sealed.
struct Sealed {
    under: u8,
    state: Vec<u8>,
    until: u64,
    by: u8,
    spent: bool,
}

static REALMS: LazyLock<[Realm; 3]> = LazyLock::new(|| {
    [("", "example.com"), ("b", "example.com"), ("", "example.org")].map(|(tenant, rp_id)| Realm {
        tenant: if tenant.is_empty() { Tenant::default() } else { Tenant::new(tenant).unwrap() },
        rp_id: RelyingParty::builder(rp_id, "").origin(format!("https://{rp_id}")).build().unwrap().id().clone(),
    })
});

/// One of eighteen keys.
fn key(under: u8) -> CeremonyKey {
    let under = usize::from(under % 18);
    CeremonyKey {
        kind: if under % 2 == 0 { CeremonyKind::Registration } else { CeremonyKind::Authentication },
        realm: REALMS[under / 2 % 3].clone(),
        binding: [None, Some([1; 32]), Some([2; 32])][under / 6],
    }
}

fn sealing_key(number: u8) -> SealingKey {
    SealingKey::new(std::array::from_fn(|at| number % 4 * 32 + at as u8)).unwrap()
}

struct World {
    store: SealedCeremonies,
    spent: Arc<MemorySpendList>,
    /// The numbers of the ring's keys.
    ring: [u8; 2],
    now: u64,
    latest: u64,
    sealed: BTreeMap<String, Sealed>,
    order: Vec<String>,
}

impl World {
    fn new() -> Self {
        let spent = Arc::new(MemorySpendList::default());
        let store = SealedCeremonies::new(KeyRing::new(sealing_key(0)).with_old(sealing_key(1)), spent.clone());
        let (sealed, order) = Default::default();
        Self { store, spent, ring: [0, 1], now: 1_000_000, latest: 1_000_000, sealed, order }
    }

    fn now(&self) -> UnixTime {
        UnixTime::from_millis(self.now)
    }

    fn seal(&mut self, under: u8, state: &[u8], until: u64) {
        let key = key(under);
        let put = self.store.put(&key, state.to_vec(), UnixTime::from_millis(until), self.now());
        let Ok(handle) = block_on(put) else {
            assert!(state.len() > MAX_STATE, "a state of {} bytes is not sealed", state.len());
            return;
        };
        let text = handle.as_str().to_owned();
        assert!(state.len() <= MAX_STATE && text.len() <= MAX_HANDLE, "a state that is too long is sealed");
        assert_eq!(Handle::parse(&text), Some(handle), "a handle that is none");
        let sealed = Sealed { under: under % 18, state: state.to_vec(), until, by: self.ring[0], spent: false };
        assert!(self.sealed.insert(text.clone(), sealed).is_none(), "two seals are alike");
        self.order.push(text);
    }

    fn take(&mut self, text: &str, under: u8) {
        let Some(handle) = Handle::parse(text) else {
            assert!(!self.sealed.contains_key(text), "a genuine handle is none");
            return;
        };
        let taken = block_on(self.store.take(&key(under), &handle, self.now())).unwrap();
        let (now, ring) = (self.now, self.ring);
        let own = self.sealed.get_mut(text).filter(|sealed| sealed.under == under % 18 && ring.contains(&sealed.by));
        let expected = match own {
            None => Taken::Unknown,
            Some(sealed) if sealed.until <= now => Taken::Expired,
            Some(sealed) if sealed.spent => Taken::Used,
            Some(sealed) => {
                sealed.spent = true;
                Taken::State(sealed.state.clone())
            }
        };
        assert!(taken == expected, "{taken:?} instead of {expected:?}");
    }

    fn text(&self, which: u8) -> Option<&str> {
        let last = self.order.len().checked_sub(1)?;
        Some(&self.order[last - usize::from(which) % self.order.len()])
    }

    fn edited(&self, text: &str, edit: &Edit) -> Option<String> {
        let place = |at: u16, len: usize| usize::from(at) % len.max(1);
        Some(match edit {
            Edit::Keep => text.to_owned(),
            Edit::Flip { at, bit } => {
                let mut bytes = base64url::decode(text)?;
                let at = place(*at, bytes.len());
                bytes[at] ^= 1 << (bit % 8);
                base64url::encode(&bytes)
            }
            Edit::Character { at, to } => {
                let mut bytes = text.as_bytes().to_vec();
                let at = place(*at, bytes.len());
                bytes[at] = *to;
                String::from_utf8(bytes).ok()?
            }
            Edit::Cut { at } => text[..place(*at, text.len())].to_owned(),
            Edit::Extend { with } => text.to_owned() + std::str::from_utf8(with).ok()?,
            Edit::Splice { other, at } => {
                let other = self.text(*other)?;
                let at = place(*at, text.len().min(other.len()));
                text[..at].to_owned() + &other[at..]
            }
        })
    }

    fn play(&mut self, operation: &Operation) {
        match operation {
            Operation::Seal { under, state, long, until } => {
                let length = long.map_or(state.len(), |long| usize::from(long) % (MAX_STATE + 64));
                let state: Vec<u8> = state.iter().copied().chain(std::iter::repeat(0)).take(length).collect();
                self.seal(*under, &state, self.now + u64::from(*until));
            }
            Operation::Take { which, under, edit } => {
                let Some(text) = self.text(*which).map(str::to_owned) else { return };
                let under = under.unwrap_or(self.sealed[&text].under);
                let Some(edited) = self.edited(&text, edit) else { return };
                self.take(&edited, under);
            }
            Operation::Clock { to } => {
                self.now = (self.now + u64::from(*to)).saturating_sub(30_000).max(self.latest - SKEW);
                self.latest = self.latest.max(self.now);
            }
            Operation::Rotate { current, old } => {
                self.ring = [current % 4, old % 4];
                let ring = KeyRing::new(sealing_key(*current)).with_old(sealing_key(*old));
                self.store = SealedCeremonies::new(ring, self.spent.clone());
            }
            Operation::CleanUp => drop(block_on(self.store.cleanup(self.now())).unwrap()),
        }
    }
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else { return };
    let mut world = World::new();
    for operation in input.operations.iter().take(100) {
        world.play(operation);
    }
    for under in 0..18 {
        // As text, and as bytes with a genuine head.
        world.take(&String::from_utf8_lossy(&input.raw), under);
        world.take(&base64url::encode(&input.raw), under);
    }
    if let Some(genuine) = world.text(0).and_then(base64url::decode) {
        let headed = [genuine.get(..29).unwrap_or_default(), input.raw.as_slice()].concat();
        world.take(&base64url::encode(&headed), world.sealed[world.text(0).unwrap()].under);
    }
}
