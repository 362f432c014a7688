//! Where settings stand: the environment, and a file behind it.

use crate::error::SettingsError;
use crate::setting::{FILE, PREFIX, SETTINGS};
use std::collections::BTreeMap;
use std::path::Path;

/// A value as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Out of the environment: lists are separated by spaces or commas.
    Text(String),
    /// A list of a file.
    List(Vec<String>),
}

/// The settings that were written, each with its place.
#[derive(Debug, Default)]
pub(crate) struct Source {
    values: BTreeMap<&'static str, (Written, String)>,
}

impl Source {
    /// Reads a file, if one is named, and then variables, which override it. A variable that is empty counts as not set.
    pub(crate) fn read(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut source = Self::default();
        let variables: Vec<(String, String)> = variables
            .into_iter()
            .filter(|(name, value)| name.starts_with(PREFIX) && !value.trim().is_empty())
            .collect();
        let named = variables.iter().find(|(name, _)| name == FILE).map(|(_, value)| Path::new(value).to_owned());
        if let Some(path) = file.map(Path::to_owned).or(named) {
            source.read_file(&path)?;
        }
        for (variable, value) in variables.into_iter().filter(|(name, _)| name != FILE) {
            let lower = variable.strip_prefix(PREFIX).unwrap_or_default().to_ascii_lowercase();
            let name = known(&lower).ok_or_else(|| unknown(&variable, &lower, PREFIX))?;
            source.values.insert(name, (Written::Text(value.trim().to_owned()), variable));
        }
        Ok(source)
    }

    fn read_file(&mut self, path: &Path) -> Result<(), SettingsError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| SettingsError::new(&shown, format!("the file can't be read: {error}")))?;
        // The error itself quotes the line, which may have a password in it: it must not become the cause.
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let at = error.span().map(|span| position(&text, span.start)).unwrap_or_default();
            SettingsError::new(&shown, format!("{at}{}", error.message()))
        })?;
        for (key, value) in table {
            let place = format!("{shown}, {key}");
            let name = known(&key).ok_or_else(|| unknown(&place, &key, ""))?;
            let written = written(value).ok_or_else(|| {
                SettingsError::new(&place, "write a text, a number, true or false, or a list of texts")
            })?;
            self.values.insert(name, (written, place));
        }
        Ok(())
    }

    /// The value of a setting and its place, once.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<(Written, String)> {
        self.values.remove(name)
    }

    /// Where a setting stands.
    pub(crate) fn place(&self, name: &str) -> Option<String> {
        self.values.get(name).map(|(_, place)| place.clone())
    }

    /// The names of what nobody took.
    pub(crate) fn left(&self) -> impl Iterator<Item = &'static str> {
        self.values.keys().copied()
    }
}

/// Where a byte of a text stands, for people.
fn position(text: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.split('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count().saturating_add(1);
    format!("line {line}, column {column}: ")
}

fn written(value: toml::Value) -> Option<Written> {
    Some(match value {
        toml::Value::String(text) => Written::Text(text),
        toml::Value::Integer(number) => Written::Text(number.to_string()),
        toml::Value::Boolean(flag) => Written::Text(flag.to_string()),
        toml::Value::Array(items) => {
            let texts = items.into_iter().map(|item| item.as_str().map(str::to_owned));
            Written::List(texts.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

fn known(name: &str) -> Option<&'static str> {
    SETTINGS.iter().map(|setting| setting.name).find(|known| *known == name)
}

fn unknown(place: &str, name: &str, prefix: &str) -> SettingsError {
    let close = SETTINGS.iter().map(|setting| setting.name).min_by_key(|known| distance(known, name));
    let close = close.filter(|known| distance(known, name) <= 3).map(|known| match prefix {
        "" => known.to_owned(),
        prefix => format!("{prefix}{}", known.to_ascii_uppercase()),
    });
    let hint = close.map(|known| format!("; {known} is one")).unwrap_or_default();
    SettingsError::new(place, format!("there is no such setting{hint}"))
}

/// How many letters have to be changed, added or left out to make one word of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, a) in one.bytes().enumerate() {
        let mut next = vec![at + 1];
        for ((b, diagonal), above) in other.bytes().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or_default();
            next.push((diagonal + usize::from(a != b)).min(left + 1).min(above + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, expected) in
            [("", "", 0), ("a", "", 1), ("origin", "origins", 1), ("orgins", "origins", 1), ("kitten", "sitting", 3)]
        {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn names_are_lower_case_and_different() {
        let mut names: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SETTINGS.len());
    }
}
