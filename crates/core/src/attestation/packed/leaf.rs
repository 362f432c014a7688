//! Certificate requirements of packed attestation (WebAuthn §8.2.1).

use super::super::{Statement, leaf_is_no_ca};
use crate::error::CertificateFault as Fault;
use crate::error::RejectionReason;
use crate::x509::{Attribute, Certificate, Der, country};
use der::Tag;

const COUNTRY: &[u8] = &[0x55, 0x04, 0x06];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const ORGANIZATIONAL_UNIT: &[u8] = &[0x55, 0x04, 0x0b];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// id-fido-gen-ce-sernum, 1.3.6.1.4.1.45724.1.1.2
const SERIAL_NUMBER: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0xe5, 0x1c, 0x01, 0x01, 0x02];

/// id-fido-gen-ce-fw-version, 1.3.6.1.4.1.45724.1.1.5
const FIRMWARE_VERSION: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0xe5, 0x1c, 0x01, 0x01, 0x05];

pub(super) fn check(certificate: &Certificate<'_>, statement: &Statement<'_>) -> Result<(), RejectionReason> {
    requirements(certificate, statement).map_err(RejectionReason::AttestationCertificate)
}

fn requirements(certificate: &Certificate<'_>, statement: &Statement<'_>) -> Result<(), Fault> {
    // "Version MUST be set to 3"
    if certificate.version() != 3 {
        return Err(Fault::Version);
    }
    subject(certificate, statement.rules.require_known_country)?;
    // "The Basic Constraints extension MUST have the CA component set to false."
    leaf_is_no_ca(certificate)?;
    // "If attestation is not enterprise attestation, the certificate MUST NOT contain a serial number"
    if certificate.extension(SERIAL_NUMBER).is_some() && !statement.enterprise {
        return Err(Fault::SerialExtension);
    }
    // "the firmware version is an INTEGER and the extension is not critical"
    match certificate.extension(FIRMWARE_VERSION) {
        Some(extension) if extension.critical() || !is_non_negative_integer(extension.value()) => {
            Err(Fault::FirmwareExtension)
        }
        _ => Ok(()),
    }
}

/// Each of the four attributes exactly once; others may stand beside them.
fn subject(certificate: &Certificate<'_>, known_country: bool) -> Result<(), Fault> {
    let mut found: [(&[u8], Option<Attribute<'_>>); 4] =
        [(COUNTRY, None), (ORGANIZATION, None), (ORGANIZATIONAL_UNIT, None), (COMMON_NAME, None)];
    let mut twice = false;
    certificate.subject_attributes(|attribute| {
        if let Some((_, slot)) = found.iter_mut().find(|(oid, _)| *oid == attribute.oid()) {
            twice |= slot.replace(attribute).is_some();
        }
    })?;
    let [(_, Some(c)), (_, Some(o)), (_, Some(ou)), (_, Some(cn))] = found else { return Err(Fault::Subject) };
    // "Subject-C: ISO 3166 code specifying the country where the Authenticator vendor is incorporated"
    let country_holds = c.is_printable_string()
        && c.text().is_some_and(|code| country::has_form(code) && (!known_country || country::is_assigned(code)));
    // "Subject-O: legal name of the Authenticator vendor (UTF8String)"; genuine ones also have PrintableStrings
    let organization_holds = o.text().is_some_and(|text| !text.is_empty());
    // "Subject-OU: Literal string “Authenticator Attestation” (UTF8String)"
    let unit_holds = ou.text() == Some("Authenticator Attestation");
    // "Subject-CN: A UTF8String of the vendor’s choosing"
    let name_holds = cn.text().is_some_and(|text| !text.is_empty());
    if twice || !country_holds || !organization_holds || !unit_holds || !name_holds {
        return Err(Fault::Subject);
    }
    Ok(())
}

fn is_non_negative_integer(value: &[u8]) -> bool {
    let mut from = Der::new(value);
    let integer = from.contents(Tag::Integer);
    from.is_empty() && integer.is_ok_and(|bytes| bytes.first().is_some_and(|high| *high < 0x80))
}

#[cfg(test)]
#[cfg(feature = "rustcrypto")]
mod tests;
