//! The JWS header (RFC 7515 §4.1) and its algorithms (RFC 7518 §3).

use crate::error::BlobError;
use crate::payload::{Object, is_deeper_than, present};
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use ceremony::error::{CertificateFault, ChainFault};
use ceremony::x509::{MAX_CERTIFICATE, MAX_CHAIN, SubjectPublicKey};
use ceremony::{Curve, Hash, SignatureScheme};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Levels of nesting in a header: `x5c` needs two, and a `jwk`, which is passed over, three.
const MAX_DEPTH: usize = 8;

/// A header that may be looked at. Keys that it brings along (`jwk`, `jku`) are passed over: only certificates that lead to
/// an anchor say who signed.
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) x5c: Vec<Vec<u8>>,
    pub(super) has_x5u: bool,
}

#[derive(Deserialize)]
struct Form<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "present")]
    typ: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "present")]
    x5c: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default, deserialize_with = "present")]
    x5u: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    crit: Option<&'a RawValue>,
}

impl Header {
    pub(super) fn parse(base64url: &str) -> Result<Self, BlobError> {
        let json = Base64UrlUnpadded::decode_vec(base64url).map_err(|_| BlobError::NotCompact)?;
        let json = core::str::from_utf8(&json).map_err(|_| BlobError::Header)?;
        if is_deeper_than(json, MAX_DEPTH) {
            return Err(BlobError::Header);
        }
        let form = serde_json::from_str::<Object<Form<'_>>>(json).map_err(|_| BlobError::Header)?.0;
        let algorithm = Algorithm::parse(&form.alg)?;
        // RFC 7519 §5.1 leaves it out or says JWT.
        if form.typ.is_some_and(|typ| typ != "JWT") {
            return Err(BlobError::Type);
        }
        // "If any of the listed extension Header Parameters are not understood and supported by the recipient, then the JWS
        // is invalid." (RFC 7515 §4.1.11)
        if form.crit.is_some() {
            return Err(BlobError::CriticalHeader);
        }
        let x5c = match form.x5c {
            Some(texts) if texts.is_empty() => return Err(BlobError::Header),
            Some(texts) if texts.len() > MAX_CHAIN => return Err(BlobError::SignerChain(ChainFault::TooLong)),
            Some(texts) => texts.into_iter().map(certificate).collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        Ok(Self { algorithm, x5c, has_x5u: form.x5u.is_some() })
    }
}

/// "Each string in the array is a base64-encoded (not base64url-encoded) DER PKIX certificate value." (RFC 7515 §4.1.6)
fn certificate(value: &RawValue) -> Result<Vec<u8>, BlobError> {
    let text: Cow<'_, str> = serde_json::from_str::<Text<'_>>(value.get()).map_err(|_| BlobError::Header)?.0;
    if text.len() / 4 * 3 > MAX_CERTIFICATE + 2 {
        return Err(BlobError::SignerCertificate(CertificateFault::TooLarge));
    }
    Base64::decode_vec(&text).map_err(|_| BlobError::SignerCertificate(CertificateFault::Der))
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// What a BLOB may be signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Es256,
    Es384,
    Rs256,
    Ps256,
}

impl Algorithm {
    const ALL: [Self; 4] = [Self::Es256, Self::Es384, Self::Rs256, Self::Ps256];

    fn parse(alg: &str) -> Result<Self, BlobError> {
        match Self::ALL.into_iter().find(|known| known.name() == alg) {
            Some(known) => Ok(known),
            // RFC 7515 compares case-sensitively; these two are refused by name however they are spelt.
            None if alg.eq_ignore_ascii_case("none") => Err(BlobError::Unsigned),
            None if alg.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("HS")) => {
                Err(BlobError::SymmetricAlgorithm)
            }
            None => Err(BlobError::AlgorithmNotAllowed(alg.chars().take(32).collect())),
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }

    pub(super) const fn scheme(self) -> SignatureScheme {
        match self {
            Self::Es256 => SignatureScheme::Ecdsa(Curve::P256, Hash::Sha256),
            Self::Es384 => SignatureScheme::Ecdsa(Curve::P384, Hash::Sha384),
            Self::Rs256 => SignatureScheme::RsaPkcs1(Hash::Sha256),
            Self::Ps256 => SignatureScheme::RsaPss(Hash::Sha256),
        }
    }

    pub(super) fn suits(self, key: &SubjectPublicKey<'_>) -> bool {
        match (self.scheme(), key) {
            (SignatureScheme::Ecdsa(curve, _), SubjectPublicKey::Ec { curve: of_key, .. }) => curve == *of_key,
            (SignatureScheme::RsaPkcs1(_) | SignatureScheme::RsaPss(_), SubjectPublicKey::Rsa { .. }) => true,
            _ => false,
        }
    }

    /// The signature in the form that a [`SignatureVerifier`](ceremony::SignatureVerifier) reads: JWS has r and s of an
    /// ECDSA signature one behind the other, each as long as the curve's field (RFC 7518 §3.4). `None` if they are not.
    pub(super) fn signature(self, jws: &[u8]) -> Option<Vec<u8>> {
        let SignatureScheme::Ecdsa(curve, _) = self.scheme() else { return Some(jws.to_vec()) };
        let (r, s) = jws.split_at_checked(curve.field_len())?;
        if s.len() != r.len() {
            return None;
        }
        let numbers = [integer(r)?, integer(s)?].concat();
        // Two numbers of at most 50 bytes with their headers: a short length will do.
        Some([&[0x30, u8::try_from(numbers.len()).ok()?][..], &numbers].concat())
    }
}

/// A big-endian number as a DER INTEGER.
fn integer(number: &[u8]) -> Option<Vec<u8>> {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len().saturating_sub(1));
    let magnitude = number.get(start..)?;
    // A set high bit would make it negative.
    let sign: &[u8] = if magnitude.first().is_some_and(|high| *high >= 0x80) { &[0] } else { &[] };
    let len = u8::try_from(sign.len() + magnitude.len()).ok()?;
    Some([&[0x02, len][..], sign, magnitude].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_ecdsa_signatures_become_the_one_der_form() {
        let mut raw = [0; 64];
        raw[31] = 1;
        raw[32] = 0x80;
        let der = Algorithm::Es256.signature(&raw).expect("64 bytes");
        assert_eq!(der[..7], [0x30, 38, 0x02, 1, 1, 0x02, 33]);
        assert_eq!(der[7..10], [0, 0x80, 0]);
        assert_eq!(Algorithm::Es256.signature(&[0; 64]), Some(vec![0x30, 6, 2, 1, 0, 2, 1, 0]));
        assert_eq!(Algorithm::Es384.signature(&[0xff; 96]).map(|der| der.len()), Some(2 + 2 * (2 + 49)));
        for len in [0, 63, 65, 96] {
            assert_eq!(Algorithm::Es256.signature(&vec![1; len]), None, "{len}");
        }
        assert_eq!(Algorithm::Rs256.signature(&[7; 256]), Some(vec![7; 256]), "RSA stays as it is");
    }
}
