//! Attestation statement formats, one file each.

pub(crate) mod android_key;
pub(crate) mod apple;
mod compound;
mod fido_u2f;
mod none;
mod packed;
pub(crate) mod safetynet;
pub(crate) mod tpm;

use crate::{
    algorithm::Algorithm,
    ca::TestCa,
    cbor::Cbor,
    certificate::{CertificateKey, CertificateSpec},
    settings::AttestationSettings,
    stage::{Context, Edit, Stage},
};

/// The attestation statement that the authenticator makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Attestation {
    /// Format `none`: an empty statement.
    None,
    /// Format `packed`, self attestation: signed with the credential's own key, no certificate.
    PackedSelf,
    /// Format `packed` with an attestation key and its certificates.
    Packed,
    /// Format `tpm`: the key lives in a TPM 2.0, whose attestation identity key has certificates.
    Tpm,
    /// Format `android-key`: the credential's own key has certificates, from the Android keystore.
    AndroidKey,
    /// Format `apple`: the credential's own key has certificates, issued for this very registration.
    Apple,
    /// Format `fido-u2f`: an older security key with one certificate.
    FidoU2f,
    /// Format `compound`: several statements, each of another format.
    Compound,
    /// Format `android-safetynet`, deprecated: a JSON Web Signature of Google's servers.
    SafetyNet,
}

impl Attestation {
    /// Every attestation that the authenticator can make.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &[
            Self::None,
            Self::PackedSelf,
            Self::Packed,
            Self::Tpm,
            Self::AndroidKey,
            Self::Apple,
            Self::FidoU2f,
            Self::Compound,
            Self::SafetyNet,
        ]
    }

    /// The two that have no certificates: none, and packed self attestation.
    #[must_use]
    pub const fn without_certificates() -> &'static [Self] {
        &[Self::None, Self::PackedSelf]
    }

    /// The attestation statement format identifier.
    #[must_use]
    pub const fn format(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PackedSelf | Self::Packed => "packed",
            Self::Tpm => "tpm",
            Self::AndroidKey => "android-key",
            Self::Apple => "apple",
            Self::FidoU2f => "fido-u2f",
            Self::Compound => "compound",
            Self::SafetyNet => "android-safetynet",
        }
    }

    /// Whether the format exists for credentials of this algorithm.
    ///
    /// A TPM has keys on the NIST curves and RSA, the Android keystore Ed25519 besides, Apple's devices keys on P-256,
    /// and U2F means ES256. The other formats take any key.
    #[must_use]
    pub const fn supports(self, algorithm: Algorithm) -> bool {
        use Algorithm as A;
        match self {
            Self::None | Self::PackedSelf | Self::Packed | Self::Compound | Self::SafetyNet => true,
            Self::FidoU2f => matches!(algorithm, A::Es256),
            Self::Apple => matches!(algorithm, A::Es256 | A::Esp256),
            Self::Tpm => !matches!(
                algorithm,
                A::Es256k | A::EdDsa | A::Ed25519 | A::Ed448 | A::MlDsa44 | A::MlDsa65 | A::MlDsa87
            ),
            Self::AndroidKey => {
                !matches!(algorithm, A::Es256k | A::Ed448 | A::Rs1 | A::MlDsa44 | A::MlDsa65 | A::MlDsa87)
            }
        }
    }

    /// Whether the statement holds a signature; none has nothing to sign, and Apple's certificate says it all.
    #[must_use]
    pub const fn has_signature(self) -> bool {
        !matches!(self, Self::None | Self::Apple)
    }

    /// Whether the credential's own key makes the signature.
    pub(crate) const fn signs_with_credential_key(self) -> bool {
        matches!(self, Self::PackedSelf | Self::AndroidKey)
    }

    /// The leaf of formats whose leaf says nothing about the credential.
    pub(crate) fn constant_leaf(self, ca: &TestCa, key: &CertificateKey, aaguid: &[u8]) -> Option<CertificateSpec> {
        match self {
            Self::Packed => Some(packed::leaf(ca, key, aaguid)),
            Self::Tpm => Some(tpm::leaf(ca, key)),
            Self::FidoU2f => Some(fido_u2f::leaf(ca, key)),
            _ => None,
        }
    }
}

/// What statements are made from.
pub(crate) struct Making<'a> {
    pub(crate) cx: &'a Context<'a>,
    pub(crate) settings: &'a AttestationSettings,
    pub(crate) credential_key: CertificateKey,
    pub(crate) authenticator_data: &'a [u8],
    pub(crate) client_data_hash: &'a [u8],
    pub(crate) credential_id: &'a [u8],
    pub(crate) aaguid: &'a [u8],
    pub(crate) is_enterprise: bool,
}

/// A signature, and what it covers.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) key: CertificateKey,
    pub(crate) message: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

/// A statement, and its signatures for the tests of the faults.
pub(crate) struct Made {
    pub(crate) statement: Cbor,
    pub(crate) signed: Vec<Signed>,
}

impl Making<'_> {
    /// The statement of an attestation.
    pub(crate) fn make(&self, attestation: Attestation, edit: &mut dyn Edit) -> Made {
        match attestation {
            Attestation::None => none::make(),
            Attestation::PackedSelf => packed::make_self(self, edit),
            Attestation::Packed => packed::make(self, edit),
            Attestation::Tpm => tpm::make(self, edit),
            Attestation::AndroidKey => android_key::make(self, edit),
            Attestation::Apple => apple::make(self, edit),
            Attestation::FidoU2f => fido_u2f::make(self, edit),
            Attestation::Compound => compound::make(self, edit),
            Attestation::SafetyNet => safetynet::make(self, edit),
        }
    }

    /// authenticatorData ‖ clientDataHash.
    fn message(&self) -> Vec<u8> {
        [self.authenticator_data, self.client_data_hash].concat()
    }

    fn ca(&self) -> &TestCa {
        &self.cx.attesting.ca
    }

    fn attestation_key(&self) -> &CertificateKey {
        &self.cx.attesting.key
    }

    /// The x5c array of a leaf: the leaf and the intermediates, without the root.
    fn x5c(&self, mut leaf: CertificateSpec, edit: &mut dyn Edit) -> Vec<Vec<u8>> {
        let message = self.message();
        let mut specs = self.ca().intermediate_specs();
        for (index, spec) in specs.iter_mut().enumerate().rev() {
            edit.edit(self.cx, Stage::Certificate { depth: index + 1, message: &message, spec });
        }
        edit.edit(self.cx, Stage::Certificate { depth: 0, message: &message, spec: &mut leaf });
        let issuers = specs.iter().map(|spec| self.ca().encode_issuer(spec));
        std::iter::once(leaf.encode()).chain(issuers).collect()
    }

    fn sign(&self, key: &CertificateKey, message: Vec<u8>, edit: &mut dyn Edit) -> Signed {
        let mut signature = key.sign(&message);
        edit.edit(self.cx, Stage::Signature { message: &message, signature: &mut signature });
        Signed { key: key.clone(), message, signature }
    }
}

/// An array of byte strings.
fn certificates(x5c: Vec<Vec<u8>>) -> Cbor {
    Cbor::Array(x5c.into_iter().map(Cbor::Bytes).collect())
}
