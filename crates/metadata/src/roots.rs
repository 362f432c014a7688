//! Roots as data: those of the metadata service, and those of vendors for relying parties that use no metadata.
//!
//! Where each comes from, when, and its fingerprint, is in `roots/README.md` of this crate. Roots are replaced now and then,
//! sometimes unannounced; every set can be extended:
//!
//! ```
//! use ceremony::x509::{TrustAnchor, TrustAnchors};
//!
//! # let der = ceremony_metadata::roots::apple().iter().next().map(|root| root.as_der().to_vec()).unwrap_or_default();
//! let own = TrustAnchor::from_der(der)?;
//! let anchors: TrustAnchors = ceremony_metadata::roots::mds().iter().cloned().chain([own]).collect();
//! assert_eq!(anchors.len(), 3);
//! # Ok::<(), ceremony::error::CertificateFault>(())
//! ```

use ceremony::AttestationFormat;
use ceremony::x509::{TrustAnchor, TrustAnchors};

const GLOBALSIGN_R3: &[u8] = include_bytes!("../roots/globalsign-root-ca-r3.der");
const GLOBALSIGN_R46: &[u8] = include_bytes!("../roots/globalsign-root-r46.der");
const APPLE: &[u8] = include_bytes!("../roots/apple-webauthn-root-ca.der");
const GOOGLE_2019: &[u8] = include_bytes!("../roots/google-hardware-attestation-root-2019.der");
const GOOGLE_2021: &[u8] = include_bytes!("../roots/google-hardware-attestation-root-2021.der");
const GOOGLE_2022: &[u8] = include_bytes!("../roots/google-hardware-attestation-root-2022.der");
const GOOGLE_CA1: &[u8] = include_bytes!("../roots/google-key-attestation-ca1.der");
const MICROSOFT_TPM: &[u8] = include_bytes!("../roots/microsoft-tpm-root-2014.der");
const YUBICO: &[u8] = include_bytes!("../roots/yubico-u2f-root-ca-457200631.der");

/// The roots that have signed for the metadata service: GlobalSign Root R3 and, since August 2026, GlobalSign Root R46. Both
/// are public roots, which sign for any host: [`BlobRules`](crate::BlobRules) checks the host as well.
#[must_use]
pub fn mds() -> TrustAnchors {
    anchors(&[GLOBALSIGN_R3, GLOBALSIGN_R46]).collect()
}

/// Apple's anonymous attestation, for the format `apple`.
#[must_use]
pub fn apple() -> TrustAnchors {
    anchors(&[APPLE]).map(|anchor| anchor.for_format(AttestationFormat::Apple)).collect()
}

/// Android's key attestation, for the format `android-key`: the RSA root in its three copies that are still valid, and the
/// P-384 root of 2025.
#[must_use]
pub fn google() -> TrustAnchors {
    anchors(&[GOOGLE_2019, GOOGLE_2021, GOOGLE_2022, GOOGLE_CA1])
        .map(|anchor| anchor.for_format(AttestationFormat::AndroidKey))
        .collect()
}

/// Windows Hello on a TPM, for the format `tpm`.
#[must_use]
pub fn microsoft_tpm() -> TrustAnchors {
    anchors(&[MICROSOFT_TPM]).map(|anchor| anchor.for_format(AttestationFormat::Tpm)).collect()
}

/// Yubico's older security keys, for the formats `fido-u2f` and `packed`.
#[must_use]
pub fn yubico() -> TrustAnchors {
    [AttestationFormat::FidoU2f, AttestationFormat::Packed]
        .into_iter()
        .flat_map(|format| anchors(&[YUBICO]).map(move |anchor| anchor.for_format(format)))
        .collect()
}

/// A root that could not be read would be missing, which refuses what it vouches for; a test sees to it that none is.
fn anchors(roots: &'static [&[u8]]) -> impl Iterator<Item = TrustAnchor> {
    roots.iter().filter_map(|der| TrustAnchor::from_der(der).ok())
}
