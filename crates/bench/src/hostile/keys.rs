//! Keys and signatures that cost the most to check. An RSA modulus here is any odd number: a signature that does not hold
//! costs the same as one that does.

use super::without_copies;
use crate::case::{Case, Honest};
use crate::scene::Scene;
use crate::sign_in::SignIn;
use ceremony::CredentialPublicKey;
use ceremony_testkit::{Algorithm, Attestation, Cbor, Stage, der};

/// The usual exponent, and the greatest that the verifier takes: 33 bits, all of them ones.
const EXPONENTS: [(&str, &[u8]); 2] = [("65537", &[1, 0, 1]), ("2^33 - 1", &[1, 0xff, 0xff, 0xff, 0xff])];
const RS256: i64 = -257;
const PS512: i64 = -39;

/// An odd number of exactly so many bytes.
fn odd(len: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut number: Vec<u8> = Vec::with_capacity(len);
    for _ in 0..len {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [high, ..] = state.to_be_bytes();
        number.push(high);
    }
    number.first_mut().into_iter().for_each(|high| *high |= 0x80);
    number.last_mut().into_iter().for_each(|low| *low |= 1);
    number
}

/// A number below the modulus.
fn signature(len: usize) -> Vec<u8> {
    let mut number = odd(len);
    number.first_mut().into_iter().for_each(|high| *high = 0x7f);
    number
}

fn cose(algorithm: i64, bits: usize, exponent: &[u8]) -> Cbor {
    Cbor::Map(vec![
        (Cbor::Int(1), Cbor::Int(3)),
        (Cbor::Int(3), Cbor::Int(algorithm)),
        (Cbor::Int(-1), Cbor::Bytes(odd(bits / 8))),
        (Cbor::Int(-2), Cbor::Bytes(exponent.to_vec())),
    ])
}

fn spki(bits: usize, exponent: &[u8]) -> Vec<u8> {
    let numbers = der::sequence(&[der::unsigned(&odd(bits / 8)), der::unsigned(exponent)]);
    let identifier = der::sequence(&[der::oid("1.2.840.113549.1.1.1"), der::null()]);
    der::sequence(&[identifier, der::bit_string(&numbers)])
}

/// A user whose record has an RSA key.
fn user(algorithm: i64, bits: usize, exponent: &[u8]) -> SignIn {
    let mut user = SignIn::new(Scene::new(), Algorithm::Es256);
    user.record.public_key =
        CredentialPublicKey::from_cose(&cose(algorithm, bits, exponent).encode(), true).expect("a key");
    user
}

pub(super) fn add(cases: &mut Vec<Case>) {
    for bits in [2048, 4096, 8192] {
        for (e, exponent) in EXPONENTS {
            rsa(cases, bits, e, exponent);
        }
    }
    let mut sign_in = |name: &str, user: SignIn, signature: Vec<u8>, honest| {
        let body = user.body(|stage| {
            if let Stage::Signature { signature: slot, .. } = stage {
                slot.clone_from(&signature);
            }
        });
        cases.push(Case::sign_in(format!("sign-in: {name}"), user, body, honest));
    };
    let es256 = || SignIn::new(Scene::new(), Algorithm::Es256);
    let honest = Honest::SignIn(Algorithm::Es256);
    sign_in("RSA-8192, e = 2^33 - 1, PSS", user(PS512, 8192, &[1, 0xff, 0xff, 0xff, 0xff]), signature(1024), honest);
    sign_in("a signature of 1 byte", es256(), vec![0x30], honest);
    sign_in("a signature of 31 KiB", es256(), vec![0x30; 31 * 1024], honest);
    sign_in(
        "a signature of two numbers of 15 KiB",
        es256(),
        der::sequence(&[der::unsigned(&odd(15 * 1024)), der::unsigned(&odd(15 * 1024))]),
        honest,
    );
    sign_in(
        "a wrong signature",
        es256(),
        der::sequence(&[der::unsigned(&signature(32)), der::unsigned(&signature(32))]),
        honest,
    );
    let most = Honest::SignIn(Algorithm::MlDsa87);
    let ml_dsa = || SignIn::new(Scene::new(), Algorithm::MlDsa87);
    sign_in("ML-DSA-87, any 4627 bytes", ml_dsa(), vec![0; 4627], most);
    sign_in("ML-DSA-87, a signature of 31 KiB", ml_dsa(), vec![0; 31 * 1024], most);
    let honest_ones = [
        ("P-384", Algorithm::Es384),
        ("P-521", Algorithm::Es512),
        ("secp256k1", Algorithm::Es256k),
        ("Ed25519", Algorithm::Ed25519),
        ("Ed448", Algorithm::Ed448),
        ("ML-DSA-87", Algorithm::MlDsa87),
    ];
    for (name, algorithm) in honest_ones {
        let user = SignIn::new(Scene::new(), algorithm);
        let body = user.body(|_| ());
        cases.push(Case::sign_in(format!("sign-in: honest {name}"), user, body, Honest::SignIn(algorithm)));
        let scene = Scene::new();
        let body = scene.body(algorithm, Attestation::PackedSelf, |_| ());
        cases.push(Case::registration(format!("key: honest {name}"), scene, body, Honest::SelfSigned(algorithm)));
    }
}

fn rsa(cases: &mut Vec<Case>, bits: usize, e: &str, exponent: &[u8]) {
    let key = cose(RS256, bits, exponent);
    let name = format!("RSA-{bits}, e = {e}");
    let user = user(RS256, bits, exponent);
    let body = user.body(|stage| {
        if let Stage::Signature { signature: slot, .. } = stage {
            *slot = signature(bits / 8);
        }
    });
    cases.push(Case::sign_in(format!("sign-in: {name}"), user, body, Honest::SignIn(Algorithm::Rs256)));

    let scene = Scene::new();
    let own = |statement: &mut Cbor| {
        statement.set("alg", RS256);
        statement.set("sig", signature(bits / 8));
    };
    let body = scene.body(Algorithm::Es256, Attestation::None, |stage| {
        if let Stage::CredentialPublicKey(slot) = stage {
            slot.clone_from(&key);
        } else {
            without_copies(stage);
        }
    });
    cases.push(Case::registration(format!("key: {name}"), scene.clone(), body, Honest::Key(Algorithm::Rs256)));
    for (kind, attestation) in [("self", Attestation::PackedSelf), ("4 self in a compound", Attestation::Compound)] {
        let body = scene.body(Algorithm::Es256, attestation, |stage| match stage {
            Stage::CredentialPublicKey(slot) => slot.clone_from(&key),
            Stage::AttestationStatement(Cbor::Array(parts)) => {
                let mut statement = Cbor::Map(Vec::new());
                own(&mut statement);
                let part = vec![(Cbor::from("fmt"), Cbor::from("packed")), (Cbor::from("attStmt"), statement)];
                *parts = vec![Cbor::Map(part); 4];
            }
            Stage::AttestationStatement(statement) => own(statement),
            other => without_copies(other),
        });
        let honest = Honest::SelfSigned(Algorithm::Rs256);
        cases.push(Case::registration(format!("{kind}: {name}"), scene.clone(), body, honest));
    }
    let spki = spki(bits, exponent);
    for (kind, attestation) in [("leaf", Attestation::Packed), ("4 leaves in a compound", Attestation::Compound)] {
        let body = scene.body(Algorithm::Es256, attestation, |stage| match stage {
            Stage::CredentialPublicKey(slot) => slot.clone_from(&key),
            Stage::Certificate { depth: 0, spec, .. } => spec.public_key.clone_from(&spki),
            Stage::AttestationStatement(Cbor::Array(parts)) => {
                let mut first = parts.first().cloned().unwrap_or(Cbor::Null);
                if let Cbor::Map(members) = &mut first {
                    members.iter_mut().skip(1).for_each(|(_, statement)| own(statement));
                }
                *parts = vec![first; 4];
            }
            Stage::AttestationStatement(statement) => own(statement),
            other => without_copies(other),
        });
        cases.push(Case::registration(
            format!("{kind}: {name}"),
            scene.clone(),
            body,
            Honest::Packed(Algorithm::Rs256),
        ));
    }
}
