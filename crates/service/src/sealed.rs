//! Begun ceremonies that the client keeps: the handle is the sealed state, and beginning writes nothing.
//!
//! A flood of begins costs a server neither memory nor writes. What it still has to remember is which states were
//! used: one small id for each ceremony that is finished, in a [`SpendList`](crate::store::SpendList). All processes
//! that may finish a ceremony need the same [`KeyRing`] and the same spend list.

mod ceremonies;
mod key;
mod ring;
mod token;

pub use ceremonies::SealedCeremonies;
pub use key::{SealingKey, WeakKey};
pub use ring::KeyRing;
pub use token::{MAX_STATE, StateTooLong};
