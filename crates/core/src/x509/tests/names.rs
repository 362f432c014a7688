//! Alternative names and key usages.

use super::*;
use std::vec;

fn with(last_arc: u8, value: &[u8]) -> Vec<u8> {
    Cert::leaf("root", "leaf", 3).with(extension(last_arc, false, value)).signed(1)
}

#[test]
fn alternative_names() {
    let names = [
        tlv(0x82, b"mds.example.org"),
        tlv(0xa4, &name("inner")),
        tlv(0x81, b"mail@example.org"),
        tlv(0x82, b"*.example.com"),
    ];
    let der = with(17, &tlv(0x30, &names.concat()));
    let found = Certificate::parse(&der).unwrap().subject_alt_names().unwrap().unwrap();
    assert_eq!(found.dns_names().collect::<Vec<_>>(), ["mds.example.org", "*.example.com"]);
    let all: Vec<_> = found.iter().collect();
    assert_eq!(all[2], GeneralName::Other);
    let GeneralName::DirectoryName(directory) = all[1] else { panic!("{all:?}") };
    let mut texts = vec![];
    directory.attributes(|attribute| texts.push((attribute.oid(), attribute.text()))).unwrap();
    assert_eq!(texts, [(&[0x55, 0x04, 0x03][..], Some("inner"))]);
    assert_eq!(all.len(), 4);
    assert!(Certificate::parse(&world_leaf()).unwrap().subject_alt_names().unwrap().is_none());
}

fn world_leaf() -> Vec<u8> {
    Cert::leaf("root", "leaf", 3).signed(1)
}

#[test]
fn alternative_names_of_another_shape_are_refused() {
    let cases = [
        seq(&[]),
        vec![],
        tlv(0x31, &tlv(0x82, b"a")),
        seq(&[&tlv(0x82, "é".as_bytes())]),
        seq(&[&tlv(0xa4, &tlv(0x31, b""))]),
        seq(&[&tlv(0xa4, &[name("a"), name("b")].concat())]),
        seq(&[&tlv(0x82, b"a"), &[0x82, 0x05]]),
        [seq(&[&tlv(0x82, b"a")]), vec![0x05, 0x00]].concat(),
    ];
    for value in cases {
        let der = with(17, &value);
        let found = Certificate::parse(&der).unwrap().subject_alt_names();
        assert_eq!(found.map(drop), Err(CertificateFault::SubjectAltName), "{value:x?}");
    }
}

#[test]
fn extended_key_usage() {
    let purposes = [tlv(0x06, &[0x2b, 0x06]), tlv(0x06, &[0x67, 0x81])];
    let der = with(37, &tlv(0x30, &purposes.concat()));
    let usage = Certificate::parse(&der).unwrap().extended_key_usage().unwrap().unwrap();
    assert_eq!(usage.iter().collect::<Vec<_>>(), [&[0x2b, 0x06][..], &[0x67, 0x81]]);
    assert!(usage.contains(&[0x67, 0x81]) && !usage.contains(&[0x67]));
    assert_eq!(Certificate::parse(&world_leaf()).unwrap().extended_key_usage(), Ok(None));
    let twice = [seq(&[&purposes[0]]), purposes[1].clone()].concat();
    for value in [seq(&[]), vec![], seq(&[&[0x05, 0x00]]), seq(&[&purposes[0], &[0x05, 0x00]]), twice] {
        let der = with(37, &value);
        let found = Certificate::parse(&der).unwrap().extended_key_usage();
        assert_eq!(found, Err(CertificateFault::ExtendedKeyUsage), "{value:x?}");
    }
}

#[test]
fn key_usage() {
    let read = |value: &[u8]| {
        let der = with(15, value);
        let usage = Certificate::parse(&der).unwrap().key_usage()?.unwrap();
        Ok([usage.digital_signature(), usage.key_cert_sign(), usage.crl_sign()])
    };
    assert_eq!(read(&[0x03, 0x02, 0x07, 0x80]), Ok([true, false, false]));
    assert_eq!(read(&[0x03, 0x02, 0x02, 0x04]), Ok([false, true, false]));
    assert_eq!(read(&[0x03, 0x02, 0x01, 0x02]), Ok([false, false, true]));
    // Trailing zeros that DER leaves out, and decipherOnly.
    assert_eq!(read(&[0x03, 0x02, 0x00, 0x86]), Ok([true, true, true]));
    assert_eq!(read(&[0x03, 0x03, 0x07, 0x04, 0x80]), Ok([false, true, false]));
    assert_eq!(read(&[0x03, 0x01, 0x00]), Ok([false; 3]));
    let unused_bits = [&[0x03, 0x02, 0x07, 0x84][..], &[0x03, 0x02, 0x08, 0x00], &[0x03, 0x01, 0x01], &[0x03, 0x00]];
    for value in unused_bits.into_iter().chain([&[0x03, 0x02, 0x01, 0x06, 0x05, 0x00][..], &[0x04, 0x02, 0x01, 0x06]]) {
        assert_eq!(read(value), Err(CertificateFault::Der), "{value:x?}");
    }
    assert_eq!(Certificate::parse(&world_leaf()).unwrap().key_usage(), Ok(None));
}

#[test]
fn an_attribute_is_a_string_of_the_type_that_its_tag_names() {
    let read = |tag: u8, value: &[u8]| {
        let attribute = seq(&[&tlv(0x06, &[0x55, 0x04, 0x03]), &tlv(tag, value)]);
        let mut found = vec![];
        name_attributes(&tlv(0x31, &attribute), |one| found.push((one.is_utf8_string(), one.is_printable_string())))
            .unwrap();
        found
    };
    for (tag, types) in [
        (0x0c, (true, false)),
        (0x13, (false, true)),
        // IA5String, TeletexString, OCTET STRING
        (0x16, (false, false)),
        (0x14, (false, false)),
        (0x04, (false, false)),
    ] {
        assert_eq!(read(tag, b"AA"), [types], "{tag:x}");
    }
}
