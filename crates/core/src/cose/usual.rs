//! The COSE_Keys of the algorithms that authenticators have, byte for byte as they write them: canonical CBOR with nothing
//! but what the key needs. Whatever is written otherwise is read as CBOR; a test compares both ways.

use super::layout::{Layout, Slot};
use super::{Algorithm, parse};
use crate::cbor::CborLimits;

/// The bytes before the first number, its length, the bytes before the second, its length.
struct Form {
    algorithm: Algorithm,
    /// Entries of the map.
    entries: usize,
    before: &'static [u8],
    first: usize,
    between: &'static [u8],
    second: usize,
}

/// kty, alg and crv, then x and y or n and e, each under its label.
const FORMS: [Form; 5] = [
    Form {
        algorithm: Algorithm::Es256,
        entries: 5,
        before: &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20],
        first: 32,
        between: &[0x22, 0x58, 0x20],
        second: 32,
    },
    Form {
        algorithm: Algorithm::EdDsa,
        entries: 4,
        before: &[0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20],
        first: 32,
        between: &[],
        second: 0,
    },
    Form {
        algorithm: Algorithm::Rs256,
        entries: 4,
        before: &[0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59, 0x01, 0x00],
        first: 256,
        between: &[0x21, 0x43],
        second: 3,
    },
    Form {
        algorithm: Algorithm::Es384,
        entries: 5,
        before: &[0xa5, 0x01, 0x02, 0x03, 0x38, 0x22, 0x20, 0x02, 0x21, 0x58, 0x30],
        first: 48,
        between: &[0x22, 0x58, 0x30],
        second: 48,
    },
    Form {
        algorithm: Algorithm::Es512,
        entries: 5,
        before: &[0xa5, 0x01, 0x02, 0x03, 0x38, 0x23, 0x20, 0x03, 0x21, 0x58, 0x42],
        first: 66,
        between: &[0x22, 0x58, 0x42],
        second: 66,
    },
];

impl Form {
    /// The length of the key that `input` begins with, if it is of this form.
    fn len(&self, input: &[u8]) -> Option<usize> {
        let (first, rest) = input.strip_prefix(self.before)?.split_at_checked(self.first)?;
        let (second, _) = rest.strip_prefix(self.between)?.split_at_checked(self.second)?;
        Some(self.before.len() + first.len() + self.between.len() + second.len())
    }

    fn layout(&self) -> Option<Layout> {
        let first = self.before.len()..self.before.len() + self.first;
        let second = first.end + self.between.len()..first.end + self.between.len() + self.second;
        let second = if second.is_empty() { Slot::EMPTY } else { Slot::new(&second)? };
        Some(Layout { first: Slot::new(&first)?, second })
    }

    /// Whether a map of this form is within the limits: itself, and a key and a value for each entry.
    fn is_within(&self, limits: &CborLimits) -> bool {
        limits.admit(1, self.entries, 1 + 2 * self.entries)
    }
}

/// The length of the usual key that `input` begins with; it is canonical.
pub(crate) fn len(input: &[u8], limits: &CborLimits) -> Option<usize> {
    FORMS.iter().filter(|form| form.is_within(limits)).find_map(|form| form.len(input))
}

/// What `cose` is, if it is a usual key and nothing else.
pub(super) fn read(cose: &[u8]) -> Option<(Algorithm, Layout)> {
    let form = FORMS.iter().find(|form| form.len(cose) == Some(cose.len()) && form.is_within(&parse::LIMITS))?;
    Some((form.algorithm, form.layout()?))
}
