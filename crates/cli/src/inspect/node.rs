//! The tree that is printed.

use crate::text::{ascii_json, base64url};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use std::fmt;

/// How much of a byte string is shown as text, in bytes.
const SHOWN_BYTES: usize = 96;

/// How much of a text is shown, in characters.
const SHOWN_CHARACTERS: usize = 512;

/// A value of the input, or what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    /// Text of the input: escaped wherever it is printed.
    Text(String),
    Bytes(Vec<u8>),
    /// A text of our own.
    Note(String),
    /// A flag of the input, and what it stands for.
    Flag(bool, &'static str),
    /// A number of the input, and what it stands for.
    Named(i128, &'static str),
    List(Vec<Node>),
    /// In the order of the input, duplicates included.
    Map(Vec<(String, Node)>),
    /// Something that can't be read, and why.
    Fault(String),
}

impl Node {
    /// The member of this name, the first if there are several.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What can't be read, in the order of the tree. The tree is no deeper than its readers allow.
    pub(crate) fn first_fault(&self) -> Option<&str> {
        match self {
            Self::Fault(fault) => Some(fault),
            Self::List(items) => items.iter().find_map(Self::first_fault),
            Self::Map(members) => members.iter().find_map(|(_, value)| value.first_fault()),
            _ => None,
        }
    }

    fn is_inline(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Map(members) => members.is_empty(),
            _ => true,
        }
    }

    fn lines(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        match self {
            Self::List(items) if !items.is_empty() => {
                items.iter().try_for_each(|item| item.line(f, format_args!("-"), depth))
            }
            Self::Map(members) if !members.is_empty() => {
                members.iter().try_for_each(|(name, value)| value.line(f, format_args!("{}:", Key(name)), depth))
            }
            scalar => scalar.line(f, format_args!(""), depth),
        }
    }

    fn line(&self, f: &mut fmt::Formatter<'_>, head: fmt::Arguments<'_>, depth: usize) -> fmt::Result {
        write!(f, "{:indent$}{head}", "", indent = depth * 2)?;
        if self.is_inline() {
            writeln!(f, " {}", Inline(self))
        } else {
            writeln!(f)?;
            self.lines(f, depth + 1)
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines(f, 0)
    }
}

/// A member's name: as it is where it is a plain word, else quoted and escaped.
struct Key<'a>(&'a str);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        if !self.0.is_empty() && self.0.len() <= 64 && self.0.bytes().all(plain) {
            f.write_str(self.0)
        } else {
            quoted(f, self.0)
        }
    }
}

/// As a JSON string in ASCII: what looks like another letter, turns the direction of writing or moves a terminal's cursor
/// can be seen for what it is.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => write!(f, "{}... ({} bytes)", ascii(text.get(..end).unwrap_or_default())?, text.len()),
        None => f.write_str(&ascii(text)?),
    }
}

fn ascii(text: &str) -> Result<String, fmt::Error> {
    ascii_json(&text, false).map_err(|_| fmt::Error)
}

struct Inline<'a>(&'a Node);

impl fmt::Display for Inline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Node::Null => f.write_str("null"),
            Node::Bool(value) => write!(f, "{value}"),
            Node::Int(value) => write!(f, "{value}"),
            Node::Float(value) => write!(f, "{value}"),
            Node::Text(text) => quoted(f, text),
            Node::Bytes(bytes) => {
                let shown = bytes.get(..SHOWN_BYTES).unwrap_or(bytes);
                let more = if shown.len() < bytes.len() { "..." } else { "" };
                let space = if bytes.is_empty() { "" } else { " " };
                write!(f, "{}{more}{space}({} bytes)", base64url(shown), bytes.len())
            }
            Node::Note(text) => f.write_str(text),
            Node::Flag(true, meaning) => write!(f, "yes ({meaning})"),
            Node::Flag(false, meaning) => write!(f, "no ({meaning})"),
            Node::Named(value, name) => write!(f, "{value} ({name})"),
            Node::List(_) => f.write_str("[]"),
            Node::Map(_) => f.write_str("{}"),
            Node::Fault(fault) => write!(f, "can't be read: {fault}"),
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => to.serialize_unit(),
            Self::Bool(value) | Self::Flag(value, _) => to.serialize_bool(*value),
            Self::Int(value) => to.serialize_i128(*value),
            Self::Float(value) => to.serialize_f64(*value),
            Self::Text(text) | Self::Note(text) => to.serialize_str(text),
            Self::Bytes(bytes) => to.serialize_str(&base64url(bytes)),
            Self::Named(value, name) => {
                let mut map = to.serialize_map(Some(2))?;
                map.serialize_entry("value", value)?;
                map.serialize_entry("name", name)?;
                map.end()
            }
            Self::List(items) => {
                let mut list = to.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Map(members) => {
                let mut map = to.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
            Self::Fault(fault) => {
                let mut map = to.serialize_map(Some(1))?;
                map.serialize_entry("unreadable", fault)?;
                map.end()
            }
        }
    }
}
