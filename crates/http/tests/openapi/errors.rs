//! `docs/errors.md` and the codes, both ways.

use crate::server::Server;
use ceremony_http::Code;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Statuses = BTreeMap<String, BTreeSet<u16>>;

fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md")).unwrap()
}

/// The statuses of each code in the document's operations.
fn described() -> Statuses {
    let document = Server::new().http.openapi("/auth/passkeys");
    let mut statuses = Statuses::new();
    for operation in document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values())
    {
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            let code = &response["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"];
            let listed = code.get("enum").unwrap_or(&code["anyOf"][0]["enum"]);
            for code in listed.as_array().into_iter().flatten().filter_map(Value::as_str) {
                statuses.entry(code.to_owned()).or_default().insert(status.parse().unwrap());
            }
        }
    }
    statuses
}

#[test]
fn the_page_has_every_code_with_its_statuses_and_no_other() {
    let mut table = Statuses::new();
    let mut order = Vec::new();
    for line in page().lines().filter(|line| line.starts_with("| [")) {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let code = cells.next().unwrap();
        let word = code.split('`').nth(1).unwrap();
        assert_eq!(code, format!("[`{word}`](#{word})"));
        let statuses = cells.next().unwrap().split(", ").map(|status| status.parse().unwrap()).collect();
        order.push(word.to_owned());
        assert_eq!(table.insert(word.to_owned(), statuses), None, "{word} stands there twice");
    }
    assert_eq!(order, Code::ALL.map(Code::as_str));
    assert_eq!(table, described());
    for code in Code::ALL {
        assert!(table[code.as_str()].contains(&code.status().as_u16()), "{}", code.as_str());
    }
}

#[test]
fn every_code_has_a_section_that_says_everything() {
    let page = page();
    let sections: Vec<&str> = page.split("\n## ").skip(1).collect();
    let titles: Vec<&str> = sections.iter().map(|section| section.lines().next().unwrap()).collect();
    assert_eq!(titles, Code::ALL.map(Code::as_str));
    for section in sections {
        let points: Vec<&str> =
            section.lines().filter_map(|line| line.strip_prefix("- **")?.split("**").next()).collect();
        assert_eq!(points, ["When", "The client", "`passkeys.js`", "The log"], "{section}");
    }
}

/// What the page quotes of the log is what the code writes.
#[test]
fn lines_of_the_log_are_quoted_as_they_are() {
    let page = page().split_whitespace().collect::<Vec<_>>().join(" ");
    let sources = ["binding", "cross_site", "sites", "handler/failure"]
        .map(|name| std::fs::read_to_string(format!("{}/src/{name}.rs", env!("CARGO_MANIFEST_DIR"))).unwrap());
    let mut quoted = 0;
    for level in ["INFO `", "WARN `", "ERROR `"] {
        for rest in page.split(level).skip(1) {
            let text = rest.split('`').next().unwrap().trim_end_matches(" …");
            assert!(sources.iter().any(|source| source.contains(text)), "{text}");
            quoted += 1;
        }
    }
    assert!(quoted > 8, "{quoted}");
}
