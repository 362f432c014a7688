//! `navigator.credentials.get()`: options in, AuthenticationResponseJSON out.

use serde_json::{Value, json};

use crate::{
    authenticator::Authenticator,
    authenticator_data::{AuthenticatorData, flags},
    base64url,
    cbor::Cbor,
    client::Client,
    credential::Credential,
    error::Error,
    options,
    registration::Transcript,
    settings::{SignCount, UserHandle},
    stage::{Ceremony, Context, Edit, Stage},
    stream::sha256,
};

#[cfg(test)]
use crate::registration::Sent;

impl Authenticator {
    pub(crate) fn run_authentication(
        &mut self,
        options: &Value,
        client: &Client,
        edit: &mut dyn Edit,
    ) -> Result<Transcript, Error> {
        let options = options::unwrap(options);
        let rp_id = client.rp_id(options.get("rpId").and_then(Value::as_str))?;
        let challenge = options::challenge(options)?;
        let allowed = options::descriptors(options, "allowCredentials")?;
        let position = self.select(&rp_id, &allowed, client, edit.ignores_allow_credentials())?;
        let credential = self.credentials[position].clone();
        let requirement = options.get("userVerification").and_then(Value::as_str);
        let flags = self.ceremony_flags(requirement, credential.flags)?;

        let other_key = credential.algorithm.key(&self.stream, credential.key_index + 1);
        let other_id = self.credentials.iter().rev().find(|held| held.id != credential.id).map(|held| held.id.clone());
        let stream = self.stream.clone();
        let cx = Context {
            ceremony: Ceremony::Authentication,
            algorithm: credential.algorithm,
            attestation: self.attestation,
            rp_id: &rp_id,
            origin: &client.origin,
            stream: &stream,
            key: &*credential.key,
            other_key: &*other_key,
            attesting: self.attesting(),
            user_handle: &credential.user_handle,
            previous_sign_count: credential.sign_count,
            named: allowed.contains(&credential.id),
            other_id: other_id.as_deref(),
        };

        let mut client_data = client.client_data(cx.ceremony.client_data_type(), challenge);
        edit.edit(&cx, Stage::ClientData(&mut client_data));
        let mut client_data_json = client_data.encode();
        edit.edit(&cx, Stage::ClientDataJson(&mut client_data_json));

        let sign_count = match self.sign_count {
            SignCount::Zero => credential.sign_count,
            SignCount::Counter { step, .. } => credential.sign_count.saturating_add(step),
        };
        let extensions = (!self.extensions.is_empty()).then(|| {
            Cbor::canonical_map(
                self.extensions.iter().map(|(name, output)| (Cbor::from(name.as_str()), output.clone())).collect(),
            )
        });
        let mut fields = AuthenticatorData {
            rp_id_hash: sha256(rp_id.as_bytes()),
            flags: flags | if extensions.is_some() { flags::ED } else { 0 },
            sign_count,
            attested_credential_data: None,
            extensions,
            trailing: Vec::new(),
        };
        edit.edit(&cx, Stage::AuthenticatorData(&mut fields));
        let mut authenticator_data = fields.encode();
        edit.edit(&cx, Stage::AuthenticatorDataBytes(&mut authenticator_data));

        let message = [authenticator_data.clone(), sha256(&client_data_json)].concat();
        let mut signature = credential.key.sign(&message);
        edit.edit(&cx, Stage::Signature { message: &message, signature: &mut signature });
        edit.edit(&cx, Stage::SentClientDataJson(&mut client_data_json));
        edit.edit(&cx, Stage::SentAuthenticatorData(&mut authenticator_data));

        let mut response = json!({
            "id": base64url::encode(&credential.id),
            "rawId": base64url::encode(&credential.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64url::encode(&client_data_json),
                "authenticatorData": base64url::encode(&authenticator_data),
                "signature": base64url::encode(&signature),
            },
        });
        if self.sends_user_handle(&credential, &allowed) {
            response["response"]["userHandle"] = Value::from(base64url::encode(&credential.user_handle));
        }
        self.add_attachment(&mut response);
        edit.edit(&cx, Stage::Response(&mut response));
        let mut text = response.to_string().into_bytes();
        edit.edit(&cx, Stage::ResponseText(&mut text));

        self.credentials[position].sign_count = sign_count;
        Ok(Transcript {
            response,
            text,
            algorithm: credential.algorithm,
            #[cfg(test)]
            sent: Sent {
                client_data_json,
                authenticator_data,
                signature: Some(signature),
                signed: Vec::new(),
                credential_id: credential.id,
            },
        })
    }

    /// The position of the credential that answers.
    fn select(
        &self,
        rp_id: &str,
        allowed: &[Vec<u8>],
        client: &Client,
        ignores_allow_credentials: bool,
    ) -> Result<usize, Error> {
        let position = |id: &[u8]| self.credentials.iter().position(|held| held.id == id && held.rp_id == rp_id);
        let found = if ignores_allow_credentials {
            self.credentials.iter().rposition(|held| held.rp_id == rp_id && !allowed.contains(&held.id))
        } else if let Some(choice) = &client.choice {
            let may_answer = |held: &Credential| {
                if allowed.is_empty() { held.discoverable } else { allowed.contains(&held.id) }
            };
            position(choice).filter(|&found| may_answer(&self.credentials[found]))
        } else if allowed.is_empty() {
            self.credentials.iter().rposition(|held| held.rp_id == rp_id && held.discoverable)
        } else {
            allowed.iter().find_map(|id| position(id))
        };
        found.ok_or(Error::NotAllowed)
    }

    const fn sends_user_handle(&self, credential: &Credential, allowed: &[Vec<u8>]) -> bool {
        match self.user_handle {
            UserHandle::Discoverable => credential.discoverable,
            UserHandle::Usernameless => credential.discoverable && allowed.is_empty(),
            UserHandle::Always => true,
            UserHandle::Never => false,
        }
    }
}
