//! A registered credential and the honest authentications with it.

use crate::scene::{NOW, ORIGIN, Scene, USER};
use ceremony::{
    Authentication, AuthenticationRequest, AuthenticationResponse, AuthenticationState, Challenge,
    CredentialDescriptor, CredentialRecord, Error, UserHandle,
};
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Client, Stage};

/// A user of a relying party, with the device and the record of one credential.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The relying party.
    pub scene: Scene,
    /// What it keeps.
    pub record: CredentialRecord,
    /// What the user is asked for beside the credential.
    pub allow: Vec<CredentialDescriptor>,
    device: Authenticator,
    client: Client,
}

impl SignIn {
    /// A user with a key of this algorithm.
    #[must_use]
    pub fn new(scene: Scene, algorithm: Algorithm) -> Self {
        Self::with_id(scene, algorithm, 32)
    }

    /// As [`new`](Self::new), with a credential id of so many bytes.
    #[must_use]
    pub fn with_id(scene: Scene, algorithm: Algorithm, id: usize) -> Self {
        let mut device = scene.device(algorithm, Attestation::None).credential_id_length(id);
        let (options, state) = scene.begin();
        // The client data of a registration that another page's frame would be refused for.
        let body = device.register_json(&options, &Client::new(ORIGIN)).expect("the device has such keys");
        let record = scene.finish(state, &body).expect("an honest registration").into_record();
        Self { scene, record, allow: Vec::new(), device, client: Client::new(ORIGIN) }
    }

    /// From another page.
    #[must_use]
    pub fn from_page(self, client: Client) -> Self {
        Self { client, ..self }
    }

    /// A state of a begun authentication, and its options as the client gets them.
    #[must_use]
    pub fn begin(&self) -> (serde_json::Value, AuthenticationState) {
        let handle = UserHandle::new(USER).expect("64 bytes");
        let request = AuthenticationRequest::for_user(handle).allow(self.allow.iter().cloned());
        let challenge = Challenge::new([0xfb; 32]);
        let (options, state) =
            self.scene.ceremony.begin_authentication(request, challenge, NOW).expect("a sound request");
        (serde_json::to_value(&options).expect("JSON"), state)
    }

    /// The body of an honest authentication, with `edit` at its stages.
    pub fn body(&self, edit: impl FnMut(Stage<'_>)) -> Vec<u8> {
        let mut device = self.device.clone();
        device.authenticate_edit(&self.begin().0, &self.client, edit).expect("the device has the credential")
    }

    /// Parses and judges a body.
    ///
    /// # Errors
    ///
    /// As the core says.
    pub fn finish(&self, state: AuthenticationState, body: &[u8]) -> Result<Authentication, Error> {
        let response = AuthenticationResponse::from_json(body)?;
        self.scene.ceremony.finish_authentication(state, &response, Some(&self.record), NOW)
    }
}
