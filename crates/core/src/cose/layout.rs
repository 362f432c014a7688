//! Where a key's parameters stand in its COSE_Key.

use super::{Algorithm, QUICK_LEN};
use crate::error::KeyFault;
use crate::verifier::SignatureScheme;
use core::ops::Range;

/// The version of the quick form.
const VERSION: u8 = 1;

/// Up to two parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) first: Slot,
    pub(super) second: Slot,
}

/// A piece of a COSE_Key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    offset: u16,
    len: u16,
}

impl Slot {
    pub(super) const EMPTY: Self = Self { offset: 0, len: 0 };

    pub(super) fn new(range: &Range<usize>) -> Option<Self> {
        Some(Self { offset: u16::try_from(range.start).ok()?, len: u16::try_from(range.len()).ok()? })
    }

    fn range(self) -> Range<usize> {
        let start = usize::from(self.offset);
        start..start + usize::from(self.len)
    }

    /// The piece; empty should it lie outside, which [`Layout::fits`] has excluded.
    pub(super) fn of(self, cose: &[u8]) -> &[u8] {
        cose.get(self.range()).unwrap_or(&[])
    }
}

impl Layout {
    pub(super) fn fits(self, cose: &[u8]) -> bool {
        [self.first, self.second].iter().all(|slot| slot.range().end <= cose.len())
    }

    pub(super) fn to_quick(self, algorithm: Algorithm) -> [u8; QUICK_LEN] {
        // Every algorithm's identifier fits: the registry's private range ends at -65537.
        let [a, b, c, d] = i32::try_from(algorithm.id()).unwrap_or(0).to_be_bytes();
        let [e, f] = self.first.offset.to_be_bytes();
        let [g, h] = self.first.len.to_be_bytes();
        let [i, j] = self.second.offset.to_be_bytes();
        let [k, l] = self.second.len.to_be_bytes();
        [VERSION, a, b, c, d, e, f, g, h, i, j, k, l]
    }

    pub(super) fn from_quick(quick: &[u8]) -> Result<(Algorithm, Self), KeyFault> {
        let &[VERSION, a, b, c, d, e, f, g, h, i, j, k, l] = quick else { return Err(KeyFault::NotCoseKey) };
        let id = i32::from_be_bytes([a, b, c, d]);
        let algorithm = Algorithm::from_id(id.into()).ok_or(KeyFault::NotCoseKey)?;
        let slot = |offset, len| Slot { offset: u16::from_be_bytes(offset), len: u16::from_be_bytes(len) };
        let layout = Self { first: slot([e, f], [g, h]), second: slot([i, j], [k, l]) };
        let has_one = !matches!(
            algorithm.scheme(),
            SignatureScheme::Ecdsa(..) | SignatureScheme::RsaPkcs1(_) | SignatureScheme::RsaPss(_)
        );
        if has_one && layout.second != Slot::EMPTY {
            return Err(KeyFault::NotCoseKey);
        }
        Ok((algorithm, layout))
    }
}
