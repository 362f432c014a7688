//! The points of a ceremony at which a value may be changed before the next one is computed from it.

use std::cell::LazyCell;

use serde_json::Value;

use crate::{
    algorithm::{Algorithm, PrivateKey},
    attestation::{
        Attestation,
        android_key::KeyDescription,
        tpm::{CertInfo, PubArea},
    },
    authenticator_data::AuthenticatorData,
    ca::TestCa,
    cbor::Cbor,
    certificate::{CertificateKey, CertificateSpec},
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
    /// Format tpm: the fields of the credential key's public area.
    PubArea(&'a mut PubArea),
    /// Format tpm: the bytes of the public area; the attested Name is that of what they are after this stage.
    PubAreaBytes(&'a mut Vec<u8>),
    /// Format tpm: the fields of the structure that the TPM signs.
    CertInfo {
        /// authenticatorData ‖ SHA-256(clientDataJSON).
        message: &'a [u8],
        /// The bytes of the public area.
        pub_area: &'a [u8],
        /// The fields.
        info: &'a mut CertInfo,
    },
    /// Format android-key: the keystore's description of the key, not yet in the certificate.
    KeyDescription(&'a mut KeyDescription),
    /// A certificate of the attestation, not yet signed; from the one below the root downwards.
    Certificate {
        /// How many certificates stand between this one and the leaf, itself included: 0 is the leaf.
        depth: usize,
        /// authenticatorData ‖ SHA-256(clientDataJSON).
        message: &'a [u8],
        /// What the certificate will say.
        spec: &'a mut CertificateSpec,
    },
    /// Format android-safetynet: the members `header` and `payload` of the token, not yet signed.
    SafetyNet(&'a mut Value),
    /// The signature of the assertion, or of the attestation statement if its format has one. A compound statement has
    /// several.
    Signature {
        /// authenticatorData ‖ SHA-256(clientDataJSON); in formats that sign something else, that.
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
    pub(crate) attesting: LazyAttesting,
    pub(crate) user_handle: &'a [u8],
    /// The counter that was sent before this ceremony.
    pub(crate) previous_sign_count: u32,
    /// Whether `allowCredentials` named the credential.
    pub(crate) named: bool,
    /// The id of another credential of this authenticator.
    pub(crate) other_id: Option<&'a [u8]>,
}

/// What a registration attests with.
#[derive(Clone)]
pub(crate) struct Attesting {
    pub(crate) ca: TestCa,
    pub(crate) key: CertificateKey,
    pub(crate) other_key: CertificateKey,
}

/// Made when somebody asks: most ceremonies have no certificates, and a test may run thousands.
pub(crate) type LazyAttesting = LazyCell<Attesting, Box<dyn FnOnce() -> Attesting>>;

impl Context<'_> {
    /// Signs as the holder of the key that the ceremony's signature is made with.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        if self.signs_with_credential_key() { self.key.sign(message) } else { self.attesting.key.sign(message) }
    }

    /// Signs as somebody else, with the same algorithm.
    pub(crate) fn sign_wrongly(&self, message: &[u8]) -> Vec<u8> {
        if self.signs_with_credential_key() {
            self.other_key.sign(message)
        } else {
            self.attesting.other_key.sign(message)
        }
    }

    fn signs_with_credential_key(&self) -> bool {
        self.ceremony == Ceremony::Authentication || self.attestation.signs_with_credential_key()
    }
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
