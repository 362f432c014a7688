//! Passkeys where there are no HTTP routes: over gRPC, and as messages over a Unix socket.
//!
//! Two examples of one thing: an application's *gateway* keeps the sessions and talks to browsers, and asks this server
//! for everything about passkeys. [`desk`] is what both transports share; [`grpc`] and [`socket`] carry it. The page
//! `docs/transports.md` goes through it.

pub mod desk;
pub mod grpc;
pub mod refusal;
pub mod server;
pub mod socket;

pub use desk::{Caller, Desk, Session};
pub use refusal::Refusal;
