//! A small CBOR writer: statements whose members can be changed and left out.

use alloc::vec;
use alloc::vec::Vec;

#[derive(Clone)]
pub(crate) enum Value {
    Int(i64),
    Bytes(Vec<u8>),
    Text(&'static str),
    Array(Vec<Value>),
}

impl Value {
    /// An x5c.
    pub(crate) fn x5c(certificates: &[Vec<u8>]) -> Self {
        Self::Array(certificates.iter().cloned().map(Value::Bytes).collect())
    }

    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(value @ 0..) => head(out, 0, u64::try_from(*value).unwrap()),
            Self::Int(value) => head(out, 1, u64::try_from(!*value).unwrap()),
            Self::Bytes(bytes) => string(out, 2, bytes),
            Self::Text(text) => string(out, 3, text.as_bytes()),
            Self::Array(items) => {
                head(out, 4, u64::try_from(items.len()).unwrap());
                items.iter().for_each(|item| item.encode(out));
            }
        }
    }
}

/// A map with text keys.
#[derive(Clone)]
pub(crate) struct Members(Vec<(&'static str, Value)>);

impl Members {
    pub(crate) fn new(members: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        Self(members.into_iter().collect())
    }

    /// With another value for a member, or one more member.
    pub(crate) fn with(mut self, name: &'static str, value: Value) -> Self {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        let before = self.0.len();
        self.0.retain(|(known, _)| *known != name);
        assert_eq!(self.0.len() + 1, before);
        self
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        head(&mut out, 5, u64::try_from(self.0.len()).unwrap());
        for (name, value) in &self.0 {
            string(&mut out, 3, name.as_bytes());
            value.encode(&mut out);
        }
        out
    }
}

fn string(out: &mut Vec<u8>, major: u8, bytes: &[u8]) {
    head(out, major, u64::try_from(bytes.len()).unwrap());
    out.extend_from_slice(bytes);
}

fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let bytes = argument.to_be_bytes();
    let (info, tail) = match argument {
        0..24 => return out.push(major << 5 | bytes[7]),
        24..0x100 => (24, &bytes[7..]),
        0x100..0x1_0000 => (25, &bytes[6..]),
        _ => (26, &bytes[4..]),
    };
    out.extend(vec![major << 5 | info]);
    out.extend_from_slice(tail);
}
