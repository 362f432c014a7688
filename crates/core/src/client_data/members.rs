//! The members of client data that the verification knows.

use crate::error::{MalformedReason, Part};
use crate::json::{Fault, Json, required};
use crate::policy::Limits;
use alloc::borrow::Cow;
use alloc::string::String;
use core::ops::Range;

// Without Debug outside of tests: the challenge is never shown.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(super) struct Members {
    pub(super) kind: Text,
    pub(super) challenge: Text,
    pub(super) origin: Text,
    pub(super) cross_origin: Option<bool>,
    pub(super) top_origin: Option<Text>,
    /// `tokenBinding`, which Level 3 reserves, has the shape that Level 1 gave it, or is not there.
    pub(super) token_binding_holds: bool,
}

impl Members {
    /// Reads them out of any JSON, which is a piece of `whole`.
    pub(super) fn read(json: &str, whole: &str, limits: &Limits) -> Result<Self, Fault> {
        let [kind, challenge, origin, cross_origin, top_origin, token_binding] = Json::object(
            json,
            limits.json_depth,
            Part::ClientDataJson,
            [
                ("type", Part::ClientDataType),
                ("challenge", Part::ClientDataChallenge),
                ("origin", Part::ClientDataOrigin),
                ("crossOrigin", Part::ClientDataCrossOrigin),
                ("topOrigin", Part::ClientDataTopOrigin),
                ("tokenBinding", Part::ClientDataJson),
            ],
        )?;
        let token_binding_holds = token_binding.is_none_or(token_binding_holds);
        Ok(Self {
            kind: non_empty(kind, whole, Part::ClientDataType)?,
            challenge: non_empty(challenge, whole, Part::ClientDataChallenge)?,
            origin: non_empty(origin, whole, Part::ClientDataOrigin)?,
            cross_origin: cross_origin.map(|value| value.boolean(Part::ClientDataCrossOrigin)).transpose()?,
            top_origin: top_origin.map(|value| Text::read(value, whole, Part::ClientDataTopOrigin)).transpose()?,
            token_binding_holds,
        })
    }
}

/// A string of the client data. One that is spelt without escapes, as honest clients do, stands in its text.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(super) enum Text {
    At(Range<usize>),
    Unescaped(String),
}

impl Text {
    /// `whole` is the text that the value is a piece of.
    fn read(value: Json<'_>, whole: &str, part: Part) -> Result<Self, Fault> {
        Ok(match value.string(part)? {
            Cow::Borrowed(text) => {
                let start = text.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
                Self::At(start..start.saturating_add(text.len()))
            }
            Cow::Owned(text) => Self::Unescaped(text),
        })
    }

    pub(super) fn of<'a>(&'a self, whole: &'a str) -> &'a str {
        match self {
            Self::At(range) => whole.get(range.clone()).unwrap_or_default(),
            Self::Unescaped(text) => text,
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::At(range) => range.is_empty(),
            Self::Unescaped(text) => text.is_empty(),
        }
    }
}

/// An object whose `status` is one of Level 1's words.
fn token_binding_holds(value: Json<'_>) -> bool {
    let status = value.members(Part::ClientDataJson, [("status", Part::ClientDataJson)]);
    let Ok([Some(status)]) = status else { return false };
    status.string(Part::ClientDataJson).is_ok_and(|word| matches!(&*word, "present" | "supported" | "not-supported"))
}

fn non_empty(value: Option<Json<'_>>, whole: &str, part: Part) -> Result<Text, Fault> {
    let text = Text::read(required(value, part)?, whole, part)?;
    if text.is_empty() { Err((part, MalformedReason::Empty)) } else { Ok(text) }
}
