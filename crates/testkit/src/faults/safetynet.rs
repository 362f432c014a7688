//! Faults of SafetyNet attestation.

use serde_json::json;

use super::Fault;
use crate::{
    attestation::safetynet::HOST,
    certificate::{Extension, Name},
    der,
    stage::Stage,
};

const HOUR_MS: i64 = 3_600_000;

pub(super) fn edit(fault: Fault, stage: &mut Stage<'_>) {
    match stage {
        Stage::SafetyNet(token) => {
            let payload = &mut token["payload"];
            match fault {
                Fault::SafetyNetNonceWrong => payload["nonce"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
                Fault::SafetyNetProfileMismatch => payload["ctsProfileMatch"] = json!(false),
                Fault::SafetyNetFuture | Fault::SafetyNetStale => {
                    let shift = if fault == Fault::SafetyNetFuture { HOUR_MS } else { -HOUR_MS };
                    payload["timestampMs"] = json!(payload["timestampMs"].as_i64().unwrap_or(0).saturating_add(shift));
                }
                Fault::SafetyNetX5cEmpty => token["header"]["x5c"] = json!([]),
                _ => {}
            }
        }
        Stage::Certificate { depth: 0, spec, .. } if fault == Fault::SafetyNetOtherHost => {
            let host = format!("{HOST}.example");
            spec.subject.set(Name::COMMON_NAME, der::utf8_string(&host));
            spec.set_extension(Extension::dns_name(&host));
        }
        Stage::AttestationStatement(statement) => match fault {
            Fault::SafetyNetVersionEmpty => statement.set("ver", ""),
            Fault::SafetyNetResponseEmpty => statement.set("response", Vec::new()),
            _ => {}
        },
        _ => {}
    }
}
