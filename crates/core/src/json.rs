//! Reading JSON that a client wrote: strict, without recursion on the input beyond a budget, wrong types as data.
//!
//! [`Json::parse`] checks the whole text once (UTF-8, depth, then all of JSON's grammar by `serde_json`); after that
//! a [`Json`] is a piece of text that is known to be one valid value, and taking it apart is slicing:
//!
//! ```text
//! let root = Json::parse(body, limits.json_depth).map_err(|reason| (Part::Envelope, reason))?;
//! let [id, kind, response] =
//!     root.members(Part::Envelope, [("id", Part::Id), ("type", Part::Type), ("response", Part::Response)])?;
//! let id = required(id, Part::Id)?.string(Part::Id)?;
//! ```
//!
//! Members that are not asked for are passed over; one that is asked for must not stand there twice, however it is
//! spelt. Strings without escapes are borrowed.

mod spelling;

use crate::base64url::{self, DecodeError};
use crate::error::{MalformedReason, Part};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// What could not be read, and why; the reader of a ceremony adds the step.
pub(crate) type Fault = (Part, MalformedReason);

/// One value inside a text that was checked as a whole.
///
/// `Debug` shows the kind alone: the text may hold a challenge or a user handle.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Json<'a>(&'a str);

/// The type of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({:?})", self.kind())
    }
}

impl<'a> Json<'a> {
    /// Checks that `bytes` are exactly one JSON value, nested at most `depth` deep.
    ///
    /// Lone surrogates in strings and numbers outside the range of a double are refused, in members that nobody
    /// reads as well.
    ///
    /// # Errors
    ///
    /// `NotUtf8`, `TooDeep` or `NotJson`.
    pub(crate) fn parse(bytes: &'a [u8], depth: usize) -> Result<Self, MalformedReason> {
        let text = core::str::from_utf8(bytes).map_err(|_| MalformedReason::NotUtf8)?;
        // serde_json recurses once for each level and stops at 128 by itself.
        let depth = depth.min(127);
        if is_deeper_than(text, depth) {
            return Err(MalformedReason::TooDeep(depth));
        }
        match serde_json::from_str::<Checked>(text) {
            Ok(Checked) => Ok(Self(trim(text))),
            Err(_) => Err(MalformedReason::NotJson),
        }
    }

    /// The value's type.
    pub(crate) fn kind(self) -> Kind {
        match self.0.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// The string, or `WrongType`.
    pub(crate) fn string(self, part: Part) -> Result<Cow<'a, str>, Fault> {
        #[cfg(test)]
        tests::STRINGS.set(tests::STRINGS.get() + 1);
        let inner = self.0.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match inner {
            Some(inner) if !inner.contains('\\') => Ok(Cow::Borrowed(inner)),
            Some(_) => serde_json::from_str(self.0).map(Cow::Owned).map_err(|_| (part, MalformedReason::NotJson)),
            None => Err((part, MalformedReason::WrongType)),
        }
    }

    /// Whether it is this string, in whatever spelling; nothing is allocated.
    pub(crate) fn is(self, text: &str) -> bool {
        let inner = self.0.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        inner.is_some_and(|inner| spelling::is_spelling_of(inner, text))
    }

    /// The bytes that a base64url string stands for, at most `max`: `WrongType`, `TooLarge` or `NotBase64Url`.
    pub(crate) fn bytes(self, part: Part, max: usize) -> Result<Vec<u8>, Fault> {
        let text = self.string(part)?;
        base64url::decode_capped(&text, max).map_err(|error| match error {
            DecodeError::TooLarge(max) => (part, MalformedReason::TooLarge(max)),
            DecodeError::NotBase64Url => (part, MalformedReason::NotBase64Url),
        })
    }

    /// The boolean, or `WrongType`.
    pub(crate) fn boolean(self, part: Part) -> Result<bool, Fault> {
        match self.0 {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err((part, MalformedReason::WrongType)),
        }
    }

    /// The number as an integer, or `WrongType` if it is none or does not fit.
    pub(crate) fn integer(self, part: Part) -> Result<i64, Fault> {
        match self.kind() {
            Kind::Number => self.0.parse().map_err(|_| (part, MalformedReason::WrongType)),
            _ => Err((part, MalformedReason::WrongType)),
        }
    }

    /// The values of the members in `names`, in that order, `None` for one that is not there.
    ///
    /// # Errors
    ///
    /// (`part`, `WrongType`) if this is no object; (the member's part, `Duplicate`) for a member of `names` that is
    /// there twice.
    pub(crate) fn members<const N: usize>(
        self,
        part: Part,
        names: [(&str, Part); N],
    ) -> Result<[Option<Json<'a>>; N], Fault> {
        let mut found = [None; N];
        for member in self.entries(part)? {
            let (name, value) = member?;
            let known = names.iter().zip(found.iter_mut()).find(|((known, _), _)| name.is(known));
            if let Some(((_, part), slot)) = known
                && slot.replace(value).is_some()
            {
                return Err((*part, MalformedReason::Duplicate));
            }
        }
        Ok(found)
    }

    /// All members with their names, which are strings, in the order of the text.
    pub(crate) fn entries(
        self,
        part: Part,
    ) -> Result<impl Iterator<Item = Result<(Json<'a>, Json<'a>), Fault>>, Fault> {
        let mut pieces = Pieces::of(self, Kind::Object, part)?;
        Ok(core::iter::from_fn(move || {
            let name = pieces.next()?;
            let value = pieces.next();
            Some(value.map(|value| (name, value)).ok_or((part, MalformedReason::NotJson)))
        }))
    }

    /// The elements of an array, or `WrongType`. They are found one at a time: a caller that counts can stop.
    pub(crate) fn elements(self, part: Part) -> Result<impl Iterator<Item = Json<'a>>, Fault> {
        Pieces::of(self, Kind::Array, part)
    }
}

/// The value of a member that must be there.
pub(crate) fn required(value: Option<Json<'_>>, part: Part) -> Result<Json<'_>, Fault> {
    value.ok_or((part, MalformedReason::Missing))
}

/// The values directly inside one array or object, names of members included.
struct Pieces<'a>(&'a str);

impl<'a> Pieces<'a> {
    fn of(value: Json<'a>, kind: Kind, part: Part) -> Result<Self, Fault> {
        if value.kind() != kind {
            return Err((part, MalformedReason::WrongType));
        }
        let inner = value.0.get(1..value.0.len().saturating_sub(1));
        inner.map(Self).ok_or((part, MalformedReason::NotJson))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        // The text is valid, so that whatever separates two values here does so rightly.
        let text = self.0.trim_start_matches([' ', '\t', '\n', '\r', ',', ':']);
        let mut scan = Scan::default();
        let mut open = 0_usize;
        let mut end = text.len();
        for (at, byte) in text.bytes().enumerate() {
            let was_inside = scan.in_string;
            match scan.step(byte) {
                Token::Open => open += 1,
                Token::Close => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        end = at + 1;
                        break;
                    }
                }
                Token::Inside if open == 0 && was_inside && !scan.in_string => {
                    end = at + 1;
                    break;
                }
                Token::Between if open == 0 => {
                    end = at;
                    break;
                }
                Token::Inside | Token::Between | Token::Scalar => {}
            }
        }
        let (value, rest) = text.split_at_checked(end)?;
        self.0 = rest;
        if value.is_empty() { None } else { Some(Json(value)) }
    }
}

/// Tells what a byte of JSON is, strings being opaque. Right on valid JSON; on anything else merely harmless.
#[derive(Default)]
struct Scan {
    in_string: bool,
    escaped: bool,
}

enum Token {
    Open,
    Close,
    /// A byte of a string, its quotes included.
    Inside,
    /// Whitespace, a comma or a colon.
    Between,
    Scalar,
}

impl Scan {
    const fn step(&mut self, byte: u8) -> Token {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return Token::Inside;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                Token::Inside
            }
            b'{' | b'[' => Token::Open,
            b'}' | b']' => Token::Close,
            b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' => Token::Between,
            _ => Token::Scalar,
        }
    }
}

/// Whether arrays and objects are nested deeper than `depth`; found before anything is parsed.
fn is_deeper_than(text: &str, depth: usize) -> bool {
    let mut scan = Scan::default();
    let mut open = 0_usize;
    for byte in text.bytes() {
        match scan.step(byte) {
            Token::Open if open == depth => return true,
            Token::Open => open += 1,
            Token::Close => open = open.saturating_sub(1),
            Token::Inside | Token::Between | Token::Scalar => {}
        }
    }
    false
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

/// Walks through any value and keeps nothing.
///
/// Unlike `IgnoredAny` it reads strings and numbers in full, which is what refuses lone surrogates.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Checked {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_string<E>(self, _: String) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while elements.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

#[cfg(test)]
pub(crate) mod tests;
