//! The schemas of what is sent and answered, made from the types that read and write it.

use super::bodies::{ApplicationAnswer, AuthenticateBegin, RegisterBegin};
use super::text;
use super::webauthn::{AuthenticationResponse, CreationOptions, RegistrationResponse, RequestOptions};
use crate::body::{Finish, Rename};
use crate::problem::{Code, Document};
use crate::wire::{All, Begun, One};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

const DEFINITIONS: &str = "/components/schemas";

/// Everything below `components/schemas`.
pub(super) fn all() -> Map<String, Value> {
    let mut reads = SchemaSettings::draft2020_12().with(settings).for_deserialize().into_generator();
    body::<RegisterBegin>(&mut reads);
    body::<AuthenticateBegin>(&mut reads);
    body::<Rename>(&mut reads);
    let register = finish::<RegistrationResponse>(&mut reads, Some(json!({ "enum": ["sign_up", null] })));
    let authenticate = finish::<AuthenticationResponse>(&mut reads, None);

    let mut writes = SchemaSettings::draft2020_12().with(settings).for_serialize().into_generator();
    body::<Begun<'_, CreationOptions>>(&mut writes);
    body::<Begun<'_, RequestOptions>>(&mut writes);
    body::<One<'_>>(&mut writes);
    body::<All>(&mut writes);
    body::<ApplicationAnswer>(&mut writes);
    body::<Document<'_>>(&mut writes);

    let mut schemas = reads.take_definitions(true);
    schemas.extend(writes.take_definitions(true));
    schemas.insert("RegisterFinish".to_owned(), register);
    schemas.insert("AuthenticateFinish".to_owned(), authenticate);
    schemas.insert("Code".to_owned(), json!({ "type": "string", "enum": Code::ALL.map(Code::as_str) }));
    schemas
}

fn settings(settings: &mut SchemaSettings) {
    settings.definitions_path = DEFINITIONS.into();
    settings.meta_schema = None;
}

/// Takes the type among the definitions.
fn body<T: JsonSchema>(generator: &mut SchemaGenerator) {
    generator.subschema_for::<T>();
}

/// The body of a finish: the reader takes any `credential`, and the core reads it.
fn finish<Credential: JsonSchema>(generator: &mut SchemaGenerator, purpose: Option<Value>) -> Value {
    let credential = generator.subschema_for::<Credential>();
    let mut schema: Schema = Finish::json_schema(generator);
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
