//! The schemas of what is sent and answered, made from the types that read and write it.

use super::bodies::{ApplicationAnswer, AuthenticateBegin, RegisterBegin};
use super::text;
use super::webauthn::{AuthenticationResponse, CreationOptions, RegistrationResponse, RequestOptions};
use crate::body::{Finish, Rename};
use crate::problem::{Code, Document};
use crate::wire::{All, Begun, One};
use ceremony::Limits;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

const DEFINITIONS: &str = "/components/schemas";

/// Everything below `components/schemas`.
pub(super) fn all(limits: &Limits) -> Map<String, Value> {
    let mut schemas = read();
    schemas.extend(written());
    for (name, bytes) in [("Base64Url", limits.attestation_object), ("ClientDataJson", limits.client_data)] {
        if let Some(Value::Object(schema)) = schemas.get_mut(name) {
            // Three bytes are four characters, one is two, and two are three.
            schema.insert("maxLength".to_owned(), bytes.saturating_mul(4).div_ceil(3).into());
        }
    }
    schemas.insert("Code".to_owned(), json!({ "type": "string", "enum": Code::ALL.map(Code::as_str) }));
    schemas
}

/// What requests are read as.
fn read() -> Map<String, Value> {
    let mut generator = SchemaSettings::draft2020_12().with(settings).for_deserialize().into_generator();
    generator.subschema_for::<RegisterBegin>();
    generator.subschema_for::<AuthenticateBegin>();
    generator.subschema_for::<Rename>();
    let sign_up = json!({ "enum": ["sign_up", null], "description": "As it stood in the begin." });
    let register = finish::<RegistrationResponse>(&mut generator, "register", Some(sign_up));
    let authenticate = finish::<AuthenticationResponse>(&mut generator, "authenticate", None);
    let mut schemas = generator.take_definitions(true);
    schemas.insert("RegisterFinish".to_owned(), register);
    schemas.insert("AuthenticateFinish".to_owned(), authenticate);
    each_member(&mut schemas, |_, member| {
        // Left out is left out: there is nothing to be told of that.
        if member.get("default") == Some(&Value::Null) {
            member.remove("default");
        }
    });
    schemas
}

/// What answers are written as.
fn written() -> Map<String, Value> {
    let mut generator = SchemaSettings::draft2020_12().with(settings).for_serialize().into_generator();
    generator.subschema_for::<One<'_>>();
    generator.subschema_for::<All>();
    generator.subschema_for::<Document<'_>>();
    generator.subschema_for::<ApplicationAnswer>();
    let registration = Begun::<CreationOptions>::json_schema(&mut generator).to_value();
    let authentication = Begun::<RequestOptions>::json_schema(&mut generator).to_value();
    let mut schemas = generator.take_definitions(true);
    schemas.insert("RegistrationBegun".to_owned(), registration);
    schemas.insert("AuthenticationBegun".to_owned(), authentication);
    each_member(&mut schemas, |required, member| {
        // What there is not is left out; only what is always there is sometimes null.
        if !required {
            never_null(member);
        }
    });
    schemas
}

/// Changes the schemas of all objects' members; says of each whether it is always there.
fn each_member(schemas: &mut Map<String, Value>, change: impl Fn(bool, &mut Map<String, Value>)) {
    for schema in schemas.values_mut() {
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let Some(Value::Object(members)) = schema.get_mut("properties") else { continue };
        for (name, member) in members {
            if let Value::Object(member) = member {
                change(required.iter().any(|required| required == name.as_str()), member);
            }
        }
    }
}

fn never_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [kind] = types.as_slice() {
            let kind = kind.clone();
            schema.insert("type".to_owned(), kind);
        }
    }
    if let Some(Value::Array(alternatives)) = schema.get_mut("anyOf") {
        alternatives.retain(|alternative| *alternative != json!({ "type": "null" }));
        if let [Value::Object(alternative)] = alternatives.as_slice() {
            let alternative = alternative.clone();
            schema.remove("anyOf");
            schema.extend(alternative);
        }
    }
}

fn settings(settings: &mut SchemaSettings) {
    settings.definitions_path = DEFINITIONS.into();
    settings.meta_schema = None;
}

/// The body of a finish: the reader takes any `credential`, and the core reads it.
fn finish<Credential: JsonSchema>(generator: &mut SchemaGenerator, route: &str, purpose: Option<Value>) -> Value {
    let credential = generator.subschema_for::<Credential>();
    let mut schema: Schema = Finish::json_schema(generator);
    schema.insert("description".to_owned(), format!("The body of `{route}/finish`.").into());
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert("credential".to_owned(), credential.to_value());
        match purpose {
            Some(purpose) => properties.insert("purpose".to_owned(), purpose),
            // Read, so that it must be text, and not looked at.
            None => properties.remove("purpose"),
        };
    }
    schema.to_value()
}

/// A reference to a schema.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#{DEFINITIONS}/{name}") })
}

/// A passkey's public id, as it stands in paths.
pub(super) fn row_id() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    text::RowId::json_schema(&mut generator).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_one_schema_in_requests_and_answers() {
        let (read, written) = (read(), written());
        let mut both = 0;
        for (name, schema) in &read {
            if let Some(other) = written.get(name) {
                assert_eq!(schema, other, "{name}");
                both += 1;
            }
        }
        assert!(both > 2, "{both}");
    }

    #[test]
    fn what_is_not_there_is_left_out_and_never_null() {
        let written = written();
        let text = written["PublicKeyCredentialCreationOptionsJSON"].to_string();
        assert!(text.contains("\"extensions\"") && !text.contains("null"), "{text}");
        let listed = &written["ListedCredential"]["properties"];
        assert!(listed["last_used_at"].to_string().contains("null"), "{listed}");
        assert!(!listed["provider"].to_string().contains("null"), "{listed}");
    }
}
