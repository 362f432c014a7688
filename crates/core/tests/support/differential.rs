//! Compares a backend's verdicts with those of [`RustCrypto`], on Wycheproof's cases and on changed ones.

#[path = "../../src/verifier/rustcrypto/tests/vectors.rs"]
mod vectors;

use super::runner;
use ceremony::error::KeyFault;
use ceremony::{Curve, Hash, KeyMaterial, RustCrypto, SignatureInvalid, SignatureScheme, SignatureVerifier};
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::{LazyLock, Mutex};

/// The numbers of a key: x and y, x, n and e, or the whole key.
type Numbers = [Vec<u8>; 2];

/// One question to a verifier.
#[derive(Clone, Debug)]
pub struct Question {
    scheme: SignatureScheme,
    kind: Kind,
    key: Numbers,
    message: Vec<u8>,
    signature: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Ec2,
    Okp,
    Rsa,
    Akp,
}

/// What is changed about a question.
#[derive(Clone, Debug)]
pub enum Change {
    Nothing,
    Bit(Part, Index, u8),
    Cut(Part, Index),
    Insert(Part, Index, u8),
    Replace(Part, Vec<u8>),
    Scheme(SignatureScheme),
    Message,
}

/// The part of a question that is changed.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    First,
    Second,
    Signature,
}

impl Question {
    fn material(&self) -> KeyMaterial<'_> {
        let [first, second] = &self.key;
        match self.kind {
            Kind::Ec2 => KeyMaterial::Ec2 { x: first, y: second },
            Kind::Okp => KeyMaterial::Okp { x: first },
            Kind::Rsa => KeyMaterial::Rsa { n: first, e: second },
            Kind::Akp => KeyMaterial::Akp { public: first },
        }
    }

    fn part(&mut self, part: Part) -> &mut Vec<u8> {
        match part {
            Part::First => &mut self.key[0],
            Part::Second => &mut self.key[1],
            Part::Signature => &mut self.signature,
        }
    }

    fn changed(mut self, change: Change) -> Self {
        match change {
            Change::Nothing => {}
            Change::Bit(part, at, bit) => {
                let bytes = self.part(part);
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] ^= 1 << (bit % 8);
                }
            }
            Change::Cut(part, at) => {
                let bytes = self.part(part);
                if !bytes.is_empty() {
                    bytes.remove(at.index(bytes.len()));
                }
            }
            Change::Insert(part, at, byte) => {
                let bytes = self.part(part);
                bytes.insert(at.index(bytes.len() + 1), byte);
            }
            Change::Replace(part, with) => *self.part(part) = with,
            Change::Scheme(scheme) => self.scheme = scheme,
            Change::Message => self.message.push(0),
        }
        self
    }

    fn verdict(&self, verifier: &dyn SignatureVerifier) -> Result<(), SignatureInvalid> {
        let (head, tail) = self.message.split_at(self.message.len() / 2);
        verifier.verify(self.scheme, self.material(), &[head, tail], &self.signature)
    }

    /// Puts the question to both, and compares.
    pub fn ask(&self, verifier: &dyn SignatureVerifier) {
        let (scheme, key) = (self.scheme, self.material());
        assert_eq!(self.verdict(verifier), self.verdict(&RustCrypto), "{self:?}");
        assert_eq!(verifier.check_key(scheme, key), RustCrypto.check_key(scheme, key), "{self:?}");
    }
}

/// Notes what the runner asks.
#[derive(Debug, Default)]
struct Notes(Mutex<Vec<Question>>);

impl SignatureVerifier for Notes {
    fn supports(&self, _: SignatureScheme) -> bool {
        true
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
        let (kind, key) = match key {
            KeyMaterial::Ec2 { x, y } => (Kind::Ec2, [x.to_vec(), y.to_vec()]),
            KeyMaterial::Okp { x } => (Kind::Okp, [x.to_vec(), Vec::new()]),
            KeyMaterial::Rsa { n, e } => (Kind::Rsa, [n.to_vec(), e.to_vec()]),
            KeyMaterial::Akp { public } => (Kind::Akp, [public.to_vec(), Vec::new()]),
            _ => panic!("a kind of key without a decision here"),
        };
        let question = Question { scheme, kind, key, message: message.concat(), signature: signature.to_vec() };
        self.0.lock().unwrap().push(question);
        Err(SignatureInvalid)
    }
}

static QUESTIONS: LazyLock<Vec<Question>> = LazyLock::new(|| {
    let notes = Notes::default();
    runner::run(&notes);
    let mut all = notes.0.into_inner().unwrap();
    all.extend(more());
    all
});

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// What Wycheproof does not ask: every curve with every hash, RSA keys of odd sizes, Ed25519 keys of small order or not in
/// canonical form.
pub fn more() -> Vec<Question> {
    let message = b"authenticator datahash".to_vec();
    let question = |scheme, kind, key, signature| Question { scheme, kind, key, message: message.clone(), signature };
    let mut all = Vec::new();
    for (curve, x, y, signatures) in vectors::ECDSA {
        for (hash, signature) in signatures {
            let scheme = SignatureScheme::Ecdsa(curve, hash);
            all.push(question(scheme, Kind::Ec2, [hex(x), hex(y)], hex(signature)));
        }
    }
    for (n, e, pkcs1, pss) in vectors::RSA_KEYS {
        let key = || [hex(n), vec![e]];
        all.push(question(SignatureScheme::RsaPkcs1(Hash::Sha1), Kind::Rsa, key(), hex(pkcs1)));
        all.push(question(SignatureScheme::RsaPss(Hash::Sha256), Kind::Rsa, key(), hex(pss)));
    }
    let valid = all.len();
    for question in &all {
        assert_eq!(question.verdict(&RustCrypto), Ok(()), "{question:?}");
    }
    let little = |low: u8, rest: u8, high: u8| [vec![low], vec![rest; 30], vec![high]].concat();
    // y of 1, 0, -1, p, p + 1 with either sign: order 1, 4, 2, 4, 1.
    let mut keys = Vec::new();
    for (low, rest, high) in [(1, 0, 0), (0, 0, 0), (0xec, 0xff, 0x7f), (0xed, 0xff, 0x7f), (0xee, 0xff, 0x7f)] {
        keys.extend([little(low, rest, high), little(low, rest, high | 0x80)]);
    }
    for key in &keys {
        for r in &keys {
            let signature = [&r[..], &[0; 32]].concat();
            for last in 0..8 {
                let message = vec![last];
                let key = [key.clone(), Vec::new()];
                all.push(Question {
                    scheme: SignatureScheme::Ed25519,
                    kind: Kind::Okp,
                    key,
                    message,
                    signature: signature.clone(),
                });
            }
        }
    }
    // With an exponent of 1 a signature is what it signs.
    let digest_info =
        hex("3031300d0609608648016503040201050004204192d72a7103c07c02fdf8af8b6fbe241ac3ea1e3ca262c6b33250ae8eda2f0d");
    for (n, ..) in vectors::RSA_KEYS {
        let n = hex(n);
        let fill = vec![0xff; n.len() - 3 - digest_info.len()];
        let signature = [&[0, 1], &fill[..], &[0], &digest_info].concat();
        all.push(question(SignatureScheme::RsaPkcs1(Hash::Sha256), Kind::Rsa, [n, vec![1]], signature));
    }
    let honest = all[..valid].to_vec();
    // The same point, cut elsewhere.
    for mut question in honest.clone() {
        let [x, y] = &mut question.key;
        x.push(y.remove(0));
        all.push(question);
    }
    // A zero in front of a number, or its first byte missing; an exponent too long for any backend.
    for question in honest {
        for part in [Part::First, Part::Second, Part::Signature] {
            let [mut longer, mut shorter] = [question.clone(), question.clone()];
            longer.part(part).insert(0, 0);
            shorter.part(part).remove(0);
            all.extend([longer, shorter]);
        }
        all.push(question.clone().changed(Change::Replace(Part::Second, vec![0xff; 8])));
        all.push(question.changed(Change::Replace(Part::Second, vec![1, 0, 0, 0, 1])));
    }
    all
}

/// Valid questions of Wycheproof, changed: RSA signatures without the zero byte that they begin with, ML-DSA-44 keys as
/// SubjectPublicKeyInfo.
pub fn derived() -> Vec<Question> {
    let spki = hex("30820532300b06096086480165030403110382052100");
    let mut all = Vec::new();
    for question in QUESTIONS.iter() {
        let begins_with_zero = matches!(question.kind, Kind::Rsa) && question.signature.first() == Some(&0);
        let is_ml_dsa = matches!(question.kind, Kind::Akp) && question.key[0].len() == 1312;
        if (!begins_with_zero && !is_ml_dsa) || question.verdict(&RustCrypto).is_err() {
            continue;
        }
        let mut changed = question.clone();
        if is_ml_dsa {
            changed.key[0].splice(..0, spki.clone());
        } else {
            changed.signature.remove(0);
        }
        all.push(changed);
    }
    all
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![Just(Part::First), Just(Part::Second), Just(Part::Signature)]
}

fn change() -> impl Strategy<Value = Change> {
    let hash = || prop::sample::select(vec![Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512]);
    let curve = prop::sample::select(vec![Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1]);
    prop_oneof![
        Just(Change::Nothing),
        (part(), any::<Index>(), 0_u8..8).prop_map(|(part, at, bit)| Change::Bit(part, at, bit)),
        (part(), any::<Index>()).prop_map(|(part, at)| Change::Cut(part, at)),
        (part(), any::<Index>(), any::<u8>()).prop_map(|(part, at, byte)| Change::Insert(part, at, byte)),
        (part(), prop::collection::vec(any::<u8>(), 0..140)).prop_map(|(part, with)| Change::Replace(part, with)),
        (part(), 0_usize..140).prop_map(|(part, len)| Change::Replace(part, vec![0; len])),
        (curve, hash()).prop_map(|(curve, hash)| Change::Scheme(SignatureScheme::Ecdsa(curve, hash))),
        hash().prop_map(|hash| Change::Scheme(SignatureScheme::RsaPkcs1(hash))),
        hash().prop_map(|hash| Change::Scheme(SignatureScheme::RsaPss(hash))),
        Just(Change::Scheme(SignatureScheme::Ed25519)),
        Just(Change::Message),
    ]
}

/// Wycheproof's questions, each with up to two changes.
pub fn questions() -> impl Strategy<Value = Question> {
    (any::<Index>(), prop::collection::vec(change(), 1..3)).prop_map(|(at, changes)| {
        let question = at.get(&QUESTIONS[..]).clone();
        changes.into_iter().fold(question, Question::changed)
    })
}
