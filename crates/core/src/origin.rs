//! Origins, and the domain names in them and in RP IDs.

mod host;
mod mend;
mod quoted;

pub use host::HostFault;
pub(crate) use host::{check_rp_id, is_local, is_public_suffix, public_suffix, registrable_domain, registrable_label};
pub(crate) use mend::{mended_host, mended_origin, without_user_info};
pub(crate) use quoted::Quoted;

use crate::error::ConfigError;
use alloc::string::{String, ToString};
use base64ct::{Base64UrlUnpadded, Encoding};
use core::fmt;
use core::str::FromStr;

/// What an Android app's origin begins with; the SHA-256 of its signing certificate follows.
const ANDROID_PREFIX: &str = "android:apk-key-hash:";

/// The origin of a web page or of an Android app, in the one spelling that clients send.
///
/// A web origin is a scheme, a host and, unless it is the scheme's default, a port: `https://example.com`,
/// `http://localhost:3000`. An Android app's is `android:apk-key-hash:` and the unpadded base64url of its signing
/// certificate's SHA-256. Comparison is by text, as WebAuthn §7.1 step 9 and §7.2 step 12 ask for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    text: String,
    web: Option<Web>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Web {
    https: bool,
    host: String,
    port: Option<u16>,
}

impl Origin {
    /// Reads an origin, and refuses every spelling that no client sends.
    ///
    /// # Errors
    ///
    /// [`ConfigError::OriginInvalid`] if the text is not canonical; the error's text says what to write instead.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        match read(text) {
            Ok(parts) => Ok(parts.to_origin(text)),
            Err(fault) => Err(ConfigError::OriginInvalid { origin: without_user_info(text), fault }),
        }
    }

    /// Makes the origin of an Android app from the SHA-256 fingerprint of its signing certificate.
    ///
    /// The fingerprint is 32 bytes in hexadecimal of either case, with colons between all bytes (`AA:BB:..`) or none.
    ///
    /// # Errors
    ///
    /// [`ConfigError::AndroidFingerprint`] if the text is anything else, such as a SHA-1 fingerprint.
    pub fn android_from_fingerprint(fingerprint: &str) -> Result<Self, ConfigError> {
        let invalid = || ConfigError::AndroidFingerprint { fingerprint: fingerprint.to_string() };
        let hash = read_fingerprint(fingerprint).ok_or_else(invalid)?;
        let text = alloc::format!("{ANDROID_PREFIX}{}", Base64UrlUnpadded::encode_string(&hash));
        Ok(Self { text, web: None })
    }

    /// The origin as clients send it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host of a web origin.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.web.as_ref().map(|web| web.host.as_str())
    }

    /// The port of a web origin: the scheme's default, 443 or 80, where the text names none.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.web.as_ref().map(|web| web.port.unwrap_or(default_port(web.https)))
    }

    /// Whether this is a web origin, not that of an app.
    #[must_use]
    pub const fn is_web(&self) -> bool {
        self.web.is_some()
    }

    /// Whether this is a web origin with the scheme `https`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.web.as_ref().is_some_and(|web| web.https)
    }

    /// Whether the host is `localhost` or below it.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.host().is_some_and(is_local)
    }

    /// Whether the page is on this origin's port with a host below this one's, with a dot between the two and no public
    /// suffix in the added labels.
    pub(crate) fn covers_subdomain(&self, page: &HttpsPage<'_>) -> bool {
        let Some(own) = self.web.as_ref().filter(|web| web.https) else { return false };
        page.port == own.port && is_below(page.host, &own.host) && page.public_suffix < own.host.len()
    }
}

/// A canonical https origin that a client sent, read once however many origins it is compared with: the text may be as
/// long as client data are, and a relying party may have hundreds.
pub(crate) struct HttpsPage<'a> {
    host: &'a str,
    port: Option<u16>,
    /// The length of the host's public suffix.
    public_suffix: usize,
}

impl<'a> HttpsPage<'a> {
    /// `None` for any other text.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let Ok(Parts::Web { https: true, host, port }) = read(text) else { return None };
        Some(Self { host, port, public_suffix: public_suffix(host).len() })
    }
}

/// Whether `host` has at least one label more in front of `domain`.
pub(crate) fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).and_then(|labels| labels.strip_suffix('.')).is_some_and(|labels| !labels.is_empty())
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Origin {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        Self::parse(text)
    }
}

/// Why a text is not a canonical origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OriginFault {
    /// It is empty.
    Empty,
    /// It is `null`, the origin of sandboxed frames and of files.
    Null,
    /// There is white space or a control character in it.
    Whitespace,
    /// It has no `://`.
    MissingScheme,
    /// The scheme is neither https nor http.
    Scheme,
    /// The scheme is http and the host is not `localhost` or below it.
    Http,
    /// The scheme is not in lower case.
    SchemeUpperCase,
    /// A user name or password stands before the host.
    UserInfo,
    /// It ends with a slash.
    TrailingSlash,
    /// A path follows the host.
    Path,
    /// A query or a fragment follows the host.
    Query,
    /// The scheme's default port is spelled out.
    DefaultPort,
    /// The port is not a number from 1 to 65535 without leading zeros.
    Port,
    /// The host can't be that of an origin.
    Host(HostFault),
    /// What follows `android:` is not a key hash.
    AndroidHash,
    /// It is an app's origin where only a web page's can stand.
    NotWeb,
}

impl fmt::Display for OriginFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::Null => "is that of a page without an origin",
            Self::Whitespace => "has white space or control characters",
            Self::MissingScheme => "has no scheme",
            Self::Scheme => "has a scheme that passkeys do not work with",
            Self::Http => "is http, which browsers offer passkeys for on localhost only",
            Self::SchemeUpperCase => "has upper-case letters",
            Self::UserInfo => "has a user name or password",
            Self::TrailingSlash => "ends with a slash",
            Self::Path => "has a path",
            Self::Query => "has a query or fragment",
            Self::DefaultPort => "spells out the default port",
            Self::Port => "has a port that is not a number from 1 to 65535 without leading zeros",
            Self::AndroidHash => "has no valid key hash",
            Self::NotWeb => "is that of an app",
            Self::Host(HostFault::Empty) => "has no host",
            Self::Host(fault) => return fault.fmt(f),
        })
    }
}

/// What a canonical origin consists of, borrowed from its text.
enum Parts<'a> {
    Web { https: bool, host: &'a str, port: Option<u16> },
    Android,
}

impl Parts<'_> {
    fn to_origin(&self, text: &str) -> Origin {
        let web = match *self {
            Self::Web { https, host, port } => Some(Web { https, host: host.to_string(), port }),
            Self::Android => None,
        };
        Origin { text: text.to_string(), web }
    }
}

/// Reads an origin without allocating, as the text may be a client's.
fn read(text: &str) -> Result<Parts<'_>, OriginFault> {
    #[cfg(test)]
    tests::READINGS.set(tests::READINGS.get() + 1);
    if text.is_empty() {
        return Err(OriginFault::Empty);
    }
    if text == "null" {
        return Err(OriginFault::Null);
    }
    if text.chars().any(|character| character.is_whitespace() || character.is_control()) {
        return Err(OriginFault::Whitespace);
    }
    if let Some(hash) = text.strip_prefix(ANDROID_PREFIX) {
        let mut bytes = [0; 33];
        let decoded = Base64UrlUnpadded::decode(hash, &mut bytes);
        return if decoded.is_ok_and(|hash| hash.len() == 32) {
            Ok(Parts::Android)
        } else {
            Err(OriginFault::AndroidHash)
        };
    }
    if text.starts_with("android:") {
        return Err(OriginFault::AndroidHash);
    }
    let (scheme, rest) = text.split_once("://").ok_or(OriginFault::MissingScheme)?;
    let https = match scheme {
        "https" => true,
        "http" => false,
        "" => return Err(OriginFault::MissingScheme),
        _ if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") => {
            return Err(OriginFault::SchemeUpperCase);
        }
        _ => return Err(OriginFault::Scheme),
    };
    let (authority, tail) = split_authority(rest);
    if authority.contains('@') {
        return Err(OriginFault::UserInfo);
    }
    let (host, port) = match authority.split_once(':') {
        _ if authority.starts_with('[') => return Err(OriginFault::Host(HostFault::IpAddress)),
        Some((_, port)) if port.contains(':') => return Err(OriginFault::Host(HostFault::IpAddress)),
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    host::check(host).map_err(OriginFault::Host)?;
    match tail.as_bytes() {
        [] => {}
        [b'/'] => return Err(OriginFault::TrailingSlash),
        [b'?' | b'#', ..] => return Err(OriginFault::Query),
        _ => return Err(OriginFault::Path),
    }
    let port = port.map(read_port).transpose()?;
    if port == Some(default_port(https)) {
        return Err(OriginFault::DefaultPort);
    }
    if !https && !is_local(host) {
        return Err(OriginFault::Http);
    }
    Ok(Parts::Web { https, host, port })
}

const fn default_port(https: bool) -> u16 {
    if https { 443 } else { 80 }
}

/// Splits what follows `://` before the path, query or fragment. Browsers read a backslash as a slash here.
fn split_authority(rest: &str) -> (&str, &str) {
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    rest.split_at_checked(end).unwrap_or((rest, ""))
}

fn read_port(port: &str) -> Result<u16, OriginFault> {
    // `parse` alone would take "+80".
    if port.starts_with('0') || !port.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(OriginFault::Port);
    }
    port.parse().map_err(|_| OriginFault::Port)
}

fn read_fingerprint(text: &str) -> Option<[u8; 32]> {
    let colons = match text.len() {
        64 => false,
        95 => true,
        _ => return None,
    };
    let mut characters = text.chars();
    let mut hash = [0; 32];
    for (at, byte) in hash.iter_mut().enumerate() {
        if colons && at > 0 && characters.next() != Some(':') {
            return None;
        }
        let high = characters.next()?.to_digit(16)?;
        let low = characters.next()?.to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
pub(crate) mod tests;
