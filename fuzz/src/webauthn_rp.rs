//! The library beside webauthn_rp 0.3: both are given the same answer of a software authenticator, honest or changed in the
//! making, in ceremonies that ask for the same.
//!
//! Invariants: neither panics; both accept, or both refuse, or the table of disagreements explains why not. Each entry of the
//! table names a seed that shows it, and `tests/disagreements.rs` fails when the seed no longer does.

mod disagreements;
mod peer;
mod spki;

pub use disagreements::{Case, DISAGREEMENTS, Disagreement, Side};

use crate::support::scene::ORIGIN;
use crate::support::stages::StageEdit;
use arbitrary::{Arbitrary, Unstructured};
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Client};
use peer::Peers;

thread_local! {
    static PEERS: Vec<Peers> = [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Es384, Algorithm::Rs256]
        .into_iter()
        .map(Peers::new)
        .collect();
}

/// One ceremony.
#[derive(Arbitrary, Debug)]
struct Input {
    authentication: bool,
    algorithm: u8,
    self_attestation: bool,
    /// The counter: what is stored of it, and what it adds.
    counter: Option<(u8, u8)>,
    edits: Vec<StageEdit>,
}

/// What both said.
#[derive(Debug)]
pub struct Verdicts {
    /// Of the library.
    pub ours: Result<(), String>,
    /// Of webauthn_rp.
    pub theirs: Result<(), String>,
    /// The answer, and which ceremony it is of.
    pub case: Case,
}

impl Verdicts {
    /// The entries of the table that explain why the two say different things.
    pub fn explained(&self) -> Vec<&'static str> {
        let side = if self.ours.is_ok() { Side::Ours } else { Side::Theirs };
        let explains = |entry: &&Disagreement| entry.accepts == side && (entry.explains)(&self.case);
        DISAGREEMENTS.iter().filter(explains).map(|entry| entry.name).collect()
    }

    /// Whether they disagree.
    pub fn differ(&self) -> bool {
        self.ours.is_ok() != self.theirs.is_ok()
    }
}

/// Runs both, where the bytes are a ceremony.
pub fn verdicts(data: &[u8]) -> Option<Verdicts> {
    let input = Input::arbitrary_take_rest(Unstructured::new(data)).ok()?;
    if input.edits.len() > 12 {
        return None;
    }
    let edit = |mut stage: ceremony_testkit::Stage<'_>| input.edits.iter().for_each(|edit| edit.apply(&mut stage));
    PEERS.with(|peers| {
        let peers = &peers[usize::from(input.algorithm) % peers.len()];
        let client = Client::new(ORIGIN);
        let verdicts = if input.authentication {
            peers.authenticate(input.counter, |device, options| device.authenticate_edit(options, &client, edit))
        } else {
            let attestation = if input.self_attestation { Attestation::PackedSelf } else { Attestation::None };
            let make = |device: &mut Authenticator, options: &_| device.register_edit(options, &client, edit);
            peers.register(attestation, make)
        }?;
        let is_honest = input.edits.is_empty() && (!input.authentication || input.counter.is_none());
        assert!(!is_honest || verdicts.ours.is_ok(), "the honest answer is refused: {verdicts:?}");
        Some(verdicts)
    })
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    let Some(verdicts) = verdicts(data) else { return };
    if verdicts.differ() && verdicts.explained().is_empty() {
        let body = String::from_utf8_lossy(&verdicts.case.body);
        let client_data = verdicts.case.client_data().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        panic!(
            "unexplained: ours {:?}, theirs {:?}, of {body}, client data {client_data:?}, authenticator data {:02x?}",
            verdicts.ours,
            verdicts.theirs,
            verdicts.case.auth_data()
        );
    }
}
