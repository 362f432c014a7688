//! The values of a row, in the forms that other systems write them.

use crate::time;
use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};
use ceremony::{Aaguid, Transport, UnixTime};
use ceremony_http::Plain;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most transports that a record keeps.
const MAX_TRANSPORTS: usize = 16;

/// Hexadecimal from here on is not taken for base64: of random base64 of this length one in 10^14 has its digits alone.
const MIN_HEX: usize = 32;

/// The members of a row, and what the command line calls them.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) members: &'a Map<String, Value>,
    pub(super) columns: &'a BTreeMap<String, String>,
}

impl<'a> Row<'a> {
    /// The first of these members that is there and not empty; the first name is the one that `--column` goes by.
    pub(super) fn find(&self, names: &[&str]) -> Option<&'a Value> {
        let named = names.first().and_then(|name| self.columns.get(*name));
        let value = |name: &str| self.members.get(name).filter(|value| !is_empty(value));
        match named {
            Some(column) => value(column),
            None => names.iter().find_map(|name| value(name)),
        }
    }

    /// Columns that the command line names have to be there, if only empty: of a name with a slip in it nothing would be
    /// read, and a passkey that was revoked would come out as an active one.
    pub(super) fn named_columns(&self) -> Result<(), String> {
        match self.columns.iter().find(|(_, column)| !self.members.contains_key(*column)) {
            Some((member, column)) => Err(format!("there is no column {column:?}, which was named for {member}")),
            None => Ok(()),
        }
    }

    /// Whether the command line names the column of this member.
    pub(super) fn is_named(&self, names: &[&str]) -> bool {
        names.first().is_some_and(|name| self.columns.contains_key(*name))
    }

    /// A text, or a whole number as one. Numbers with a fraction or beyond 64 bits are kept by the nearest one that there
    /// is: of two people's ids that way one would come.
    pub(super) fn text(&self, names: &[&str]) -> Result<Option<String>, String> {
        match self.find(names) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) if number.is_f64() => {
                Err(wrong(names, "is a number that can't be read exactly: export it as text"))
            }
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(wrong(names, "is no text")),
        }
    }

    pub(super) fn bytes(&self, names: &[&str]) -> Result<Option<Vec<u8>>, String> {
        self.find(names).map(|value| bytes(value).ok_or_else(|| wrong(names, "is no bytes"))).transpose()
    }

    pub(super) fn flag(&self, names: &[&str]) -> Result<Option<bool>, String> {
        let Some(value) = self.find(names) else { return Ok(None) };
        let flag = match value {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => match number.as_u64() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Value::String(text) => match text.to_ascii_lowercase().as_str() {
                "t" | "true" | "1" | "yes" | "on" => Some(true),
                "f" | "false" | "0" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        };
        flag.map(Some).ok_or_else(|| wrong(names, "is neither true nor false"))
    }

    /// A signature counter; 0 where there is none.
    pub(super) fn counter(&self, names: &[&str]) -> Result<u32, String> {
        let Some(value) = self.find(names) else { return Ok(0) };
        counter(value).ok_or_else(|| wrong(names, "is no whole number from 0 to 4294967295"))
    }

    /// A moment: RFC 3339 with or without its `T`, as databases print it, UTC where no offset stands; or seconds or
    /// milliseconds since 1970.
    pub(super) fn moment(&self, names: &[&str]) -> Result<Option<UnixTime>, String> {
        let Some(value) = self.find(names) else { return Ok(None) };
        let moment = match value {
            Value::String(text) => moment(text.trim()),
            Value::Number(number) => number.as_u64().map(since_1970),
            _ => None,
        };
        moment.map(Some).ok_or_else(|| wrong(names, "is no time"))
    }

    pub(super) fn aaguid(&self, names: &[&str]) -> Result<Option<Aaguid>, String> {
        let Some(value) = self.find(names) else { return Ok(None) };
        let parsed = value.as_str().and_then(|text| Aaguid::parse(&text.to_ascii_lowercase()));
        let parsed = parsed.or_else(|| bytes(value).and_then(|bytes| bytes.try_into().ok()).map(Aaguid::new));
        parsed.map(Some).ok_or_else(|| wrong(names, "is no AAGUID"))
    }

    /// Words that the library does not take for a transport are left out.
    pub(super) fn transports(&self, names: &[&str]) -> Result<Vec<Transport>, String> {
        self.find(names).map_or(Ok(Vec::new()), |value| transports(value).ok_or_else(|| wrong(names, "is no list")))
    }
}

fn wrong(names: &[&str], what: &str) -> String {
    format!("{} {what}", names.first().copied().unwrap_or_default())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        // What psql and others write for a NULL in a table.
        Value::String(text) => text.is_empty() || text == "\\N",
        _ => false,
    }
}

/// Bytes as base64url or base64 with or without padding, hexadecimal behind `\x` or long enough to be nothing else, an
/// array of numbers, or what JavaScript makes of a `Buffer` or a `Uint8Array`.
pub(super) fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => text_bytes(text),
        Value::Array(items) => items.iter().map(byte).collect(),
        Value::Object(members) => match (members.get("type"), members.get("data")) {
            (Some(Value::String(kind)), Some(Value::Array(items))) if kind == "Buffer" => {
                items.iter().map(byte).collect()
            }
            _ => (0..members.len()).map(|index| members.get(&index.to_string()).and_then(byte)).collect(),
        },
        _ => None,
    }
}

fn byte(value: &Value) -> Option<u8> {
    value.as_u64().and_then(|number| u8::try_from(number).ok())
}

fn text_bytes(text: &str) -> Option<Vec<u8>> {
    if let Some(digits) = text.strip_prefix("\\x") {
        return hex(digits);
    }
    // One base64 text in 4096 begins like this as well.
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.len() >= MIN_HEX
        && let Some(bytes) = hex(digits)
    {
        return Some(bytes);
    }
    Base64UrlUnpadded::decode_vec(text)
        .or_else(|_| Base64Unpadded::decode_vec(text))
        .or_else(|_| Base64Url::decode_vec(text))
        .or_else(|_| Base64::decode_vec(text))
        .ok()
}

pub(super) fn hex(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let pair = |at| digits.get(at..usize::saturating_add(at, 2)).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..digits.len()).step_by(2).map(pair).collect()
}

pub(super) fn counter(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn since_1970(number: u64) -> UnixTime {
    // As seconds this is the year 5138, as milliseconds 1973.
    if number < 100_000_000_000 { UnixTime::from_secs(number) } else { UnixTime::from_millis(number) }
}

fn moment(text: &str) -> Option<UnixTime> {
    if !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit()) {
        return text.parse().ok().map(since_1970);
    }
    let clock = text.get(10..)?;
    let complete = match clock.rfind(['+', '-']).and_then(|at| clock.split_at_checked(at)) {
        _ if clock.ends_with(['Z', 'z']) => text.to_owned(),
        // PostgreSQL leaves minutes out that are zero.
        Some((_, offset)) if offset.len() == 3 => format!("{text}:00"),
        Some((before, offset)) if offset.len() == 5 => {
            let (hours, minutes) = offset.split_at_checked(3)?;
            format!("{}{before}{hours}:{minutes}", text.get(..10)?)
        }
        Some(_) => text.to_owned(),
        None => format!("{text}Z"),
    };
    time::parse(&complete)
}

/// A list of words: JSON, as JSON in a text, as PostgreSQL writes arrays, or with commas.
pub(super) fn transports(value: &Value) -> Option<Vec<Transport>> {
    let words: Vec<String> = match value {
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>()?,
        Value::String(text) => {
            let text = text.trim();
            if text.starts_with('[') {
                let Plain(list) = serde_json::from_str(text).ok()?;
                list.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>()?
            } else {
                let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
                inner.split(',').map(|word| word.trim().trim_matches('"').to_owned()).collect()
            }
        }
        _ => return None,
    };
    let known = |word: &String| !matches!(word.as_str(), "unknown" | "test" | "cable");
    Some(
        words
            .iter()
            .filter(|word| known(word))
            .filter_map(|word| Transport::parse(word))
            .take(MAX_TRANSPORTS)
            .collect(),
    )
}

#[cfg(test)]
mod tests;
