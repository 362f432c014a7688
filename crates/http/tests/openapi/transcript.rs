//! The conversation with every route and every code that all adapters have to repeat byte for byte.

use crate::operations::Answer;
use crate::schemas::closed;
use std::path::Path;

#[test]
fn every_answer_of_the_transcript_stands_in_the_document() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../adapter-suite/src/cases/transcript.txt");
    let text = std::fs::read_to_string(file).unwrap();
    let document = closed();
    let mut count = 0;
    for exchange in text.split("\n\n").map(str::trim).filter(|text| !text.is_empty() && !text.starts_with('#')) {
        let mut lines = exchange.lines();
        let (method, path) = lines.next().unwrap().split_once(' ').unwrap();
        let status = lines.next().unwrap().parse().unwrap();
        let mut headers = Vec::new();
        let mut body = None;
        for line in lines {
            match line.split_once(": ") {
                Some(header) if !line.starts_with('{') => headers.push(header),
                _ if line == "(the file)" => {}
                _ => body = Some(serde_json::from_str(&steady(line)).unwrap()),
            }
        }
        let answer = Answer { method, path, status, headers, body };
        let differences = answer.differences(&document);
        assert!(differences.is_empty(), "{differences:#?}\n{exchange}");
        count += 1;
    }
    assert!(count > 80, "{count}");
}

/// A body in which text of the same length stands for random values.
fn steady(body: &str) -> String {
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('<') {
        let (length, after) = after.split_once(" characters>").unwrap();
        text.push_str(before);
        text.push_str(&"A".repeat(length.parse().unwrap()));
        rest = after;
    }
    text + rest
}
