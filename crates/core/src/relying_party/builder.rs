//! Builds a relying party and refuses what can't work.

use super::RelyingParty;
use super::checks::{
    android_origin, check_cross_origin, check_limits, check_public_suffix, check_related, check_timeout, cover,
    web_origin,
};
use crate::cose::Algorithm;
use crate::error::ConfigError;
use crate::ids::{RpId, Tenant};
use crate::origin::{self, Origin};
use crate::policy::{
    AttestationPolicy, BackupEligibilityPolicy, BackupRequirement, CborPolicy, CrossOriginPolicy, DEFAULT_TIMEOUT,
    Limits, Policy, SignCountPolicy, UnsolicitedExtensions,
};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// What the conformance tool's authenticators sign with; ES256, RS256 and RS1 are mandatory there.
const CONFORMANCE_ALGORITHMS: [Algorithm; 12] = [
    Algorithm::EdDsa,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::Es256K,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Rs1,
];

/// The configuration of a [`RelyingParty`]; made by [`RelyingParty::builder`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build()` is called"]
pub struct RelyingPartyBuilder {
    rp_id: String,
    name: String,
    tenant: Tenant,
    origins: Vec<String>,
    related_origins: Vec<String>,
    android_origins: Vec<String>,
    allow_subdomains: bool,
    allow_public_suffix_rp_id: bool,
    algorithms: Vec<Algorithm>,
    allow_rs1: bool,
    timeout: Duration,
    limits: Limits,
    policy: Policy,
}

impl RelyingPartyBuilder {
    pub(super) fn new(rp_id: String, name: String) -> Self {
        Self {
            rp_id,
            name,
            tenant: Tenant::default(),
            origins: Vec::new(),
            related_origins: Vec::new(),
            android_origins: Vec::new(),
            allow_subdomains: false,
            allow_public_suffix_rp_id: false,
            algorithms: [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256].into(),
            allow_rs1: false,
            timeout: DEFAULT_TIMEOUT,
            limits: Limits::default(),
            policy: Policy::default(),
        }
    }

    /// Adds an origin that ceremonies may come from, exactly as browsers show it in `location.origin`.
    ///
    /// Behind a reverse proxy this is the public https origin. The host must be the RP ID or below it.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Adds several origins, each as [`origin`](Self::origin) does.
    pub fn origins(mut self, origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.origins.extend(origins.into_iter().map(Into::into));
        self
    }

    /// Adds a web origin that the RP ID need not cover (WebAuthn §5.11).
    ///
    /// Browsers let such a page use the RP ID only if `https://{rp_id}/.well-known/webauthn` lists it.
    pub fn related_origin(mut self, origin: impl Into<String>) -> Self {
        self.related_origins.push(origin.into());
        self
    }

    /// Adds an Android app, by the SHA-256 fingerprint of its signing certificate (`AA:BB:..`) or by its whole origin
    /// (`android:apk-key-hash:..`).
    pub fn android_origin(mut self, origin: impl Into<String>) -> Self {
        self.android_origins.push(origin.into());
        self
    }

    /// Also accepts every https subdomain, at any depth and on the same port, of each configured https origin. Off by
    /// default.
    ///
    /// Whoever controls any subdomain can then run ceremonies. Related origins are never extended.
    pub const fn allow_subdomains(mut self, allow: bool) -> Self {
        self.allow_subdomains = allow;
        self
    }

    /// Accepts an RP ID that is a public suffix, such as the intranet name `intranet`, for origins with exactly this host.
    pub const fn allow_public_suffix_rp_id(mut self) -> Self {
        self.allow_public_suffix_rp_id = true;
        self
    }

    /// Sets the tenant; without it there is only one.
    pub fn tenant(mut self, tenant: Tenant) -> Self {
        self.tenant = tenant;
        self
    }

    /// Sets the algorithms that are offered and accepted, most wanted first; duplicates are dropped. EdDSA, ES256 and
    /// RS256 by default.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms.clear();
        for algorithm in algorithms {
            if !self.algorithms.contains(&algorithm) {
                self.algorithms.push(algorithm);
            }
        }
        self
    }

    /// Lets RS1, RSA signatures over SHA-1, be one of the [`algorithms`](Self::algorithms), for very old authenticators.
    /// Off by default, and refused then in stored credentials as well: SHA-1 is broken.
    pub const fn allow_rs1(mut self) -> Self {
        self.allow_rs1 = true;
        self
    }

    /// Sets the time that a ceremony may take, 10 seconds to 1 hour; [`DEFAULT_TIMEOUT`] by default.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets what a signature counter that did not increase leads to.
    pub const fn sign_count(mut self, policy: SignCountPolicy) -> Self {
        self.policy.sign_count = policy;
        self
    }

    /// Sets what a changed backup eligibility leads to.
    pub const fn backup_eligibility(mut self, policy: BackupEligibilityPolicy) -> Self {
        self.policy.backup_eligibility = policy;
        self
    }

    /// Sets which backup flags are accepted at all.
    pub const fn backup_requirement(mut self, requirement: BackupRequirement) -> Self {
        self.policy.backup_requirement = requirement;
        self
    }

    /// Sets how CBOR that is not canonical is met.
    pub const fn cbor(mut self, policy: CborPolicy) -> Self {
        self.policy.cbor = policy;
        self
    }

    /// Sets what an extension output that nobody asked for leads to.
    pub const fn unsolicited_extensions(mut self, policy: UnsolicitedExtensions) -> Self {
        self.policy.unsolicited_extensions = policy;
        self
    }

    /// Sets whether a ceremony may run inside a cross-origin iframe. Denied by default.
    pub fn cross_origin(mut self, policy: CrossOriginPolicy) -> Self {
        self.policy.cross_origin = policy;
        self
    }

    /// Sets which attestation is accepted.
    pub fn attestation(mut self, policy: AttestationPolicy) -> Self {
        self.policy.attestation = policy;
        self
    }

    /// Refuses authenticator data with flag bits that WebAuthn Level 3 reserves. Off by default, as a later level may
    /// use them.
    pub const fn reject_reserved_flags(mut self, reject: bool) -> Self {
        self.policy.reject_reserved_flags = reject;
        self
    }

    /// Refuses client data whose `tokenBinding` does not have the shape that Level 1 gave it. Off by default: Level 3
    /// reserves the member and reads over it.
    pub const fn check_token_binding(mut self, check: bool) -> Self {
        self.policy.check_token_binding = check;
        self
    }

    /// Sets the upper bounds on what is read from a client.
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what the FIDO conformance tool asks for beyond Level 3, or instead of its leeway. For a test server under
    /// that tool and for nothing else: it offers algorithms that nobody should choose today, RS1 among them.
    ///
    /// Two things that old versions of the tool asked for are refused all the same, as Level 3 has them refused without
    /// exception: an assertion without user presence (§7.2 step 16), and a TPM statement whose attested Name was made
    /// with another algorithm than the key's `nameAlg` (§8.3). The tool's own reports on both are closed.
    ///
    /// What it asks of attestation is another setting: [`AttestationPolicy::conformance`].
    ///
    /// A setting that comes after it in the chain overrides it.
    pub fn conformance(self) -> Self {
        self.algorithms(CONFORMANCE_ALGORITHMS)
            .allow_rs1()
            .check_token_binding(true)
            .sign_count(SignCountPolicy::Reject)
            .backup_eligibility(BackupEligibilityPolicy::Enforce)
    }

    /// Checks everything and makes the relying party.
    ///
    /// # Errors
    ///
    /// The first setting that can't work, with what would work in the error's text.
    pub fn build(self) -> Result<RelyingParty, ConfigError> {
        // The origins' own shape comes first: an RP ID is often cut out of one, and must not be blamed for it.
        let own = self.origins.iter().map(|text| Origin::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let rp_id = self.rp_id.as_str();
        if let Err(fault) = origin::check_rp_id(rp_id) {
            return Err(ConfigError::RpIdInvalid { rp_id: origin::without_user_info(rp_id), fault });
        }
        check_public_suffix(rp_id, self.allow_public_suffix_rp_id, self.allow_subdomains)?;
        let (origins, own_origins) = self.collect_origins(own)?;
        check_cross_origin(&self.policy.cross_origin)?;
        check_limits(&self.limits)?;
        if self.algorithms.is_empty() {
            return Err(ConfigError::NoAlgorithms);
        }
        if self.algorithms.contains(&Algorithm::Rs1) && !self.allow_rs1 {
            return Err(ConfigError::Rs1NotAllowed);
        }
        check_timeout(self.timeout)?;
        let name = if self.name.trim().is_empty() { self.rp_id.clone() } else { self.name };
        let id = RpId::new(self.rp_id);
        Ok(RelyingParty {
            id_hash: id.hash(),
            id,
            name,
            tenant: self.tenant,
            origins,
            own_origins,
            allow_subdomains: self.allow_subdomains,
            algorithms: self.algorithms,
            allow_rs1: self.allow_rs1,
            timeout: self.timeout,
            limits: self.limits,
            policy: self.policy,
        })
    }

    /// The accepted origins without duplicates, and how many of them are the relying party's own: they come first.
    fn collect_origins(&self, own: Vec<Origin>) -> Result<(Vec<Origin>, usize), ConfigError> {
        let related = self.related_origins.iter().map(|text| web_origin(text)).collect::<Result<Vec<_>, _>>()?;
        let mut origins = Vec::new();
        for origin in own {
            match cover(&self.rp_id, &origin) {
                // Declared twice, it is a related origin and no more.
                Err(_) if related.contains(&origin) => {}
                Err(error) => return Err(error),
                Ok(()) => push_new(&mut origins, origin),
            }
        }
        for text in &self.android_origins {
            push_new(&mut origins, android_origin(text)?);
        }
        let own_origins = origins.len();
        check_related(&self.rp_id, &related)?;
        for origin in related {
            push_new(&mut origins, origin);
        }
        if origins.is_empty() {
            return Err(ConfigError::NoOrigin { rp_id: self.rp_id.clone() });
        }
        Ok((origins, own_origins))
    }
}

fn push_new(origins: &mut Vec<Origin>, origin: Origin) {
    if !origins.contains(&origin) {
        origins.push(origin);
    }
}
