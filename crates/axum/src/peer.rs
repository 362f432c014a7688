//! Where a connection comes from.

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use std::net::{IpAddr, SocketAddr};

/// The socket's address, if the application serves with
/// [`into_make_service_with_connect_info`](axum::Router::into_make_service_with_connect_info).
pub(crate) fn of(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}
