//! The authenticator and its settings.

mod attesting;

use std::{fmt, sync::Arc};

use serde_json::Value;

use crate::{
    algorithm::{Algorithm, PrivateKey},
    attestation::Attestation,
    authenticator_data::flags,
    cbor::Cbor,
    client::Client,
    credential::Credential,
    error::Error,
    faults::{Fault, Variation},
    options,
    settings::{AttestationSettings, SignCount, UserHandle},
    stage::{Ceremony, Custom, Edit, Honest, Stage},
    stream::Stream,
};

/// A software authenticator, together with the browser in front of it.
///
/// Everything follows from the seed and from the order of calls: there is no clock, no entropy and no network. A clone
/// of the authenticator is a cloned device, counters included.
#[derive(Clone)]
pub struct Authenticator {
    pub(crate) stream: Stream,
    pub(crate) algorithm: Algorithm,
    pub(crate) attestation: Attestation,
    pub(crate) attestation_settings: AttestationSettings,
    pub(crate) aaguid: [u8; 16],
    pub(crate) sign_count: SignCount,
    pub(crate) flags: u8,
    pub(crate) transports: Vec<String>,
    pub(crate) attachment: Option<String>,
    pub(crate) supports_discoverable: bool,
    pub(crate) user_handle: UserHandle,
    pub(crate) credential_id_length: usize,
    pub(crate) extensions: Vec<(String, Cbor)>,
    pub(crate) credentials: Vec<Credential>,
    pub(crate) created: usize,
}

impl Authenticator {
    /// An authenticator that behaves as a synced passkey provider: ES256, no attestation, zero AAGUID, counters at zero,
    /// UP, UV, BE and BS set, discoverable credentials, ids of 32 bytes.
    #[must_use]
    pub fn new(seed: impl AsRef<[u8]>) -> Self {
        Self {
            stream: Stream::new(seed.as_ref()),
            algorithm: Algorithm::Es256,
            attestation: Attestation::None,
            attestation_settings: AttestationSettings::new(),
            aaguid: [0; 16],
            sign_count: SignCount::Zero,
            flags: flags::UP | flags::UV | flags::BE | flags::BS,
            transports: vec!["hybrid".to_owned(), "internal".to_owned()],
            attachment: Some("platform".to_owned()),
            supports_discoverable: true,
            user_handle: UserHandle::Discoverable,
            credential_id_length: 32,
            extensions: Vec::new(),
            credentials: Vec::new(),
            created: 0,
        }
    }

    /// Sets the algorithm of new credentials.
    #[must_use]
    pub const fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Sets the AAGUID.
    #[must_use]
    pub const fn aaguid(mut self, aaguid: [u8; 16]) -> Self {
        self.aaguid = aaguid;
        self
    }

    /// Sets how counters run.
    #[must_use]
    pub const fn sign_count(mut self, sign_count: SignCount) -> Self {
        self.sign_count = sign_count;
        self
    }

    /// Sets whether the user is there (flag UP).
    #[must_use]
    pub const fn user_present(self, on: bool) -> Self {
        self.flag(flags::UP, on)
    }

    /// Sets whether the user gets verified (flag UV).
    #[must_use]
    pub const fn user_verified(self, on: bool) -> Self {
        self.flag(flags::UV, on)
    }

    /// Sets whether new credentials can be backed up (flag BE); it stays with a credential for life.
    #[must_use]
    pub const fn backup_eligible(self, on: bool) -> Self {
        self.flag(flags::BE, on)
    }

    /// Sets whether credentials are backed up now (flag BS); it counts for eligible credentials only.
    #[must_use]
    pub const fn backup_state(self, on: bool) -> Self {
        self.flag(flags::BS, on)
    }

    const fn flag(mut self, bit: u8, on: bool) -> Self {
        self.flags = if on { self.flags | bit } else { self.flags & !bit };
        self
    }

    /// Sets the transports that a registration reports.
    #[must_use]
    pub fn transports<T: Into<String>>(mut self, transports: impl IntoIterator<Item = T>) -> Self {
        self.transports = transports.into_iter().map(Into::into).collect();
        self
    }

    /// Sets `authenticatorAttachment`; `None` leaves it out.
    #[must_use]
    pub fn attachment(mut self, attachment: Option<&str>) -> Self {
        self.attachment = attachment.map(str::to_owned);
        self
    }

    /// Sets whether discoverable credentials can be made.
    #[must_use]
    pub const fn discoverable(mut self, on: bool) -> Self {
        self.supports_discoverable = on;
        self
    }

    /// Sets when assertions carry the user handle.
    #[must_use]
    pub const fn user_handle(mut self, policy: UserHandle) -> Self {
        self.user_handle = policy;
        self
    }

    /// Sets the length of new credential ids in bytes, 1 to 1023.
    #[must_use]
    pub const fn credential_id_length(mut self, length: usize) -> Self {
        self.credential_id_length = length;
        self
    }

    /// Adds an authenticator extension output, sent in the authenticator data of every ceremony.
    #[must_use]
    pub fn extension(mut self, identifier: impl Into<String>, output: impl Into<Cbor>) -> Self {
        self.extensions.push((identifier.into(), output.into()));
        self
    }

    /// The credentials, oldest first.
    #[must_use]
    pub fn credentials(&self) -> &[Credential] {
        &self.credentials
    }

    /// The credential of this id.
    #[must_use]
    pub fn credential(&self, id: &[u8]) -> Option<&Credential> {
        self.credentials.iter().find(|credential| credential.id == id)
    }

    /// The credential of this id, for a change of its counter.
    pub fn credential_mut(&mut self, id: &[u8]) -> Option<&mut Credential> {
        self.credentials.iter_mut().find(|credential| credential.id == id)
    }

    /// Puts a credential in, in place of one with the same id.
    pub fn insert(&mut self, credential: Credential) {
        self.remove(&credential.id.clone());
        self.credentials.push(credential);
    }

    /// Takes a credential out, as a user does who deletes a passkey.
    pub fn remove(&mut self, id: &[u8]) -> Option<Credential> {
        let index = self.credentials.iter().position(|credential| credential.id == id)?;
        Some(self.credentials.remove(index))
    }

    /// Creates a credential: RegistrationResponseJSON for a PublicKeyCredentialCreationOptionsJSON.
    ///
    /// The options may come bare or inside a `publicKey` member. A new discoverable credential takes the place of an
    /// earlier one of the same account, as on real authenticators.
    ///
    /// # Errors
    ///
    /// As a browser: [`Error::Options`], [`Error::Security`], [`Error::NotSupported`], [`Error::InvalidState`] for an
    /// excluded credential, [`Error::Constraint`].
    pub fn register(&mut self, options: &Value, client: &Client) -> Result<Value, Error> {
        Ok(self.run_registration(options, client, &mut Honest)?.response)
    }

    /// [`Authenticator::register`], as the JSON text that a browser would send.
    ///
    /// # Errors
    ///
    /// Those of [`Authenticator::register`].
    pub fn register_json(&mut self, options: &Value, client: &Client) -> Result<Vec<u8>, Error> {
        Ok(self.run_registration(options, client, &mut Honest)?.text)
    }

    /// Creates a credential with one thing wrong. The result is JSON text, or no longer JSON, as the fault has it.
    ///
    /// # Errors
    ///
    /// Those of [`Authenticator::register`], and [`Error::NotApplicable`] where the fault would change nothing.
    pub fn register_with(&mut self, options: &Value, client: &Client, fault: Fault) -> Result<Vec<u8>, Error> {
        // Told early, as loops over every fault ask for many that don't apply.
        let attestation = self.effective_attestation(options::unwrap(options));
        if !fault.applies_to(Ceremony::Registration, self.algorithm, attestation) {
            return Err(Error::NotApplicable { id: fault.id() });
        }
        self.registration_differing(options, client, &mut fault.prepared(), fault.id())
    }

    /// Creates a credential with one thing unusual that a relying party has to accept.
    ///
    /// # Errors
    ///
    /// Those of [`Authenticator::register`], and [`Error::NotApplicable`] where the variation does not exist.
    pub fn register_varied(
        &mut self,
        options: &Value,
        client: &Client,
        variation: Variation,
    ) -> Result<Vec<u8>, Error> {
        let attestation = self.effective_attestation(options::unwrap(options));
        if !variation.applies_to(Ceremony::Registration, self.algorithm) || !variation.fits(self.algorithm, attestation)
        {
            return Err(Error::NotApplicable { id: variation.id() });
        }
        Ok(self.run_registration(options, client, &mut variation.prepared())?.text)
    }

    /// Creates a credential, with a closure that may change every value in the making.
    ///
    /// # Errors
    ///
    /// Those of [`Authenticator::register`].
    pub fn register_edit(
        &mut self,
        options: &Value,
        client: &Client,
        edit: impl FnMut(Stage<'_>),
    ) -> Result<Vec<u8>, Error> {
        Ok(self.run_registration(options, client, &mut Custom(edit))?.text)
    }

    /// Signs in: AuthenticationResponseJSON for a PublicKeyCredentialRequestOptionsJSON.
    ///
    /// Answers with the credential that [`Client::choose`] names if it may, else with the first of `allowCredentials`
    /// that is here; without a list, with the newest discoverable credential of the RP ID.
    ///
    /// # Errors
    ///
    /// As a browser: [`Error::Options`], [`Error::Security`], [`Error::NotAllowed`] if no credential fits,
    /// [`Error::Constraint`].
    pub fn authenticate(&mut self, options: &Value, client: &Client) -> Result<Value, Error> {
        Ok(self.run_authentication(options, client, &mut Honest)?.response)
    }

    /// [`Authenticator::authenticate`], as the JSON text that a browser would send.
    ///
    /// # Errors
    ///
    /// Those of [`Authenticator::authenticate`].
    pub fn authenticate_json(&mut self, options: &Value, client: &Client) -> Result<Vec<u8>, Error> {
        Ok(self.run_authentication(options, client, &mut Honest)?.text)
    }

    /// Signs in with one thing wrong. The result is JSON text, or no longer JSON, as the fault has it.
    ///
    /// # Errors
    ///
    /// Those of [`Authenticator::authenticate`], and [`Error::NotApplicable`] where the fault would change nothing.
    pub fn authenticate_with(&mut self, options: &Value, client: &Client, fault: Fault) -> Result<Vec<u8>, Error> {
        if !fault.ceremonies().contains(&Ceremony::Authentication) {
            return Err(Error::NotApplicable { id: fault.id() });
        }
        self.authentication_differing(options, client, &mut fault.prepared(), fault.id())
    }

    /// Signs in with one thing unusual that a relying party has to accept.
    ///
    /// # Errors
    ///
    /// Those of [`Authenticator::authenticate`], and [`Error::NotApplicable`] where the variation does not exist.
    pub fn authenticate_varied(
        &mut self,
        options: &Value,
        client: &Client,
        variation: Variation,
    ) -> Result<Vec<u8>, Error> {
        let mut device = self.clone();
        let transcript = device.run_authentication(options, client, &mut variation.prepared())?;
        if !variation.applies_to(Ceremony::Authentication, transcript.algorithm) {
            return Err(Error::NotApplicable { id: variation.id() });
        }
        *self = device;
        Ok(transcript.text)
    }

    /// Signs in, with a closure that may change every value in the making.
    ///
    /// # Errors
    ///
    /// Those of [`Authenticator::authenticate`].
    pub fn authenticate_edit(
        &mut self,
        options: &Value,
        client: &Client,
        edit: impl FnMut(Stage<'_>),
    ) -> Result<Vec<u8>, Error> {
        Ok(self.run_authentication(options, client, &mut Custom(edit))?.text)
    }

    /// A registration that must come out unlike the honest one.
    fn registration_differing(
        &mut self,
        options: &Value,
        client: &Client,
        edit: &mut dyn Edit,
        id: &'static str,
    ) -> Result<Vec<u8>, Error> {
        let mut device = self.clone();
        let honest = self.clone().run_registration(options, client, &mut Honest)?;
        let edited = device.run_registration(options, client, edit)?;
        if edited.text == honest.text {
            return Err(Error::NotApplicable { id });
        }
        *self = device;
        Ok(edited.text)
    }

    /// An authentication that must come out unlike the honest one.
    fn authentication_differing(
        &mut self,
        options: &Value,
        client: &Client,
        edit: &mut dyn Edit,
        id: &'static str,
    ) -> Result<Vec<u8>, Error> {
        let mut device = self.clone();
        let honest = self.clone().run_authentication(options, client, &mut Honest)?;
        let edited = device.run_authentication(options, client, edit)?;
        if edited.text == honest.text {
            return Err(Error::NotApplicable { id });
        }
        *self = device;
        Ok(edited.text)
    }

    /// The key of credential number `index`.
    pub(crate) fn key(&self, index: usize) -> Arc<dyn PrivateKey> {
        self.algorithm.key(&self.stream, index)
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("algorithm", &self.algorithm)
            .field("attestation", &self.attestation)
            .field("sign_count", &self.sign_count)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
