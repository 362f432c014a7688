//! Settings, and what is said about those that can't work.

use crate::process::{Demo, command};
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
    let text = refusal(&["--listen", "127.0.0.1:0"], &[("CEREMONY_DATABASE", &url)]).await;
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
    let text = refusal(&start, &[("CEREMONY_ORIGIN", "null")]).await;
    assert!(text.contains("origin"), "{text}");
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
async fn help_has_examples() {
    let output = run(&["--help"], &[]).await;
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["Examples:", "CEREMONY_LISTEN", "CEREMONY_DATABASE", "CEREMONY_ORIGIN", "sqlite::memory:"] {
        assert!(text.contains(part), "{text}");
    }
    for arguments in [["--listen", "nowhere"], ["--database", "postgres://localhost"]] {
        let output = run(&arguments, &[]).await;
        assert_eq!(output.status.code(), Some(2));
    }
}

#[tokio::test]
async fn it_ends_when_told_to() {
    let demo = Demo::start().await;
    let _connection = tokio::net::TcpStream::connect(demo.address()).await.unwrap();
    demo.stop().await;
}
