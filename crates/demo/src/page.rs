//! The pages: files that are part of the program.

use crate::answer::Answer;
use base64ct::{Base64UrlUnpadded, Encoding};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use sha2::{Digest, Sha256};

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// A file and where it is served.
#[derive(Debug)]
pub(crate) struct File {
    path: &'static str,
    content_type: &'static str,
    content: &'static [u8],
}

/// A row of the table: the path, the content type, the file in the folder `assets`.
macro_rules! file {
    ($path:literal, $content_type:ident, $name:literal) => {
        File { path: $path, content_type: $content_type, content: include_bytes!(concat!("../assets/", $name)) }
    };
}

/// Every file of the pages: a new one is a line here.
static FILES: &[File] = &[
    file!("/", HTML, "index.html"),
    file!("/admin", HTML, "admin.html"),
    file!("/assets/app.js", SCRIPT, "app.js"),
    file!("/assets/account.js", SCRIPT, "account.js"),
    file!("/assets/api.js", SCRIPT, "api.js"),
    file!("/assets/device.js", SCRIPT, "device.js"),
    file!("/assets/dialogs.js", SCRIPT, "dialogs.js"),
    file!("/assets/dom.js", SCRIPT, "dom.js"),
    file!("/assets/errors.js", SCRIPT, "errors.js"),
    file!("/assets/fields.js", SCRIPT, "fields.js"),
    file!("/assets/frame.js", SCRIPT, "frame.js"),
    file!("/assets/messages.js", SCRIPT, "messages.js"),
    file!("/assets/passkey-list.js", SCRIPT, "passkey-list.js"),
    file!("/assets/passkey-view.js", SCRIPT, "passkey-view.js"),
    file!("/assets/password.js", SCRIPT, "password.js"),
    file!("/assets/session.js", SCRIPT, "session.js"),
    file!("/assets/sign-in.js", SCRIPT, "sign-in.js"),
    file!("/assets/sign-up.js", SCRIPT, "sign-up.js"),
    file!("/assets/step-up.js", SCRIPT, "step-up.js"),
    file!("/assets/tabs.js", SCRIPT, "tabs.js"),
    file!("/assets/time.js", SCRIPT, "time.js"),
    file!("/assets/token.js", SCRIPT, "token.js"),
    file!("/assets/admin.js", SCRIPT, "admin.js"),
    file!("/assets/admin-api.js", SCRIPT, "admin-api.js"),
    file!("/assets/admin-audit.js", SCRIPT, "admin-audit.js"),
    file!("/assets/admin-grid.js", SCRIPT, "admin-grid.js"),
    file!("/assets/admin-users.js", SCRIPT, "admin-users.js"),
    file!("/assets/style.css", STYLE, "style.css"),
    file!("/assets/home.css", STYLE, "home.css"),
    file!("/assets/admin.css", STYLE, "admin.css"),
    file!("/assets/icon.svg", SVG, "icon.svg"),
    file!("/assets/rings.svg", SVG, "rings.svg"),
];

impl File {
    /// The file of a path.
    pub(crate) fn find(path: &str) -> Option<&'static Self> {
        FILES.iter().find(|file| file.path == path)
    }

    /// The file, or 304 if the browser has it. Browsers ask each time, so that a new version shows at once.
    pub(crate) fn serve(&self, headers: &HeaderMap) -> Answer {
        let etag = format!("\"{}\"", Base64UrlUnpadded::encode_string(&<[u8; 32]>::from(Sha256::digest(self.content))));
        let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|list| {
            let mut tags = list.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
            tags.any(|tag| tag == b"*" || tag.strip_prefix(b"W/").unwrap_or(tag) == etag.as_bytes())
        });
        let (status, content) =
            if known { (StatusCode::NOT_MODIFIED, &[][..]) } else { (StatusCode::OK, self.content) };
        let mut answer = Response::new(Bytes::from_static(content));
        *answer.status_mut() = status;
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Ok(tag) = HeaderValue::try_from(etag) {
            headers.insert(header::ETAG, tag);
        }
        answer
    }
}
