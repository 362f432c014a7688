//! Chromium's virtual authenticators.

use super::failure::Result;
use super::page::Page;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a virtual authenticator is like. The default is a platform authenticator that holds passkeys, verifies its user
/// and answers at once.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthenticatorOptions {
    /// `ctap2` or `u2f`.
    pub(crate) protocol: &'static str,
    /// `ctap2_0`, `ctap2_1` or `ctap2_2`; ignored by `u2f`.
    pub(crate) ctap2_version: &'static str,
    /// `usb`, `nfc`, `ble`, `cable`, `hybrid`, `smart-card` or `internal`: one `internal` for each page.
    pub(crate) transport: &'static str,
    pub(crate) has_resident_key: bool,
    pub(crate) has_user_verification: bool,
    pub(crate) is_user_verified: bool,
    pub(crate) automatic_presence_simulation: bool,
    pub(crate) default_backup_eligibility: bool,
    pub(crate) default_backup_state: bool,
    pub(crate) has_large_blob: bool,
    pub(crate) has_cred_blob: bool,
    pub(crate) has_min_pin_length: bool,
    pub(crate) has_prf: bool,
}

impl Default for AuthenticatorOptions {
    fn default() -> Self {
        Self {
            protocol: "ctap2",
            ctap2_version: "ctap2_1",
            transport: "internal",
            has_resident_key: true,
            has_user_verification: true,
            is_user_verified: true,
            automatic_presence_simulation: true,
            default_backup_eligibility: false,
            default_backup_state: false,
            has_large_blob: false,
            has_cred_blob: false,
            has_min_pin_length: false,
            has_prf: false,
        }
    }
}

impl AuthenticatorOptions {
    /// A U2F security key: no passkeys, no user verification.
    pub(crate) fn u2f() -> Self {
        Self {
            protocol: "u2f",
            transport: "usb",
            has_resident_key: false,
            has_user_verification: false,
            is_user_verified: false,
            ..Self::default()
        }
    }
}

/// A credential in a virtual authenticator. Binary members are standard base64 with padding.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credential {
    pub(crate) credential_id: String,
    pub(crate) is_resident_credential: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rp_id: Option<String>,
    /// PKCS#8.
    pub(crate) private_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_handle: Option<String>,
    pub(crate) sign_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) large_blob: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backup_eligibility: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backup_state: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_display_name: Option<String>,
}

/// Faults in an authenticator's answers.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Overrides {
    /// The signature is one zero byte.
    #[serde(rename = "isBogusSignature")]
    pub(crate) bogus_signature: bool,
    /// The UV flag is false.
    #[serde(rename = "isBadUV")]
    pub(crate) bad_uv: bool,
    /// The UP flag is false.
    #[serde(rename = "isBadUP")]
    pub(crate) bad_up: bool,
}

/// A virtual authenticator of a page. It goes with the page, or with [`remove`](Self::remove).
#[derive(Clone, Debug)]
pub(crate) struct VirtualAuthenticator {
    page: Page,
    id: String,
}

impl Page {
    /// Switches virtual authenticators on; to be called before the first is added. With the interface, conditional
    /// requests can be driven by clicks and keys, but modal registrations hang.
    pub(crate) async fn enable_authenticators(&self, interface: bool) -> Result<()> {
        self.call("WebAuthn.enable", json!({"enableUI": interface})).await.map(drop)
    }

    /// Adds an authenticator, and switches virtual authenticators on, without interface, if nobody did.
    pub(crate) async fn add_authenticator(&self, options: &AuthenticatorOptions) -> Result<VirtualAuthenticator> {
        let parameters = json!({"options": options});
        let answer = match self.call("WebAuthn.addVirtualAuthenticator", parameters.clone()).await {
            Ok(answer) => answer,
            Err(failure) if failure.to_string().contains("not been enabled") => {
                self.enable_authenticators(false).await?;
                self.call("WebAuthn.addVirtualAuthenticator", parameters).await?
            }
            Err(failure) => return Err(failure),
        };
        let id = answer["authenticatorId"].as_str().unwrap_or_default().to_owned();
        Ok(VirtualAuthenticator { page: self.clone(), id })
    }
}

impl VirtualAuthenticator {
    /// Takes the authenticator away.
    pub(crate) async fn remove(self) -> Result<()> {
        self.call("removeVirtualAuthenticator", json!({})).await.map(drop)
    }

    /// Every credential it holds.
    pub(crate) async fn credentials(&self) -> Result<Vec<Credential>> {
        let answer = self.call("getCredentials", json!({})).await?;
        serde_json::from_value(answer["credentials"].clone())
            .map_err(|error| self.page.failure(format!("credentials of another form: {error}")))
    }

    /// Puts a credential into it; one with the same id is replaced.
    pub(crate) async fn add_credential(&self, credential: &Credential) -> Result<()> {
        self.call("addCredential", json!({"credential": credential})).await.map(drop)
    }

    /// Removes a credential by its id.
    pub(crate) async fn remove_credential(&self, credential_id: &str) -> Result<()> {
        self.call("removeCredential", json!({"credentialId": credential_id})).await.map(drop)
    }

    /// Removes every credential.
    pub(crate) async fn clear(&self) -> Result<()> {
        self.call("clearCredentials", json!({})).await.map(drop)
    }

    /// Whether its user is verified from now on.
    pub(crate) async fn set_user_verified(&self, verified: bool) -> Result<()> {
        self.call("setUserVerified", json!({"isUserVerified": verified})).await.map(drop)
    }

    /// Whether it answers by itself, or waits for a person who never comes.
    pub(crate) async fn set_automatic_presence(&self, enabled: bool) -> Result<()> {
        self.call("setAutomaticPresenceSimulation", json!({"enabled": enabled})).await.map(drop)
    }

    /// Sets faults of its answers; `Overrides::default()` ends them.
    pub(crate) async fn set_response_override_bits(&self, overrides: Overrides) -> Result<()> {
        let parameters = serde_json::to_value(overrides).unwrap_or_default();
        self.call("setResponseOverrideBits", parameters).await.map(drop)
    }

    /// Changes the backup flags of a credential, also to combinations that the specification forbids.
    pub(crate) async fn set_credential_properties(
        &self,
        credential_id: &str,
        backup_eligibility: Option<bool>,
        backup_state: Option<bool>,
    ) -> Result<()> {
        let mut parameters = json!({"credentialId": credential_id});
        for (name, value) in [("backupEligibility", backup_eligibility), ("backupState", backup_state)] {
            if let Some(value) = value {
                parameters[name] = value.into();
            }
        }
        self.call("setCredentialProperties", parameters).await.map(drop)
    }

    async fn call(&self, method: &str, mut parameters: Value) -> Result<Value> {
        parameters["authenticatorId"] = self.id.as_str().into();
        self.page.call(&format!("WebAuthn.{method}"), parameters).await
    }
}
