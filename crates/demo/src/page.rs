//! The page: files that are part of the program.

use crate::app::App;
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

/// Path, content type, content.
type File = (&'static str, &'static str, &'static [u8]);

const FILES: [File; 5] = [
    ("/", "text/html; charset=utf-8", include_bytes!("../assets/index.html")),
    ("/assets/app.js", "text/javascript; charset=utf-8", include_bytes!("../assets/app.js")),
    ("/assets/style.css", "text/css; charset=utf-8", include_bytes!("../assets/style.css")),
    ("/assets/icon.svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
    ("/assets/rings.svg", "image/svg+xml", include_bytes!("../assets/rings.svg")),
];

/// The routes.
pub(crate) fn router() -> Router<App> {
    FILES.into_iter().fold(Router::new(), |router, (path, content_type, content)| {
        let etag = format!("\"{}\"", Base64UrlUnpadded::encode_string(&<[u8; 32]>::from(Sha256::digest(content))));
        router.route(path, get(async move |headers: HeaderMap| serve(&headers, content_type, content, &etag)))
    })
}

/// The file, or 304 if the browser has it. Browsers ask each time, so that a new version shows at once.
fn serve(headers: &HeaderMap, content_type: &'static str, content: &'static [u8], etag: &str) -> Response {
    let Ok(tag) = HeaderValue::try_from(etag) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let answer = [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|list| {
        let mut tags = list.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        tags.any(|tag| tag == b"*" || tag.strip_prefix(b"W/").unwrap_or(tag) == etag.as_bytes())
    });
    if known {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    (answer, [(header::CONTENT_TYPE, HeaderValue::from_static(content_type))], content).into_response()
}
