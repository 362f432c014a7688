//! The service's answer: a JSON Web Signature in compact form (RFC 7515 §3.1).

use crate::base64url;
use crate::cose::Algorithm;
use crate::error::{Part, RejectionReason};
use crate::json::{Fault, Json, required};
use crate::x509::{MAX_CERTIFICATE, MAX_CHAIN};
use alloc::string::String;
use alloc::vec::Vec;
use base64ct::{Base64, Encoding};

/// A header holds an array in an object; a payload has nothing deeper.
const JSON_DEPTH: usize = 4;

/// An answer, taken apart.
pub(super) struct Response<'a> {
    header: Vec<u8>,
    payload: &'a str,
    pub(super) algorithm: Algorithm,
    /// The bytes that are signed: header and payload as they came.
    pub(super) signed: &'a [u8],
    /// In the form that WebAuthn gives signatures of the algorithm.
    pub(super) signature: Vec<u8>,
}

/// What the service says, as far as the procedure reads it.
pub(super) struct Payload {
    pub(super) nonce: String,
    pub(super) timestamp_ms: u64,
    pub(super) cts_profile_match: bool,
}

impl<'a> Response<'a> {
    pub(super) fn parse(jws: &'a str) -> Result<Self, RejectionReason> {
        let (signed, signature) = jws.rsplit_once('.').ok_or(RejectionReason::AttestationStatement)?;
        let (header, payload) = signed.split_once('.').ok_or(RejectionReason::AttestationStatement)?;
        if payload.contains('.') {
            return Err(RejectionReason::AttestationStatement);
        }
        let (header, signature) = (decode(header)?, decode(signature)?);
        let [alg, crit] = members(&header, ["alg", "crit"])?;
        // A critical parameter must be understood, and none is.
        if crit.is_some() {
            return Err(RejectionReason::AttestationStatement);
        }
        let alg = required(alg, Part::AttStmt).and_then(|alg| alg.string(Part::AttStmt)).map_err(malformed)?;
        let (algorithm, signature) = match &*alg {
            "RS256" => (Algorithm::Rs256, signature),
            "ES256" => (Algorithm::Es256, ecdsa_sig_value(&signature)?),
            _ => return Err(RejectionReason::AttestationAlgorithm),
        };
        Ok(Self { header, payload, algorithm, signed: signed.as_bytes(), signature })
    }

    /// The certificates in DER, leaf first: at most eight of about 8 KiB. That there is one is for who takes the leaf.
    pub(super) fn x5c(&self) -> Result<Vec<Vec<u8>>, RejectionReason> {
        let [x5c] = members(&self.header, ["x5c"])?;
        let x5c = required(x5c, Part::AttStmt).and_then(|x5c| x5c.elements(Part::AttStmt)).map_err(malformed)?;
        let mut certificates = Vec::new();
        for certificate in x5c {
            let text = certificate.string(Part::AttStmt).map_err(malformed)?;
            if certificates.len() == MAX_CHAIN || text.len() / 4 > MAX_CERTIFICATE / 3 + 1 {
                return Err(RejectionReason::AttestationStatement);
            }
            // Standard base64 with padding, unlike everything else in a JWS.
            certificates.push(Base64::decode_vec(&text).map_err(|_| RejectionReason::AttestationStatement)?);
        }
        Ok(certificates)
    }

    pub(super) fn payload(&self) -> Result<Payload, RejectionReason> {
        let payload = decode(self.payload)?;
        let [nonce, timestamp_ms, cts_profile_match] = members(&payload, ["nonce", "timestampMs", "ctsProfileMatch"])?
            .map(|member| required(member, Part::AttStmt));
        let timestamp_ms = timestamp_ms.and_then(|number| number.integer(Part::AttStmt)).map_err(malformed)?;
        Ok(Payload {
            nonce: nonce.and_then(|text| text.string(Part::AttStmt)).map_err(malformed)?.into_owned(),
            timestamp_ms: u64::try_from(timestamp_ms).map_err(|_| RejectionReason::AttestationStatement)?,
            cts_profile_match: cts_profile_match.and_then(|bit| bit.boolean(Part::AttStmt)).map_err(malformed)?,
        })
    }
}

fn malformed(_: Fault) -> RejectionReason {
    RejectionReason::AttestationStatement
}

fn decode(text: &str) -> Result<Vec<u8>, RejectionReason> {
    base64url::decode(text).map_err(|_| RejectionReason::AttestationStatement)
}

fn members<'j, const N: usize>(json: &'j [u8], names: [&str; N]) -> Result<[Option<Json<'j>>; N], RejectionReason> {
    let json = Json::parse(json, JSON_DEPTH).map_err(|_| RejectionReason::AttestationStatement)?;
    json.members(Part::AttStmt, names.map(|name| (name, Part::AttStmt))).map_err(malformed)
}

/// The DER form of an ECDSA signature that came as r and s side by side, 32 bytes each (RFC 7518 §3.4).
fn ecdsa_sig_value(raw: &[u8]) -> Result<Vec<u8>, RejectionReason> {
    let Some((r, s)) = raw.split_at_checked(32).filter(|(_, s)| s.len() == 32) else {
        return Err(RejectionReason::AttestationSignature);
    };
    let mut numbers = Vec::with_capacity(70);
    for number in [r, s] {
        let start = number.iter().position(|byte| *byte != 0).unwrap_or(31);
        let magnitude = number.get(start..).unwrap_or_default();
        let sign = magnitude.first().is_some_and(|high| *high >= 0x80);
        numbers.push(0x02);
        numbers.push(length(magnitude.len() + usize::from(sign))?);
        numbers.extend(sign.then_some(0));
        numbers.extend_from_slice(magnitude);
    }
    let mut der = Vec::from([0x30, length(numbers.len())?]);
    der.append(&mut numbers);
    Ok(der)
}

/// A length in its short form.
fn length(len: usize) -> Result<u8, RejectionReason> {
    u8::try_from(len).map_err(|_| RejectionReason::AttestationSignature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_the_shortest_integers() {
        let mut raw = [0; 64];
        raw[30..32].copy_from_slice(&[0x00, 0x7f]);
        raw[62..64].copy_from_slice(&[0x80, 0x01]);
        assert_eq!(ecdsa_sig_value(&raw).unwrap(), [0x30, 8, 0x02, 1, 0x7f, 0x02, 3, 0x00, 0x80, 0x01]);
        // Zero, which the verifier refuses, has a form too.
        assert_eq!(ecdsa_sig_value(&[0; 64]).unwrap(), [0x30, 6, 0x02, 1, 0x00, 0x02, 1, 0x00]);
        let longest = ecdsa_sig_value(&[0xff; 64]).unwrap();
        assert_eq!((longest.len(), &longest[..5]), (72, &[0x30, 70, 0x02, 33, 0x00][..]));
    }

    #[test]
    fn numbers_are_32_bytes_each() {
        for len in [0, 31, 63, 65, 96, 160, 400] {
            let raw = [0xff; 400];
            assert_eq!(ecdsa_sig_value(&raw[..len]), Err(RejectionReason::AttestationSignature), "{len}");
        }
    }
}
