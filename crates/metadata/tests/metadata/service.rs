//! A metadata service with keys of its own.

use crate::pki::{self, SERVER_AUTH, Template};
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use ceremony::x509::{TrustAnchor, TrustAnchors};
use ceremony::{RustCrypto, UnixTime};
use ceremony_metadata::{BlobError, BlobRules, METADATA_HOST, Metadata};
use p256::ecdsa::SigningKey;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// 2026-11-21T12:00:00Z
pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_795_262_400);

/// Root, intermediate, and the signer's certificate.
pub(crate) struct Service {
    pub(crate) root: Vec<u8>,
    pub(crate) intermediate: Vec<u8>,
    pub(crate) leaf: Vec<u8>,
    pub(crate) leaf_key: SigningKey,
}

pub(crate) fn leaf_template() -> Template<'static> {
    Template::new("Metadata signer", pki::spki(&pki::key(3)), "Intermediate")
        .with(pki::basic_constraints(false))
        .with(pki::purposes(&[SERVER_AUTH]))
        .with(pki::hosts(&["fido.example", METADATA_HOST]))
}

impl Service {
    pub(crate) fn new() -> Self {
        Self::with_leaf(&leaf_template())
    }

    pub(crate) fn with_leaf(leaf: &Template<'_>) -> Self {
        let (root_key, intermediate_key) = (pki::key(1), pki::key(2));
        Self {
            root: pki::authority("Root", &root_key),
            intermediate: Template::new("Intermediate", pki::spki(&intermediate_key), "Root")
                .with(pki::basic_constraints(true))
                .sign(&root_key),
            leaf: leaf.sign(&intermediate_key),
            leaf_key: pki::key(3),
        }
    }

    pub(crate) fn anchors(&self) -> TrustAnchors {
        [TrustAnchor::from_der(&self.root).expect("a root")].into_iter().collect()
    }

    pub(crate) fn rules(&self) -> BlobRules {
        BlobRules::new(self.anchors())
    }

    pub(crate) fn header(&self) -> Value {
        json!({
            "alg": "ES256",
            "typ": "JWT",
            "x5c": [Base64::encode_string(&self.leaf), Base64::encode_string(&self.intermediate)],
        })
    }

    /// A BLOB of any header and payload, signed by the leaf's key.
    pub(crate) fn sign(&self, header: &Value, payload: &[u8]) -> Vec<u8> {
        let signed = signed(header, payload);
        let signature = pki::sign_raw(&self.leaf_key, signed.as_bytes());
        join(&signed, &signature)
    }

    pub(crate) fn blob(&self, payload: &Value) -> Vec<u8> {
        self.sign(&self.header(), payload.to_string().as_bytes())
    }

    pub(crate) fn verify(&self, blob: &[u8]) -> Result<Metadata, BlobError> {
        self.rules().verify(blob, NOW, None, &RustCrypto)
    }
}

pub(crate) fn signed(header: &Value, payload: &[u8]) -> String {
    let header = Base64UrlUnpadded::encode_string(header.to_string().as_bytes());
    format!("{header}.{}", Base64UrlUnpadded::encode_string(payload))
}

pub(crate) fn join(signed: &str, signature: &[u8]) -> Vec<u8> {
    format!("{signed}.{}", Base64UrlUnpadded::encode_string(signature)).into_bytes()
}

pub(crate) fn payload(no: u64, entries: &[Value]) -> Value {
    json!({ "legalHeader": "Terms", "no": no, "nextUpdate": "2026-12-01", "entries": entries })
}

/// One service for tests that change nothing about it: making keys and certificates takes its time.
pub(crate) fn shared() -> &'static Service {
    static SERVICE: LazyLock<Service> = LazyLock::new(Service::new);
    &SERVICE
}

/// What a service with these entries says.
pub(crate) fn metadata(entries: &[Value]) -> Metadata {
    let service = shared();
    service.verify(&service.blob(&payload(7, entries))).expect("a good BLOB")
}

pub(crate) const AAGUID: &str = "01020304-0506-0708-090a-0b0c0d0e0f10";

/// An entry of a certified security key.
pub(crate) fn entry() -> Value {
    json!({
        "aaguid": AAGUID,
        "metadataStatement": statement(),
        "statusReports": [{ "status": "FIDO_CERTIFIED_L1", "effectiveDate": "2024-01-01" }],
        "timeOfLastStatusChange": "2024-01-01",
    })
}

pub(crate) fn statement() -> Value {
    json!({
        "legalHeader": "Terms",
        "aaguid": AAGUID,
        "description": "A security key",
        "authenticatorVersion": 5,
        "protocolFamily": "fido2",
        "schema": 3,
        "upv": [{ "major": 1, "minor": 1 }],
        "authenticationAlgorithms": ["secp256r1_ecdsa_sha256_raw", "ed25519_eddsa_sha512_raw"],
        "publicKeyAlgAndEncodings": ["cose"],
        "attestationTypes": ["basic_full"],
        "userVerificationDetails": [[{ "userVerificationMethod": "passcode_external", "caDesc": { "base": 64, "minLength": 4 } }]],
        "keyProtection": ["hardware", "secure_element"],
        "matcherProtection": ["on_chip"],
        "attachmentHint": ["external", "wired", "nfc"],
        "tcDisplay": [],
        "attestationRootCertificates": [Base64::encode_string(&pki::authority("Maker root", &pki::key(10)))],
        "multiDeviceCredentialSupport": "unsupported",
        "icon": "data:image/png;base64,AAAA",
    })
}

/// An entry with these reports.
pub(crate) fn reported(reports: Value) -> Value {
    let mut entry = entry();
    entry["statusReports"] = reports;
    entry
}
