//! Certificate requirements of TPM attestation (WebAuthn §8.3.1): the attestation identity key's certificate.

use super::vendors;
use crate::attestation::leaf_is_no_ca;
use crate::error::CertificateFault as Fault;
use crate::error::RejectionReason;
use crate::x509::{Certificate, GeneralName};

/// tcg-kp-AIKCertificate, 2.23.133.8.3
const AIK_CERTIFICATE: &[u8] = &[0x67, 0x81, 0x05, 0x08, 0x03];

/// tcg-at-tpmManufacturer, tcg-at-tpmModel and tcg-at-tpmVersion: 2.23.133.2.1 to .3
const MANUFACTURER: &[u8] = &[0x67, 0x81, 0x05, 0x02, 0x01];
const MODEL: &[u8] = &[0x67, 0x81, 0x05, 0x02, 0x02];
const VERSION: &[u8] = &[0x67, 0x81, 0x05, 0x02, 0x03];

pub(super) fn check(certificate: &Certificate<'_>, known_vendor: bool) -> Result<(), RejectionReason> {
    requirements(certificate, known_vendor).map_err(RejectionReason::AttestationCertificate)
}

fn requirements(certificate: &Certificate<'_>, known_vendor: bool) -> Result<(), Fault> {
    // "Version MUST be set to 3."
    if certificate.version() != 3 {
        return Err(Fault::Version);
    }
    // "Subject field MUST be set to empty."
    if !certificate.has_empty_subject() {
        return Err(Fault::Subject);
    }
    // "The Subject Alternative Name extension MUST be set as defined in [TPMv2-EK-Profile] section 3.2.9."
    subject_alt_name(certificate, known_vendor)?;
    // "The Extended Key Usage extension MUST contain the OID 2.23.133.8.3"
    let usage = certificate.extended_key_usage()?.ok_or(Fault::ExtendedKeyUsage)?;
    if !usage.contains(AIK_CERTIFICATE) {
        return Err(Fault::ExtendedKeyUsage);
    }
    // "The Basic Constraints extension MUST have the CA component set to false."
    leaf_is_no_ca(certificate)
}

/// A directory name with manufacturer, model and version, in one relative name or in three.
fn subject_alt_name(certificate: &Certificate<'_>, known_vendor: bool) -> Result<(), Fault> {
    let names = certificate.subject_alt_names()?.ok_or(Fault::SubjectAltName)?;
    let (mut manufacturer, mut model, mut version) = (None, None, None);
    for name in names.iter() {
        let GeneralName::DirectoryName(name) = name else { continue };
        name.attributes(|attribute| {
            let slot = match attribute.oid() {
                MANUFACTURER => &mut manufacturer,
                MODEL => &mut model,
                VERSION => &mut version,
                _ => return,
            };
            *slot = attribute.text().filter(|text| !text.is_empty());
        })
        .map_err(|_| Fault::SubjectAltName)?;
    }
    match (manufacturer, model, version) {
        (Some(vendor), Some(_), Some(_)) if !known_vendor || vendors::is_known(vendor) => Ok(()),
        _ => Err(Fault::SubjectAltName),
    }
}
