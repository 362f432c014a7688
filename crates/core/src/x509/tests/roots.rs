//! Genuine roots: those of the attestation formats, and of the metadata service. They are public data.

use super::*;
#[cfg(feature = "rustcrypto")]
use crate::RustCrypto;

const ROOTS: &str = include_str!("roots.pem");

#[test]
fn genuine_roots_can_be_read() {
    let anchors = TrustAnchors::from_pem(ROOTS).unwrap();
    let expected = [
        (1_464_280_132, 1_779_640_132),
        (1_574_455_078, 2_047_495_078),
        (1_637_190_642, 2_110_230_642),
        (1_647_799_668, 2_278_519_668),
        (1_752_791_538, 2_068_151_538),
        (904_651_200, 1_832_673_600),
        (1_166_169_600, 1_639_555_200),
        (1_584_555_692, 2_373_148_800),
        (1_237_370_400, 1_868_522_400),
        (1_553_040_000, 2_405_116_800),
    ];
    let found: Vec<_> = anchors
        .iter()
        .map(|anchor| {
            let root = Certificate::parse(anchor.as_der()).unwrap();
            assert_eq!(root.version(), 3);
            assert!(root.basic_constraints().unwrap().unwrap().ca);
            assert!(root.key_usage().unwrap().unwrap().key_cert_sign());
            assert_eq!(root.issuer(), root.subject());
            (root.not_before(), root.not_after())
        })
        .collect();
    assert_eq!(found, expected);
}

/// Every root signed itself; an anchor with its name and key, but with a signature of nothing, has issued it.
#[cfg(feature = "rustcrypto")]
#[test]
fn genuine_signatures_verify() {
    use crate::verifier::{Curve, Hash, SignatureScheme as Scheme, SignatureVerifier as _};
    let (rs1, rs256, rs384) = (Hash::Sha1, Hash::Sha256, Hash::Sha384);
    let (google, apple) = ([Scheme::RsaPkcs1(rs256); 4], Scheme::Ecdsa(Curve::P384, Hash::Sha384));
    let global_sign = [rs1, rs1].map(Scheme::RsaPkcs1);
    let metadata = [rs256, rs384].map(Scheme::RsaPkcs1);
    let schemes = [&google[..], &[apple], &global_sign, &[apple], &metadata].concat();
    let roots = TrustAnchors::from_pem(ROOTS).unwrap();
    assert_eq!(roots.len(), schemes.len());
    for (root, scheme) in roots.iter().zip(schemes) {
        let der = root.as_der();
        let mut unsigned = der.to_vec();
        *unsigned.last_mut().unwrap() ^= 1;
        let anchors = [TrustAnchor::from_der(unsigned).unwrap()].into_iter().collect();
        let validate = |der: &[u8]| {
            let read = Certificate::parse(der).unwrap();
            let rules = PathRules::new(UnixTime::from_secs(read.not_after().try_into().unwrap()));
            rules.validate(&[read], &anchors, &Revocations::default(), &RustCrypto).map(|path| path.len())
        };
        let mut forged = der.to_vec();
        *forged.last_mut().unwrap() ^= 2;
        let accepted = scheme != Scheme::RsaPkcs1(Hash::Sha1) && RustCrypto.supports(scheme);
        assert_eq!(validate(der), if accepted { Ok(1) } else { Err(ChainFault::Algorithm) }, "{scheme}");
        assert_eq!(validate(&forged), Err(if accepted { ChainFault::Signature } else { ChainFault::Algorithm }));
    }
}

/// Google renewed a root with the same key, and so each copy is issued by any other.
#[cfg(feature = "rustcrypto")]
#[test]
fn renewed_roots_issue_each_other() {
    let roots: Vec<_> = TrustAnchors::from_pem(ROOTS).unwrap().iter().take(4).cloned().collect();
    for root in &roots {
        for anchor in &roots {
            let chain = [Certificate::parse(root.as_der()).unwrap()];
            let anchors = [anchor.clone()].into_iter().collect();
            let path = path::rules().validate(&chain, &anchors, &Revocations::default(), &RustCrypto);
            assert_eq!(path.map(|path| path.len()), Ok(1));
        }
    }
}

/// A chain of P-256 keys, signed in earnest.
#[cfg(feature = "rustcrypto")]
#[test]
fn true_signatures_verify() {
    use p256::ecdsa::{Signature, SigningKey, signature::Signer};
    let keys = [1_u8, 2, 3].map(|number| SigningKey::from_slice(&[number; 32]).unwrap());
    let sign = |cert: Cert, subject: usize, issuer: usize| {
        let point = keys[subject].verifying_key().to_sec1_point(false);
        let cert = Cert { key: ec_key(P256, &point.as_bytes()[1..]), ..cert };
        let signature: Signature = keys[issuer].sign(&cert.tbs());
        cert.with_signature(signature.to_der().as_bytes())
    };
    let world = path::world();
    let root = sign(world.root, 0, 0);
    let anchors: TrustAnchors = [TrustAnchor::from_der(root).unwrap()].into_iter().collect();
    let intermediate = sign(world.intermediate, 1, 0);
    for (issuer, expected) in [(1, Ok(2)), (0, Err(ChainFault::Signature)), (2, Err(ChainFault::Signature))] {
        let leaf = sign(world.leaf.clone(), 2, issuer);
        let chain = [&leaf, &intermediate].map(|der| Certificate::parse(der).unwrap());
        let path = path::rules().validate(&chain, &anchors, &Revocations::default(), &RustCrypto);
        assert_eq!(path.map(|path| path.len()), expected);
    }
}
