//! By serial number, by serial number and issuer, by certificate.

use super::*;
use std::vec;

fn revoked(by: &Revocations, cert: &Cert) -> bool {
    let der = cert.signed(1);
    by.contains(&Certificate::parse(&der).unwrap())
}

#[test]
fn serial_numbers_are_compared_as_numbers() {
    let cert = Cert { serial: vec![0x00, 0x80, 0x01], ..Cert::leaf("root", "leaf", 3) };
    for serial in [&[0x80, 0x01][..], &[0x00, 0x80, 0x01], &[0x00, 0x00, 0x80, 0x01]] {
        assert!(revoked(&Revocations::default().with_serial(serial), &cert));
        let of_root = Revocations::default().with_serial_of(&name("root"), serial);
        assert!(revoked(&of_root, &cert));
        assert!(!revoked(&of_root, &Cert { issuer: name("other"), ..cert.clone() }));
        assert!(!revoked(&of_root, &Cert { serial: vec![0x01], ..cert.clone() }));
    }
    assert!(!revoked(&Revocations::default().with_serial(&[0x80, 0x01, 0x00]), &cert));
    assert!(!revoked(&Revocations::default(), &cert));
}

#[test]
fn another_signature_does_not_bring_a_certificate_back() {
    let cert = Cert::leaf("root", "leaf", 3);
    let revocations = Revocations::default().with_certificate(&cert.signed(1));
    let again = cert.with_signature(&[7; 64]);
    assert!(revocations.contains(&Certificate::parse(&again).unwrap()));
    assert!(!revoked(&revocations, &Cert { serial: vec![4], ..cert }));
    assert_eq!(Revocations::default().with_certificate(b"none"), Revocations::default());
}
