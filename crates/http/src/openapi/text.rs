//! Members that are text of one form each.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// A type that is nothing but a schema with a name.
macro_rules! text {
    ($($name:ident => { $($schema:tt)+ })+) => {
        $(
            #[derive(Debug)]
            pub(crate) enum $name {}

            impl JsonSchema for $name {
                fn schema_name() -> Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(_: &mut SchemaGenerator) -> Schema {
                    json_schema!({ $($schema)+ })
                }
            }
        )+
    };
}

text! {
    Base64Url => {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]*$",
        "description": "Bytes, base64url without padding.",
    }
    Blob => {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]*$",
        "description": "Bytes of the application's, base64url without padding.",
    }
    ClientDataJson => {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]+$",
        "description": "Client data as the browser wrote it, base64url without padding.",
    }
    CredentialId => {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]+$",
        "minLength": 2,
        "maxLength": 1364,
        "description": "A credential id of 1 to 1023 bytes, base64url without padding.",
    }
    UserHandle => {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]+$",
        "minLength": 2,
        "maxLength": 86,
        "description": "A user handle of 1 to 64 bytes, base64url without padding. It says nothing about the user.",
    }
    AssertedUserHandle => {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]*$",
        "maxLength": 86,
        "description": "A user handle, or nothing: some authenticators send empty ones.",
    }
    Challenge => {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]+$",
        "minLength": 22,
        "maxLength": 86,
        "description": "A challenge of at least 16 bytes, base64url without padding.",
    }
    State => {
        "type": "string",
        "pattern": "^[A-Za-z0-9_.-]+$",
        "minLength": 1,
        "maxLength": 4096,
        "description": "What begin and finish have in common: from the answer of the one into the body of the other, unread.",
    }
    RowId => {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]{22}$",
        "description": "The public id of a passkey.",
    }
    Aaguid => {
        "type": "string",
        "format": "uuid",
        "description": "The make of an authenticator. All zeros say nothing.",
    }
    Timestamp => {
        "type": "string",
        "format": "date-time",
        "description": "RFC 3339, UTC.",
    }
    Transport => {
        "type": "string",
        "minLength": 1,
        "maxLength": 32,
        "examples": ["internal", "hybrid", "usb", "nfc", "ble", "smart-card"],
        "description": "How an authenticator may be reached (WebAuthn §5.8.4). The specification's list grows.",
    }
    CredentialName => {
        "type": "string",
        "minLength": 1,
        "maxLength": 256,
        "examples": ["Laptop"],
        "description": "The user's name for a passkey: at most 256 bytes of UTF-8, no control characters.",
    }
    CredentialStatus => {
        "type": "string",
        "enum": ["active", "suspended", "revoked"],
    }
    CredentialType => {
        "type": "string",
        "const": "public-key",
    }
}
