//! CTAP2 CBOR: one iterative check over what came from outside, then a pull reader over the checked bytes.
//!
//! Headers are decoded by `ciborium_ll`; nothing here recurses, and nothing is allocated for a map whose keys come in
//! canonical order.

mod reader;

pub(crate) use reader::{Key, Kind, Reader};

use crate::error::MalformedReason;
use crate::policy::Limits;
use alloc::vec::Vec;
use ciborium_ll::{Decoder, Error, Header};

/// The deepest nesting that [`check`] follows, whatever the limits say.
const MAX_DEPTH: usize = 8;

/// Bounds on what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CborLimits {
    /// Arrays and maps inside each other; never more than 8.
    pub(crate) depth: usize,
    /// Entries of one array or map.
    pub(crate) entries: usize,
    /// Items in all: every number, string, key, array and map counts.
    pub(crate) items: usize,
}

impl CborLimits {
    /// Whether an item is within them that is nested so deep, has so many entries in its largest array or map, and consists of
    /// so many items.
    pub(crate) const fn admit(&self, depth: usize, entries: usize, items: usize) -> bool {
        self.depth >= depth && self.entries >= entries && self.items >= items
    }
}

impl From<&Limits> for CborLimits {
    fn from(limits: &Limits) -> Self {
        Self { depth: limits.cbor_depth, entries: limits.cbor_entries, items: limits.cbor_items }
    }
}

/// What [`check`] found out about the first item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    /// The item's length in bytes; whatever follows was not looked at.
    pub(crate) len: usize,
    /// Whether every head is as short as can be and every map's keys are in CTAP2's order.
    pub(crate) canonical: bool,
}

/// Why bytes are not the CBOR that they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CborFault {
    /// Ends inside an item, or a length goes beyond the end.
    Truncated,
    /// Not CBOR, or a tag, an indefinite length, or a map key that is neither integer nor text.
    NotCbor,
    /// A map names a key twice.
    Duplicate,
    /// Nested deeper than the limit.
    TooDeep,
    /// More entries of one array or map than the limit.
    TooMany,
    /// More items in all than the limit.
    TooManyItems,
    /// Another type than the reader asked for, or an integer outside 64 bits.
    WrongType,
    /// A text string is not UTF-8.
    NotUtf8,
    /// Something follows the item.
    Trailing,
}

impl CborFault {
    /// The reason that a response's error names; `limits` are those of the check.
    pub(crate) const fn reason(self, limits: &CborLimits) -> MalformedReason {
        match self {
            Self::Truncated => MalformedReason::Truncated,
            Self::NotCbor => MalformedReason::NotCbor,
            Self::Duplicate => MalformedReason::Duplicate,
            Self::TooDeep => MalformedReason::TooDeep(if limits.depth < MAX_DEPTH { limits.depth } else { MAX_DEPTH }),
            Self::TooMany => MalformedReason::TooManyEntries(limits.entries),
            Self::TooManyItems => MalformedReason::TooManyItems(limits.items),
            Self::WrongType => MalformedReason::WrongType,
            Self::NotUtf8 => MalformedReason::NotUtf8,
            Self::Trailing => MalformedReason::TrailingBytes,
        }
    }
}

/// Checks the first item of `input` and everything in it.
///
/// # Errors
///
/// Any fault but `Trailing`: tags, indefinite lengths, duplicate keys and keys other than integers and text are
/// refused, and so are integers outside `i64`, text that is not UTF-8 and lengths beyond the input. Floats and
/// simple values may stand as values.
pub(crate) fn check(input: &[u8], limits: &CborLimits) -> Result<Checked, CborFault> {
    let depth_limit = limits.depth.min(MAX_DEPTH);
    let mut frames: [Frame<'_>; MAX_DEPTH] = [const { Frame::EMPTY }; MAX_DEPTH];
    let mut depth = 0_usize;
    let mut rest = input;
    let mut canonical = true;
    let mut items = 0_usize;
    loop {
        // Small items are many and each costs as much as a large one: without this, 32 KiB would cost hundreds of times what
        // an honest response does.
        items += 1;
        if items > limits.items {
            return Err(CborFault::TooManyItems);
        }
        let item = Item::pull(&mut rest)?;
        canonical &= item.minimal;

        // The item is the next piece of the innermost array or map.
        if let Some(frame) = depth.checked_sub(1).and_then(|top| frames.get_mut(top)) {
            if frame.is_map && frame.left.is_multiple_of(2) {
                let key = SortKey::of(&item).ok_or(CborFault::NotCbor)?;
                canonical &= frame.admit(key)?;
            }
            frame.left -= 1;
        }

        if let Some((entries, is_map)) = item.container() {
            if depth >= depth_limit {
                return Err(CborFault::TooDeep);
            }
            if entries > limits.entries {
                return Err(CborFault::TooMany);
            }
            let left = if is_map { entries.checked_mul(2) } else { Some(entries) };
            // Each piece takes a byte at least.
            let left = left.filter(|left| *left <= rest.len()).ok_or(CborFault::Truncated)?;
            let frame = frames.get_mut(depth).ok_or(CborFault::TooDeep)?;
            *frame = Frame { is_map, left, body: rest, last: None, unordered: Vec::new(), entries: 0 };
            depth += 1;
        }

        // Every array and map that is complete now closes.
        while depth.checked_sub(1).and_then(|top| frames.get(top)).is_some_and(|frame| frame.left == 0) {
            depth -= 1;
        }
        if depth == 0 {
            return Ok(Checked { len: input.len() - rest.len(), canonical });
        }
    }
}

/// Checks that `input` is one item and nothing else.
///
/// # Errors
///
/// As [`check`], and `Trailing`.
pub(crate) fn check_all(input: &[u8], limits: &CborLimits) -> Result<Checked, CborFault> {
    let checked = check(input, limits)?;
    if checked.len == input.len() { Ok(checked) } else { Err(CborFault::Trailing) }
}

/// An array or map whose pieces are being read.
struct Frame<'a> {
    is_map: bool,
    /// Items still to come; a map's keys and values count each, so that a key is next when it is even.
    left: usize,
    /// From the first piece to the end of the input.
    body: &'a [u8],
    /// The greatest key so far.
    last: Option<SortKey<'a>>,
    /// All keys so far, sorted, once they turned out not to come in order.
    unordered: Vec<SortKey<'a>>,
    /// The number of keys so far.
    entries: usize,
}

impl<'a> Frame<'a> {
    const EMPTY: Self = Self { is_map: false, left: 0, body: &[], last: None, unordered: Vec::new(), entries: 0 };

    /// Takes a key in, and tells whether it stands in canonical order.
    fn admit(&mut self, key: SortKey<'a>) -> Result<bool, CborFault> {
        let in_order = self.last.as_ref().is_none_or(|last| *last < key);
        if self.unordered.is_empty() {
            if in_order {
                self.last = Some(key);
                self.entries += 1;
                return Ok(true);
            }
            // The first key out of order: those before it are sorted and have to be found again.
            self.unordered = keys(self.body, self.entries)?;
        }
        match self.unordered.binary_search(&key) {
            Ok(_) => Err(CborFault::Duplicate),
            Err(at) => {
                self.unordered.insert(at, key);
                Ok(false)
            }
        }
    }
}

/// The first `count` keys of a map whose pieces begin with `body`.
fn keys(body: &[u8], count: usize) -> Result<Vec<SortKey<'_>>, CborFault> {
    let mut rest = body;
    let mut keys = Vec::with_capacity(count + 1);
    for _ in 0..count {
        keys.push(SortKey::of(&Item::pull(&mut rest)?).ok_or(CborFault::NotCbor)?);
        skip(&mut rest)?;
    }
    Ok(keys)
}

/// Passes over one item with everything in it.
fn skip(rest: &mut &[u8]) -> Result<(), CborFault> {
    let mut open = 1_usize;
    while open > 0 {
        let item = Item::pull(rest)?;
        let (entries, is_map) = item.container().unwrap_or((0, false));
        let pieces = if is_map { entries.checked_mul(2) } else { Some(entries) };
        open = pieces.and_then(|pieces| pieces.checked_add(open - 1)).ok_or(CborFault::Truncated)?;
    }
    Ok(())
}

/// CTAP2's order of keys: by major type, then by length, then by bytes. For integers, whose heads must be as short
/// as can be, that is the order of their arguments. A key that is not minimal compares by what it means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct SortKey<'a> {
    major: u8,
    /// The integer's argument, or the text's length.
    argument: u64,
    text: &'a [u8],
}

impl<'a> SortKey<'a> {
    fn of(item: &Item<'a>) -> Option<Self> {
        let (major, text) = match item.header {
            Header::Positive(_) => (0, &[][..]),
            Header::Negative(_) => (1, &[][..]),
            Header::Text(_) => (3, item.body),
            _ => return None,
        };
        Some(Self { major, argument: item.argument, text })
    }
}

/// One head, with the bytes of a string.
struct Item<'a> {
    header: Header,
    /// The number in the head: an integer's argument, a length, a number of entries.
    argument: u64,
    /// A string's bytes; empty for anything else.
    body: &'a [u8],
    minimal: bool,
}

impl<'a> Item<'a> {
    /// Reads the head and string that `rest` begins with, and moves `rest` behind them.
    fn pull(rest: &mut &'a [u8]) -> Result<Self, CborFault> {
        let mut decoder = Decoder::from(*rest);
        let header = decoder.pull().map_err(|error| match error {
            Error::Io(_) => CborFault::Truncated,
            Error::Syntax(_) => CborFault::NotCbor,
        })?;
        let head = decoder.offset();
        let (_, after) = rest.split_at_checked(head).ok_or(CborFault::Truncated)?;
        let length = |len: usize| u64::try_from(len).map_err(|_| CborFault::NotCbor);
        let (argument, string) = match header {
            Header::Positive(argument) | Header::Negative(argument) => {
                i64::try_from(argument).map_err(|_| CborFault::WrongType)?;
                (argument, None)
            }
            Header::Bytes(Some(len)) | Header::Text(Some(len)) => (length(len)?, Some(len)),
            Header::Array(Some(len)) | Header::Map(Some(len)) => (length(len)?, None),
            // CTAP2 leaves floats at the width they have.
            Header::Float(_) => {
                *rest = after;
                return Ok(Self { header, argument: 0, body: &[], minimal: true });
            }
            // RFC 8949 §3.3: a simple value below 32 in two bytes is not well-formed.
            Header::Simple(value) if head == 2 && value < 32 => return Err(CborFault::NotCbor),
            Header::Simple(value) => (u64::from(value), None),
            Header::Tag(_)
            | Header::Break
            | Header::Bytes(None)
            | Header::Text(None)
            | Header::Array(None)
            | Header::Map(None) => return Err(CborFault::NotCbor),
        };
        let (body, after) = match string {
            Some(len) => after.split_at_checked(len).ok_or(CborFault::Truncated)?,
            None => (&[][..], after),
        };
        if matches!(header, Header::Text(_)) && core::str::from_utf8(body).is_err() {
            return Err(CborFault::NotUtf8);
        }
        *rest = after;
        Ok(Self { header, argument, body, minimal: head == shortest_head(argument) })
    }

    /// The number of entries of an array or map, and whether it is a map.
    const fn container(&self) -> Option<(usize, bool)> {
        match self.header {
            Header::Array(Some(entries)) => Some((entries, false)),
            Header::Map(Some(entries)) => Some((entries, true)),
            _ => None,
        }
    }
}

const fn shortest_head(argument: u64) -> usize {
    match argument {
        0..24 => 1,
        24..0x100 => 2,
        0x100..0x1_0000 => 3,
        0x1_0000..0x1_0000_0000 => 5,
        _ => 9,
    }
}

#[cfg(test)]
mod tests;
