//! Reading JSON that a client wrote: strict, without recursion on the input beyond a budget, wrong types as data.
//!
//! [`Json::parse`] checks the whole text once (UTF-8, then depth and all of JSON's grammar by `serde_json`); after that
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
//!
//! [`Json::object`] and [`Json::nested`] read an object as clients write it without `serde_json`, which took a third of
//! what a ceremony costs beside its signature. Tests compare both ways.

mod check;
mod pieces;
mod plain;
mod spelling;
mod usual;

use crate::base64url::{self, DecodeError};
use crate::error::{MalformedReason, Part};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use pieces::Pieces;
pub(crate) use plain::plain_len;
use spelling::has_escapes;

/// As many bytes as most authenticator data has.
const MOST_COPIED: usize = 512;

/// What could not be read, and why; the reader of a ceremony adds the step.
pub(crate) type Fault = (Part, MalformedReason);

/// One value inside a text that was checked as a whole.
///
/// `Debug` shows the kind alone: the text may hold a challenge or a user handle.
#[derive(Clone, Copy)]
pub(crate) struct Json<'a> {
    text: &'a str,
    /// Known to be a string without escapes.
    is_plain: bool,
}

/// The members of an object, and those of one of its members.
pub(crate) type Nested<'a, const N: usize, const M: usize> =
    ([Option<Json<'a>>; N], Result<[Option<Json<'a>>; M], Fault>);

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
    /// A value that was checked.
    const fn of(text: &'a str) -> Self {
        Self { text, is_plain: false }
    }

    /// Checks that `bytes` are exactly one JSON value, nested at most `depth` deep.
    ///
    /// Lone surrogates in strings and numbers outside the range of a double are refused, in members that nobody
    /// reads as well.
    ///
    /// # Errors
    ///
    /// `NotUtf8`, `TooDeep` or `NotJson`.
    #[cfg(any(test, feature = "safetynet", feature = "spc"))]
    pub(crate) fn parse(bytes: &'a [u8], depth: usize) -> Result<Self, MalformedReason> {
        Self::parse_text(utf8(bytes)?, depth)
    }

    fn parse_text(text: &'a str, depth: usize) -> Result<Self, MalformedReason> {
        check::check(text, depth)?;
        Ok(Self::of(pieces::trim(text)))
    }

    /// As [`parse`](Self::parse) and then [`members`](Self::members), in one reading where nothing is unusual.
    ///
    /// # Errors
    ///
    /// As these two, with `part` for the text as a whole.
    pub(crate) fn object<const N: usize>(
        text: &'a str,
        depth: usize,
        part: Part,
        names: [(&str, Part); N],
    ) -> Result<[Option<Json<'a>>; N], Fault> {
        if let Some(members) = usual::flat_members(text, depth, names.map(|(name, _)| name)) {
            return Ok(members);
        }
        Self::parse_text(text, depth).map_err(|reason| (part, reason))?.members(part, names)
    }

    /// As [`object`](Self::object), and the members of the member `inner`, which is an object.
    ///
    /// # Errors
    ///
    /// As [`object`](Self::object); inside, the same of the inner object, and `Missing`.
    pub(crate) fn nested<const N: usize, const M: usize>(
        text: &'a str,
        depth: usize,
        part: Part,
        names: [(&str, Part); N],
        inner: (&str, Part),
        inner_names: [(&str, Part); M],
    ) -> Result<Nested<'a, N, M>, Fault> {
        let only_names = (names.map(|(name, _)| name), inner_names.map(|(name, _)| name));
        if let Some((members, inner)) = usual::members(text, depth, only_names.0, (inner.0, only_names.1)) {
            return Ok((members, Ok(inner)));
        }
        let root = Self::parse_text(text, depth).map_err(|reason| (part, reason))?;
        let members = root.members(part, names)?;
        let [object] = root.members(part, [inner])?;
        let inner = required(object, inner.1).and_then(|object| object.members(inner.1, inner_names));
        Ok((members, inner))
    }

    /// The value's type.
    pub(crate) fn kind(self) -> Kind {
        match self.text.as_bytes().first() {
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
        match self.inside_quotes() {
            Some(inner) if self.is_plain || !has_escapes(inner) => Ok(Cow::Borrowed(inner)),
            Some(_) => serde_json::from_str(self.text).map(Cow::Owned).map_err(|_| (part, MalformedReason::NotJson)),
            None => Err((part, MalformedReason::WrongType)),
        }
    }

    /// Whether it is this string, in whatever spelling; nothing is allocated.
    pub(crate) fn is(self, text: &str) -> bool {
        self.inside_quotes().is_some_and(|inner| spelling::is_spelling_of(inner, text))
    }

    /// What stands between the quotes of a string, as it is spelt.
    fn inside_quotes(self) -> Option<&'a str> {
        self.text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
    }

    /// The bytes that a base64url string stands for, at most `max`: `WrongType`, `TooLarge` or `NotBase64Url`.
    pub(crate) fn bytes(self, part: Part, max: usize) -> Result<Vec<u8>, Fault> {
        let text = self.string(part)?;
        base64url::decode_capped(&text, max).map_err(|error| match error {
            DecodeError::TooLarge(max) => (part, MalformedReason::TooLarge(max)),
            DecodeError::NotBase64Url => (part, MalformedReason::NotBase64Url),
        })
    }

    /// Whether [`bytes`](Self::bytes) would give these; most are compared without an allocation.
    pub(crate) fn stands_for(self, part: Part, max: usize, bytes: &[u8]) -> Result<bool, Fault> {
        let mut buffer = [0; MOST_COPIED];
        let buffer = buffer.get_mut(..max.min(MOST_COPIED)).unwrap_or_default();
        Ok(match self.bytes_into(part, buffer)? {
            Some(read) => read == bytes,
            None => self.bytes(part, max)? == bytes,
        })
    }

    /// As [`bytes`](Self::bytes), into `buffer`, of which it gives the part that was filled: nothing is allocated.
    /// `None` for more than fits.
    pub(crate) fn bytes_into(self, part: Part, buffer: &mut [u8]) -> Result<Option<&[u8]>, Fault> {
        let text = self.string(part)?;
        base64url::decode_into(&text, buffer).map_err(|_| (part, MalformedReason::NotBase64Url))
    }

    /// The boolean, or `WrongType`.
    pub(crate) fn boolean(self, part: Part) -> Result<bool, Fault> {
        match self.text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err((part, MalformedReason::WrongType)),
        }
    }

    /// The number as an integer, or `WrongType` if it is none or does not fit.
    pub(crate) fn integer(self, part: Part) -> Result<i64, Fault> {
        match self.kind() {
            Kind::Number => self.text.parse().map_err(|_| (part, MalformedReason::WrongType)),
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

/// The text that a client sent.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, MalformedReason> {
    core::str::from_utf8(bytes).map_err(|_| MalformedReason::NotUtf8)
}

/// The value of a member that must be there.
pub(crate) fn required(value: Option<Json<'_>>, part: Part) -> Result<Json<'_>, Fault> {
    value.ok_or((part, MalformedReason::Missing))
}

#[cfg(test)]
pub(crate) mod tests;
