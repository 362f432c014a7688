//! The outputs beside what was asked for: what is told, what is observed, what is refused.

use super::asked::{AskedAtCreation, AskedAtRequest};
use super::authenticator_outputs::{AtCreation, AtRequest, entries};
use super::client_outputs::{ClientOutputs, note};
use super::{Blob, CredentialProtection, Demand, Operation, cred_blob, cred_protect, large_blob, min_pin_length, prf};
use crate::credential::ExtensionFacts;
use crate::observation::Observation;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// What the client said at registration about the extensions that were asked for. Nobody signed it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationClientOutputs {
    /// credProps: whether the credential is discoverable; `None` if the client does not know.
    pub cred_props_rk: Option<bool>,
    /// prf: whether the credential has a pseudo-random function.
    pub prf_enabled: Option<bool>,
    /// largeBlob: whether the credential can have a blob.
    pub large_blob_supported: Option<bool>,
    /// appidExclude: whether the client took the AppID into account.
    pub app_id_exclude: Option<bool>,
}

/// What the authenticator said at registration, inside the authenticator data: signed as far as the attestation is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationAuthenticatorOutputs {
    /// credProtect: the protection in effect. Clients and authenticators also set it unasked, and it is told then too.
    pub cred_protect: Option<CredentialProtection>,
    /// minPinLength: the shortest PIN that the authenticator admits, in Unicode code points.
    pub min_pin_length: Option<u32>,
    /// credBlob: whether the blob was stored.
    pub cred_blob_stored: Option<bool>,
}

/// What the client said in an authentication about the extensions that were asked for. Nobody signed it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthenticationClientOutputs {
    /// appid: whether the credential was used under the AppID. The authenticator data was then checked to be for that
    /// AppID, and to be for the RP ID otherwise (WebAuthn §7.2 step 15).
    pub app_id: Option<bool>,
    /// largeBlob: the blob that was read.
    pub large_blob: Option<Blob>,
    /// largeBlob: whether the blob was written.
    pub large_blob_written: Option<bool>,
}

/// What the authenticator said in an authentication, below its signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthenticationAuthenticatorOutputs {
    /// credBlob: the blob; empty if the credential has none.
    pub cred_blob: Option<Blob>,
}

/// The outputs of a registration.
pub(crate) struct RegistrationOutputs {
    pub(crate) client: RegistrationClientOutputs,
    pub(crate) authenticator: RegistrationAuthenticatorOutputs,
    pub(crate) seen: Seen,
}

impl RegistrationOutputs {
    /// Reads both sides' outputs. Those of the client that were not asked for are observed and not told.
    pub(crate) fn read(asked: &AskedAtCreation, client: &ClientOutputs, map: Option<&[u8]>) -> Self {
        let read = AtCreation::read(map);
        let mut seen = Seen::default();
        seen.client(client, |name| asked.client(name));
        seen.authenticator(map, &read.malformed, |name| asked.authenticator(name));
        Self {
            client: RegistrationClientOutputs {
                cred_props_rk: client.cred_props_rk.filter(|_| asked.cred_props),
                prf_enabled: client.prf_enabled.filter(|_| asked.prf.is_some()),
                large_blob_supported: client.large_blob.supported.filter(|_| asked.large_blob.is_some()),
                app_id_exclude: client.app_id_exclude.filter(|_| asked.app_id_exclude),
            },
            authenticator: RegistrationAuthenticatorOutputs {
                cred_protect: read.cred_protect,
                min_pin_length: read.min_pin_length.filter(|_| asked.min_pin_length.is_some()),
                cred_blob_stored: read.cred_blob_stored.filter(|_| asked.cred_blob.is_some()),
            },
            seen,
        }
    }

    /// The first extension that was required and did not come out as asked.
    pub(crate) fn not_honoured(&self, asked: &AskedAtCreation) -> Option<&'static str> {
        let (client, authenticator) = (&self.client, &self.authenticator);
        first_false([
            (cred_protect::NAME, cred_protect::honoured(asked.cred_protect, authenticator.cred_protect)),
            (min_pin_length::NAME, met(asked.min_pin_length, authenticator.min_pin_length.is_some())),
            (prf::NAME, met(asked.prf, client.prf_enabled == Some(true))),
            (large_blob::NAME, met(asked.large_blob, client.large_blob_supported == Some(true))),
            (cred_blob::NAME, met(asked.cred_blob, authenticator.cred_blob_stored == Some(true))),
        ])
    }

    /// What the record keeps.
    pub(crate) fn facts(&self) -> ExtensionFacts {
        ExtensionFacts {
            cred_props_rk: self.client.cred_props_rk,
            cred_protect: self.authenticator.cred_protect.map(CredentialProtection::level),
            min_pin_length: self.authenticator.min_pin_length,
            large_blob_supported: self.client.large_blob_supported,
            prf_enabled: self.client.prf_enabled,
            cred_blob_stored: self.authenticator.cred_blob_stored,
        }
    }
}

/// The outputs of an authentication.
pub(crate) struct AuthenticationOutputs {
    pub(crate) client: AuthenticationClientOutputs,
    pub(crate) authenticator: AuthenticationAuthenticatorOutputs,
    pub(crate) seen: Seen,
}

impl AuthenticationOutputs {
    /// Reads both sides' outputs. Those that were not asked for are observed and not told.
    pub(crate) fn read(
        asked: &AskedAtRequest,
        client: &ClientOutputs,
        map: Option<&[u8]>,
        max_cred_blob: usize,
    ) -> Self {
        let read = AtRequest::read(map, max_cred_blob);
        let mut seen = Seen::default();
        seen.client(client, |name| asked.client(name));
        seen.authenticator(map, &read.malformed, |name| asked.authenticator(name));
        let operation = asked.large_blob.map(|(operation, _)| operation);
        Self {
            client: AuthenticationClientOutputs {
                app_id: client.app_id.filter(|_| asked.app_id.is_some()),
                large_blob: client.large_blob.blob.clone().filter(|_| operation == Some(Operation::Read)),
                large_blob_written: client.large_blob.written.filter(|_| operation == Some(Operation::Write)),
            },
            authenticator: AuthenticationAuthenticatorOutputs {
                cred_blob: read.cred_blob.filter(|_| asked.cred_blob.is_some()),
            },
            seen,
        }
    }

    /// The first extension that was required and did not come out as asked.
    pub(crate) fn not_honoured(&self, asked: &AskedAtRequest) -> Option<&'static str> {
        let done = match asked.large_blob {
            Some((Operation::Read, _)) => self.client.large_blob.is_some(),
            Some((Operation::Write, _)) => self.client.large_blob_written == Some(true),
            None => true,
        };
        let large_blob = asked.large_blob.map(|(_, demand)| demand);
        first_false([
            (large_blob::NAME, met(large_blob, done)),
            (cred_blob::NAME, met(asked.cred_blob, self.authenticator.cred_blob.is_some())),
        ])
    }
}

impl ClientOutputs {
    /// The AppID's hash if the credential was used under it: asked for, and the client says so (§7.2 step 15).
    pub(crate) fn app_id_in_use(&self, asked: &AskedAtRequest) -> Option<[u8; 32]> {
        asked.app_id.filter(|_| self.app_id == Some(true))
    }
}

const fn met(demand: Option<Demand>, done: bool) -> bool {
    done || !matches!(demand, Some(Demand::Required))
}

fn first_false<const N: usize>(outcomes: [(&'static str, bool); N]) -> Option<&'static str> {
    outcomes.into_iter().find(|(_, fine)| !fine).map(|(name, _)| name)
}

/// What is to be observed about the outputs of both sides.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    unsolicited: Vec<Box<str>>,
    malformed: Vec<&'static str>,
    prf_results: bool,
}

impl Seen {
    fn client(&mut self, outputs: &ClientOutputs, asked: impl Fn(&str) -> bool) {
        outputs.names().filter(|name| !asked(name)).for_each(|name| note(&mut self.unsolicited, name));
        self.malformed.extend(outputs.malformed.iter().filter(|name| asked(name)));
        self.prf_results = outputs.prf_results;
    }

    fn authenticator(&mut self, map: Option<&[u8]>, malformed: &[&'static str], asked: impl Fn(&str) -> bool) {
        for (name, _) in entries(map) {
            if !asked(name) {
                note(&mut self.unsolicited, name);
            }
        }
        self.malformed.extend(malformed.iter().filter(|name| asked(name)));
    }

    /// Whether there was an output that nobody asked for.
    pub(crate) fn has_unsolicited(&self) -> bool {
        !self.unsolicited.is_empty()
    }

    /// As observations.
    pub(crate) fn into_observations(self) -> impl Iterator<Item = Observation> {
        let unsolicited =
            self.unsolicited.into_iter().map(|name| Observation::UnsolicitedExtension(String::from(name)));
        let malformed = self.malformed.into_iter().map(Observation::MalformedExtension);
        unsolicited.chain(malformed).chain(self.prf_results.then_some(Observation::PrfResultsDropped))
    }
}
