//! Faults that only the server's stored state reveals.

use serde_json::{Value, json};

use super::{Fault, envelope};
use crate::{
    authenticator_data::{AuthenticatorData, flags},
    base64url,
    cbor::Cbor,
    stage::{Context, Stage},
};

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::CredentialId(id) => {
            if let (Fault::CredentialIdTaken, Some(other)) = (fault, cx.other_id) {
                **id = other.to_vec();
            }
        }
        Stage::AuthenticatorData(fields) => edit_fields(fault, cx, fields),
        Stage::Response(response) => edit_response(fault, cx, response),
        _ => {}
    }
}

fn edit_fields(fault: Fault, cx: &Context<'_>, fields: &mut AuthenticatorData) {
    match fault {
        Fault::SignCountEqual => fields.sign_count = cx.previous_sign_count,
        Fault::SignCountLower => fields.sign_count = cx.previous_sign_count.saturating_sub(1),
        Fault::SignCountZero => fields.sign_count = 0,
        Fault::CredProtectMissing => {
            if let Some(extensions) = &mut fields.extensions {
                extensions.remove("credProtect");
                if *extensions == Cbor::Map(Vec::new()) {
                    fields.extensions = None;
                    fields.set_flags(flags::ED, false);
                }
            }
        }
        Fault::CredProtectLower => {
            if let Some(extensions) = &mut fields.extensions
                && let Some(Cbor::Int(level @ 2..)) = extensions.entry("credProtect")
            {
                let lower = level - 1;
                extensions.set("credProtect", lower);
            }
        }
        _ => {}
    }
}

fn edit_response(fault: Fault, cx: &Context<'_>, response: &mut Value) {
    let foreign = || base64url::encode(&cx.stream.draw("another user handle", cx.user_handle.len()));
    match fault {
        Fault::UserHandleForeign => response["response"]["userHandle"] = json!(foreign()),
        Fault::UserHandleMissing => envelope::remove(response, "/response", "userHandle"),
        Fault::UserInResponse => {
            response["user"] = json!({ "id": foreign() });
            response["response"]["userHandle"] = json!(foreign());
        }
        Fault::UnsolicitedExtension => {
            response["clientExtensionResults"]["largeBlob"] = json!({ "supported": true });
        }
        _ => {}
    }
}
