//! CTAP2 canonical CBOR.

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Cbor {
    Int(i64),
    Bytes(Vec<u8>),
    Text(&'static str),
    Bool(bool),
    Array(Vec<Cbor>),
    /// In any order: it is sorted when it is written.
    Map(Vec<(Cbor, Cbor)>),
}

impl Cbor {
    /// A map with text keys.
    pub(super) fn text_map<const N: usize>(entries: [(&'static str, Self); N]) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (Self::Text(key), value)).collect())
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Int(number) if *number < 0 => head(1, (-1 - number).unsigned_abs()),
            Self::Int(number) => head(0, number.unsigned_abs()),
            Self::Bytes(bytes) => [head_of_len(2, bytes.len()), bytes.clone()].concat(),
            Self::Text(text) => [head_of_len(3, text.len()).as_slice(), text.as_bytes()].concat(),
            Self::Bool(value) => vec![if *value { 0xf5 } else { 0xf4 }],
            Self::Array(items) => {
                let items = items.iter().flat_map(Self::encode);
                head_of_len(4, self.len()).into_iter().chain(items).collect()
            }
            Self::Map(entries) => {
                let mut entries: Vec<_> = entries.iter().map(|(key, value)| (key.encode(), value.encode())).collect();
                // With lengths in front, the order of the bytes is that of the lengths first.
                entries.sort();
                let entries = entries.into_iter().flat_map(|(key, value)| [key, value].concat());
                head_of_len(5, self.len()).into_iter().chain(entries).collect()
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Array(items) => items.len(),
            Self::Map(entries) => entries.len(),
            _ => 0,
        }
    }
}

fn head_of_len(major: u8, len: usize) -> Vec<u8> {
    head(major, u64::try_from(len).unwrap_or(u64::MAX))
}

/// Major type and argument, in the fewest bytes.
fn head(major: u8, argument: u64) -> Vec<u8> {
    let major = major << 5;
    match argument {
        0..=23 => vec![major | u8::try_from(argument).unwrap_or_default()],
        _ => {
            let bytes = argument.to_be_bytes();
            let (info, len) = match argument {
                0..=0xff => (24, 1),
                0x100..=0xffff => (25, 2),
                0x1_0000..=0xffff_ffff => (26, 4),
                _ => (27, 8),
            };
            let tail = bytes.get(bytes.len() - len..).unwrap_or_default();
            [&[major | info], tail].concat()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_shortest() {
        let cases: [(i64, &[u8]); 8] = [
            (23, &[0x17]),
            (24, &[0x18, 24]),
            (255, &[0x18, 255]),
            (256, &[0x19, 1, 0]),
            (65536, &[0x1a, 0, 1, 0, 0]),
            (-1, &[0x20]),
            (-257, &[0x39, 1, 0]),
            (-65535, &[0x39, 0xff, 0xfe]),
        ];
        for (number, bytes) in cases {
            assert_eq!(Cbor::Int(number).encode(), bytes, "{number}");
        }
    }

    #[test]
    fn keys_are_sorted_by_type_then_length_then_bytes() {
        let key = Cbor::Map([-3, -2, 3, -1, 1].map(|key| (Cbor::Int(key), Cbor::Int(0))).to_vec());
        assert_eq!(key.encode(), [0xa5, 1, 0, 3, 0, 0x20, 0, 0x21, 0, 0x22, 0]);
        let map =
            Cbor::text_map([("ver", Cbor::Bool(true)), ("a", Cbor::Array(vec![])), ("sig", Cbor::Bytes(vec![9]))]);
        assert_eq!(map.encode(), *b"\xa3\x61a\x80\x63sig\x41\x09\x63ver\xf5");
    }
}
