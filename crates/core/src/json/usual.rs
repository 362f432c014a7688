//! The quick way to the members of an object that is written as clients write it: the text is checked and taken apart
//! in one reading. Whatever is unusual is left to the slow way, which finds out whether it is a fault.

use super::Json;
use super::check::Value;
use super::pieces::Pieces;
use core::fmt;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

/// The members of an object, and those of an object inside.
type Found<'a, const N: usize, const M: usize> = ([Option<Json<'a>>; N], [Option<Json<'a>>; M]);

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
    let inside = Value::within(depth).inside::<serde_json::Error>().ok()?;
    let mut found = None;
    let inner = Some(Inner { name: inner, names: inner_names, found: &mut found });
    let mut reader = serde_json::Deserializer::from_str(text);
    let members = Object { text, inside, names, inner }.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some((members, found?))
}

/// As [`members`], without an inner object.
pub(super) fn flat_members<'a, const N: usize>(
    text: &'a str,
    depth: usize,
    names: [&str; N],
) -> Option<[Option<Json<'a>>; N]> {
    let inside = Value::within(depth).inside::<serde_json::Error>().ok()?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let members = Object::<N, 0> { text, inside, names, inner: None }.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(members)
}

/// Reads an object: the members that have these names, the first time that they stand there.
struct Object<'r, 'de, const N: usize, const M: usize> {
    text: &'de str,
    /// For what stands inside.
    inside: Value,
    names: [&'r str; N],
    inner: Option<Inner<'r, 'de, M>>,
}

/// A member that is an object whose members are wanted too.
struct Inner<'r, 'de, const M: usize> {
    name: &'r str,
    names: [&'r str; M],
    found: &'r mut Option<[Option<Json<'de>>; M]>,
}

impl<'de, const N: usize, const M: usize> DeserializeSeed<'de> for Object<'_, 'de, N, M> {
    type Value = [Option<Json<'de>>; N];

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, const N: usize, const M: usize> Visitor<'de> for Object<'_, 'de, N, M> {
    type Value = [Option<Json<'de>>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        let unusual = || A::Error::custom("unusual");
        let Self { text, inside, names, .. } = self;
        let mut found = [None; N];
        while let Some(name) = map.next_key::<&'de str>()? {
            if let Some(inner) = self.inner.as_mut().filter(|inner| inner.name == name) {
                let object = Object::<M, 0> { text, inside: inside.inside()?, names: inner.names, inner: None };
                if inner.found.replace(map.next_value_seed(object)?).is_some() {
                    return Err(unusual());
                }
                continue;
            }
            let plain = map.next_value_seed(inside)?;
            if let Some(slot) = names.iter().position(|known| *known == name).and_then(|at| found.get_mut(at)) {
                let value = match plain {
                    Some(string) => Json::plain(string, text),
                    None => value_after(name, text),
                };
                if slot.replace(value.ok_or_else(unusual)?).is_some() {
                    return Err(unusual());
                }
            }
        }
        Ok(found)
    }
}

/// The value of the member whose name stands in `text`, without escapes: after its quote, whitespace and a colon.
fn value_after<'a>(name: &str, text: &'a str) -> Option<Json<'a>> {
    let start = name.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    let rest = text.get(start.checked_add(name.len())?..)?.strip_prefix('"')?;
    Pieces::following(rest).next()
}
