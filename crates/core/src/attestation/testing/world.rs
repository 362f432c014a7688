//! A registration around a statement.

use super::super::{ClientDataHash, Statement, verify_one};
use super::{Members, credential_key, point};
use crate::authenticator_data::AuthenticatorData;
use crate::cbor::{self, CborLimits};
use crate::cose::{CredentialPublicKey, KeyMaterial};
use crate::credential::AttestationType;
use crate::error::{KeyFault, RejectionReason};
use crate::policy::{AttestationFormat, AttestationPolicy, Limits};
use crate::time::UnixTime;
use crate::verifier::{RustCrypto, SignatureInvalid, SignatureScheme, SignatureVerifier};
use alloc::vec::Vec;

pub(crate) type Verdict = Result<AttestationType, RejectionReason>;

/// 2026-01-01.
pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_767_225_600);

/// An odd number of 2048 bits; nothing here signs with RSA.
pub(crate) const RS256_COSE_MODULUS: [u8; 256] = [0xc5; 256];

/// What a statement is about, and what it is judged by.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) auth_data: Vec<u8>,
    pub(crate) client_data_hash: [u8; 32],
    pub(crate) policy: AttestationPolicy,
    /// Takes the signature `good` for valid, of whatever scheme.
    pub(crate) stub_verifier: bool,
}

/// A COSE_Key of ES256 with these coordinates.
pub(crate) fn cose_ec(x: &[u8], y: &[u8]) -> Vec<u8> {
    let head = |label: u8, len: usize| [label, 0x58, u8::try_from(len).unwrap()];
    [&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01][..], &head(0x21, x.len()), x, &head(0x22, y.len()), y].concat()
}

/// A COSE_Key of RS256.
pub(crate) fn cose_rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(modulus.len()).unwrap().to_be_bytes();
    let head = [0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59, high, low];
    let exponent_head = [0x21, 0x40 | u8::try_from(exponent.len()).unwrap()];
    [&head[..], modulus, &exponent_head, exponent].concat()
}

impl World {
    /// With the credential key [`credential_key`].
    pub(crate) fn new() -> Self {
        let point = point(&credential_key());
        Self::of_credential(&cose_ec(&point[1..33], &point[33..]))
    }

    pub(crate) fn of_credential(cose: &[u8]) -> Self {
        // rpIdHash; UP and AT; signCount; AAGUID; credential id of 32 bytes
        let auth_data = [&[0xaa; 32][..], &[0x41, 0, 0, 0, 0], &[0xbb; 16], &[0, 32], &[0xcc; 32], cose].concat();
        Self { auth_data, client_data_hash: [0xdd; 32], policy: AttestationPolicy::default(), stub_verifier: false }
    }

    /// Under another policy.
    pub(crate) fn under(&self, change: impl FnOnce(AttestationPolicy) -> AttestationPolicy) -> Self {
        Self { policy: change(self.policy.clone()), ..self.clone() }
    }

    pub(crate) fn with_stub_verifier(&self) -> Self {
        Self { stub_verifier: true, ..self.clone() }
    }

    /// authenticatorData || clientDataHash
    pub(crate) fn signed(&self) -> Vec<u8> {
        [&self.auth_data[..], &self.client_data_hash].concat()
    }

    pub(crate) fn verify(&self, format: AttestationFormat, statement: &Members) -> Verdict {
        self.verify_bytes(format, &statement.encode())
    }

    /// Bytes that are not CBOR are refused, as they are before a statement is looked at.
    pub(crate) fn verify_bytes(&self, format: AttestationFormat, statement: &[u8]) -> Verdict {
        let limits = Limits::default();
        cbor::check_all(statement, &CborLimits::from(&limits)).map_err(|_| RejectionReason::AttestationStatement)?;
        let auth_data = AuthenticatorData::parse(self.auth_data.clone(), &limits).unwrap();
        let attested = auth_data.attested().unwrap();
        let key = CredentialPublicKey::from_cose(attested.public_key_cose, true).unwrap();
        let statement = Statement {
            statement,
            auth_data: &auth_data,
            aaguid: attested.aaguid,
            credential_id: attested.credential_id,
            client_data_hash: &ClientDataHash::known(self.client_data_hash),
            key: &key,
            enterprise: false,
            rules: self.policy.rules,
            now: NOW,
            #[cfg(feature = "safetynet")]
            decoded: &core::cell::OnceCell::new(),
            verifier: if self.stub_verifier { &Stub } else { &RustCrypto },
        };
        verify_one(format, &statement).map(|verified| verified.attested.attestation_type)
    }

    /// Changes every byte of the statement: nothing panics, and nothing is accepted that has a change in one of the
    /// `covered` parts. Nor does the statement hold for other authenticator data or client data.
    pub(crate) fn assert_covers(&self, format: AttestationFormat, statement: &Members, covered: &[&[u8]]) {
        let good = statement.encode();
        assert!(self.verify_bytes(format, &good).is_ok());
        let ranges: Vec<_> = covered
            .iter()
            .map(|part| {
                let at = good.windows(part.len()).position(|window| window == *part).unwrap();
                at..at + part.len()
            })
            .collect();
        for at in 0..good.len() {
            let mut changed = good.clone();
            changed[at] ^= 1 << (at % 8);
            let verdict = self.verify_bytes(format, &changed);
            assert!(verdict.is_err() || !ranges.iter().any(|range| range.contains(&at)), "byte {at}");
            assert!(self.verify_bytes(format, &good[..at]).is_err(), "{at} bytes");
        }
        let mut other = self.clone();
        other.client_data_hash[31] ^= 1;
        assert!(other.verify_bytes(format, &good).is_err());
        let mut other = self.clone();
        other.auth_data[0] ^= 1;
        assert!(other.verify_bytes(format, &good).is_err());
        let mut other = self.clone();
        other.auth_data[60] ^= 1;
        assert!(other.verify_bytes(format, &good).is_err());
    }
}

#[derive(Debug)]
struct Stub;

impl SignatureVerifier for Stub {
    fn supports(&self, _: SignatureScheme) -> bool {
        true
    }

    fn check_key(&self, _: SignatureScheme, _: KeyMaterial<'_>) -> Result<(), KeyFault> {
        Ok(())
    }

    fn verify(
        &self,
        _: SignatureScheme,
        _: KeyMaterial<'_>,
        _: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        if signature == b"good" { Ok(()) } else { Err(SignatureInvalid) }
    }
}
