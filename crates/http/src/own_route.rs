//! The passkey routes' rules for routes of the application's own, such as a sign-in by password beside them.

use crate::body::{self, Members};
use crate::config::PasskeyHttp;
use crate::content::{self, ContentType};
use crate::cross_site;
use crate::head::Head;
use crate::problem::Problem;
use ceremony_service::store::UserId;
use http::HeaderMap;
use serde_json::{Map, Value};

impl PasskeyHttp {
    /// Refuses what another site's page sent, and who asks too often: to be called before the body of a request that changes
    /// something is read.
    ///
    /// # Errors
    ///
    /// [`Code::CrossSite`](crate::Code::CrossSite), [`Code::RateLimited`](crate::Code::RateLimited).
    pub fn guard(&self, head: &Head<'_>) -> Result<(), Problem> {
        cross_site::check(head.headers, self.relying_party())?;
        self.count_peer(head)
    }

    /// Counts an attempt to sign in by name, such as one with a password, together with those by passkey. The name is the
    /// canonical one, and counts whether there is such an account or not.
    ///
    /// # Errors
    ///
    /// [`Code::RateLimited`](crate::Code::RateLimited).
    pub fn count_name(&self, canonical_name: &str) -> Result<(), Problem> {
        self.shared.limits.check_account([b"name\0", canonical_name.as_bytes()].concat())
    }

    /// Counts a request of a session's user.
    pub(crate) fn count_user(&self, user: &UserId) -> Result<(), Problem> {
        self.shared.limits.check_account([b"user\0", user.as_str().as_bytes()].concat())
    }

    /// The members of a body that is one JSON object: `application/json`, at most 64 KiB, no member twice.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidRequest`](crate::Code::InvalidRequest) with status 400, 413 or 415.
    pub fn members(&self, headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Problem> {
        match content::read(headers)? {
            ContentType::Json => body::read::<Members>(body).map(|members| members.0),
            ContentType::Absent => Err(content::unsupported()),
        }
    }
}
