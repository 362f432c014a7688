//! Where a connection comes from.

use actix_web::HttpRequest;
use std::net::IpAddr;

/// The socket's address, and never what a header says of it, as
/// [`ConnectionInfo`](actix_web::dev::ConnectionInfo::realip_remote_addr) may.
pub(crate) fn of(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|address| address.ip())
}
