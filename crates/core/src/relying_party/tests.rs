mod readings;

use super::*;
use crate::error::ConfigError;
use crate::origin::{HostFault, OriginFault};
use alloc::vec;

const FINGERPRINT: &str = "2AC3C0258CBB2738D2912F297BE9B87C357F5391CB3C5DE82D3C8B9C0F59A91B";
const ANDROID: &str = "android:apk-key-hash:KsPAJYy7JzjSkS8pe-m4fDV_U5HLPF3oLTyLnA9ZqRs";

fn example() -> RelyingPartyBuilder {
    RelyingParty::builder("example.org", "Example").origin("https://example.org")
}

/// Asserts that the builder refuses with this error, and that the text quotes the value and says what works.
#[track_caller]
fn refused(builder: RelyingPartyBuilder, expected: &ConfigError, words: &[&str]) {
    let error = builder.build().unwrap_err();
    assert_eq!(&error, expected);
    let message = error.to_string();
    for word in words {
        assert!(message.contains(word), "no {word:?} in: {message}");
    }
    assert!(message.starts_with(|first: char| first.is_lowercase()) && !message.ends_with('.'), "{message}");
}

#[test]
fn defaults_are_the_documented_ones() {
    let rp = example().build().unwrap();
    assert_eq!(rp.id().as_str(), "example.org");
    assert_eq!(rp.rp_id_hash(), &rp.id().hash());
    assert_eq!(rp.name(), "Example");
    assert_eq!(rp.tenant().as_str(), "");
    assert_eq!(rp.algorithms(), [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256]);
    assert_eq!(rp.timeout(), Duration::from_secs(300));
    assert_eq!(rp.limits(), &Limits::default());
    assert_eq!(rp.policy(), &Policy::default());
    assert!(rp.related_origins().is_empty());
    assert!(!rp.is_local());
}

#[test]
fn every_setting_is_kept() {
    use crate::policy::*;
    let limits = Limits { transports: 3, ..Limits::default() };
    let cross_origin = CrossOriginPolicy::Allow {
        top_origins: TopOrigins::List(vec!["https://partner.example".into()]),
        require_top_origin: true,
    };
    let rp = example()
        .tenant(Tenant::new("acme").unwrap())
        .algorithms([Algorithm::Es256, Algorithm::EdDsa, Algorithm::Es256])
        .timeout(Duration::from_secs(60))
        .sign_count(SignCountPolicy::Suspend)
        .backup_eligibility(BackupEligibilityPolicy::Enforce)
        .backup_requirement(BackupRequirement::DeviceBound)
        .cbor(CborPolicy::Strict)
        .unsolicited_extensions(UnsolicitedExtensions::Reject)
        .cross_origin(cross_origin.clone())
        .attestation(AttestationPolicy::default().accept_none(false))
        .reject_reserved_flags(true)
        .check_token_binding(true)
        .limits(limits)
        .build()
        .unwrap();
    assert_eq!(rp.tenant().as_str(), "acme");
    assert_eq!(rp.algorithms(), [Algorithm::Es256, Algorithm::EdDsa]);
    assert_eq!(rp.timeout(), Duration::from_secs(60));
    assert_eq!(rp.limits().transports, 3);
    let expected = Policy {
        sign_count: SignCountPolicy::Suspend,
        backup_eligibility: BackupEligibilityPolicy::Enforce,
        backup_requirement: BackupRequirement::DeviceBound,
        cbor: CborPolicy::Strict,
        unsolicited_extensions: UnsolicitedExtensions::Reject,
        cross_origin,
        attestation: AttestationPolicy::default().accept_none(false),
        reject_reserved_flags: true,
        check_token_binding: true,
    };
    assert_eq!(rp.policy(), &expected);
}

#[test]
fn conformance_is_a_start_that_later_settings_change() {
    use crate::policy::*;
    let rp = example().sign_count(SignCountPolicy::Report).conformance().build().unwrap();
    assert!([Algorithm::Rs1, Algorithm::Es256K, Algorithm::Ps512].iter().all(|known| rp.algorithms().contains(known)));
    let backup_eligibility = BackupEligibilityPolicy::Enforce;
    let expected = Policy { backup_eligibility, check_token_binding: true, ..Policy::default() };
    assert_eq!(rp.policy(), &expected);
    let rp = example().conformance().algorithms([Algorithm::Es256]).build().unwrap();
    assert_eq!(rp.algorithms(), [Algorithm::Es256]);
}

#[test]
fn a_broken_origin_is_blamed_before_the_rp_id_that_was_cut_out_of_it() {
    let error = RelyingParty::builder("foo bar", "Foo").origin("foo bar").build().unwrap_err();
    assert!(matches!(error, ConfigError::OriginInvalid { .. }), "{error}");
}

#[test]
fn empty_name_becomes_the_rp_id() {
    for name in ["", "  "] {
        let rp = RelyingParty::builder("example.org", name).origin("https://example.org").build().unwrap();
        assert_eq!(rp.name(), "example.org");
    }
}

#[test]
fn origins_are_compared_as_texts() {
    let rp = example()
        .origins(["https://login.example.org:8443", "https://example.org"])
        .android_origin(FINGERPRINT)
        .android_origin(ANDROID)
        .related_origin("https://example.co.uk")
        .build()
        .unwrap();
    let texts: Vec<_> = rp.origins().iter().map(Origin::as_str).collect();
    let accepted = ["https://example.org", "https://login.example.org:8443", ANDROID, "https://example.co.uk"];
    assert_eq!(texts, accepted);
    assert!(accepted.into_iter().all(|origin| rp.accepts_origin(origin)));
    assert!(rp.web_origins().eq(["https://example.org", "https://login.example.org:8443", "https://example.co.uk"]));
    let related: Vec<_> = rp.related_origins().iter().map(Origin::as_str).collect();
    assert_eq!(related, ["https://example.co.uk"]);
    let padded = alloc::format!("{ANDROID}=");
    for hostile in [
        "",
        "null",
        "https://evil.example",
        "http://example.org",
        "https://example.org:8443",
        "https://example.org:443",
        "https://example.org/",
        "https://example.org/login",
        "https://EXAMPLE.org",
        "https://www.example.org",
        "https://evilexample.org",
        "https://example.org.evil.com",
        "https://example.org@evil.com",
        "https://ex\u{430}mple.org",
        "https://127.0.0.1",
        "https://example.de",
        "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        &padded,
    ] {
        assert!(!rp.accepts_origin(hostile), "{hostile}");
    }
}

#[test]
fn subdomains_are_an_opt_in_with_the_dot_boundary() {
    let builder = example().origin("https://app.example.org:8443").related_origin("https://example.net");
    assert!(!builder.clone().build().unwrap().accepts_origin("https://a.example.org"));
    let rp = builder.allow_subdomains(true).build().unwrap();
    for accepted in
        ["https://example.org", "https://a.example.org", "https://a.b.example.org", "https://x.app.example.org:8443"]
    {
        assert!(rp.accepts_origin(accepted), "{accepted}");
    }
    for hostile in [
        "http://a.example.org",
        "https://evilexample.org",
        "https://.example.org",
        "https://a.example.org.evil.com",
        "https://a.example.org:8443",
        "https://a.example.org:443",
        "https://a.example.org/",
        "https://A.example.org",
        "https://evil.com#.example.org",
        "https://evil.com/.example.org",
        "https://evil.com\\.example.org",
        "https://evil.com@a.example.org",
        "https://a.example.org.",
        "https://a..example.org",
        "https://org",
        "https://a.example.net",
        ANDROID,
    ] {
        assert!(!rp.accepts_origin(hostile), "{hostile}");
    }
}

#[test]
fn subdomains_are_https_on_both_sides() {
    let local =
        |origin| RelyingParty::builder("app.localhost", "").origin(origin).allow_subdomains(true).build().unwrap();
    let http = local("http://app.localhost:3000");
    assert!(!http.accepts_origin("http://x.app.localhost:3000"));
    assert!(!http.accepts_origin("https://x.app.localhost:3000"));
    let https = local("https://app.localhost:3000");
    assert!(https.accepts_origin("https://x.app.localhost:3000"));
    assert!(!https.accepts_origin("http://x.app.localhost:3000"));
}

#[test]
fn subdomains_end_at_a_public_suffix() {
    // amazonaws.com is a registrable domain, with public suffixes such as s3.amazonaws.com below it.
    let rp = RelyingParty::builder("amazonaws.com", "")
        .origin("https://amazonaws.com")
        .allow_subdomains(true)
        .build()
        .unwrap();
    assert!(rp.accepts_origin("https://console.amazonaws.com"));
    assert!(!rp.accepts_origin("https://bucket.s3.amazonaws.com"));
    let rp = RelyingParty::builder("localhost", "").origin("https://localhost").allow_subdomains(true).build().unwrap();
    assert!(!rp.accepts_origin("https://a.localhost"));
}

#[test]
fn localhost_needs_no_flag() {
    let rp =
        RelyingParty::builder("localhost", "").origins(["http://localhost:3000", "https://localhost"]).build().unwrap();
    assert!(rp.is_local());
    assert!(rp.accepts_origin("http://localhost:3000"));
    let rp =
        RelyingParty::builder("app.localhost", "").origins(["http://app.localhost:3000", "http://x.app.localhost"]);
    assert!(rp.build().unwrap().is_local());
    let rp = RelyingParty::builder("localhost", "").origin("http://localhost:3000");
    assert!(!rp.clone().android_origin(ANDROID).build().unwrap().is_local());
    assert!(!rp.related_origin("https://example.org").build().unwrap().is_local());
}

#[test]
fn description_is_bounded() {
    let rp = example().origin("https://a.example.org").allow_subdomains(true).build().unwrap();
    assert_eq!(rp.describe_origins(), r#""https://example.org", "https://a.example.org", with https subdomains"#);
    let rp = example().origins((1000..2000).map(|port| alloc::format!("https://example.org:{port}"))).build().unwrap();
    let description = rp.describe_origins();
    assert!(description.ends_with(r#", "https://example.org:1006" and 993 more"#), "{description}");
    assert!(description.len() < 300);
    let rp = example().origins((1000..1007).map(|port| alloc::format!("https://example.org:{port}"))).build().unwrap();
    let description = rp.describe_origins();
    assert!(description.ends_with(r#", "https://example.org:1006""#), "eight are all: {description}");
}

#[test]
fn top_origins_follow_the_policy() {
    assert!(!example().build().unwrap().accepts_top_origin("https://partner.example"));
    let allow = |top_origins| CrossOriginPolicy::Allow { top_origins, require_top_origin: false };
    let rp = example().cross_origin(allow(TopOrigins::Any)).build().unwrap();
    assert!(rp.accepts_top_origin("https://partner.example"));
    let rp = example().cross_origin(allow(TopOrigins::None)).build().unwrap();
    assert!(!rp.accepts_top_origin("https://partner.example"));
    assert_eq!(rp.cross_origin(), &allow(TopOrigins::None));
    assert_eq!(example().build().unwrap().cross_origin(), &CrossOriginPolicy::Deny);
    let list = allow(TopOrigins::List(vec!["https://partner.example".into()]));
    let rp = example().cross_origin(list).build().unwrap();
    assert!(rp.accepts_top_origin("https://partner.example"));
    assert!(!rp.accepts_top_origin("https://partner.example:444"));
    assert!(!rp.accepts_top_origin("https://example.org"));
    refused(
        example().cross_origin(allow(TopOrigins::List(vec![]))),
        &ConfigError::NoTopOrigins,
        &["list the embedding pages' origins"],
    );
    for (text, fault, mend) in [
        ("https://partner.example/", OriginFault::TrailingSlash, "write \"https://partner.example\""),
        (ANDROID, OriginFault::NotWeb, "only web origins may stand here"),
    ] {
        let expected = ConfigError::TopOriginInvalid { origin: text.into(), fault };
        refused(
            example().cross_origin(allow(TopOrigins::List(vec![text.into()]))),
            &expected,
            &["top origin", text, mend],
        );
    }
}

#[test]
fn rp_id_must_be_a_canonical_domain() {
    use HostFault as F;
    let long_label = alloc::format!("{}.org", "a".repeat(64));
    let long = alloc::format!("{}example", "abcdefg.".repeat(31));
    for (rp_id, fault, mend) in [
        ("", F::Empty, "write a bare domain in lower case, such as \"example.com\""),
        ("https://example.org", F::Scheme, "has a scheme: write \"example.org\""),
        ("https://Example.org:8443/x", F::Scheme, "write \"example.org\""),
        ("example.org/login", F::Path, "has a path: write \"example.org\""),
        ("example.org/", F::Path, "write \"example.org\""),
        ("example.org:8443", F::Port, "has a port: write \"example.org\""),
        ("localhost:3000", F::Port, "write \"localhost\""),
        ("127.0.0.1", F::IpAddress, "for development use \"localhost\""),
        ("127.0.0.1:3000", F::IpAddress, "for development use \"localhost\""),
        ("127.1", F::IpAddress, "for development use \"localhost\""),
        ("0x7f000001", F::IpAddress, "for development use \"localhost\""),
        ("::1", F::IpAddress, "for development use \"localhost\""),
        ("[::1]", F::IpAddress, "for development use \"localhost\""),
        ("2001:db8::1", F::IpAddress, "for development use \"localhost\""),
        ("Example.org", F::UpperCase, "write \"example.org\""),
        ("bücher.example", F::NotAscii, "write its A-label, which begins with \"xn--\""),
        (".example.org", F::LeadingDot, "write \"example.org\""),
        ("example.org.", F::TrailingDot, "write \"example.org\""),
        ("example..org", F::EmptyLabel, "write a bare domain"),
        ("-example.org", F::Hyphen, "write a bare domain"),
        ("my_app.example.org", F::Character, "write a bare domain"),
        (" example.org", F::Character, "write \"example.org\""),
        ("*.example.org", F::Character, "write a bare domain"),
        (&long_label, F::LabelTooLong, "write a bare domain"),
        (&long, F::TooLong, "write a bare domain"),
    ] {
        let builder = RelyingParty::builder(rp_id, "").origin("https://example.org");
        let quoted = alloc::format!("the RP ID \"{}", rp_id.chars().take(100).collect::<String>());
        refused(builder, &ConfigError::RpIdInvalid { rp_id: rp_id.into(), fault }, &[&quoted, mend]);
    }
    let error = RelyingParty::builder("https://ada:hunter2@example.org", "").build().unwrap_err();
    assert!(!alloc::format!("{error} {error:?}").contains("hunter2"));
}

#[test]
fn rp_id_must_not_be_a_public_suffix() {
    for rp_id in ["com", "co.uk", "github.io", "intranet"] {
        let builder = RelyingParty::builder(rp_id, "").origin(alloc::format!("https://{rp_id}"));
        let example = alloc::format!("such as \"example.{rp_id}\"");
        let quoted = alloc::format!("\"{rp_id}\" is a public suffix");
        let expected = ConfigError::RpIdIsPublicSuffix { rp_id: rp_id.into() };
        refused(builder.clone(), &expected, &[&quoted, &example, "call `allow_public_suffix_rp_id()`"]);

        let builder = builder.allow_public_suffix_rp_id();
        assert!(builder.clone().origin(alloc::format!("https://{rp_id}:8443")).build().is_ok());
        let below = alloc::format!("https://a.b.{rp_id}");
        let expected = ConfigError::OriginAcrossPublicSuffix { origin: below.clone(), rp_id: rp_id.into() };
        let mend = alloc::format!("use \"b.{rp_id}\" as the RP ID");
        refused(builder.clone().origin(below.clone()), &expected, &[&below, &mend]);
        let expected = ConfigError::SubdomainsOfPublicSuffix { rp_id: rp_id.into() };
        refused(builder.allow_subdomains(true), &expected, &[rp_id, "leave `allow_subdomains(true)` out"]);
    }
    let origin = "https://bucket.s3.amazonaws.com";
    let expected = ConfigError::OriginAcrossPublicSuffix { origin: origin.into(), rp_id: "amazonaws.com".into() };
    refused(
        RelyingParty::builder("amazonaws.com", "").origin(origin),
        &expected,
        &[origin, "use \"bucket.s3.amazonaws.com\" as the RP ID"],
    );
    let expected =
        ConfigError::OriginAcrossPublicSuffix { origin: "http://app.localhost".into(), rp_id: "localhost".into() };
    refused(
        RelyingParty::builder("localhost", "").origin("http://app.localhost"),
        &expected,
        &["use \"app.localhost\" as the RP ID"],
    );
}

#[test]
fn an_origin_is_needed() {
    let expected = ConfigError::NoOrigin { rp_id: "example.org".into() };
    refused(RelyingParty::builder("example.org", ""), &expected, &["add `.origin(\"https://example.org\")`"]);
    let expected = ConfigError::NoOrigin { rp_id: "localhost".into() };
    refused(RelyingParty::builder("localhost", ""), &expected, &["add `.origin(\"http://localhost:3000\")`"]);
    assert!(RelyingParty::builder("example.org", "").android_origin(ANDROID).build().is_ok());
}

#[test]
fn origins_must_be_canonical() {
    for (text, fault, mend) in [
        ("https://example.org/", OriginFault::TrailingSlash, "write \"https://example.org\""),
        ("http://example.org", OriginFault::Http, "write \"https://example.org\""),
    ] {
        let expected = ConfigError::OriginInvalid { origin: text.into(), fault };
        refused(example().origin(text), &expected, &[text, mend]);
        refused(example().related_origin(text), &expected, &[text, mend]);
    }
    let expected = ConfigError::OriginInvalid { origin: ANDROID.into(), fault: OriginFault::NotWeb };
    refused(example().related_origin(ANDROID), &expected, &[ANDROID, "apps go to `android_origin(..)`"]);
    let expected = ConfigError::AndroidFingerprint { fingerprint: "AA:BB".into() };
    refused(example().android_origin("AA:BB"), &expected, &["AA:BB", "give the SHA-256 line"]);
}

#[test]
fn origins_must_be_covered_by_the_rp_id() {
    for origin in ["https://evilexample.org", "https://example.org.evil.com", "https://example.com"] {
        let expected = ConfigError::OriginNotCovered { origin: origin.into(), rp_id: "example.org".into() };
        let related = alloc::format!("declare the origin with `.related_origin(\"{origin}\")`");
        refused(example().origin(origin), &expected, &["\"example.org\"", origin, "as the RP ID", &related]);
        let rp = example().origin(origin).related_origin(origin).build().unwrap();
        assert!(rp.accepts_origin(origin));
        assert_eq!(rp.related_origins().len(), 1);
    }
    let builder = RelyingParty::builder("login.example.org", "").origin("https://example.org");
    let expected =
        ConfigError::OriginNotCovered { origin: "https://example.org".into(), rp_id: "login.example.org".into() };
    refused(builder, &expected, &["use \"example.org\" as the RP ID"]);
    let expected =
        ConfigError::OriginNotCovered { origin: "http://localhost:3000".into(), rp_id: "example.org".into() };
    refused(example().origin("http://localhost:3000"), &expected, &["use \"localhost\" as the RP ID"]);
    for local in ["http://localhost:3000", "http://app.localhost:3000"] {
        let error = example().origin(local).build().unwrap_err().to_string();
        assert!(!error.contains("related_origin"), "{error}");
    }
}

#[test]
fn related_origins_have_at_most_five_labels() {
    let five = example()
        .related_origin("https://a.example")
        .related_origin("https://a.co.uk")
        .related_origin("https://www.a.de:8443")
        .related_origin("https://b.example")
        .related_origin("https://c.example")
        .related_origin("https://d.example")
        .related_origin("https://www.example.org");
    assert_eq!(five.clone().build().unwrap().related_origins().len(), 7);
    assert!(five.clone().related_origin("https://d.com").build().is_ok());
    let expected = ConfigError::TooManyRelatedLabels { origin: "https://www.e.co.uk:8443".into() };
    refused(
        five.related_origin("https://www.e.co.uk:8443"),
        &expected,
        &["https://www.e.co.uk:8443", "\"e\" as a sixth", "leave one label's origins out"],
    );
    for origin in ["https://github.io", "https://intranet", "http://localhost:3000"] {
        let expected = ConfigError::RelatedOriginWithoutLabel { origin: origin.into() };
        refused(example().related_origin(origin), &expected, &[origin, "under a domain that you own"]);
    }
    // Covered by the RP ID, it needs no label.
    let local = RelyingParty::builder("localhost", "").related_origin("http://localhost:3000");
    assert!(local.build().is_ok());
}

#[test]
fn at_least_one_algorithm_is_needed() {
    refused(
        example().algorithms([]),
        &ConfigError::NoAlgorithms,
        &["leave `algorithms(..)` out for EdDSA, ES256 and RS256"],
    );
}

#[test]
fn rs1_needs_its_opt_in() {
    let with_rs1 = || example().algorithms([Algorithm::Es256, Algorithm::Rs1]);
    refused(with_rs1(), &ConfigError::Rs1NotAllowed, &["over SHA-1", "leave it out", "call `allow_rs1()`"]);
    assert_eq!(with_rs1().allow_rs1().build().unwrap().algorithms(), [Algorithm::Es256, Algorithm::Rs1]);
    // The opt-in alone offers nothing more.
    assert!(!example().allow_rs1().build().unwrap().algorithms().contains(&Algorithm::Rs1));
}

#[test]
fn timeout_is_ten_seconds_to_an_hour() {
    for accepted in [10, 3600] {
        assert!(example().timeout(Duration::from_secs(accepted)).build().is_ok());
    }
    let edges = [Duration::ZERO, Duration::from_millis(9_999), Duration::from_millis(3_600_001), Duration::MAX];
    for timeout in edges {
        let quoted = alloc::format!("{timeout:?}");
        refused(
            example().timeout(timeout),
            &ConfigError::TimeoutOutOfRange { timeout },
            &[&quoted, "use 10 seconds to 1 hour"],
        );
    }
}

#[test]
fn limits_are_not_zero() {
    type Field = fn(&mut Limits) -> &mut usize;
    let set: [(&str, Field); 10] = [
        ("response", |limits| &mut limits.response),
        ("client_data", |limits| &mut limits.client_data),
        ("attestation_object", |limits| &mut limits.attestation_object),
        ("json_depth", |limits| &mut limits.json_depth),
        ("cbor_depth", |limits| &mut limits.cbor_depth),
        ("cbor_entries", |limits| &mut limits.cbor_entries),
        ("cbor_items", |limits| &mut limits.cbor_items),
        ("transports", |limits| &mut limits.transports),
        ("cred_blob", |limits| &mut limits.cred_blob),
        ("large_blob", |limits| &mut limits.large_blob),
    ];
    for (limit, field) in set {
        let mut limits = Limits::default();
        *field(&mut limits) = 0;
        let quoted = alloc::format!("`{limit}`");
        refused(example().limits(limits), &ConfigError::LimitIsZero { limit }, &[&quoted, "`Limits::default()`"]);
    }
}
