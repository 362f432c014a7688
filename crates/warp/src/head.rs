//! The head of a request, out of what warp's filters tell of it.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use warp::Filter;
use warp::host::Authority;
use warp::http::request::{Parts, Request};
use warp::http::{HeaderMap, HeaderValue, Method, Uri, header};

/// The head of the request: its path is what the filters before this one left of it.
pub(crate) fn head() -> impl Filter<Extract = (Parts,), Error = Infallible> + Clone + Send + Sync + 'static {
    warp::method()
        .and(rest())
        .and(warp::query::raw().or_else(async |_| Ok::<_, Infallible>((String::new(),))))
        .and(warp::host::optional().or_else(async |_| Ok::<_, Infallible>((None,))))
        .and(warp::header::headers_cloned())
        .and(warp::addr::remote())
        .map(parts)
}

/// What is left of the path. [`warp::path::peek`] panics where a target has none (`CONNECT a.example:443`): it is not asked
/// where nothing is left.
pub(crate) fn rest() -> impl Filter<Extract = (String,), Error = Infallible> + Copy + Send + Sync + 'static {
    let left = warp::path::peek().map(|rest: warp::path::Peek| rest.as_str().to_owned());
    warp::path::end().map(String::new).or(left).unify()
}

fn parts(
    method: Method,
    path: String,
    query: String,
    host: Option<Authority>,
    headers: HeaderMap,
    remote: Option<SocketAddr>,
) -> Parts {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = method;
    // A part of a target that was read before is read again; what could not be is `/`, which is no route.
    let mark = if query.is_empty() { "" } else { "?" };
    parts.uri = Uri::try_from(format!("/{path}{mark}{query}")).unwrap_or_default();
    parts.headers = headers;
    name_host(&mut parts.headers, host);
    if let Some(remote) = remote {
        parts.extensions.insert(remote);
    }
    parts
}

/// Writes the host where HTTP/1.1 has it; a request that named none that could be read, or two, names none.
fn name_host(headers: &mut HeaderMap, host: Option<Authority>) {
    match host.map(|host| HeaderValue::from_str(host.as_str())) {
        // HTTP/2 has the host in the target, which filters don't get to see.
        Some(Ok(value)) => {
            headers.entry(header::HOST).or_insert(value);
        }
        Some(Err(_)) | None => {
            headers.remove(header::HOST);
        }
    }
}

/// The socket's address.
pub(crate) fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<SocketAddr>().map(SocketAddr::ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn seen(target: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = warp::test::request().method("POST").path(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let below = warp::path("auth").and(warp::path("passkeys")).and(head());
        request.remote_addr(([192, 0, 2, 7], 50_000).into()).filter(&below).await.unwrap()
    }

    #[tokio::test]
    async fn the_path_is_what_the_prefix_left() {
        for (target, uri) in [
            ("/auth/passkeys/register/begin", "/register/begin"),
            ("/auth/passkeys/credentials?a=b&c", "/credentials?a=b&c"),
            ("/auth/passkeys/credentials/%41%2fb", "/credentials/%41%2fb"),
            ("/auth/passkeys//credentials", "//credentials"),
            ("/auth/passkeys/", "/"),
            ("/auth/passkeys", "/"),
        ] {
            assert_eq!(seen(target, &[]).await.uri, uri, "{target}");
        }
    }

    #[tokio::test]
    async fn method_headers_and_peer_are_the_requests_own() {
        let parts = seen("/auth/passkeys/credentials", &[("cookie", "a=b"), ("x", "1")]).await;
        assert_eq!(parts.method, Method::POST);
        for (name, value) in [("cookie", "a=b"), ("x", "1")] {
            assert_eq!(parts.headers.get(name).map(HeaderValue::as_bytes), Some(value.as_bytes()));
        }
        assert_eq!(peer(&parts), Some([192, 0, 2, 7].into()));
    }

    #[tokio::test]
    async fn the_host_is_one_or_none() {
        let path = "/auth/passkeys/credentials";
        let target = format!("http://a.example{path}");
        for (target, sent, found) in [
            (path, Some("a.example"), Some("a.example")),
            // HTTP/2, or a request to a proxy.
            (&target, None, Some("a.example")),
            (&target, Some("a.example"), Some("a.example")),
            // A request that contradicts itself is for nobody.
            (&target, Some("b.example"), None),
            (path, Some("a b"), None),
            (path, None, None),
        ] {
            let parts = seen(target, &Vec::from_iter(sent.map(|host| ("host", host)))).await;
            let hosts: Vec<_> = parts.headers.get_all(header::HOST).iter().collect();
            assert_eq!(hosts, Vec::from_iter(found), "{target} {sent:?}");
        }
        // Two stay two: whoever asks for the one host finds none.
        let mut two = HeaderMap::new();
        two.append(header::HOST, HeaderValue::from_static("a.example"));
        two.append(header::HOST, HeaderValue::from_static("b.example"));
        name_host(&mut two, Some(Authority::from_static("a.example")));
        assert_eq!(two.get_all(header::HOST).iter().count(), 2);
    }
}
