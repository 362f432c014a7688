//! Domain names: what makes one canonical, and what the public suffix list says about it.

use core::fmt;
use core::net::Ipv6Addr;

/// Why a text is not a canonical domain name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostFault {
    /// It is empty.
    Empty,
    /// It has a scheme.
    Scheme,
    /// It has a path, a query or a fragment.
    Path,
    /// It has a port.
    Port,
    /// It is an IP address, or a number that browsers read as one, such as `127.1` or `0x7f000001`.
    IpAddress,
    /// It has upper-case letters.
    UpperCase,
    /// It has a U-label: letters outside ASCII.
    NotAscii,
    /// It begins with a dot.
    LeadingDot,
    /// It ends with a dot.
    TrailingDot,
    /// There is nothing between two of its dots.
    EmptyLabel,
    /// A label is longer than 63 characters.
    LabelTooLong,
    /// It is longer than 253 characters.
    TooLong,
    /// A label begins or ends with a hyphen.
    Hyphen,
    /// It has a character other than letters, digits, hyphens and dots.
    Character,
}

impl fmt::Display for HostFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::Scheme => "has a scheme",
            Self::Path => "has a path",
            Self::Port => "has a port",
            Self::IpAddress => "is an IP address",
            Self::UpperCase => "has upper-case letters",
            Self::NotAscii => "has letters outside ASCII",
            Self::LeadingDot => "has a dot at the beginning of the domain",
            Self::TrailingDot => "has a dot at the end of the domain",
            Self::EmptyLabel => "has an empty label",
            Self::LabelTooLong => "has a label of more than 63 characters",
            Self::TooLong => "is longer than 253 characters",
            Self::Hyphen => "has a label that begins or ends with a hyphen",
            Self::Character => "has a character other than letters, digits, hyphens and dots",
        })
    }
}

/// Checks an RP ID, and names the parts of a URL that people paste along with it.
pub(crate) fn check_rp_id(rp_id: &str) -> Result<(), HostFault> {
    if rp_id.contains("://") {
        return Err(HostFault::Scheme);
    }
    if rp_id.contains(['/', '?', '#', '\\']) {
        return Err(HostFault::Path);
    }
    if rp_id.starts_with('[') || rp_id.parse::<Ipv6Addr>().is_ok() {
        return Err(HostFault::IpAddress);
    }
    if let Some((host, _)) = rp_id.split_once(':') {
        // The worse fault first: without its port an IP address is still one.
        return Err(if ends_in_number(host) { HostFault::IpAddress } else { HostFault::Port });
    }
    check(rp_id)
}

/// Checks that a host is a domain name of LDH labels in lower case, within DNS's lengths.
pub(super) fn check(host: &str) -> Result<(), HostFault> {
    if host.is_empty() {
        return Err(HostFault::Empty);
    }
    if !host.is_ascii() {
        return Err(HostFault::NotAscii);
    }
    if host.len() > 253 {
        return Err(HostFault::TooLong);
    }
    if host.starts_with('.') {
        return Err(HostFault::LeadingDot);
    }
    if host.ends_with('.') {
        return Err(HostFault::TrailingDot);
    }
    host.split('.').try_for_each(check_label)?;
    if ends_in_number(host) { Err(HostFault::IpAddress) } else { Ok(()) }
}

fn check_label(label: &str) -> Result<(), HostFault> {
    if label.is_empty() {
        return Err(HostFault::EmptyLabel);
    }
    if label.len() > 63 {
        return Err(HostFault::LabelTooLong);
    }
    if label.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(HostFault::UpperCase);
    }
    if !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(HostFault::Character);
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(HostFault::Hyphen);
    }
    Ok(())
}

/// Whether browsers would read the host as an IPv4 address: its last label is a decimal or hexadecimal number
/// (the URL standard's "ends in a number").
fn ends_in_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    let hexadecimal =
        last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    hexadecimal || (!last.is_empty() && last.bytes().all(|digit| digit.is_ascii_digit()))
}

/// Whether a host is `localhost` or below it.
pub(crate) fn is_local(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

/// The public suffix of a host. A single label that the list does not know is its own public suffix.
pub(crate) fn public_suffix(host: &str) -> &str {
    psl2::lookup(host).map_or(host, |found| found.suffix())
}

/// Whether a host is a public suffix: under it, domains belong to different owners.
pub(crate) fn is_public_suffix(host: &str) -> bool {
    public_suffix(host).len() == host.len()
}

/// The registrable domain of a host, a public suffix with one label before it.
pub(crate) fn registrable_domain(host: &str) -> Option<&str> {
    psl2::lookup(host)?.registrable_domain()
}

/// The first label of the registrable domain: the unit that clients count related origins by (WebAuthn §5.11.1).
pub(crate) fn registrable_label(host: &str) -> Option<&str> {
    registrable_domain(host)?.split('.').next()
}
