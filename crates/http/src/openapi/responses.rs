//! What an operation answers.

use super::operations::{Answer, Operation, Refusal};
use super::schemas::reference;
use crate::problem::Code;
use http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

pub(super) fn all(operation: &Operation) -> Map<String, Value> {
    let mut responses = Map::new();
    responses.insert("200".to_owned(), success(operation.answer));
    if matches!(operation.answer, Answer::File(_)) {
        let unchanged = json!({ "description": "The browser has it.", "headers": { "ETag": etag() } });
        responses.insert("304".to_owned(), unchanged);
    }
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for Refusal { code, status } in operation.problems.iter().copied().flatten() {
        by_status.entry(status.as_u16()).or_default().push(*code);
    }
    for (status, codes) in by_status {
        responses.insert(status.to_string(), refusal(status, &codes, operation.application));
    }
    if operation.application {
        let own = json!({
            "description": "The application's own refusal.",
            "content": {
                PROBLEM: { "schema": reference("ApplicationAnswer") },
                JSON: { "schema": reference("ApplicationAnswer") },
            },
        });
        responses.insert("4XX".to_owned(), own);
    }
    responses
}

fn success(answer: Answer) -> Value {
    match answer {
        Answer::Json(schema) => json!({
            "description": "Done.",
            "content": { JSON: { "schema": reference(schema) } },
        }),
        Answer::Begun(schema) => json!({
            "description": "The options for the browser, and the `state` for the finish.",
            "headers": { "Set-Cookie": cookie("A secret of this browser, where it sent none: pages can't read it.") },
            "content": { JSON: { "schema": reference(schema) } },
        }),
        Answer::Application(schemas) => {
            let schemas: Vec<Value> = schemas.iter().copied().map(reference).collect();
            json!({
                "description": "Done. Who signed in has a session from now on.",
                "headers": { "Set-Cookie": cookie("The application's session, where it is a cookie.") },
                "content": { JSON: { "schema": { "anyOf": schemas } } },
            })
        }
        Answer::File(content_type) => {
            let kind = if content_type == JSON { "object" } else { "string" };
            json!({
                "description": "The file.",
                "headers": { "ETag": etag() },
                "content": { content_type: { "schema": { "type": kind } } },
            })
        }
    }
}

fn refusal(status: u16, codes: &[Code], application: bool) -> Value {
    let lines: Vec<String> = codes.iter().map(|code| format!("`{}`: {}", code.as_str(), code.detail())).collect();
    let ours = json!({ "enum": codes.iter().map(|code| code.as_str()).collect::<Vec<_>>() });
    let code = if application { json!({ "anyOf": [ours, { "not": reference("Code") }] }) } else { ours };
    let narrowed = json!({ "properties": { "status": { "const": status }, "code": code } });
    let mut content = Map::new();
    content.insert(PROBLEM.to_owned(), json!({ "schema": { "allOf": [reference("Problem"), narrowed] } }));
    if application {
        content.insert(JSON.to_owned(), json!({ "schema": reference("ApplicationAnswer") }));
    }
    let mut response = Map::new();
    response.insert("description".to_owned(), lines.join("; ").into());
    response.insert("content".to_owned(), content.into());
    let header = match status {
        status if status == StatusCode::METHOD_NOT_ALLOWED => Some(("Allow", "The methods that there are.", "string")),
        status if status == StatusCode::TOO_MANY_REQUESTS => Some(("Retry-After", "Seconds to wait.", "integer")),
        _ => None,
    };
    if let Some((name, description, kind)) = header {
        let header = json!({ "required": true, "description": description, "schema": { "type": kind } });
        response.insert("headers".to_owned(), json!({ name: header }));
    }
    response.into()
}

fn cookie(description: &str) -> Value {
    json!({ "description": description, "schema": { "type": "string" } })
}

fn etag() -> Value {
    json!({ "required": true, "description": "For `If-None-Match`.", "schema": { "type": "string" } })
}
