//! An authenticator that costs next to nothing: one ES256 key, flags of a synced passkey, counter at zero.

use crate::http::Failure;
use crate::http::serve::{ORIGIN, RP_ID};
use base64ct::{Base64UrlUnpadded, Encoding};
use graviola::hashing::{Hash, Sha256};
use graviola::signing::ecdsa::{P256, SigningKey};
use std::fmt::Write;

/// User present and verified, eligible for backup and backed up.
const FLAGS: u8 = 0x1d;
/// Attested credential data are there.
const ATTESTED: u8 = 0x40;

/// A passkey and its account.
pub(crate) struct Passkey {
    key: SigningKey<P256>,
    id: [u8; 32],
    /// As text: what every assertion repeats.
    id_text: String,
    authenticator_data: Vec<u8>,
    authenticator_data_text: String,
    user_handle: String,
}

impl Passkey {
    /// A new key, for the user handle that the server gave the account, as base64url.
    pub(crate) fn new(user_handle: &str) -> Result<Self, Failure> {
        let mut id = [0; 32];
        graviola::random::fill(&mut id).map_err(failed)?;
        let authenticator_data = authenticator_data(FLAGS);
        Ok(Self {
            key: SigningKey::generate().map_err(failed)?,
            id,
            id_text: Base64UrlUnpadded::encode_string(&id),
            authenticator_data_text: Base64UrlUnpadded::encode_string(&authenticator_data),
            authenticator_data,
            user_handle: user_handle.to_owned(),
        })
    }

    /// The body of a `register/finish`, with attestation `none`.
    pub(crate) fn registration(&self, challenge: &str, state: &str) -> Result<String, Failure> {
        let mut spki = [0; 256];
        let spki = self.key.to_spki_der(&mut spki).map_err(failed)?;
        let (_, point) = spki.split_last_chunk::<64>().ok_or("a short public key")?;
        let (x, y) = point.split_at(32);
        let mut data = authenticator_data(FLAGS | ATTESTED);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&[0, 32]);
        data.extend_from_slice(&self.id);
        // COSE: kty EC2, alg ES256, crv P-256, x, y.
        data.extend_from_slice(&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]);
        data.extend_from_slice(x);
        data.extend_from_slice(&[0x22, 0x58, 32]);
        data.extend_from_slice(y);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len())?);
        object.extend_from_slice(&data);
        let object = Base64UrlUnpadded::encode_string(&object);
        let client_data = Base64UrlUnpadded::encode_string(client_data("create", challenge).as_bytes());
        Ok(format!(
            r#"{{"credential":{{"id":"{0}","rawId":"{0}","type":"public-key","authenticatorAttachment":"platform","clientExtensionResults":{{"credProps":{{"rk":true}}}},"response":{{"clientDataJSON":"{client_data}","attestationObject":"{object}","transports":["hybrid","internal"]}}}},"state":"{state}"}}"#,
            self.id_text
        ))
    }

    /// Writes the body of an `authenticate/finish`.
    pub(crate) fn assertion(&self, challenge: &str, state: &str, body: &mut String) -> Result<(), Failure> {
        let client_data = client_data("get", challenge);
        let hash = Sha256::hash(client_data.as_bytes());
        let mut signature = [0; 128];
        let message: [&[u8]; 2] = [&self.authenticator_data, hash.as_ref()];
        let signature = self.key.sign_asn1::<Sha256>(&message, &mut signature).map_err(failed)?;
        body.clear();
        write!(
            body,
            r#"{{"credential":{{"id":"{0}","rawId":"{0}","type":"public-key","authenticatorAttachment":"platform","clientExtensionResults":{{}},"response":{{"clientDataJSON":"{1}","authenticatorData":"{2}","signature":"{3}","userHandle":"{4}"}}}},"state":"{state}"}}"#,
            self.id_text,
            Base64UrlUnpadded::encode_string(client_data.as_bytes()),
            self.authenticator_data_text,
            Base64UrlUnpadded::encode_string(signature),
            self.user_handle
        )?;
        Ok(())
    }
}

fn authenticator_data(flags: u8) -> Vec<u8> {
    let mut data = Sha256::hash(RP_ID.as_bytes()).as_ref().to_vec();
    data.push(flags);
    data.extend_from_slice(&[0; 4]);
    data
}

fn client_data(kind: &str, challenge: &str) -> String {
    format!(r#"{{"type":"webauthn.{kind}","challenge":"{challenge}","origin":"{ORIGIN}","crossOrigin":false}}"#)
}

fn failed(error: graviola::Error) -> Failure {
    format!("graviola: {error:?}").into()
}
