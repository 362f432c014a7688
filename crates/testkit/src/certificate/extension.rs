//! Certificate extensions.

use super::Name;
use crate::der;

/// An extension of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extension {
    /// The type, an object identifier in dotted form.
    pub oid: String,
    /// Whether who doesn't know the extension has to refuse the certificate.
    pub critical: bool,
    /// The content of extnValue's OCTET STRING.
    pub value: Vec<u8>,
}

/// A purpose of a certified key; the discriminant is the bit of KeyUsage. The list is that of RFC 5280, and closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum KeyUsage {
    /// Signs anything but certificates and revocation lists.
    DigitalSignature = 0,
    /// Encrypts keys.
    KeyEncipherment = 2,
    /// Signs certificates.
    KeyCertSign = 5,
    /// Signs revocation lists.
    CrlSign = 6,
}

impl Extension {
    /// Basic Constraints.
    pub const BASIC_CONSTRAINTS: &'static str = "2.5.29.19";
    /// Key Usage.
    pub const KEY_USAGE: &'static str = "2.5.29.15";
    /// Extended Key Usage.
    pub const EXTENDED_KEY_USAGE: &'static str = "2.5.29.37";
    /// Subject Alternative Name.
    pub const SUBJECT_ALT_NAME: &'static str = "2.5.29.17";
    /// Subject Key Identifier.
    pub const SUBJECT_KEY_IDENTIFIER: &'static str = "2.5.29.14";
    /// Authority Key Identifier.
    pub const AUTHORITY_KEY_IDENTIFIER: &'static str = "2.5.29.35";
    /// id-fido-gen-ce-aaguid: the AAGUID of the model.
    pub const AAGUID: &'static str = "1.3.6.1.4.1.45724.1.1.4";
    /// id-fido-gen-ce-sernum: the serial number of the device, in enterprise attestation.
    pub const FIDO_SERIAL: &'static str = "1.3.6.1.4.1.45724.1.1.2";
    /// id-fido-gen-ce-fw-version: the firmware's version.
    pub const FIDO_FIRMWARE: &'static str = "1.3.6.1.4.1.45724.1.1.5";
    /// Android's KeyDescription.
    pub const KEY_DESCRIPTION: &'static str = "1.3.6.1.4.1.11129.2.1.17";
    /// Apple's nonce.
    pub const APPLE_NONCE: &'static str = "1.2.840.113635.100.8.2";

    /// An extension of any type.
    #[must_use]
    pub fn new(oid: &str, critical: bool, value: Vec<u8>) -> Self {
        Self { oid: oid.to_owned(), critical, value }
    }

    /// Basic Constraints, critical for issuers.
    #[must_use]
    pub fn basic_constraints(ca: bool, path_length: Option<u8>) -> Self {
        let mut fields = if ca { vec![der::boolean(true)] } else { Vec::new() };
        fields.extend(path_length.map(|length| der::integer(u64::from(length))));
        Self::new(Self::BASIC_CONSTRAINTS, true, der::sequence(&fields))
    }

    /// Key Usage, critical.
    #[must_use]
    pub fn key_usage(usages: &[KeyUsage]) -> Self {
        let bits: Vec<u8> = usages.iter().map(|&usage| usage as u8).collect();
        Self::new(Self::KEY_USAGE, true, der::named_bits(&bits))
    }

    /// Extended Key Usage, not critical.
    #[must_use]
    pub fn extended_key_usage(purposes: &[&str]) -> Self {
        let purposes: Vec<_> = purposes.iter().map(|oid| der::oid(oid)).collect();
        Self::new(Self::EXTENDED_KEY_USAGE, false, der::sequence(&purposes))
    }

    /// Subject Alternative Name with one directoryName.
    #[must_use]
    pub fn directory_name(name: &Name, critical: bool) -> Self {
        let names = der::sequence(&[der::explicit(4, &name.encode())]);
        Self::new(Self::SUBJECT_ALT_NAME, critical, names)
    }

    /// Subject Alternative Name with one dNSName, not critical.
    #[must_use]
    pub fn dns_name(host: &str) -> Self {
        Self::new(Self::SUBJECT_ALT_NAME, false, der::sequence(&[der::implicit(2, host.as_bytes())]))
    }

    /// Subject Key Identifier.
    #[must_use]
    pub fn subject_key_identifier(identifier: &[u8]) -> Self {
        Self::new(Self::SUBJECT_KEY_IDENTIFIER, false, der::octet_string(identifier))
    }

    /// Authority Key Identifier.
    #[must_use]
    pub fn authority_key_identifier(identifier: &[u8]) -> Self {
        Self::new(Self::AUTHORITY_KEY_IDENTIFIER, false, der::sequence(&[der::implicit(0, identifier)]))
    }

    /// The AAGUID of the model: an OCTET STRING inside extnValue's own.
    #[must_use]
    pub fn aaguid(aaguid: &[u8]) -> Self {
        Self::new(Self::AAGUID, false, der::octet_string(aaguid))
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut fields = vec![der::oid(&self.oid)];
        if self.critical {
            fields.push(der::boolean(true));
        }
        fields.push(der::octet_string(&self.value));
        der::sequence(&fields)
    }
}
