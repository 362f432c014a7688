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
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let item = paths.entry(operation.path).or_insert_with(|| json!({}));
        item[operation.method] = describe(operation);
        if operation.path.contains("{id}") {
            let description = "The passkey's public id, `id` in the list.";
            item["parameters"] = json!([
                { "name": "id", "in": "path", "required": true, "description": description, "schema": schemas::row_id() },
            ]);
        }
    }
    paths
}

fn describe(operation: &Operation) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "responses": responses::all(operation),
        "security": security(operation.session),
    });
    if !operation.description.is_empty() {
        described["description"] = operation.description.into();
    }
    if let Some(schema) = operation.body {
        let content = json!({ "application/json": { "schema": schemas::reference(schema) } });
        described["requestBody"] = json!({ "required": true, "content": content });
    }
    if matches!(operation.answer, operations::Answer::File(_)) {
        described["parameters"] = json!([{ "name": "If-None-Match", "in": "header", "schema": { "type": "string" } }]);
    }
    described
}

fn security(session: Session) -> Value {
    match session {
        Session::Needed => json!([{ "session_cookie": [] }, { "session_token": [] }]),
        Session::Sometimes => json!([{ "session_cookie": [] }, { "session_token": [] }, {}]),
        Session::Ignored => json!([]),
    }
}
