//! Format `android-safetynet` (§8.5), deprecated.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::{Made, Making};
use crate::{
    algorithm::Algorithm,
    base64url,
    cbor::Cbor,
    certificate::{CertificateKey, Extension, Name},
    der,
    stage::{Edit, Stage},
    stream::sha256,
};

/// The host that Google's certificate is for.
pub(crate) const HOST: &str = "attest.android.com";

pub(super) fn make(making: &Making<'_>, edit: &mut dyn Edit) -> Made {
    let key = making.attestation_key();
    let subject = Name::empty().with(Name::COMMON_NAME, der::utf8_string(HOST));
    let mut leaf = making.ca().leaf(subject, key);
    leaf.set_extension(Extension::dns_name(HOST));
    let x5c: Vec<Value> = making.x5c(leaf, edit).iter().map(|der| json!(BASE64.encode(der))).collect();
    let mut token = json!({
        "header": { "alg": name(key.algorithm()), "x5c": x5c },
        "payload": {
            "nonce": BASE64.encode(&sha256(&making.message())),
            "timestampMs": making.settings.time.saturating_mul(1000),
            "apkPackageName": "com.google.android.gms",
            "apkDigestSha256": BASE64.encode(&making.cx.stream.draw("an application's digest", 32)),
            "ctsProfileMatch": true,
            "apkCertificateDigestSha256": [BASE64.encode(&making.cx.stream.draw("a certificate's digest", 32))],
            "basicIntegrity": true,
        },
    });
    edit.edit(making.cx, Stage::SafetyNet(&mut token));
    let part = |member: &str| base64url::encode(token[member].to_string().as_bytes());
    let signed = making.sign(key, format!("{}.{}", part("header"), part("payload")).into_bytes(), edit);
    let signature = base64url::encode(&jws(key, &signed.signature));
    let response = [signed.message.as_slice(), b".", signature.as_bytes()].concat();
    let statement =
        Cbor::Map(vec![(Cbor::from("ver"), Cbor::from("254215044")), (Cbor::from("response"), Cbor::from(response))]);
    Made { statement, signed: vec![signed] }
}

/// The signature as JWS has it: r ‖ s for ECDSA, without DER.
fn jws(key: &CertificateKey, signature: &[u8]) -> Vec<u8> {
    let size = match key.algorithm() {
        Algorithm::Es256 | Algorithm::Esp256 | Algorithm::Es256k => 32,
        Algorithm::Es384 | Algorithm::Esp384 => 48,
        Algorithm::Es512 | Algorithm::Esp512 => 66,
        _ => return signature.to_vec(),
    };
    // A fault may have left no DER to read.
    der::integers(signature)
        .map_or_else(|| signature.to_vec(), |(r, s)| [der::fixed(&r, size), der::fixed(&s, size)].concat())
}

/// The name in JOSE's registry.
const fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Es256 | Algorithm::Esp256 => "ES256",
        Algorithm::Es384 | Algorithm::Esp384 => "ES384",
        Algorithm::Es512 | Algorithm::Esp512 => "ES512",
        Algorithm::Es256k => "ES256K",
        Algorithm::EdDsa => "EdDSA",
        Algorithm::Ed25519 => "Ed25519",
        Algorithm::Ed448 => "Ed448",
        Algorithm::Rs256 => "RS256",
        Algorithm::Rs384 => "RS384",
        Algorithm::Rs512 => "RS512",
        Algorithm::Ps256 => "PS256",
        Algorithm::Ps384 => "PS384",
        Algorithm::Ps512 => "PS512",
        Algorithm::Rs1 => "RS1",
        Algorithm::MlDsa44 => "ML-DSA-44",
        Algorithm::MlDsa65 => "ML-DSA-65",
        Algorithm::MlDsa87 => "ML-DSA-87",
    }
}
