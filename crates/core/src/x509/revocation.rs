//! Revoked certificates, as an input: lists are fetched and verified elsewhere.

use super::certificate::Certificate;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Certificates that no longer count, by serial number (with their issuer, or of any) or by their own bytes. Cheap to
/// clone.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Revocations(Arc<Lists>);

#[derive(Clone, Debug, PartialEq, Eq, Default)]
struct Lists {
    serials: BTreeSet<Vec<u8>>,
    /// By the issuer's name.
    of_issuer: BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>>,
    /// What was signed of each: of one certificate, many copies with another valid ECDSA signature can be made.
    certificates: BTreeSet<Vec<u8>>,
}

impl Revocations {
    /// Revokes every certificate with this serial number, big-endian, whoever issued it: the form of Android's
    /// attestation status list.
    #[must_use]
    pub fn with_serial(mut self, serial: &[u8]) -> Self {
        Arc::make_mut(&mut self.0).serials.insert(trimmed(serial).to_vec());
        self
    }

    /// Revokes the certificate with this serial number, big-endian, of the issuer with this name in DER: the form of a
    /// certificate revocation list.
    #[must_use]
    pub fn with_serial_of(mut self, issuer: &[u8], serial: &[u8]) -> Self {
        let lists = Arc::make_mut(&mut self.0);
        lists.of_issuer.entry(issuer.to_vec()).or_default().insert(trimmed(serial).to_vec());
        self
    }

    /// Revokes one certificate, given in DER: the form of the metadata service's status reports. The signature counts for
    /// nothing in the comparison. Bytes that are no certificate revoke none.
    #[must_use]
    pub fn with_certificate(mut self, der: &[u8]) -> Self {
        if let Ok(certificate) = Certificate::parse(der) {
            Arc::make_mut(&mut self.0).certificates.insert(certificate.tbs().to_vec());
        }
        self
    }

    /// Whether a certificate was revoked.
    #[must_use]
    pub fn contains(&self, certificate: &Certificate<'_>) -> bool {
        let serial = trimmed(certificate.serial());
        self.0.serials.contains(serial)
            || self.0.certificates.contains(certificate.tbs())
            || self.0.of_issuer.get(certificate.issuer()).is_some_and(|serials| serials.contains(serial))
    }
}

/// A number without leading zeros, so that a sign byte makes no difference.
fn trimmed(serial: &[u8]) -> &[u8] {
    let start = serial.iter().position(|byte| *byte != 0).unwrap_or(serial.len());
    serial.get(start..).unwrap_or_default()
}
