//! The embedded roots are the ones that `roots/README.md` names.

use ceremony::x509::{Certificate, TrustAnchors};
use ceremony_metadata::roots;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

fn fingerprint(der: &[u8]) -> String {
    Sha256::digest(der).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_file_has_its_line_and_every_line_its_file() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/roots");
    let readme = std::fs::read_to_string(format!("{folder}/README.md")).expect("the README");
    let listed: BTreeSet<(String, String)> = readme
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).skip(1);
            let file = cells.next().filter(|file| file.ends_with(".der"))?;
            Some((file, cells.next()?))
        })
        .collect();
    let found: BTreeSet<(String, String)> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|file| file.expect("an entry").file_name().into_string().expect("UTF-8"))
        .filter(|file| file.ends_with(".der"))
        .map(|file| {
            let der = std::fs::read(format!("{folder}/{file}")).expect("a file");
            (file, fingerprint(&der))
        })
        .collect();
    assert_eq!(listed, found);
    assert_eq!(found.len(), 9);
}

fn fingerprints(anchors: &TrustAnchors) -> Vec<String> {
    anchors.iter().map(|anchor| fingerprint(anchor.as_der())).collect()
}

#[test]
fn the_sets_are_complete() {
    let starts = |anchors: &TrustAnchors| -> Vec<String> {
        fingerprints(anchors).iter().map(|fingerprint| fingerprint[..8].to_owned()).collect()
    };
    assert_eq!(starts(&roots::mds()), ["cbb522d7", "4fa3126d"]);
    assert_eq!(starts(&roots::apple()), ["0915dd5c"]);
    assert_eq!(starts(&roots::google()), ["1ef1a04b", "ab664117", "cedb1cb6", "6d9db4ce"]);
    assert_eq!(starts(&roots::microsoft_tpm()), ["870c7a35"]);
    assert_eq!(starts(&roots::yubico()), ["0fa1386f", "0fa1386f"]);
}

#[test]
fn roots_are_self_issued_and_have_not_expired() {
    // 2026-11-21
    let now = 1_795_219_200;
    for anchors in [roots::mds(), roots::apple(), roots::google(), roots::microsoft_tpm(), roots::yubico()] {
        for anchor in anchors.iter() {
            let root = Certificate::parse(anchor.as_der()).expect("a certificate");
            assert_eq!(root.subject(), root.issuer());
            assert!(root.not_before() < now && now < root.not_after());
            assert_eq!(root.basic_constraints().expect("readable").map(|constraints| constraints.ca), Some(true));
        }
    }
}

#[test]
fn the_copies_of_googles_root_have_one_key() {
    let keys: BTreeSet<Vec<u8>> = roots::google()
        .iter()
        .map(|anchor| Certificate::parse(anchor.as_der()).expect("a certificate").key_info().to_vec())
        .collect();
    assert_eq!(keys.len(), 2, "RSA and P-384");
}

#[test]
fn vendors_roots_do_not_vouch_for_metadata() {
    let service = crate::service::Service::new();
    let blob = service.blob(&crate::service::payload(7, &[]));
    for anchors in [roots::apple(), roots::google(), roots::microsoft_tpm(), roots::yubico()] {
        let refused =
            ceremony_metadata::BlobRules::new(anchors).verify(&blob, crate::service::NOW, None, &ceremony::RustCrypto);
        let no_anchors = ceremony::error::ChainFault::NoAnchors;
        assert_eq!(refused.err(), Some(ceremony_metadata::BlobError::SignerChain(no_anchors)));
    }
}
