//! docs/stdio.md says what is true.

use super::*;
use std::path::Path;

const PAGE: &str = include_str!("../../../../docs/stdio.md");

#[test]
fn every_method_has_its_section() {
    let mut pipe = Pipe::new();
    let version = pipe.call("version", json!({}));
    let methods: Vec<&str> =
        version["methods"].as_array().unwrap().iter().map(|method| method.as_str().unwrap()).collect();
    let mut sections: Vec<&str> = PAGE.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let mut sorted = methods.clone();
    sorted.sort_unstable();
    sections.sort_unstable();
    assert_eq!(sorted, sections);
    for method in methods {
        let reply = pipe.request(method, &json!({ "no such member": 1 }));
        let message = reply["error"]["message"].as_str().unwrap();
        assert!(message.starts_with("params: "), "{method} is there: {message}");
    }
    assert_eq!((&version["protocol"], &version["version"]), (&json!(1), &json!(env!("CARGO_PKG_VERSION"))));
}

#[test]
fn the_client_in_python_runs() {
    let (_, script) = PAGE.split_once("```python\n").unwrap();
    let (script, _) = script.split_once("```").unwrap();
    let folder = Path::new(env!("CARGO_BIN_EXE_ceremony")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut python = Command::new("python3");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PASSKEYS_")) {
        python.env_remove(name);
    }
    let ran = python.args(["-c", script]).env("PATH", path).output().unwrap();
    let (out, err) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
    assert!(ran.status.success(), "{err}");
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("for the browser: ['attestation'") && lines[0].ends_with("True"), "{out}");
    assert_eq!(lines[1..], ["refused: invalid_request", "passkeys: []", "exit code: 0"], "{err}");
}
