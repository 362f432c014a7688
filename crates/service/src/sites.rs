//! Several relying parties in one server.

use crate::account::Cleaned;
use crate::error::ServiceError;
use crate::service::{Passkeys, erase_from};
use crate::store::{Realm, UserId};
use ceremony::Tenant;
use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// The services of several relying parties, found by tenant or by the origin of a page. Cheap to clone.
///
/// Each service keeps to its own tenant and RP ID, so that all of them may share stores and keys: neither a record, nor a
/// begun ceremony, nor a sealed state of one is of use to another.
///
/// Which one a request is for is the server's decision: the tenant from its own routing, or an origin that it knows to be
/// right. A `Host` header is whatever the client or the last proxy wrote there.
#[derive(Clone, Default)]
pub struct PasskeySites {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    sites: Vec<Passkeys>,
    /// Places in `sites`.
    by_realm: HashMap<Realm, usize>,
    by_origin: HashMap<String, usize>,
}

impl fmt::Debug for PasskeySites {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PasskeySites {
    /// Puts services together.
    ///
    /// # Errors
    ///
    /// [`SitesError::SameRealm`] if two have tenant and RP ID in common, [`SitesError::SameOrigin`] if two accept one
    /// origin, so that it could not tell which of them is meant.
    pub fn new(sites: impl IntoIterator<Item = Passkeys>) -> Result<Self, SitesError> {
        let mut inner = Inner::default();
        for site in sites {
            let place = inner.sites.len();
            let realm = site.realm();
            if inner.by_realm.insert(realm.clone(), place).is_some() {
                return Err(SitesError::SameRealm(realm.clone()));
            }
            for origin in site.ceremony().relying_party().origins() {
                if inner.by_origin.insert(origin.as_str().to_owned(), place).is_some() {
                    return Err(SitesError::SameOrigin(origin.as_str().to_owned()));
                }
            }
            inner.sites.push(site);
        }
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The service of this tenant and RP ID.
    #[must_use]
    pub fn by_realm(&self, realm: &Realm) -> Option<&Passkeys> {
        self.at(*self.inner.by_realm.get(realm)?)
    }

    /// The services of a tenant, in the order in which they were given.
    pub fn by_tenant<'a>(&'a self, tenant: &'a Tenant) -> impl Iterator<Item = &'a Passkeys> {
        self.iter().filter(move |site| site.realm().tenant == *tenant)
    }

    /// The service that accepts this origin, compared as a whole: scheme, host and port of a page, or an app's origin.
    /// Subdomains that are accepted without being listed are not found.
    #[must_use]
    pub fn by_origin(&self, origin: &str) -> Option<&Passkeys> {
        self.at(*self.inner.by_origin.get(origin)?)
    }

    /// All services, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Passkeys> {
        self.inner.sites.iter()
    }

    /// Erases all that is stored about a user of a tenant, with every relying party of it, and tells how many credentials
    /// there were. To be called when the account is deleted; calling it again does no harm.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`]; call it again then.
    pub async fn erase(&self, tenant: &Tenant, user: &UserId) -> Result<u64, ServiceError> {
        let sites: Vec<Passkeys> = self.by_tenant(tenant).cloned().collect();
        erase_from(&sites, user).await
    }

    /// Runs [`Passkeys::cleanup`] for each and adds up what was dropped. Stores that are shared are cleaned by the first.
    ///
    /// # Errors
    ///
    /// The first service's error, after all have been cleaned.
    pub async fn cleanup(&self) -> Result<Cleaned, ServiceError> {
        let mut sum = Ok(Cleaned::default());
        for site in self.iter() {
            match (&mut sum, site.cleanup().await) {
                (Ok(sum), Ok(cleaned)) => sum.add(cleaned),
                (sum @ Ok(_), Err(error)) => *sum = Err(error),
                (Err(_), _) => {}
            }
        }
        sum
    }

    fn at(&self, place: usize) -> Option<&Passkeys> {
        self.inner.sites.get(place)
    }
}

/// Services that can't stand side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SitesError {
    /// Two have this tenant and RP ID.
    SameRealm(Realm),
    /// Two accept this origin.
    SameOrigin(String),
}

impl fmt::Display for SitesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameRealm(realm) => {
                let (rp_id, tenant) = (realm.rp_id.as_str(), realm.tenant.as_str());
                write!(
                    f,
                    "two services have the RP ID \"{rp_id}\" and the tenant \"{tenant}\": give each its own tenant"
                )
            }
            Self::SameOrigin(origin) => {
                write!(f, "two services accept the origin \"{origin}\": leave it to one of them")
            }
        }
    }
}

impl StdError for SitesError {}
