//! Faults of the COSE key.

use super::{Fault, flip_last_bit};
use crate::{
    cbor::Cbor,
    stage::{Context, Stage},
};

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::CredentialPublicKey(key) => {
            edit_common(fault, cx, key);
            edit_point(fault, key);
            edit_okp(fault, key);
            edit_rsa(fault, cx, key);
            edit_ml_dsa(fault, key);
        }
        // A statement with the credential's own key repeats its algorithm, or the mismatch would be a second fault.
        Stage::AttestationStatement(statement) => {
            if let Some(algorithm) = claimed_algorithm(fault, cx)
                && cx.attestation.signs_with_credential_key()
            {
                statement.set("alg", algorithm);
            }
        }
        _ => {}
    }
}

/// The algorithm that the key claims in place of its own.
fn claimed_algorithm(fault: Fault, cx: &Context<'_>) -> Option<i64> {
    Some(match fault {
        Fault::KeyAlgorithmNotOffered => -260,
        Fault::KeyAlgorithmFullySpecified => match cx.algorithm.cose_id() {
            -7 => -9,
            -35 => -51,
            -36 => -52,
            _ => -19,
        },
        Fault::RsaKeyWithEs256 => -7,
        Fault::Es384OnP256 => -35,
        Fault::Es256kOnP256 => -47,
        Fault::MlDsaOnEc2 => -48,
        _ => return None,
    })
}

fn edit_common(fault: Fault, cx: &Context<'_>, key: &mut Cbor) {
    if let Some(algorithm) = claimed_algorithm(fault, cx) {
        key.set(3, algorithm);
    }
    match fault {
        Fault::KeyNotMap => {
            if let Cbor::Map(entries) = key {
                *key = Cbor::Array(entries.drain(..).map(|(_, value)| value).collect());
            }
        }
        Fault::KeyTypeMissing => key.remove(1),
        Fault::KeyAlgorithmMissing => key.remove(3),
        Fault::KeyAlgorithmText => key.set(3, "ES256"),
        Fault::PrivateKeyPresent => {
            // `d` of an RSA key has the label of y.
            let label = if key.entry(1) == Some(&Cbor::Int(3)) { -3 } else { -4 };
            key.push(label, vec![0; 32]);
        }
        Fault::KeyIdPresent => {
            key.push(2, b"kid".as_slice());
            key.sort();
        }
        Fault::KeyDuplicateLabel => {
            if let Cbor::Map(entries) = key {
                entries.insert(2, (Cbor::Int(3), Cbor::Int(cx.algorithm.cose_id())));
            }
        }
        _ => {}
    }
}

fn edit_point(fault: Fault, key: &mut Cbor) {
    match fault {
        Fault::Es256WrongCurve | Fault::Es512WrongCurve => key.set(-1, 2),
        Fault::Es384WrongCurve | Fault::Es256kWrongCurve => key.set(-1, 1),
        Fault::PointCompressed => key.set(-3, true),
        Fault::PointXTooShort => edit_bytes(key, -2, |x| {
            x.pop();
        }),
        Fault::PointXTooLong => edit_bytes(key, -2, |x| x.insert(0, 0)),
        Fault::PointYMissing => key.remove(-3),
        Fault::PointOffCurve => edit_bytes(key, -3, |y| flip_last_bit(y)),
        Fault::PointZero => {
            edit_bytes(key, -2, |x| x.fill(0));
            edit_bytes(key, -3, |y| y.fill(0));
        }
        Fault::PointXOutOfRange => edit_bytes(key, -2, |x| x.fill(0xff)),
        _ => {}
    }
}

fn edit_okp(fault: Fault, key: &mut Cbor) {
    match fault {
        Fault::EdDsaCurveEd448 => key.set(-1, 7),
        Fault::EdDsaCurveX25519 => key.set(-1, 4),
        Fault::Ed448CurveEd25519 => key.set(-1, 6),
        Fault::Ed25519TooShort | Fault::Ed448TooShort => edit_bytes(key, -2, |x| {
            x.pop();
        }),
        // y = 1, little-endian: the neutral element.
        Fault::Ed25519SmallOrder => key.set(-2, [&[1], [0; 31].as_slice()].concat()),
        // y = p + 3, little-endian: the point with y = 3, written a second time.
        Fault::Ed25519NotCanonical => key.set(-2, [&[0xf0], [0xff; 30].as_slice(), &[0x7f]].concat()),
        _ => {}
    }
}

fn edit_rsa(fault: Fault, cx: &Context<'_>, key: &mut Cbor) {
    match fault {
        Fault::Rsa1024 => key.set(-1, modulus(cx, 128)),
        Fault::Rsa32768 => key.set(-1, modulus(cx, 4096)),
        Fault::RsaExponentOne => key.set(-2, vec![1]),
        Fault::RsaExponentEven => key.set(-2, vec![1, 0, 0]),
        _ => {}
    }
}

fn edit_ml_dsa(fault: Fault, key: &mut Cbor) {
    match fault {
        Fault::MlDsaWrongType => key.set(1, 2),
        Fault::MlDsaKeyTooShort => edit_bytes(key, -1, |key| {
            key.pop();
        }),
        Fault::MlDsaKeyTooLong => edit_bytes(key, -1, |key| key.push(0)),
        Fault::MlDsaPrivateKey => key.push(-2, vec![0; 32]),
        _ => {}
    }
}

/// An odd number of exactly this many bytes.
fn modulus(cx: &Context<'_>, bytes: usize) -> Vec<u8> {
    let mut number = cx.stream.draw("a modulus", bytes);
    if let Some(first) = number.first_mut() {
        *first |= 0x80;
    }
    if let Some(last) = number.last_mut() {
        *last |= 1;
    }
    number
}

fn edit_bytes(key: &mut Cbor, label: i64, edit: impl FnOnce(&mut Vec<u8>)) {
    if let Some(Cbor::Bytes(bytes)) = key.entry(label) {
        let mut bytes = bytes.clone();
        edit(&mut bytes);
        key.set(label, bytes);
    }
}
