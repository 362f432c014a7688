//! Extensions: what was asked for, and what came back (WebAuthn §9, §10).

use crate::cbor::{self, Key};
use crate::observation::Observation;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// The extensions that a ceremony asked for, as it is frozen in its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct ExtensionSet(u16);

impl ExtensionSet {
    const CRED_PROPS: u16 = 1;
    const KNOWN: u16 = Self::CRED_PROPS;

    pub(crate) const fn with_cred_props(self, ask: bool) -> Self {
        if ask { Self(self.0 | Self::CRED_PROPS) } else { self }
    }

    pub(crate) const fn cred_props(self) -> bool {
        self.0 & Self::CRED_PROPS != 0
    }

    pub(crate) const fn bits(self) -> u16 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u16) -> Option<Self> {
        if bits & !Self::KNOWN == 0 { Some(Self(bits)) } else { None }
    }

    /// Whether an output of this name was asked for.
    fn asked_for(self, name: &str) -> bool {
        name == "credProps" && self.cred_props()
    }
}

/// What the client's `clientExtensionResults` said. Not signed by anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientOutputs {
    pub(crate) cred_props_rk: Option<bool>,
    /// payment: the signature of the browser-bound key over the client data.
    #[cfg(feature = "spc")]
    pub(crate) browser_bound_signature: Option<Vec<u8>>,
    /// PRF results were present. They were skipped, never kept.
    pub(crate) prf_results: bool,
    /// The names of all members, at most [`MAX_NAMES`] of at most 32 bytes.
    pub(crate) names: Vec<Box<str>>,
}

/// How many names of extension outputs are kept for observations.
pub(crate) const MAX_NAMES: usize = 16;

impl ClientOutputs {
    pub(crate) fn note(&mut self, name: &str) {
        note(&mut self.names, name);
    }
}

fn note(names: &mut Vec<Box<str>>, name: &str) {
    if names.len() < MAX_NAMES {
        let end = name.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= 32).last();
        names.push(name.get(..end.unwrap_or(0)).unwrap_or_default().into());
    }
}

/// The outputs of both sides that were not asked for.
pub(crate) fn unsolicited(
    asked: ExtensionSet,
    client: &ClientOutputs,
    authenticator: Option<&[u8]>,
) -> Vec<Observation> {
    let mut names = Vec::new();
    for name in &client.names {
        if !asked.asked_for(name) {
            names.push(name.clone());
        }
    }
    if let Some(map) = authenticator {
        let mut from = cbor::Reader::new(map);
        let entries = from.map().unwrap_or(0);
        for _ in 0..entries {
            let Ok(Key::Text(name)) = from.key() else { break };
            if !asked.asked_for(name) && !names.iter().any(|known| **known == *name) {
                note(&mut names, name);
            }
            if from.skip().is_err() {
                break;
            }
        }
    }
    names.into_iter().map(|name| Observation::UnsolicitedExtension(String::from(name))).collect()
}
