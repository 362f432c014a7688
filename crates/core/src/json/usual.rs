//! The quick way to the members of an object that is written as clients write it: the text is checked and taken apart in
//! one reading.
//!
//! It reads a part of JSON: strings without escapes, whole numbers that are not large, a few levels. Whatever is unusual
//! is left to the slow way and `serde_json`, which find out whether it is a fault.

use super::Json;
use super::plain::plain_len;

/// The members of an object, and those of an object inside.
type Found<'a, const N: usize, const M: usize> = ([Option<Json<'a>>; N], [Option<Json<'a>>; M]);

/// Deeper is unusual: so much recursion is harmless whatever the limits are.
const MAX_DEPTH: usize = 8;

/// As many digits are a whole number that every reader reads alike.
const MAX_DIGITS: usize = 15;

/// The members in `names` of the object that `text` is, nested at most `depth` deep; with the name of one that is an
/// object itself, the members of that as well.
///
/// `None` for anything that is a fault, or might be one: among others a member that stands twice or is spelt with
/// escapes, and an inner member that is not there or no object.
pub(super) fn members<'a, const N: usize, const M: usize>(
    text: &'a str,
    depth: usize,
    names: [&str; N],
    (inner, inner_names): (&str, [&str; M]),
) -> Option<Found<'a, N, M>> {
    let mut found = None;
    let inner = Inner { name: inner, names: inner_names, found: &mut found };
    let members = Reader::whole(text, |reader| reader.object(depth.min(MAX_DEPTH), names, Some(inner)))?;
    Some((members, found?))
}

/// As [`members`], without an inner object.
pub(super) fn flat_members<'a, const N: usize>(
    text: &'a str,
    depth: usize,
    names: [&str; N],
) -> Option<[Option<Json<'a>>; N]> {
    Reader::whole(text, |reader| reader.object::<N, 0>(depth.min(MAX_DEPTH), names, None))
}

/// A member that is an object whose members are wanted too.
struct Inner<'r, 'a, const M: usize> {
    name: &'r str,
    names: [&'r str; M],
    found: &'r mut Option<[Option<Json<'a>>; M]>,
}

/// `text` from `at` on. Whoever reads goes past what they have read, or gives `None`, and nobody reads on then.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// What `read` makes of a text, if it reads all of it.
    fn whole<T>(text: &'a str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut reader = Self { text, at: 0 };
        reader.skip_space();
        let value = read(&mut reader)?;
        reader.skip_space();
        (reader.at == text.len()).then_some(value)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Goes past this byte and the whitespace behind it.
    fn take(&mut self, byte: u8) -> Option<()> {
        if self.peek()? != byte {
            return None;
        }
        self.at += 1;
        self.skip_space();
        Some(())
    }

    /// Between two values: whether another one follows, or `end`.
    fn goes_on(&mut self, end: u8) -> Option<bool> {
        self.skip_space();
        match self.peek()? {
            b',' => self.take(b',').map(|()| true),
            byte if byte == end => {
                self.at += 1;
                Some(false)
            }
            _ => None,
        }
    }

    /// Goes past the beginning of an array or object: whether there is anything in it.
    fn open(&mut self, start: u8, end: u8) -> Option<bool> {
        self.take(start)?;
        if self.peek()? == end {
            self.at += 1;
            return Some(false);
        }
        Some(true)
    }

    /// The members that have these names. `depth` counts this object.
    fn object<const N: usize, const M: usize>(
        &mut self,
        depth: usize,
        names: [&str; N],
        mut inner: Option<Inner<'_, 'a, M>>,
    ) -> Option<[Option<Json<'a>>; N]> {
        let inside = depth.checked_sub(1)?;
        let mut found = [None; N];
        let mut goes_on = self.open(b'{', b'}')?;
        while goes_on {
            let name = self.string()?;
            self.skip_space();
            self.take(b':')?;
            if let Some(inner) = inner.as_mut().filter(|inner| inner.name == name) {
                let members = self.object::<M, 0>(inside, inner.names, None)?;
                if inner.found.replace(members).is_some() {
                    return None;
                }
            } else {
                let value = self.value(inside)?;
                let slot = names.iter().position(|known| *known == name).and_then(|at| found.get_mut(at));
                if slot.is_some_and(|slot| slot.replace(value).is_some()) {
                    return None;
                }
            }
            goes_on = self.goes_on(b'}')?;
        }
        Some(found)
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        let inside = depth.checked_sub(1)?;
        let mut goes_on = self.open(b'[', b']')?;
        while goes_on {
            self.value(inside)?;
            goes_on = self.goes_on(b']')?;
        }
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<Json<'a>> {
        let start = self.at;
        let first = self.peek()?;
        match first {
            b'"' => drop(self.string()?),
            b'{' => drop(self.object::<0, 0>(depth, [], None)?),
            b'[' => self.array(depth)?,
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'n' => self.word("null")?,
            _ => self.integer()?,
        }
        Some(Json { text: self.text.get(start..self.at)?, is_plain: first == b'"' })
    }

    /// What stands between two quotes.
    fn string(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let inside = self.text.as_bytes().get(self.at..)?.strip_prefix(b"\"")?;
        let end = start + plain_len(inside)?;
        self.at = end + 1;
        self.text.get(start..end)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let is_here = self.text.as_bytes().get(self.at..)?.starts_with(word.as_bytes());
        self.at += word.len();
        is_here.then_some(())
    }

    /// A whole number. What may follow one in other numbers can't follow a value.
    fn integer(&mut self) -> Option<()> {
        if self.peek()? == b'-' {
            self.at += 1;
        }
        let digits = self.text.as_bytes().get(self.at..)?;
        let len = match digits.first()? {
            b'0' => 1,
            _ => digits.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        };
        self.at += len;
        (1..=MAX_DIGITS).contains(&len).then_some(())
    }
}
