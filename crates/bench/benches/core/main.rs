//! What a ceremony costs from JSON to verdict, beside the bare verification of its signature, and beside the peers.
//!
//! With a word on the command line: the rows that have it in their names only. With `--dump <folder>`: writes the
//! authentications for `peers/py_webauthn.py` instead.

#![allow(missing_docs, reason = "a bench")]
#![allow(clippy::expect_used, clippy::unreachable, reason = "a bench runs on its own bytes")]

mod bare;
mod dump;
mod ours;
mod peers;
mod tables;

use bare::Backend;
use ceremony_testkit::{Algorithm, Attestation};
use ours::Ours;
use std::time::Duration;

/// Every key and hash once: the other identifiers are names of the same code.
const ALGORITHMS: [(&str, Algorithm); 12] = [
    ("ES256", Algorithm::Es256),
    ("EdDSA", Algorithm::EdDsa),
    ("RS256", Algorithm::Rs256),
    ("ES384", Algorithm::Es384),
    ("ES512", Algorithm::Es512),
    ("ES256K", Algorithm::Es256k),
    ("Ed448", Algorithm::Ed448),
    ("RS512", Algorithm::Rs512),
    ("PS256", Algorithm::Ps256),
    ("ML-DSA-44", Algorithm::MlDsa44),
    ("ML-DSA-65", Algorithm::MlDsa65),
    ("ML-DSA-87", Algorithm::MlDsa87),
];

const BACKENDS: [(&str, Backend); 3] =
    [("RustCrypto", Backend::RustCrypto), ("graviola", Backend::Graviola), ("aws-lc", Backend::AwsLc)];

/// How long a row may take.
const ROW: Duration = Duration::from_millis(1200);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(folder) = arguments.iter().skip_while(|argument| *argument != "--dump").nth(1) {
        return dump::write(folder.as_ref());
    }
    // Once is enough to see that it runs, where this is built as a test.
    let row = if arguments.iter().any(|argument| argument == "--bench") { ROW } else { Duration::ZERO };
    let wanted = arguments.iter().find(|argument| !argument.starts_with("--")).cloned().unwrap_or_default();
    tables::machine();
    let rows = tables::Rows { wanted, time: row };
    tables::whole(&rows, "authentication", Ours::authentication);
    tables::whole(&rows, "registration, packed self", |algorithm| {
        Ours::registration(algorithm, Attestation::PackedSelf)
    });
    tables::peers(&rows);
}
