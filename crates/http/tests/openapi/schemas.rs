//! The document's schemas, ready to validate with.

use crate::server::Server;
use serde_json::{Value, json};

/// The document, closed: a member that no schema knows is an error, unless the members are the application's.
pub(crate) fn closed() -> Value {
    let mut document = Server::new().http.openapi("/auth/passkeys");
    close(&mut document["components"]["schemas"]);
    document
}

fn close(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("type") == Some(&json!("object")) && members.contains_key("properties") {
                members.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// What is wrong with a value, by a schema that may point into the document.
pub(crate) fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut root = schema.clone();
    root["components"] = document["components"].clone();
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012).should_validate_formats(true);
    let validator = options.build(&root).unwrap();
    validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect()
}

/// Holds a value against a schema by its name.
#[track_caller]
pub(crate) fn valid(document: &Value, name: &str, value: &Value) {
    assert!(document["components"]["schemas"][name].is_object(), "no schema {name}");
    let faults = faults(document, &reference(name), value);
    assert!(faults.is_empty(), "{name}: {faults:#?}\n{value:#}");
}

pub(crate) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
