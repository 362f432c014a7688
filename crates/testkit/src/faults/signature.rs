//! Faults of the signature.

use serde_json::json;

use super::Fault;
use crate::{
    algorithm::OddForm,
    base64url, der,
    stage::{Context, Stage},
};

/// The order of P-256, big-endian.
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The order of Ed25519's prime subgroup, little-endian.
const ED25519_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

pub(super) fn edit(fault: Fault, cx: &Context<'_>, stage: &mut Stage<'_>) {
    match stage {
        Stage::Signature { message, signature } => {
            edit_any(fault, cx, message, signature);
            edit_ecdsa(fault, signature);
            edit_raw(fault, cx, message, signature);
        }
        Stage::Response(response) if fault == Fault::KeyFromResponse => {
            response["response"]["publicKey"] = json!(base64url::encode(&cx.other_key.spki()));
            response["response"]["publicKeyAlgorithm"] = json!(cx.algorithm.cose_id());
        }
        _ => {}
    }
}

fn edit_any(fault: Fault, cx: &Context<'_>, message: &[u8], signature: &mut Vec<u8>) {
    match fault {
        Fault::SignatureBitFlipped => {
            if let Some(last) = signature.last_mut() {
                *last ^= 1;
            }
        }
        Fault::SignatureWrongKey | Fault::KeyFromResponse => *signature = cx.sign_wrongly(message),
        Fault::SignatureEmpty => signature.clear(),
        // The message ends with the hash of the client data.
        Fault::SignatureOverHashOnly => *signature = cx.sign(&message[message.len().saturating_sub(32)..]),
        _ => {}
    }
}

fn edit_ecdsa(fault: Fault, signature: &mut Vec<u8>) {
    let Some((mut r, mut s)) = der::integers(signature) else { return };
    match fault {
        Fault::SignatureRawEcdsa => {
            *signature = [fixed(&r), fixed(&s)].concat();
            return;
        }
        Fault::SignatureDerTrailingByte => {
            signature.push(0);
            return;
        }
        Fault::SignatureBerLength => {
            signature.insert(1, 0x81);
            return;
        }
        Fault::SignatureDerNonMinimal => r.insert(0, 0),
        Fault::SignatureDerNegative => {
            if r[0] == 0 {
                r.remove(0);
            } else {
                r[0] |= 0x80;
            }
        }
        Fault::SignatureRZero => r = vec![0],
        Fault::SignatureSZero => (r, s) = (vec![0], vec![0]),
        Fault::SignatureROutOfRange => r = sum(&fixed(&r), &P256_ORDER),
        _ => return,
    }
    *signature = der_signature(&r, &s);
}

fn edit_raw(fault: Fault, cx: &Context<'_>, message: &[u8], signature: &mut Vec<u8>) {
    match fault {
        Fault::Ed25519SignatureTooShort
        | Fault::Ed448SignatureTooShort
        | Fault::RsaSignatureTooShort
        | Fault::MlDsaSignatureTooShort => {
            signature.pop();
        }
        Fault::Ed25519SignatureTooLong | Fault::MlDsaSignatureTooLong => signature.push(0),
        Fault::Ed25519SOutOfRange => {
            let big_endian: Vec<u8> = signature.iter().skip(32).rev().copied().collect();
            let order: Vec<u8> = ED25519_ORDER.iter().rev().copied().collect();
            let mut raised = fixed(&sum(&big_endian, &order));
            raised.reverse();
            signature.truncate(32);
            signature.extend_from_slice(&raised);
        }
        Fault::RsaSignatureTooLong => signature.insert(0, 0),
        Fault::RsaWrongDigestInfo | Fault::PssEmptySalt => {
            let form = if fault == Fault::PssEmptySalt { OddForm::EmptySalt } else { OddForm::WrongDigestInfo };
            if let Some(odd) = cx.key.sign_oddly(message, form) {
                *signature = odd;
            }
        }
        _ => {}
    }
}

/// The other signature of the same message: s becomes n - s, if s is in the lower half.
pub(super) fn raise_s(signature: &mut Vec<u8>) {
    let Some((r, s)) = der::integers(signature) else { return };
    let negated = difference(&P256_ORDER, &fixed(&s));
    if negated > fixed(&s) {
        *signature = der_signature(&r, &positive(&negated));
    }
}

fn der_signature(r: &[u8], s: &[u8]) -> Vec<u8> {
    // Two integers of at most 34 bytes: every length fits the short form.
    let integer = |content: &[u8]| [&[0x02, short(content.len())], content].concat();
    let content = [integer(r), integer(s)].concat();
    [&[0x30, short(content.len())], content.as_slice()].concat()
}

fn short(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

/// The last 32 bytes of a number, with zeros in front if it is shorter.
fn fixed(number: &[u8]) -> Vec<u8> {
    der::fixed(number, 32)
}

/// The shortest content of a DER INTEGER that is this number.
fn positive(number: &[u8]) -> Vec<u8> {
    let start = number.iter().position(|&byte| byte != 0).unwrap_or(number.len() - 1);
    let trimmed = &number[start..];
    if trimmed[0] & 0x80 == 0 { trimmed.to_vec() } else { [&[0], trimmed].concat() }
}

/// The sum of two numbers of 32 bytes, as the content of a DER INTEGER.
fn sum(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 33];
    let mut carry = 0;
    for index in (0..32).rev() {
        let [high, low] = (u16::from(a[index]) + u16::from(b[index]) + carry).to_be_bytes();
        out[index + 1] = low;
        carry = u16::from(high);
    }
    out[0] = u8::from(carry != 0);
    positive(&out)
}

/// a - b of 32 bytes each, where a is not smaller.
fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 32];
    let mut borrow = false;
    for index in (0..32).rev() {
        let (first, under) = a[index].overflowing_sub(b[index]);
        let (value, under_again) = first.overflowing_sub(u8::from(borrow));
        out[index] = value;
        borrow = under || under_again;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_differences_are_inverse() {
        let small = fixed(&[1, 2, 3]);
        let total = sum(&P256_ORDER, &small);
        assert_eq!(total.len(), 33);
        assert_eq!(difference(&fixed(&total), &small), P256_ORDER);
        assert_eq!(positive(&[0, 0, 0x80]), [0, 0x80]);
        assert_eq!(positive(&[0, 0]), [0]);
    }

    #[test]
    fn raising_s_twice_changes_it_at_most_once() {
        let mut once = der_signature(&[5], &[7]);
        let low = once.clone();
        raise_s(&mut once);
        assert_ne!(once, low);
        let mut twice = once.clone();
        raise_s(&mut twice);
        assert_eq!(twice, once);
    }
}
