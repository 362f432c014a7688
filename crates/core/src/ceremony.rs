//! The entry: begin and finish of both ceremonies.

use crate::authentication::{self, Authentication, AuthenticationRequest, AuthenticationState};
use crate::challenge::Challenge;
use crate::credential::CredentialRecord;
use crate::error::{Error, Misuse};
use crate::options::creation::{Encoded, Rp, Selection, User};
use crate::options::extensions::{CreationExtensions, RequestExtensions};
use crate::options::{CreationOptions, CredentialDescriptor, MAX_DESCRIPTORS, RequestOptions};
use crate::policy::{AttestationFormat, Hint, ResidentKey, UserVerification};
use crate::registration::{self, Registration, RegistrationRequest, RegistrationState};
use crate::relying_party::{RelyingParty, check_timeout};
use crate::response::{AuthenticationResponse, RegistrationResponse};
use crate::state::Frozen;
use crate::time::UnixTime;
use crate::verifier::SignatureVerifier;
use crate::x509::TrustAnchors;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A relying party and its signature verifier: the whole protocol, without IO, clock or randomness.
///
/// Cheap to clone; share one for the life of the server. Each ceremony has four beats: begin, parse, look up, finish.
#[derive(Clone, Debug)]
pub struct Ceremony {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    relying_party: RelyingParty,
    verifier: Arc<dyn SignatureVerifier>,
}

impl Ceremony {
    /// A ceremony that verifies signatures with the RustCrypto crates.
    #[cfg(feature = "rustcrypto")]
    #[must_use]
    pub fn new(relying_party: RelyingParty) -> Self {
        Self::assemble(relying_party, Arc::new(crate::verifier::RustCrypto))
    }

    /// A ceremony that verifies signatures with a backend of your choice.
    ///
    /// # Errors
    ///
    /// [`Misuse::UnsupportedAlgorithm`] if the relying party offers an algorithm that the backend does not know.
    pub fn with_verifier(relying_party: RelyingParty, verifier: Arc<dyn SignatureVerifier>) -> Result<Self, Misuse> {
        match relying_party.algorithms().iter().find(|algorithm| !verifier.supports(algorithm.scheme())) {
            Some(unsupported) => Err(Misuse::UnsupportedAlgorithm(unsupported.id())),
            None => Ok(Self::assemble(relying_party, verifier)),
        }
    }

    fn assemble(relying_party: RelyingParty, verifier: Arc<dyn SignatureVerifier>) -> Self {
        Self { shared: Arc::new(Shared { relying_party, verifier }) }
    }

    /// The relying party.
    #[must_use]
    pub fn relying_party(&self) -> &RelyingParty {
        &self.shared.relying_party
    }

    #[cfg(feature = "spc")]
    pub(crate) fn verifier(&self) -> &dyn SignatureVerifier {
        &*self.shared.verifier
    }

    /// Begins a registration: options for the browser, and the state to keep until it answers (§7.1 step 1).
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] for a request that can't work: a conditional registration that requires user verification, no
    /// algorithm, an algorithm that the verifier does not know, RS1 without the builder's opt-in, a context over 256
    /// bytes, more than 256 excluded credentials, a time under 10 seconds or over an hour, an extension's input that no
    /// client could take.
    pub fn begin_registration(
        &self,
        request: RegistrationRequest,
        challenge: Challenge,
        now: UnixTime,
    ) -> Result<(CreationOptions, RegistrationState), Error> {
        let rp = self.relying_party();
        if request.conditional && request.user_verification == UserVerification::Required {
            return Err(Misuse::ConditionalCreateWithUserVerification.into());
        }
        request.context.check()?;
        check_descriptors(&request.exclude)?;
        request.extensions.check(rp)?;
        let algorithms = request.algorithms.unwrap_or_else(|| rp.algorithms().to_vec());
        if algorithms.is_empty() {
            return Err(Misuse::NoAlgorithms.into());
        }
        if algorithms.iter().any(|algorithm| !rp.allows(*algorithm)) {
            return Err(Misuse::Rs1NotAllowed.into());
        }
        if let Some(unsupported) =
            algorithms.iter().find(|algorithm| !self.shared.verifier.supports(algorithm.scheme()))
        {
            return Err(Misuse::UnsupportedAlgorithm(unsupported.id()).into());
        }
        let timeout = request.timeout.unwrap_or_else(|| rp.timeout());
        check_timeout(timeout).map_err(Misuse::Config)?;
        // R1: what the client is asked for, and what finish will judge its answer by
        let options = CreationOptions {
            rp: Rp { name: rp.name().into(), id: rp.id().as_str().into() },
            user: User::new(&request.user),
            challenge: Encoded::new(challenge.as_bytes()),
            pub_key_cred_params: algorithms.iter().copied().map(Into::into).collect(),
            timeout,
            exclude_credentials: request.exclude,
            authenticator_selection: Selection {
                authenticator_attachment: request.attachment.or_else(|| Hint::common_attachment(&request.hints)),
                resident_key: request.resident_key,
                require_resident_key: request.resident_key == ResidentKey::Required,
                user_verification: request.user_verification,
            },
            hints: request.hints,
            attestation: request.attestation,
            attestation_formats: request.attestation_formats.into_iter().map(AttestationFormat::as_str).collect(),
            extensions: CreationExtensions::new(&request.extensions),
            conditional: request.conditional,
        };
        let state = RegistrationState {
            frozen: Frozen {
                tenant: rp.tenant().clone(),
                rp_id: rp.id().clone(),
                challenge,
                expires_at: now.saturating_add(timeout),
                user_verification: request.user_verification,
                browser_binding: request.browser_binding,
                context: request.context,
            },
            user: request.user.handle,
            conditional: request.conditional,
            attestation: request.attestation,
            extensions: request.extensions.asked(),
            algorithms,
        };
        Ok((options, state))
    }

    /// Finishes a registration: every check of WebAuthn §7.1 but the uniqueness of the credential id, which is the
    /// store's (step 26).
    ///
    /// # Errors
    ///
    /// [`Error::Expired`] after the state's time, [`Error::Rejected`] with the step of the first check that did not
    /// hold, [`Error::Misuse`] for a state of another relying party.
    pub fn finish_registration(
        &self,
        state: RegistrationState,
        response: &RegistrationResponse,
        now: UnixTime,
    ) -> Result<Registration, Error> {
        self.finish_registration_with_anchors(state, response, &TrustAnchors::default(), now)
    }

    /// As [`finish_registration`](Self::finish_registration), with trust anchors for this response beside those of the
    /// policy: what a metadata service knows about the authenticator that
    /// [`RegistrationResponse::attestation_lookup`] names.
    ///
    /// # Errors
    ///
    /// Those of [`finish_registration`](Self::finish_registration).
    pub fn finish_registration_with_anchors(
        &self,
        state: RegistrationState,
        response: &RegistrationResponse,
        anchors: &TrustAnchors,
        now: UnixTime,
    ) -> Result<Registration, Error> {
        registration::verify(self.relying_party(), &*self.shared.verifier, state, response, anchors, now)
    }

    /// Begins an authentication: options for the browser, and the state to keep until it answers (§7.2 step 1).
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] for a context over 256 bytes, more than 256 allowed credentials, a time under 10 seconds or over
    /// an hour, or an extension's input that no client could take.
    pub fn begin_authentication(
        &self,
        request: AuthenticationRequest,
        challenge: Challenge,
        now: UnixTime,
    ) -> Result<(RequestOptions, AuthenticationState), Error> {
        let rp = self.relying_party();
        request.context.check()?;
        check_descriptors(&request.allow)?;
        request.extensions.check(rp, &request.allow)?;
        let timeout = request.timeout.unwrap_or_else(|| rp.timeout());
        check_timeout(timeout).map_err(Misuse::Config)?;
        let allow: Vec<[u8; 16]> = request.allow.iter().map(|descriptor| descriptor.id().short_hash()).collect();
        // A1: what the client is asked for, and what finish will judge its answer by
        let options = RequestOptions {
            challenge: Encoded::new(challenge.as_bytes()),
            timeout,
            rp_id: rp.id().as_str().into(),
            allow_credentials: request.allow,
            user_verification: request.user_verification,
            hints: request.hints,
            extensions: RequestExtensions::new(&request.extensions),
        };
        let state = AuthenticationState {
            frozen: Frozen {
                tenant: rp.tenant().clone(),
                rp_id: rp.id().clone(),
                challenge,
                expires_at: now.saturating_add(timeout),
                user_verification: request.user_verification,
                browser_binding: request.browser_binding,
                context: request.context,
            },
            user: request.user,
            extensions: request.extensions.asked(),
            allow,
        };
        Ok((options, state))
    }

    /// Finishes an authentication: every check of WebAuthn §7.2. `record` is what the database holds for
    /// [`AuthenticationResponse::lookup`], `None` if it holds nothing.
    ///
    /// Exactly one signature is verified on every path, with a fixed key where the record is missing or not active, so
    /// that the time taken does not tell which credentials exist.
    ///
    /// # Errors
    ///
    /// [`Error::Expired`] after the state's time, [`Error::UnknownCredential`] without a record, [`Error::Rejected`]
    /// with the step of the first check that did not hold, [`Error::Misuse`] for a state or record of another relying
    /// party or credential. A client must not be able to tell the second from the third.
    pub fn finish_authentication(
        &self,
        state: AuthenticationState,
        response: &AuthenticationResponse,
        record: Option<&CredentialRecord>,
        now: UnixTime,
    ) -> Result<Authentication, Error> {
        let steps = &authentication::sign_in;
        authentication::verify(self.relying_party(), &*self.shared.verifier, steps, state, response, record, now)
    }
}

const fn check_descriptors(descriptors: &[CredentialDescriptor]) -> Result<(), Misuse> {
    if descriptors.len() > MAX_DESCRIPTORS { Err(Misuse::TooManyCredentials(MAX_DESCRIPTORS)) } else { Ok(()) }
}
