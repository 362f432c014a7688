//! `RegistrationResponseJSON`.

use super::envelope::{Envelope, at_step};
use crate::attestation::first_certificate;
use crate::attestation_object::AttestationObject;
use crate::authenticator_data::AuthenticatorData;
use crate::client_data::ClientData;
use crate::cose::CredentialPublicKey;
use crate::error::{Error, KeyFault, MalformedReason, Part};
use crate::extensions::ClientOutputs;
use crate::ids::{Aaguid, CredentialId};
use crate::json::{Fault, Json, required};
use crate::policy::{AuthenticatorAttachment, Limits};
use crate::transport::Transport;
use alloc::vec::Vec;
use core::fmt;

/// A browser's answer to a registration, well formed and not judged yet. `Debug` shows no id and no key.
#[derive(Clone)]
pub struct RegistrationResponse {
    /// As bytes where it is no credential id for its length.
    pub(crate) raw_id: Result<CredentialId, Vec<u8>>,
    pub(crate) client_data: ClientData,
    pub(crate) attestation: AttestationObject,
    /// The key in the authenticator data, or why it is none; judged at step 20.
    pub(crate) key: Option<Result<CredentialPublicKey, KeyFault>>,
    pub(crate) transports: Vec<Transport>,
    pub(crate) attachment: Option<AuthenticatorAttachment>,
    pub(crate) outputs: ClientOutputs,
}

impl fmt::Debug for RegistrationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationResponse")
            .field("client_data", &self.client_data)
            .field("attestation", &self.attestation)
            .field("key", &self.key)
            .field("transports", &self.transports)
            .field("attachment", &self.attachment)
            .field("outputs", &self.outputs)
            .finish_non_exhaustive()
    }
}

impl RegistrationResponse {
    /// Reads what `PublicKeyCredential.toJSON()` gave, in any browser's form; unknown members are passed over.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], naming the member.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        Self::from_json_with(json, &Limits::default())
    }

    /// As [`from_json`](Self::from_json), with other limits than the default ones.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], naming the member.
    pub fn from_json_with(json: &[u8], limits: &Limits) -> Result<Self, Error> {
        parse(json, limits).map_err(|fault| {
            let otherwise = match fault.0 {
                Part::AttestationObject
                | Part::Fmt
                | Part::AttStmt
                | Part::AuthData
                | Part::AuthenticatorData
                | Part::AttestedCredentialData
                | Part::AuthenticatorExtensions => "R13",
                Part::CredentialPublicKey => "R20",
                Part::ClientExtensionResults => "R4",
                _ => "R3",
            };
            at_step(fault, "R5", ["R6", "R7", "R8", "R9", "R10", "R11"], otherwise).into()
        })
    }

    /// The client data.
    #[must_use]
    pub const fn client_data(&self) -> &ClientData {
        &self.client_data
    }

    /// The authenticator data.
    #[must_use]
    pub const fn authenticator_data(&self) -> &AuthenticatorData {
        &self.attestation.auth_data
    }

    /// The attestation statement format. Not verified yet.
    #[must_use]
    pub fn attestation_format(&self) -> &str {
        &self.attestation.fmt
    }

    /// What a metadata service looks trust anchors up by (WebAuthn §7.1 step 23). Not verified yet.
    ///
    /// `None` without attested credential data, which no registration succeeds without.
    #[must_use]
    pub fn attestation_lookup(&self) -> Option<AttestationLookup<'_>> {
        let aaguid = self.authenticator_data().attested()?.aaguid;
        Some(AttestationLookup { fmt: &self.attestation.fmt, aaguid, statement: self.attestation.statement() })
    }

    /// The attestation statement's CBOR. Not verified yet.
    #[must_use]
    pub fn attestation_statement(&self) -> &[u8] {
        self.attestation.statement()
    }

    /// The attestation object as received. Kept beside the record together with
    /// [`client_data`](Self::client_data)'s bytes, it lets the whole registration be verified again (WebAuthn §7.1
    /// step 27).
    #[must_use]
    pub fn attestation_object(&self) -> &[u8] {
        &self.attestation.bytes
    }
}

/// What trust anchors are looked up by. Nothing in it is verified.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct AttestationLookup<'a> {
    /// The attestation statement format.
    pub fmt: &'a str,
    /// The AAGUID that the response has; genuine U2F authenticators have zero, and are known by their certificate's key.
    pub aaguid: Aaguid,
    statement: &'a [u8],
}

impl fmt::Debug for AttestationLookup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttestationLookup")
            .field("fmt", &self.fmt)
            .field("aaguid", &self.aaguid)
            .finish_non_exhaustive()
    }
}

impl AttestationLookup<'_> {
    /// The key identifier of the attestation certificate, as the metadata service lists U2F authenticators: SHA-1 of
    /// its subjectPublicKey bits (RFC 5280 §4.2.1.2). `None` for a statement without certificates.
    #[must_use]
    pub fn certificate_key_identifier(&self) -> Option<[u8; 20]> {
        first_certificate(self.statement)?.key_identifier().ok()
    }
}

fn parse(json: &[u8], limits: &Limits) -> Result<RegistrationResponse, Fault> {
    // R4: the envelope holds the client extension outputs
    // The SPKI copy of the key is not read at all: it is the client's, and the authenticator's is there.
    let members = [
        ("clientDataJSON", Part::ClientDataJson),
        ("attestationObject", Part::AttestationObject),
        ("authenticatorData", Part::AuthenticatorData),
        ("publicKeyAlgorithm", Part::CredentialPublicKey),
        ("transports", Part::Transports),
        ("signature", Part::Signature),
    ];
    let envelope = Envelope::parse(json, limits, |id| CredentialId::new(id).map_err(|_| id.to_vec()), members)?;
    let [client_data, attestation, auth_data_copy, algorithm_copy, transports, signature] = envelope.response;
    // R3: an attestation response, not an assertion
    if attestation.is_none() && signature.is_some() {
        return Err((Part::Response, MalformedReason::WrongCeremony));
    }
    let object = required(attestation, Part::AttestationObject)?;
    let attestation = object.bytes(Part::AttestationObject, limits.attestation_object)?;
    let client_data = required(client_data, Part::ClientDataJson)?.bytes(Part::ClientDataJson, limits.client_data)?;
    // R5, R6
    let client_data = ClientData::parse(client_data, limits)?;
    let attestation = AttestationObject::parse(attestation, limits)?;
    let key = attestation.auth_data.attested().map(|data| CredentialPublicKey::from_cose(data.public_key_cose, false));
    if let Some(copy) = auth_data_copy.filter(|copy| !is_tail(*copy, object, &attestation)) {
        check_copy(copy, &attestation.auth_data, limits)?;
    }
    if let (Some(copy), Some(Ok(key))) = (algorithm_copy, &key) {
        check_algorithm(copy, key)?;
    }
    Ok(RegistrationResponse {
        raw_id: envelope.raw_id,
        client_data,
        attestation,
        key,
        transports: read_transports(transports, limits)?,
        attachment: envelope.attachment,
        outputs: envelope.outputs,
    })
}

/// Whether the copy of the authenticator data is written just as the end of the attestation object is, which it is where
/// the authenticator data comes last in it, behind a number of bytes that base64 writes as whole groups.
fn is_tail(copy: Json<'_>, object: Json<'_>, parsed: &AttestationObject) -> bool {
    let auth_data = parsed.auth_data.as_bytes();
    let before = parsed.bytes.len().saturating_sub(auth_data.len());
    let (Ok(copy), Ok(object)) = (copy.string(Part::AuthenticatorData), object.string(Part::AttestationObject)) else {
        return false;
    };
    before.is_multiple_of(3)
        && parsed.bytes.ends_with(auth_data)
        && object.as_bytes().get(before / 3 * 4..) == Some(copy.as_bytes())
}

/// The members that repeat what the attestation object says must say the same: nothing reads them here, but another
/// reader of the same JSON might.
fn check_copy(copy: Json<'_>, auth_data: &AuthenticatorData, limits: &Limits) -> Result<(), Fault> {
    let part = Part::AuthenticatorData;
    let is_same = copy.stands_for(part, limits.attestation_object, auth_data.as_bytes())?;
    if is_same { Ok(()) } else { Err((part, MalformedReason::Inconsistent)) }
}

/// As [`check_copy`], of the key's algorithm.
fn check_algorithm(copy: Json<'_>, key: &CredentialPublicKey) -> Result<(), Fault> {
    let part = Part::CredentialPublicKey;
    let is_same = copy.integer(part)? == key.algorithm().id();
    if is_same { Ok(()) } else { Err((part, MalformedReason::Inconsistent)) }
}

/// Transports in the client's order, each once. Words that can't be transports are dropped, unknown ones are kept.
fn read_transports(value: Option<Json<'_>>, limits: &Limits) -> Result<Vec<Transport>, Fault> {
    let mut transports = Vec::new();
    let Some(value) = value else { return Ok(transports) };
    for (at, element) in value.elements(Part::Transports)?.enumerate() {
        if at >= limits.transports {
            return Err((Part::Transports, MalformedReason::TooManyEntries(limits.transports)));
        }
        let word = element.string(Part::Transports)?;
        if let Some(transport) = Transport::parse(&word).filter(|transport| !transports.contains(transport)) {
            transports.push(transport);
        }
    }
    Ok(transports)
}
