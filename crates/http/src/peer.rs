//! The address that a request comes from, with proxies in between.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Once;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How many proxies of one's own stand before the server, and where they write down whom they serve.
///
/// Each proxy appends the address that connected to it. Counted from the right, the first entry is the nearest proxy's,
/// the second that of the proxy before it, and so on: as many entries as there are trusted proxies are true, and the last
/// of these is the client. Whatever stands further left came with the request and is never read.
///
/// The default trusts none: the client is whoever holds the other end of the socket. Behind a proxy that is the proxy, for
/// everybody. A number that is too high lets clients choose their address; one that is too low takes a proxy for the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct TrustedProxies {
    count: u8,
    written_in: WrittenIn,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum WrittenIn {
    #[default]
    XForwardedFor,
    Forwarded,
}

impl TrustedProxies {
    /// So many proxies, which append to `X-Forwarded-For`; with 0 the header is not read.
    pub const fn new(count: u8) -> Self {
        Self { count, written_in: WrittenIn::XForwardedFor }
    }

    /// So many proxies, which append to `Forwarded` (RFC 7239); with 0 the header is not read.
    ///
    /// Only for proxies that write this header: one that writes the other leaves this one to the client.
    pub const fn forwarded(count: u8) -> Self {
        Self { count, written_in: WrittenIn::Forwarded }
    }

    /// The client's address. `peer` is the other end of the socket, `None` where it has no address: a Unix socket.
    ///
    /// Several lines of the header are one list. Entries may have ports and brackets; IPv4 in IPv6 (`::ffff:192.0.2.1`) is
    /// IPv4. If the entry that should be the client's is missing or can't be read, the address is that of the nearest
    /// hop known: another trusted proxy's entry, or `peer`.
    #[must_use]
    pub fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer.map(|address| address.to_canonical());
        let count = usize::from(self.count);
        if count == 0 {
            return peer;
        }
        let hops: Vec<Option<IpAddr>> = match self.written_in {
            WrittenIn::XForwardedFor => x_forwarded_for(headers, count),
            WrittenIn::Forwarded => forwarded(headers, count),
        };
        if !matches!(hops.get(count.saturating_sub(1)), Some(Some(_))) {
            say_that_an_entry_is_missing(self.count);
        }
        hops.into_iter().flatten().last().or(peer)
    }
}

/// Once: whoever reaches the server past the proxies could fill the log.
fn say_that_an_entry_is_missing(count: u8) {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        tracing::warn!(
            trusted_proxies = count,
            "a request has fewer readable forwarding entries than there are trusted proxies; rate limits count it for the \
             nearest hop known. Do the proxies write the header, and is their number right?"
        );
    });
}

/// The last entries, the nearest proxy's first. An entry that can't be read keeps its place: skipping it would move the
/// count to an entry that the client wrote.
fn x_forwarded_for(headers: &HeaderMap, count: usize) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
    lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')).take(count).map(address).collect()
}

/// As [`x_forwarded_for`]; elements are `for=192.0.2.1;proto=https`, and values may be quoted (RFC 7239 §4).
fn forwarded(headers: &HeaderMap, count: usize) -> Vec<Option<IpAddr>> {
    let mut hops = Vec::new();
    for line in headers.get_all(header::FORWARDED).iter().rev() {
        let left = count.saturating_sub(hops.len());
        // A line that has to be given up may have held more than one entry: what stands before it is not read either.
        let Some(elements) = last_elements(line, left) else { break };
        hops.extend(elements.into_iter().rev().map(named_in_for));
    }
    hops
}

/// The last elements of a line, in their order.
///
/// A quotation that the client opens would swallow what proxies append. They append whole quotations, so that the line
/// then has an odd number of marks, unless some are escaped: no address needs that.
fn last_elements(line: &HeaderValue, most: usize) -> Option<VecDeque<&[u8]>> {
    let line = line.as_bytes();
    let marks = line.iter().filter(|byte| **byte == b'"').count();
    if marks % 2 == 1 || line.contains(&b'\\') {
        return None;
    }
    let mut last = VecDeque::new();
    for element in split_unquoted(line, b',') {
        last.push_back(element);
        if last.len() > most {
            last.pop_front();
        }
    }
    Some(last)
}

fn split_unquoted(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    text.split(move |byte| {
        quoted ^= *byte == b'"';
        !quoted && *byte == separator
    })
}

/// The address in the one `for` of an element.
fn named_in_for(element: &[u8]) -> Option<IpAddr> {
    let mut named = split_unquoted(element, b';').filter_map(|pair| {
        let (name, value) = pair.trim_ascii().split_at_checked(4)?;
        name.eq_ignore_ascii_case(b"for=").then_some(value)
    });
    let (value, None) = (named.next()?, named.next()) else { return None };
    let unquoted = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    address(unquoted.unwrap_or(value))
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim_ascii();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(bracketed).or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests;
