//! Whose pages may show the site in a frame, as far as headers and cookies say so. The signed `topOrigin` is checked by the
//! passkey routes.

use ceremony_http::ceremony::TopOrigins;
use http::{HeaderMap, HeaderName, HeaderValue};

/// Nothing but the page's own files runs, and nothing is sent elsewhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; frame-ancestors ";

/// The headers of the whole site.
#[derive(Debug)]
pub(crate) struct Headers([(&'static str, String); 4]);

impl Headers {
    /// The headers of a site that these pages may show in a frame; nobody may if there are none.
    pub(crate) fn of(top_origins: Option<&TopOrigins>) -> Self {
        let ancestors = match top_origins {
            None | Some(TopOrigins::None) => "'none'".to_owned(),
            Some(TopOrigins::Any) => "*".to_owned(),
            Some(TopOrigins::List(list)) => list.join(" "),
        };
        Self([
            ("content-security-policy", format!("{CONTENT_SECURITY_POLICY}{ancestors}")),
            ("referrer-policy", "no-referrer".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            // In a frame too, the page asks for itself: it is the page around it that has to let it.
            ("permissions-policy", "publickey-credentials-get=(self), publickey-credentials-create=(self)".to_owned()),
        ])
    }

    /// Names and values, for every answer of the site, the passkey routes' too. Texts, as not every framework has the types
    /// of this `http`.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Puts them on an answer.
    pub(crate) fn put(&self, headers: &mut HeaderMap) {
        for (name, value) in self.iter() {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_that_are_named_may_frame_the_site() {
        let ancestors = |top_origins: Option<TopOrigins>| {
            let mut headers = HeaderMap::new();
            Headers::of(top_origins.as_ref()).put(&mut headers);
            assert_eq!(headers.len(), 4);
            let policy = headers["content-security-policy"].to_str().unwrap().to_owned();
            policy.split_once("; frame-ancestors ").unwrap().1.to_owned()
        };
        assert_eq!(ancestors(None), "'none'");
        assert_eq!(ancestors(Some(TopOrigins::None)), "'none'");
        assert_eq!(ancestors(Some(TopOrigins::Any)), "*");
        let list = ["https://shop.example".to_owned(), "http://a.localhost:81".to_owned()];
        assert_eq!(ancestors(Some(TopOrigins::List(list.to_vec()))), "https://shop.example http://a.localhost:81");
    }
}
