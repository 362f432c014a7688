//! Keys and certificates: those of the service, and some that look like them.

use ceremony::{Aaguid, CredentialId, CredentialPublicKey, RelyingParty, UnixTime, UserHandle};
use ceremony::{AttestationType, AttestationVerdict, CredentialRecord, Tenant};
use ceremony_metadata::METADATA_HOST;
use ceremony_testkit::{Algorithm, CertificateKey, Extension, Name, TestCa};

const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";

pub(super) struct Pki {
    /// The service's, its issuer's, the root; then others.
    certificates: Vec<Vec<u8>>,
    /// The service's, its issuer's look-alike, another.
    keys: Vec<CertificateKey>,
    records: Vec<CredentialRecord>,
}

impl Pki {
    pub(super) fn new() -> Self {
        let ca = TestCa::builder("metadata").intermediates(1).build();
        let other = TestCa::builder("another").intermediates(1).build();
        let keys: Vec<CertificateKey> =
            ["service", "other", "third"].iter().map(|seed| CertificateKey::new(seed, Algorithm::Es256)).collect();
        let leaf = |ca: &TestCa, key: &CertificateKey, purpose: &str, host: &str| {
            let mut spec = ca.leaf(Name::attestation("Metadata signer"), key);
            spec.set_extension(Extension::basic_constraints(false, None));
            spec.set_extension(Extension::extended_key_usage(&[purpose]));
            spec.set_extension(Extension::dns_name(host));
            spec
        };
        let mut expired = leaf(&ca, &keys[0], SERVER_AUTH, METADATA_HOST);
        expired.not_after = 1_700_000_000;
        let mut nothing = leaf(&ca, &keys[0], SERVER_AUTH, METADATA_HOST);
        nothing.remove_extension(Extension::EXTENDED_KEY_USAGE);
        let certificates = vec![
            leaf(&ca, &keys[0], SERVER_AUTH, METADATA_HOST).encode(),
            ca.intermediates_der().remove(0),
            ca.root_der().to_vec(),
            leaf(&ca, &keys[0], CLIENT_AUTH, METADATA_HOST).encode(),
            leaf(&ca, &keys[0], SERVER_AUTH, "mds.example").encode(),
            leaf(&other, &keys[0], SERVER_AUTH, METADATA_HOST).encode(),
            leaf(&other, &keys[1], SERVER_AUTH, METADATA_HOST).encode(),
            other.intermediates_der().remove(0),
            other.root_der().to_vec(),
            expired.encode(),
            nothing.encode(),
        ];
        Self { records: records(&certificates), certificates, keys }
    }

    pub(super) fn certificate(&self, at: u8) -> &[u8] {
        &self.certificates[usize::from(at) % self.certificates.len()]
    }

    fn key(&self, signer: u8) -> &CertificateKey {
        &self.keys[usize::from(signer) % self.keys.len()]
    }

    pub(super) fn is_service(&self, signer: u8) -> bool {
        usize::from(signer) % self.keys.len() == 0
    }

    pub(super) fn sign_der(&self, signer: u8, message: &[u8]) -> Vec<u8> {
        self.key(signer).sign(message)
    }

    /// As JWS has it: r and s of 32 bytes each.
    pub(super) fn sign(&self, signer: u8, message: &[u8]) -> Vec<u8> {
        let der = self.sign_der(signer, message);
        let (r, rest) = integer(&der[2..]);
        let (s, _) = integer(rest);
        [r, s].concat()
    }

    pub(super) fn records(&self) -> &[CredentialRecord] {
        &self.records
    }
}

/// The first INTEGER as 32 bytes, and what follows.
fn integer(der: &[u8]) -> ([u8; 32], &[u8]) {
    let (number, rest) = der[2..].split_at(usize::from(der[1]));
    let number = number.strip_prefix(&[0]).unwrap_or(number);
    let mut whole = [0; 32];
    whole[32 - number.len()..].copy_from_slice(number);
    (whole, rest)
}

pub(super) fn standard_base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.encode(bytes)
}

/// Credentials of the makes in the payload, with and without certificates.
fn records(certificates: &[Vec<u8>]) -> Vec<CredentialRecord> {
    let rp = RelyingParty::builder("example.com", "").origin("https://example.com").build().unwrap();
    let key = ceremony_testkit::Authenticator::new("mds");
    let mut key = key;
    let options = serde_json::json!({
        "rp": { "id": "example.com", "name": "" }, "user": { "id": "AA", "name": "", "displayName": "" },
        "challenge": "AAAAAAAAAAAAAAAAAAAAAA", "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
    });
    key.register(&options, &ceremony_testkit::Client::new("https://example.com")).unwrap();
    let cose = key.credentials()[0].public_key();
    let record = |aaguid: &str, attestation_type, trusted, kept: &[Vec<u8>]| {
        let mut record = CredentialRecord::new(
            Tenant::default(),
            rp.id().clone(),
            UserHandle::new([1; 64]).unwrap(),
            CredentialId::new([1; 16]).unwrap(),
            CredentialPublicKey::from_cose(&cose, true).unwrap(),
            UnixTime::from_secs(0),
        );
        record.aaguid = Aaguid::parse(aaguid).unwrap();
        record.fmt = "packed".to_owned();
        record.attestation = AttestationVerdict::new(attestation_type, trusted);
        record.attestation.intermediates = kept.to_vec();
        record
    };
    vec![
        record("01020304-0506-0708-090a-0b0c0d0e0f10", AttestationType::Basic, true, &certificates[..2]),
        record("11121314-1516-1718-191a-1b1c1d1e1f20", AttestationType::SelfAttestation, false, &[]),
        record("00000000-0000-0000-0000-000000000000", AttestationType::None, false, &[]),
        record("21222324-0506-0708-090a-0b0c0d0e0f10", AttestationType::Basic, true, &certificates[6..8]),
    ]
}
