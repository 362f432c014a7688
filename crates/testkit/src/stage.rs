//! The points of a ceremony at which a value may be changed before the next one is computed from it.

use serde_json::Value;

use crate::{
    algorithm::{Algorithm, PrivateKey},
    attestation::{Attestation, CertInfo, KeyDescription},
    authenticator_data::AuthenticatorData,
    ca::TestCa,
    cbor::Cbor,
    certificate::CertificateSpec,
    client_data::ClientData,
    stream::Stream,
};

/// Which of the two ceremonies; WebAuthn has no third, so the list is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ceremony {
    /// `navigator.credentials.create()`.
    Registration,
    /// `navigator.credentials.get()`.
    Authentication,
}

impl Ceremony {
    /// The client data's `type`.
    pub(crate) const fn client_data_type(self) -> &'static str {
        match self {
            Self::Registration => "webauthn.create",
            Self::Authentication => "webauthn.get",
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Registration => Self::Authentication,
            Self::Authentication => Self::Registration,
        }
    }
}

/// A value in the making, in the order in which the ceremony visits them.
///
/// What is changed before [`Stage::Signature`] is signed as changed; what is changed after it is not.
#[derive(Debug)]
#[non_exhaustive]
pub enum Stage<'a> {
    /// Registration: the new credential's id. A change is a change of the credential itself.
    CredentialId(&'a mut Vec<u8>),
    /// The client data's members.
    ClientData(&'a mut ClientData),
    /// The bytes of clientDataJSON, not yet signed.
    ClientDataJson(&'a mut Vec<u8>),
    /// Registration: the COSE key that goes into the attested credential data.
    CredentialPublicKey(&'a mut Cbor),
    /// The fields of the authenticator data.
    AuthenticatorData(&'a mut AuthenticatorData),
    /// The bytes of the authenticator data, not yet signed.
    AuthenticatorDataBytes(&'a mut Vec<u8>),
    /// Registration, format android-key: what the attestation says about the key, before it goes into the certificate.
    KeyDescription(&'a mut KeyDescription),
    /// Registration, format tpm: the public area of the credential key.
    PubArea(&'a mut Vec<u8>),
    /// Registration, format tpm: what the TPM attests, not yet signed.
    CertInfo(&'a mut CertInfo),
    /// Registration, format android-safetynet: the payload, not yet signed.
    SafetynetPayload(&'a mut Value),
    /// Registration: the leaf certificate, not yet signed.
    Certificate(&'a mut CertificateSpec),
    /// Registration: the chain of certificates as it is sent, leaf first.
    Chain {
        /// The leaf as it was signed.
        leaf: &'a CertificateSpec,
        /// The certificates in DER.
        chain: &'a mut Vec<Vec<u8>>,
    },
    /// Registration, format fido-u2f: the bytes that are to be signed.
    SignedData(&'a mut Vec<u8>),
    /// The signature of the assertion, or of the attestation statement if its format has one.
    Signature {
        /// What is signed: authenticatorData ‖ SHA-256(clientDataJSON), or what the statement's format signs.
        message: &'a [u8],
        /// The signature over the message.
        signature: &'a mut Vec<u8>,
    },
    /// The bytes of clientDataJSON that are sent; the signature covers what they were before.
    SentClientDataJson(&'a mut Vec<u8>),
    /// The bytes of the authenticator data that are sent; the signature covers what they were before.
    SentAuthenticatorData(&'a mut Vec<u8>),
    /// Registration: the attestation statement.
    AttestationStatement(&'a mut Cbor),
    /// Registration: the attestation object, a map of `fmt`, `attStmt` and `authData`.
    AttestationObject(&'a mut Cbor),
    /// Registration: the bytes of the attestation object.
    AttestationObjectBytes(&'a mut Vec<u8>),
    /// The response as `PublicKeyCredential.toJSON()` gives it.
    Response(&'a mut Value),
    /// The text of that JSON.
    ResponseText(&'a mut Vec<u8>),
}

/// What a prepared edit may know about the ceremony that it changes.
pub(crate) struct Context<'a> {
    pub(crate) ceremony: Ceremony,
    pub(crate) algorithm: Algorithm,
    /// The attestation in effect; in an authentication it says nothing.
    pub(crate) attestation: Attestation,
    pub(crate) rp_id: &'a str,
    pub(crate) origin: &'a str,
    pub(crate) stream: &'a Stream,
    pub(crate) key: &'a dyn PrivateKey,
    pub(crate) other_key: &'a dyn PrivateKey,
    pub(crate) user_handle: &'a [u8],
    /// Who issues attestation certificates.
    pub(crate) ca: &'a TestCa,
    /// The counter that was sent before this ceremony.
    pub(crate) previous_sign_count: u32,
    /// Whether `allowCredentials` named the credential.
    pub(crate) named: bool,
    /// The id of another credential of this authenticator.
    pub(crate) other_id: Option<&'a [u8]>,
}

/// Something that changes a ceremony at its stages.
pub(crate) trait Edit {
    fn edit(&mut self, cx: &Context<'_>, stage: Stage<'_>);

    /// Answers with a credential of the RP that `allowCredentials` does not name.
    fn ignores_allow_credentials(&self) -> bool {
        false
    }
}

/// The honest ceremony.
pub(crate) struct Honest;

impl Edit for Honest {
    fn edit(&mut self, _: &Context<'_>, _: Stage<'_>) {}
}

/// A user's own closure.
pub(crate) struct Custom<F>(pub(crate) F);

impl<F: FnMut(Stage<'_>)> Edit for Custom<F> {
    fn edit(&mut self, _: &Context<'_>, stage: Stage<'_>) {
        (self.0)(stage);
    }
}
