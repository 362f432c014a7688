//! Trust anchors: the roots, intermediates or leaves that a relying party trusts, as data.

use super::certificate::Certificate;
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
        Certificate::parse(der)?.public_key()?;
        Ok(Self { der: der.into(), format: None, aaguid: None })
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

    fn covers(&self, format: AttestationFormat, aaguid: Aaguid) -> bool {
        self.format.is_none_or(|only| only == format) && self.aaguid.is_none_or(|only| only == aaguid)
    }
}

/// A set of trust anchors. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TrustAnchors(Arc<[TrustAnchor]>);

impl TrustAnchors {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &TrustAnchor> {
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
