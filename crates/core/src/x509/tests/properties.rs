//! What holds for any input.

use super::path::{NOW, rules, world};
use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;
use std::vec;

/// The chain of [`world`], its root, and how long each to-be-signed part is.
static CHAIN: LazyLock<(Vec<Vec<u8>>, Vec<u8>)> = LazyLock::new(|| (world().chain(), world().root()));

fn follows(chain: &[Vec<u8>]) -> Result<usize, ChainFault> {
    let chain: Vec<_> = chain.iter().map(|der| Certificate::parse(der)).collect::<Result<_, _>>()?;
    let anchors = [TrustAnchor::from_der(&CHAIN.1).unwrap()].into_iter().collect();
    rules().validate(&chain, &anchors, &Revocations::default(), &Toy::default()).map(|path| path.len())
}

/// Everything of a certificate counts: the part that is signed, the algorithm, which stands in that as well, and the
/// signature. The toy's signatures have one form, so that no change at all gets through.
#[test]
fn any_bit_changed_in_a_chain_is_refused() {
    assert_eq!(follows(&CHAIN.0), Ok(2));
    for (which, der) in CHAIN.0.iter().enumerate() {
        for at in 0..der.len() {
            for bit in 0..8 {
                let mut changed = CHAIN.0.clone();
                changed[which][at] ^= 1 << bit;
                assert!(follows(&changed).is_err(), "certificate {which}, byte {at}, bit {bit}");
            }
        }
    }
}

/// An anchor with a changed byte is another anchor: it may be none, and then nothing follows, or it may differ where
/// anchors are not judged. Where its name or key differs, nothing follows.
#[test]
fn any_bit_changed_in_an_anchors_name_or_key_is_refused() {
    let (chain, root) = &*CHAIN;
    let read = Certificate::parse(root).unwrap();
    for part in [read.subject(), read.key_info()] {
        // The subject is the issuer too: the last of the two places.
        let start = root.windows(part.len()).rposition(|window| window == part).unwrap();
        for at in start..start + part.len() {
            for bit in 0..8 {
                let mut changed = root.clone();
                changed[at] ^= 1 << bit;
                let Ok(anchor) = TrustAnchor::from_der(&changed) else { continue };
                let chain: Vec<_> = chain.iter().map(|der| Certificate::parse(der).unwrap()).collect();
                let anchors = [anchor].into_iter().collect();
                let path = rules().validate(&chain, &anchors, &Revocations::default(), &Toy::default());
                assert!(path.is_err(), "byte {at}, bit {bit}");
            }
        }
    }
}

fn read_all(der: &[u8]) {
    let Ok(read) = Certificate::parse(der) else { return };
    let _ = (read.public_key(), read.key_identifier(), read.basic_constraints(), read.key_usage());
    let _ = read.extended_key_usage().map(|usage| usage.map(|usage| usage.iter().count()));
    let _ = read.subject_alt_names().map(|names| names.map(|names| names.iter().count()));
    let _ = read.subject_attributes(drop);
    let anchor = TrustAnchor::from_der(der).ok();
    let chain = vec![read; 3];
    let mut budget = Budget(16);
    let anchors = anchor.iter();
    let rules = PathRules::new(UnixTime::from_secs(NOW));
    let _ = validate(&chain, anchors, &Revocations::default(), &rules, &Toy::default(), &mut budget);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_panic(der in prop::collection::vec(any::<u8>(), 0..64)) {
        read_all(&der);
        read_all(&seq(&[&der]));
    }

    #[test]
    fn no_spliced_certificate_panics(
        which in 0..2_usize,
        cut in any::<prop::sample::Index>(),
        len in 0..8_usize,
        patch in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let der = &CHAIN.0[which];
        let start = cut.index(der.len());
        let end = der.len().min(start + len);
        let spliced = [&der[..start], &patch, &der[end..]].concat();
        read_all(&spliced);
        let mut chain = CHAIN.0.clone();
        let same = spliced == *der;
        chain[which] = spliced;
        prop_assert_eq!(follows(&chain).is_ok(), same);
    }

    /// A certificate with any value in an extension that is looked into.
    #[test]
    fn no_extension_panics(arc in prop::sample::select(vec![15_u8, 17, 19, 37]), value in prop::collection::vec(any::<u8>(), 0..24)) {
        for value in [value.clone(), tlv(0x30, &value), tlv(0x03, &value)] {
            let cert = Cert { extensions: vec![extension(arc, false, &value)], ..Cert::leaf("a", "a", 2) };
            read_all(&cert.signed(2));
        }
    }
}
