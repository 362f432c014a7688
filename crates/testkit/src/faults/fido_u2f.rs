//! Faults of U2F attestation.

use super::{Fault, edit_x5c};
use crate::{
    algorithm::Algorithm,
    cbor::Cbor,
    certificate::CertificateKey,
    stage::{Context, Stage},
};

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::CredentialPublicKey(key) => match fault {
            Fault::U2fXTooShort => {
                if let Some(Cbor::Bytes(x)) = key.entry(-2) {
                    let x = x[..31].to_vec();
                    key.set(-2, x);
                }
            }
            Fault::U2fOtherAlgorithm => key.set(3, -9),
            _ => {}
        },
        Stage::AuthenticatorData(fields) if fault == Fault::U2fAaguid => {
            if let Some(attested) = &mut fields.attested_credential_data {
                attested.aaguid = [0xee; 16];
            }
        }
        Stage::Certificate { depth: 0, spec, .. } => {
            if let Some(key) = strange_key(fault, cx) {
                spec.public_key = key.spki();
            }
        }
        Stage::Signature { message, signature } => {
            if let Some(key) = strange_key(fault, cx) {
                **signature = key.sign(message);
            }
            match fault {
                Fault::U2fSigWrong => **signature = cx.sign_wrongly(message),
                Fault::U2fFirstByteWrong => **signature = cx.sign(&[&[1], &message[1..]].concat()),
                _ => {}
            }
        }
        Stage::AttestationStatement(statement) => match fault {
            Fault::U2fTwoCertificates => edit_x5c(statement, |entries| entries.extend_from_within(..)),
            Fault::U2fX5cEmpty => edit_x5c(statement, Vec::clear),
            _ => {}
        },
        _ => {}
    }
}

/// The key of a kind that U2F doesn't have.
fn strange_key(fault: Fault, cx: &Context<'_>) -> Option<CertificateKey> {
    let algorithm = match fault {
        Fault::U2fKeyOnP384 => Algorithm::Es384,
        Fault::U2fKeyIsRsa => Algorithm::Rs256,
        _ => return None,
    };
    Some(CertificateKey::numbered(cx.stream, 0, algorithm))
}
