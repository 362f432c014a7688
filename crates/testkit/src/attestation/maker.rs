//! How a statement comes about: certificate, signature, statement, each open to a change before the next.

use super::{Attestation, android_key, android_safetynet, apple, compound, fido_u2f, none, packed, tpm};
use crate::{
    algorithm::{Algorithm, PrivateKey},
    ca::TestCa,
    cbor::Cbor,
    certificate::CertificateSpec,
    stage::{Context, Edit, Stage},
    stream::{Stream, sha256},
};
use std::sync::Arc;

/// What every format is made from.
pub(crate) struct Maker<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) key: &'a dyn PrivateKey,
    pub(crate) ca: &'a TestCa,
    pub(crate) stream: &'a Stream,
    pub(crate) aaguid: [u8; 16],
    pub(crate) credential_id: &'a [u8],
    pub(crate) authenticator_data: &'a [u8],
    pub(crate) client_data_json: &'a [u8],
    pub(crate) time: u64,
    /// The serial number that an enterprise attestation names.
    pub(crate) enterprise_serial: Option<&'a [u8]>,
}

/// A statement, and the signature in it over [`Maker::message`], if it has one.
pub(crate) struct Made {
    pub(crate) statement: Cbor,
    pub(crate) signature: Option<Vec<u8>>,
}

impl Maker<'_> {
    /// The statement of a format.
    pub(crate) fn make(&self, attestation: Attestation, cx: &Context<'_>, edit: &mut dyn Edit) -> Made {
        match attestation {
            Attestation::None => Made { statement: none::statement(), signature: None },
            Attestation::PackedSelf => packed::self_attestation(self, cx, edit),
            Attestation::Packed => packed::with_certificate(self, cx, edit),
            Attestation::Tpm => tpm::make(self, cx, edit),
            Attestation::AndroidKey => android_key::make(self, cx, edit),
            Attestation::Apple => apple::make(self, cx, edit),
            Attestation::FidoU2f => fido_u2f::make(self, cx, edit),
            Attestation::Compound => compound::make(self, cx, edit),
            Attestation::AndroidSafetynet => android_safetynet::make(self, cx, edit),
        }
    }

    pub(super) fn client_data_hash(&self) -> Vec<u8> {
        sha256(self.client_data_json)
    }

    /// authenticatorData ‖ clientDataHash
    pub(super) fn message(&self) -> Vec<u8> {
        [self.authenticator_data, &self.client_data_hash()].concat()
    }

    /// The key of the authenticator's make, on P-256.
    pub(super) fn attestation_key(&self) -> Arc<dyn PrivateKey> {
        Algorithm::Es256.key(self.stream, 1_000_000)
    }

    /// Signs, and lets the signature be changed.
    pub(super) fn sign(&self, key: &dyn PrivateKey, message: &[u8], cx: &Context<'_>, edit: &mut dyn Edit) -> Vec<u8> {
        let mut signature = key.sign(message);
        edit.edit(cx, Stage::Signature { message, signature: &mut signature });
        signature
    }

    /// A leaf certificate that is not signed yet, with nothing that a format asks for.
    pub(super) fn leaf(&self, label: &str, key: &dyn PrivateKey) -> CertificateSpec {
        CertificateSpec::new(self.stream.draw(&format!("serial of {label}"), 16), key.spki())
    }

    /// Lets a leaf be changed, has it signed, and lets the chain be changed.
    pub(super) fn chain(&self, mut leaf: CertificateSpec, cx: &Context<'_>, edit: &mut dyn Edit) -> Vec<Vec<u8>> {
        edit.edit(cx, Stage::Certificate(&mut leaf));
        let mut chain = self.ca.chain(&leaf);
        edit.edit(cx, Stage::Chain { leaf: &leaf, chain: &mut chain });
        chain
    }
}

/// `x5c`
pub(super) fn x5c(chain: &[Vec<u8>]) -> Cbor {
    Cbor::Array(chain.iter().map(|certificate| Cbor::Bytes(certificate.clone())).collect())
}
