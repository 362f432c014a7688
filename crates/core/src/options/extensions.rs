//! The `extensions` member of the options: `AuthenticationExtensionsClientInputsJSON`, and CTAP's members beside it.

use super::creation::Encoded;
use crate::base64url;
use crate::extensions::{Blob, CreationInputs, Demand, LargeBlob, PrfValues, RequestInputs};
use crate::ids::CredentialId;
use alloc::collections::BTreeMap;
use alloc::string::String;
use serde::Serialize;

/// Those of a registration.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreationExtensions {
    #[serde(skip_serializing_if = "Option::is_none")]
    cred_props: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential_protection_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enforce_credential_protection_policy: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_pin_length: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prf: Option<Prf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    large_blob: Option<LargeBlobSupport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cred_blob: Option<Encoded>,
    #[serde(skip_serializing_if = "Option::is_none")]
    appid_exclude: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<Payment>,
}

/// Those of an authentication.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestExtensions {
    #[serde(skip_serializing_if = "Option::is_none")]
    appid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prf: Option<Prf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    large_blob: Option<LargeBlobOperation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    get_cred_blob: Option<bool>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Prf {
    #[serde(skip_serializing_if = "Option::is_none")]
    eval: Option<Values>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    eval_by_credential: BTreeMap<String, Values>,
}

#[derive(Clone, Debug, Serialize)]
struct Values {
    first: Encoded,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<Encoded>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Payment {
    is_payment: bool,
}

#[derive(Clone, Debug, Serialize)]
struct LargeBlobSupport {
    support: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum LargeBlobOperation {
    Read(bool),
    Write(Encoded),
}

impl CreationExtensions {
    pub(crate) fn new(inputs: &CreationInputs) -> Option<Self> {
        let enforced = matches!(inputs.cred_protect, Some((_, Demand::Required)));
        let extensions = Self {
            cred_props: inputs.cred_props.then_some(true),
            credential_protection_policy: inputs.cred_protect.map(|(protection, _)| protection.as_str()),
            enforce_credential_protection_policy: enforced.then_some(true),
            min_pin_length: inputs.min_pin_length.map(|_| true),
            prf: inputs.prf.map(|_| Prf::new(inputs.prf_eval.as_ref(), &[])),
            large_blob: inputs.large_blob.map(|demand| LargeBlobSupport {
                support: match demand {
                    Demand::Preferred => "preferred",
                    Demand::Required => "required",
                },
            }),
            cred_blob: inputs.cred_blob.as_ref().map(|(blob, _)| encoded(blob)),
            appid_exclude: inputs.app_id_exclude.as_ref().map(|app_id| app_id.as_str().into()),
            payment: inputs.payment.then_some(Payment { is_payment: true }),
        };
        extensions.asks_for_anything().then_some(extensions)
    }

    const fn asks_for_anything(&self) -> bool {
        self.cred_props.is_some()
            || self.credential_protection_policy.is_some()
            || self.min_pin_length.is_some()
            || self.prf.is_some()
            || self.large_blob.is_some()
            || self.cred_blob.is_some()
            || self.appid_exclude.is_some()
            || self.payment.is_some()
    }
}

impl RequestExtensions {
    pub(crate) fn new(inputs: &RequestInputs) -> Option<Self> {
        let by_credential = &inputs.prf_eval_by_credential;
        let extensions = Self {
            appid: inputs.app_id.as_ref().map(|app_id| app_id.as_str().into()),
            prf: (inputs.prf_eval.is_some() || !by_credential.is_empty())
                .then(|| Prf::new(inputs.prf_eval.as_ref(), by_credential)),
            large_blob: inputs.large_blob.as_ref().map(|(blob, _)| match blob {
                LargeBlob::Read => LargeBlobOperation::Read(true),
                LargeBlob::Write(bytes) => LargeBlobOperation::Write(encoded(bytes)),
            }),
            get_cred_blob: inputs.cred_blob.map(|_| true),
        };
        extensions.asks_for_anything().then_some(extensions)
    }

    const fn asks_for_anything(&self) -> bool {
        self.appid.is_some() || self.prf.is_some() || self.large_blob.is_some() || self.get_cred_blob.is_some()
    }
}

impl Prf {
    fn new(eval: Option<&PrfValues>, by_credential: &[(CredentialId, PrfValues)]) -> Self {
        Self {
            eval: eval.map(Values::from),
            eval_by_credential: by_credential
                .iter()
                .map(|(id, values)| (base64url::encode(id.as_bytes()), Values::from(values)))
                .collect(),
        }
    }
}

impl From<&PrfValues> for Values {
    fn from(values: &PrfValues) -> Self {
        Self { first: encoded(&values.first), second: values.second.as_ref().map(encoded) }
    }
}

fn encoded(blob: &Blob) -> Encoded {
    Encoded::new(blob.as_bytes())
}
