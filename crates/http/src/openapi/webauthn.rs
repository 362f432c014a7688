//! The JSON forms of WebAuthn Level 3 §5.1, §5.4, §5.5 and §5.10, as the core writes and reads them. Nothing is made of
//! these types but schemas: their writers and readers are the core's.

#![expect(dead_code, reason = "types whose schemas are all that is wanted of them")]

use super::text::{
    AssertedUserHandle, Base64Url, Blob, Challenge, ClientDataJson, CredentialId, CredentialType,
    Transport as AnyTransport, UserHandle,
};
use schemars::JsonSchema;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// `PublicKeyCredentialCreationOptionsJSON`: for `PublicKeyCredential.parseCreationOptionsFromJSON()`.
#[derive(JsonSchema)]
#[schemars(rename = "PublicKeyCredentialCreationOptionsJSON", rename_all = "camelCase")]
pub(super) struct CreationOptions {
    rp: RelyingParty,
    user: User,
    challenge: Challenge,
    /// The algorithms that are taken, best first.
    #[schemars(length(min = 1))]
    pub_key_cred_params: Vec<Parameters>,
    /// Milliseconds.
    timeout: u32,
    /// The account's passkeys: none of their authenticators is to make another.
    #[schemars(length(max = 256))]
    exclude_credentials: Vec<Descriptor>,
    authenticator_selection: Selection,
    #[schemars(skip_serializing_if = "Option::is_none")]
    hints: Option<Vec<Hint>>,
    attestation: Attestation,
    #[schemars(skip_serializing_if = "Option::is_none")]
    attestation_formats: Option<Vec<String>>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    extensions: Option<CreationExtensions>,
}

/// `PublicKeyCredentialRequestOptionsJSON`: for `PublicKeyCredential.parseRequestOptionsFromJSON()`.
#[derive(JsonSchema)]
#[schemars(rename = "PublicKeyCredentialRequestOptionsJSON", rename_all = "camelCase")]
pub(super) struct RequestOptions {
    challenge: Challenge,
    /// Milliseconds.
    timeout: u32,
    /// The RP ID.
    rp_id: String,
    /// The passkeys that may be used; empty: any.
    #[schemars(length(max = 256))]
    allow_credentials: Vec<Descriptor>,
    user_verification: Requirement,
    #[schemars(skip_serializing_if = "Option::is_none")]
    hints: Option<Vec<Hint>>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    extensions: Option<RequestExtensions>,
}

/// `RegistrationResponseJSON`: what `PublicKeyCredential.toJSON()` makes of a new passkey.
#[derive(JsonSchema)]
#[schemars(rename = "RegistrationResponseJSON", rename_all = "camelCase")]
pub(super) struct RegistrationResponse {
    id: CredentialId,
    /// The same as `id`.
    raw_id: CredentialId,
    r#type: CredentialType,
    response: AttestationResponse,
    authenticator_attachment: Option<String>,
    #[schemars(default)]
    client_extension_results: Map<String, Value>,
}

/// `AuthenticatorAttestationResponseJSON`
#[derive(JsonSchema)]
#[schemars(rename = "AuthenticatorAttestationResponseJSON", rename_all = "camelCase")]
struct AttestationResponse {
    #[schemars(rename = "clientDataJSON")]
    client_data_json: ClientDataJson,
    attestation_object: Base64Url,
    /// A copy out of `attestationObject`. Another one than there is refused.
    #[schemars(default)]
    authenticator_data: Option<Base64Url>,
    /// A copy out of `attestationObject`, as SubjectPublicKeyInfo. Not read.
    #[schemars(default)]
    public_key: Option<Base64Url>,
    /// A copy out of `attestationObject`. Another one than there is refused.
    #[schemars(default)]
    public_key_algorithm: Option<i64>,
    #[schemars(default)]
    transports: Option<Vec<String>>,
}

/// `AuthenticationResponseJSON`: what `PublicKeyCredential.toJSON()` makes of an assertion.
#[derive(JsonSchema)]
#[schemars(rename = "AuthenticationResponseJSON", rename_all = "camelCase")]
pub(super) struct AuthenticationResponse {
    id: CredentialId,
    /// The same as `id`.
    raw_id: CredentialId,
    r#type: CredentialType,
    response: AssertionResponse,
    authenticator_attachment: Option<String>,
    #[schemars(default)]
    client_extension_results: Map<String, Value>,
}

/// `AuthenticatorAssertionResponseJSON`
#[derive(JsonSchema)]
#[schemars(rename = "AuthenticatorAssertionResponseJSON", rename_all = "camelCase")]
struct AssertionResponse {
    #[schemars(rename = "clientDataJSON")]
    client_data_json: ClientDataJson,
    authenticator_data: Base64Url,
    signature: Base64Url,
    /// Left out, `null` or empty where the authenticator keeps none.
    user_handle: Option<AssertedUserHandle>,
}

/// `AllAcceptedCredentialsOptions`: for `PublicKeyCredential.signalAllAcceptedCredentials()` (WebAuthn §5.1.10).
#[derive(JsonSchema)]
#[schemars(rename = "AllAcceptedCredentialsOptions", rename_all = "camelCase")]
pub(crate) struct AllAcceptedCredentials {
    /// The RP ID.
    rp_id: String,
    user_id: UserHandle,
    all_accepted_credential_ids: Vec<CredentialId>,
}

/// `PublicKeyCredentialRpEntity`
#[derive(JsonSchema)]
#[schemars(rename = "PublicKeyCredentialRpEntity")]
struct RelyingParty {
    name: String,
    /// The RP ID.
    id: String,
}

/// `PublicKeyCredentialUserEntityJSON`
#[derive(JsonSchema)]
#[schemars(rename = "PublicKeyCredentialUserEntityJSON", rename_all = "camelCase")]
struct User {
    id: UserHandle,
    name: String,
    display_name: String,
}

/// `PublicKeyCredentialParameters`
#[derive(JsonSchema)]
#[schemars(rename = "PublicKeyCredentialParameters")]
struct Parameters {
    r#type: CredentialType,
    /// The COSE algorithm's number.
    alg: i64,
}

/// `PublicKeyCredentialDescriptorJSON`
#[derive(JsonSchema)]
#[schemars(rename = "PublicKeyCredentialDescriptorJSON")]
struct Descriptor {
    r#type: CredentialType,
    id: CredentialId,
    #[schemars(skip_serializing_if = "Option::is_none")]
    transports: Option<Vec<AnyTransport>>,
}

/// `AuthenticatorSelectionCriteria`
#[derive(JsonSchema)]
#[schemars(rename = "AuthenticatorSelectionCriteria", rename_all = "camelCase")]
struct Selection {
    #[schemars(skip_serializing_if = "Option::is_none")]
    authenticator_attachment: Option<Attachment>,
    resident_key: Requirement,
    require_resident_key: bool,
    user_verification: Requirement,
}

#[derive(JsonSchema)]
#[schemars(rename = "AuthenticatorAttachment", rename_all = "kebab-case")]
enum Attachment {
    Platform,
    CrossPlatform,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum Requirement {
    Required,
    Preferred,
    Discouraged,
}

#[derive(JsonSchema)]
#[schemars(rename = "PublicKeyCredentialHint", rename_all = "kebab-case")]
enum Hint {
    SecurityKey,
    ClientDevice,
    Hybrid,
}

#[derive(JsonSchema)]
#[schemars(rename = "AttestationConveyancePreference", rename_all = "lowercase")]
enum Attestation {
    None,
    Indirect,
    Direct,
    Enterprise,
}

/// The extensions that are asked for with a new passkey.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct CreationExtensions {
    #[schemars(skip_serializing_if = "Option::is_none")]
    cred_props: Option<bool>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    credential_protection_policy: Option<CredentialProtection>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    enforce_credential_protection_policy: Option<bool>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    min_pin_length: Option<bool>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    prf: Option<Prf>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    large_blob: Option<LargeBlobSupport>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    cred_blob: Option<Blob>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    appid_exclude: Option<String>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    payment: Option<Payment>,
}

/// The extensions that are asked for with an assertion.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct RequestExtensions {
    #[schemars(skip_serializing_if = "Option::is_none")]
    appid: Option<String>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    prf: Option<Prf>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    large_blob: Option<LargeBlobOperation>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    get_cred_blob: Option<bool>,
}

#[derive(JsonSchema)]
enum CredentialProtection {
    #[schemars(rename = "userVerificationOptional")]
    Optional,
    #[schemars(rename = "userVerificationOptionalWithCredentialIDList")]
    OptionalWithCredentialIdList,
    #[schemars(rename = "userVerificationRequired")]
    Required,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Prf {
    #[schemars(skip_serializing_if = "Option::is_none")]
    eval: Option<PrfValues>,
    #[schemars(skip_serializing_if = "Option::is_none")]
    eval_by_credential: Option<BTreeMap<String, PrfValues>>,
}

#[derive(JsonSchema)]
struct PrfValues {
    first: Blob,
    #[schemars(skip_serializing_if = "Option::is_none")]
    second: Option<Blob>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Payment {
    is_payment: bool,
}

#[derive(JsonSchema)]
struct LargeBlobSupport {
    support: LargeBlobDemand,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum LargeBlobDemand {
    Preferred,
    Required,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum LargeBlobOperation {
    Read(bool),
    Write(Blob),
}
