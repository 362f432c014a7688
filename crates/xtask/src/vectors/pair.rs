//! A registration and an authentication with the credential that it made, as two cases.

#![allow(clippy::indexing_slicing, reason = "serde_json makes the members of objects that are written to")]

use super::cbor::Cbor;
use super::certificate::Authority;
use super::keys::Key;
use super::prng::Prng;
use super::statement::{self, Attested, Attester, Format};
use super::text::{pem, uuid};
use ceremony_testkit::base64url::encode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const RP_ID: &str = "example.org";
const ORIGIN: &str = "https://example.org";
const TOP_ORIGIN: &str = "https://example.com";

const UV: u8 = 0x04;
const BE: u8 = 0x08;
const BS: u8 = 0x10;

/// One row of the specification's section, or of our own extension of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vector {
    /// What the draws follow from.
    pub(super) info: &'static str,
    pub(super) alg: i64,
    pub(super) format: Format,
    /// The algorithm of the attestation key, where the format has one.
    pub(super) attester: i64,
    pub(super) frame: Frame,
    pub(super) long_id: bool,
    /// Authenticator extension outputs of the registration, by name.
    pub(super) extensions: &'static [(&'static str, Output)],
}

/// Where the page of a vector stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    Top,
    CrossOrigin,
    CrossOriginBelowTop,
}

/// An extension's output.
#[derive(Clone, Copy, Debug)]
pub(super) enum Output {
    Bool(bool),
    Int(i64),
}

impl Vector {
    pub(super) const fn new(info: &'static str, alg: i64, format: Format) -> Self {
        Self { info, alg, format, attester: -7, frame: Frame::Top, long_id: false, extensions: &[] }
    }

    /// The same with another attestation key than one of ES256.
    pub(super) const fn attested_by(self, attester: i64) -> Self {
        Self { attester, ..self }
    }

    /// Both cases, `prefix` before their ids.
    pub(super) fn cases(&self, prefix: &str, source: &str, authority: &Authority) -> Result<[Value; 2], String> {
        let mut prng = Prng::new(self.info);
        // Registration: challenge, private key, client data, aaguid, credential id, flags, attestation key, serial.
        let challenge_len = if self.info == "packed.ES512" { 128 } else { 32 };
        let challenge = prng.draw(challenge_len)?;
        let key = Key::draw(self.alg, &mut prng)?;
        let client_data = self.client_data("webauthn.create", &challenge, &mut prng)?;
        let aaguid = prng.draw(16)?;
        let credential_id = prng.draw(if self.long_id { 1023 } else { 32 })?;
        let flags = if self.format == Format::FidoU2f {
            0x41
        } else {
            let drawn = prng.draw_byte()? & (UV | BE | BS);
            0x41 | if drawn & BE == 0 { drawn & !BS } else { drawn }
        };
        let attester = Attester::draw(self.format, self.attester, &mut prng)?;

        let cose = key.cose().encode();
        let extended = if self.extensions.is_empty() { 0 } else { 0x80 };
        let id_len = u16::try_from(credential_id.len()).map_err(|error| error.to_string())?.to_be_bytes();
        let mut auth_data =
            [&Sha256::digest(RP_ID)[..], &[flags | extended], &[0; 4], &aaguid, &id_len, &credential_id, &cose]
                .concat();
        auth_data.extend(self.extension_data());
        let attested = Attested {
            key: &key,
            credential_id: &credential_id,
            auth_data: &auth_data,
            client_data_hash: Sha256::digest(&client_data).into(),
        };
        let statement = statement::make(self.format, &attested, &attester, authority)?;
        let object = Cbor::text_map([
            ("fmt", Cbor::Text(self.format.identifier())),
            ("attStmt", statement),
            ("authData", Cbor::Bytes(auth_data)),
        ]);
        let mut registration = self.case(prefix, source, "registration", &challenge, authority);
        registration["credential"] = json!({
            "id": encode(&credential_id),
            "rawId": encode(&credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(&client_data),
                "attestationObject": encode(&object.encode()),
                "transports": [],
            },
        });
        registration["expected"] = json!({
            "fmt": self.format.identifier(),
            "attestation_type": self.format.attestation_type(),
            "aaguid": uuid(&aaguid),
            "sign_count": 0,
            "alg": self.alg,
            "public_key": encode(&cose),
            "flags": told(flags | extended),
        });

        // Authentication, on the same stream: challenge, client data, flags.
        let challenge = prng.draw(challenge_len)?;
        let client_data = self.client_data("webauthn.get", &challenge, &mut prng)?;
        let be = flags & BE;
        let drawn = prng.draw_byte()? & (UV | BS);
        let asserted = 0x01 | be | if be == 0 { drawn & !BS } else { drawn };
        let auth_data = [&Sha256::digest(RP_ID)[..], &[asserted], &[0; 4]].concat();
        let signature = key.sign(&[auth_data.as_slice(), &Sha256::digest(&client_data)].concat())?;
        let mut authentication = self.case(prefix, source, "authentication", &challenge, authority);
        authentication["stored"] = json!({
            "credential_id": encode(&credential_id),
            "public_key": encode(&cose),
            "sign_count": 0,
            "backup_eligible": be != 0,
            "backup_state": flags & BS != 0,
        });
        authentication["credential"] = json!({
            "id": encode(&credential_id),
            "rawId": encode(&credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(&client_data),
                "authenticatorData": encode(&auth_data),
                "signature": encode(&signature),
            },
        });
        authentication["expected"] = json!({ "sign_count": 0, "alg": self.alg, "flags": told(asserted) });
        Ok([registration, authentication])
    }

    /// The client data; one bit of a draw decides whether they end with a member of the future.
    fn client_data(&self, kind: &str, challenge: &[u8], prng: &mut Prng) -> Result<Vec<u8>, String> {
        let mut text = format!(r#"{{"type":"{kind}","challenge":"{}","origin":"{ORIGIN}""#, encode(challenge));
        text.push_str(&format!(r#","crossOrigin":{}"#, self.frame != Frame::Top));
        if self.frame == Frame::CrossOriginBelowTop {
            text.push_str(&format!(r#","topOrigin":"{TOP_ORIGIN}""#));
        }
        if prng.draw_byte()? & 0x01 != 0 {
            let extra = encode(&prng.draw(16)?);
            text.push_str(&format!(
                r#","extraData":"clientDataJSON may be extended with additional fields in the future, such as this: {extra}""#
            ));
        }
        text.push('}');
        Ok(text.into_bytes())
    }

    fn extension_data(&self) -> Vec<u8> {
        if self.extensions.is_empty() {
            return Vec::new();
        }
        let value = |output: &Output| match output {
            Output::Bool(value) => Cbor::Bool(*value),
            Output::Int(value) => Cbor::Int(*value),
        };
        Cbor::Map(self.extensions.iter().map(|(name, output)| (Cbor::Text(name), value(output))).collect()).encode()
    }

    fn case(&self, prefix: &str, source: &str, ceremony: &str, challenge: &[u8], authority: &Authority) -> Value {
        let mut config = json!({
            "rp_id": RP_ID,
            "origins": [ORIGIN],
            "challenge": encode(challenge),
            "algorithms": [self.alg],
            "time": "2026-06-01T00:00:00Z",
        });
        if self.format != Format::None && ceremony == "registration" {
            config["attestation"] = json!("direct");
        }
        if self.format.has_certificates() && ceremony == "registration" {
            config["trust_anchors_pem"] = json!([pem(&authority.certificate)]);
        }
        if self.format == Format::Compound && ceremony == "registration" {
            config["policy"] = json!({ "compound": "any" });
        }
        if self.frame != Frame::Top {
            config["allow_cross_origin"] = json!(true);
        }
        if self.frame == Frame::CrossOriginBelowTop {
            config["top_origins"] = json!([TOP_ORIGIN]);
        }
        json!({
            "id": format!("{prefix}{}.{ceremony}", self.info),
            "source": source,
            "ceremony": ceremony,
            "expect": "accept",
            "tags": [self.format.identifier()],
            "config": config,
        })
    }
}

/// Flags by name.
fn told(flags: u8) -> Value {
    let is = |bit: u8| flags & bit != 0;
    json!({ "up": is(0x01), "uv": is(UV), "be": is(BE), "bs": is(BS), "at": is(0x40), "ed": is(0x80) })
}
