//! The documents below `/.well-known/` that tell clients about the relying party. Each serialises as it is served, with
//! status 200 and `application/json`, and without a redirect.

use crate::error::ConfigError;
use crate::origin::{Origin, without_user_info};
use crate::url;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde::Serialize;

/// `/.well-known/webauthn` on the RP ID's host: the origins that may use the RP ID beside its own (WebAuthn §5.11).
/// Made by [`RelyingParty::related_origins_document`](crate::RelyingParty::related_origins_document), so that browsers
/// are told what the server accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RelatedOrigins {
    origins: Vec<String>,
}

impl RelatedOrigins {
    /// The document's path.
    pub const PATH: &'static str = "/.well-known/webauthn";

    pub(crate) fn new(origins: &[Origin]) -> Option<Self> {
        let origins: Vec<String> = origins.iter().map(ToString::to_string).collect();
        if origins.is_empty() { None } else { Some(Self { origins }) }
    }
}

/// `/.well-known/passkey-endpoints` on the RP ID's host: where users add and manage their passkeys (W3C, "A Well-Known
/// URL for Relying Party Passkey Endpoints").
///
/// ```
/// # use ceremony::well_known::PasskeyEndpoints;
/// let endpoints = PasskeyEndpoints::default().enroll("https://example.com/account/passkeys/create")?;
/// # Ok::<(), ceremony::error::ConfigError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyEndpoints {
    #[serde(skip_serializing_if = "Option::is_none")]
    enroll: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prf_usage_details: Option<String>,
}

impl PasskeyEndpoints {
    /// The document's path.
    pub const PATH: &'static str = "/.well-known/passkey-endpoints";

    /// The page on which a signed-in user adds a passkey.
    ///
    /// # Errors
    ///
    /// [`ConfigError::UrlInvalid`] unless it is an absolute https URL of at most 512 bytes, or http on localhost.
    pub fn enroll(self, url: impl Into<String>) -> Result<Self, ConfigError> {
        Ok(Self { enroll: Some(endpoint(url.into())?), ..self })
    }

    /// The page on which a signed-in user sees and removes passkeys.
    ///
    /// # Errors
    ///
    /// As [`enroll`](Self::enroll).
    pub fn manage(self, url: impl Into<String>) -> Result<Self, ConfigError> {
        Ok(Self { manage: Some(endpoint(url.into())?), ..self })
    }

    /// The page that says what is lost with a passkey whose pseudo-random function encrypts something.
    ///
    /// # Errors
    ///
    /// As [`enroll`](Self::enroll).
    pub fn prf_usage_details(self, url: impl Into<String>) -> Result<Self, ConfigError> {
        Ok(Self { prf_usage_details: Some(endpoint(url.into())?), ..self })
    }
}

fn endpoint(text: String) -> Result<String, ConfigError> {
    match url::read(&text) {
        Some(_) => Ok(text),
        None => Err(ConfigError::UrlInvalid { url: without_user_info(&text) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RelyingParty;

    fn json(value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn related_origins_are_those_that_were_declared() {
        let builder = RelyingParty::builder("example.com", "Example")
            .origin("https://example.com")
            .android_origin("android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
        assert_eq!(builder.clone().build().unwrap().related_origins_document(), None);
        let rp = builder.related_origin("https://example.de").related_origin("https://example.co.uk").build().unwrap();
        let document = rp.related_origins_document().unwrap();
        assert_eq!(json(&document), r#"{"origins":["https://example.de","https://example.co.uk"]}"#);
    }

    #[test]
    fn endpoints_are_all_optional() {
        assert_eq!(json(&PasskeyEndpoints::default()), "{}");
        let endpoints = PasskeyEndpoints::default()
            .enroll("https://example.com/a")
            .and_then(|endpoints| endpoints.manage("https://example.com/b"))
            .and_then(|endpoints| endpoints.prf_usage_details("http://localhost:3000/c"))
            .unwrap();
        let expected = r#"{"enroll":"https://example.com/a","manage":"https://example.com/b","prfUsageDetails":"http://localhost:3000/c"}"#;
        assert_eq!(json(&endpoints), expected);
    }

    #[test]
    fn endpoints_are_absolute_https_urls() {
        let set = [PasskeyEndpoints::enroll, PasskeyEndpoints::manage, PasskeyEndpoints::prf_usage_details];
        for set in set {
            for url in ["/account", "http://example.com/", "javascript:alert(1)"] {
                let refused = set(PasskeyEndpoints::default(), url);
                assert_eq!(refused, Err(ConfigError::UrlInvalid { url: url.into() }));
            }
        }
    }
}
