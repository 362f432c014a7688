//! From written values to typed ones.

use crate::error::SettingsError;
use crate::source::{Source, Written};
use std::ops::RangeInclusive;

/// Takes settings out of a source, one by one.
pub(crate) struct Reader(Source);

/// A table of words and what they stand for.
pub(crate) type Words<T> = [(&'static str, T)];

impl Reader {
    pub(crate) const fn new(source: Source) -> Self {
        Self(source)
    }

    pub(crate) fn text(&mut self, name: &'static str) -> Result<Option<String>, SettingsError> {
        match self.0.take(name) {
            None => Ok(None),
            Some((Written::Text(text), _)) => Ok(Some(text)),
            Some((Written::List(_), place)) => Err(SettingsError::new(place, "write one text, not a list")),
        }
    }

    /// A list: of a file as it is, of a text by spaces and commas.
    pub(crate) fn list(&mut self, name: &'static str) -> Result<Vec<String>, SettingsError> {
        Ok(match self.0.take(name) {
            None => Vec::new(),
            Some((Written::List(list), _)) => list,
            Some((Written::Text(text), _)) => {
                let separators = |letter: char| letter == ',' || letter.is_whitespace();
                text.split(separators).filter(|item| !item.is_empty()).map(str::to_owned).collect()
            }
        })
    }

    /// A list of values.
    pub(crate) fn each<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, SettingsError> {
        let place = self.0.place(name).unwrap_or_default();
        let items = self.list(name)?;
        let values: Result<Vec<T>, String> = items.iter().map(|item| parse(item)).collect();
        values.map_err(|problem| SettingsError::new(place, problem))
    }

    pub(crate) fn flag(&mut self, name: &'static str) -> Result<bool, SettingsError> {
        Ok(self.word(name, &[("true", true), ("false", false)])?.unwrap_or(false))
    }

    pub(crate) fn number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, SettingsError> {
        self.parse(name, |text| {
            let number = text.parse().ok().filter(|number| range.contains(number));
            let (least, most) = (range.start(), range.end());
            number.ok_or_else(|| format!("write a whole number from {least} to {most}, not {text:?}"))
        })
    }

    pub(crate) fn word<T: Copy>(&mut self, name: &'static str, words: &Words<T>) -> Result<Option<T>, SettingsError> {
        self.parse(name, |text| {
            let known = words.iter().find(|(word, _)| text.eq_ignore_ascii_case(word));
            known.map(|(_, value)| *value).ok_or_else(|| {
                let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                format!("write {}, not {text:?}", words.join(", "))
            })
        })
    }

    pub(crate) fn parse<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, SettingsError> {
        match self.0.take(name) {
            None => Ok(None),
            Some((Written::Text(text), place)) => {
                parse(&text).map(Some).map_err(|problem| SettingsError::new(place, problem))
            }
            Some((Written::List(_), place)) => Err(SettingsError::new(place, "write one value, not a list")),
        }
    }

    /// Nothing may be left: a setting that nobody reads would be a promise that nobody keeps.
    pub(crate) fn finish(self) -> Result<(), SettingsError> {
        match self.0.left().next() {
            None => Ok(()),
            Some(name) => Err(SettingsError::new(name, "nothing reads this setting")),
        }
    }
}
