//! A list of operations on three relying parties that share their stores, against a reference model.
//!
//! Every operation is made with the service and with the model, and what it comes to is compared, and so is what is in the
//! stores. Invariants:
//!
//! - An operation is accepted or refused as the model says, with the same code; the stores hold what the model holds. So a
//!   refusal writes nothing (but the suspension that a counter asks for), and a record never changes or goes to another
//!   account unasked.
//! - A ceremony is used once, by its own site, kind and browser, before its deadline, whatever comes of it: as long as
//!   clocks go back by less than a minute.
//! - A revoked, suspended or erased credential never signs in, nor one of a sign-up whose account is not there; a credential
//!   id that was erased does not come back with a ceremony from before.
//! - Who signs in is who owns the record. Tenants and RP IDs see nothing of each other.
//! - A response with one fault of the testkit is refused; one with a variation is accepted.
//! - A store that fails before or after it did its work makes an error of a success, never the other way round; each record,
//!   user handle and note is then as before or as wanted, no record is left that nobody owns and no cleanup finds, and what
//!   comes after goes as the model says.
//! - Two operations at once, in whatever interleaving of their store calls, come to the same as one after the other.

mod answer;
mod begin;
pub(crate) mod drive;
mod game;
mod look;
mod model;
mod operation;
pub(crate) mod plan;
mod step;
pub(crate) mod stores;
mod world;

pub use operation::{Input, OPERATION, Operation};

pub use game::Tally;

use game::Game;

/// The most operations of one run.
const MAX_OPERATIONS: usize = 48;

/// Plays a list of operations, and tells what was reached.
///
/// # Panics
///
/// If an invariant does not hold.
pub fn play(input: &Input) -> Tally {
    let mut game = Game::new(input.settings());
    for operation in input.operations.iter().take(MAX_OPERATIONS) {
        if !game.play(operation) {
            break;
        }
    }
    game.tally
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    play(&Input::read(data));
}
