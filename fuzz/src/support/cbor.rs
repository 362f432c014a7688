//! The CBOR that a response may hold, as a recursive model: what the library's reader, which must not recurse, is held against.

/// What is read at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Arrays and maps around one another.
    pub depth: usize,
    /// Entries of one.
    pub entries: usize,
    /// Items in all.
    pub items: usize,
}

impl Limits {
    /// As the library's documents have it (`ceremony::Limits`).
    pub const RESPONSE: Self = Self { depth: 6, entries: 64, items: 1024 };
    /// Of a COSE_Key.
    pub const KEY: Self = Self { depth: 4, entries: 32, items: 128 };
}

/// One item, well formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its length in bytes.
    pub len: usize,
    /// Keys in CTAP2's order, numbers in their shortest form.
    pub canonical: bool,
    /// A map all of whose own keys are text.
    pub has_text_keys: bool,
}

struct Model<'a> {
    input: &'a [u8],
    at: usize,
    canonical: bool,
    items: usize,
    limits: Limits,
    /// Of the outermost map.
    has_text_keys: bool,
    /// Where simple values stand that have no meaning, and how many bytes they have.
    simple: Vec<(usize, usize)>,
}

/// The item that the input begins with, if it is one of those that are taken.
pub fn item(input: &[u8], limits: Limits) -> Option<Item> {
    let model = read(input, limits)?;
    Some(Item { len: model.at, canonical: model.canonical, has_text_keys: model.has_text_keys })
}

/// The same with null, or a number, in place of simple values without a meaning, which ciborium does not read.
pub fn without_simple_values(input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for (at, len) in read(input, Limits::RESPONSE).map(|model| model.simple).unwrap_or_default() {
        bytes[at] = if len == 1 { 0xf6 } else { 0x18 };
    }
    bytes
}

fn read(input: &[u8], limits: Limits) -> Option<Model<'_>> {
    let mut model = Model { input, at: 0, canonical: true, items: 0, limits, has_text_keys: false, simple: Vec::new() };
    model.item(0)?;
    Some(model)
}

impl Model<'_> {
    fn take(&mut self, len: u64) -> Option<&[u8]> {
        let end = self.at.checked_add(usize::try_from(len).ok()?)?;
        let bytes = self.input.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    /// A head: major type, additional information, argument.
    fn head(&mut self) -> Option<(u8, u8, u64)> {
        let first = self.take(1)?[0];
        let (major, info) = (first >> 5, first & 0x1f);
        let argument = match info {
            0..24 => u64::from(info),
            24..28 => self.take(1 << (info - 24))?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
            // Reserved, or of indefinite length.
            _ => return None,
        };
        let shortest = match argument {
            0..24 => info < 24,
            24..0x100 => info == 24,
            0x100..0x1_0000 => info == 25,
            0x1_0000..0x1_0000_0000 => info == 26,
            _ => info == 27,
        };
        // The argument of a float is no number.
        self.canonical &= shortest || major == 7;
        Some((major, info, argument))
    }

    fn item(&mut self, depth: usize) -> Option<()> {
        self.items += 1;
        if self.items > self.limits.items {
            return None;
        }
        let start = self.at;
        let (major, info, argument) = self.head()?;
        if major == 7 && !(20..=22).contains(&argument) && info < 25 {
            self.simple.push((start, self.at - start));
        }
        match major {
            0 | 1 => i64::try_from(argument).ok().map(drop),
            2 => self.take(argument).map(drop),
            3 => core::str::from_utf8(self.take(argument)?).ok().map(drop),
            4 | 5 if depth >= self.limits.depth => None,
            4 | 5 if argument > u64::try_from(self.limits.entries).ok()? => None,
            4 => (0..argument).try_for_each(|_| self.item(depth + 1)),
            5 => self.map(argument, depth),
            // A simple value in two bytes starts at 32 (RFC 8949 §3.3).
            7 => (info != 24 || argument >= 32).then_some(()),
            _ => None,
        }
    }

    fn map(&mut self, entries: u64, depth: usize) -> Option<()> {
        self.has_text_keys |= depth == 0;
        let mut keys: Vec<(u8, u64, Vec<u8>)> = Vec::new();
        for _ in 0..entries {
            let start = self.at;
            let (major, _, argument) = self.head()?;
            self.at = start;
            if !matches!(major, 0 | 1 | 3) {
                return None;
            }
            self.has_text_keys &= depth > 0 || major == 3;
            self.item(depth + 1)?;
            let text = if major == 3 {
                self.input[self.at - usize::try_from(argument).ok()?..self.at].to_vec()
            } else {
                vec![]
            };
            let key = (major, argument, text);
            if keys.contains(&key) {
                return None;
            }
            self.canonical &= keys.last().is_none_or(|last| *last < key);
            keys.push(key);
            self.item(depth + 1)?;
        }
        Some(())
    }
}
