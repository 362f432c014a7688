//! The passkey routes' rules for routes of the application's own, such as a sign-in by password beside them.

use crate::body::{self, Members};
use crate::config::PasskeyHttp;
use crate::content::{self, ContentType};
use crate::cross_site;
use crate::head::Head;
use crate::problem::Problem;
use http::HeaderMap;
use serde_json::{Map, Value};

impl PasskeyHttp {
    /// Refuses what another site's page sent: to be asked before the body of a request that changes something is read.
    ///
    /// # Errors
    ///
    /// [`Code::CrossSite`](crate::Code::CrossSite).
    pub fn guard(&self, head: &Head<'_>) -> Result<(), Problem> {
        cross_site::check(head.headers, self.relying_party())
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
