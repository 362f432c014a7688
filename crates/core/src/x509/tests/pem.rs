//! Anchors as text.

use super::*;
use base64ct::{Base64, Encoding as _};
use std::format;
use std::string::{String, ToString};

fn root() -> Vec<u8> {
    Cert::authority("root", "root", 1).signed(1)
}

fn block(der: &[u8], newline: &str) -> String {
    let base64 = Base64::encode_string(der);
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| core::str::from_utf8(line).unwrap()).collect();
    ["-----BEGIN CERTIFICATE-----", &lines.join(newline), "-----END CERTIFICATE-----", ""].join(newline)
}

#[test]
fn every_certificate_becomes_an_anchor() {
    let other = Cert::authority("other", "other", 2).signed(2);
    let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for newline in ["\n", "\r\n", "\n  "] {
        let text = format!("# root\n{}{key}subject=other\n{}# end", block(&root(), newline), block(&other, newline));
        let anchors = TrustAnchors::from_pem(&text).unwrap();
        assert_eq!(anchors.iter().map(TrustAnchor::as_der).collect::<Vec<_>>(), [&root()[..], &other]);
        assert_eq!((anchors.len(), anchors.is_empty()), (2, false));
        assert_eq!(TrustAnchor::from_pem(&text), Err(PemError::SeveralCertificates));
        assert_eq!(
            TrustAnchor::from_pem(&block(&root(), newline)),
            TrustAnchor::from_der(root()).map_err(|_| unreachable!())
        );
    }
}

#[test]
fn what_is_wrong_is_told_with_its_block() {
    let good = block(&root(), "\n");
    let cases = [
        (String::new(), PemError::NoCertificate),
        ("-----BEGIN TRUSTED CERTIFICATE-----".to_string(), PemError::NoCertificate),
        (format!("{good}-----BEGIN CERTIFICATE-----\nAAAA\n"), PemError::Unterminated { block: 2 }),
        (format!("{good}{}", good.replacen("MI", "M!", 1)), PemError::Base64 { block: 2 }),
        (
            format!("{good}{good}{}", block(b"no certificate", "\n")),
            PemError::Certificate { block: 3, fault: CertificateFault::Der },
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(TrustAnchors::from_pem(&text), Err(expected), "{text}");
    }
    assert_eq!(TrustAnchor::from_pem(""), Err(PemError::NoCertificate));
    let malformed = TrustAnchor::from_pem(&block(b"no certificate", "\n"));
    assert_eq!(malformed, Err(PemError::Certificate { block: 1, fault: CertificateFault::Der }));
}

#[test]
fn no_text_comes_twice_in_a_chain_of_errors() {
    use core::error::Error as _;
    let all = [
        PemError::NoCertificate,
        PemError::SeveralCertificates,
        PemError::Unterminated { block: 2 },
        PemError::Base64 { block: 2 },
        PemError::Certificate { block: 2, fault: CertificateFault::TooLarge },
    ];
    let mut texts: Vec<_> = all.iter().map(ToString::to_string).collect();
    texts.extend(all[4].source().map(ToString::to_string));
    assert!(all[..4].iter().all(|error| error.source().is_none()));
    assert_eq!(texts.len(), 6);
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 6);
}
