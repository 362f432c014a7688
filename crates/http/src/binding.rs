//! Ties a ceremony to one browser: what one browser began, no other can finish.
//!
//! Each browser gets one secret in a cookie that pages can't read. A ceremony's state is filed under the secret's hash,
//! so that another browser finds nothing and uses nothing up. A request with neither `Origin`, `Sec-Fetch-Site` nor
//! `Cookie` comes from a native app, which has no other site's pages to fear: its state is filed as unbound, and a
//! finish with any of the three never finds it.

use crate::cross_site::SEC_FETCH_SITE;
use crate::problem::{Code, Problem};
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony::RelyingParty;
use ceremony_service::{Entropy, ServiceError};
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

const DOMAIN: &[u8] = b"ceremony-http browser binding v1\0";

/// What the state is filed under: the hash of a browser's secret, `None` for a native app.
pub(crate) type Key = Option<[u8; 32]>;

/// Who sent the request, as far as the headers tell.
#[derive(Clone, Debug)]
pub(crate) enum Sender {
    Native,
    Browser { cookie: Cookie, secret: Option<Secret> },
}

/// The cookie's name and attributes. They follow the configured origin of the page, never the socket: behind a proxy
/// the socket knows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cookie {
    name: String,
    attributes: &'static str,
}

#[derive(Clone)]
pub(crate) struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let mut bytes = [0; 33];
        Base64UrlUnpadded::decode(text, &mut bytes).ok()?.try_into().ok().map(Self)
    }

    fn key(&self) -> [u8; 32] {
        Sha256::new().chain_update(DOMAIN).chain_update(self.0).finalize().into()
    }
}

impl Sender {
    /// Reads the headers of a request that passed the cross-site check.
    pub(crate) fn read(headers: &HeaderMap, relying_party: &RelyingParty, embedded: bool) -> Self {
        let browser_like = [header::ORIGIN.as_str(), SEC_FETCH_SITE, header::COOKIE.as_str()];
        if !browser_like.iter().any(|name| headers.contains_key(*name)) {
            return Self::Native;
        }
        let sent = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        // Without an Origin the page is one of the relying party's own: the first one stands for all.
        let origin = sent.or_else(|| relying_party.web_origins().next());
        let cookie = Cookie::of(origin.unwrap_or_default(), embedded);
        let secret = find(headers, &cookie.name);
        Self::Browser { cookie, secret }
    }

    /// What a new ceremony is filed under, and the cookie to set if the browser has none yet.
    pub(crate) fn begin(self, entropy: &dyn Entropy) -> Result<(Key, Option<HeaderValue>), ServiceError> {
        let Self::Browser { cookie, secret } = self else { return Ok((None, None)) };
        if let Some(secret) = secret {
            return Ok((Some(secret.key()), None));
        }
        let mut secret = Secret([0; 32]);
        entropy.fill(&mut secret.0)?;
        Ok((Some(secret.key()), cookie.set(&secret)))
    }

    /// What the begun ceremony must be filed under.
    ///
    /// # Errors
    ///
    /// [`Code::CeremonyUnusable`] for a browser without the cookie.
    pub(crate) fn finish(&self) -> Result<Key, Problem> {
        match self {
            Self::Native => Ok(None),
            Self::Browser { secret: Some(secret), .. } => Ok(Some(secret.key())),
            Self::Browser { secret: None, .. } => {
                tracing::info!(
                    "passkey finish without the browser's cookie: the page must send cookies with both requests"
                );
                Err(Problem::new(Code::CeremonyUnusable))
            }
        }
    }
}

impl Cookie {
    fn of(origin: &str, embedded: bool) -> Self {
        let Some(authority) = origin.strip_prefix("http://") else {
            let attributes = if embedded {
                "; HttpOnly; Path=/; Secure; SameSite=None; Partitioned"
            } else {
                "; HttpOnly; Path=/; Secure; SameSite=Strict"
            };
            return Self { name: "__Host-ceremony".to_owned(), attributes };
        };
        // Plain http is localhost: cookies know no ports, so the name tells two servers on one machine apart.
        let port = authority.rsplit_once(':').map_or("80", |(_, port)| port);
        let attributes = if embedded {
            "; HttpOnly; Path=/; Secure; SameSite=None; Partitioned"
        } else {
            "; HttpOnly; Path=/; SameSite=Strict"
        };
        Self { name: format!("ceremony-{port}"), attributes }
    }

    fn set(&self, secret: &Secret) -> Option<HeaderValue> {
        let value = Base64UrlUnpadded::encode_string(&secret.0);
        HeaderValue::try_from(format!("{}={value}{}", self.name, self.attributes)).ok()
    }
}

/// The browser's secret. Several values under one name mean that somebody else planted one, so that none of them is
/// taken.
fn find(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"="));
    let first = values.next()?;
    if values.any(|other| other != first) {
        tracing::warn!("several cookies {name} with different values: none is taken");
        return None;
    }
    Secret::parse(first)
}

#[cfg(test)]
mod tests;
