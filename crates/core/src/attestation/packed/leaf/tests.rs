use super::super::super::testing::der::{attribute, integer, octets, tlv, utf8};
use super::super::super::testing::{Cert, Members, Value, Verdict, World, attestation_key, sign};
use super::{COMMON_NAME, COUNTRY, FIRMWARE_VERSION, Fault, ORGANIZATION, ORGANIZATIONAL_UNIT};
use crate::credential::AttestationType;
use crate::error::RejectionReason as Reason;
use crate::policy::AttestationFormat;
use std::vec;
use std::vec::Vec;

const ACCEPTED: Verdict = Ok(AttestationType::Basic);

const fn refused(fault: Fault) -> Verdict {
    Err(Reason::AttestationCertificate(fault))
}

fn leaf() -> Cert {
    Cert::leaf(&attestation_key())
}

/// Signed as it must be, whatever the certificate says.
fn judge(certificate: &Cert) -> Verdict {
    let world = World::new();
    let statement = Members::new([
        ("alg", Value::Int(-7)),
        ("sig", Value::Bytes(sign(&attestation_key(), &world.signed()))),
        ("x5c", Value::x5c(&[certificate.der()])),
    ]);
    world.verify(AttestationFormat::Packed, &statement)
}

fn attributes() -> [Vec<u8>; 4] {
    [
        attribute(COUNTRY, tlv(0x13, b"AA")),
        attribute(ORGANIZATION, utf8("W3C")),
        attribute(ORGANIZATIONAL_UNIT, utf8("Authenticator Attestation")),
        attribute(COMMON_NAME, utf8("WebAuthn test vectors")),
    ]
}

/// A certificate of an older version has no Basic Constraints either, and is refused for its version all the same.
#[test]
fn version_is_3() {
    assert_eq!(judge(&leaf()), ACCEPTED);
    assert_eq!(judge(&leaf().of_version_1()), refused(Fault::Version));
    assert_eq!(judge(&leaf().without(Cert::BASIC_CONSTRAINTS)), refused(Fault::BasicConstraints));
}

#[test]
fn each_attribute_of_the_subject_stands_there_once() {
    let attributes = attributes();
    let of = |attributes: &[Vec<u8>]| judge(&leaf().with_subject_of(attributes));
    assert_eq!(of(&attributes), ACCEPTED);
    // Of another kind: a surname
    let surname = attribute(&[0x55, 0x04, 0x04], utf8("x"));
    assert_eq!(of(&[&attributes[..], &[surname.clone(), surname]].concat()), ACCEPTED);
    for at in 0..4 {
        let missing = [&attributes[..at], &attributes[at + 1..]].concat();
        assert_eq!(of(&missing), refused(Fault::Subject), "{at}");
        // Last, and with others behind it
        let twice = [&attributes[..], &attributes[at..=at]].concat();
        assert_eq!(of(&twice), refused(Fault::Subject), "{at}");
        let twice = [&attributes[at..=at], &attributes[..]].concat();
        assert_eq!(of(&twice), refused(Fault::Subject), "{at}");
    }
}

#[test]
fn each_attribute_of_the_subject_has_its_form() {
    for (at, kind, wrong) in [
        (0, COUNTRY, vec![utf8("AA"), tlv(0x13, b"A"), tlv(0x13, b"AAA"), tlv(0x13, b"")]),
        (1, ORGANIZATION, vec![utf8(""), octets(b"W3C")]),
        (
            2,
            ORGANIZATIONAL_UNIT,
            vec![utf8("Authenticator Attestation "), utf8(""), octets(b"Authenticator Attestation")],
        ),
        (3, COMMON_NAME, vec![utf8(""), octets(b"x")]),
    ] {
        for value in wrong {
            let mut attributes = attributes();
            attributes[at] = attribute(kind, value.clone());
            assert_eq!(judge(&leaf().with_subject_of(&attributes)), refused(Fault::Subject), "{at}: {value:?}");
        }
    }
}

#[test]
fn firmware_version_is_a_non_negative_integer_and_not_critical() {
    let of = |critical, value: Vec<u8>| judge(&leaf().with(FIRMWARE_VERSION, critical, value));
    for version in [0, 1, 0x7f, 0x80, 0x8000, 0xffff] {
        assert_eq!(of(false, integer(version)), ACCEPTED, "{version}");
        assert_eq!(of(true, integer(version)), refused(Fault::FirmwareExtension), "{version}");
    }
    for value in [
        vec![],
        // No INTEGER: an OCTET STRING, a text, the bare number
        octets(&[5]),
        utf8("5"),
        vec![5],
        // Without a byte, and cut off
        vec![0x02, 0x00],
        vec![0x02, 0x02, 0x05],
        // -128, -1, -32768
        tlv(0x02, &[0x80]),
        tlv(0x02, &[0xff]),
        tlv(0x02, &[0x80, 0x00]),
        // Something behind it
        [integer(5), integer(5)].concat(),
        [integer(5), vec![0]].concat(),
    ] {
        assert_eq!(of(false, value.clone()), refused(Fault::FirmwareExtension), "{value:?}");
    }
}
