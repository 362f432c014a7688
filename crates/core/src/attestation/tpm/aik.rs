//! TPM attestation statement certificate requirements (WebAuthn §8.3.1).

use super::super::leaf_is_no_ca;
use super::vendors;
use crate::error::CertificateFault as Fault;
use crate::policy::FormatRules;
use crate::x509::{self, Attribute, Certificate, Der, explicit};
use der::Tag;

/// id-ce-subjectAltName, 2.5.29.17
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

/// id-ce-extKeyUsage, 2.5.29.37
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];

/// tcg-kp-AIKCertificate, 2.23.133.8.3
const AIK_CERTIFICATE: &[u8] = &[0x67, 0x81, 0x05, 0x08, 0x03];

/// tcg-at-tpmManufacturer, 2.23.133.2.1
const MANUFACTURER: &[u8] = &[0x67, 0x81, 0x05, 0x02, 0x01];

/// tcg-at-tpmModel, 2.23.133.2.2
const MODEL: &[u8] = &[0x67, 0x81, 0x05, 0x02, 0x02];

/// tcg-at-tpmVersion, 2.23.133.2.3
const VERSION: &[u8] = &[0x67, 0x81, 0x05, 0x02, 0x03];

pub(super) fn check(aik_cert: &Certificate<'_>, rules: FormatRules) -> Result<(), Fault> {
    // "Version MUST be set to 3."
    if aik_cert.version() != 3 {
        return Err(Fault::Version);
    }
    // "Subject field MUST be set to empty."
    if !aik_cert.has_empty_subject() {
        return Err(Fault::Subject);
    }
    // "The Subject Alternative Name extension MUST be set as defined in [TPMv2-EK-Profile] section 3.2.9."
    let manufacturer = manufacturer(aik_cert).map_err(|_| Fault::SubjectAltName)?;
    // Beyond the specification, by policy.
    if rules.tpm_known_vendor && !vendors::is_known(manufacturer) {
        return Err(Fault::SubjectAltName);
    }
    // "The Extended Key Usage extension MUST contain the OID 2.23.133.8.3"
    if !is_for_aiks(aik_cert).map_err(|_| Fault::ExtendedKeyUsage)? {
        return Err(Fault::ExtendedKeyUsage);
    }
    // "The Basic Constraints extension MUST have the CA component set to false."
    leaf_is_no_ca(aik_cert)
}

/// The TPM's manufacturer. Model and version must stand beside it: each once and not empty, be it in one relative name
/// or in three. Names of other kinds may come along.
fn manufacturer<'a>(aik_cert: &Certificate<'a>) -> Result<&'a str, Fault> {
    let extension = aik_cert.extension(SUBJECT_ALT_NAME).ok_or(Fault::SubjectAltName)?;
    let mut outer = Der::new(extension.value());
    let mut names = outer.sequence()?;
    outer.end()?;
    let mut found: [(&[u8], Option<Attribute<'a>>); 3] = [(MANUFACTURER, None), (MODEL, None), (VERSION, None)];
    let mut twice = false;
    while !names.is_empty() {
        let name = names.any()?;
        // directoryName
        if name.tag != explicit(4) {
            continue;
        }
        let mut name = Der::new(name.contents);
        let attributes = name.contents(Tag::Sequence)?;
        name.end()?;
        x509::name_attributes(attributes, |attribute| {
            if let Some((_, slot)) = found.iter_mut().find(|(oid, _)| *oid == attribute.oid()) {
                twice |= slot.replace(attribute).is_some();
            }
        })?;
    }
    let [manufacturer, model, version] = found.map(|(_, attribute)| {
        attribute.as_ref().and_then(Attribute::text).filter(|text| !text.is_empty()).ok_or(Fault::SubjectAltName)
    });
    let (manufacturer, _, _) = (manufacturer?, model?, version?);
    if twice { Err(Fault::SubjectAltName) } else { Ok(manufacturer) }
}

/// Whether the purposes of the key have that of an AIK among them.
fn is_for_aiks(aik_cert: &Certificate<'_>) -> Result<bool, Fault> {
    let extension = aik_cert.extension(EXTENDED_KEY_USAGE).ok_or(Fault::ExtendedKeyUsage)?;
    let mut outer = Der::new(extension.value());
    let mut purposes = outer.sequence()?;
    outer.end()?;
    let mut found = false;
    while !purposes.is_empty() {
        found |= purposes.oid()? == AIK_CERTIFICATE;
    }
    Ok(found)
}
