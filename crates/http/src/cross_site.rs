//! Requests that change something must come from the relying party's own pages.

use crate::problem::{Code, Problem};
use crate::quiet::REFUSALS;
use ceremony::RelyingParty;
use http::{HeaderMap, HeaderValue, header};

/// The most of a foreign origin that goes to the log, in bytes.
const LOGGED: usize = 128;

pub(crate) const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Refuses what another site's page sent.
///
/// `Origin`, if present, must be one of the relying party's web origins exactly; if absent, `Sec-Fetch-Site` must be
/// absent, `same-origin` or `none`. Browsers set both, and no page can change them.
pub(crate) fn check(headers: &HeaderMap, relying_party: &RelyingParty) -> Result<(), Problem> {
    match single(headers, header::ORIGIN.as_str()) {
        Header::One(origin) => match origin.to_str() {
            Ok(text) if is_web(text) && relying_party.accepts_origin(text) => Ok(()),
            _ => Err(refuse_origin(origin, relying_party)),
        },
        Header::Several => Err(refuse("several Origin headers")),
        Header::None => match single(headers, SEC_FETCH_SITE) {
            Header::None => Ok(()),
            Header::One(site) if matches!(site.as_bytes(), b"same-origin" | b"none") => Ok(()),
            Header::One(_) | Header::Several => Err(refuse("Sec-Fetch-Site without Origin")),
        },
    }
}

/// An app's origin is for client data: no page has it.
fn is_web(origin: &str) -> bool {
    origin.starts_with("https://") || origin.starts_with("http://")
}

enum Header<'a> {
    None,
    One(&'a HeaderValue),
    Several,
}

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Header<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Header::None,
        (Some(value), None) => Header::One(value),
        (Some(_), Some(_)) => Header::Several,
    }
}

fn refuse(why: &'static str) -> Problem {
    if let Some(left_out) = REFUSALS.admit() {
        tracing::warn!(why, left_out, "passkey request from another site refused");
    }
    Problem::new(Code::CrossSite)
}

fn refuse_origin(origin: &HeaderValue, relying_party: &RelyingParty) -> Problem {
    let received = String::from_utf8_lossy(origin.as_bytes().get(..LOGGED).unwrap_or(origin.as_bytes()));
    let allowed = relying_party.describe_origins();
    // Not counted against its sender, who may be a visitor of whatever page that is: anybody could fill the log.
    if let Some(left_out) = REFUSALS.admit() {
        tracing::warn!(
            ?received,
            %allowed,
            left_out,
            "passkey request from another site refused; if the page is yours, add its origin to the relying party: \
             RelyingParty::builder(..).origin(..), or PASSKEYS_ORIGINS"
        );
    }
    let problem = Problem::new(Code::CrossSite);
    if relying_party.is_local() {
        let hint = "open the page under a configured origin, or add this one to the relying party";
        return problem
            .with_detail(format!("the page's origin {received:?} is none of {allowed}"))
            .with_help(None, Some(hint));
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    fn relying_party() -> RelyingParty {
        RelyingParty::builder("example.com", "Example")
            .origin("https://example.com")
            .origin("https://login.example.com:8443")
            .android_origin("android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
            .build()
            .unwrap()
    }

    fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn own_pages_and_native_apps_pass() {
        let accepted: [&[(&str, &str)]; 6] = [
            &[],
            &[("origin", "https://example.com")],
            &[("origin", "https://login.example.com:8443")],
            // The Origin decides: a related origin's page sends `cross-site`.
            &[("origin", "https://example.com"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
        ];
        for list in accepted {
            assert!(check(&headers(list), &relying_party()).is_ok(), "{list:?}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let refused: [&[(&str, &str)]; 16] = [
            &[("origin", "null")],
            &[("origin", "")],
            &[("origin", "https://example.com.evil.example")],
            &[("origin", "https://evil.example")],
            &[("origin", "http://example.com")],
            &[("origin", "https://example.com/")],
            &[("origin", "https://example.com:443")],
            &[("origin", "HTTPS://example.com")],
            &[("origin", "https://login.example.com")],
            &[("origin", "https://a.example.com")],
            &[("origin", "https://example.com, https://example.com")],
            &[("origin", "https://example.com"), ("origin", "https://evil.example")],
            &[("origin", "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none")],
        ];
        for list in refused {
            let problem = check(&headers(list), &relying_party()).unwrap_err();
            assert_eq!(problem.code(), Code::CrossSite, "{list:?}");
        }
    }

    /// What a subscriber writes while `work` runs.
    fn log(work: impl Fn()) -> String {
        // Where another test comes to the same line for the first time at this moment, tracing notes that nobody listens
        // there; the next subscriber ends that.
        (0..10).map(|_| log_once(&work)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn log_once(work: impl FnOnce()) -> String {
        let log = Arc::new(Mutex::new(Vec::new()));
        let writer = Arc::clone(&log);
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .without_time()
            .with_target(false)
            .with_writer(move || Writer(Arc::clone(&writer)))
            .finish();
        tracing::subscriber::with_default(subscriber, work);
        let bytes = log.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    struct Writer(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Writer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_log_says_what_the_browser_sent_what_is_allowed_and_what_mends_it() {
        let relying_party =
            RelyingParty::builder("example.com", "Example").origin("https://www.example.com").build().unwrap();
        let text = log(|| {
            let _ = check(&headers(&[("origin", "https://app.example.com")]), &relying_party);
        });
        let expected = "WARN passkey request from another site refused; if the page is yours, add its origin to the relying \
                        party: RelyingParty::builder(..).origin(..), or PASSKEYS_ORIGINS \
                        received=\"https://app.example.com\" allowed=\"https://www.example.com\"";
        assert_eq!(text.trim(), expected);
        assert!(include_str!("../../../docs/web.md").contains(expected), "docs/web.md shows another message");
    }

    #[test]
    fn a_local_page_is_told_in_the_answer() {
        let local = RelyingParty::builder("localhost", "Demo").origin("http://localhost:8000").build().unwrap();
        let problem = check(&headers(&[("origin", "http://127.0.0.1:8000")]), &local).unwrap_err();
        let response = problem.into_response();
        let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(body["detail"], "the page's origin \"http://127.0.0.1:8000\" is none of \"http://localhost:8000\"");
        assert_eq!(body["hint"], "open the page under a configured origin, or add this one to the relying party");
    }

    #[test]
    fn only_a_local_configuration_tells_what_is_allowed() {
        let foreign = headers(&[("origin", "https://evil.example")]);
        let public = check(&foreign, &relying_party()).unwrap_err().into_response();
        assert!(!String::from_utf8_lossy(public.body()).contains("example.com"));

        let local = RelyingParty::builder("localhost", "Demo").origin("http://localhost:8000").build().unwrap();
        let response = check(&foreign, &local).unwrap_err().into_response();
        assert!(String::from_utf8_lossy(response.body()).contains("http://localhost:8000"));
    }
}
