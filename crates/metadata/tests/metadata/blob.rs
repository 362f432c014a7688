//! The BLOB as a whole: who signed it, with what, and whether it is a newer one.

use crate::pki::{self, CLIENT_AUTH, SERVER_AUTH, Template};
use crate::service::{NOW, Service, entry, join, leaf_template, payload, signed};
use base64ct::{Base64, Encoding};
use ceremony::error::{CertificateFault, ChainFault, KeyFault};
use ceremony::x509::{Certificate, Revocations, TrustAnchor, TrustAnchors};
use ceremony::{
    Aaguid, AttestationFormat, Curve, Hash, KeyMaterial, RustCrypto, SignatureInvalid, SignatureScheme,
    SignatureVerifier,
};
use ceremony_metadata::{BlobError, BlobRules, MAX_BLOB, METADATA_HOST, PayloadFault, signer_certificates};
use serde_json::{Value, json};
use std::sync::Mutex;

fn good() -> Value {
    payload(7, &[entry()])
}

fn with_header(change: impl FnOnce(&mut Value)) -> Option<BlobError> {
    let service = Service::new();
    let mut header = service.header();
    change(&mut header);
    service.verify(&service.sign(&header, good().to_string().as_bytes())).err()
}

#[test]
fn a_good_blob_is_read() {
    let service = Service::new();
    let metadata = service.verify(&service.blob(&good())).expect("a good BLOB");
    assert_eq!(metadata.no(), 7);
    assert_eq!(metadata.etag(), "\"7\"");
    assert_eq!(metadata.next_update().to_string(), "2026-12-01");
    assert_eq!(metadata.legal_header(), Some("Terms"));
    assert_eq!((metadata.entries().len(), metadata.problems().len()), (1, 0));
    // A file's last line feed is no part of it, and the type may be left out.
    let with_line_feed = [service.blob(&good()), b"\r\n".to_vec()].concat();
    assert!(service.verify(&with_line_feed).is_ok());
    assert_eq!(with_header(|header| drop(header.as_object_mut().map(|members| members.remove("typ")))), None);
}

#[test]
fn neg_z01_alg_none() {
    for alg in ["none", "None", "NONE", "nOnE"] {
        assert_eq!(with_header(|header| header["alg"] = alg.into()), Some(BlobError::Unsigned));
    }
    let service = Service::new();
    let unsigned = join(&signed(&json!({ "alg": "none" }), good().to_string().as_bytes()), b"");
    assert_eq!(service.verify(&unsigned).err(), Some(BlobError::Unsigned));
}

#[test]
fn neg_z02_hs256_with_the_public_key() {
    for alg in ["HS256", "HS384", "HS512", "hs256"] {
        assert_eq!(with_header(|header| header["alg"] = alg.into()), Some(BlobError::SymmetricAlgorithm));
    }
}

#[test]
fn other_algorithms_are_not_allowed() {
    for alg in ["ES512", "RS384", "RS512", "PS384", "RS1", "EdDSA", "ML-DSA-44", "es256", "", "ES256 "] {
        let refused = with_header(|header| header["alg"] = alg.into());
        assert_eq!(refused, Some(BlobError::AlgorithmNotAllowed(alg.into())), "{alg}");
    }
    let long = with_header(|header| header["alg"] = "x".repeat(5000).into());
    assert_eq!(long, Some(BlobError::AlgorithmNotAllowed("x".repeat(32))));
}

#[test]
fn neg_z03_bad_signature() {
    let service = Service::new();
    let header = service.header();
    let text = signed(&header, good().to_string().as_bytes());
    let signature = pki::sign_raw(&service.leaf_key, text.as_bytes());
    let refused = |signature: &[u8]| service.verify(&join(&text, signature)).err();
    assert_eq!(refused(&signature), None);
    for at in [0, 31, 32, 63] {
        let mut bad = signature.clone();
        bad[at] ^= 1;
        assert_eq!(refused(&bad), Some(BlobError::Signature), "byte {at}");
    }
    // JWS has raw numbers of fixed length, never DER.
    assert_eq!(refused(&pki::sign_der(&service.leaf_key, text.as_bytes())), Some(BlobError::Signature));
    assert_eq!(refused(&[]), Some(BlobError::Signature));
    assert_eq!(refused(&[0; 64]), Some(BlobError::Signature));
    assert_eq!(refused(&[signature.clone(), vec![0]].concat()), Some(BlobError::Signature));
    // Another payload, another header, another signer.
    let other = signed(&header, payload(8, &[]).to_string().as_bytes());
    assert_eq!(service.verify(&join(&other, &signature)).err(), Some(BlobError::Signature));
    let mut other = header.clone();
    other["extra"] = 1.into();
    let other = signed(&other, good().to_string().as_bytes());
    assert_eq!(service.verify(&join(&other, &signature)).err(), Some(BlobError::Signature));
    assert_eq!(refused(&pki::sign_raw(&pki::key(99), text.as_bytes())), Some(BlobError::Signature));
}

#[test]
fn nothing_of_the_payload_is_read_before_the_signature() {
    let service = Service::new();
    let text = signed(&service.header(), b"not JSON at all");
    assert_eq!(service.verify(&join(&text, &[1; 64])).err(), Some(BlobError::Signature));
    let by_service = service.sign(&service.header(), b"not JSON at all");
    assert!(matches!(service.verify(&by_service), Err(BlobError::Payload(PayloadFault::Json(_)))));
    // Not even as base64.
    let text = format!("{}.!!", signed(&service.header(), b"").trim_end_matches('.'));
    assert_eq!(service.verify(&join(&text, &[1; 64])).err(), Some(BlobError::Signature));
}

#[test]
fn neg_z04_chain_of_another_root() {
    let service = Service::new();
    let blob = service.blob(&good());
    let stranger = TrustAnchor::from_der(pki::authority("Stranger", &pki::key(50))).expect("a root");
    let namesake = TrustAnchor::from_der(pki::authority("Root", &pki::key(51))).expect("a root");
    let with = |anchors: Vec<TrustAnchor>| {
        BlobRules::new(anchors.into_iter().collect()).verify(&blob, NOW, None, &RustCrypto).err()
    };
    assert!(matches!(with(vec![stranger]), Some(BlobError::SignerChain(_))));
    assert_eq!(with(vec![namesake]), Some(BlobError::SignerChain(ChainFault::Signature)));
    assert_eq!(with(vec![]), Some(BlobError::SignerChain(ChainFault::NoAnchors)));
    // An anchor for authenticators is none for the service.
    let scoped = TrustAnchor::from_der(&service.root).expect("a root");
    for anchor in [scoped.clone().for_format(AttestationFormat::Packed), scoped.for_aaguid(Aaguid::new([1; 16]))] {
        assert_eq!(with(vec![anchor]), Some(BlobError::SignerChain(ChainFault::NoAnchors)));
    }
}

#[test]
fn neg_z04_expired_incomplete_or_self_made_chain() {
    let mut expired = leaf_template();
    expired.not_after = "20261121115959Z";
    let service = Service::with_leaf(&expired);
    assert_eq!(service.verify(&service.blob(&good())).err(), Some(BlobError::SignerChain(ChainFault::Expired)));

    let service = Service::new();
    let leaf = Base64::encode_string(&service.leaf);
    let alone = with_header(|header| header["x5c"] = json!([leaf]));
    assert!(matches!(alone, Some(BlobError::SignerChain(_))));
    let own = leaf_template().sign(&service.leaf_key);
    let own = with_header(|header| header["x5c"][0] = Base64::encode_string(&own).into());
    assert_eq!(own, Some(BlobError::SignerChain(ChainFault::Signature)));
}

#[test]
fn neg_z05_leaf_of_another_host() {
    let with_hosts = |hosts: &[&str]| {
        let template = Template::new("Metadata signer", pki::spki(&pki::key(3)), "Intermediate")
            .with(pki::basic_constraints(false))
            .with(pki::purposes(&[SERVER_AUTH]))
            .with(pki::hosts(hosts));
        let service = Service::with_leaf(&template);
        let blob = service.blob(&good());
        let refused = service.verify(&blob).err();
        let any_host = service.rules().host(None).verify(&blob, NOW, None, &RustCrypto).err();
        assert_eq!(any_host, None, "switched off");
        refused
    };
    assert_eq!(with_hosts(&[METADATA_HOST]), None);
    assert_eq!(with_hosts(&["MDS.FidoAlliance.org"]), None);
    let others = [
        "evil.example",
        "mds.fidoalliance.org.evil.example",
        "xmds.fidoalliance.org",
        "*.fidoalliance.org",
        "fidoalliance.org",
    ];
    for host in others {
        assert_eq!(with_hosts(&[host]), Some(BlobError::SignerName), "{host}");
    }
    let service = Service::new();
    let blob = service.blob(&good());
    let expecting = |host| service.rules().host(Some(host)).verify(&blob, NOW, None, &RustCrypto).err();
    assert_eq!(expecting("fido.example"), None);
    assert_eq!(expecting("other.example"), Some(BlobError::SignerName));
    let bare =
        Template::new("Metadata signer", pki::spki(&pki::key(3)), "Intermediate").with(pki::purposes(&[SERVER_AUTH]));
    let service = Service::with_leaf(&bare);
    assert_eq!(service.verify(&service.blob(&good())).err(), Some(BlobError::SignerName), "no names at all");
}

#[test]
fn neg_z05_leaf_of_another_purpose() {
    let template =
        || Template::new("Metadata signer", pki::spki(&pki::key(3)), "Intermediate").with(pki::hosts(&[METADATA_HOST]));
    for template in [template(), template().with(pki::purposes(&[CLIENT_AUTH]))] {
        let service = Service::with_leaf(&template);
        assert_eq!(service.verify(&service.blob(&good())).err(), Some(BlobError::SignerPurpose));
    }
    let service = Service::with_leaf(&template().with(pki::purposes(&[CLIENT_AUTH, SERVER_AUTH])));
    assert_eq!(service.verify(&service.blob(&good())).err(), None);
}

#[test]
fn neg_z06_leaf_revoked() {
    let service = Service::new();
    let blob = service.blob(&good());
    let leaf = Certificate::parse(&service.leaf).expect("a certificate");
    let revoked = Revocations::default().with_serial_of(leaf.issuer(), leaf.serial());
    let refused = service.rules().revocations(revoked).verify(&blob, NOW, None, &RustCrypto).err();
    assert_eq!(refused, Some(BlobError::SignerChain(ChainFault::Revoked)));
    let other = Revocations::default().with_serial_of(leaf.issuer(), &[8]);
    assert_eq!(service.rules().revocations(other).verify(&blob, NOW, None, &RustCrypto).err(), None);
}

#[test]
fn neg_z07_intermediate_revoked() {
    let service = Service::new();
    let revoked = Revocations::default().with_certificate(&service.intermediate);
    let refused = service.rules().revocations(revoked).verify(&service.blob(&good()), NOW, None, &RustCrypto).err();
    assert_eq!(refused, Some(BlobError::SignerChain(ChainFault::Revoked)));
}

#[test]
fn revocation_data_can_be_required() {
    let service = Service::new();
    let blob = service.blob(&good());
    let rules = service.rules().require_revocations(true);
    assert_eq!(rules.verify(&blob, NOW, None, &RustCrypto).err(), Some(BlobError::NeedsRevocationData));
    assert_eq!(signer_certificates(&blob), Ok(vec![service.leaf, service.intermediate]));
    let rules = rules.revocations(Revocations::default());
    assert_eq!(rules.verify(&blob, NOW, None, &RustCrypto).err(), None);
}

#[test]
fn neg_z08_z09_lower_and_equal_numbers() {
    let service = Service::new();
    let blob = service.blob(&good());
    let after = |last_no| service.rules().verify(&blob, NOW, last_no, &RustCrypto).err();
    assert_eq!(after(Some(8)), Some(BlobError::NotNewer { no: 7, last_no: 8 }));
    assert_eq!(after(Some(7)), Some(BlobError::NotNewer { no: 7, last_no: 7 }));
    assert_eq!(after(Some(6)), None);
    assert_eq!(after(None), None);
}

#[test]
fn neg_z10_x5u_is_never_followed() {
    for url in ["https://evil.example/chain.pem", "https://mds.fidoalliance.org/chain.pem"] {
        assert_eq!(with_header(|header| header["x5u"] = url.into()), Some(BlobError::X5uNotSupported));
    }
}

#[test]
fn keys_that_the_header_brings_along_count_for_nothing() {
    let service = Service::new();
    let point = pki::point(&pki::key(60));
    let coordinate = |at: core::ops::Range<usize>| base64ct::Base64UrlUnpadded::encode_string(&point[at]);
    let mut header = service.header();
    header["jwk"] = json!({ "kty": "EC", "crv": "P-256", "x": coordinate(1..33), "y": coordinate(33..65) });
    header["jku"] = "https://evil.example/keys".into();
    let text = signed(&header, good().to_string().as_bytes());
    let forged = join(&text, &pki::sign_raw(&pki::key(60), text.as_bytes()));
    assert_eq!(service.verify(&forged).err(), Some(BlobError::Signature));
}

#[test]
fn without_certificates_the_anchor_is_the_signer() {
    let service = Service::new();
    let mut header = service.header();
    header.as_object_mut().expect("an object").remove("x5c");
    let text = signed(&header, good().to_string().as_bytes());
    let blob = join(&text, &pki::sign_raw(&pki::key(1), text.as_bytes()));
    // A root is no server: as long as a host is expected, it does not sign itself.
    assert_eq!(service.verify(&blob).err(), Some(BlobError::SignerPurpose));
    let rules = service.rules().host(None);
    assert_eq!(rules.verify(&blob, NOW, None, &RustCrypto).err(), None);
    let by_leaf = join(&text, &pki::sign_raw(&service.leaf_key, text.as_bytes()));
    assert_eq!(rules.verify(&by_leaf, NOW, None, &RustCrypto).err(), Some(BlobError::Signature));
    // Of several anchors, any may have signed; what is wrong with the others does not matter.
    let anchors: TrustAnchors = [pki::authority("Other", &pki::key(50)), service.root.clone()]
        .iter()
        .map(|der| TrustAnchor::from_der(der).expect("a root"))
        .collect();
    assert_eq!(BlobRules::new(anchors).host(None).verify(&blob, NOW, None, &RustCrypto).err(), None);
    // The signer's own certificate as the anchor.
    let signer = [TrustAnchor::from_der(&service.leaf).expect("a certificate")].into_iter().collect();
    assert_eq!(BlobRules::new(signer).verify(&by_leaf, NOW, None, &RustCrypto).err(), None);
    let nobody = BlobRules::new(TrustAnchors::default()).host(None).verify(&blob, NOW, None, &RustCrypto).err();
    assert_eq!(nobody, Some(BlobError::SignerChain(ChainFault::NoAnchors)));
}

#[test]
fn malformed_headers() {
    let header = |change: fn(&mut Value)| with_header(change);
    assert_eq!(header(|header| header["typ"] = "JWS".into()), Some(BlobError::Type));
    assert_eq!(header(|header| header["typ"] = Value::Null), Some(BlobError::Header));
    assert_eq!(header(|header| header["alg"] = 7.into()), Some(BlobError::Header));
    assert_eq!(header(|header| *header = json!({ "typ": "JWT" })), Some(BlobError::Header));
    assert_eq!(header(|header| *header = json!(["ES256"])), Some(BlobError::Header));
    for crit in [json!(["b64"]), json!([]), Value::Null] {
        assert_eq!(with_header(|header| header["crit"] = crit), Some(BlobError::CriticalHeader));
    }
    assert_eq!(header(|header| header["x5c"] = json!([])), Some(BlobError::Header));
    assert_eq!(header(|header| header["x5c"] = Value::Null), Some(BlobError::Header));
    assert_eq!(header(|header| header["x5c"][1] = 7.into()), Some(BlobError::Header));
    assert_eq!(header(|header| header["x5u"] = Value::Null), Some(BlobError::X5uNotSupported));
    let certificate = |fault| Some(BlobError::SignerCertificate(fault));
    assert_eq!(header(|header| header["x5c"][0] = "AAAA".into()), certificate(CertificateFault::Der));
    assert_eq!(header(|header| header["x5c"][0] = "_-_-".into()), certificate(CertificateFault::Der));
    assert_eq!(header(|header| header["x5c"][0] = "!".repeat(11_000).into()), certificate(CertificateFault::TooLarge));
    assert_eq!(header(|header| header["x5c"] = json!(vec!["AAAA"; 8])), certificate(CertificateFault::Der));
    // 8 KiB, and one byte more.
    assert_eq!(
        header(|header| header["x5c"][0] = format!("{}=", "A".repeat(10_923)).into()),
        certificate(CertificateFault::Der)
    );
    assert_eq!(header(|header| header["x5c"][0] = "A".repeat(10_924).into()), certificate(CertificateFault::TooLarge));
    assert_eq!(
        header(|header| header["x5c"] = json!(vec!["AAAA"; 9])),
        Some(BlobError::SignerChain(ChainFault::TooLong))
    );
    // The header itself is the first of eight levels.
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(with_header(|header| header["extra"] = nested(7)), None);
    assert_eq!(with_header(|header| header["extra"] = nested(8)), Some(BlobError::Header));
    // A member that comes twice means one thing to one reader and another to the next.
    let service = Service::new();
    let twice = service.header().to_string().replacen('{', r#"{"alg":"none","#, 1);
    let twice = format!("{}.AAAA.AAAA", base64ct::Base64UrlUnpadded::encode_string(twice.as_bytes()));
    assert_eq!(service.verify(twice.as_bytes()).err(), Some(BlobError::Header));
}

#[test]
fn what_is_no_jws() {
    let service = Service::new();
    let blob = String::from_utf8(service.blob(&good())).expect("ASCII");
    for text in
        ["", ".", "a.b", &format!("{blob}.x"), &blob.replacen('.', ":", 1), &format!(" {blob}"), &format!("{blob}=")]
    {
        assert_eq!(service.verify(text.as_bytes()).err(), Some(BlobError::NotCompact), "{:.20}", text);
    }
    assert_eq!(service.verify(b"..").err(), Some(BlobError::Header));
    assert_eq!(service.verify(&[0xff, b'.', b'.']).err(), Some(BlobError::NotCompact));
    assert_eq!(service.verify(&vec![b'a'; MAX_BLOB + 1]).err(), Some(BlobError::TooLarge(MAX_BLOB)));
    let long = format!("{}.AAAA.AAAA", "A".repeat(131_073));
    assert_eq!(service.verify(long.as_bytes()).err(), Some(BlobError::TooLarge(131_072)));
    let long = format!("{}.{}", blob.rsplit_once('.').expect("three parts").0, "!".repeat(4000));
    // Not even looked at as base64.
    assert_eq!(service.verify(long.as_bytes()).err(), Some(BlobError::Signature));
}

#[test]
fn payloads_that_are_refused_as_a_whole() {
    let service = Service::new();
    let refused = |payload: &[u8]| match service.verify(&service.sign(&service.header(), payload)) {
        Err(BlobError::Payload(fault)) => Some(fault),
        other => panic!("{other:?}"),
    };
    let json = |change: fn(&mut Value)| {
        let mut payload = good();
        change(&mut payload);
        refused(payload.to_string().as_bytes())
    };
    let is_json = |fault| matches!(fault, Some(PayloadFault::Json(_)));
    assert!(is_json(json(|payload| *payload = json!([]))));
    assert!(is_json(json(|payload| *payload = json!(["Terms", 7, "2026-12-01", []]))));
    assert!(is_json(json(|payload| payload["no"] = "7".into())));
    assert!(is_json(json(|payload| payload["no"] = json!(-1))));
    assert!(is_json(json(|payload| payload["no"] = json!(1.5))));
    assert!(is_json(refused(br#"{"no":7,"no":8,"nextUpdate":"2026-12-01","entries":[]}"#)));
    assert!(is_json(refused(br#"{"no":7,"nextUpdate":"2026-12-01","entries":[]} "#.repeat(2).as_slice())));
    assert!(is_json(refused(br#"{"no":7,"nextUpdate":"2026-12-01"}"#)));
    assert_eq!(json(|payload| payload["nextUpdate"] = "soon".into()), Some(PayloadFault::NextUpdate));
    assert_eq!(refused(b"\"\xff\""), Some(PayloadFault::NotUtf8));
    assert_eq!(refused("[".repeat(33).as_bytes()), Some(PayloadFault::TooDeep(32)));
    let many = format!(r#"{{"no":7,"nextUpdate":"2026-12-01","entries":[0{}]}}"#, ",0".repeat(100_000));
    assert_eq!(refused(many.as_bytes()), Some(PayloadFault::TooManyEntries(100_000)));
    let all = service.verify(&service.sign(&service.header(), many.replacen("0,", "", 1).as_bytes()));
    assert_eq!(all.map(|metadata| metadata.problems().len()).ok(), Some(100_000), "as many as are allowed");
}

#[test]
fn neg_z11_null_members_of_the_payload() {
    let service = Service::new();
    for name in ["legalHeader", "no", "nextUpdate", "entries"] {
        let mut payload = good();
        payload[name] = Value::Null;
        let refused = service.verify(&service.blob(&payload)).err();
        assert!(matches!(refused, Some(BlobError::Payload(PayloadFault::Json(_)))), "{name}: {refused:?}");
    }
}

/// Takes any signature with another scheme than ES256, and notes what it was asked.
#[derive(Debug, Default)]
struct Spy {
    asked: Mutex<Vec<(SignatureScheme, Vec<u8>)>>,
    unsupported: Option<SignatureScheme>,
}

impl SignatureVerifier for Spy {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        self.unsupported != Some(scheme)
    }

    fn check_key(&self, _: SignatureScheme, _: KeyMaterial<'_>) -> Result<(), KeyFault> {
        Ok(())
    }

    fn verify(
        &self,
        scheme: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        if scheme == SignatureScheme::Ecdsa(Curve::P256, Hash::Sha256) {
            return RustCrypto.verify(scheme, key, message, signature);
        }
        self.asked.lock().expect("no panic").push((scheme, signature.to_vec()));
        Ok(())
    }
}

/// A SubjectPublicKeyInfo of a type of key that this test does not sign with.
fn other_spki(rsa: bool) -> Vec<u8> {
    if rsa {
        let algorithm = pki::seq(&[&pki::oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]), &[0x05, 0x00]]);
        let numbers = pki::seq(&[&pki::tlv(2, &[&[0][..], &[0xb5; 256]].concat()), &pki::tlv(2, &[1, 0, 1])]);
        return pki::seq(&[&algorithm, &pki::tlv(3, &[&[0][..], &numbers].concat())]);
    }
    let p384 = pki::oid(&[0x2b, 0x81, 0x04, 0x00, 0x22]);
    let algorithm = pki::seq(&[&pki::oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]), &p384]);
    pki::seq(&[&algorithm, &pki::tlv(3, &[&[0, 4][..], &[0x33; 96]].concat())])
}

#[test]
fn each_algorithm_asks_for_its_own_scheme_and_key() {
    let template = |spki: Vec<u8>| {
        Template::new("Metadata signer", spki, "Intermediate")
            .with(pki::purposes(&[SERVER_AUTH]))
            .with(pki::hosts(&[METADATA_HOST]))
    };
    let verify = |alg: &str, spki: Vec<u8>, signature: &[u8]| {
        let service = Service::with_leaf(&template(spki));
        let mut header = service.header();
        header["alg"] = alg.into();
        let blob = join(&signed(&header, good().to_string().as_bytes()), signature);
        let spy = Spy::default();
        let refused = service.rules().verify(&blob, NOW, None, &spy).err();
        let asked = spy.asked.into_inner().expect("no panic");
        (refused, asked)
    };
    let raw = vec![7; 256];
    let rs256 = SignatureScheme::RsaPkcs1(Hash::Sha256);
    let ps256 = SignatureScheme::RsaPss(Hash::Sha256);
    assert_eq!(verify("RS256", other_spki(true), &raw), (None, vec![(rs256, raw.clone())]));
    assert_eq!(verify("PS256", other_spki(true), &raw), (None, vec![(ps256, raw.clone())]));
    let der = [&[0x30, 100, 2, 48][..], &[7; 48], &[2, 48], &[7; 48]].concat();
    let es384 = SignatureScheme::Ecdsa(Curve::P384, Hash::Sha384);
    assert_eq!(verify("ES384", other_spki(false), &[7; 96]), (None, vec![(es384, der)]));
    // The key says what it signs with; the header can't make it something else.
    for (alg, spki) in [
        ("ES256", other_spki(true)),
        ("ES256", other_spki(false)),
        ("ES384", other_spki(true)),
        ("ES384", pki::spki(&pki::key(3))),
        ("RS256", other_spki(false)),
        ("PS256", pki::spki(&pki::key(3))),
    ] {
        let signature = if alg == "ES384" { vec![7; 96] } else { vec![7; 64] };
        assert_eq!(verify(alg, spki, &signature), (Some(BlobError::SignerKey), vec![]), "{alg}");
    }
}

#[test]
fn es384_in_earnest() {
    use p384::ecdsa::signature::Signer as _;
    let key = p384::ecdsa::SigningKey::from_slice(&[5; 48]).expect("a scalar");
    let p384 = pki::oid(&[0x2b, 0x81, 0x04, 0x00, 0x22]);
    let algorithm = pki::seq(&[&pki::oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]), &p384]);
    let point = key.verifying_key().to_sec1_point(false);
    let spki = pki::seq(&[&algorithm, &pki::tlv(3, &[&[0], point.as_bytes()].concat())]);
    let template = Template::new("Metadata signer", spki, "Intermediate")
        .with(pki::purposes(&[SERVER_AUTH]))
        .with(pki::hosts(&[METADATA_HOST]));
    let service = Service::with_leaf(&template);
    let mut header = service.header();
    header["alg"] = "ES384".into();
    let text = signed(&header, good().to_string().as_bytes());
    let signature: p384::ecdsa::Signature = key.sign(text.as_bytes());
    assert_eq!(service.verify(&join(&text, &signature.to_bytes())).err(), None);
    let mut bad = signature.to_bytes().to_vec();
    bad[95] ^= 1;
    assert_eq!(service.verify(&join(&text, &bad)).err(), Some(BlobError::Signature));
}

#[test]
fn an_algorithm_that_the_verifier_does_not_know() {
    let service = Service::new();
    let unsupported = Some(SignatureScheme::RsaPss(Hash::Sha256));
    let spy = Spy { unsupported, ..Spy::default() };
    let mut header = service.header();
    header["alg"] = "PS256".into();
    let blob = service.sign(&header, good().to_string().as_bytes());
    let refused = service.rules().verify(&blob, NOW, None, &spy).err();
    assert_eq!(refused, Some(BlobError::AlgorithmNotSupported("PS256")));
}

/// Whose certificate comes to which fault does not depend on their order.
#[test]
fn of_several_anchors_the_one_that_came_furthest_is_told() {
    let service = Service::new();
    let mut header = service.header();
    header.as_object_mut().expect("an object").remove("x5c");
    let blob = service.sign(&header, good().to_string().as_bytes());
    let other_key = Template::new("Metadata signer", pki::spki(&pki::key(9)), "Metadata signer")
        .with(pki::purposes(&[SERVER_AUTH]))
        .with(pki::hosts(&[METADATA_HOST]))
        .sign(&pki::key(9));
    let anchor = |der: &[u8]| TrustAnchor::from_der(der).expect("a certificate");
    let told = |anchors: [&[u8]; 2]| {
        let rules = BlobRules::new(anchors.into_iter().map(anchor).collect());
        rules.verify(&blob, NOW, None, &RustCrypto).err()
    };
    assert_eq!(told([&other_key, &service.root]), Some(BlobError::Signature));
    assert_eq!(told([&service.root, &other_key]), Some(BlobError::Signature));
    assert_ne!(told([&service.root, &service.root]), Some(BlobError::Signature));
}

#[test]
fn parts_may_fill_their_limits() {
    let service = Service::new();
    let refused = |blob: Vec<u8>| service.verify(&blob).err();
    assert_eq!(MAX_BLOB, 33_554_432, "32 MiB: the genuine one needs more than ten of them");
    assert_eq!(refused(vec![b'a'; MAX_BLOB]), Some(BlobError::NotCompact));
    assert_eq!(refused(vec![b'a'; MAX_BLOB + 1]), Some(BlobError::TooLarge(MAX_BLOB)));
    let of_header = |len: usize| refused([&vec![b'a'; len], &b".e30.AAAA"[..]].concat());
    assert_eq!(of_header(128 * 1024), Some(BlobError::Header));
    assert_eq!(of_header(128 * 1024 + 1), Some(BlobError::TooLarge(128 * 1024)));
    // A signature that is no base64url is told from one that is too long to be one.
    let text = signed(&service.header(), good().to_string().as_bytes());
    let of_signature = |len: usize| refused(format!("{}.{}", text.trim_end_matches('.'), "!".repeat(len)).into_bytes());
    assert_eq!(of_signature(1366), Some(BlobError::NotCompact));
    assert_eq!(of_signature(1367), Some(BlobError::Signature));
}
