//! The routes as an OpenAPI 3.1 document: schemas from the types that read and write, operations from a table.

pub(crate) mod bodies;
mod operations;
mod responses;
mod schemas;
pub(crate) mod text;
pub(crate) mod webauthn;

use crate::config::PasskeyHttp;
use crate::script::Asset;
use operations::{OPERATIONS, Operation, Session, TAGS};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const DESCRIPTION: &str = "Passkeys: registration, authentication, and what their owners may do with them.\n\n\
    Bytes are base64url without padding. A request that changes something must come from a page of the relying party \
    (`Origin`, or else `Sec-Fetch-Site`), or from a native app, which sends neither, and no `Cookie`. What a browser \
    began, no other can finish: send cookies with both requests. HEAD is answered wherever GET is. Errors are problem \
    documents (RFC 9457) with a `code`; where the application answers itself, they may be its own.";

impl PasskeyHttp {
    /// The routes under the prefix as an OpenAPI 3.1 document.
    ///
    /// `prefix` is where the application has put them: a path, or a URL.
    #[must_use]
    pub fn openapi(&self, prefix: &str) -> Value {
        let relying_party = self.relying_party();
        let id = relying_party.id().as_str();
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": format!("Passkeys of {id}"),
                "version": env!("CARGO_PKG_VERSION"),
                "description": DESCRIPTION,
            },
            "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
            "servers": [{ "url": prefix }],
            "tags": TAGS.map(|(name, description)| json!({ "name": name, "description": description })),
            "paths": paths(),
            "components": { "schemas": schemas::all(relying_party.limits()), "securitySchemes": security_schemes() },
        })
    }

    /// Serves the document as `GET openapi.json` under the prefix; it is not there by default.
    pub fn serve_openapi(self, prefix: &str) -> Self {
        let document = Asset::json(&self.openapi(prefix)).map(Arc::new);
        self.with(|settings| settings.openapi = document)
    }
}

/// The session is the application's own, whatever it is called and wherever it stands.
fn security_schemes() -> Value {
    json!({
        "session_cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": "session",
            "description": "The application's own session, where it is a cookie. Its name is the application's too.",
        },
        "session_token": {
            "type": "http",
            "scheme": "bearer",
            "description": "The application's own session, where it is a token.",
        },
    })
}

fn paths() -> Map<String, Value> {
    let mut items: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in OPERATIONS {
        let item = items.entry(operation.path).or_default();
        item.insert(operation.method.to_owned(), describe(operation).into());
        if operation.path.contains("{id}") {
            let description = "The passkey's public id, `id` in the list.";
            let id = json!([
                { "name": "id", "in": "path", "required": true, "description": description, "schema": schemas::row_id() },
            ]);
            item.insert("parameters".to_owned(), id);
        }
    }
    items.into_iter().map(|(path, item)| (path.to_owned(), item.into())).collect()
}

fn describe(operation: &Operation) -> Map<String, Value> {
    let mut described = Map::new();
    let mut say = |name: &str, value: Value| described.insert(name.to_owned(), value);
    say("operationId", operation.id.into());
    say("tags", json!([operation.tag]));
    say("summary", operation.summary.into());
    if !operation.description.is_empty() {
        say("description", operation.description.into());
    }
    say("security", security(operation.session));
    if matches!(operation.answer, operations::Answer::File(_)) {
        say("parameters", json!([{ "name": "If-None-Match", "in": "header", "schema": { "type": "string" } }]));
    }
    if let Some(schema) = operation.body {
        let content = json!({ "application/json": { "schema": schemas::reference(schema) } });
        say("requestBody", json!({ "required": true, "content": content }));
    }
    say("responses", responses::all(operation).into());
    described
}

fn security(session: Session) -> Value {
    match session {
        Session::Needed => json!([{ "session_cookie": [] }, { "session_token": [] }]),
        Session::Sometimes => json!([{ "session_cookie": [] }, { "session_token": [] }, {}]),
        Session::Ignored => json!([]),
    }
}
