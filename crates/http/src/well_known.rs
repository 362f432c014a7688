//! The documents on the root of the RP ID's host, below `/.well-known/`.

use crate::answer::without_body;
use crate::config::PasskeyHttp;
use crate::head::Head;
use crate::problem::{Code, Problem};
use crate::route::not_allowed;
use bytes::Bytes;
use ceremony::well_known::{PasskeyEndpoints, RelatedOrigins};
use http::{HeaderMap, Method, Response};

impl PasskeyHttp {
    /// The paths of [`well_known`](Self::well_known), for the server's root.
    pub const WELL_KNOWN: [&'static str; 2] = [RelatedOrigins::PATH, PasskeyEndpoints::PATH];

    /// Answers a request for one of the documents: the related origins of the relying party, and the pages of
    /// [`passkey_endpoints`](Self::passkey_endpoints). Status 404 for one that there is not, 405 for other methods than
    /// GET and HEAD. Neither cookies nor origins are looked at: they are read by whatever program wants to know.
    #[must_use]
    pub fn well_known(&self, head: &Head<'_>) -> Response<Bytes> {
        let Head { method, path, headers, .. } = *head;
        let get = *method == Method::GET || *method == Method::HEAD;
        let answer =
            self.document(path, headers).map(|answer| if get { Ok(answer) } else { Err(not_allowed("GET, HEAD")) });
        let answer = answer.unwrap_or_else(|| Err(Problem::new(Code::NotFound))).unwrap_or_else(Problem::into_response);
        if *method == Method::HEAD { without_body(answer) } else { answer }
    }

    fn document(&self, path: &str, headers: &HeaderMap) -> Option<Response<Bytes>> {
        let asset = match path {
            RelatedOrigins::PATH => self.shared.related_origins.as_ref(),
            PasskeyEndpoints::PATH => self.shared.passkey_endpoints.as_ref(),
            _ => None,
        };
        Some(asset?.serve(headers.get(http::header::IF_NONE_MATCH)))
    }
}
