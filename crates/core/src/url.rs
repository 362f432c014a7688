//! The URLs that a configuration may name: absolute, with a canonical domain name as host.

use crate::origin::Origin;

/// The longest URL, in bytes.
const MAX_URL: usize = 512;

/// What is of interest in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    pub(crate) https: bool,
    pub(crate) host: &'a str,
}

/// Reads an https URL, or an http one of `localhost`. `None` for anything else, and for a URL that names a user or a
/// fragment, or that is not printable ASCII.
pub(crate) fn read(text: &str) -> Option<Url<'_>> {
    if text.len() > MAX_URL || !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains(['#', '\\']) {
        return None;
    }
    let (scheme, rest) = text.split_once("://")?;
    let (authority, _) = rest.split_at_checked(rest.find(['/', '?']).unwrap_or(rest.len()))?;
    let origin = text.get(..scheme.len().checked_add("://".len())?.checked_add(authority.len())?)?;
    // An origin's rules are a URL's here: lower case, no user, no default port, http on localhost alone.
    let parsed = Origin::parse(origin).ok()?;
    let host = authority.split(':').next()?;
    parsed.is_web().then_some(Url { https: parsed.is_https(), host })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn absolute_urls_with_a_domain_name_are_read() {
        for (text, https, host) in [
            ("https://example.com", true, "example.com"),
            ("https://example.com/", true, "example.com"),
            ("https://example.com:8443/app-id.json?x=1", true, "example.com"),
            ("https://a.example.com?x", true, "a.example.com"),
            ("http://localhost:3000/settings", false, "localhost"),
        ] {
            assert_eq!(read(text), Some(Url { https, host }), "{text}");
        }
        let longest = format!("https://example.com/{}", "x".repeat(MAX_URL - 20));
        assert!(read(&longest).is_some());
        assert!(read(&format!("{longest}x")).is_none());
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "example.com",
            "/settings",
            "http://example.com/",
            "ftp://example.com/",
            "HTTPS://example.com/",
            "https://Example.com/",
            "https://ada@example.com/",
            "https://example.com/#top",
            "https://example.com\\@evil.example/",
            "https://example.com:443/",
            "https://192.0.2.1/",
            "https:///path",
            "https://example.com/a b",
            "https://example.com/blå",
            "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
