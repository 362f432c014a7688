use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn lines(name: &'static str, lines: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(name, HeaderValue::from_bytes(line.as_bytes()).unwrap());
    }
    headers
}

/// The client behind a proxy at 10.0.0.1.
fn x_forwarded(count: u8, header: &[&str]) -> String {
    let client = TrustedProxies::new(count).client(Some(ip("10.0.0.1")), &lines("x-forwarded-for", header));
    client.unwrap().to_string()
}

fn forwarded(count: u8, header: &[&str]) -> String {
    let client = TrustedProxies::forwarded(count).client(Some(ip("10.0.0.1")), &lines("forwarded", header));
    client.unwrap().to_string()
}

#[test]
fn without_trusted_proxies_the_headers_are_not_read() {
    assert_eq!(x_forwarded(0, &["203.0.113.1"]), "10.0.0.1");
    assert_eq!(forwarded(0, &["for=203.0.113.1"]), "10.0.0.1");
    assert_eq!(TrustedProxies::default(), TrustedProxies::new(0));
    assert_eq!(TrustedProxies::default().client(None, &lines("x-forwarded-for", &["203.0.113.1"])), None);
}

#[test]
fn each_trusted_proxy_is_one_entry_from_the_right() {
    let header = ["6.6.6.6, 203.0.113.1, 10.0.0.3, 10.0.0.2"];
    assert_eq!(x_forwarded(1, &header), "10.0.0.2");
    assert_eq!(x_forwarded(2, &header), "10.0.0.3");
    assert_eq!(x_forwarded(3, &header), "203.0.113.1");
    // Several lines are one list.
    assert_eq!(x_forwarded(3, &["6.6.6.6, 203.0.113.1", "10.0.0.3,10.0.0.2"]), "203.0.113.1");
    assert_eq!(x_forwarded(1, &["6.6.6.6", "203.0.113.1"]), "203.0.113.1");
}

/// W21: the left of the list is the client's to write.
#[test]
fn w21_what_the_client_writes_is_never_its_address() {
    for written in ["6.6.6.6", "6.6.6.6, 7.7.7.7", ",,,", "", "\"", "for=6.6.6.6", "\u{e4}\u{f6}", "6.6.6.6,"] {
        assert_eq!(x_forwarded(1, &[&format!("{written}, 203.0.113.1")]), "203.0.113.1", "{written}");
        assert_eq!(x_forwarded(1, &[written, "203.0.113.1"]), "203.0.113.1", "{written}");
        assert_eq!(x_forwarded(2, &[written, "203.0.113.1, 10.0.0.2"]), "203.0.113.1", "{written}");
        // A proxy that does not know whom it serves: its entry keeps its place.
        for unknown in ["unknown", "unix:", "", "203.0.113.300", "fe80::1%eth0"] {
            assert_eq!(x_forwarded(1, &[&format!("{written}, {unknown}")]), "10.0.0.1", "{written} {unknown}");
            assert_eq!(x_forwarded(2, &[written, unknown, "10.0.0.2"]), "10.0.0.2", "{written} {unknown}");
        }
    }
}

#[test]
fn an_entry_that_is_missing_is_the_nearest_hop_known() {
    assert_eq!(x_forwarded(1, &[]), "10.0.0.1");
    assert_eq!(x_forwarded(3, &["203.0.113.1"]), "203.0.113.1");
    assert_eq!(x_forwarded(255, &["203.0.113.1, 10.0.0.2"]), "203.0.113.1");
    // A hop in between may be nameless, as over a Unix socket: the place counts.
    assert_eq!(x_forwarded(2, &["203.0.113.1, unix:"]), "203.0.113.1");
    // A proxy on the same machine, over a Unix socket.
    let trusted = TrustedProxies::new(1);
    assert_eq!(trusted.client(None, &lines("x-forwarded-for", &["203.0.113.1"])), Some(ip("203.0.113.1")));
    assert_eq!(trusted.client(None, &HeaderMap::new()), None);
}

#[test]
fn entries_have_ports_and_brackets_and_ipv4_is_ipv4() {
    for (entry, client) in [
        ("203.0.113.1:4711", "203.0.113.1"),
        (" \t203.0.113.1\t", "203.0.113.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:203.0.113.1", "203.0.113.1"),
        ("[::ffff:cb00:7101]:80", "203.0.113.1"),
        // Nothing that resembles an address is taken for one.
        ("[203.0.113.1]", "10.0.0.1"),
        ("203.0.113.1:", "10.0.0.1"),
        ("203.0.113.1:x", "10.0.0.1"),
        ("203.0.113.1 x", "10.0.0.1"),
        ("0203.0.113.1", "10.0.0.1"),
        ("[2001:db8::1", "10.0.0.1"),
        ("3405803777", "10.0.0.1"),
        ("\"203.0.113.1\"", "10.0.0.1"),
    ] {
        assert_eq!(x_forwarded(1, &[entry]), client, "{entry}");
    }
    let mapped = TrustedProxies::default().client(Some(ip("::ffff:203.0.113.1")), &HeaderMap::new());
    assert_eq!(mapped, Some(ip("203.0.113.1")));
}

#[test]
fn each_header_is_read_by_choice_alone() {
    let mut headers = lines("forwarded", &["for=6.6.6.6"]);
    headers.append(X_FORWARDED_FOR, HeaderValue::from_static("7.7.7.7"));
    let peer = Some(ip("10.0.0.1"));
    assert_eq!(TrustedProxies::new(1).client(peer, &headers), Some(ip("7.7.7.7")));
    assert_eq!(TrustedProxies::forwarded(1).client(peer, &headers), Some(ip("6.6.6.6")));
    assert_eq!(TrustedProxies::new(1).client(peer, &lines("forwarded", &["for=6.6.6.6"])), peer);
    assert_eq!(TrustedProxies::forwarded(1).client(peer, &lines("x-forwarded-for", &["7.7.7.7"])), peer);
}

#[test]
fn the_standard_header_names_the_client_in_for() {
    for (element, client) in [
        ("for=203.0.113.1", "203.0.113.1"),
        ("proto=https; For=203.0.113.1 ;by=10.0.0.1", "203.0.113.1"),
        ("for=\"203.0.113.1:4711\"", "203.0.113.1"),
        ("for=\"[2001:db8::1]:4711\";host=\"a,b;for=6.6.6.6\"", "2001:db8::1"),
        // Names that hide an address, and elements that have none, or two.
        ("for=unknown", "10.0.0.1"),
        ("for=_hidden", "10.0.0.1"),
        ("by=203.0.113.1", "10.0.0.1"),
        ("for=203.0.113.1;for=203.0.113.2", "10.0.0.1"),
        ("for=\"203.0.113.1", "10.0.0.1"),
        ("for=\"203.0.113.\\1\"", "10.0.0.1"),
        ("203.0.113.1", "10.0.0.1"),
        ("", "10.0.0.1"),
    ] {
        assert_eq!(forwarded(1, &[element]), client, "{element}");
        assert_eq!(forwarded(1, &[&format!("for=6.6.6.6, {element}")]), client, "{element}");
    }
    let header = ["for=6.6.6.6, for=203.0.113.1", "for=10.0.0.3, for=10.0.0.2"];
    assert_eq!(forwarded(1, &header), "10.0.0.2");
    assert_eq!(forwarded(2, &header), "10.0.0.3");
    assert_eq!(forwarded(3, &header), "203.0.113.1");
}

/// W21: an open quotation would make the client's element swallow the proxy's.
#[test]
fn w21_an_open_quotation_hides_no_proxy() {
    for written in ["for=6.6.6.6;x=\"", "for=\"", "for=6.6.6.6;x=\"\\", "for=6.6.6.6;x=\"\\\"", "for=6.6.6.6;x=\"\"\""]
    {
        for appended in ["for=203.0.113.1", "for=\"[2001:db8::1]\"", "for=203.0.113.1;host=\";y=\""] {
            // In one line with the proxy's: the socket counts. In a line of its own: it hides nothing.
            assert_eq!(forwarded(1, &[&format!("{written}, {appended}")]), "10.0.0.1", "{written} {appended}");
            assert_ne!(forwarded(1, &[written, appended]), "6.6.6.6", "{written} {appended}");
            // A line that was given up may have held both entries: the line before it is the client's.
            assert_eq!(forwarded(2, &["for=7.7.7.7", &format!("{written}, {appended}, for=10.0.0.2")]), "10.0.0.1");
        }
    }
    assert_eq!(forwarded(1, &["for=\"", "for=203.0.113.1"]), "203.0.113.1");
}

#[test]
fn a_long_header_is_read_from_its_end() {
    let long = "6.6.6.6,".repeat(20_000);
    assert_eq!(x_forwarded(1, &[&format!("{long}203.0.113.1")]), "203.0.113.1");
    let long = "for=6.6.6.6,".repeat(20_000);
    assert_eq!(forwarded(1, &[&format!("{long}for=203.0.113.1")]), "203.0.113.1");
    let headers = lines("forwarded", &[&long]);
    assert_eq!(last_elements(headers.get("forwarded").unwrap(), 2).unwrap().len(), 2);
}
