//! Three verifiers, one verdict: RustCrypto, graviola and AWS-LC are asked the same about one key, message and signature.
//!
//! Invariants: none panics; all three give the same answer, to the key alone and to the signature; an honest question that
//! nobody edited is answered with yes.

use arbitrary::{Arbitrary, Unstructured};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ceremony::{
    AuthenticationRequest, AuthenticationResponse, Ceremony, Challenge, CredentialPublicKey, KeyMaterial,
    RegistrationRequest, RegistrationResponse, RelyingParty, RustCrypto, SignatureScheme, SignatureVerifier, UnixTime,
    UserEntity, UserHandle,
};
use ceremony_aws_lc::AwsLc;
use ceremony_graviola::Graviola;
use ceremony_testkit::{Algorithm, Attestation, Authenticator, Client};
use std::sync::LazyLock;

const ORIGIN: &str = "https://example.com";
const NOW: UnixTime = UnixTime::from_millis(1_800_000_000_000);

/// What is done to an honest question.
#[derive(Arbitrary, Debug)]
struct Input {
    /// Which of the honest questions.
    question: u8,
    /// Which scheme is named instead of the key's own, if any: that of another question.
    scheme: Option<u8>,
    first: Edit,
    second: Edit,
    message: Edit,
    signature: Edit,
    /// Where the message is cut in two.
    cut: u16,
}

/// A change of bytes.
#[derive(Arbitrary, Debug)]
enum Edit {
    Keep,
    Flip(Vec<(u16, u8)>),
    Cut(u16),
    Extend(Vec<u8>),
    Prefix(Vec<u8>),
    Replace(Vec<u8>),
}

impl Edit {
    fn keeps(&self, bytes: &[u8]) -> bool {
        self.of(bytes) == bytes
    }

    fn of(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        match self {
            Self::Keep => {}
            Self::Flip(flips) if !bytes.is_empty() => {
                for (at, bits) in flips {
                    let at = usize::from(*at) % bytes.len();
                    bytes[at] ^= bits;
                }
            }
            Self::Flip(_) => {}
            Self::Cut(at) => bytes.truncate(usize::from(*at)),
            Self::Extend(more) => bytes.extend(more),
            Self::Prefix(more) => drop(bytes.splice(0..0, more.iter().copied())),
            Self::Replace(other) => bytes = other.clone(),
        }
        bytes
    }
}

/// A key, what it signed and its signature.
struct Question {
    key: CredentialPublicKey,
    message: Vec<u8>,
    signature: Vec<u8>,
}

static QUESTIONS: LazyLock<Vec<Question>> = LazyLock::new(|| {
    // SHA-1 is no algorithm of a credential that is offered.
    Algorithm::all().iter().copied().filter(|algorithm| *algorithm != Algorithm::Rs1).map(honest).collect()
});

fn honest(algorithm: Algorithm) -> Question {
    let every = ceremony::Algorithm::ALL.into_iter().filter(|algorithm| *algorithm != ceremony::Algorithm::Rs1);
    let rp = RelyingParty::builder("example.com", "Example").origin(ORIGIN).algorithms(every).build().unwrap();
    let ceremony = Ceremony::new(rp);
    let user = UserEntity::new(UserHandle::new([1; 64]).unwrap(), "ada", "Ada");
    let mut device = Authenticator::new("fuzz").algorithm(algorithm).attestation(Attestation::None);
    let client = Client::new(ORIGIN);

    let (options, _) =
        ceremony.begin_registration(RegistrationRequest::passkey(user), Challenge::new([2; 32]), NOW).unwrap();
    let body = device.register_json(&serde_json::to_value(options).unwrap(), &client).unwrap();
    let response = RegistrationResponse::from_json(&body).unwrap();
    let cose = response.authenticator_data().attested().unwrap().public_key_cose;
    let key = CredentialPublicKey::from_cose(cose, true).unwrap();

    let (options, _) =
        ceremony.begin_authentication(AuthenticationRequest::discoverable(), Challenge::new([3; 32]), NOW).unwrap();
    let body = device.authenticate_json(&serde_json::to_value(options).unwrap(), &client).unwrap();
    let response = AuthenticationResponse::from_json(&body).unwrap();
    let message = [response.authenticator_data().as_bytes(), &response.client_data().hash()].concat();
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let signature = BASE64_URL_SAFE_NO_PAD.decode(json["response"]["signature"].as_str().unwrap()).unwrap();
    Question { key, message, signature }
}

/// The same kind of key with other numbers.
fn edited<'a>(key: KeyMaterial<'_>, first: &'a [u8], second: &'a [u8]) -> KeyMaterial<'a> {
    match key {
        KeyMaterial::Ec2 { .. } => KeyMaterial::Ec2 { x: first, y: second },
        KeyMaterial::Okp { .. } => KeyMaterial::Okp { x: first },
        KeyMaterial::Rsa { .. } => KeyMaterial::Rsa { n: first, e: second },
        KeyMaterial::Akp { .. } => KeyMaterial::Akp { public: first },
        _ => unreachable!("a kind of key that this target does not know"),
    }
}

fn numbers(key: KeyMaterial<'_>) -> (&[u8], &[u8]) {
    match key {
        KeyMaterial::Ec2 { x, y } => (x, y),
        KeyMaterial::Okp { x } => (x, &[]),
        KeyMaterial::Rsa { n, e } => (n, e),
        KeyMaterial::Akp { public } => (public, &[]),
        _ => unreachable!("a kind of key that this target does not know"),
    }
}

fn pick(questions: &[Question], at: u8) -> &Question {
    &questions[usize::from(at) % questions.len()]
}

/// # Panics
///
/// If an invariant does not hold.
pub fn run(data: &[u8]) {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else { return };
    let questions = &*QUESTIONS;
    let question = pick(questions, input.question);
    let own = question.key.algorithm().scheme();
    let scheme: SignatureScheme = input.scheme.map_or(own, |at| pick(questions, at).key.algorithm().scheme());
    let (first, second) = numbers(question.key.material());
    let numbers = (input.first.of(first), input.second.of(second));
    let key = edited(question.key.material(), &numbers.0, &numbers.1);
    let message = input.message.of(&question.message);
    let signature = input.signature.of(&question.signature);
    let (head, tail) = message.split_at(usize::from(input.cut).min(message.len()));

    let graviola = Graviola::new().expect("graviola needs a newer processor");
    let verifiers: [&dyn SignatureVerifier; 3] = [&RustCrypto, &graviola, &AwsLc];
    let keys = verifiers.map(|verifier| verifier.check_key(scheme, key).is_ok());
    let verdicts = verifiers.map(|verifier| verifier.verify(scheme, key, &[head, tail], &signature).is_ok());
    assert!(keys.iter().all(|verdict| *verdict == keys[0]), "{scheme:?}: keys {keys:?} of {input:?}");
    assert!(verdicts.iter().all(|verdict| *verdict == verdicts[0]), "{scheme:?}: signatures {verdicts:?} of {input:?}");

    let untouched = input.first.keeps(first)
        && input.second.keeps(second)
        && input.message.keeps(&question.message)
        && input.signature.keeps(&question.signature);
    if untouched && scheme == own {
        assert!(verdicts[0], "{scheme:?}: the honest signature is refused");
    }
}
