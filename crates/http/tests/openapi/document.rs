//! The document itself.

use crate::server::{Server, json as read};
use ceremony_http::ceremony_service::store::RowId;
use ceremony_http::{Code, Route};
use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// OpenAPI 3.1's own schema, as its `$id` names it; by the OpenAPI Initiative, Apache-2.0.
const OPENAPI: &str = include_str!("openapi-3.1.schema.json");

fn document() -> Value {
    Server::new().http.openapi("/auth/passkeys")
}

#[test]
fn openapis_own_schema_accepts_it() {
    let schema: Value = serde_json::from_str(OPENAPI).unwrap();
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
    let mut document = document();
    let faults: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    // And it does not accept everything.
    document["paths"]["/credentials"]["get"]["response"] = json!({});
    assert!(!validator.is_valid(&document));
}

#[test]
fn every_schema_is_one_and_every_one_is_used() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        let meta = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema] });
        assert!(jsonschema::meta::is_valid(&meta), "{name}");
    }
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    let named: BTreeSet<String> = schemas.keys().map(|name| format!("#/components/schemas/{name}")).collect();
    assert_eq!(references, named);
}

fn collect(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

#[test]
fn it_names_every_route_and_no_other() {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let named: BTreeSet<&str> = paths.keys().map(String::as_str).collect();
    assert_eq!(named, BTreeSet::from(Route::PATHS));
    let id = RowId::new([7; 16]).to_string();
    for (path, item) in paths {
        for method in ["get", "put", "post", "delete", "options", "patch", "trace"] {
            let there = Route::parse(&method.to_uppercase().parse().unwrap(), &path.replace("{id}", &id));
            assert_eq!(item.get(method).is_some(), there.is_ok(), "{method} {path}");
            let Ok(route) = there else { continue };
            let operation = &item[method];
            assert_eq!(operation.get("requestBody").is_some(), route.needs_body(), "{method} {path}");
            assert_eq!(operation["responses"].get("415").is_some(), route.is_effectful(), "{method} {path}");
        }
    }
}

#[test]
fn every_code_can_come_from_somewhere() {
    let document = document();
    let text = document["paths"].to_string();
    for code in Code::ALL {
        assert!(text.contains(&format!("\"{}\"", code.as_str())), "{}", code.as_str());
    }
}

#[tokio::test]
async fn it_is_served_where_the_application_wants_it() {
    let off = Server::new().ask("GET", "openapi.json", None, None).await;
    assert_eq!(off.status(), StatusCode::NOT_FOUND);
    assert_eq!(read(&off)["code"], "not_found");

    let mut server = Server::new();
    server.http = server.http.serve_openapi("https://example.com/auth/passkeys");
    let on = server.ask("GET", "/openapi.json", None, None).await;
    assert_eq!(on.status(), StatusCode::OK);
    assert_eq!(on.headers()[header::CONTENT_TYPE], "application/json");
    assert!(on.headers().contains_key(header::ETAG));
    let served = read(&on);
    assert_eq!(served, server.http.openapi("https://example.com/auth/passkeys"));
    assert_eq!(served["servers"][0]["url"], "https://example.com/auth/passkeys");

    let refused = Route::parse(&Method::POST, "/openapi.json").unwrap_err();
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
}
