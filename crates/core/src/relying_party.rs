//! The relying party: who asks for passkeys, from which origins, under which policy.

mod builder;
mod checks;

pub use builder::RelyingPartyBuilder;
pub(crate) use checks::check_timeout;

use crate::cose::Algorithm;
use crate::ids::{RpId, Tenant};
use crate::origin::{HttpsPage, Origin, Quoted};
use crate::policy::{CrossOriginPolicy, Limits, Policy, TopOrigins};
use crate::well_known::RelatedOrigins;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;
use core::time::Duration;

/// How many origins [`RelyingParty::describe_origins`] names.
const DESCRIBED_ORIGINS: usize = 8;

/// A relying party whose configuration can work (WebAuthn §4, §5.4.2).
///
/// ```
/// # use ceremony::RelyingParty;
/// let relying_party = RelyingParty::builder("example.com", "Example").origin("https://login.example.com").build()?;
/// assert!(relying_party.accepts_origin("https://login.example.com"));
/// assert!(!relying_party.accepts_origin("https://login.example.com.evil.example"));
/// # Ok::<(), ceremony::error::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct RelyingParty {
    id: RpId,
    id_hash: [u8; 32],
    name: String,
    tenant: Tenant,
    /// The relying party's own origins, then the related ones.
    origins: Vec<Origin>,
    own_origins: usize,
    allow_subdomains: bool,
    algorithms: Vec<Algorithm>,
    allow_rs1: bool,
    timeout: Duration,
    limits: Limits,
    policy: Policy,
}

impl RelyingParty {
    /// Begins the configuration with the RP ID, a domain such as `example.com`, and the name that clients may show.
    ///
    /// Passkeys are bound to the RP ID for good. An empty name becomes the RP ID.
    pub fn builder(rp_id: impl Into<String>, name: impl Into<String>) -> RelyingPartyBuilder {
        RelyingPartyBuilder::new(rp_id.into(), name.into())
    }

    /// The RP ID.
    #[must_use]
    pub const fn id(&self) -> &RpId {
        &self.id
    }

    /// SHA-256 of the RP ID, as it stands in authenticator data.
    #[must_use]
    pub const fn rp_id_hash(&self) -> &[u8; 32] {
        &self.id_hash
    }

    /// The name that clients may show.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tenant that this relying party's ceremonies and credentials belong to.
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// All origins that are accepted by exact comparison: web pages, apps, related origins.
    #[must_use]
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// The origins that were declared as related (WebAuthn §5.11).
    #[must_use]
    pub fn related_origins(&self) -> &[Origin] {
        self.origins.get(self.own_origins..).unwrap_or_default()
    }

    /// The texts of all accepted web origins.
    pub fn web_origins(&self) -> impl Iterator<Item = &str> {
        self.origins.iter().filter(|origin| origin.is_web()).map(Origin::as_str)
    }

    /// The algorithms that are offered, most wanted first, and the only ones accepted.
    #[must_use]
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// Whether signatures of this algorithm count at all: RS1 only where
    /// [`allow_rs1`](RelyingPartyBuilder::allow_rs1) is set.
    pub(crate) fn allows(&self, algorithm: Algorithm) -> bool {
        self.allow_rs1 || algorithm != Algorithm::Rs1
    }

    /// The time that a ceremony may take.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The upper bounds on what is read from a client.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether a ceremony may come from this origin: the text is one of [`origins`](Self::origins), or an https
    /// subdomain of one where [`allow_subdomains`](RelyingPartyBuilder::allow_subdomains) is set.
    #[must_use]
    pub fn accepts_origin(&self, origin: &str) -> bool {
        if self.origins.iter().any(|accepted| accepted.as_str() == origin) {
            return true;
        }
        let page = if self.allow_subdomains { HttpsPage::read(origin) } else { None };
        let mut own = self.origins.iter().take(self.own_origins);
        page.is_some_and(|page| own.any(|accepted| accepted.covers_subdomain(&page)))
    }

    /// Whether ceremonies may run in a cross-origin iframe, and whose. What serves the relying party over HTTP needs it
    /// too: cookies below another site's page have other attributes.
    #[must_use]
    pub const fn cross_origin(&self) -> &CrossOriginPolicy {
        &self.policy.cross_origin
    }

    /// What to serve at `https://{rp_id}/.well-known/webauthn`: the related origins, in the order in which they were
    /// declared. `None` without any, as an empty list is not allowed (WebAuthn §5.11).
    #[must_use]
    pub fn related_origins_document(&self) -> Option<RelatedOrigins> {
        RelatedOrigins::new(self.related_origins())
    }

    /// Whether the cross-origin policy lets this top-level page embed a ceremony.
    #[must_use]
    pub fn accepts_top_origin(&self, top_origin: &str) -> bool {
        match &self.policy.cross_origin {
            CrossOriginPolicy::Allow { top_origins: TopOrigins::Any, .. } => true,
            CrossOriginPolicy::Allow { top_origins: TopOrigins::List(list), .. } => {
                list.iter().any(|accepted| accepted == top_origin)
            }
            CrossOriginPolicy::Allow { top_origins: TopOrigins::None, .. } | CrossOriginPolicy::Deny => false,
        }
    }

    /// Whether every accepted origin is on `localhost` or below it, so that only the developer sees what is answered.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.origins.iter().all(Origin::is_local)
    }

    /// The accepted origins for a message to the developer: the first eight, each shortened.
    #[must_use]
    pub fn describe_origins(&self) -> String {
        let mut text = String::new();
        for (at, origin) in self.origins.iter().take(DESCRIBED_ORIGINS).enumerate() {
            let separator = if at == 0 { "" } else { ", " };
            text.push_str(separator);
            text.push_str(&Quoted(origin.as_str()).to_string());
        }
        if let Some(more) = self.origins.len().checked_sub(DESCRIBED_ORIGINS).filter(|&more| more > 0) {
            // Writing to a string can't fail.
            let _ = write!(text, " and {more} more");
        }
        if self.allow_subdomains {
            text.push_str(", with https subdomains");
        }
        text
    }
}

#[cfg(test)]
mod tests;
