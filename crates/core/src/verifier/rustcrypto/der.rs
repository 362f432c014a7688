//! The DER form of an ECDSA signature.

/// Reads `ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 §2.2.3) into big-endian numbers of `N`
/// bytes, N below 60.
///
/// Only the distinguished encoding is taken: short-form lengths, which reach to 127 bytes and so are enough for `N`,
/// shortest integers, nothing after the end. Negative numbers and numbers longer than `N` bytes are refused.
pub(super) fn ecdsa_sig_value<const N: usize>(der: &[u8]) -> Option<([u8; N], [u8; N])> {
    let (body, after) = element(der, 0x30)?;
    let (r, rest) = element(body, 0x02)?;
    let (s, rest) = element(rest, 0x02)?;
    if !after.is_empty() || !rest.is_empty() {
        return None;
    }
    Some((unsigned(r)?, unsigned(s)?))
}

/// The contents of the element of type `tag` that `der` begins with, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    match der {
        [found, len @ 0..=0x7f, rest @ ..] if *found == tag => rest.split_at_checked(usize::from(*len)),
        _ => None,
    }
}

fn unsigned<const N: usize>(integer: &[u8]) -> Option<[u8; N]> {
    let magnitude = match integer {
        // The zero is there to keep the sign bit clear, and for nothing else.
        [0, rest @ ..] if rest.first().is_some_and(|high| *high >= 0x80) => rest,
        [0x01..=0x7f, ..] | [0] => integer,
        _ => return None,
    };
    let mut number = [0; N];
    let start = N.checked_sub(magnitude.len())?;
    number.get_mut(start..)?.copy_from_slice(magnitude);
    Some(number)
}
