//! What the core's benches share: honest ceremonies, the checks they make, and clocks.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a bench runs on its own bytes, and a panic says that a bench is wrong"
)]

pub mod case;
pub mod clock;
pub mod hostile;
pub mod recorder;
pub mod scene;
pub mod sign_in;
