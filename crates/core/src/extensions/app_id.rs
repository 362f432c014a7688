//! appid and appidExclude: credentials from before WebAuthn, made with the U2F API under an AppID (WebAuthn §10.1.1,
//! §10.1.2).

use crate::error::{ConfigError, Misuse};
use crate::origin::{registrable_domain, without_user_info};
use crate::relying_party::RelyingParty;
use crate::url;
use alloc::string::{String, ToString};
use core::fmt;
use sha2::{Digest, Sha256};

pub(super) const NAME: &str = "appid";
pub(super) const EXCLUDE_NAME: &str = "appidExclude";

/// The AppID that U2F credentials were registered under: an https URL, compared by its exact text.
///
/// A ceremony is begun only with one whose host is the RP ID or shares its registrable domain, which is what U2F asks of
/// an AppID and its facets. The list of facets behind the URL, which browsers fetch unless the page has the very same
/// host, is not looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AppId(String);

impl AppId {
    /// Takes the AppID exactly as it was when the credentials were registered; a slash more is another AppID.
    ///
    /// # Errors
    ///
    /// [`ConfigError::UrlInvalid`] unless it is an absolute https URL of at most 512 bytes of printable ASCII, with a
    /// canonical domain name as its host, without user name or fragment.
    pub fn new(url: impl Into<String>) -> Result<Self, ConfigError> {
        let text = url.into();
        match url::read(&text) {
            Some(url) if url.https => Ok(Self(text)),
            _ => Err(ConfigError::UrlInvalid { url: without_user_info(&text) }),
        }
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the AppID, which stands in the authenticator data in place of that of the RP ID.
    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    /// Whether browsers may let the relying party's pages use the AppID, as far as its text tells.
    pub(super) fn check_covered(&self, rp: &RelyingParty) -> Result<(), Misuse> {
        let rp_id = rp.id().as_str();
        let covered = url::read(&self.0).is_some_and(|url| {
            url.host == rp_id || registrable_domain(url.host).is_some_and(|own| registrable_domain(rp_id) == Some(own))
        });
        if covered {
            return Ok(());
        }
        Err(Misuse::Config(ConfigError::AppIdNotCovered { app_id: self.0.clone(), rp_id: rp_id.to_string() }))
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
