//! Changes of bytes.

use arbitrary::Arbitrary;

/// A change of bytes.
#[derive(Arbitrary, Clone, Debug)]
pub enum Edit {
    /// None.
    Keep,
    /// Bits of some bytes.
    Flip(Vec<(u16, u8)>),
    /// Less at the end.
    Cut(u16),
    /// More at the end.
    Extend(Vec<u8>),
    /// Other bytes at a place, in place of as many of the old ones as are counted.
    Splice(u16, u8, Vec<u8>),
    /// Something else.
    Replace(Vec<u8>),
}

impl Edit {
    /// Makes the change.
    pub fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |at: u16, bytes: &[u8]| usize::from(at).checked_rem(bytes.len()).unwrap_or_default();
        match self {
            Self::Keep => {}
            Self::Flip(flips) => {
                for (at, bits) in flips {
                    let at = place(*at, bytes);
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= bits;
                    }
                }
            }
            Self::Cut(at) => bytes.truncate(place(*at, bytes)),
            Self::Extend(more) => bytes.extend(more),
            Self::Splice(at, count, with) => {
                let start = place(*at, bytes);
                let end = bytes.len().min(start + usize::from(*count));
                drop(bytes.splice(start..end, with.iter().copied()));
            }
            Self::Replace(other) => bytes.clone_from(other),
        }
    }
}
