//! Faults of the authenticator data.

use serde_json::json;

use super::Fault;
use crate::{
    authenticator_data::{AttestedCredentialData, AuthenticatorData, flags},
    cbor::Cbor,
    stage::{Context, Stage},
    stream::sha256,
};

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::CredentialId(id) => match fault {
            Fault::CredentialIdTooLong => **id = cx.stream.draw("a long id", 1024),
            Fault::CredentialIdEmpty => id.clear(),
            _ => {}
        },
        Stage::AuthenticatorData(fields) => {
            edit_head(fault, cx, fields);
            edit_attested(fault, cx, fields);
            edit_extensions(fault, fields);
        }
        Stage::AuthenticatorDataBytes(bytes) => match fault {
            Fault::AuthDataTooShort => bytes.truncate(36),
            // 37 bytes of head, 16 of AAGUID, 2 of length: one byte of the id is left.
            Fault::AttestedDataTruncated => bytes.truncate(56),
            _ => {}
        },
        Stage::Response(response) => match fault {
            Fault::AppIdOutputUnfounded => response["clientExtensionResults"]["appid"] = json!(true),
            Fault::ConditionalClaimedByBody => response["mediation"] = json!("conditional"),
            _ => {}
        },
        _ => {}
    }
}

fn edit_head(fault: Fault, cx: &Context<'_>, fields: &mut AuthenticatorData) {
    match fault {
        Fault::RpIdHashWrong => fields.rp_id_hash = sha256(b"foreign.example"),
        Fault::RpIdHashOfOrigin => fields.rp_id_hash = sha256(cx.origin.as_bytes()),
        Fault::RpIdHashOfAppId => {
            fields.rp_id_hash = sha256(format!("https://{}/app-id.json", cx.rp_id).as_bytes());
        }
        Fault::UserNotPresentRegistration | Fault::ConditionalClaimedByBody => fields.set_flags(flags::UP, false),
        Fault::UserNotPresentAuthentication => {
            fields.set_flags(flags::UP, false);
            fields.set_flags(flags::UV, true);
        }
        Fault::UserNotVerified => fields.set_flags(flags::UV, false),
        Fault::BackupStateNotEligible => {
            fields.set_flags(flags::BE, false);
            fields.set_flags(flags::BS, true);
        }
        Fault::BackupEligibleToggled => {
            fields.set_flags(flags::BE, !fields.has_flags(flags::BE));
            fields.set_flags(flags::BS, false);
        }
        Fault::BackupStateToggled => {
            fields.set_flags(flags::BE, true);
            fields.set_flags(flags::BS, !fields.has_flags(flags::BS));
        }
        Fault::BackupEligibleCleared => fields.set_flags(flags::BE | flags::BS, false),
        Fault::BackupEligibleRaised => fields.set_flags(flags::BE, true),
        Fault::ReservedFlagsSet => fields.set_flags(0x22, true),
        _ => {}
    }
}

fn edit_attested(fault: Fault, cx: &Context<'_>, fields: &mut AuthenticatorData) {
    match fault {
        Fault::AttestedDataUnannounced => fields.set_flags(flags::AT, false),
        Fault::AttestedDataMissing => {
            fields.set_flags(flags::AT, false);
            fields.attested_credential_data = None;
        }
        Fault::CredentialIdLengthTooLarge => {
            if let Some(attested) = &mut fields.attested_credential_data {
                attested.credential_id_length = Some(0x7fff);
            }
        }
        Fault::LeftoverAfterKey => {
            fields.extensions = None;
            fields.set_flags(flags::ED, false);
            fields.trailing.push(0);
        }
        Fault::LeftoverBeforeExtensions => {
            some_extensions(fields);
            if let Some(attested) = &mut fields.attested_credential_data {
                attested.credential_public_key.push(0);
            }
        }
        Fault::AttestedDataInAssertion => {
            fields.set_flags(flags::AT, true);
            fields.attested_credential_data = Some(AttestedCredentialData {
                aaguid: [0; 16],
                credential_id_length: None,
                credential_id: cx.stream.draw("another id", 32),
                credential_public_key: cx.key.cose().encode(),
            });
        }
        _ => {}
    }
}

/// Makes sure that there is extension data, and that it is announced.
pub(super) fn some_extensions(fields: &mut AuthenticatorData) {
    fields.set_flags(flags::ED, true);
    if fields.extensions.is_none() {
        fields.extensions = Some(Cbor::Map(vec![(Cbor::from("example.extension"), Cbor::from(true))]));
    }
}

fn edit_extensions(fault: Fault, fields: &mut AuthenticatorData) {
    let output = || (Cbor::from("example.extension"), Cbor::from(true));
    let broken = match fault {
        Fault::ExtensionsAnnouncedOnly => {
            fields.extensions = None;
            return fields.set_flags(flags::ED, true);
        }
        Fault::ExtensionsUnannounced => {
            some_extensions(fields);
            return fields.set_flags(flags::ED, false);
        }
        Fault::LeftoverAfterExtensions => {
            some_extensions(fields);
            return fields.trailing.push(0);
        }
        Fault::ExtensionsNotMap => Cbor::Array(vec![output().0, output().1]),
        Fault::ExtensionsIntegerKeys => Cbor::Map(vec![(Cbor::Int(1), Cbor::from(true))]),
        Fault::ExtensionsDuplicateKeys => Cbor::Map(vec![output(), output()]),
        _ => return,
    };
    fields.set_flags(flags::ED, true);
    fields.extensions = Some(broken);
}
