use super::*;
use alloc::string::ToString;
use core::cell::Cell;

std::thread_local! {
    /// How many texts this test has read as origins.
    pub(crate) static READINGS: Cell<usize> = const { Cell::new(0) };
}

const HASH: &str = "android:apk-key-hash:KsPAJYy7JzjSkS8pe-m4fDV_U5HLPF3oLTyLnA9ZqRs";

fn fault(text: &str) -> OriginFault {
    match Origin::parse(text) {
        Err(ConfigError::OriginInvalid { fault, .. }) => fault,
        other => panic!("{text:?} gave {other:?}"),
    }
}

fn mend(text: &str) -> String {
    Origin::parse(text).unwrap_err().to_string()
}

#[test]
fn canonical_origins_are_read_and_kept() {
    for (text, host, port, https) in [
        ("https://example.com", "example.com", 443, true),
        ("https://a.b-c.example.com:8443", "a.b-c.example.com", 8443, true),
        ("https://example.com:80", "example.com", 80, true),
        ("https://xn--bcher-kva.example", "xn--bcher-kva.example", 443, true),
        ("https://1.example", "1.example", 443, true),
        ("https://0x7g.example.0xyz", "0x7g.example.0xyz", 443, true),
        ("https://intranet", "intranet", 443, true),
        ("https://localhost", "localhost", 443, true),
        ("http://localhost", "localhost", 80, false),
        ("http://localhost:65535", "localhost", 65535, false),
        ("http://localhost:443", "localhost", 443, false),
        ("http://app.localhost:1", "app.localhost", 1, false),
    ] {
        let origin = Origin::parse(text).unwrap();
        assert_eq!(origin.as_str(), text);
        assert_eq!(origin.to_string(), text);
        assert_eq!(text.parse(), Ok(origin.clone()));
        assert_eq!((origin.host(), origin.port(), origin.is_https()), (Some(host), Some(port), https), "{text}");
        assert!(origin.is_web());
    }
}

#[test]
fn every_other_spelling_is_refused() {
    use HostFault as H;
    use OriginFault as F;
    let long_label = alloc::format!("https://{}.example", "a".repeat(64));
    let long_host = alloc::format!("https://{}example", "abcdefg.".repeat(31));
    for (text, expected) in [
        ("", F::Empty),
        ("null", F::Null),
        (" https://example.com", F::Whitespace),
        ("https://example.com\n", F::Whitespace),
        ("https://exam\u{a0}ple.com", F::Whitespace),
        ("https://example.com\0", F::Whitespace),
        ("example.com", F::MissingScheme),
        ("//example.com", F::MissingScheme),
        ("://example.com", F::MissingScheme),
        ("https:example.com", F::MissingScheme),
        ("ftp://example.com", F::Scheme),
        ("chrome-extension://abcdef", F::Scheme),
        ("http://example.com", F::Http),
        ("http://notlocalhost", F::Http),
        ("http://localhost.example.com", F::Http),
        ("HTTPS://example.com", F::SchemeUpperCase),
        ("https://user@example.com", F::UserInfo),
        ("https://example.com@evil.example", F::UserInfo),
        ("https://example.com/", F::TrailingSlash),
        ("https://example.com//", F::Path),
        ("https://example.com/login", F::Path),
        ("https://example.com\\login", F::Path),
        ("https://example.com?x", F::Query),
        ("https://example.com#x", F::Query),
        ("https://example.com:443", F::DefaultPort),
        ("http://localhost:80", F::DefaultPort),
        ("https://example.com:", F::Port),
        ("https://example.com:0", F::Port),
        ("https://example.com:0443", F::Port),
        ("https://example.com:65536", F::Port),
        ("https://example.com:99999999999999999999", F::Port),
        ("https://example.com:+80", F::Port),
        ("https://example.com:8a", F::Port),
        ("https://", F::Host(H::Empty)),
        ("https:///x", F::Host(H::Empty)),
        ("https://:8443", F::Host(H::Empty)),
        ("https://Example.com", F::Host(H::UpperCase)),
        ("https://bücher.example", F::Host(H::NotAscii)),
        ("https://ex\u{430}mple.com", F::Host(H::NotAscii)),
        ("https://.example.com", F::Host(H::LeadingDot)),
        ("https://example.com.", F::Host(H::TrailingDot)),
        ("https://example..com", F::Host(H::EmptyLabel)),
        ("https://-example.com", F::Host(H::Hyphen)),
        ("https://example-.com", F::Host(H::Hyphen)),
        ("https://my_app.example.com", F::Host(H::Character)),
        ("https://*.example.com", F::Host(H::Character)),
        ("https://exa%6dple.com", F::Host(H::Character)),
        (long_label.as_str(), F::Host(H::LabelTooLong)),
        (long_host.as_str(), F::Host(H::TooLong)),
        ("https://127.0.0.1", F::Host(H::IpAddress)),
        ("http://127.0.0.1:3000", F::Host(H::IpAddress)),
        ("https://127.1", F::Host(H::IpAddress)),
        ("https://2130706433", F::Host(H::IpAddress)),
        ("https://0x7f000001", F::Host(H::IpAddress)),
        ("https://0x7f.1", F::Host(H::IpAddress)),
        ("https://1.0x", F::Host(H::IpAddress)),
        ("https://example.0x7f", F::Host(H::IpAddress)),
        ("https://example.256", F::Host(H::IpAddress)),
        ("https://[::1]", F::Host(H::IpAddress)),
        ("https://[future]", F::Host(H::IpAddress)),
        ("https://[::1]:8443", F::Host(H::IpAddress)),
        ("https://::1", F::Host(H::IpAddress)),
        ("android:apk-key-hash:", F::AndroidHash),
        ("android:apk-key-sha512:KsPA", F::AndroidHash),
    ] {
        assert_eq!(fault(text), expected, "{text:?}");
    }
}

#[test]
fn the_longest_host_is_253_characters() {
    let host = alloc::format!("{}abcde", "abcdefg.".repeat(31));
    assert_eq!(host.len(), 253);
    assert!(Origin::parse(&alloc::format!("https://{host}")).is_ok());
    assert_eq!(fault(&alloc::format!("https://{host}f")), OriginFault::Host(HostFault::TooLong));
    assert!(Origin::parse(&alloc::format!("https://{}.example", "a".repeat(63))).is_ok());
}

#[test]
fn errors_say_what_to_write() {
    for (text, expected) in [
        ("https://example.com/", r#"origin "https://example.com/" ends with a slash: write "https://example.com""#),
        ("https://example.com/login?x", r#"has a path: write "https://example.com""#),
        ("https://example.com?x", r#"has a query or fragment: write "https://example.com""#),
        ("https://example.com:443", r#"spells out the default port: write "https://example.com""#),
        ("https://Example.COM:8443", r#"has upper-case letters: write "https://example.com:8443""#),
        ("HTTPS://example.com", r#"has upper-case letters: write "https://example.com""#),
        ("http://example.com", r#"on localhost only: write "https://example.com""#),
        ("http://example.com:80", r#"write "https://example.com""#),
        ("http://example.com:8080/", r#"write "https://example.com:8080""#),
        ("example.com", r#"has no scheme: write "https://example.com""#),
        ("https:/example.com", r#"has no scheme: write "https://example.com""#),
        ("localhost:3000", r#"has no scheme: write "http://localhost:3000""#),
        (" https://example.com ", r#"has white space or control characters: write "https://example.com""#),
        ("https://example.com:08443", r#"write "https://example.com:8443""#),
        ("https://example.com.", r#"at the end of the domain: write "https://example.com""#),
        ("https://bücher.example", "write its A-label, which begins with \"xn--\""),
        ("https://127.0.0.1", "for development use \"http://localhost\""),
        ("https://*.example.com", "list each origin, or call `allow_subdomains(true)`"),
        ("https://my_app.example.com", "copy `location.origin` from the browser's console"),
        ("ftp://example.com", "use an https origin"),
        ("", "is empty: copy `location.origin`"),
        ("https://", "has no host: copy `location.origin`"),
        ("null", "serve the page over https"),
        ("android:apk-key-hash:AA", "43 characters of unpadded base64url"),
    ] {
        let message = mend(text);
        assert!(message.contains(expected), "{text:?} gave: {message}");
        assert!(message.starts_with("origin \"") && !message.ends_with('.'), "{message}");
    }
}

#[test]
fn no_error_holds_a_password() {
    for (text, expected) in [
        ("https://ada:hunter2@example.com/x", r#"has a user name or password: write "https://example.com""#),
        ("ada:hunter2@example.com", r#"has no scheme: write "https://example.com""#),
        ("https://ada:hun/hunter2@example.com", "copy `location.origin`"),
        ("https://ada:@hunter2@example.com", r#"write "https://example.com""#),
    ] {
        let error = Origin::parse(text).unwrap_err();
        assert!(!alloc::format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn long_values_are_shortened() {
    let message = mend(&"\u{1b}".repeat(100_000));
    assert!(message.len() < 1200 && !message.contains('\u{1b}'), "{message}");
    // The mended origin would be cut, and is left out.
    let message = mend(&alloc::format!("https://{}example/", "abcdefg.".repeat(20)));
    assert!(message.contains("copy `location.origin`"), "{message}");
}

#[test]
fn android_origin_is_the_hash_of_the_certificate() {
    // echo -n 2ac3c0258cbb2738d2912f297be9b87c357f5391cb3c5de82d3c8b9c0f59a91b | xxd -r -p | basenc --base64url
    let bytes = "2AC3C0258CBB2738D2912F297BE9B87C357F5391CB3C5DE82D3C8B9C0F59A91B";
    let colons = bytes.as_bytes().chunks(2).map(|pair| core::str::from_utf8(pair).unwrap());
    let colons = colons.collect::<alloc::vec::Vec<_>>().join(":");
    for fingerprint in [colons.as_str(), bytes, &colons.to_lowercase()] {
        let origin = Origin::android_from_fingerprint(fingerprint).unwrap();
        assert_eq!(origin.as_str(), HASH);
        assert_eq!(Origin::parse(HASH).as_ref(), Ok(&origin));
        assert!(!origin.is_web() && !origin.is_https() && !origin.is_local());
        assert_eq!((origin.host(), origin.port()), (None, None));
    }
    let sha1 = colons.get(..59).unwrap();
    let semicolons = colons.replace(':', ";");
    let letters = bytes.replace('A', "g");
    let multibyte = "é".repeat(32);
    for wrong in [sha1, &semicolons, &letters, &multibyte, "", HASH] {
        let error = Origin::android_from_fingerprint(wrong).unwrap_err();
        assert_eq!(error, ConfigError::AndroidFingerprint { fingerprint: wrong.to_string() });
        assert!(error.to_string().contains("give the SHA-256 line"), "{error}");
    }
}

#[test]
fn android_hash_has_one_spelling() {
    let padded = alloc::format!("{HASH}=");
    let hexadecimal = alloc::format!("android:apk-key-hash:{}", "2a".repeat(32));
    let standard = HASH.replace("pe-m", "pe+m").replace("DV_U", "DV/U");
    let stray_bits = alloc::format!("{}t", HASH.strip_suffix('s').unwrap());
    let short = HASH.strip_suffix("qRs").unwrap();
    let long = alloc::format!("{HASH}A");
    let upper = HASH.replace("android", "ANDROID");
    for text in [&padded, &hexadecimal, &standard, &stray_bits, short, &long] {
        assert_eq!(fault(text), OriginFault::AndroidHash, "{text}");
    }
    assert_eq!(fault(&upper), OriginFault::MissingScheme);
}

#[test]
fn public_suffixes_come_from_the_list() {
    for (host, suffix, domain, label) in [
        ("www.example.com", "com", Some("example.com"), Some("example")),
        ("a.example.co.uk", "co.uk", Some("example.co.uk"), Some("example")),
        ("ada.github.io", "github.io", Some("ada.github.io"), Some("ada")),
        ("github.io", "github.io", None, None),
        ("co.uk", "co.uk", None, None),
        ("intranet", "intranet", None, None),
        ("wiki.intranet", "intranet", Some("wiki.intranet"), Some("wiki")),
        ("localhost", "localhost", None, None),
    ] {
        assert_eq!(public_suffix(host), suffix, "{host}");
        assert_eq!(registrable_domain(host), domain, "{host}");
        assert_eq!(registrable_label(host), label, "{host}");
        assert_eq!(is_public_suffix(host), domain.is_none(), "{host}");
    }
}

#[test]
fn below_means_at_a_dot() {
    assert!(is_below("a.example.org", "example.org"));
    assert!(is_below("a.b.example.org", "example.org"));
    for host in ["example.org", "evilexample.org", ".example.org", "example.org.evil.com", "org", ""] {
        assert!(!is_below(host, "example.org"), "{host}");
    }
}
