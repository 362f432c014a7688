//! The head of a request, out of what warp's filters tell of it.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use warp::Filter;
use warp::host::Authority;
use warp::http::request::{Parts, Request};
use warp::http::{HeaderMap, HeaderValue, Method, Uri, header};
use warp::path::Peek;

/// The head of the request: its path is what the filters before this one left of it.
pub(crate) fn head() -> impl Filter<Extract = (Parts,), Error = Infallible> + Clone + Send + Sync + 'static {
    warp::method()
        .and(warp::path::peek())
        .and(warp::query::raw().or_else(async |_| Ok::<_, Infallible>((String::new(),))))
        // A `Host` that can't be read, or that contradicts the request's target, names no host.
        .and(warp::host::optional().or_else(async |_| Ok::<_, Infallible>((None,))))
        .and(warp::header::headers_cloned())
        .and(warp::addr::remote())
        .map(parts)
}

fn parts(
    method: Method,
    path: Peek,
    query: String,
    host: Option<Authority>,
    headers: HeaderMap,
    remote: Option<SocketAddr>,
) -> Parts {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = method;
    // A part of a target that was read before is read again; what could not be is `/`, which is no route.
    let mark = if query.is_empty() { "" } else { "?" };
    parts.uri = Uri::try_from(format!("/{}{mark}{query}", path.as_str())).unwrap_or_default();
    parts.headers = headers;
    match host {
        // HTTP/2 has the host in the target, which filters don't get to see.
        Some(host) => {
            if let Ok(value) = HeaderValue::from_str(host.as_str()) {
                parts.headers.entry(header::HOST).or_insert(value);
            }
        }
        None => {
            parts.headers.remove(header::HOST);
        }
    }
    if let Some(remote) = remote {
        parts.extensions.insert(remote);
    }
    parts
}

/// The socket's address.
pub(crate) fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<SocketAddr>().map(SocketAddr::ip)
}
