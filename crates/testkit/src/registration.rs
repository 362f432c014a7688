//! `navigator.credentials.create()`: options in, RegistrationResponseJSON out.

use serde_json::{Map, Value, json};

use crate::{
    algorithm::Algorithm,
    attestation::{Attestation, Making},
    authenticator::Authenticator,
    authenticator_data::{AttestedCredentialData, AuthenticatorData, flags},
    base64url,
    cbor::Cbor,
    certificate::CertificateKey,
    client::Client,
    credential::Credential,
    error::Error,
    options,
    settings::SignCount,
    stage::{Ceremony, Context, Edit, Stage},
    stream::sha256,
};

#[cfg(test)]
use crate::attestation::Signed;

/// Everything that a ceremony sent.
#[derive(Debug)]
pub(crate) struct Transcript {
    pub(crate) response: Value,
    pub(crate) text: Vec<u8>,
    pub(crate) algorithm: Algorithm,
    #[cfg(test)]
    pub(crate) sent: Sent,
}

/// The signed parts as they were sent, for the tests of the faults.
#[cfg(test)]
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) client_data_json: Vec<u8>,
    pub(crate) authenticator_data: Vec<u8>,
    pub(crate) signature: Option<Vec<u8>>,
    /// The signatures of the attestation statement.
    pub(crate) signed: Vec<Signed>,
    pub(crate) credential_id: Vec<u8>,
}

impl Authenticator {
    pub(crate) fn run_registration(
        &mut self,
        options: &Value,
        client: &Client,
        edit: &mut dyn Edit,
    ) -> Result<Transcript, Error> {
        let options = options::unwrap(options);
        let rp_id = client.rp_id(options.pointer("/rp/id").and_then(Value::as_str))?;
        let challenge = options::challenge(options)?;
        let user_handle = options::bytes(options, "/user/id", "user.id")?;
        if !(1..=64).contains(&user_handle.len()) {
            return Err(Error::Options { member: "user.id" });
        }
        options::text(options, "/rp/name", "rp.name")?;
        options::text(options, "/user/name", "user.name")?;
        options::text(options, "/user/displayName", "user.displayName")?;
        if !options::algorithms(options)?.contains(&self.algorithm.cose_id()) {
            return Err(Error::NotSupported);
        }
        let excluded = options::descriptors(options, "excludeCredentials")?;
        if self.credentials.iter().any(|held| held.rp_id == rp_id && excluded.contains(&held.id)) {
            return Err(Error::InvalidState);
        }
        let discoverable = self.makes_discoverable(options)?;
        let flags = self.creation_flags(options, client)?;
        let attestation = self.effective_attestation(options);
        if !attestation.supports(self.algorithm) {
            return Err(Error::NotSupported);
        }

        let index = self.created;
        let key = self.key(index);
        let other_key = self.key(index + 1);
        let mut id = self.stream.draw(&format!("credential id {index}"), self.credential_id_length);
        if let Some(first) = id.first_mut() {
            // Its base64url text then begins with `-`, so that every test meets the url alphabet.
            *first = 0xf8 | (*first & 0x03);
        }
        let other_id = self.credentials.last().map(|held| held.id.clone());
        let stream = self.stream.clone();
        let cx = Context {
            ceremony: Ceremony::Registration,
            algorithm: self.algorithm,
            attestation,
            rp_id: &rp_id,
            origin: &client.origin,
            stream: &stream,
            key: &*key,
            other_key: &*other_key,
            attesting: self.attesting(),
            user_handle: &user_handle,
            previous_sign_count: 0,
            named: false,
            other_id: other_id.as_deref(),
        };

        edit.edit(&cx, Stage::CredentialId(&mut id));
        let mut client_data = client.client_data(cx.ceremony.client_data_type(), challenge);
        edit.edit(&cx, Stage::ClientData(&mut client_data));
        let mut client_data_json = client_data.encode();
        edit.edit(&cx, Stage::ClientDataJson(&mut client_data_json));
        let mut cose = key.cose();
        edit.edit(&cx, Stage::CredentialPublicKey(&mut cose));

        let sign_count = match self.sign_count {
            SignCount::Zero => 0,
            SignCount::Counter { start, .. } => start,
        };
        let extensions = self.extension_outputs(options);
        let mut fields = AuthenticatorData {
            rp_id_hash: sha256(rp_id.as_bytes()),
            flags: flags | flags::AT | if extensions.is_some() { flags::ED } else { 0 },
            sign_count,
            attested_credential_data: Some(AttestedCredentialData {
                aaguid: self.aaguid,
                credential_id_length: None,
                credential_id: id.clone(),
                credential_public_key: cose.encode(),
            }),
            extensions,
            trailing: Vec::new(),
        };
        edit.edit(&cx, Stage::AuthenticatorData(&mut fields));
        let mut authenticator_data = fields.encode();
        edit.edit(&cx, Stage::AuthenticatorDataBytes(&mut authenticator_data));

        let making = Making {
            cx: &cx,
            settings: &self.attestation_settings,
            credential_key: CertificateKey::held(self.algorithm, key.clone()),
            authenticator_data: &authenticator_data,
            client_data_hash: &sha256(&client_data_json),
            credential_id: &id,
            aaguid: &self.aaguid,
            is_enterprise: options.get("attestation").and_then(Value::as_str) == Some("enterprise"),
        };
        let made = making.make(attestation, edit);
        let mut statement = made.statement;
        edit.edit(&cx, Stage::SentClientDataJson(&mut client_data_json));
        edit.edit(&cx, Stage::SentAuthenticatorData(&mut authenticator_data));
        edit.edit(&cx, Stage::AttestationStatement(&mut statement));
        let mut object = Cbor::Map(vec![
            (Cbor::from("fmt"), Cbor::from(attestation.format())),
            (Cbor::from("attStmt"), statement),
            (Cbor::from("authData"), Cbor::from(authenticator_data.as_slice())),
        ]);
        edit.edit(&cx, Stage::AttestationObject(&mut object));
        let mut object = object.encode();
        edit.edit(&cx, Stage::AttestationObjectBytes(&mut object));

        let mut response = json!({
            "id": base64url::encode(&id),
            "rawId": base64url::encode(&id),
            "type": "public-key",
            "clientExtensionResults": client_extension_results(options, discoverable),
            "response": {
                "clientDataJSON": base64url::encode(&client_data_json),
                "attestationObject": base64url::encode(&object),
                "authenticatorData": base64url::encode(&authenticator_data),
                "publicKey": base64url::encode(&key.spki()),
                "publicKeyAlgorithm": self.algorithm.cose_id(),
                "transports": self.transports,
            },
        });
        self.add_attachment(&mut response);
        edit.edit(&cx, Stage::Response(&mut response));
        let mut text = response.to_string().into_bytes();
        edit.edit(&cx, Stage::ResponseText(&mut text));

        self.created += 1;
        // A new discoverable credential takes the place of the account's old one, as CTAP has it.
        if discoverable {
            self.credentials
                .retain(|held| !(held.discoverable && held.rp_id == rp_id && held.user_handle == user_handle));
        }
        self.insert(Credential {
            id: id.clone(),
            rp_id,
            user_handle,
            discoverable,
            algorithm: self.algorithm,
            key,
            key_index: index,
            sign_count,
            flags: flags & flags::BE,
        });
        Ok(Transcript {
            response,
            text,
            algorithm: self.algorithm,
            #[cfg(test)]
            sent: Sent {
                client_data_json,
                authenticator_data,
                signature: made.signed.first().map(|signed| signed.signature.clone()),
                signed: made.signed,
                credential_id: id,
            },
        })
    }

    fn makes_discoverable(&self, options: &Value) -> Result<bool, Error> {
        let requirement = options.pointer("/authenticatorSelection/residentKey").and_then(Value::as_str);
        let legacy = options.pointer("/authenticatorSelection/requireResidentKey").and_then(Value::as_bool);
        match (requirement, legacy) {
            (Some("required"), _) | (None, Some(true)) if !self.supports_discoverable => Err(Error::Constraint),
            (Some("required" | "preferred"), _) | (None, Some(true)) => Ok(self.supports_discoverable),
            _ => Ok(false),
        }
    }

    fn creation_flags(&self, options: &Value, client: &Client) -> Result<u8, Error> {
        if client.conditional {
            return Ok(self.backup_flags(self.flags));
        }
        let requirement = options.pointer("/authenticatorSelection/userVerification").and_then(Value::as_str);
        self.ceremony_flags(requirement, self.flags)
    }

    /// UP, UV and the backup bits; `eligibility` holds the BE that counts.
    pub(crate) fn ceremony_flags(&self, user_verification: Option<&str>, eligibility: u8) -> Result<u8, Error> {
        if user_verification == Some("required") && self.flags & flags::UV == 0 {
            return Err(Error::Constraint);
        }
        Ok(self.flags & (flags::UP | flags::UV) | self.backup_flags(eligibility))
    }

    const fn backup_flags(&self, eligibility: u8) -> u8 {
        if eligibility & flags::BE == 0 { 0 } else { flags::BE | (self.flags & flags::BS) }
    }

    pub(crate) fn effective_attestation(&self, options: &Value) -> Attestation {
        let conveyance = options.get("attestation").and_then(Value::as_str).unwrap_or("none");
        let keeps_self = self.attestation == Attestation::PackedSelf && self.aaguid == [0; 16];
        if matches!(conveyance, "indirect" | "direct" | "enterprise") || keeps_self {
            self.attestation
        } else {
            Attestation::None
        }
    }

    /// The authenticator extension outputs: the configured ones, and `credProtect` when it was asked for.
    fn extension_outputs(&self, options: &Value) -> Option<Cbor> {
        let mut outputs: Vec<(Cbor, Cbor)> =
            self.extensions.iter().map(|(name, output)| (Cbor::from(name.as_str()), output.clone())).collect();
        let level = match options.pointer("/extensions/credentialProtectionPolicy").and_then(Value::as_str) {
            Some("userVerificationOptional") => Some(1),
            Some("userVerificationOptionalWithCredentialIDList") => Some(2),
            Some("userVerificationRequired") => Some(3),
            _ => None,
        };
        if let Some(level) = level
            && !self.extensions.iter().any(|(name, _)| name == "credProtect")
        {
            outputs.push((Cbor::from("credProtect"), Cbor::Int(level)));
        }
        (!outputs.is_empty()).then(|| Cbor::canonical_map(outputs))
    }

    pub(crate) fn add_attachment(&self, response: &mut Value) {
        if let (Some(attachment), Value::Object(members)) = (&self.attachment, response) {
            members.insert("authenticatorAttachment".to_owned(), Value::from(attachment.as_str()));
        }
    }
}

fn client_extension_results(options: &Value, discoverable: bool) -> Value {
    let mut results = Map::new();
    if options.pointer("/extensions/credProps").and_then(Value::as_bool) == Some(true) {
        results.insert("credProps".to_owned(), json!({ "rk": discoverable }));
    }
    Value::Object(results)
}
