//! Which relying party a request is for.

use crate::config::PasskeyHttp;
use crate::head::{Head, only};
use crate::problem::{Code, Problem};
use crate::quiet::REFUSALS;
use ceremony::Tenant;
use ceremony_service::store::Realm;
use std::collections::{HashMap, HashSet};
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

const X_FORWARDED_HOST: &str = "x-forwarded-host";

/// The most of a foreign host that goes to the log, in bytes.
const LOGGED: usize = 128;

/// The relying party behind the routes: one, or one for each host that the server answers for. Cheap to clone.
///
/// A [`PasskeyHttp`] becomes one by itself. Several are told apart by the host that the request names, out of a list;
/// nothing is ever made of a host that is not on it.
#[derive(Clone, Debug)]
pub struct Sites(Arc<Inner>);

#[derive(Debug)]
enum Inner {
    One(PasskeyHttp),
    ByHost { source: HostSource, sites: HashMap<String, PasskeyHttp> },
}

/// Where the host that a request is for stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostSource {
    /// In the request's own target or `Host` header: browsers reach this server without a proxy, or by one that passes
    /// `Host` on.
    Host,
    /// In `X-Forwarded-Host`. Only for a server that nobody reaches but through a proxy that sets this header itself,
    /// replacing whatever the client sent.
    ForwardedHost,
}

impl From<PasskeyHttp> for Sites {
    fn from(http: PasskeyHttp) -> Self {
        Self(Arc::new(Inner::One(http)))
    }
}

impl Sites {
    /// Several relying parties, each for one host: `login.example.com`, or `localhost:8000` with a port other than the
    /// scheme's own, as it stands in the request.
    ///
    /// # Errors
    ///
    /// [`SitesError`] for a host that stands there twice, that is no host, or that none of its relying party's origins
    /// has: no page of such a host could sign in. And for two with one tenant and RP ID, unless they are clones: a passkey
    /// of either would sign in to the other.
    pub fn by_host(
        source: HostSource,
        sites: impl IntoIterator<Item = (String, PasskeyHttp)>,
    ) -> Result<Self, SitesError> {
        let given: Vec<(String, PasskeyHttp)> = sites.into_iter().collect();
        for (before, (host, site)) in given.iter().enumerate() {
            check(host, site, given.get(..before).unwrap_or_default())?;
        }
        let tenants: HashSet<&Tenant> = given.iter().map(|(_, site)| &site.passkeys().realm().tenant).collect();
        let several_tenants = tenants.len() > 1;
        let mut by_host: HashMap<String, PasskeyHttp> = HashMap::new();
        for (host, site) in given {
            let site = site.with(|settings| {
                settings.several_tenants = several_tenants;
                by_host.values().for_each(|other| settings.limits.share_peers(&other.shared.limits));
            });
            by_host.insert(host, site);
        }
        Ok(Self(Arc::new(Inner::ByHost { source, sites: by_host })))
    }

    /// The relying party that a request is for.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] if the request names no host of the list, or several.
    pub fn find(&self, head: &Head<'_>) -> Result<&PasskeyHttp, Problem> {
        let (source, sites) = match &*self.0 {
            Inner::One(site) => return Ok(site),
            Inner::ByHost { source, sites } => (source, sites),
        };
        let host = match source {
            HostSource::Host => head.host(),
            HostSource::ForwardedHost => only(head.headers, X_FORWARDED_HOST),
        };
        let site = host.and_then(|host| sites.get(host).or_else(|| sites.get(&host.to_ascii_lowercase())));
        site.ok_or_else(|| {
            let received = host.map(|host| host.get(..LOGGED).unwrap_or(host));
            if let Some(left_out) = REFUSALS.admit() {
                tracing::warn!(?received, ?source, left_out, "passkey request for a host that is not on the list");
            }
            Problem::new(Code::NotFound)
        })
    }
}

/// Whether a host can have this relying party, beside these.
fn check(host: &str, site: &PasskeyHttp, others: &[(String, PasskeyHttp)]) -> Result<(), SitesError> {
    let (host, relying_party, realm) = (host.to_owned(), site.relying_party(), site.passkeys().realm());
    let of_origin = |origin: &str| origin.split_once("://").is_some_and(|(_, authority)| authority == host);
    if !relying_party.web_origins().any(of_origin) {
        return Err(SitesError::NoOrigin { host, origins: relying_party.describe_origins() });
    }
    if others.iter().any(|(other, _)| *other == host) {
        return Err(SitesError::Twice { host });
    }
    let same = |other: &PasskeyHttp| other.passkeys().realm() == realm && !Arc::ptr_eq(&other.shared, &site.shared);
    if others.iter().any(|(_, other)| same(other)) {
        return Err(SitesError::SameRealm { host, realm: realm.clone() });
    }
    Ok(())
}

/// Hosts and relying parties that do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SitesError {
    /// The host stands there twice.
    Twice {
        /// The host.
        host: String,
    },
    /// Another one has the same tenant and RP ID.
    SameRealm {
        /// The host.
        host: String,
        /// The tenant and RP ID.
        realm: Realm,
    },
    /// The relying party has no origin on this host.
    NoOrigin {
        /// The host.
        host: String,
        /// The origins that there are.
        origins: String,
    },
}

impl fmt::Display for SitesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice { host } => write!(f, "the host {host:?} is given to two relying parties"),
            Self::SameRealm { host, realm: Realm { tenant, rp_id } } => write!(
                f,
                "the relying party for the host {host:?} has the tenant {:?} and the RP ID {:?}, as another one: give each its \
                 own tenant, or both hosts clones of one PasskeyHttp",
                tenant.as_str(),
                rp_id.as_str()
            ),
            Self::NoOrigin { host, origins } => write!(
                f,
                "the relying party for the host {host:?} accepts no page there, only {origins}: write the host as in the origin"
            ),
        }
    }
}

impl StdError for SitesError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::RateLimits;
    use ceremony::{Ceremony, RelyingParty};
    use ceremony_service::Passkeys;
    use ceremony_service::memory::{MemoryCeremonies, MemoryCredentials, MemoryUsers};
    use http::{HeaderMap, HeaderValue, Method};

    fn site(rp_id: &str) -> PasskeyHttp {
        with(RelyingParty::builder(rp_id, "X").origin(format!("https://{rp_id}")).build().unwrap())
    }

    fn with(relying_party: RelyingParty) -> PasskeyHttp {
        let passkeys = Passkeys::builder(Ceremony::new(relying_party))
            .credentials(Arc::new(MemoryCredentials::new()))
            .users(Arc::new(MemoryUsers::new()))
            .ceremonies(Arc::new(MemoryCeremonies::new(10)))
            .build();
        PasskeyHttp::new(passkeys.unwrap())
    }

    fn two(source: HostSource) -> Sites {
        let sites = ["a.example", "b.example"].map(|host| (host.to_owned(), site(host)));
        Sites::by_host(source, sites).unwrap()
    }

    fn found(sites: &Sites, headers: &[(&'static str, &'static str)]) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        let site = sites.find(&Head::new(&Method::GET, "/credentials", &map)).ok()?;
        Some(site.relying_party().id().as_str().to_owned())
    }

    #[test]
    fn the_host_decides_and_no_other_header() {
        let sites = two(HostSource::Host);
        assert_eq!(found(&sites, &[("host", "a.example")]).as_deref(), Some("a.example"));
        assert_eq!(found(&sites, &[("host", "B.Example")]).as_deref(), Some("b.example"));
        let forwarded = [("host", "a.example"), ("x-forwarded-host", "b.example")];
        assert_eq!(found(&sites, &forwarded).as_deref(), Some("a.example"));
        for host in ["c.example", "a.example.evil.example", "a.example:8443", "", "a.example, b.example"] {
            let headers = HeaderMap::from_iter([(http::header::HOST, HeaderValue::from_static(host))]);
            let refused = sites.find(&Head::new(&Method::GET, "/", &headers)).unwrap_err();
            assert_eq!(refused.code(), Code::NotFound, "{host}");
        }
        assert_eq!(found(&sites, &[]), None);
        assert_eq!(found(&sites, &[("host", "a.example"), ("host", "b.example")]), None);
    }

    #[test]
    fn a_target_and_a_header_that_contradict_each_other_name_nobody() {
        let sites = two(HostSource::Host);
        let found = |host: &[&'static str]| {
            let headers = host.iter().map(|host| (http::header::HOST, HeaderValue::from_static(host)));
            let mut request = http::Request::get("https://a.example/credentials").body(()).unwrap();
            request.headers_mut().extend(headers);
            let (parts, ()) = request.into_parts();
            sites.find(&Head::of(&parts)).ok().map(|site| site.relying_party().id().as_str().to_owned())
        };
        assert_eq!(found(&[]).as_deref(), Some("a.example"));
        assert_eq!(found(&["A.example"]).as_deref(), Some("a.example"));
        assert_eq!(found(&["b.example"]), None);
        assert_eq!(found(&[""]), None);
    }

    #[test]
    fn a_trusted_proxy_names_the_host_and_then_the_client_does_not() {
        let sites = two(HostSource::ForwardedHost);
        let headers = [("host", "a.example"), ("x-forwarded-host", "b.example")];
        assert_eq!(found(&sites, &headers).as_deref(), Some("b.example"));
        assert_eq!(found(&sites, &[("host", "a.example")]), None);
        assert_eq!(found(&sites, &[("x-forwarded-host", "a.example, b.example")]), None);
        assert_eq!(found(&sites, &[("x-forwarded-host", "a.example"), ("x-forwarded-host", "b.example")]), None);
    }

    #[test]
    fn two_sites_of_one_realm_are_clones_or_refused() {
        let of_both = |host: &str| {
            let relying_party =
                RelyingParty::builder("example.com", "X").origins(["https://a.example.com", "https://b.example.com"]);
            (host.to_owned(), with(relying_party.build().unwrap()))
        };
        let error = Sites::by_host(HostSource::Host, ["a.example.com", "b.example.com"].map(of_both)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the relying party for the host \"b.example.com\" has the tenant \"\" and the RP ID \"example.com\", as another one: \
             give each its own tenant, or both hosts clones of one PasskeyHttp"
        );
        let (_, one) = of_both("");
        let clones = ["a.example.com", "b.example.com"].map(|host| (host.to_owned(), one.clone()));
        assert!(Sites::by_host(HostSource::Host, clones).is_ok());
    }

    #[test]
    fn an_address_counts_once_whichever_site_it_asks_and_an_account_at_each() {
        let limits = RateLimits::default().per_peer(3).per_account(3);
        let equal = || RateLimits::default().per_peer(3).per_account(3);
        let all = [("a.example", limits), ("b.example", equal()), ("c.example", equal().per_peer(9))];
        let sites = all.map(|(host, limits)| (host.to_owned(), site(host).rate_limits(limits)));
        let sites = Sites::by_host(HostSource::Host, sites).unwrap();
        let Inner::ByHost { sites, .. } = &*sites.0 else { panic!("one") };
        let passed = |hosts: &[&str], asks: &dyn Fn(&RateLimits) -> bool| {
            (0..30).filter(|turn| asks(&sites[hosts[turn % hosts.len()]].shared.limits)).count()
        };
        let address = |limits: &RateLimits| limits.check_peer(Some(std::net::IpAddr::from([192, 0, 2, 1]))).is_ok();
        assert_eq!(passed(&["a.example", "b.example"], &address), 3);
        let account = |limits: &RateLimits| limits.check_account("ada").is_ok();
        assert_eq!(passed(&["a.example", "b.example"], &account), 6);
    }

    #[test]
    fn one_relying_party_is_for_every_host() {
        let sites = Sites::from(site("a.example"));
        assert_eq!(found(&sites, &[("host", "whatever.example")]).as_deref(), Some("a.example"));
    }

    #[test]
    fn a_host_without_an_origin_is_refused_at_the_start() {
        let wrong = Sites::by_host(HostSource::Host, [("login.a.example".to_owned(), site("a.example"))]).unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "the relying party for the host \"login.a.example\" accepts no page there, only \"https://a.example\": write the host as in the origin"
        );
        let twice = ["a.example", "a.example"].map(|host| (host.to_owned(), site(host)));
        assert!(matches!(Sites::by_host(HostSource::Host, twice), Err(SitesError::Twice { .. })));
    }
}
