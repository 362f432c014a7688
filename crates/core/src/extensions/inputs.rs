//! What a request asks for. Which extension belongs to which ceremony is in the types: there is nowhere to put one into
//! the other.

use super::asked::{AskedAtCreation, AskedAtRequest};
use super::{AppId, Blob, CredentialProtection, Demand, LargeBlob, PrfValues};
use crate::error::Misuse;
use crate::ids::CredentialId;
use crate::options::CredentialDescriptor;
use crate::relying_party::RelyingParty;
use alloc::vec::Vec;

/// The extensions of a registration.
#[derive(Clone, Debug, Default)]
pub(crate) struct CreationInputs {
    pub(crate) cred_props: bool,
    pub(crate) cred_protect: Option<(CredentialProtection, Demand)>,
    pub(crate) min_pin_length: Option<Demand>,
    pub(crate) prf: Option<Demand>,
    pub(crate) prf_eval: Option<PrfValues>,
    pub(crate) large_blob: Option<Demand>,
    pub(crate) cred_blob: Option<(Blob, Demand)>,
    pub(crate) app_id_exclude: Option<AppId>,
    pub(crate) payment: bool,
}

impl CreationInputs {
    /// Refuses what no client could do.
    pub(crate) fn check(&self, rp: &RelyingParty) -> Result<(), Misuse> {
        let max = rp.limits().cred_blob;
        if let Some((blob, _)) = &self.cred_blob
            && !(1..=max).contains(&blob.as_bytes().len())
        {
            return Err(Misuse::CredBlobLength(max));
        }
        self.app_id_exclude.as_ref().map_or(Ok(()), |app_id| app_id.check_covered(rp))
    }

    pub(crate) fn asked(&self) -> AskedAtCreation {
        AskedAtCreation {
            cred_props: self.cred_props,
            cred_protect: self.cred_protect,
            min_pin_length: self.min_pin_length,
            prf: self.prf,
            large_blob: self.large_blob,
            cred_blob: self.cred_blob.as_ref().map(|(_, demand)| *demand),
            app_id_exclude: self.app_id_exclude.is_some(),
            payment: self.payment,
        }
    }
}

/// The extensions of an authentication.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestInputs {
    pub(crate) app_id: Option<AppId>,
    pub(crate) prf_eval: Option<PrfValues>,
    pub(crate) prf_eval_by_credential: Vec<(CredentialId, PrfValues)>,
    pub(crate) large_blob: Option<(LargeBlob, Demand)>,
    pub(crate) cred_blob: Option<Demand>,
    pub(crate) payment: bool,
}

impl RequestInputs {
    /// Refuses what no client could do.
    pub(crate) fn check(&self, rp: &RelyingParty, allow: &[CredentialDescriptor]) -> Result<(), Misuse> {
        // §10.1.4: "If evalByCredential is not empty but allowCredentials is empty", or names another credential
        let listed = |id: &CredentialId| allow.iter().any(|descriptor| descriptor.id() == id);
        if !self.prf_eval_by_credential.iter().all(|(id, _)| listed(id)) {
            return Err(Misuse::PrfCredentialNotAllowed);
        }
        // §10.1.5: "If allowCredentials does not contain exactly one element"
        if matches!(self.large_blob, Some((LargeBlob::Write(_), _))) && allow.len() != 1 {
            return Err(Misuse::LargeBlobWriteNeedsOneCredential);
        }
        self.app_id.as_ref().map_or(Ok(()), |app_id| app_id.check_covered(rp))
    }

    pub(crate) fn asked(&self) -> AskedAtRequest {
        AskedAtRequest {
            app_id: self.app_id.as_ref().map(AppId::hash),
            prf: self.prf_eval.is_some() || !self.prf_eval_by_credential.is_empty(),
            large_blob: self.large_blob.as_ref().map(|(blob, demand)| (blob.operation(), *demand)),
            cred_blob: self.cred_blob,
            payment: self.payment,
        }
    }
}
