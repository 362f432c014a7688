//! A DER writer that can also write what no encoder should.
//!
//! Each function gives the bytes of one element. What needs another form (a wrong tag, a long length, broken content)
//! is put together with [`element`], or cut out of the bytes by hand.

/// One element: the tag's octets, the shortest length, the content.
#[must_use]
pub fn element(tag: &[u8], content: &[u8]) -> Vec<u8> {
    let mut out = tag.to_vec();
    let length = content.len().to_be_bytes();
    let skip = length.iter().take_while(|&&byte| byte == 0).count();
    match content.len() {
        0..=0x7f => out.push(length[length.len() - 1]),
        _ => {
            out.push(0x80 | u8::try_from(length.len() - skip).unwrap_or(8));
            out.extend_from_slice(&length[skip..]);
        }
    }
    out.extend_from_slice(content);
    out
}

/// A SEQUENCE of encoded elements.
#[must_use]
pub fn sequence(elements: &[Vec<u8>]) -> Vec<u8> {
    element(&[0x30], &elements.concat())
}

/// A SET OF encoded elements, sorted as DER asks.
#[must_use]
pub fn set_of(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    element(&[0x31], &elements.concat())
}

/// A BOOLEAN.
#[must_use]
pub fn boolean(value: bool) -> Vec<u8> {
    element(&[0x01], &[if value { 0xff } else { 0 }])
}

/// An INTEGER from a big-endian number without sign, in the shortest form.
#[must_use]
pub fn unsigned(number: &[u8]) -> Vec<u8> {
    let start = number.iter().position(|&byte| byte != 0).unwrap_or(number.len());
    let trimmed = &number[start..];
    match trimmed.first() {
        None => element(&[0x02], &[0]),
        Some(first) if first & 0x80 != 0 => element(&[0x02], &[&[0], trimmed].concat()),
        Some(_) => element(&[0x02], trimmed),
    }
}

/// An INTEGER that is not negative.
#[must_use]
pub fn integer(value: u64) -> Vec<u8> {
    unsigned(&value.to_be_bytes())
}

/// An ENUMERATED of 0 to 127.
#[must_use]
pub fn enumerated(value: u8) -> Vec<u8> {
    element(&[0x0a], &[value])
}

/// NULL.
#[must_use]
pub fn null() -> Vec<u8> {
    element(&[0x05], &[])
}

/// An OCTET STRING.
#[must_use]
pub fn octet_string(content: &[u8]) -> Vec<u8> {
    element(&[0x04], content)
}

/// A BIT STRING without unused bits.
#[must_use]
pub fn bit_string(content: &[u8]) -> Vec<u8> {
    element(&[0x03], &[&[0], content].concat())
}

/// A BIT STRING of named bits, bit 0 first; zeros at the end are left out, as DER asks.
#[must_use]
pub fn named_bits(bits: &[u8]) -> Vec<u8> {
    let Some(last) = bits.iter().copied().max() else { return element(&[0x03], &[0]) };
    let mut content = vec![0; usize::from(last / 8) + 1];
    for bit in bits {
        content[usize::from(bit / 8)] |= 0x80 >> (bit % 8);
    }
    element(&[0x03], &[&[7 - last % 8], content.as_slice()].concat())
}

/// A UTF8String.
#[must_use]
pub fn utf8_string(text: &str) -> Vec<u8> {
    element(&[0x0c], text.as_bytes())
}

/// A PrintableString; the characters are not checked.
#[must_use]
pub fn printable_string(text: &str) -> Vec<u8> {
    element(&[0x13], text.as_bytes())
}

/// An OBJECT IDENTIFIER from its dotted form.
///
/// # Panics
///
/// Panics if the text is no dotted list of at least two numbers.
#[must_use]
pub fn oid(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> = dotted.split('.').map(|arc| arc.parse().expect("an arc is a number")).collect();
    let mut content = base128(arcs[0] * 40 + arcs[1]);
    for arc in &arcs[2..] {
        content.extend(base128(*arc));
    }
    element(&[0x06], &content)
}

/// A context-specific element with explicit content, of any tag number: `[number] { content }`.
#[must_use]
pub fn explicit(number: u32, content: &[u8]) -> Vec<u8> {
    element(&context_tag(0xa0, number), content)
}

/// A context-specific primitive element, of any tag number: implicit strings and names.
#[must_use]
pub fn implicit(number: u32, content: &[u8]) -> Vec<u8> {
    element(&context_tag(0x80, number), content)
}

/// The octets of a context-specific tag; numbers above 30 take the long form.
fn context_tag(class: u8, number: u32) -> Vec<u8> {
    match u8::try_from(number) {
        Ok(low @ 0..=30) => vec![class | low],
        _ => [vec![class | 0x1f], base128(u64::from(number))].concat(),
    }
}

/// Seven bits in an octet, the most significant first, all but the last with the top bit set.
fn base128(mut number: u64) -> Vec<u8> {
    let mut out = vec![(number & 0x7f) as u8];
    while number > 0x7f {
        number >>= 7;
        out.insert(0, 0x80 | (number & 0x7f) as u8);
    }
    out
}

/// A Time of seconds since 1970: UTCTime up to the year 2049, GeneralizedTime from 2050 on.
#[must_use]
pub fn time(unix_seconds: i64) -> Vec<u8> {
    let (days, second) = (unix_seconds.div_euclid(86_400), unix_seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let rest = format!("{month:02}{day:02}{:02}{:02}{:02}Z", second / 3600, second / 60 % 60, second % 60);
    if (1950..2050).contains(&year) {
        element(&[0x17], format!("{:02}{rest}", year % 100).as_bytes())
    } else {
        element(&[0x18], format!("{year:04}{rest}").as_bytes())
    }
}

/// Year, month and day of a number of days since 1970: eras of 400 years, counted from a first of March.
const fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, early) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + early, month, day)
}

/// The contents of the two INTEGERs of an Ecdsa-Sig-Value; `None` if it is none.
pub(crate) fn integers(signature: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let content = match signature {
        [0x30, 0x81, length, content @ ..] if usize::from(*length) == content.len() => content,
        [0x30, length, content @ ..] if usize::from(*length) == content.len() => content,
        _ => return None,
    };
    let [0x02, r_length, rest @ ..] = content else { return None };
    let (r, rest) = rest.split_at_checked(usize::from(*r_length))?;
    let [0x02, s_length, s @ ..] = rest else { return None };
    (s.len() == usize::from(*s_length)).then(|| (r.to_vec(), s.to_vec()))
}

/// The last `size` bytes of a number, with zeros in front if it is shorter.
pub(crate) fn fixed(number: &[u8], size: usize) -> Vec<u8> {
    let tail = &number[number.len().saturating_sub(size)..];
    [vec![0; size - tail.len()], tail.to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_their_shortest_form() {
        assert_eq!(element(&[4], &[]), [4, 0]);
        assert_eq!(element(&[4], &[7; 127])[..2], [4, 0x7f]);
        assert_eq!(element(&[4], &[7; 128])[..3], [4, 0x81, 0x80]);
        assert_eq!(element(&[4], &[7; 256])[..4], [4, 0x82, 1, 0]);
        assert_eq!(element(&[4], &vec![7; 65_536])[..5], [4, 0x83, 1, 0, 0]);
    }

    #[test]
    fn numbers_are_shortest_and_never_negative() {
        assert_eq!(integer(0), [2, 1, 0]);
        assert_eq!(integer(127), [2, 1, 127]);
        assert_eq!(integer(128), [2, 2, 0, 128]);
        assert_eq!(unsigned(&[0, 0, 1, 0]), [2, 2, 1, 0]);
    }

    #[test]
    fn object_identifiers_and_tags() {
        assert_eq!(oid("1.2.840.113549.1.1.11"), [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11]);
        assert_eq!(oid("2.23.133.8.3"), [6, 5, 0x67, 0x81, 0x05, 8, 3]);
        assert_eq!(explicit(1, &[5, 0]), [0xa1, 2, 5, 0]);
        assert_eq!(explicit(702, &[]), [0xbf, 0x85, 0x3e, 0]);
        assert_eq!(explicit(600, &[]), [0xbf, 0x84, 0x58, 0]);
    }

    #[test]
    fn named_bits_end_with_the_last_one() {
        assert_eq!(named_bits(&[5, 6]), [3, 2, 1, 0x06]);
        assert_eq!(named_bits(&[0]), [3, 2, 7, 0x80]);
        assert_eq!(named_bits(&[]), [3, 1, 0]);
    }

    #[test]
    fn times_change_their_form_in_2050() {
        let utc = |text: &str| element(&[0x17], text.as_bytes());
        assert_eq!(time(0), utc("700101000000Z"));
        assert_eq!(time(951_782_399), utc("000228235959Z"));
        assert_eq!(time(951_782_400), utc("000229000000Z"));
        assert_eq!(time(1_704_067_200), utc("240101000000Z"));
        assert_eq!(time(2_524_607_999), utc("491231235959Z"));
        assert_eq!(time(2_524_608_000), element(&[0x18], b"20500101000000Z"));
        assert_eq!(time(33_260_976_000), element(&[0x18], b"30240101000000Z"));
        assert_eq!(time(-631_152_001), element(&[0x18], b"19491231235959Z"));
    }
}
