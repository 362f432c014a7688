//! Trust anchors: the roots, intermediates or leaves that a relying party trusts, as data.

use super::certificate::Certificate;
use super::pem::{self, PemError};
use crate::error::CertificateFault;
use crate::ids::Aaguid;
use crate::policy::AttestationFormat;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

/// A certificate that is trusted as it is: name and key count, nothing else in it is judged.
#[derive(Clone, PartialEq, Eq)]
pub struct TrustAnchor {
    der: Arc<[u8]>,
    /// Kept apart, so that looking for a name does not read every anchor.
    subject: Arc<[u8]>,
    format: Option<AttestationFormat>,
    aaguid: Option<Aaguid>,
}

impl fmt::Debug for TrustAnchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustAnchor")
            .field("len", &self.der.len())
            .field("format", &self.format)
            .field("aaguid", &self.aaguid)
            .finish()
    }
}

impl TrustAnchor {
    /// An anchor for every format and every make of authenticator, from a certificate in DER.
    ///
    /// # Errors
    ///
    /// [`CertificateFault`] if it can't be read, or its key is of a type that is not known.
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<Self, CertificateFault> {
        let der = der.as_ref();
        let certificate = Certificate::parse(der)?;
        certificate.public_key()?;
        Ok(Self { der: der.into(), subject: certificate.subject().into(), format: None, aaguid: None })
    }

    /// An anchor from a text with exactly one certificate in PEM.
    ///
    /// # Errors
    ///
    /// [`PemError`] if it does not hold one that can be read.
    pub fn from_pem(pem: &str) -> Result<Self, PemError> {
        let mut certificates = pem::certificates(pem);
        let der = certificates.next().ok_or(PemError::NoCertificate)??;
        if certificates.next().is_some() {
            return Err(PemError::SeveralCertificates);
        }
        Self::from_der(der).map_err(|fault| PemError::Certificate { block: 1, fault })
    }

    /// Trusts it for one format only.
    #[must_use]
    pub const fn for_format(mut self, format: AttestationFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// Trusts it for one make of authenticator only.
    #[must_use]
    pub const fn for_aaguid(mut self, aaguid: Aaguid) -> Self {
        self.aaguid = Some(aaguid);
        self
    }

    /// The certificate.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The subject's name as raw DER.
    pub(super) fn subject(&self) -> &[u8] {
        &self.subject
    }

    pub(super) fn parsed(&self) -> Result<Certificate<'_>, CertificateFault> {
        Certificate::parse(&self.der)
    }

    /// Whether it is this very certificate.
    pub(super) fn is(&self, certificate: &Certificate<'_>) -> bool {
        *self.der == *certificate.as_der()
    }

    /// Whether it is this certificate but for its signature: of ECDSA's there is a second one that anybody can make.
    pub(super) fn says_what(&self, certificate: &Certificate<'_>) -> bool {
        *self.subject == *certificate.subject() && self.parsed().is_ok_and(|own| own.tbs() == certificate.tbs())
    }

    /// Whether it was not limited to one format or make.
    pub(super) const fn is_for_all(&self) -> bool {
        self.format.is_none() && self.aaguid.is_none()
    }

    fn covers(&self, format: AttestationFormat, aaguid: Aaguid) -> bool {
        self.format.is_none_or(|only| only == format) && self.aaguid.is_none_or(|only| only == aaguid)
    }
}

/// A set of trust anchors. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TrustAnchors(Arc<[TrustAnchor]>);

impl TrustAnchors {
    /// An anchor from each certificate of a text in PEM. Text between the blocks, and blocks of other kinds, are passed over.
    ///
    /// # Errors
    ///
    /// [`PemError`], which names the block, if there is none or if any can't be read.
    pub fn from_pem(pem: &str) -> Result<Self, PemError> {
        let mut anchors = Vec::new();
        for (der, block) in pem::certificates(pem).zip(1..) {
            let anchor = TrustAnchor::from_der(der?).map_err(|fault| PemError::Certificate { block, fault })?;
            anchors.push(anchor);
        }
        if anchors.is_empty() {
            return Err(PemError::NoCertificate);
        }
        Ok(Self::from_iter(anchors))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &TrustAnchor> + Clone {
        self.0.iter()
    }

    /// Those for a format and a make of authenticator (WebAuthn §7.1 step 23).
    pub(crate) fn of(&self, format: AttestationFormat, aaguid: Aaguid) -> impl Iterator<Item = &TrustAnchor> + Clone {
        self.0.iter().filter(move |anchor| anchor.covers(format, aaguid))
    }
}

impl FromIterator<TrustAnchor> for TrustAnchors {
    fn from_iter<I: IntoIterator<Item = TrustAnchor>>(anchors: I) -> Self {
        Self(anchors.into_iter().collect::<Vec<_>>().into())
    }
}
