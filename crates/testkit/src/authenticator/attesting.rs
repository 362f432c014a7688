//! The settings of attestation.

use std::cell::LazyCell;

use super::Authenticator;
use crate::{
    algorithm::Algorithm,
    attestation::Attestation,
    ca::TestCa,
    certificate::{CertificateKey, CertificateSpec},
    stage::{Attesting, LazyAttesting},
    stream::Stream,
};

impl Authenticator {
    /// Sets the attestation of new credentials.
    ///
    /// As the spec has it, the client replaces the statement by `none` when the options ask for no attestation, except
    /// for a self attestation with a zero AAGUID. Formats that exist for some algorithms only
    /// ([`Attestation::supports`]) make a registration with another one fail.
    #[must_use]
    pub const fn attestation(mut self, attestation: Attestation) -> Self {
        self.attestation = attestation;
        self
    }

    /// Sets the authority that issues the certificates of attestation; without it, it is [`TestCa::default`].
    #[must_use]
    pub fn ca(mut self, ca: TestCa) -> Self {
        self.attestation_settings.ca = Some(ca);
        self
    }

    /// Sets the algorithm of the attestation key, for formats that have a key of their own: packed with certificates,
    /// tpm, fido-u2f (where anything but ES256 is wrong) and android-safetynet. Without it, it is ES256.
    #[must_use]
    pub const fn attestation_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.attestation_settings.algorithm = algorithm;
        self
    }

    /// Sets the serial number that a packed attestation certificate tells when the options ask for `enterprise`.
    #[must_use]
    pub fn enterprise_serial(mut self, serial: impl Into<Vec<u8>>) -> Self {
        self.attestation_settings.enterprise_serial = Some(serial.into());
        self
    }

    /// Sets the parts of a compound attestation; without it they are packed with certificates and packed self.
    #[must_use]
    pub fn compound(mut self, parts: impl Into<Vec<Attestation>>) -> Self {
        self.attestation_settings.compound = parts.into();
        self
    }

    /// Sets the time that a SafetyNet response tells, in seconds since 1970; without it, a moment of November 2026.
    #[must_use]
    pub const fn time(mut self, unix_seconds: i64) -> Self {
        self.attestation_settings.time = unix_seconds;
        self
    }

    /// The attestation certificate before it is signed, where it is the same for every credential: packed with
    /// certificates, tpm and fido-u2f. Encoded, it may stand as a trust anchor of its own.
    #[must_use]
    pub fn attestation_certificate(&self) -> Option<CertificateSpec> {
        let attesting = self.attesting();
        self.attestation.constant_leaf(&attesting.ca, &attesting.key, &self.aaguid)
    }

    /// What registrations attest with.
    pub(crate) fn attesting(&self) -> LazyAttesting {
        let (stream, settings) = (self.stream.clone(), self.attestation_settings.clone());
        LazyCell::new(Box::new(move || {
            let stream = Stream::new(&stream.draw("attestation", 32));
            let key = |index| CertificateKey::numbered(&stream, index, settings.algorithm);
            Attesting { ca: settings.ca(), key: key(0), other_key: key(1) }
        }))
    }
}
