//! The relying party's configuration can't work.

use crate::origin::{
    HostFault, OriginFault, Quoted, is_local, mended_host, mended_origin, registrable_domain, registrable_label,
};
use alloc::string::String;
use core::fmt;
use core::time::Duration;

/// A setting of a relying party that can't work in any browser.
///
/// Each text quotes the value, shortened to 128 characters, and says what would work instead.
/// `Debug` is the variant's name and that text, so that `fn main() -> Result<(), Box<dyn Error>>` prints what to do.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The RP ID is not a canonical domain name (WebAuthn §5.1.3).
    RpIdInvalid {
        /// The RP ID as it was given, without any user name or password.
        rp_id: String,
        /// What is wrong with it.
        fault: HostFault,
    },
    /// The RP ID is a public suffix, which nobody owns alone, and the opt-in is not set.
    RpIdIsPublicSuffix {
        /// The RP ID.
        rp_id: String,
    },
    /// No origin is configured.
    NoOrigin {
        /// The RP ID.
        rp_id: String,
    },
    /// An origin is not a canonical web origin or Android origin.
    OriginInvalid {
        /// The origin as it was given, without any user name or password.
        origin: String,
        /// What is wrong with it.
        fault: OriginFault,
    },
    /// A top-level origin of the cross-origin policy is not a canonical web origin.
    TopOriginInvalid {
        /// The origin as it was given, without any user name or password.
        origin: String,
        /// What is wrong with it.
        fault: OriginFault,
    },
    /// An Android signing certificate's fingerprint is not 32 bytes in hexadecimal.
    AndroidFingerprint {
        /// The fingerprint as it was given.
        fingerprint: String,
    },
    /// An origin's host is neither the RP ID nor below it, and the origin is not declared as related.
    OriginNotCovered {
        /// The origin.
        origin: String,
        /// The RP ID.
        rp_id: String,
    },
    /// The RP ID ends an origin's host, but a public suffix begins between the two (HTML's "registrable domain suffix").
    OriginAcrossPublicSuffix {
        /// The origin.
        origin: String,
        /// The RP ID.
        rp_id: String,
    },
    /// A related origin's host has no registrable domain, so that clients skip it (WebAuthn §5.11.1).
    RelatedOriginWithoutLabel {
        /// The related origin.
        origin: String,
    },
    /// The related origins have more than five distinct registrable labels (WebAuthn §5.11.1).
    TooManyRelatedLabels {
        /// The first related origin above the limit.
        origin: String,
    },
    /// Subdomains are allowed below an RP ID that is a public suffix.
    SubdomainsOfPublicSuffix {
        /// The RP ID.
        rp_id: String,
    },
    /// A URL is not an absolute https URL, or http on localhost where development allows it.
    UrlInvalid {
        /// The URL as it was given, without any user name or password.
        url: String,
    },
    /// The AppID's host does not share the RP ID's registrable domain.
    AppIdNotCovered {
        /// The AppID.
        app_id: String,
        /// The RP ID.
        rp_id: String,
    },
    /// The cross-origin policy lists no top-level origin.
    NoTopOrigins,
    /// The list of algorithms is empty.
    NoAlgorithms,
    /// RS1 is listed, and the opt-in is not set.
    Rs1NotAllowed,
    /// The timeout is shorter than 10 seconds or longer than an hour.
    TimeoutOutOfRange {
        /// The timeout.
        timeout: Duration,
    },
    /// A limit is zero, so that every response would be refused.
    LimitIsZero {
        /// The field of [`Limits`](crate::Limits).
        limit: &'static str,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RpIdInvalid { rp_id, fault } => {
                write!(f, "the RP ID {} {fault}: ", Quoted(rp_id))?;
                mend_rp_id(f, rp_id, *fault)
            }
            Self::RpIdIsPublicSuffix { rp_id } => write!(
                f,
                "the RP ID {} is a public suffix: use the domain that you own below it, such as {}, or, for an intranet name, call `allow_public_suffix_rp_id()`",
                Quoted(rp_id),
                Quoted(&alloc::format!("example.{rp_id}"))
            ),
            Self::NoOrigin { rp_id } => {
                let (scheme, port) = if is_local(rp_id) { ("http", ":3000") } else { ("https", "") };
                let origin = alloc::format!("{scheme}://{rp_id}{port}");
                write!(f, "no origin is configured for RP ID {}: add `.origin({})`", Quoted(rp_id), Quoted(&origin))
            }
            Self::OriginInvalid { origin, fault } => {
                write!(f, "origin {} {fault}: ", Quoted(origin))?;
                mend_origin(f, origin, *fault)
            }
            Self::TopOriginInvalid { origin, fault } => {
                write!(f, "top origin {} {fault}: ", Quoted(origin))?;
                mend_origin(f, origin, *fault)
            }
            Self::AndroidFingerprint { fingerprint } => write!(
                f,
                "fingerprint {} of the Android app is not 32 bytes in hexadecimal: give the SHA-256 line, not the SHA-1 one, that `keytool -list -v` prints for its signing certificate",
                Quoted(fingerprint)
            ),
            Self::OriginNotCovered { origin, rp_id } => not_covered(f, origin, rp_id),
            Self::OriginAcrossPublicSuffix { origin, rp_id } => {
                write!(f, "the RP ID {} and origin {} have a public suffix between them: ", Quoted(rp_id), Quoted(origin))?;
                let domain = host_of(origin).and_then(|host| registrable_domain(host).or(Some(host)));
                write!(f, "use {} as the RP ID", Quoted(domain.unwrap_or("the origin's host")))
            }
            Self::RelatedOriginWithoutLabel { origin } => write!(
                f,
                "related origin {} has no registrable domain, so that browsers skip it: leave it out, or serve the page under a domain that you own",
                Quoted(origin)
            ),
            Self::TooManyRelatedLabels { origin } => {
                let label = host_of(origin).and_then(registrable_label).unwrap_or_default();
                write!(
                    f,
                    "related origin {} adds {} as a sixth registrable label and browsers may read no more than five: leave one label's origins out, or give them an RP ID of their own",
                    Quoted(origin),
                    Quoted(label)
                )
            }
            Self::SubdomainsOfPublicSuffix { rp_id } => write!(
                f,
                "subdomains can't be allowed below RP ID {}, a public suffix: leave `allow_subdomains(true)` out",
                Quoted(rp_id)
            ),
            Self::UrlInvalid { url } => write!(
                f,
                "URL {} is not an absolute https URL of a domain name: write it as browsers show it, such as \"https://example.com/settings/passkeys\"",
                Quoted(url)
            ),
            Self::AppIdNotCovered { app_id, rp_id } => write!(
                f,
                "AppID {} is not under the registrable domain of RP ID {}, so that browsers refuse it: give the AppID that the U2F credentials were registered under, or leave the extension out",
                Quoted(app_id),
                Quoted(rp_id)
            ),
            Self::NoTopOrigins => f.write_str(
                "cross-origin policy lists no top origin: list the embedding pages' origins, such as \"https://partner.example\", or use `TopOrigins::None` or `CrossOriginPolicy::Deny`",
            ),
            Self::NoAlgorithms => f.write_str(
                "list of algorithms is empty: leave `algorithms(..)` out for EdDSA, ES256 and RS256, or list at least one",
            ),
            Self::Rs1NotAllowed => f.write_str(
                "algorithm RS1 signs over SHA-1, which is broken: leave it out of `algorithms(..)`, or, for very old authenticators, call `allow_rs1()`",
            ),
            Self::TimeoutOutOfRange { timeout } => {
                write!(f, "timeout {timeout:?} is out of range: use 10 seconds to 1 hour; 300 seconds is the default")
            }
            Self::LimitIsZero { limit } => {
                write!(f, "limit `{limit}` is 0, which refuses every response: change single fields of `Limits::default()`")
            }
        }
    }
}

impl core::error::Error for ConfigError {}

/// What `main` prints of an error that it returns.
impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.variant())
    }
}

impl ConfigError {
    const fn variant(&self) -> &'static str {
        match self {
            Self::RpIdInvalid { .. } => "RpIdInvalid",
            Self::RpIdIsPublicSuffix { .. } => "RpIdIsPublicSuffix",
            Self::NoOrigin { .. } => "NoOrigin",
            Self::OriginInvalid { .. } => "OriginInvalid",
            Self::TopOriginInvalid { .. } => "TopOriginInvalid",
            Self::AndroidFingerprint { .. } => "AndroidFingerprint",
            Self::OriginNotCovered { .. } => "OriginNotCovered",
            Self::OriginAcrossPublicSuffix { .. } => "OriginAcrossPublicSuffix",
            Self::RelatedOriginWithoutLabel { .. } => "RelatedOriginWithoutLabel",
            Self::TooManyRelatedLabels { .. } => "TooManyRelatedLabels",
            Self::SubdomainsOfPublicSuffix { .. } => "SubdomainsOfPublicSuffix",
            Self::UrlInvalid { .. } => "UrlInvalid",
            Self::AppIdNotCovered { .. } => "AppIdNotCovered",
            Self::NoTopOrigins => "NoTopOrigins",
            Self::NoAlgorithms => "NoAlgorithms",
            Self::Rs1NotAllowed => "Rs1NotAllowed",
            Self::TimeoutOutOfRange { .. } => "TimeoutOutOfRange",
            Self::LimitIsZero { .. } => "LimitIsZero",
        }
    }
}

fn mend_rp_id(f: &mut fmt::Formatter<'_>, rp_id: &str, fault: HostFault) -> fmt::Result {
    match fault {
        HostFault::IpAddress => f.write_str("passkeys need a domain name; for development use \"localhost\""),
        HostFault::NotAscii => {
            f.write_str("write its A-label, which begins with \"xn--\", as `location.hostname` shows it")
        }
        _ => match mended_host(rp_id).filter(|host| Quoted::is_whole(host)) {
            Some(host) => write!(f, "write {}", Quoted(&host)),
            None => f.write_str("write a bare domain in lower case, such as \"example.com\""),
        },
    }
}

fn mend_origin(f: &mut fmt::Formatter<'_>, origin: &str, fault: OriginFault) -> fmt::Result {
    match fault {
        OriginFault::Null => f.write_str("pages without an origin of their own can't use passkeys; serve the page over https"),
        OriginFault::AndroidHash => f.write_str(
            "write \"android:apk-key-hash:\" and the certificate's SHA-256 as 43 characters of unpadded base64url, or give the fingerprint to `android_origin(..)`",
        ),
        OriginFault::NotWeb => f.write_str("only web origins may stand here; apps go to `android_origin(..)`"),
        OriginFault::Scheme => f.write_str("use an https origin, such as \"https://example.com\", or `android_origin(..)` for an app"),
        _ if origin.contains("*.") => {
            f.write_str("there are no wildcards; list each origin, or call `allow_subdomains(true)`")
        }
        OriginFault::Host(HostFault::IpAddress) => {
            f.write_str("passkeys need a domain name; for development use \"http://localhost\" with the port")
        }
        OriginFault::Host(HostFault::NotAscii) => {
            f.write_str("write its A-label, which begins with \"xn--\", as `location.origin` shows it")
        }
        _ => match mended_origin(origin).filter(|origin| Quoted::is_whole(origin)) {
            Some(origin) => write!(f, "write {}", Quoted(&origin)),
            None => f.write_str("copy `location.origin` from the browser's console, such as \"https://example.com\""),
        },
    }
}

fn not_covered(f: &mut fmt::Formatter<'_>, origin: &str, rp_id: &str) -> fmt::Result {
    write!(f, "the RP ID {} does not cover origin {}: ", Quoted(rp_id), Quoted(origin))?;
    let host = host_of(origin).unwrap_or_default();
    let domain = registrable_domain(host).unwrap_or(host);
    write!(f, "use {} as the RP ID", Quoted(domain))?;
    // A page on localhost is never related to a public domain: browsers skip it in the list of related origins.
    if registrable_domain(host).is_some() && !is_local(host) {
        write!(f, ", or declare the origin with `.related_origin({})`", Quoted(origin))?;
    }
    Ok(())
}

fn host_of(origin: &str) -> Option<&str> {
    let (_, authority) = origin.split_once("://")?;
    authority.split(':').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn what_main_prints_is_the_name_and_the_text() {
        let error = ConfigError::NoOrigin { rp_id: "example.com".into() };
        let shown =
            "NoOrigin: no origin is configured for RP ID \"example.com\": add `.origin(\"https://example.com\")`";
        assert_eq!(format!("{error:?}"), shown);
    }
}
