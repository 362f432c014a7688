//! What is remembered of each key, with a bound on how many.

use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An address, or the beginning of an account's hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key(pub(super) [u8; 16]);

/// For each key the time at which its limit is whole again. 24 bytes an entry, and one of the map's own.
pub(super) struct Table {
    max_keys: usize,
    states: Mutex<States>,
}

#[derive(Default)]
struct States {
    /// Clients choose the keys: the map's own hash, with a random key, keeps them from choosing collisions.
    known: HashMap<Key, Nanos>,
    /// Of everybody else, while the map is full.
    others: Option<Nanos>,
    full: bool,
}

impl Table {
    pub(super) fn new(max_keys: usize) -> Self {
        Self { max_keys, states: Mutex::default() }
    }

    /// Nothing panics while it holds the lock; if something did, each entry is still what it was or what it should be.
    fn lock(&self) -> MutexGuard<'_, States> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Table {
    type Key = Key;

    fn measure_and_replace<T, F, E>(&self, key: &Key, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut states = self.lock();
        let states = &mut *states;
        if let Some(state) = states.known.get_mut(key) {
            let (outcome, next) = measure(Some(*state))?;
            *state = next;
            return Ok(outcome);
        }
        if states.known.len() < self.max_keys {
            let (outcome, next) = measure(None)?;
            states.known.insert(*key, next);
            return Ok(outcome);
        }
        if !std::mem::replace(&mut states.full, true) {
            tracing::warn!(
                max_keys = self.max_keys,
                "a flood of keys: the rate limits of all that are not known are one"
            );
        }
        let (outcome, next) = measure(states.others)?;
        states.others = Some(next);
        Ok(outcome)
    }
}

impl ShrinkableKeyedStateStore<Key> for Table {
    fn retain_recent(&self, drop_below: Nanos) {
        let mut states = self.lock();
        states.known.retain(|_, state| *state > drop_below);
        let keys = states.known.len();
        states.full = keys >= self.max_keys;
        // What a flood has left behind goes; what is needed in any case stays.
        if states.known.capacity() / 8 > keys {
            states.known.shrink_to(keys.saturating_mul(2));
        }
    }

    fn len(&self) -> usize {
        self.lock().known.len()
    }

    fn is_empty(&self) -> bool {
        self.lock().known.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_the_documented_size() {
        assert_eq!(size_of::<(Key, Nanos)>(), 24);
        // 100 000 keys take 2^17 places, of which 7/8 are used: 25 bytes each, 3.3 MB.
        assert_eq!(HashMap::<Key, Nanos>::with_capacity(100_000).capacity(), (1 << 17) / 8 * 7);
    }

    #[test]
    fn memory_is_given_back() {
        let table = Table::new(10_000);
        for number in 0..10_000_u128 {
            let fresh: Result<(), ()> =
                table.measure_and_replace(&Key(number.to_be_bytes()), |_| Ok(((), Nanos::new(5))));
            fresh.unwrap();
        }
        assert!(table.lock().known.capacity() >= 10_000);
        table.retain_recent(Nanos::new(5));
        assert!(table.is_empty() && table.lock().known.capacity() < 100);
    }
}
