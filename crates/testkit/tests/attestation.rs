//! The honest attestations, checked with a certificate parser and a verifier that share no code with this crate.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use ceremony_testkit::{Algorithm, Attestation, Authenticator, Cbor, Client, Stage, TestCa, base64url};
use p256::ecdsa::signature::Verifier as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use x509_cert::{
    Certificate, TbsCertificate,
    der::{Decode as _, Encode as _, oid::ObjectIdentifier},
};

fn creation_options(algorithm: Algorithm) -> Value {
    json!({
        "rp": { "id": "example.com", "name": "Example" },
        "user": { "id": "dXNlci1oYW5kbGU", "name": "ada", "displayName": "Ada" },
        "challenge": base64url::encode(&[7; 32]),
        "pubKeyCredParams": [{ "type": "public-key", "alg": algorithm.cose_id() }],
        "attestation": "enterprise",
    })
}

/// What one registration showed at its stages.
#[derive(Default)]
struct Seen {
    statement: Option<Cbor>,
    authenticator_data: Vec<u8>,
    client_data_hash: Vec<u8>,
    /// Messages and signatures.
    signed: Vec<(Vec<u8>, Vec<u8>)>,
    public_key: Vec<u8>,
}

impl Seen {
    fn message(&self) -> Vec<u8> {
        [self.authenticator_data.as_slice(), &self.client_data_hash].concat()
    }

    fn bytes(&self, member: &str) -> Vec<u8> {
        match self.statement.as_ref().unwrap().entry(member) {
            Some(Cbor::Bytes(bytes)) => bytes.clone(),
            other => panic!("{member} is {other:?}"),
        }
    }

    fn x5c(&self) -> Vec<Certificate> {
        certificates(self.statement.as_ref().unwrap()).unwrap()
    }
}

fn certificates(statement: &Cbor) -> Option<Vec<Certificate>> {
    let Some(Cbor::Array(entries)) = statement.entry("x5c") else { return None };
    let parse = |entry: &Cbor| match entry {
        Cbor::Bytes(der) => {
            let certificate = Certificate::from_der(der).unwrap();
            assert_eq!(&certificate.to_der().unwrap(), der, "another encoding");
            certificate
        }
        other => panic!("{other:?}"),
    };
    Some(entries.iter().map(parse).collect())
}

fn register(mut device: Authenticator, algorithm: Algorithm) -> Seen {
    let mut seen = Seen::default();
    device
        .register_edit(&creation_options(algorithm), &Client::new("https://example.com"), |stage| match stage {
            Stage::ClientDataJson(bytes) => seen.client_data_hash = Sha256::digest(bytes).to_vec(),
            Stage::AuthenticatorDataBytes(bytes) => seen.authenticator_data.clone_from(bytes),
            Stage::Signature { message, signature } => seen.signed.push((message.to_vec(), signature.clone())),
            Stage::AttestationStatement(statement) => seen.statement = Some(statement.clone()),
            _ => {}
        })
        .unwrap();
    seen.public_key = device.credentials()[0].public_key_spki();
    seen
}

fn device(algorithm: Algorithm, attestation: Attestation) -> Authenticator {
    Authenticator::new("attestation").algorithm(algorithm).attestation(attestation).aaguid([0xa5; 16])
}

/// Verifies with the P-256 key of a certificate.
fn verify(signer: &TbsCertificate, message: &[u8], signature: &[u8]) {
    let bits = signer.subject_public_key_info().subject_public_key.raw_bytes();
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(bits).unwrap();
    key.verify(message, &p256::ecdsa::Signature::from_der(signature).unwrap()).unwrap();
}

/// Checks names and signatures from the leaf up to the root.
fn check_chain(x5c: &[Certificate], ca: &TestCa) {
    let root = Certificate::from_der(ca.root_der()).unwrap();
    let chain: Vec<&Certificate> = x5c.iter().chain([&root, &root]).collect();
    for pair in chain.windows(2) {
        let (subject, issuer) = (pair[0].tbs_certificate(), pair[1].tbs_certificate());
        assert_eq!(subject.issuer(), issuer.subject());
        assert_eq!(subject.signature(), pair[0].signature_algorithm());
        verify(issuer, &subject.to_der().unwrap(), pair[0].signature().raw_bytes());
    }
}

fn extension(certificate: &Certificate, oid: &str) -> Option<Vec<u8>> {
    let oid = ObjectIdentifier::new_unwrap(oid);
    let extensions = certificate.tbs_certificate().extensions()?;
    let found = extensions.iter().find(|extension| extension.extn_id == oid)?;
    Some(found.extn_value.as_bytes().to_vec())
}

#[test]
fn every_certificate_parses_and_every_chain_leads_to_the_root() {
    for &attestation in Attestation::all() {
        for &algorithm in Algorithm::all().iter().filter(|&&algorithm| attestation.supports(algorithm)) {
            let seen = register(device(algorithm, attestation), algorithm);
            let statements = match seen.statement.clone().unwrap() {
                Cbor::Array(parts) => parts.iter().map(|part| part.entry("attStmt").unwrap().clone()).collect(),
                statement => vec![statement],
            };
            let chains: Vec<_> = statements.iter().filter_map(certificates).collect();
            let has_certificates =
                !matches!(attestation, Attestation::None | Attestation::PackedSelf | Attestation::SafetyNet);
            assert_eq!(!chains.is_empty(), has_certificates, "{attestation:?}");
            for x5c in chains {
                assert_eq!(x5c.len(), if attestation == Attestation::FidoU2f { 1 } else { 2 });
                check_chain(&x5c, &TestCa::default());
            }
            let signatures = match attestation {
                Attestation::None | Attestation::Apple => 0,
                Attestation::Compound => 2,
                _ => 1,
            };
            assert_eq!(seen.signed.len(), signatures, "{attestation:?}");
        }
    }
}

#[test]
fn authorities_can_be_of_every_kind() {
    for (algorithm, intermediates) in [(Algorithm::Rs256, 0), (Algorithm::Es384, 2), (Algorithm::Ps256, 1)] {
        let ca = TestCa::builder("kinds").algorithm(algorithm).intermediates(intermediates).validity(0, 86_399).build();
        let seen = register(device(Algorithm::Es256, Attestation::Packed).ca(ca.clone()), Algorithm::Es256);
        let x5c = seen.x5c();
        assert_eq!(x5c.len(), intermediates + 1);
        assert_eq!(x5c[1..].iter().map(|issuer| issuer.to_der().unwrap()).collect::<Vec<_>>(), ca.intermediates_der());
        let root = Certificate::from_der(ca.root_der()).unwrap();
        assert_eq!(root.tbs_certificate().validity().not_after.to_unix_duration().as_secs(), 86_399);
        let last = x5c.last().unwrap().tbs_certificate();
        assert_eq!(last.issuer(), root.tbs_certificate().subject());
        assert!(ca.root_pem().starts_with("-----BEGIN CERTIFICATE-----\nMII"));
        assert!(ca.root_pem().ends_with("-----END CERTIFICATE-----\n"));
    }
    assert_eq!(TestCa::new("same").root_der(), TestCa::new("same").root_der());
    assert_ne!(TestCa::new("same").root_der(), TestCa::new("other").root_der());
}

#[test]
fn packed_leaves_sign_the_message_and_name_the_model() {
    let seen = register(device(Algorithm::Rs256, Attestation::Packed).enterprise_serial([9; 4]), Algorithm::Rs256);
    let leaf = &seen.x5c()[0];
    assert_eq!(seen.signed[0].0, seen.message());
    assert_eq!(seen.bytes("sig"), seen.signed[0].1);
    verify(leaf.tbs_certificate(), &seen.message(), &seen.bytes("sig"));
    let subject = leaf.tbs_certificate().subject().to_string();
    assert_eq!(subject, "CN=Test Authenticator,OU=Authenticator Attestation,O=Ceremony,C=SE");
    assert_eq!(extension(leaf, "1.3.6.1.4.1.45724.1.1.4").unwrap(), [&[4, 16], [0xa5; 16].as_slice()].concat());
    assert_eq!(extension(leaf, "1.3.6.1.4.1.45724.1.1.2").unwrap(), [4, 4, 9, 9, 9, 9]);
    let device = device(Algorithm::Es256, Attestation::Packed);
    let constant = device.attestation_certificate().unwrap().encode();
    assert_eq!(register(device, Algorithm::Es256).x5c()[0].to_der().unwrap(), constant);
}

#[test]
fn tpm_structures_have_their_offsets() {
    let seen = register(device(Algorithm::Es256, Attestation::Tpm), Algorithm::Es256);
    let (pub_area, cert_info) = (seen.bytes("pubArea"), seen.bytes("certInfo"));
    let leaf = &seen.x5c()[0];
    verify(leaf.tbs_certificate(), &cert_info, &seen.bytes("sig"));
    assert!(leaf.tbs_certificate().subject().is_empty());
    assert_eq!(extension(leaf, "2.5.29.37").unwrap(), [0x30, 7, 6, 5, 0x67, 0x81, 5, 8, 3]);
    assert_eq!(pub_area[..4], [0, 0x23, 0, 0x0b]);
    assert_eq!(pub_area[8..18], [0, 0, 0, 0x10, 0, 0x10, 0, 3, 0, 0x10]);
    // x and y, each after a length: the point at the end of the public key, without its 04.
    let point = &seen.public_key[27..];
    assert_eq!(pub_area[18..], [&[0, 32], &point[..32], &[0, 32], &point[32..]].concat());
    assert_eq!(cert_info[..8], [0xff, 0x54, 0x43, 0x47, 0x80, 0x17, 0, 0]);
    assert_eq!(cert_info[8..42], [&[0, 32], Sha256::digest(seen.message()).as_slice()].concat());
    let name = [&[0, 34, 0, 0x0b], Sha256::digest(&pub_area).as_slice()].concat();
    assert_eq!(cert_info[42 + 17 + 8..], [name.as_slice(), &[0, 0]].concat());
}

#[test]
fn credential_keys_are_certified_by_android_and_apple() {
    for attestation in [Attestation::AndroidKey, Attestation::Apple] {
        let seen = register(device(Algorithm::Es256, attestation), Algorithm::Es256);
        let leaf = &seen.x5c()[0];
        assert_eq!(leaf.tbs_certificate().subject_public_key_info().to_der().unwrap(), seen.public_key);
        if attestation == Attestation::Apple {
            let nonce = [&[0x30, 36, 0xa1, 34, 4, 32], Sha256::digest(seen.message()).as_slice()].concat();
            assert_eq!(extension(leaf, "1.2.840.113635.100.8.2").unwrap(), nonce);
        } else {
            verify(leaf.tbs_certificate(), &seen.message(), &seen.bytes("sig"));
            let description = extension(leaf, "1.3.6.1.4.1.11129.2.1.17").unwrap();
            let head = [&[0x02, 2, 1, 44, 0x0a, 1, 1, 0x02, 2, 1, 44, 0x0a, 1, 1, 4, 32], &*seen.client_data_hash];
            assert_eq!(description[2..50], head.concat());
            let purpose_first = [0xa1, 5, 0x31, 3, 2, 1, 2];
            assert!(description.windows(7).any(|window| window == purpose_first));
            assert!(description.windows(6).any(|window| window == [0xbf, 0x85, 0x3e, 3, 2, 1]));
        }
    }
}

#[test]
fn u2f_keys_sign_their_own_message() {
    let seen = register(device(Algorithm::Es256, Attestation::FidoU2f), Algorithm::Es256);
    let id_length = usize::from(seen.authenticator_data[54]);
    let point = &seen.public_key[26..];
    let message = [
        &[0],
        &seen.authenticator_data[..32],
        &seen.client_data_hash,
        &seen.authenticator_data[55..55 + id_length],
        point,
    ]
    .concat();
    verify(seen.x5c()[0].tbs_certificate(), &message, &seen.bytes("sig"));
}

#[test]
fn safetynet_tokens_are_json_web_signatures() {
    let seen = register(device(Algorithm::Es256, Attestation::SafetyNet).time(77), Algorithm::Es256);
    let response = String::from_utf8(seen.bytes("response")).unwrap();
    let parts: Vec<&str> = response.split('.').collect();
    let json = |text: &str| serde_json::from_slice::<Value>(&base64url::decode(text).unwrap()).unwrap();
    let (header, payload) = (json(parts[0]), json(parts[1]));
    assert_eq!(payload["nonce"], data_encoding::BASE64.encode(&Sha256::digest(seen.message())));
    assert_eq!(payload["timestampMs"], 77_000);
    assert_eq!(header["alg"], "ES256");
    let x5c: Vec<Certificate> = header["x5c"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| data_encoding::BASE64.decode(text.as_str().unwrap().as_bytes()).unwrap())
        .map(|der| Certificate::from_der(&der).unwrap())
        .collect();
    check_chain(&x5c, &TestCa::default());
    let raw = base64url::decode(parts[2]).unwrap();
    let signature = p256::ecdsa::Signature::from_slice(&raw).unwrap();
    let signed = format!("{}.{}", parts[0], parts[1]);
    verify(x5c[0].tbs_certificate(), signed.as_bytes(), signature.to_der().as_bytes());
}
