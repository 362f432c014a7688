//! What the client's `clientExtensionResults` said. Not signed by anybody.

#[cfg(feature = "spc")]
use super::payment;
use super::{Blob, Malformed, app_id, cred_props, large_blob, prf};
use crate::error::Part;
use crate::json::{Fault, Json, Kind};
use crate::policy::Limits;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// How many names of extension outputs are kept for observations.
const MAX_NAMES: usize = 16;

/// How much of a name is kept, in bytes.
const MAX_NAME: usize = 32;

/// A Level 1 client's form of PRF results, of which no more is read than of the results themselves.
const OLD_PRF_RESULTS: &str = "hmacGetSecret";

const PART: Part = Part::ClientExtensionResults;

/// The outputs that are read.
#[cfg(not(feature = "spc"))]
const READ: [&str; 6] =
    [cred_props::NAME, app_id::NAME, app_id::EXCLUDE_NAME, large_blob::NAME, prf::NAME, OLD_PRF_RESULTS];
#[cfg(feature = "spc")]
const READ: [&str; 7] =
    [cred_props::NAME, app_id::NAME, app_id::EXCLUDE_NAME, large_blob::NAME, prf::NAME, OLD_PRF_RESULTS, payment::NAME];

/// The outputs in the forms that their extensions give them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientOutputs {
    pub(super) cred_props_rk: Option<bool>,
    pub(super) app_id: Option<bool>,
    pub(super) app_id_exclude: Option<bool>,
    pub(super) prf_enabled: Option<bool>,
    pub(super) large_blob: large_blob::Output,
    /// payment: the signature of the browser-bound key over the client data.
    #[cfg(feature = "spc")]
    pub(crate) browser_bound_signature: Option<Blob>,
    /// PRF results were present. They were skipped, never kept.
    pub(super) prf_results: bool,
    /// Which of [`READ`] were there, whatever came of it.
    seen: [bool; READ.len()],
    /// The names of all other members, at most [`MAX_NAMES`] of at most [`MAX_NAME`] bytes.
    others: Vec<Box<str>>,
    /// Outputs that count as absent for their form.
    pub(super) malformed: Vec<&'static str>,
}

impl ClientOutputs {
    /// Reads the member, which older browsers leave out. What an extension says in another form than it should counts
    /// as not said: nobody signed it, and it must be survivable (R28, A23).
    pub(crate) fn read(value: Option<Json<'_>>, limits: &Limits) -> Result<Self, Fault> {
        let mut outputs = Self::default();
        let Some(value) = value else { return Ok(outputs) };
        for member in value.entries(PART)? {
            let (name, value) = member?;
            if let Some((known, seen)) = READ.into_iter().zip(&mut outputs.seen).find(|(known, _)| name.is(known)) {
                let first = !core::mem::replace(seen, true);
                outputs.take(known, first, value, limits);
            } else if outputs.others.len() < MAX_NAMES && !outputs.others.iter().any(|known| name.is(known)) {
                // A name that is known already needs no string, nor does any once the list is full.
                note(&mut outputs.others, &name.string(PART)?);
            }
        }
        Ok(outputs)
    }

    /// The names of all members, as far as they are kept.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let read = READ.into_iter().zip(self.seen).filter_map(|(name, seen)| seen.then_some(name));
        read.chain(self.others.iter().map(|name| &**name))
    }

    fn take(&mut self, name: &'static str, first: bool, value: Json<'_>, limits: &Limits) {
        match name {
            cred_props::NAME => self.cred_props_rk = self.once(name, first, cred_props::read(value)),
            app_id::NAME => self.app_id = self.once(name, first, flag(value)),
            app_id::EXCLUDE_NAME => self.app_id_exclude = self.once(name, first, flag(value)),
            prf::NAME => {
                // In whatever form they come: the results are the client's secrets.
                self.prf_results |= prf::has_results(value);
                self.prf_enabled = self.once(name, first, prf::read(value));
            }
            large_blob::NAME => {
                self.large_blob = self.once(name, first, large_blob::read(value, limits.large_blob));
            }
            #[cfg(feature = "spc")]
            payment::NAME => self.browser_bound_signature = self.once(name, first, payment::read(value)),
            OLD_PRF_RESULTS => self.prf_results |= value.kind() != Kind::Null,
            _ => {}
        }
    }

    /// What was read of an output, or the value that stands for nothing: where it is malformed, and where it comes a
    /// second time, since two that may contradict each other say nothing.
    fn once<T: Default>(&mut self, name: &'static str, first: bool, read: Result<T, Malformed>) -> T {
        match read {
            Ok(value) if first => value,
            Ok(_) | Err(Malformed) => {
                if !self.malformed.contains(&name) {
                    self.malformed.push(name);
                }
                T::default()
            }
        }
    }
}

/// Adds a name to a list, shortened, unless it is there or the list is full.
pub(super) fn note(names: &mut Vec<Box<str>>, name: &str) {
    let end = name.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= MAX_NAME).last();
    let short = name.get(..end.unwrap_or(0)).unwrap_or_default();
    if names.len() < MAX_NAMES && !names.iter().any(|known| **known == *short) {
        names.push(short.into());
    }
}

/// The named members of an object; a `null` counts as absent.
pub(super) fn object<'a, const N: usize>(
    value: Json<'a>,
    names: [&str; N],
) -> Result<[Option<Json<'a>>; N], Malformed> {
    let members = value.members(PART, names.map(|name| (name, PART)))?;
    Ok(members.map(|member| member.filter(|value| value.kind() != Kind::Null)))
}

/// A boolean.
pub(super) fn boolean(value: Json<'_>) -> Result<bool, Malformed> {
    Ok(value.boolean(PART)?)
}

/// At most `max` bytes as base64url.
pub(super) fn bytes(value: Json<'_>, max: usize) -> Result<Blob, Malformed> {
    Ok(Blob::new(value.bytes(PART, max)?))
}

fn flag(value: Json<'_>) -> Result<Option<bool>, Malformed> {
    boolean(value).map(Some)
}
