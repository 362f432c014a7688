//! Format `android-safetynet`.

use super::maker::{Made, Maker};
use crate::{
    algorithm::Algorithm,
    base64url,
    cbor::Cbor,
    certificate::{attribute, basic_constraints, extension, key_usage},
    der,
    stage::{Context, Edit, Stage},
    stream::sha256,
};
use data_encoding::BASE64;
use serde_json::json;

/// The host that the service signed as.
pub(crate) const HOST: &str = "attest.android.com";

pub(super) fn make(maker: &Maker<'_>, cx: &Context<'_>, edit: &mut dyn Edit) -> Made {
    let key = Algorithm::Rs256.key(maker.stream, 0);
    let mut leaf = maker.leaf("safetynet", &*key);
    leaf.push_name(attribute::COMMON_NAME, der::utf8(HOST));
    leaf.push_extension(extension::BASIC_CONSTRAINTS, true, basic_constraints(false, None));
    leaf.push_extension(extension::KEY_USAGE, true, key_usage(false));
    leaf.push_extension(extension::SUBJECT_ALT_NAME, false, dns_name(HOST));
    let chain = maker.chain(leaf, cx, edit);
    let x5c: Vec<String> = chain.iter().map(|certificate| BASE64.encode(certificate)).collect();
    let mut payload = json!({
        "nonce": BASE64.encode(&sha256(&maker.message())),
        "timestampMs": maker.time,
        "apkPackageName": "com.example",
        "ctsProfileMatch": true,
        "basicIntegrity": true,
    });
    edit.edit(cx, Stage::SafetynetPayload(&mut payload));
    let header = json!({ "alg": "RS256", "x5c": x5c }).to_string();
    let signed =
        format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload.to_string().as_bytes()));
    let signature = maker.sign(&*key, signed.as_bytes(), cx, edit);
    let response = format!("{signed}.{}", base64url::encode(&signature));
    let statement = Cbor::Map(vec![
        (Cbor::from("ver"), Cbor::from("17122037")),
        (Cbor::from("response"), Cbor::Bytes(response.into_bytes())),
    ]);
    Made { statement, signature: Some(signature) }
}

/// subjectAltName with one dNSName.
pub(crate) fn dns_name(host: &str) -> Vec<u8> {
    der::sequence([der::element(0x82, host.as_bytes())])
}
