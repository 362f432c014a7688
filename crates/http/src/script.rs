//! The browser's module.

use crate::answer;
use base64ct::{Base64UrlUnpadded, Encoding};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt;

/// The ES module that pages import: `import { passkeys } from '<prefix>/passkeys.js'`.
pub const PASSKEYS_JS: &str = include_str!("../js/passkeys.js");

/// Its types, for TypeScript.
pub const PASSKEYS_D_TS: &str = include_str!("../js/passkeys.d.ts");

/// A file or document that stays as it is while the server runs.
pub(crate) struct Asset {
    text: Bytes,
    content_type: &'static str,
    etag: String,
}

impl fmt::Debug for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asset").field("etag", &self.etag).finish_non_exhaustive()
    }
}

impl Asset {
    pub(crate) fn new(text: &'static str, content_type: &'static str) -> Self {
        Self::of(Bytes::from_static(text.as_bytes()), content_type)
    }

    /// A document that changes with the settings only.
    pub(crate) fn json(document: &impl Serialize) -> Option<Self> {
        Some(Self::of(serde_json::to_vec(document).ok()?.into(), "application/json"))
    }

    fn of(text: Bytes, content_type: &'static str) -> Self {
        let digest: [u8; 32] = Sha256::digest(&text).into();
        Self { text, content_type, etag: format!("\"{}\"", Base64UrlUnpadded::encode_string(&digest)) }
    }

    /// The file, or 304 if the browser has it.
    pub(crate) fn serve(&self, if_none_match: Option<&HeaderValue>) -> Response<Bytes> {
        let fresh = if_none_match.is_some_and(|value| self.matches(value.as_bytes()));
        let (status, body) =
            if fresh { (StatusCode::NOT_MODIFIED, Bytes::new()) } else { (StatusCode::OK, self.text.clone()) };
        let mut response = answer::respond(status, self.content_type, "no-cache", body);
        if let Ok(etag) = HeaderValue::try_from(&self.etag) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }

    /// RFC 9110 §13.1.2: a list or `*`; weak tags are compared as strong ones.
    fn matches(&self, list: &[u8]) -> bool {
        list.split(|byte| *byte == b',')
            .map(<[u8]>::trim_ascii)
            .any(|tag| tag == b"*" || tag.strip_prefix(b"W/").unwrap_or(tag) == self.etag.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::io::Write;

    #[test]
    fn a_file_is_sent_once() {
        let asset = Asset::new("export {}", "text/javascript; charset=utf-8");
        let first = asset.serve(None);
        assert_eq!(first.status(), 200);
        assert_eq!(first.body(), "export {}");
        assert_eq!(first.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert_eq!(first.headers()[header::CACHE_CONTROL], "no-cache");
        let etag = first.headers()[header::ETAG].to_str().unwrap().to_owned();

        for value in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
            let again = asset.serve(Some(&HeaderValue::try_from(&value).unwrap()));
            assert_eq!(again.status(), 304, "{value}");
            assert!(again.body().is_empty());
            assert_eq!(again.headers()[header::ETAG], etag);
        }
        let other = Asset::new("export {};", "text/javascript").serve(Some(&HeaderValue::try_from(&etag).unwrap()));
        assert_eq!(other.status(), 200);
    }

    /// It stays under 5 KB, as the routes send it, with its comments: there is no build step.
    #[test]
    fn the_module_is_small() {
        let body = Asset::new(PASSKEYS_JS, "text/javascript").serve(None).into_body();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&body).unwrap();
        let gzip = gzip.finish().unwrap().len();
        let mut brotli = Vec::new();
        brotli::BrotliCompress(&mut &body[..], &mut brotli, &brotli::enc::BrotliEncoderParams::default()).unwrap();
        assert!(gzip < 5_000, "{gzip} bytes with gzip -9");
        assert!(brotli.len() < 4_500, "{} bytes with brotli", brotli.len());
        assert!(brotli.len() > 1_000 && gzip > 1_000, "it is there");
    }

    #[test]
    fn the_npm_package_is_that_of_this_crate() {
        let package: Value = serde_json::from_str(include_str!("../js/package.json")).unwrap();
        assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(package["license"], env!("CARGO_PKG_LICENSE"));
        let repository = package["repository"]["url"].as_str().unwrap();
        assert_eq!(repository, format!("git+{}.git", env!("CARGO_PKG_REPOSITORY")));
        assert_eq!(package["files"], serde_json::json!(["passkeys.js", "passkeys.d.ts"]));
        assert_eq!((&package["type"], &package["sideEffects"]), (&Value::from("module"), &Value::from(false)));
        // Nothing is built, run or fetched when it is installed.
        for name in ["scripts", "dependencies", "peerDependencies", "optionalDependencies", "devDependencies"] {
            assert!(package.get(name).is_none(), "{name}");
        }
        assert!(!PASSKEYS_JS.contains("import ") && !PASSKEYS_JS.contains("import("), "one module");
    }
}
