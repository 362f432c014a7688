//! The page's files and headers.

use super::client::Browser;
use super::process::Demo;
use ceremony_adapter_suite::client::send;

#[tokio::test]
async fn files_have_types_tags_and_a_strict_policy() {
    let demo = Demo::start().await;
    let mut browser = Browser::new(&demo);
    let table = [
        ("/", "text/html; charset=utf-8"),
        ("/assets/app.js", "text/javascript; charset=utf-8"),
        ("/assets/style.css", "text/css; charset=utf-8"),
        ("/assets/icon.svg", "image/svg+xml"),
        ("/assets/rings.svg", "image/svg+xml"),
        ("/auth/passkeys/passkeys.js", "text/javascript; charset=utf-8"),
    ];
    for (path, content_type) in table {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(content_type)), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        let etag = answer.header("etag").unwrap().to_owned();
        let known = vec![("if-none-match".to_owned(), etag)];
        let again = send(demo.address(), "GET", path, &known, b"").await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        let head = send(demo.address(), "HEAD", path, &Vec::new(), b"").await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
    }
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let demo = Demo::start().await;
    let mut browser = Browser::new(&demo);
    for path in ["/", "/assets/app.js", "/auth/me", "/auth/passkeys/credentials", "/nothing"] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert!(answer.header("permissions-policy").unwrap().contains("publickey-credentials-get=(self)"));
    }
}

#[tokio::test]
async fn the_page_names_no_file_that_is_not_there() {
    let demo = Demo::start().await;
    let mut browser = Browser::new(&demo);
    let html = browser.get("/").await.text();
    let files: Vec<&str> = html.split('"').filter(|text| text.starts_with("/assets/")).collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        assert_eq!(browser.get(file).await.status, 200, "{file}");
    }
}

#[tokio::test]
async fn the_well_known_documents_stand_on_the_root() {
    let demo = Demo::start().await;
    let mut browser = Browser::new(&demo);
    let answer = browser.get("/.well-known/passkey-endpoints").await;
    let page = format!("{}/", demo.origin());
    assert_eq!((answer.status, answer.json()), (200, serde_json::json!({ "enroll": page, "manage": page })));
    let head = browser.send("HEAD", "/.well-known/passkey-endpoints", b"").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    browser.post("/.well-known/passkey-endpoints", serde_json::json!({})).await.problem(405, "invalid_request");
    // No origin but its own: nothing to publish.
    browser.get("/.well-known/webauthn").await.problem(404, "not_found");
    let demo = Demo::start_with_settings("related_origins = [\"https://example.org\"]\n").await;
    let answer = Browser::new(&demo).get("/.well-known/webauthn").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}
