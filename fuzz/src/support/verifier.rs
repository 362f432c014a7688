//! A verifier that writes down what it is asked.

use ceremony::error::KeyFault;
use ceremony::{KeyMaterial, RustCrypto, SignatureInvalid, SignatureScheme, SignatureVerifier};
use ceremony_aws_lc::AwsLc;
use std::sync::{Arc, Mutex};

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// With which scheme.
    pub scheme: SignatureScheme,
    /// The key's two numbers, the second empty where there is one alone.
    pub key: (Vec<u8>, Vec<u8>),
    /// The message in one piece.
    pub message: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nobody: every key and every signature is good, so that fuzzing gets past them.
    Yes,
    /// AWS-LC, which is the quickest, or RustCrypto for what it does not know; the target `backends` sees to it that all
    /// verifiers agree.
    Truth,
}

/// Writes down every question about a signature. Clones share the list.
#[derive(Clone, Debug)]
pub struct Recorder {
    answer: Answer,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// What is true stays true: one answer is judged by several rules.
    known: Arc<Mutex<Vec<(Asked, bool)>>>,
}

/// The verifier of a scheme.
fn truth(scheme: SignatureScheme) -> &'static dyn SignatureVerifier {
    if AwsLc.supports(scheme) { &AwsLc } else { &RustCrypto }
}

/// How many answers are kept.
const KNOWN: usize = 16;

/// The numbers of a key.
pub fn numbers(key: KeyMaterial<'_>) -> (&[u8], &[u8]) {
    match key {
        KeyMaterial::Ec2 { x, y } => (x, y),
        KeyMaterial::Okp { x } => (x, &[]),
        KeyMaterial::Rsa { n, e } => (n, e),
        KeyMaterial::Akp { public } => (public, &[]),
        _ => unreachable!("a kind of key that is not known here"),
    }
}

impl Recorder {
    /// A recorder in front of who answers.
    pub fn new(answer: Answer) -> Self {
        Self { answer, asked: Arc::default(), known: Arc::default() }
    }

    /// A recorder that shares what is known with this one, and has a list of its own.
    pub fn beside(&self) -> Self {
        Self { answer: self.answer, asked: Arc::default(), known: Arc::clone(&self.known) }
    }

    /// Whether it calculates.
    pub fn is_real(&self) -> bool {
        self.answer == Answer::Truth
    }

    /// What was asked since the last time.
    pub fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().expect("nobody panicked"))
    }
}

impl SignatureVerifier for Recorder {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        RustCrypto.supports(scheme)
    }

    fn check_key(&self, scheme: SignatureScheme, key: KeyMaterial<'_>) -> Result<(), KeyFault> {
        match self.answer {
            Answer::Yes => key.check_shape(scheme),
            Answer::Truth => truth(scheme).check_key(scheme, key),
        }
    }

    fn verify(
        &self,
        scheme: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        let (first, second) = numbers(key);
        let asked = Asked {
            scheme,
            key: (first.to_vec(), second.to_vec()),
            message: message.concat(),
            signature: signature.to_vec(),
        };
        self.asked.lock().map_err(|_| SignatureInvalid)?.push(asked.clone());
        if self.answer == Answer::Yes {
            return Ok(());
        }
        let mut known = self.known.lock().map_err(|_| SignatureInvalid)?;
        let verdict = match known.iter().find(|(other, _)| *other == asked) {
            Some((_, verdict)) => *verdict,
            None => {
                let verdict = truth(scheme).verify(scheme, key, message, signature).is_ok();
                if known.len() == KNOWN {
                    known.remove(0);
                }
                known.push((asked, verdict));
                verdict
            }
        };
        verdict.then_some(()).ok_or(SignatureInvalid)
    }
}
