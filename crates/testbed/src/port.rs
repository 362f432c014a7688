//! Free ports.

use crate::Failure;
use std::net::{Ipv4Addr, TcpListener};

/// A port of the loopback that nobody listens on. Somebody else may take it before it is used; whoever starts a server
/// on it has to be ready to try again.
///
/// # Errors
///
/// [`Failure`] if the system gives none.
pub fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| Failure::io("no free port", &error))?;
    listener.local_addr().map(|address| address.port()).map_err(|error| Failure::io("no free port", &error))
}
