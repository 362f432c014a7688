//! The session cookie.

use http::{HeaderMap, HeaderValue, header};
use std::time::Duration;

/// The cookie's name and attributes. They follow the page's origin, not the socket: a proxy may end TLS before it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cookie {
    name: String,
    attributes: &'static str,
}

impl Cookie {
    /// In a frame on another site's page, browsers keep cookies apart for each such site, and only if they are secure.
    pub(super) fn of(origin: &str, embedded: bool) -> Self {
        let authority = origin.strip_prefix("http://");
        let name = match authority {
            None => "__Host-session".to_owned(),
            // Plain http is localhost: cookies know no ports, so the name tells two servers on one machine apart.
            Some(authority) => {
                let port = authority.rsplit_once(':').map_or("80", |(_, port)| port);
                format!("session-{port}")
            }
        };
        let attributes = match (embedded, authority) {
            // Browsers take localhost for secure.
            (true, _) => "; HttpOnly; SameSite=None; Path=/; Secure; Partitioned",
            (false, None) => "; HttpOnly; SameSite=Lax; Path=/; Secure",
            (false, Some(_)) => "; HttpOnly; SameSite=Lax; Path=/",
        };
        Self { name, attributes }
    }

    /// The request's token. Several tokens mean that somebody planted one: none is taken.
    pub(super) fn token<'a>(&self, headers: &'a HeaderMap) -> Option<&'a [u8]> {
        let mut tokens = headers
            .get_all(header::COOKIE)
            .iter()
            .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
            .filter_map(|pair| pair.trim_ascii().strip_prefix(self.name.as_bytes())?.strip_prefix(b"="));
        let first = tokens.next()?;
        tokens.all(|other| other == first).then_some(first)
    }

    pub(super) fn set(&self, token: &str, lifetime: Duration) -> Result<HeaderValue, header::InvalidHeaderValue> {
        HeaderValue::try_from(format!("{}={token}{}; Max-Age={}", self.name, self.attributes, lifetime.as_secs()))
    }

    pub(super) fn clear(&self) -> Result<HeaderValue, header::InvalidHeaderValue> {
        HeaderValue::try_from(format!("{}={}; Max-Age=0", self.name, self.attributes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: Duration = Duration::from_secs(604_800);

    fn headers(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::try_from(*cookie).unwrap());
        }
        headers
    }

    #[test]
    fn the_cookie_follows_the_origin() {
        let local = Cookie::of("http://localhost:8000", false);
        let set = local.set("token", WEEK).unwrap();
        assert_eq!(set, "session-8000=token; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800");
        assert_eq!(local.clear().unwrap(), "session-8000=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
        assert_eq!(Cookie::of("http://localhost", false).name, "session-80");
        let set = Cookie::of("https://demo.example.com", false).set("token", WEEK).unwrap();
        assert_eq!(set, "__Host-session=token; HttpOnly; SameSite=Lax; Path=/; Secure; Max-Age=604800");

        let attributes = "; HttpOnly; SameSite=None; Path=/; Secure; Partitioned";
        for (origin, name) in
            [("https://demo.example.com", "__Host-session"), ("http://localhost:8000", "session-8000")]
        {
            let embedded = Cookie::of(origin, true);
            assert_eq!(
                embedded.set("token", WEEK).unwrap(),
                format!("{name}=token{attributes}; Max-Age=604800").as_str()
            );
            assert_eq!(embedded.clear().unwrap(), format!("{name}={attributes}; Max-Age=0").as_str());
        }
    }

    #[test]
    fn a_planted_cookie_counts_for_nothing() {
        let cookie = Cookie::of("http://localhost:8000", false);
        assert_eq!(cookie.token(&headers(&["a=b; session-8000=x"])), Some(&b"x"[..]));
        assert_eq!(cookie.token(&headers(&["session-8000=x; session-8000=x"])), Some(&b"x"[..]));
        assert_eq!(cookie.token(&headers(&["session-8000=x; session-8000=y"])), None);
        assert_eq!(cookie.token(&headers(&["session-8000=x", "session-8000=y"])), None);
        assert_eq!(cookie.token(&headers(&["session-80001=x; session-800=y"])), None);
    }
}
