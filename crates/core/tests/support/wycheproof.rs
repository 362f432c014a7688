//! Runs Project Wycheproof's signature vectors against a [`SignatureVerifier`].
//!
//! Every case of every set that fits a [`SignatureScheme`] is run, and every other set is skipped by name, with a reason.
//! Where our verdict is meant to differ from Wycheproof's, [`Difference`] says so, and the case is run all the same.
//! The file stands alone, so that the test programs of other backends can include it.

use ceremony::{Curve, Hash, KeyMaterial, MlDsa, SignatureScheme, SignatureVerifier};
use std::collections::BTreeMap;
use wycheproof::{HashFunction, TestResult, ecdsa, eddsa, mldsa_verify, rsa_pkcs1_verify, rsa_pss_verify};

/// Where the expected verdict is not the one of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Refused, "acceptable" in the file: the AlgorithmIdentifier in DigestInfo without its NULL. RFC 8017 lets a verifier
    /// take it for old signers' sake; here the encoded message has one form.
    MissingNull,
    /// Accepted, invalid in the file: a high s, which Bitcoin refuses and ECDSA does not.
    BitcoinLowS,
    /// Refused, valid in the file: RSASSA-PSS with a salt not as long as the hash, or with another hash in MGF1.
    PssParameters,
    /// Accepted, invalid in the file: the file wants another length of salt than the hash's, the signature has ours.
    PssSaltOfHash,
    /// Refused, valid in the file: an ML-DSA context, which COSE leaves empty.
    Context,
    /// Refused, valid in the file: the verifier says that it does not support the scheme.
    Unsupported,
}

/// What one set came to.
#[derive(Debug, Default)]
pub struct Set {
    /// Cases that were accepted as expected.
    pub accepted: usize,
    /// Cases that were refused as expected.
    pub refused: usize,
    /// How many of both were expected otherwise than in the file.
    pub differences: BTreeMap<Difference, usize>,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Report {
    /// The sets that were run, by name.
    pub sets: BTreeMap<String, Set>,
    /// The sets, or groups of one, that fit no scheme, and why.
    pub skipped: BTreeMap<String, &'static str>,
    /// Cases with another verdict than the expected one.
    pub wrong: Vec<String>,
}

impl Report {
    /// How many cases were run.
    pub fn cases(&self) -> usize {
        self.sets.values().map(|set| set.accepted + set.refused).sum()
    }

    /// How many cases differ from the file in this way.
    pub fn differences(&self, difference: Difference) -> usize {
        self.sets.values().filter_map(|set| set.differences.get(&difference)).sum()
    }

    /// Panics if a verdict was wrong, or a set had nothing to refuse, or nothing to accept that the verifier supports.
    #[track_caller]
    pub fn assert_right(&self) {
        assert!(self.wrong.is_empty(), "{} wrong verdicts:\n{}", self.wrong.len(), self.wrong.join("\n"));
        assert!(!self.sets.is_empty());
        for (name, set) in &self.sets {
            let foreign = [Difference::Unsupported, Difference::PssParameters];
            let only_refused = foreign.iter().any(|difference| set.differences.contains_key(difference));
            assert!(set.refused > 0, "{name}: nothing was refused");
            assert!(set.accepted > 0 || only_refused, "{name}: nothing was accepted");
        }
    }
}

/// Every family.
pub fn run(verifier: &dyn SignatureVerifier) -> Report {
    let mut all = Report::default();
    for run in [run_ecdsa, run_eddsa, run_rsa_pkcs1, run_rsa_pss, run_ml_dsa] {
        let report = run(verifier);
        all.sets.extend(report.sets);
        all.skipped.extend(report.skipped);
        all.wrong.extend(report.wrong);
    }
    all
}

/// Parts of the names of ECDSA sets that fit no scheme.
const ECDSA_SKIPPED: [(&str, &str); 9] = [
    ("P1363", "signatures as r and s side by side"),
    ("Brainpool", "curve"),
    ("Secp160", "curve"),
    ("Secp192", "curve"),
    ("Secp224", "curve"),
    ("Sha224", "hash"),
    ("Sha3_", "hash"),
    ("Shake128", "hash"),
    ("Shake256", "hash"),
];

/// ECDSA with signatures in DER.
pub fn run_ecdsa(verifier: &dyn SignatureVerifier) -> Report {
    let mut runner = Runner::new(verifier);
    for test in ecdsa::TestName::all() {
        let name = format!("{test:?}");
        // Known by their names alone: these sets are many, and long to read.
        if let Some((_, reason)) = ECDSA_SKIPPED.iter().find(|(part, _)| name.contains(part)) {
            runner.skip(name, reason);
            continue;
        }
        for group in ecdsa::TestSet::load(test).unwrap().test_groups {
            let curve = match group.key.curve {
                wycheproof::EllipticCurve::Secp256r1 => Curve::P256,
                wycheproof::EllipticCurve::Secp384r1 => Curve::P384,
                wycheproof::EllipticCurve::Secp521r1 => Curve::P521,
                wycheproof::EllipticCurve::Secp256k1 => Curve::Secp256k1,
                other => panic!("{name}: {other:?}, and no decision here"),
            };
            let hash = hash(group.hash).unwrap();
            let point = public_key_bits(&group.der);
            let (x, y) = point.strip_prefix(&[0x04]).unwrap().split_at(curve.field_len());
            let scheme = SignatureScheme::Ecdsa(curve, hash);
            for test in group.tests {
                let is_high = test.flags.contains(&ecdsa::TestFlag::SignatureMalleabilityBitcoin)
                    || (name.ends_with("Bitcoin") && test.comment == "edge case for signature malleability");
                let difference = (is_high && test.result == TestResult::Invalid).then_some(Difference::BitcoinLowS);
                let case = Case { id: test.tc_id, comment: &test.comment, result: test.result, difference };
                runner.case(&name, scheme, KeyMaterial::Ec2 { x, y }, &case, &test.msg, &test.sig);
            }
        }
    }
    runner.report
}

/// Ed25519 and Ed448.
pub fn run_eddsa(verifier: &dyn SignatureVerifier) -> Report {
    let mut runner = Runner::new(verifier);
    for (test, scheme) in
        [(eddsa::TestName::Ed25519, SignatureScheme::Ed25519), (eddsa::TestName::Ed448, SignatureScheme::Ed448)]
    {
        for group in eddsa::TestSet::load(test).unwrap().test_groups {
            let x = public_key_bits(&group.der);
            for case in group.tests {
                let (msg, sig) = (&case.msg, &case.sig);
                let case = Case { id: case.tc_id, comment: &case.comment, result: case.result, difference: None };
                runner.case(&format!("{test:?}"), scheme, KeyMaterial::Okp { x }, &case, msg, sig);
            }
        }
    }
    assert_eq!(eddsa::TestName::all().len(), 2, "a set without a decision");
    runner.report
}

/// RSASSA-PKCS1-v1_5.
pub fn run_rsa_pkcs1(verifier: &dyn SignatureVerifier) -> Report {
    let mut runner = Runner::new(verifier);
    for test in rsa_pkcs1_verify::TestName::all() {
        let name = format!("{test:?}");
        for group in rsa_pkcs1_verify::TestSet::load(test).unwrap().test_groups {
            let Some(hash) = hash(group.hash) else {
                runner.skip(name.clone(), "hash");
                continue;
            };
            let (n, e) = rsa_numbers(public_key_bits(&group.der));
            for test in group.tests {
                let missing_null = test.flags.contains(&rsa_pkcs1_verify::TestFlag::MissingNull);
                let difference =
                    (missing_null && test.result == TestResult::Acceptable).then_some(Difference::MissingNull);
                let case = Case { id: test.tc_id, comment: &test.comment, result: test.result, difference };
                let scheme = SignatureScheme::RsaPkcs1(hash);
                runner.case(&name, scheme, KeyMaterial::Rsa { n, e }, &case, &test.msg, &test.sig);
            }
        }
    }
    runner.report
}

/// RSASSA-PSS, the sets with other parameters than COSE's as well.
pub fn run_rsa_pss(verifier: &dyn SignatureVerifier) -> Report {
    let mut runner = Runner::new(verifier);
    for test in rsa_pss_verify::TestName::all() {
        let name = format!("{test:?}");
        for group in rsa_pss_verify::TestSet::load(test).unwrap().test_groups {
            let Some((hash, len)) = hash(group.hash).map(|hash| (hash, hash_len(hash))) else {
                runner.skip(format!("{name} {:?}", group.hash), "hash");
                continue;
            };
            let same_hash = group.mgf_hash == Some(group.hash);
            let is_ours = same_hash && group.salt_size == len;
            let (n, e) = rsa_numbers(public_key_bits(&group.der));
            for test in group.tests {
                let has_our_salt = same_hash && test.comment == format!("s_len changed to {len}");
                let difference = match test.result {
                    TestResult::Valid if !is_ours => Some(Difference::PssParameters),
                    TestResult::Invalid if !is_ours && has_our_salt => Some(Difference::PssSaltOfHash),
                    _ => None,
                };
                let case = Case { id: test.tc_id, comment: &test.comment, result: test.result, difference };
                let scheme = SignatureScheme::RsaPss(hash);
                runner.case(&name, scheme, KeyMaterial::Rsa { n, e }, &case, &test.msg, &test.sig);
            }
        }
    }
    runner.report
}

/// ML-DSA.
pub fn run_ml_dsa(verifier: &dyn SignatureVerifier) -> Report {
    use mldsa_verify::TestName;
    let mut runner = Runner::new(verifier);
    for test in TestName::all() {
        let set = match test {
            TestName::MlDsa44Verify => MlDsa::MlDsa44,
            TestName::MlDsa65Verify => MlDsa::MlDsa65,
            TestName::MlDsa87Verify => MlDsa::MlDsa87,
        };
        for group in mldsa_verify::TestSet::load(test).unwrap().test_groups {
            for case in group.tests {
                let has_context = case.ctx.is_some_and(|context| !context.is_empty());
                let difference = (has_context && case.result == TestResult::Valid).then_some(Difference::Context);
                let (msg, sig) = (&case.msg, &case.sig);
                let case = Case { id: case.tc_id, comment: &case.comment, result: case.result, difference };
                let key = KeyMaterial::Akp { public: &group.pubkey };
                runner.case(&format!("{test:?}"), SignatureScheme::MlDsa(set), key, &case, msg, sig);
            }
        }
    }
    runner.report
}

struct Case<'a> {
    id: usize,
    comment: &'a str,
    result: TestResult,
    difference: Option<Difference>,
}

struct Runner<'v> {
    verifier: &'v dyn SignatureVerifier,
    report: Report,
}

impl<'v> Runner<'v> {
    fn new(verifier: &'v dyn SignatureVerifier) -> Self {
        Self { verifier, report: Report::default() }
    }

    fn skip(&mut self, name: String, reason: &'static str) {
        self.report.skipped.insert(name, reason);
    }

    fn case(
        &mut self,
        set: &str,
        scheme: SignatureScheme,
        key: KeyMaterial<'_>,
        case: &Case<'_>,
        message: &[u8],
        signature: &[u8],
    ) {
        let supported = self.verifier.supports(scheme);
        let difference = match case.result {
            TestResult::Valid if !supported => Some(Difference::Unsupported),
            _ => case.difference,
        };
        let expected = match (case.result, difference) {
            (TestResult::Valid, None) => true,
            (TestResult::Invalid, None) => false,
            (TestResult::Acceptable, None) => panic!("{set} {}: acceptable, and no decision here", case.id),
            (_, Some(Difference::BitcoinLowS | Difference::PssSaltOfHash)) => supported,
            (_, Some(_)) => false,
        };
        let verify = |message: &[&[u8]]| self.verifier.verify(scheme, key, message, signature).is_ok();
        let whole = verify(&[message]);
        let (first, rest) = message.split_at(message.len() / 3);
        // Dearer, and of use only where there is something to accept.
        let more = || [verify(&[first, rest]), self.verifier.check_key(scheme, key).is_ok()];
        let [in_slices, with_key] = if whole || expected { more() } else { [false; 2] };
        let verdicts = [whole, in_slices, with_key];
        if verdicts != [expected; 3] {
            let Case { id, comment, result, .. } = case;
            let verdicts = format!("whole, in slices, with the key checked: {verdicts:?}");
            self.report.wrong.push(format!("{set} {id} ({comment}): {result:?}, expected {expected}, {verdicts}"));
        }
        let set = self.report.sets.entry(set.into()).or_default();
        *(if expected { &mut set.accepted } else { &mut set.refused }) += 1;
        if let Some(difference) = difference {
            *set.differences.entry(difference).or_default() += 1;
        }
    }
}

fn hash(hash: HashFunction) -> Option<Hash> {
    match hash {
        HashFunction::Sha1 => Some(Hash::Sha1),
        HashFunction::Sha2_256 => Some(Hash::Sha256),
        HashFunction::Sha2_384 => Some(Hash::Sha384),
        HashFunction::Sha2_512 => Some(Hash::Sha512),
        _ => None,
    }
}

fn hash_len(hash: Hash) -> usize {
    match hash {
        Hash::Sha1 => 20,
        Hash::Sha256 => 32,
        Hash::Sha384 => 48,
        _ => 64,
    }
}

/// What the BIT STRING of a SubjectPublicKeyInfo holds.
fn public_key_bits(spki: &[u8]) -> &[u8] {
    let (info, _) = element(spki, 0x30);
    let (_, after_algorithm) = element(info, 0x30);
    element(after_algorithm, 0x03).0.strip_prefix(&[0]).unwrap()
}

/// Modulus and exponent of an RSAPublicKey, without the zero in front.
fn rsa_numbers(key: &[u8]) -> (&[u8], &[u8]) {
    let (n, rest) = element(element(key, 0x30).0, 0x02);
    let (e, _) = element(rest, 0x02);
    (n.strip_prefix(&[0]).unwrap_or(n), e.strip_prefix(&[0]).unwrap_or(e))
}

fn element(der: &[u8], tag: u8) -> (&[u8], &[u8]) {
    assert_eq!(der[0], tag);
    let (len, at) = match der[1] {
        short @ 0..=0x7f => (usize::from(short), 2),
        0x81 => (usize::from(der[2]), 3),
        0x82 => (usize::from(u16::from_be_bytes([der[2], der[3]])), 4),
        _ => panic!("longer than any key"),
    };
    der[at..].split_at(len)
}
