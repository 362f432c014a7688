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
        (1_752_791_538, 2_067_892_338),
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

/// The first root in the text with the common name or the serial number that is given.
#[cfg(feature = "rustcrypto")]
fn root(at: usize) -> Vec<u8> {
    TrustAnchors::from_pem(ROOTS).unwrap().iter().nth(at).unwrap().as_der().to_vec()
}

/// Google renewed a root with the same key, and so each copy is issued by any other.
#[cfg(feature = "rustcrypto")]
#[test]
fn genuine_signatures_verify() {
    let rules = PathRules::new(UnixTime::from_secs(path::NOW));
    for chain in 0..4 {
        for anchor in 0..4 {
            let (der, anchor) = (root(chain), root(anchor));
            let anchors = [TrustAnchor::from_der(anchor).unwrap()].into_iter().collect();
            let validate = |der: &[u8]| {
                let chain = [Certificate::parse(der).unwrap()];
                rules.validate(&chain, &anchors, &Revocations::default(), &RustCrypto).map(|path| path.len())
            };
            assert_eq!(validate(&der), Ok(1));
            let mut forged = der.clone();
            *forged.last_mut().unwrap() ^= 1;
            assert_eq!(validate(&forged), Err(ChainFault::Signature));
        }
    }
}
