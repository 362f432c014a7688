//! What holds for every page of the book: it is in the contents, and its code is of a kind that something checks.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Pages whose Rust is a test of the documentation elsewhere: of `ceremony-http`.
const DOCTESTED: &[&str] = &["web.md"];

/// Kinds of blocks that nothing here reads: what people type, and other programs' files.
const UNREAD: &[&str] = &["console", "text", "nginx", "yaml", "sql", "python", "proto", "sh", "diff"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The book's pages by name, the contents left out.
fn pages() -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> = fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
        .filter(|(name, _)| name != "SUMMARY.md")
        .collect();
    pages.sort();
    assert!(pages.len() > 20);
    pages
}

/// A fenced block: its kind, its code, and the file that the line above names.
struct Block {
    kind: String,
    code: String,
    from: Option<String>,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut open, mut above) = (false, "");
    for line in page.lines() {
        // Some blocks stand in a list, and the fence with them.
        match (open, line.trim_start().strip_prefix("```")) {
            (false, Some(kind)) => {
                let from = above.strip_prefix("<!-- from ").and_then(|rest| rest.strip_suffix(" -->"));
                blocks.push(Block { kind: kind.to_owned(), code: String::new(), from: from.map(str::to_owned) });
                open = true;
            }
            (true, Some(_)) => open = false,
            (true, None) => {
                let code = &mut blocks.last_mut().unwrap().code;
                code.push_str(line);
                code.push('\n');
            }
            (false, None) => {}
        }
        above = line;
    }
    assert!(!open, "a block without an end");
    blocks
}

#[test]
fn every_page_is_in_the_contents_once() {
    let contents = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    for (name, page) in pages() {
        assert_eq!(contents.matches(&format!("({name})")).count(), 1, "{name} in docs/SUMMARY.md");
        assert!(page.starts_with("# "), "{name} begins with its title");
    }
}

#[test]
fn rust_is_taken_from_a_file_that_is_compiled() {
    for (name, page) in pages() {
        for block in blocks(&page).into_iter().filter(|block| block.kind.starts_with("rust")) {
            match block.from {
                // `cargo xtask ci links` compares the block with the file.
                Some(file) => assert!(root().join(&file).is_file(), "{name}: {file}"),
                None => assert!(DOCTESTED.contains(&name.as_str()), "{name}: which file is this from?\n{}", block.code),
            }
        }
    }
}

#[test]
fn programs_stand_on_their_pages_whole() {
    let mut shown = BTreeSet::new();
    for (name, page) in pages() {
        for block in blocks(&page) {
            let Some(file) = block.from.filter(|file| file.starts_with("crates/book/examples/")) else { continue };
            assert_eq!(block.code, fs::read_to_string(root().join(&file)).unwrap(), "{file} on {name}");
            shown.insert(file);
        }
    }
    let programs =
        ["index.html", "queue.rs", "quickstart_actix/main.rs", "quickstart_axum/main.rs", "quickstart_warp/main.rs"];
    assert_eq!(shown, programs.iter().map(|program| format!("crates/book/examples/{program}")).collect());
}

#[test]
fn toml_and_json_can_be_read_and_every_kind_is_known() {
    for (name, page) in pages() {
        for Block { kind, code, from } in blocks(&page) {
            match kind.as_str() {
                "toml" => drop(code.parse::<toml::Table>().unwrap_or_else(|error| panic!("{name}: {error}\n{code}"))),
                // One value, or several, as lines of JSON are.
                "json" => {
                    for value in serde_json::Deserializer::from_str(&code).into_iter::<serde_json::Value>() {
                        assert!(value.is_ok(), "{name}: {value:?}\n{code}");
                    }
                }
                "rust" | "rust,no_run" | "js" | "html" => {}
                // A block of shell, or a form of one line with gaps in it.
                "" if from.is_none() => {}
                other => assert!(UNREAD.contains(&other), "{name}: nobody knows {other:?}"),
            }
        }
    }
}

/// What a page asks for is what is tested here: the same versions, and features that are there.
#[test]
fn dependencies_have_the_versions_of_the_workspace() {
    let workspace: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let ours = workspace["workspace"]["dependencies"].as_table().unwrap();
    let version = |of: &toml::Value| of.as_str().or_else(|| of.get("version")?.as_str()).map(str::to_owned);
    let mut compared = 0;
    for (name, page) in pages() {
        for block in blocks(&page).into_iter().filter(|block| block.kind == "toml") {
            let table: toml::Table = block.code.parse().unwrap();
            for list in ["dependencies", "dev-dependencies"].iter().filter_map(|list| table.get(*list)?.as_table()) {
                for (package, asked) in list {
                    let Some(asked) = version(asked) else { continue };
                    let own =
                        package.starts_with("ceremony").then(|| version(&workspace["workspace"]["package"])).flatten();
                    let ours = ours.get(package).and_then(version).or(own);
                    let ours = ours.unwrap_or_else(|| panic!("{name}: {package} is not used here"));
                    let ours = ours.trim_start_matches('=');
                    assert!(
                        ours == asked || ours.starts_with(&format!("{asked}.")),
                        "{name}: {package} {asked}, not {ours}"
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 20);
}

/// Whether brackets of all three kinds close in order. Text and comments have to keep to it too.
fn closes(code: &str) -> bool {
    let mut open = Vec::new();
    code.chars().all(|letter| match letter {
        '(' | '[' | '{' => {
            open.push(letter);
            true
        }
        ')' => open.pop() == Some('('),
        ']' => open.pop() == Some('['),
        '}' => open.pop() == Some('{'),
        _ => true,
    }) && open.is_empty()
}

/// Scripts are parsed by Node.js where it is installed; where not, their brackets have to close. A parser of our own for a
/// dozen blocks would be more to keep than they are; the whole page of the quickstarts was tried in a browser.
#[test]
fn scripts_can_be_parsed() {
    let node =
        Command::new("node").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("block.mjs");
    let mut count = 0;
    for (name, page) in pages() {
        for Block { kind, code, .. } in blocks(&page) {
            let script = match kind.as_str() {
                "js" => code.as_str(),
                "html" => match code.split_once("<script type=\"module\">") {
                    Some((_, rest)) => rest.split_once("</script>").unwrap().0,
                    None => continue,
                },
                _ => continue,
            };
            assert!(closes(script), "{name}:\n{script}");
            if node {
                fs::write(&file, script).unwrap();
                let checked = Command::new("node").arg("--check").arg(&file).output().unwrap();
                assert!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stderr));
            }
            count += 1;
        }
    }
    assert!(count > 10);
}

#[test]
fn pages_count_the_faults_that_there_are() {
    let faults = ceremony_testkit::Fault::all().len();
    for (page, words) in [
        ("README.md", format!("{faults} ways to be wrong")),
        ("docs/testing.md", format!("`Fault` has {faults} of them")),
        ("docs/comparison.md", format!("yes, with {faults} faults")),
    ] {
        assert!(fs::read_to_string(root().join(page)).unwrap().contains(&words), "{page}: {words}");
    }
}
