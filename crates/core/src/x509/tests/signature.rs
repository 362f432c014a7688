//! Which AlgorithmIdentifier means which scheme, with which key.

use super::path::{follow, rules};
use super::*;
use crate::verifier::{Curve, Hash, SignatureScheme};
use std::vec;

const NULL: &[u8] = &[0x05, 0x00];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
const SECP256K1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x0a];

fn ecdsa(last: &[u8]) -> Vec<u8> {
    tlv(0x06, &[&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04], last].concat())
}

fn pkcs1(last: u8) -> Vec<u8> {
    tlv(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last])
}

fn rsa_key(modulus: &[u8]) -> Vec<u8> {
    let positive = [&[0], modulus].concat();
    let positive = if modulus[0] >= 0x80 { &positive } else { modulus };
    let numbers = seq(&[&tlv(0x02, positive), &tlv(0x02, &[1, 0, 1])]);
    seq(&[&seq(&[&pkcs1(1), NULL]), &bits(&numbers)])
}

fn rsa_2048() -> Vec<u8> {
    rsa_key(&[0xff; 256])
}

fn ed25519() -> Vec<u8> {
    seq(&[&seq(&[&tlv(0x06, &[0x2b, 0x65, 0x70])]), &bits(&[9; 32])])
}

/// A leaf under an anchor with `key`, whose algorithm is named `algorithm` and which is signed under `scheme`.
fn outcome(
    key: &[u8],
    algorithm: &[&[u8]],
    scheme: SignatureScheme,
    rules: PathRules,
) -> (Result<usize, ChainFault>, usize) {
    let root = Cert { key: key.to_vec(), ..Cert::authority("root", "root", 1) }.with_signature(&[]);
    let leaf = Cert { algorithm: seq(algorithm), ..Cert::leaf("root", "leaf", 3) }.signed_as(scheme, key);
    follow(&[leaf], &[&root], rules)
}

const ACCEPTED: (Result<usize, ChainFault>, usize) = (Ok(1), 1);
const ALGORITHM: (Result<usize, ChainFault>, usize) = (Err(ChainFault::Algorithm), 0);
const MALFORMED: (Result<usize, ChainFault>, usize) = (Err(ChainFault::Certificate(CertificateFault::Der)), 0);

#[test]
fn ecdsa_on_the_issuers_curve() {
    for (curve, oid) in [(Curve::P256, P256), (Curve::P384, P384), (Curve::P521, P521)] {
        let key = ec_key(oid, &vec![9; 2 * curve.field_len()]);
        for (last, hash) in [([3, 2], Hash::Sha256), ([3, 3], Hash::Sha384), ([3, 4], Hash::Sha512)] {
            let scheme = SignatureScheme::Ecdsa(curve, hash);
            assert_eq!(outcome(&key, &[&ecdsa(&last)], scheme, rules()), ACCEPTED);
            assert_eq!(outcome(&key, &[&ecdsa(&last), NULL], scheme, rules()), ACCEPTED);
            assert_eq!(outcome(&key, &[&ecdsa(&last), NULL, NULL], scheme, rules()), MALFORMED);
            assert_eq!(outcome(&key, &[&ecdsa(&last), &[0x05, 0x01, 0x00]], scheme, rules()), MALFORMED);
            assert_eq!(outcome(&key, &[&ecdsa(&last), &[0x30, 0x00]], scheme, rules()), MALFORMED);
        }
        // SHA-224 and SHA3-256
        for last in [&[3, 1][..], &[3, 9]] {
            assert_eq!(outcome(&key, &[&ecdsa(last)], ES256, rules()), ALGORITHM);
        }
    }
    let scheme = SignatureScheme::Ecdsa(Curve::Secp256k1, Hash::Sha256);
    assert_eq!(outcome(&ec_key(SECP256K1, &[9; 64]), &[&ecdsa(&[3, 2])], scheme, rules()), ALGORITHM);
}

#[test]
fn rsa_pkcs1_with_and_without_null() {
    for (last, hash) in [(11, Hash::Sha256), (12, Hash::Sha384), (13, Hash::Sha512)] {
        let scheme = SignatureScheme::RsaPkcs1(hash);
        assert_eq!(outcome(&rsa_2048(), &[&pkcs1(last), NULL], scheme, rules()), ACCEPTED);
        assert_eq!(outcome(&rsa_2048(), &[&pkcs1(last)], scheme, rules()), ACCEPTED);
        assert_eq!(outcome(&rsa_2048(), &[&pkcs1(last), &[0x30, 0x00]], scheme, rules()), MALFORMED);
    }
    // md5WithRSAEncryption, sha224WithRSAEncryption
    for last in [4, 14] {
        assert_eq!(outcome(&rsa_2048(), &[&pkcs1(last), NULL], ES256, rules()), ALGORITHM);
    }
}

#[test]
fn rsa_keys_have_2048_to_8192_bits() {
    let scheme = SignatureScheme::RsaPkcs1(Hash::Sha256);
    let modulus = |high: u8, len: usize| [&[high], &vec![0xff; len - 1][..]].concat();
    let cases = [(modulus(0x7f, 256), ALGORITHM), (modulus(0x80, 256), ACCEPTED), (modulus(0xff, 1024 - 1), ACCEPTED)];
    for (modulus, expected) in cases {
        assert_eq!(outcome(&rsa_key(&modulus), &[&pkcs1(11), NULL], scheme, rules()), expected);
    }
    assert_eq!(outcome(&rsa_key(&modulus(0x80, 1024)), &[&pkcs1(11), NULL], scheme, rules()), ACCEPTED);
    assert_eq!(outcome(&rsa_key(&modulus(0x01, 1025)), &[&pkcs1(11), NULL], scheme, rules()), ALGORITHM);
}

/// RSASSA-PSS-params: two hashes by the last arc of their OIDs, and the length of the salt.
fn pss(hash: u8, mask_hash: u8, salt: u8, params: &[&[u8]]) -> Vec<u8> {
    let sha2 = |last| seq(&[&tlv(0x06, &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last]), NULL]);
    let mask = seq(&[&pkcs1(8), &sha2(mask_hash)]);
    let fields = [tlv(0xa0, &sha2(hash)), tlv(0xa1, &mask), tlv(0xa2, &tlv(0x02, &[salt]))];
    seq(&[&fields.concat(), &params.concat()])
}

/// Right parameters, but for NULL behind the element in a field; or, instead, for an OCTET STRING where the hash has NULL.
fn pss_trailing(hash: u8, salt: u8, field: usize, inside: bool) -> Vec<u8> {
    let oid = tlv(0x06, &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, hash]);
    let sha2 = seq(&[&oid, NULL]);
    let first = if inside { seq(&[&oid, &[0x04, 0x00]]) } else { sha2.clone() };
    let mut fields = [first, seq(&[&pkcs1(8), &sha2]), tlv(0x02, &[salt])];
    if !inside {
        fields[field].extend(NULL);
    }
    seq(&[&tlv(0xa0, &fields[0]), &tlv(0xa1, &fields[1]), &tlv(0xa2, &fields[2])])
}

#[test]
fn rsa_pss_with_one_hash_and_its_salt() {
    for (last, hash, salt) in [(1, Hash::Sha256, 32), (2, Hash::Sha384, 48), (3, Hash::Sha512, 64)] {
        let scheme = SignatureScheme::RsaPss(hash);
        let judge = |parameters: &[u8]| outcome(&rsa_2048(), &[&pkcs1(10), parameters], scheme, rules());
        assert_eq!(judge(&pss(last, last, salt, &[])), ACCEPTED);
        assert_eq!(judge(&pss(last, last, salt - 1, &[])), ALGORITHM);
        assert_eq!(judge(&pss(last, last % 3 + 1, salt, &[])), ALGORITHM);
        assert_eq!(judge(&pss(last % 3 + 1, last, salt, &[])), ALGORITHM);
        assert_eq!(judge(&pss(4, 4, 28, &[])), ALGORITHM);
        // The trailer field, a default written out.
        assert_eq!(judge(&pss(last, last, salt, &[&tlv(0xa3, &[0x02, 0x01, 0x01])])), ALGORITHM);
        // Any of the three left out means SHA-1.
        assert_eq!(judge(&[]), ALGORITHM);
        assert_eq!(judge(NULL), MALFORMED);
        assert_eq!(judge(&[0x30, 0x00]), ALGORITHM);
        // Another mask than MGF1, something behind an element, a second element behind the parameters.
        let right = pss(last, last, salt, &[]);
        let changed = |from: &[u8], to: &[u8]| {
            let at = right.windows(from.len()).position(|window| window == from).unwrap();
            [&right[..at], to, &right[at + from.len()..]].concat()
        };
        assert_eq!(judge(&changed(&pkcs1(8), &pkcs1(9))), ALGORITHM);
        assert_eq!(judge(&changed(&[0xa2, 0x03], &[0xa4, 0x03])), ALGORITHM);
        assert_eq!(judge(&[&right[..], NULL].concat()), MALFORMED);
        // Something behind what stands in one of the fields.
        for field in 0..3 {
            assert_eq!(judge(&pss_trailing(last, salt, field, false)), MALFORMED, "{field}");
        }
        // Parameters of a hash that are not NULL.
        assert_eq!(judge(&pss_trailing(last, salt, 0, true)), MALFORMED);
    }
}

#[test]
fn ed25519_has_no_parameters() {
    let oid = tlv(0x06, &[0x2b, 0x65, 0x70]);
    assert_eq!(outcome(&ed25519(), &[&oid], SignatureScheme::Ed25519, rules()), ACCEPTED);
    assert_eq!(outcome(&ed25519(), &[&oid, NULL], SignatureScheme::Ed25519, rules()), MALFORMED);
}

#[test]
fn neg_x11_sha_1_counts_only_where_the_rules_allow_it() {
    let cases = [
        (key(9), ecdsa(&[1]), SignatureScheme::Ecdsa(Curve::P256, Hash::Sha1)),
        (rsa_2048(), pkcs1(5), SignatureScheme::RsaPkcs1(Hash::Sha1)),
    ];
    for (key, algorithm, scheme) in cases {
        assert_eq!(outcome(&key, &[&algorithm], scheme, rules()), ALGORITHM);
        assert_eq!(outcome(&key, &[&algorithm], scheme, rules().allow_sha1(true)), ACCEPTED);
    }
    // Not so for PSS, whose parameters default to it.
    let rules = rules().allow_sha1(true);
    assert_eq!(outcome(&rsa_2048(), &[&pkcs1(10), &[0x30, 0x00]], ES256, rules), ALGORITHM);
}

#[test]
fn an_algorithm_must_suit_the_issuers_key() {
    let algorithms = [ecdsa(&[3, 2]), pkcs1(11), pkcs1(10), tlv(0x06, &[0x2b, 0x65, 0x70]), tlv(0x06, &[0x2a, 0x03])];
    for (at, key) in [key(9), rsa_2048(), ed25519()].iter().enumerate() {
        for (other, algorithm) in algorithms.iter().enumerate() {
            let suits = matches!((at, other), (0, 0) | (1, 1 | 2) | (2, 3));
            let parameters: &[u8] = if other == 2 { &pss(1, 1, 32, &[]) } else { &[] };
            let (path, calls) = outcome(key, &[algorithm, parameters], ES256, rules());
            // Signed under another scheme, it gets as far as the verifier, or not even there.
            let expected = if suits { ChainFault::Signature } else { ChainFault::Algorithm };
            let expected = if (at, other) == (0, 0) { Ok(1) } else { Err(expected) };
            assert_eq!((path, calls), (expected, usize::from(suits)), "{at} {other}");
        }
    }
}

#[test]
fn the_verifier_must_know_the_scheme() {
    let root = TrustAnchor::from_der(Cert::authority("root", "root", 1).signed(1)).unwrap();
    let leaf = Cert::leaf("root", "leaf", 3).signed(1);
    let chain = [Certificate::parse(&leaf).unwrap()];
    let anchors = [root].into_iter().collect();
    let verifier = Toy { unsupported: Some(ES256), ..Toy::default() };
    let path = rules().validate(&chain, &anchors, &Revocations::default(), &verifier);
    assert_eq!(path.map(drop), Err(ChainFault::Algorithm));
    assert_eq!(verifier.calls(), 0);
}
