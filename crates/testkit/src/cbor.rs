//! A CBOR writer that can also write what no encoder should.

/// A CBOR value, written exactly in the order and form that it is held in.
///
/// Integers and lengths take their shortest form. Whatever needs another form (indefinite lengths, wide heads, broken
/// text) is spliced in with [`Cbor::Raw`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Cbor {
    /// An integer of major type 0 or 1.
    Int(i64),
    /// A byte string.
    Bytes(Vec<u8>),
    /// A text string.
    Text(String),
    /// An array.
    Array(Vec<Cbor>),
    /// A map, its entries in the order of writing; nothing sorts them or drops duplicates.
    Map(Vec<(Cbor, Cbor)>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A tagged value.
    Tag(u64, Box<Cbor>),
    /// Bytes copied verbatim into the output.
    Raw(Vec<u8>),
}

impl Cbor {
    /// The encoded bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// A map in CTAP2 canonical order: by the encoded key, shorter keys first, then bytewise.
    #[must_use]
    pub fn canonical_map(mut entries: Vec<(Cbor, Cbor)>) -> Self {
        entries.sort_by_cached_key(|(key, _)| {
            let bytes = key.encode();
            (bytes.first().map(|head| head >> 5), bytes.len(), bytes)
        });
        Self::Map(entries)
    }

    /// The value that a map holds under `key`; `None` for anything but a map.
    #[must_use]
    pub fn entry(&self, key: impl Into<Cbor>) -> Option<&Cbor> {
        let key = key.into();
        match self {
            Self::Map(entries) => entries.iter().find_map(|(candidate, value)| (*candidate == key).then_some(value)),
            _ => None,
        }
    }

    /// Sets the value under `key` in place, or adds it at the end; does nothing on anything but a map.
    pub fn set(&mut self, key: impl Into<Cbor>, value: impl Into<Cbor>) {
        let (key, value) = (key.into(), value.into());
        if let Self::Map(entries) = self {
            match entries.iter_mut().find(|(candidate, _)| *candidate == key) {
                Some((_, held)) => *held = value,
                None => entries.push((key, value)),
            }
        }
    }

    /// Adds an entry at the end of a map, even if the key is already there.
    pub fn push(&mut self, key: impl Into<Cbor>, value: impl Into<Cbor>) {
        if let Self::Map(entries) = self {
            entries.push((key.into(), value.into()));
        }
    }

    /// Removes every entry under `key` from a map.
    pub fn remove(&mut self, key: impl Into<Cbor>) {
        let key = key.into();
        if let Self::Map(entries) = self {
            entries.retain(|(candidate, _)| *candidate != key);
        }
    }

    /// Sorts a map's entries into CTAP2 canonical order.
    pub fn sort(&mut self) {
        if let Self::Map(entries) = self {
            *self = Self::canonical_map(std::mem::take(entries));
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(value) => {
                // A negative n is stored as -1 - n, which is the bitwise complement.
                let (major, magnitude) = if *value < 0 { (1, !*value) } else { (0, *value) };
                head(out, major, magnitude.unsigned_abs());
            }
            Self::Bytes(bytes) => {
                head(out, 2, length(bytes.len()));
                out.extend_from_slice(bytes);
            }
            Self::Text(text) => {
                head(out, 3, length(text.len()));
                out.extend_from_slice(text.as_bytes());
            }
            Self::Array(items) => {
                head(out, 4, length(items.len()));
                for item in items {
                    item.write(out);
                }
            }
            Self::Map(entries) => {
                head(out, 5, length(entries.len()));
                for (key, value) in entries {
                    key.write(out);
                    value.write(out);
                }
            }
            Self::Tag(tag, inner) => {
                head(out, 6, *tag);
                inner.write(out);
            }
            Self::Bool(value) => out.push(if *value { 0xf5 } else { 0xf4 }),
            Self::Null => out.push(0xf6),
            Self::Raw(bytes) => out.extend_from_slice(bytes),
        }
    }
}

fn length(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

fn head(out: &mut Vec<u8>, major: u8, value: u64) {
    let major = major << 5;
    let bytes = value.to_be_bytes();
    match value {
        0..=23 => out.push(major | bytes[7]),
        24..=0xff => out.extend_from_slice(&[major | 24, bytes[7]]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend_from_slice(&bytes[6..]);
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend_from_slice(&bytes[4..]);
        }
        _ => {
            out.push(major | 27);
            out.extend_from_slice(&bytes);
        }
    }
}

impl From<i64> for Cbor {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Cbor {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Cbor {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<Vec<u8>> for Cbor {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<&[u8]> for Cbor {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_take_the_shortest_form() {
        let cases: [(i64, &[u8]); 9] = [
            (0, &[0x00]),
            (23, &[0x17]),
            (24, &[0x18, 24]),
            (256, &[0x19, 1, 0]),
            (65536, &[0x1a, 0, 1, 0, 0]),
            (-1, &[0x20]),
            (-7, &[0x26]),
            (-257, &[0x39, 1, 0]),
            (i64::MIN, &[0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ];
        for (value, bytes) in cases {
            assert_eq!(Cbor::Int(value).encode(), bytes, "{value}");
        }
    }

    #[test]
    fn canonical_maps_sort_by_major_type_length_and_bytes() {
        let map = Cbor::canonical_map(vec![
            (Cbor::from("aa"), Cbor::Null),
            (Cbor::from("b"), Cbor::Null),
            (Cbor::from(-1), Cbor::Null),
            (Cbor::from(3), Cbor::Null),
        ]);
        assert_eq!(map.encode(), [0xa4, 0x03, 0xf6, 0x20, 0xf6, 0x61, b'b', 0xf6, 0x62, b'a', b'a', 0xf6]);
    }

    #[test]
    fn maps_keep_what_an_encoder_would_refuse() {
        let mut map = Cbor::Map(vec![(Cbor::from(1), Cbor::from(2))]);
        map.push(1, 3);
        map.push("x", Cbor::Raw(vec![0x5f]));
        assert_eq!(map.encode(), [0xa3, 1, 2, 1, 3, 0x61, b'x', 0x5f]);
        map.remove(1);
        assert_eq!(map.entry(1), None);
    }
}
