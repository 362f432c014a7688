//! What a ceremony's state keeps of the extensions that it asked for: enough to judge the outputs, no contents.

use super::{CredentialProtection, Demand, Operation, app_id, cred_blob, cred_props, cred_protect, large_blob};
use super::{min_pin_length, payment, prf};
use crate::wire::{Corrupt, Reader, Writer};

/// The extensions of a begun registration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AskedAtCreation {
    pub(crate) cred_props: bool,
    pub(crate) cred_protect: Option<(CredentialProtection, Demand)>,
    pub(crate) min_pin_length: Option<Demand>,
    pub(crate) prf: Option<Demand>,
    pub(crate) large_blob: Option<Demand>,
    pub(crate) cred_blob: Option<Demand>,
    pub(crate) app_id_exclude: bool,
    pub(crate) payment: bool,
}

impl AskedAtCreation {
    /// Whether a client output of this name was asked for.
    pub(super) fn client(&self, name: &str) -> bool {
        match name {
            cred_props::NAME => self.cred_props,
            prf::NAME => self.prf.is_some(),
            large_blob::NAME => self.large_blob.is_some(),
            app_id::EXCLUDE_NAME => self.app_id_exclude,
            payment::NAME => self.payment,
            name if cred_blob::CLIENT_NAMES.contains(&name) => self.cred_blob.is_some(),
            _ => false,
        }
    }

    /// Whether an authenticator output of this name was asked for.
    pub(super) fn authenticator(&self, name: &str) -> bool {
        match name {
            cred_protect::NAME => self.cred_protect.is_some(),
            min_pin_length::NAME => self.min_pin_length.is_some(),
            cred_blob::NAME => self.cred_blob.is_some(),
            name if prf::AUTHENTICATOR_NAMES.contains(&name) => self.prf.is_some(),
            _ => false,
        }
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        to.bool(self.cred_props);
        to.u8(self.cred_protect.map_or(0, |(protection, _)| protection.level()));
        to.u8(demand_code(self.cred_protect.map(|(_, demand)| demand)));
        to.u8(demand_code(self.min_pin_length));
        to.u8(demand_code(self.prf));
        to.u8(demand_code(self.large_blob));
        to.u8(demand_code(self.cred_blob));
        to.bool(self.app_id_exclude);
        to.bool(self.payment);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            cred_props: from.bool()?,
            cred_protect: match (from.u8()?, read_demand(from)?) {
                (0, None) => None,
                (level, Some(demand)) => Some((CredentialProtection::from_level(level).ok_or(Corrupt)?, demand)),
                (_, None) => return Err(Corrupt),
            },
            min_pin_length: read_demand(from)?,
            prf: read_demand(from)?,
            large_blob: read_demand(from)?,
            cred_blob: read_demand(from)?,
            app_id_exclude: from.bool()?,
            payment: from.bool()?,
        })
    }
}

/// The extensions of a begun authentication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AskedAtRequest {
    /// SHA-256 of the AppID.
    pub(crate) app_id: Option<[u8; 32]>,
    pub(crate) prf: bool,
    pub(crate) large_blob: Option<(Operation, Demand)>,
    pub(crate) cred_blob: Option<Demand>,
    pub(crate) payment: bool,
}

impl AskedAtRequest {
    /// Whether a client output of this name was asked for.
    pub(super) fn client(&self, name: &str) -> bool {
        match name {
            app_id::NAME => self.app_id.is_some(),
            payment::NAME => self.payment,
            prf::NAME => self.prf,
            large_blob::NAME => self.large_blob.is_some(),
            name if cred_blob::CLIENT_NAMES.contains(&name) => self.cred_blob.is_some(),
            _ => false,
        }
    }

    /// Whether an authenticator output of this name was asked for.
    pub(super) fn authenticator(&self, name: &str) -> bool {
        match name {
            cred_blob::NAME => self.cred_blob.is_some(),
            name if prf::AUTHENTICATOR_NAMES.contains(&name) => self.prf,
            _ => false,
        }
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        to.bool(self.app_id.is_some());
        if let Some(hash) = &self.app_id {
            to.array(hash);
        }
        to.bool(self.prf);
        to.u8(match self.large_blob {
            None => 0,
            Some((Operation::Read, _)) => 1,
            Some((Operation::Write, _)) => 2,
        });
        to.u8(demand_code(self.large_blob.map(|(_, demand)| demand)));
        to.u8(demand_code(self.cred_blob));
        to.bool(self.payment);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            app_id: if from.bool()? { Some(from.array()?) } else { None },
            prf: from.bool()?,
            large_blob: match (from.u8()?, read_demand(from)?) {
                (0, None) => None,
                (1, Some(demand)) => Some((Operation::Read, demand)),
                (2, Some(demand)) => Some((Operation::Write, demand)),
                _ => return Err(Corrupt),
            },
            cred_blob: read_demand(from)?,
            payment: from.bool()?,
        })
    }
}

const fn demand_code(demand: Option<Demand>) -> u8 {
    match demand {
        None => 0,
        Some(Demand::Preferred) => 1,
        Some(Demand::Required) => 2,
    }
}

fn read_demand(from: &mut Reader<'_>) -> Result<Option<Demand>, Corrupt> {
    match from.u8()? {
        0 => Ok(None),
        1 => Ok(Some(Demand::Preferred)),
        2 => Ok(Some(Demand::Required)),
        _ => Err(Corrupt),
    }
}
