//! The settings.

use crate::head::Head;
use crate::limits::RateLimits;
use crate::problem::Problem;
use crate::providers::Providers;
use crate::script::{Asset, PASSKEYS_D_TS, PASSKEYS_JS};
use ceremony::well_known::PasskeyEndpoints;
use ceremony::{CrossOriginPolicy, RelyingParty, UnixTime};
use ceremony_service::{Clock, Entropy, OsEntropy, Passkeys, SystemClock};
use std::sync::Arc;
use std::time::Duration;

/// Clocks of one installation may differ by this much before a sign-in in the future counts as none.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// The HTTP side of a [`Passkeys`] service: requests in, responses and events out. Cheap to clone.
///
/// Adapters drive it: [`admit`](Self::admit), read the body, [`prepare`](Self::prepare), ask the application,
/// [`run`](Self::run).
#[derive(Clone, Debug)]
#[must_use]
pub struct PasskeyHttp {
    pub(crate) passkeys: Passkeys,
    pub(crate) shared: Arc<Settings>,
}

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) max_auth_age: Duration,
    pub(crate) embedded: bool,
    /// Whether the server has other tenants beside this one.
    pub(crate) several_tenants: bool,
    pub(crate) limits: RateLimits,
    pub(crate) providers: Arc<Providers>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) script: Arc<Asset>,
    pub(crate) types: Arc<Asset>,
    pub(crate) related_origins: Option<Arc<Asset>>,
    pub(crate) passkey_endpoints: Option<Arc<Asset>>,
    /// With the feature `openapi`, if the application has it served.
    pub(crate) openapi: Option<Arc<Asset>>,
}

impl PasskeyHttp {
    /// The routes' logic over a service.
    ///
    /// Where the relying party lets its pages stand in iframes of other sites
    /// ([`CrossOriginPolicy::Allow`](ceremony::CrossOriginPolicy::Allow)), the browser's cookie works there:
    /// `SameSite=None; Partitioned`.
    pub fn new(passkeys: Passkeys) -> Self {
        let relying_party = passkeys.ceremony().relying_party();
        let settings = Settings {
            max_auth_age: Duration::from_secs(600),
            embedded: !matches!(relying_party.cross_origin(), CrossOriginPolicy::Deny),
            several_tenants: false,
            limits: RateLimits::default(),
            providers: Arc::new(Providers::default()),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(OsEntropy),
            script: Arc::new(Asset::new(PASSKEYS_JS, "text/javascript; charset=utf-8")),
            types: Arc::new(Asset::new(PASSKEYS_D_TS, "text/plain; charset=utf-8")),
            related_origins: relying_party
                .related_origins_document()
                .and_then(|document| Asset::json(&document))
                .map(Arc::new),
            passkey_endpoints: None,
            openapi: None,
        };
        Self { passkeys, shared: Arc::new(settings) }
    }

    /// Sets how long after signing in a user may add and remove passkeys without confirming; 10 minutes by default.
    pub fn max_auth_age(self, age: Duration) -> Self {
        self.with(|settings| settings.max_auth_age = age)
    }

    /// Sets the pages that `/.well-known/passkey-endpoints` names; none by default, and no such document.
    pub fn passkey_endpoints(self, endpoints: &PasskeyEndpoints) -> Self {
        let document = Asset::json(endpoints).map(Arc::new);
        self.with(|settings| settings.passkey_endpoints = document)
    }

    /// Sets how often one address and one account may ask; [`RateLimits::default`] by default. Behind a proxy, say how many
    /// there are, or everybody shares the proxy's limit.
    pub fn rate_limits(self, limits: RateLimits) -> Self {
        self.with(|settings| settings.limits = limits)
    }

    /// Sets the names and icons of passkey providers.
    pub fn providers(self, providers: Providers) -> Self {
        self.with(|settings| settings.providers = Arc::new(providers))
    }

    /// Sets the clock that sign-ins are aged by, the same as the service's; the operating system's by default.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        self.with(|settings| settings.clock = clock)
    }

    /// Sets the source of the browsers' secrets; the operating system's by default.
    pub fn entropy(self, entropy: Arc<dyn Entropy>) -> Self {
        self.with(|settings| settings.entropy = entropy)
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.shared));
        self
    }

    /// The service.
    #[must_use]
    pub const fn passkeys(&self) -> &Passkeys {
        &self.passkeys
    }

    /// Counts a request for whoever sent it.
    pub(crate) fn count_peer(&self, head: &Head<'_>) -> Result<(), Problem> {
        self.shared.limits.check_request(head.peer, head.headers)
    }

    pub(crate) fn relying_party(&self) -> &RelyingParty {
        self.passkeys.ceremony().relying_party()
    }

    pub(crate) fn now(&self) -> UnixTime {
        self.shared.clock.now()
    }

    /// Whether a sign-in at this time is recent enough for adding and removing passkeys.
    pub(crate) fn is_recent(&self, authenticated_at: UnixTime) -> bool {
        let now = self.now();
        authenticated_at <= now.saturating_add(CLOCK_SKEW)
            && now.saturating_since(authenticated_at) <= self.shared.max_auth_age
    }
}
