//! Faults of Apple's attestation.

use super::{Fault, flip_last_bit};
use crate::{
    attestation::apple::nonce,
    cbor::Cbor,
    certificate::Extension,
    der,
    stage::{Context, Stage},
    stream::sha256,
};

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::Certificate { depth: 0, message, spec } => match fault {
            Fault::AppleNoExtension => spec.remove_extension(Extension::APPLE_NONCE),
            Fault::AppleNonceWrong => {
                if let Some(extension) = spec.extension_mut(Extension::APPLE_NONCE) {
                    flip_last_bit(&mut extension.value);
                }
            }
            // The message ends with the hash of the client data.
            Fault::AppleNonceOfAuthenticatorData => {
                spec.set_extension(nonce(&sha256(&message[..message.len().saturating_sub(32)])));
            }
            Fault::AppleBadExtension => {
                let value = der::octet_string(&sha256(message));
                spec.set_extension(Extension::new(Extension::APPLE_NONCE, false, value));
            }
            Fault::AppleOtherKey => spec.public_key = cx.other_key.spki(),
            _ => {}
        },
        Stage::AttestationStatement(statement) if fault == Fault::AppleX5cEmpty => {
            statement.set("x5c", Cbor::Array(Vec::new()));
        }
        _ => {}
    }
}
