//! What has the shape of a certificate, and what has not.

use super::*;
use crate::policy::AttestationFormat;
use crate::verifier::Curve;
use std::{format, vec};

fn fault(der: &[u8]) -> Option<CertificateFault> {
    Certificate::parse(der).err()
}

fn of(change: impl FnOnce(&mut Cert)) -> Option<CertificateFault> {
    let mut cert = Cert::authority("root", "leaf", 3);
    change(&mut cert);
    fault(&cert.signed(1))
}

const MALFORMED: Option<CertificateFault> = Some(CertificateFault::Der);

#[test]
fn every_part_is_read_as_it_was_written() {
    let cert = Cert { serial: vec![0x00, 0xfe], ..Cert::authority("root", "leaf", 3) };
    let der = cert.with_signature(&[1, 2, 3]);
    let read = Certificate::parse(&der).unwrap();
    assert_eq!((read.as_der(), read.tbs()), (&der[..], &cert.tbs()[..]));
    assert_eq!((read.version(), read.serial(), read.signature()), (3, &[0x00, 0xfe][..], &[1, 2, 3][..]));
    assert_eq!((read.issuer(), read.subject()), (&name("root")[..], &name("leaf")[..]));
    assert_eq!((read.not_before(), read.not_after()), (1_577_836_800, 1_893_456_000));
    assert_eq!(read.key_info(), key(3));
    let SubjectPublicKey::Ec { curve: Curve::P256, x, y } = read.public_key().unwrap() else { panic!() };
    assert_eq!((x, y), (&[3; 32][..], &[3; 32][..]));
    assert_eq!(read.extensions().iter().count(), 2);
    assert_eq!(read.basic_constraints(), Ok(Some(BasicConstraints { ca: true, path_len: None })));
    assert!(read.key_usage().unwrap().unwrap().key_cert_sign());
    assert!(!read.has_empty_subject());
    let mut texts = vec![];
    read.subject_attributes(|attribute| texts.push(attribute.text())).unwrap();
    assert_eq!(texts, [Some("leaf")]);
    read.issuer_attributes(|attribute| texts.push(attribute.text())).unwrap();
    assert_eq!(texts, [Some("leaf"), Some("root")]);
    // SHA-1 of 04 and 64 times 03, computed elsewhere.
    let identifier = read.key_identifier().unwrap();
    assert_eq!(identifier[..4], KEY_IDENTIFIER);
}

const KEY_IDENTIFIER: [u8; 4] = [0xd5, 0xe5, 0x4b, 0x67];

#[test]
fn nothing_trails_and_nothing_is_missing() {
    let der = Cert::authority("root", "leaf", 3).signed(1);
    assert_eq!(fault(&der), None);
    for len in 0..der.len() {
        assert_eq!(fault(&der[..len]), MALFORMED, "{len}");
    }
    assert_eq!(fault(&[&der[..], &[0]].concat()), MALFORMED);
    let cert = Cert::authority("root", "leaf", 3);
    let (tbs, algorithm, signature) = (cert.tbs(), cert.algorithm.clone(), bits(&[1]));
    assert_eq!(fault(&seq(&[&tbs, &algorithm, &signature])), None);
    assert_eq!(fault(&seq(&[&tbs, &algorithm, &signature, &[0x05, 0x00]])), MALFORMED);
    assert_eq!(fault(&seq(&[&tbs, &algorithm])), MALFORMED);
    // Behind the extensions, behind both dates, behind the version, behind the list of extensions.
    let contents = &tbs[3..];
    assert_eq!(fault(&seq(&[&seq(&[contents, &[0x05, 0x00]]), &algorithm, &signature])), MALFORMED);
    assert_eq!(of(|cert| cert.not_after.extend([0x05, 0x00])), MALFORMED);
    for (list, expected) in [(&[0x30, 0x00][..], None), (&[0x30, 0x00, 0x05, 0x00], MALFORMED)] {
        let change = |cert: &mut Cert| {
            cert.extensions.clear();
            cert.unique = tlv(0xa3, list);
        };
        assert_eq!(of(change), expected);
    }
    let version = [0xa0, 0x03, 0x02, 0x01, 0x02];
    assert_eq!(contents[..5], version);
    let trailing = [0xa0, 0x05, 0x02, 0x01, 0x02, 0x05, 0x00];
    assert_eq!(fault(&seq(&[&seq(&[&version, &contents[5..]]), &algorithm, &signature])), None);
    assert_eq!(fault(&seq(&[&seq(&[&trailing, &contents[5..]]), &algorithm, &signature])), MALFORMED);
    assert_eq!(of(|cert| cert.unique = vec![0x05, 0x00]), MALFORMED);
}

#[test]
fn lengths_and_tags_have_one_form() {
    let cert = Cert::authority("root", "leaf", 3);
    let (tbs, algorithm) = (cert.tbs(), cert.algorithm.clone());
    let signatures = [
        &[0x03, 0x81, 0x02, 0x00, 0x01][..],
        &[0x03, 0x80, 0x00, 0x01, 0x00, 0x00],
        &[0x03, 0x84, 0xff, 0xff, 0xff, 0xff, 0x00],
        &[0x23, 0x04, 0x03, 0x02, 0x00, 0x01],
        &[0x1f, 0x03, 0x02, 0x00, 0x01],
    ];
    assert_eq!(fault(&seq(&[&tbs, &algorithm, &[0x03, 0x02, 0x00, 0x01]])), None);
    for signature in signatures {
        assert_eq!(fault(&seq(&[&tbs, &algorithm, signature])), MALFORMED);
    }
    let mut primitive = cert.signed(1);
    primitive[0] = 0x10;
    assert_eq!(fault(&primitive), MALFORMED);
}

#[test]
fn both_algorithms_are_the_same() {
    let cert = Cert::authority("root", "leaf", 3);
    let other = [
        seq(&[&tlv(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03])]),
        seq(&[&tlv(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]), &[0x05, 0x00]]),
    ];
    for other in other {
        assert_eq!(fault(&seq(&[&cert.tbs(), &other, &bits(&[1])])), MALFORMED);
    }
}

#[test]
fn bit_strings_have_whole_bytes() {
    let cert = Cert::authority("root", "leaf", 3);
    for signature in [&[0x03, 0x02, 0x01, 0x02][..], &[0x03, 0x00], &[0x04, 0x02, 0x00, 0x01]] {
        assert_eq!(fault(&seq(&[&cert.tbs(), &cert.algorithm, signature])), MALFORMED);
    }
}

#[test]
fn versions() {
    assert_eq!(of(|cert| cert.version = Some(2)), None);
    // Extensions belong to version 3, unique identifiers to 2 and 3.
    assert_eq!(of(|cert| cert.version = Some(1)), MALFORMED);
    assert_eq!(of(|cert| cert.version = None), MALFORMED);
    for (version, expected) in [(None, MALFORMED), (Some(1), None), (Some(2), None)] {
        for unique in [&[0x81, 0x02, 0x00, 0x01][..], &[0x82, 0x02, 0x00, 0x01]] {
            let change = |cert: &mut Cert| {
                cert.version = version;
                cert.extensions.clear();
                cert.unique = unique.to_vec();
            };
            assert_eq!(of(change), expected);
        }
    }
    for (version, number) in [(None, 1), (Some(1), 2), (Some(2), 3)] {
        let cert = Cert { version, extensions: vec![], ..Cert::leaf("root", "leaf", 3) };
        assert_eq!(Certificate::parse(&cert.signed(1)).unwrap().version(), number);
    }
    for unknown in [0, 3, 0x7f, 0xff] {
        assert_eq!(of(|cert| cert.version = Some(unknown)), MALFORMED);
    }
}

#[test]
fn serial_numbers_are_integers() {
    for serial in [&[0][..], &[0x80], &[0x7f; 40], &[0xff, 0x7f], &[0x00, 0x80]] {
        assert_eq!(of(|cert| cert.serial = serial.to_vec()), None, "{serial:x?}");
    }
    for serial in [&[][..], &[0x00, 0x7f], &[0xff, 0x80], &[0x00, 0x00]] {
        assert_eq!(of(|cert| cert.serial = serial.to_vec()), MALFORMED, "{serial:x?}");
    }
}

#[test]
fn extensions_come_once_each() {
    assert_eq!(of(|cert| cert.extensions.push(extension(14, false, &[]))), None);
    assert_eq!(of(|cert| cert.extensions.push(basic_constraints(true, None))), MALFORMED);
    let fill = |count: u8| of(|cert| cert.extensions = (0..count).map(|arc| extension(arc, false, &[])).collect());
    assert_eq!(fill(32), None);
    assert_eq!(fill(33), MALFORMED);
    let oid = tlv(0x06, &[0x55, 0x1d, 0x0e]);
    let written = |middle: &[u8]| of(|cert| cert.extensions.push(seq(&[&oid, middle])));
    assert_eq!(written(&[0x04, 0x00]), None);
    // FALSE is the default and TRUE is 0xff, in DER; genuine ones deviate.
    for boolean in [0x00, 0x01, 0xff] {
        assert_eq!(written(&[0x01, 0x01, boolean, 0x04, 0x00]), None);
    }
    for wrong in [&[][..], &[0x01, 0x01, 0xff], &[0x01, 0x00, 0x04, 0x00], &[0x04, 0x00, 0x05, 0x00], &[0x05, 0x00]] {
        assert_eq!(written(wrong), MALFORMED, "{wrong:x?}");
    }
}

#[test]
fn critical_is_any_true() {
    for (boolean, critical) in [(0x00, false), (0x01, true), (0xff, true)] {
        let extension = seq(&[&tlv(0x06, &[0x55, 0x1d, 0x0e]), &[0x01, 0x01, boolean], &[0x04, 0x00]]);
        let der = Cert::leaf("root", "leaf", 3).with(extension).signed(1);
        let read = Certificate::parse(&der).unwrap();
        assert_eq!(read.extension(&[0x55, 0x1d, 0x0e]).map(|found| found.critical()), Some(critical));
    }
}

#[test]
fn basic_constraints_have_one_shape() {
    let read = |value: &[u8]| {
        let cert = Cert { extensions: vec![extension(19, true, value)], ..Cert::leaf("root", "leaf", 3) };
        Certificate::parse(&cert.signed(1)).unwrap().basic_constraints()
    };
    let found = |ca, path_len| Ok(Some(BasicConstraints { ca, path_len }));
    assert_eq!(read(&[0x30, 0x00]), found(false, None));
    assert_eq!(read(&[0x30, 0x03, 0x01, 0x01, 0x00]), found(false, None));
    assert_eq!(read(&[0x30, 0x03, 0x01, 0x01, 0x01]), found(true, None));
    assert_eq!(read(&[0x30, 0x06, 0x01, 0x01, 0xff, 0x02, 0x01, 0x05]), found(true, Some(5)));
    assert_eq!(read(&[0x30, 0x03, 0x02, 0x01, 0x05]), found(false, Some(5)));
    let wrong = [
        &[][..],
        &[0x31, 0x00],
        &[0x30, 0x00, 0x00],
        &[0x30, 0x06, 0x01, 0x01, 0xff, 0x02, 0x01, 0xff],
        &[0x30, 0x07, 0x01, 0x01, 0xff, 0x02, 0x02, 0x00, 0x05],
        &[0x30, 0x09, 0x01, 0x01, 0xff, 0x02, 0x01, 0x05, 0x02, 0x01, 0x05],
    ];
    for value in wrong {
        assert_eq!(read(value), Err(CertificateFault::BasicConstraints), "{value:x?}");
    }
}

#[test]
fn names_are_lists_of_attributes() {
    let (oid, text) = (tlv(0x06, &[0x55, 0x04, 0x03]), tlv(0x0c, b"leaf"));
    let read = |relative: &[u8]| {
        let der = Cert { subject: seq(&[relative]), ..Cert::leaf("root", "leaf", 3) }.signed(1);
        let mut count = 0;
        Certificate::parse(&der).unwrap().subject_attributes(|_| count += 1).map(|()| count)
    };
    let attribute = seq(&[&oid, &text]);
    assert_eq!(read(&[]), Ok(0));
    assert_eq!(read(&tlv(0x31, &attribute)), Ok(1));
    assert_eq!(read(&tlv(0x31, &attribute.repeat(2))), Ok(2));
    let wrong = [
        attribute.clone(),
        tlv(0x31, &seq(&[&oid, &text, &text])),
        tlv(0x31, &seq(&[&oid])),
        tlv(0x31, &seq(&[&text, &oid])),
        [tlv(0x31, &attribute), attribute].concat(),
    ];
    for relative in wrong {
        assert_eq!(read(&relative), Err(CertificateFault::Der), "{relative:x?}");
    }
}

#[test]
fn keys() {
    let read = |key: Vec<u8>| {
        let der = Cert { key, ..Cert::leaf("root", "leaf", 3) }.signed(1);
        Certificate::parse(&der).unwrap().public_key().map(drop)
    };
    let oid = |arcs: &[u8]| tlv(0x06, arcs);
    let rsa = oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]);
    let rsa_key = |parameters: &[u8], n: &[u8], e: &[u8]| {
        seq(&[&seq(&[&rsa, parameters]), &bits(&seq(&[&tlv(0x02, n), &tlv(0x02, e)]))])
    };
    assert_eq!(read(rsa_key(&[0x05, 0x00], &[0x00, 0x81], &[3])), Ok(()));
    assert_eq!(read(rsa_key(&[], &[0x00, 0x81], &[3])), Ok(()));
    let malformed = Err(CertificateFault::Der);
    for parameters in [&[0x05, 0x01, 0x00][..], &[0x05, 0x00, 0x05, 0x00], &[0x04, 0x00]] {
        assert_eq!(read(rsa_key(parameters, &[0x00, 0x81], &[3])), malformed);
    }
    for number in [&[][..], &[0x00], &[0x81], &[0x00, 0x7f]] {
        assert_eq!(read(rsa_key(&[], number, &[3])), malformed);
        assert_eq!(read(rsa_key(&[], &[3], number)), malformed);
    }
    let ed25519 = |len: usize| seq(&[&seq(&[&oid(&[0x2b, 0x65, 0x70])]), &bits(&vec![9; len])]);
    assert_eq!(read(ed25519(32)), Ok(()));
    assert_eq!(read(ed25519(31)), malformed);
    assert_eq!(read(ed25519(33)), malformed);
    for (curve, len) in [(P256, 32), (&[0x2b, 0x81, 0x04, 0x00, 0x22], 48), (&[0x2b, 0x81, 0x04, 0x00, 0x23], 66)] {
        assert_eq!(read(ec_key(curve, &vec![9; 2 * len])), Ok(()));
        assert_eq!(read(ec_key(curve, &vec![9; 2 * len - 1])), malformed);
        assert_eq!(read(ec_key(curve, &vec![9; 2 * len + 2])), malformed);
    }
    // Something behind the key, behind an algorithm's parameters, behind the numbers and what holds them.
    let null = [0x05, 0x00];
    let ec = [oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]), oid(P256)].concat();
    let point = bits(&[&[0x04], &[9; 64][..]].concat());
    assert_eq!(read(seq(&[&seq(&[&ec]), &point])), Ok(()));
    assert_eq!(read(seq(&[&seq(&[&ec]), &point, &null])), malformed);
    assert_eq!(read(seq(&[&seq(&[&ec, &null]), &point])), malformed);
    assert_eq!(read(seq(&[&seq(&[&oid(&[0x2b, 0x65, 0x70]), &null]), &bits(&[9; 32])])), malformed);
    let (algorithm, numbers) = (seq(&[&rsa]), [0x02, 0x01, 0x03, 0x02, 0x01, 0x03]);
    assert_eq!(read(seq(&[&algorithm, &bits(&seq(&[&numbers]))])), Ok(()));
    assert_eq!(read(seq(&[&algorithm, &bits(&seq(&[&numbers, &null]))])), malformed);
    assert_eq!(read(seq(&[&algorithm, &bits(&[&seq(&[&numbers])[..], &null].concat())])), malformed);
    // Another curve, a compressed point, another type of key.
    let unknown = Err(CertificateFault::KeyType);
    assert_eq!(read(ec_key(&[0x2b, 0x81, 0x04, 0x00, 0x21], &[9; 56])), unknown);
    let compressed = seq(&[
        &seq(&[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]), &oid(P256)]),
        &bits(&[&[0x02], &[9; 32][..]].concat()),
    ]);
    assert_eq!(read(compressed), unknown);
    assert_eq!(read(seq(&[&seq(&[&oid(&[0x2b, 0x65, 0x71])]), &bits(&[9; 57])])), unknown);
    assert_eq!(
        TrustAnchor::from_der(Cert { key: ec_key(&[1], &[]), ..Cert::leaf("a", "b", 3) }.signed(1)),
        Err(CertificateFault::KeyType)
    );
}

#[test]
fn certificates_have_8_kib_at_most() {
    let sized = |len: usize| Cert::leaf("root", "leaf", 3).with(extension(14, false, &vec![0; len])).signed(1);
    let spare = MAX_CERTIFICATE - sized(7000).len() + 7000;
    assert_eq!(sized(spare).len(), MAX_CERTIFICATE);
    assert_eq!(fault(&sized(spare)), None);
    assert_eq!(fault(&sized(spare + 1)), Some(CertificateFault::TooLarge));
}

#[test]
fn anchors_may_be_old_and_odd() {
    // Of version 1, without basicConstraints, with a BOOLEAN of 0x01.
    let old = Cert { version: None, extensions: vec![], ..Cert::leaf("root", "root", 1) };
    let bare = Cert { extensions: vec![], ..old.clone() };
    let odd = extension(19, true, &[0x30, 0x03, 0x01, 0x01, 0x01]);
    let odd = Cert { version: Some(2), extensions: vec![odd], ..old.clone() };
    for root in [old, bare, odd] {
        let leaf = Cert::leaf("root", "leaf", 3).signed(1);
        assert_eq!(path::follow(&[leaf], &[&root.signed(1)], path::rules()), (Ok(1), 1));
    }
}

#[test]
fn debug_shows_how_long_certificates_are_and_not_what_they_say() {
    let der = Cert::authority("root", "leaf", 3).signed(1);
    let len = der.len();
    assert_eq!(format!("{:?}", Certificate::parse(&der).unwrap()), format!("Certificate {{ len: {len}, .. }}"));
    let anchor = TrustAnchor::from_der(&der).unwrap().for_format(AttestationFormat::Tpm);
    let shown = format!("TrustAnchor {{ len: {len}, format: Some(Tpm), aaguid: None }}");
    assert_eq!(format!("{anchor:?}"), shown);
}

#[test]
fn integers_are_of_eight_bytes_at_most_and_in_their_shortest_form() {
    for (contents, value) in [
        (&[0][..], 0),
        (&[0x7f], 0x7f),
        (&[0x00, 0x80], 0x80),
        (&[0x01, 0x02], 0x0102),
        (&[0x12, 0x34, 0x56], 0x12_3456),
        (&[0xff], -1),
        (&[0x80], -0x80),
        (&[0xff, 0x7f], -0x81),
        (&[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], i64::MAX),
        (&[0x80, 0, 0, 0, 0, 0, 0, 0], i64::MIN),
    ] {
        assert_eq!(integer(contents), Ok(value), "{contents:x?}");
    }
    for contents in [&[][..], &[0x00, 0x7f], &[0xff, 0x80], &[0x01, 0, 0, 0, 0, 0, 0, 0, 0]] {
        assert_eq!(integer(contents), Err(CertificateFault::Der), "{contents:x?}");
    }
}
