//! The head of a request, as far as the routes look at it.

use http::request::Parts;
use http::{HeaderMap, Method, header};
use std::net::IpAddr;

/// Method, path and headers of a request, and where it came from.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) authority: Option<&'a str>,
    pub(crate) peer: Option<IpAddr>,
}

impl<'a> Head<'a> {
    /// The head of a request. `path` is what comes after the application's prefix, with or without a leading slash.
    #[must_use]
    pub const fn new(method: &'a Method, path: &'a str, headers: &'a HeaderMap) -> Self {
        Self { method, path, headers, authority: None, peer: None }
    }

    /// The head of a request whose prefix the framework has taken off.
    #[must_use]
    pub fn of(parts: &'a Parts) -> Self {
        let authority = parts.uri.authority().map(http::uri::Authority::as_str);
        Self { authority, ..Self::new(&parts.method, parts.uri.path(), &parts.headers) }
    }

    /// Says where the connection comes from: the socket's address, before any proxy's word. Rate limits count by it.
    #[must_use]
    pub const fn peer(self, peer: Option<IpAddr>) -> Self {
        Self { peer, ..self }
    }

    /// The host and port that the request is for: what stands in its target (HTTP/2), or its one `Host` header. A request
    /// that names two names none: which of them a proxy before the server went by is not known.
    pub(crate) fn host(&self) -> Option<&'a str> {
        let header = only(self.headers, header::HOST.as_str());
        match self.authority {
            None => header,
            Some(authority) if !self.headers.contains_key(header::HOST) => Some(authority),
            Some(authority) => header.filter(|header| header.eq_ignore_ascii_case(authority)),
        }
    }
}

/// The value of a header that stands there once and is text.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
