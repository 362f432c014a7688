//! Certificates and chains of them: any bytes, or ones that an authority of ours made after they were changed.
//!
//! The first byte is `R` before a chain, each certificate behind its length in two bytes, the anchor last; `P` before a text
//! with certificates in PEM; or anything else before a list of changes to an honest chain.
//!
//! Invariants: no panic; reading takes memory in proportion to the bytes and hardly an allocation, following a chain a bounded
//! amount (both counted), and at most 16 signatures. What is read stands where another reader of DER finds it. A path that is
//! found is the chain's beginning, and holds to another reader and another verifier: each certificate issued by the next, the
//! last by an anchor, all valid, authorities where they have to be, none revoked. An honest chain is accepted. Stricter rules
//! accept nothing that looser ones refuse. Anchors in PEM are those certificates.

use crate::support::bounds::Bounds;
use crate::support::certificates::{CertificateEdit, key};
use crate::support::chain::{is_authority, leads};
use crate::support::der;
use crate::support::edit::Edit;
use crate::support::scene::NOW;
use crate::support::statement;
use crate::support::verifier::{Answer, Recorder};
use arbitrary::{Arbitrary, Unstructured};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ceremony::x509::{Certificate, PathRules, Revocations, TrustAnchor, TrustAnchors};
use ceremony_testkit::{CertificateSpec, Extension, KeyUsage, Name};

/// A chain.
#[derive(Arbitrary, Debug)]
struct Input {
    /// Its length, the anchor not counted.
    len: u8,
    /// The number of the leaf's key; each issuer has the next one.
    keys: u8,
    /// Changes before a certificate is signed.
    edits: Vec<(u8, CertificateEdit)>,
    /// Changes afterwards.
    bytes: Vec<(u8, Edit)>,
    /// Two that change places.
    swap: Option<(u8, u8)>,
    /// One that is sent again.
    twice: Option<u8>,
    /// The anchor is sent.
    anchor: bool,
    /// One that is an anchor as well.
    trusted: Option<u8>,
    /// One that is revoked, and how.
    revoked: Option<(u8, u8)>,
}

/// The chain, leaf first; its anchor behind it.
fn honest(input: &Input) -> Vec<CertificateSpec> {
    let len = input.len % 10;
    let name = |at: u8| if at == 0 { Name::attestation("leaf") } else { Name::authority(&format!("CA {at}")) };
    let make = |at: u8| {
        let (own, above) = (key(input.keys.wrapping_add(at)), key(input.keys.wrapping_add((at + 1).min(len))));
        let mut spec = CertificateSpec::new(name(at), own.spki(), name((at + 1).min(len)), above);
        spec.serial = vec![1, at];
        spec.set_extension(Extension::basic_constraints(at > 0, None));
        let usage = if at > 0 { KeyUsage::KeyCertSign } else { KeyUsage::DigitalSignature };
        spec.set_extension(Extension::key_usage(&[usage]));
        spec
    };
    (0..=len).map(make).collect()
}

fn compare(read: &Certificate<'_>, bytes: &[u8]) {
    let other = der::Certificate::read(bytes).expect("a certificate");
    assert_eq!(read.as_der(), bytes);
    assert_eq!((read.serial(), read.issuer(), read.subject()), (other.serial, other.issuer, other.subject));
    assert!((1..=3).contains(&read.version()));
    assert_eq!(read.has_empty_subject(), other.subject.len() == 2);
    let extensions: Vec<_> = read.extensions().iter().map(|it| (it.oid(), it.critical(), it.value())).collect();
    assert_eq!(extensions, other.extensions);
    for (oid, critical, value) in extensions {
        let found = read.extension(oid).expect("it is there");
        assert_eq!((found.critical(), found.value()), (critical, value), "it is there once");
    }
    // Each of these is read when somebody asks; what is no shape of theirs is an error and nothing else.
    let _ = (read.key_usage(), read.extended_key_usage(), read.subject_alt_names().map(drop), read.public_key());
    let mut count = 0;
    let _ = read.subject_attributes(|_| count += 1);
    let _ = read.issuer_attributes(|_| count += 1);
    assert!(count <= bytes.len());
    if let Ok(Some(constraints)) = read.basic_constraints() {
        assert_eq!(constraints.ca, is_authority(&other));
    }
    if let (Ok(key), Some((_, material))) = (read.public_key(), crate::support::chain::key(&other)) {
        assert_eq!(key.material(), material);
    }
}

/// Follows a chain by three sets of rules.
fn follow(chain: &[Vec<u8>], anchors: &[&[u8]], revoked: Option<(usize, u8)>) -> bool {
    let size = chain.iter().map(Vec::len).sum();
    let parsed = Bounds { count: 8 + 2 * chain.len() as u64, bytes_per_count: u64::MAX, bytes: 16 * 1024, per_byte: 0 }
        .hold(size, || chain.iter().map(|der| Certificate::parse(der)).collect::<Result<Vec<_>, _>>());
    for der in chain {
        if let Ok(read) = Certificate::parse(der) {
            compare(&read, der);
        }
    }
    let Ok(parsed) = parsed else { return false };
    let trusted: TrustAnchors = anchors.iter().filter_map(|der| TrustAnchor::from_der(der).ok()).collect();
    let mut revocations = Revocations::default();
    if let Some((at, how)) = revoked
        && let Some(certificate) = parsed.get(at)
    {
        revocations = match how % 3 {
            0 => revocations.with_serial(certificate.serial()),
            1 => revocations.with_serial_of(certificate.issuer(), certificate.serial()),
            _ => revocations.with_certificate(certificate.as_der()),
        };
        assert!(revocations.contains(certificate), "it was revoked");
    }
    let verifier = Recorder::new(Answer::Truth);
    let rules = PathRules::new(NOW);
    let stricter = rules.refuse_anchor_in_chain(true).check_anchor_validity(true);
    let [loose, default, strict] = [rules.allow_sha1(true), rules, stricter].map(|rules| {
        let path = || rules.validate(&parsed, &trusted, &revocations, &verifier).map(|path| path.len());
        let len = Bounds::VERIFY.hold(size, path);
        let asked = verifier.take().len();
        assert!(asked <= 16, "{asked} signatures");
        len
    });
    assert!(default.is_err() || loose == default, "{loose:?} by looser rules than {default:?}");
    assert!(strict.is_err() || default.is_ok(), "{default:?} by looser rules than {strict:?}");
    for len in [loose, default, strict].into_iter().flatten() {
        let path: Vec<&[u8]> = chain[..len].iter().map(Vec::as_slice).collect();
        assert!(len <= 8 && anchors.iter().any(|anchor| leads(&path, anchor, statement::NOW)), "a path to nowhere");
        assert!(revoked.is_none_or(|(at, _)| at >= len), "a revoked certificate");
    }
    default.is_ok()
}

fn pem(text: &str) {
    let blocks = text.matches("-----BEGIN CERTIFICATE-----").count();
    let anchors =
        Bounds { count: 64 + 16 * blocks as u64, ..Bounds::PARSE }.hold(text.len(), || TrustAnchors::from_pem(text));
    let one = TrustAnchor::from_pem(text);
    let Ok(anchors) = anchors else { return assert!(one.is_err(), "one, and not all") };
    assert!((1..=blocks).contains(&anchors.len()));
    assert_eq!(one.is_ok(), anchors.len() == 1);
    let mut again = String::new();
    for anchor in anchors.iter() {
        let certificate = Certificate::parse(anchor.as_der()).expect("it was read");
        compare(&certificate, anchor.as_der());
        let base64 = BASE64_STANDARD.encode(anchor.as_der());
        again += &format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
    }
    assert_eq!(TrustAnchors::from_pem(&again).expect("the same"), anchors);
}

fn raw(mut bytes: &[u8]) {
    let mut chain = Vec::new();
    while let Some((len, rest)) = bytes.split_first_chunk::<2>() {
        let (der, rest) = rest.split_at(usize::from(u16::from_be_bytes(*len)).min(rest.len()));
        chain.push(der.to_vec());
        bytes = rest;
    }
    let Some(anchor) = chain.pop() else { return };
    follow(&chain, &[&anchor], None);
    // A certificate that is trusted itself.
    follow(std::slice::from_ref(&anchor), &[&anchor], None);
}

fn made(input: &Input) {
    if input.edits.len() > 16 || input.bytes.len() > 16 {
        return;
    }
    let mut specs = honest(input);
    let len = specs.len() - 1;
    let at = |number: u8, len: usize| usize::from(number) % len;
    for (number, edit) in &input.edits {
        edit.apply(&mut specs[at(*number, len + 1)]);
    }
    let mut chain: Vec<Vec<u8>> = specs.iter().map(CertificateSpec::encode).collect();
    let anchor = if input.anchor { chain.last().cloned() } else { chain.pop() };
    let anchor = anchor.expect("there is one at least");
    for (number, edit) in &input.bytes {
        if !chain.is_empty() {
            let at = at(*number, chain.len());
            edit.apply(&mut chain[at]);
        }
    }
    if let Some((one, other)) = input.swap
        && !chain.is_empty()
    {
        let (one, other) = (at(one, chain.len()), at(other, chain.len()));
        chain.swap(one, other);
    }
    if let Some(number) = input.twice
        && !chain.is_empty()
    {
        chain.push(chain[at(number, chain.len())].clone());
    }
    let trusted = input.trusted.and_then(|number| chain.get(at(number, len + 1)).cloned());
    let anchors: Vec<&[u8]> = [Some(&anchor), trusted.as_ref()].into_iter().flatten().map(Vec::as_slice).collect();
    let revoked = input.revoked.map(|(number, how)| (at(number, len + 1), how));
    let accepted = follow(&chain, &anchors, revoked);
    let unchanged = input.edits.is_empty() && input.bytes.is_empty() && input.swap.is_none() && input.twice.is_none();
    if unchanged && revoked.is_none() && (1..=8).contains(&chain.len()) {
        assert!(accepted, "an honest chain of {len} is refused");
    }
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    match data.split_first() {
        None => {}
        Some((b'R', bytes)) => raw(bytes),
        Some((b'P', bytes)) => {
            if let Ok(text) = std::str::from_utf8(bytes) {
                pem(text);
            }
        }
        Some((_, changes)) => {
            if let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(changes)) {
                made(&input);
            }
        }
    }
}
