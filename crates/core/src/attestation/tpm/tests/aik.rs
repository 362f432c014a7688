//! The negative catalogue's T24 to T32: the certificate of the attestation identity key.

use super::super::super::AAGUID_EXTENSION;
use super::super::super::testing::der::{octets, tlv};
use super::*;
use crate::error::CertificateFault as Fault;
use core::slice::from_ref;

const fn refused(fault: Fault) -> Verdict {
    Err(Reason::AttestationCertificate(fault))
}

fn judge(certificate: &Cert) -> Verdict {
    let world = World::new();
    verify(&world, &with_aik(&world, certificate))
}

fn with_alt_name(value: Vec<u8>) -> Verdict {
    judge(&aik().with(ALT_NAME, true, value))
}

#[test]
fn the_tpms_attributes_stand_in_one_relative_name_or_in_three() {
    let [manufacturer, version, model] = tpm_attributes("id:494E5443");
    let one = alt_name(&[set(&[manufacturer.clone(), version.clone(), model.clone()])]);
    let three = alt_name(&[&model, &version, &manufacturer].map(|attribute| set(from_ref(attribute))));
    let with_others = sequence(&[
        tlv(0x82, b"tpm.example"),
        explicit(4, &sequence(&[set(&[manufacturer, model]), set(&[version, attribute(&[0x55, 4, 3], utf8("x"))])])),
    ]);
    for value in [one, three, with_others] {
        assert_eq!(judge(&aik().with(ALT_NAME, true, value.clone())), ACCEPTED);
        assert_eq!(judge(&aik().with(ALT_NAME, false, value)), ACCEPTED);
    }
}

#[test]
fn neg_t24_version_1() {
    assert_eq!(judge(&aik().of_version_1()), refused(Fault::Version));
}

#[test]
fn neg_t25_subject_that_is_not_empty() {
    assert_eq!(judge(&aik().with_subject()), refused(Fault::Subject));
}

#[test]
fn neg_t26_no_alternative_name() {
    assert_eq!(judge(&aik().without(ALT_NAME)), refused(Fault::SubjectAltName));
    let names = sequence(&[set(&tpm_attributes("id:494E5443"))]);
    for value in [
        vec![],
        sequence(&[]),
        sequence(&[tlv(0x82, b"tpm.example")]),
        // Not tagged, of another tag, with something behind it, or cut off
        sequence(from_ref(&names)),
        sequence(&[explicit(5, &names)]),
        sequence(&[explicit(4, &[&names[..], &[0x05, 0x00]].concat())]),
        [sequence(&[explicit(4, &names)]), vec![0x05, 0x00]].concat(),
        sequence(&[explicit(4, &names[..names.len() - 1])]),
        sequence(&[explicit(4, &set(&tpm_attributes("id:494E5443")))]),
    ] {
        assert_eq!(with_alt_name(value), refused(Fault::SubjectAltName));
    }
}

#[test]
fn neg_t27_t28_t29_manufacturer_model_and_version() {
    let attributes = tpm_attributes("id:494E5443");
    for at in 0..3 {
        let mut missing = attributes.to_vec();
        missing.remove(at);
        assert_eq!(with_alt_name(alt_name(&[set(&missing)])), refused(Fault::SubjectAltName), "{at}");
        // Twice, in one name and in two
        let twice = [&attributes[..], &attributes[at..=at]].concat();
        assert_eq!(with_alt_name(alt_name(&[set(&twice)])), refused(Fault::SubjectAltName), "{at}");
        let names = [explicit(4, &sequence(&[set(&attributes)])), explicit(4, &sequence(&[set(&attributes[at..=at])]))];
        assert_eq!(with_alt_name(sequence(&names)), refused(Fault::SubjectAltName), "{at}");
        for value in [utf8(""), octets(b"id:494E5443")] {
            let mut other = attributes.to_vec();
            other[at] = attribute([MANUFACTURER, VERSION, MODEL][at], value);
            assert_eq!(with_alt_name(alt_name(&[set(&other)])), refused(Fault::SubjectAltName), "{at}");
        }
    }
}

#[test]
fn neg_t27_unknown_manufacturer_by_policy() {
    let strict = World::new().under(|policy| policy.tpm_known_vendor(true));
    let of = |manufacturer| {
        let value = alt_name(&[set(&tpm_attributes(manufacturer))]);
        verify(&strict, &with_aik(&strict, &aik().with(ALT_NAME, true, value)))
    };
    assert_eq!(of("id:494E5443"), ACCEPTED);
    assert_eq!(of("id:49465800"), ACCEPTED);
    assert_eq!(of("id:00000000"), refused(Fault::SubjectAltName));
    assert_eq!(of("id:FFFFF1D0"), refused(Fault::SubjectAltName));
}

#[test]
fn neg_t30_key_usage() {
    let server_auth = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
    let among_others = sequence(&[oid(server_auth), oid(AIK_PURPOSE), oid(server_auth)]);
    assert_eq!(judge(&aik().with(KEY_USAGE, true, among_others)), ACCEPTED);
    assert_eq!(judge(&aik().without(KEY_USAGE)), refused(Fault::ExtendedKeyUsage));
    for value in [
        vec![],
        sequence(&[]),
        sequence(&[oid(server_auth)]),
        // tcg-kp-EKCertificate
        sequence(&[oid(&[0x67, 0x81, 0x05, 0x08, 0x01])]),
        oid(AIK_PURPOSE),
        sequence(&[octets(AIK_PURPOSE)]),
        sequence(&[oid(AIK_PURPOSE), vec![0x05, 0x00]]),
        [sequence(&[oid(AIK_PURPOSE)]), vec![0x05, 0x00]].concat(),
    ] {
        assert_eq!(judge(&aik().with(KEY_USAGE, false, value)), refused(Fault::ExtendedKeyUsage));
    }
}

#[test]
fn neg_t31_certification_authority() {
    let ca = sequence(&[vec![0x01, 0x01, 0xff]]);
    assert_eq!(judge(&aik().with(Cert::BASIC_CONSTRAINTS, true, ca)), refused(Fault::BasicConstraints));
    assert_eq!(judge(&aik().without(Cert::BASIC_CONSTRAINTS)), refused(Fault::BasicConstraints));
}

#[test]
fn neg_t32_aaguid_extension() {
    assert_eq!(judge(&aik().with(AAGUID_EXTENSION, false, octets(&[0xbb; 16]))), ACCEPTED);
    for (critical, value) in [
        (true, octets(&[0xbb; 16])),
        (false, octets(&[0xbc; 16])),
        (false, vec![0xbb; 16]),
        (false, octets(&[0xbb; 15])),
        (false, octets(&[0; 16])),
    ] {
        assert_eq!(judge(&aik().with(AAGUID_EXTENSION, critical, value)), refused(Fault::AaguidExtension));
    }
}
