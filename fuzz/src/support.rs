//! What the targets share: a scene, an honest client's envelope, a verifier that writes down what it is asked, bounds on
//! memory, and readings of everything that have no code in common with the library.

pub mod bounds;
pub mod cbor;
pub mod certificates;
pub mod chain;
pub mod cose;
pub mod der;
pub mod edit;
pub mod envelope;
pub mod reread;
pub mod scene;
pub mod stages;
pub mod statement;
pub mod verifier;
