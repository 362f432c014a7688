//! Settings, and what is said about those that can't work.

use super::process::{Demo, command};
use std::process::{Output, Stdio};
use std::time::Duration;

async fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = command();
    command.args(arguments).envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = command.spawn().unwrap().wait_with_output();
    tokio::time::timeout(Duration::from_secs(30), output).await.expect("it goes on running").unwrap()
}

/// What it says when it refuses to start.
async fn refusal(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = run(arguments, environment).await;
    assert!(!output.status.success());
    assert!(!String::from_utf8_lossy(&output.stdout).contains("listening"));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("error: "), "{text}");
    text
}

#[tokio::test]
async fn a_port_in_use_names_the_flag() {
    let demo = Demo::start().await;
    let address = demo.address().to_string();
    let text = refusal(&["--listen", &address, "--database", "sqlite::memory:"], &[]).await;
    assert!(text.contains("is in use") && text.contains("--listen 127.0.0.1:"), "{text}");
    let text = refusal(&["--database", "sqlite::memory:"], &[("CEREMONY_LISTEN", &address)]).await;
    assert!(text.contains("is in use"), "{text}");
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_named() {
    for path in ["/nowhere/at/all/demo.db", "/proc/demo.db"] {
        let url = format!("sqlite:{path}");
        let text = refusal(&["--listen", "127.0.0.1:0", "--database", &url], &[]).await;
        assert!(text.contains(path) && text.contains("--database"), "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no.db");
    std::fs::write(&file, "this is no database, and long enough to look at").unwrap();
    let url = format!("sqlite:{}", file.display());
    let text = refusal(&["--listen", "127.0.0.1:0"], &[("PASSKEYS_DATABASE", &url)]).await;
    assert!(text.contains("not a database"), "{text}");
}

#[tokio::test]
async fn a_bad_origin_says_what_would_work() {
    let start = ["--listen", "127.0.0.1:0", "--database", "sqlite::memory:"];
    let table: [(&[&str], &str); 6] = [
        (&["--origin", "https://demo.example.com/"], "https://demo.example.com\""),
        (&["--origin", "demo.example.com"], "https://demo.example.com\""),
        (&["--origin", "http://demo.example.com"], "https"),
        (&["--origin", "http://127.0.0.1:8000"], "localhost"),
        (&["--origin", "https://demo.example.com", "--rp-id", "example.org"], "does not cover"),
        (&["--origin", "https://demo.example.com", "--rp-id", "com"], "public suffix"),
    ];
    for (arguments, mend) in table {
        let text = refusal(&[&start, arguments].concat(), &[]).await;
        assert!(text.contains(mend) && text.contains("--origin"), "{arguments:?}: {text}");
    }
    let text = refusal(&start, &[("PASSKEYS_ORIGINS", "null")]).await;
    assert!(text.contains("origin"), "{text}");
}

/// The password in every URL of these tests.
const PASSWORD: &str = "s3cr3t";

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_with_its_flag_and_without_its_password() {
    let port = ceremony_testbed::free_port().unwrap();
    let postgres = format!("postgres://ada:{PASSWORD}@127.0.0.1:{port}/demo");
    let shown = format!("postgres://ada@127.0.0.1:{port}/demo");
    let start = ["--listen", "127.0.0.1:0"];
    let by_flag = refusal(&[&start[..], &["--database", &postgres]].concat(), &[]).await;
    let by_variable = refusal(&start, &[("PASSKEYS_DATABASE", &postgres)]).await;
    for text in [by_flag, by_variable] {
        assert!(text.contains(&shown) && text.contains("--database") && text.contains("PASSKEYS_DATABASE"), "{text}");
        assert!(!text.contains(PASSWORD), "{text}");
    }
    let redis = format!("redis://:{PASSWORD}@127.0.0.1:{port}");
    let start = ["--listen", "127.0.0.1:0", "--database", "sqlite::memory:"];
    let by_flag = refusal(&[&start[..], &["--ceremonies", &redis]].concat(), &[]).await;
    let by_variable = refusal(&start, &[("PASSKEYS_CEREMONIES", &redis)]).await;
    for text in [by_flag, by_variable] {
        assert!(text.contains("Redis does not answer") && text.contains("--ceremonies"), "{text}");
        assert!(!text.contains(PASSWORD), "{text}");
    }
}

#[tokio::test]
async fn a_wrong_url_is_told_without_its_password() {
    let start = ["--listen", "127.0.0.1:0"];
    for url in
        ["mysql://ada:s3cr3t@db/x", "postgres:ada:s3cr3t@db/x", "postgres://ada:s3cr3t@db:99999/x", "ada:s3cr3t@db"]
    {
        let by_flag = refusal(&[&start[..], &["--database", url]].concat(), &[]).await;
        let by_variable = refusal(&start, &[("PASSKEYS_DATABASE", url)]).await;
        assert!(by_flag.contains("--database") && by_variable.contains("PASSKEYS_DATABASE"), "{by_flag}{by_variable}");
        assert!(!by_flag.contains(PASSWORD) && !by_variable.contains(PASSWORD), "{by_flag}{by_variable}");
    }
    let text = refusal(&[&start[..], &["--database", "demo.db"]].concat(), &[]).await;
    assert!(text.contains("--database: for that file write sqlite:demo.db"), "{text}");
    for place in ["nowhere", "http://ada:s3cr3t@cache"] {
        let text = refusal(&[&start[..], &["--ceremonies", place]].concat(), &[]).await;
        assert!(text.contains("--ceremonies") && text.contains("redis://HOST") && !text.contains(PASSWORD), "{text}");
    }
}

#[tokio::test]
async fn a_key_file_that_cannot_be_used_names_the_flag() {
    let folder = tempfile::tempdir().unwrap();
    let (missing, wrong) = (folder.path().join("missing"), folder.path().join("wrong"));
    std::fs::write(&wrong, "seal hunter2\n").unwrap();
    for (path, problem) in [(missing, "generate-key"), (wrong, "line 1")] {
        let path = path.to_str().unwrap();
        let start = ["--listen", "127.0.0.1:0", "--database", "sqlite::memory:"];
        let by_flag = refusal(&[&start[..], &["--key-file", path]].concat(), &[]).await;
        let by_variable = refusal(&start, &[("PASSKEYS_KEY_FILE", path)]).await;
        for text in [by_flag, by_variable] {
            assert!(text.contains(path) && text.contains(problem) && text.contains("--key-file"), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_variable_that_is_no_text_is_refused_if_it_is_a_setting() {
    use std::os::unix::ffi::OsStrExt;
    let bytes = std::ffi::OsStr::from_bytes(b"\xff");
    for (name, expected) in [("PASSKEYS_RP_ID", "PASSKEYS_RP_ID: the value is not UTF-8"), ("OTHER", "--origin")] {
        let mut command = command();
        command.args(["--listen", "127.0.0.1:0", "--database", "sqlite::memory:", "--origin", "null"]).env(name, bytes);
        let output = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap().wait_with_output();
        let output = tokio::time::timeout(Duration::from_secs(30), output).await.unwrap().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with("error: ") && text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn settings_that_nobody_knows_are_refused() {
    let start = ["--listen", "127.0.0.1:0", "--database", "sqlite::memory:"];
    let text = refusal(&start, &[("PASSKEYS_ORIGIN", "https://demo.example.com")]).await;
    assert!(text.contains("no such setting") && text.contains("PASSKEYS_ORIGINS"), "{text}");
    for (old, new) in [
        ("CEREMONY_DATABASE", "PASSKEYS_DATABASE"),
        ("CEREMONY_ORIGIN", "PASSKEYS_ORIGINS"),
        ("CEREMONY_RP_ID", "PASSKEYS_RP_ID"),
        ("CEREMONY_PROVIDERS", "PASSKEYS_PROVIDERS"),
    ] {
        let text = refusal(&start, &[(old, "x")]).await;
        assert!(text.contains(old) && text.contains(new), "{text}");
    }
}

#[tokio::test]
async fn a_bad_list_of_providers_is_named() {
    let start = ["--listen", "127.0.0.1:0", "--database", "sqlite::memory:", "--providers"];
    let text = refusal(&[&start[..], &["/nowhere/list.json"]].concat(), &[]).await;
    assert!(text.contains("/nowhere/list.json") && text.contains("--providers"), "{text}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.json");
    std::fs::write(&file, "[]").unwrap();
    let text = refusal(&[&start[..], &[file.to_str().unwrap()]].concat(), &[]).await;
    assert!(text.contains("list.json") && text.contains("can't be read"), "{text}");
}

#[tokio::test]
async fn what_cannot_be_an_address_or_a_framework_is_refused() {
    let table: [(&[&str], (&str, &str), &str); 6] = [
        (&["--admin", "ada"], ("OTHER", ""), "needs an @"),
        (&["--admin", "a@b,"], ("OTHER", ""), "needs an @"),
        (&[], ("CEREMONY_ADMIN", "a@b,c"), "needs an @"),
        (&["--framework", "rocket"], ("OTHER", ""), "axum"),
        (&["--sessions", "both"], ("OTHER", ""), "cookie"),
        (&[], ("CEREMONY_SESSIONS", "none"), "token"),
    ];
    for (arguments, variable, expected) in table {
        let output = run(arguments, &[variable]).await;
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {variable:?}");
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn help_has_examples() {
    let output = run(&["--help"], &[]).await;
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["Examples:", "CEREMONY_LISTEN", "PASSKEYS_DATABASE", "PASSKEYS_ORIGINS", "sqlite::memory:", "redis://"]
    {
        assert!(text.contains(part), "{text}");
    }
    let output = run(&["--listen", "nowhere"], &[]).await;
    assert_eq!(output.status.code(), Some(2));
}

#[tokio::test]
async fn it_ends_when_told_to() {
    let demo = Demo::start().await;
    let _connection = tokio::net::TcpStream::connect(demo.address()).await.unwrap();
    demo.stop().await;
}
