//! What makes the program pleasant: help with examples, completions, machine output, and no decoration where it disturbs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/site.rs"]
#[allow(dead_code, reason = "shared with tests that need more of it")]
mod site;

use site::Site;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};

const COMMANDS: [&str; 11] = [
    "inspect",
    "verify",
    "metadata",
    "check",
    "migrate",
    "cleanup",
    "import",
    "stdio",
    "generate-key",
    "completions",
    "help",
];

#[test]
fn every_command_has_examples_and_exit_codes() {
    let site = Site::new();
    let overview = site.run(&["--help"]);
    let listed: BTreeSet<&str> = overview
        .out
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(listed, BTreeSet::from(COMMANDS), "{overview:?}");
    assert!(overview.out.contains("Examples:\n  ceremony "), "{overview:?}");
    let commands = COMMANDS.iter().filter(|command| **command != "help").map(|command| vec![*command]);
    for command in commands.chain([vec!["metadata", "verify"], vec!["metadata", "show"]]) {
        let help = site.run(&[&["help"], &command[..]].concat());
        let long = site.run(&[&command[..], &["--help"]].concat());
        assert_eq!((help.code, &help.out), (0, &long.out));
        for part in ["\nExamples:\n  ", "\nExit codes:\n  0  "] {
            assert!(help.out.contains(part), "{command:?}: {help:?}");
        }
        let (_, examples) = help.out.split_once("\nExamples:\n").unwrap();
        let (examples, _) = examples.split_once("\nExit codes:").unwrap();
        assert!(examples.contains("ceremony "), "{command:?}: {help:?}");
        let ascii = |text: &str| text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte));
        assert!(ascii(&help.out), "{command:?}: neither colours nor letters beyond ASCII");
        assert!(help.out.lines().all(|line| line.len() < 150), "{command:?}");
    }
}

#[test]
fn every_shell_can_complete() {
    let site = Site::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = site.run(&["completions", shell]);
        assert_eq!((script.code, script.err.as_str()), (0, ""));
        for word in ["import", "stdio", "webauthn-rs", "dry-run"] {
            let there = script.out.contains(word);
            assert!(there || (shell != "bash" && word == "webauthn-rs"), "{shell} {word}");
        }
    }
    assert_eq!(site.run(&["completions", "dos"]).code, 2);
    let bash = site.run(&["completions", "bash"]).out;
    std::fs::write(site.path("script"), format!("{bash}\nCOMP_WORDS=(ceremony imp)\nCOMP_CWORD=1\n_ceremony ceremony imp ceremony\necho \"${{COMPREPLY[@]}}\"\n")).unwrap();
    let ran = Command::new("bash").arg(site.path("script")).stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stdout).trim(), "import", "{ran:?}");
}

#[test]
fn a_closed_pipe_ends_completions_quietly() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ceremony"));
    let mut child = command.args(["completions", "zsh"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
}

#[test]
fn wrong_usage_has_no_colours_in_a_pipe() {
    let site = Site::new();
    let wrong = site.run(&["impotr"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("import") && !wrong.err.contains('\u{1b}'), "{wrong:?}");
}

/// A terminal, by way of `script`, where there is one.
fn on_a_terminal(site: &Site, line: &str, variables: &[(&str, &str)]) -> Option<String> {
    let line = format!("{} {line}", env!("CARGO_BIN_EXE_ceremony"));
    let mut command = Command::new("script");
    command
        .args(["-qec", &line, "/dev/null"])
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .envs(variables.iter().copied());
    let ran = command.current_dir(site.path("")).stdin(Stdio::null()).output().ok()?;
    Some(String::from_utf8_lossy(&ran.stdout).into_owned())
}

#[test]
fn colours_and_progress_are_for_terminals() {
    let site = Site::new();
    let Some(shown) = on_a_terminal(&site, "--help", &[]) else {
        // Without the program `script` there is no terminal to be had: what pipes get is in the other tests.
        return;
    };
    assert!(shown.contains("\u{1b}["), "{shown}");
    let plain = on_a_terminal(&site, "--help", &[("NO_COLOR", "1")]).unwrap();
    assert!(!plain.contains('\u{1b}') && plain.contains("Usage"), "{plain}");

    site.settings("rp_id = \"example.com\"\norigins = [\"https://example.com\"]\n");
    std::fs::write(site.path("rows"), "{}\n".repeat(2000)).unwrap();
    let import = "import --from blockauth --dry-run --config passkeys.toml rows";
    let bar = on_a_terminal(&site, import, &[("NO_COLOR", "1")]).unwrap();
    assert!(bar.contains("[====") && bar.contains("row 2000 refused"), "a bar, and the rows");
    assert!(bar.is_ascii(), "the bar is in ASCII");
    assert!(!bar.contains("\u{1b}[3"), "without colours");
    let piped = site.run(&import.split(' ').collect::<Vec<_>>());
    assert_eq!((piped.code, piped.err.as_str()), (1, ""), "no bar in a pipe");
}

#[test]
fn json_is_taken_by_every_command_that_reports() {
    let site = Site::new();
    site.settings("rp_id = \"example.com\"\norigins = [\"https://example.com\"]\ndatabase = \"sqlite:site.db\"\n");
    std::fs::write(site.path("empty"), "").unwrap();
    std::fs::write(site.path("none.json"), "[]").unwrap();
    let config = ["--config", "passkeys.toml", "--json"];
    for (arguments, more) in [
        (&["migrate"][..], &config[..]),
        (&["check"], &config),
        (&["cleanup"], &config),
        (&["import", "--from", "blockauth", "none.json"], &config),
        (&["verify", "empty"], &config[2..]),
        (&["inspect", "passkeys.json"], &config[2..]),
    ] {
        std::fs::write(site.path("passkeys.json"), "{\"type\":\"webauthn.get\"}").unwrap();
        let ran = site.run(&[arguments, more].concat());
        assert_ne!(ran.code, 2, "{arguments:?}: {ran:?}");
        let whole = serde_json::from_str::<serde_json::Value>(&ran.out).is_ok();
        assert!(
            whole || ran.out.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
            "{ran:?}"
        );
    }
    let metadata = site.run(&["metadata", "verify", "--json", "empty"]);
    assert_eq!(metadata.code, 1, "{metadata:?}");
}
