//! Requests to the passkey routes, driven as an adapter drives them: heads, bodies and paths.
//!
//! Invariants:
//!
//! - Nothing panics. No answer is a 5xx, but the 503 of a request whose store failed; a store that failed never makes a
//!   success.
//! - An answer of 400 or more is a problem document of `docs/errors.md`: its type, its code, its status, no cache, at most
//!   1 KiB. Any other is at most 16 KiB, scripts excepted. The answer to a HEAD has no body.
//! - A request that is refused changes no record and no user handle; one that is refused for its form, its origin or its
//!   session (`invalid_request`, `cross_site`, `not_signed_in`, `step_up_required`, `not_found`, `rate_limited`) uses no
//!   ceremony up.
//! - Whoever asks, only what is the session's changes: the other account's record stays as it is, byte for byte.
//! - The honest ceremony goes through.

mod requests;
mod server;

use arbitrary::{Arbitrary, Unstructured};
use requests::Request;
use server::Server;

/// What is asked, one after the other.
#[derive(Arbitrary, Debug)]
struct Input {
    /// Whether a user name lists credentials, and whether states are sealed.
    listed: bool,
    sealed: bool,
    requests: Vec<Request>,
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else { return };
    let mut server = Server::new(input.listed, input.sealed);
    for request in input.requests.iter().take(8) {
        let sent = request.build(&mut server);
        server.send(&sent);
    }
}
