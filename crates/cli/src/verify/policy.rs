//! The member `policy` of a case: decisions beyond the common ones.

use super::words::words;
use ceremony::x509::{Certificate, Revocations, TrustAnchor, TrustAnchors};
use ceremony::{
    Aaguid, AttestationFormat, AttestationPolicy, BackupRequirement, CborPolicy, CompoundPolicy, CredentialProtection,
    UnsolicitedExtensions,
};
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer};

/// A name that is not known would change the verdict unnoticed: it is refused.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Policy {
    #[serde(deserialize_with = "cbor")]
    pub(super) cbor: Option<CborPolicy>,
    #[serde(deserialize_with = "backup_requirement")]
    pub(super) backup_requirement: Option<BackupRequirement>,
    pub(super) reject_reserved_flags: Option<bool>,
    pub(super) check_token_binding: Option<bool>,
    #[serde(deserialize_with = "cred_protect")]
    pub(super) cred_protect: Option<CredentialProtection>,
    #[serde(deserialize_with = "unsolicited_extensions")]
    pub(super) unsolicited_extensions: Option<UnsolicitedExtensions>,
    pub(super) require_top_origin: Option<bool>,
    // What follows is about attestation.
    accept_none: Option<bool>,
    accept_self: Option<bool>,
    accept_untrusted: Option<bool>,
    ignore_statements: Option<bool>,
    allow_formats: Option<Vec<Format>>,
    deny_formats: Option<Vec<Format>>,
    #[serde(deserialize_with = "aaguids")]
    allow_aaguids: Option<Vec<Aaguid>>,
    #[serde(deserialize_with = "aaguids")]
    deny_aaguids: Option<Vec<Aaguid>>,
    #[serde(deserialize_with = "compound")]
    compound: Option<CompoundPolicy>,
    compound_formats: Option<Vec<Format>>,
    safetynet: Option<bool>,
    allow_sha1: Option<bool>,
    require_known_country: Option<bool>,
    android_software_enforced: Option<bool>,
    android_only_sign: Option<bool>,
    android_hardware_level: Option<bool>,
    tpm_known_vendor: Option<bool>,
    u2f_zero_aaguid: Option<bool>,
    refuse_anchor_in_chain: Option<bool>,
    check_anchor_validity: Option<bool>,
    #[serde(deserialize_with = "serials")]
    revoked_serials: Option<Vec<Vec<u8>>>,
    revoked_certificates_pem: Option<Vec<Pem>>,
}

impl Policy {
    /// The attestation policy of a case: `trusted_only` refuses none and self, `anchors` are what chains must reach if
    /// there are any.
    pub(super) fn attestation(&self, trusted_only: bool, anchors: Option<TrustAnchors>) -> AttestationPolicy {
        let is = |choice: Option<bool>| choice.unwrap_or_default();
        let formats = |list: &[Format]| list.iter().map(|format| format.0).collect::<Vec<_>>();
        let judged = anchors.is_some();
        let mut policy = AttestationPolicy::default()
            .accept_none(self.accept_none.unwrap_or(!trusted_only))
            .accept_self(self.accept_self.unwrap_or(!trusted_only))
            // Without anchors a chain is not judged at all.
            .accept_untrusted(self.accept_untrusted.unwrap_or(!judged))
            .trust_anchors(anchors.unwrap_or_default())
            .revocations(self.revocations())
            .ignore_statements(is(self.ignore_statements))
            .compound(self.compound.unwrap_or_default())
            .compound_formats(formats(self.compound_formats.as_deref().unwrap_or_default()))
            .allow_sha1(is(self.allow_sha1))
            .require_known_country(is(self.require_known_country))
            .android_software_enforced(is(self.android_software_enforced))
            .android_only_sign(is(self.android_only_sign))
            .android_hardware_level(is(self.android_hardware_level))
            .tpm_known_vendor(is(self.tpm_known_vendor))
            .u2f_zero_aaguid(is(self.u2f_zero_aaguid))
            .refuse_anchor_in_chain(is(self.refuse_anchor_in_chain))
            .check_anchor_validity(is(self.check_anchor_validity))
            .deny_aaguids(self.deny_aaguids.iter().flatten().copied());
        let mut denied = formats(self.deny_formats.as_deref().unwrap_or_default());
        if !is(self.safetynet) {
            denied.push(AttestationFormat::AndroidSafetynet);
        }
        policy = policy.deny_formats(denied);
        if let Some(list) = &self.allow_formats {
            policy = policy.allow_formats(formats(list));
        }
        if let Some(list) = &self.allow_aaguids {
            policy = policy.allow_aaguids(list.iter().copied());
        }
        policy
    }

    fn revocations(&self) -> Revocations {
        let serials = self.revoked_serials.iter().flatten();
        let revoked = serials.fold(Revocations::default(), |revoked, serial| revoked.with_serial(serial));
        let certificates = self.revoked_certificates_pem.iter().flatten();
        certificates.fold(revoked, |revoked, pem| revoked.with_certificate(&pem.0))
    }
}

/// An attestation statement format by its identifier.
#[derive(Debug)]
struct Format(AttestationFormat);

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let unexpected = || D::Error::invalid_value(Unexpected::Str(&text), &"an attestation statement format");
        AttestationFormat::from_identifier(&text).ok_or_else(unexpected).map(Self)
    }
}

/// A certificate in PEM, as DER.
#[derive(Debug)]
struct Pem(Vec<u8>);

impl<'de> Deserialize<'de> for Pem {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let anchor = TrustAnchor::from_pem(&text).map_err(D::Error::custom)?;
        Certificate::parse(anchor.as_der()).map_err(D::Error::custom)?;
        Ok(Self(anchor.as_der().to_vec()))
    }
}

words!(cbor, CborPolicy, ["strict" = CborPolicy::Strict, "lenient" = CborPolicy::Lenient]);
words!(
    backup_requirement,
    BackupRequirement,
    [
        "any" = BackupRequirement::Any,
        "device_bound" = BackupRequirement::DeviceBound,
        "eligible" = BackupRequirement::Eligible,
        "backed_up" = BackupRequirement::BackedUp
    ]
);
words!(
    unsolicited_extensions,
    UnsolicitedExtensions,
    ["observe" = UnsolicitedExtensions::Observe, "reject" = UnsolicitedExtensions::Reject]
);

words!(
    cred_protect,
    CredentialProtection,
    [
        "userVerificationOptional" = CredentialProtection::UserVerificationOptional,
        "userVerificationOptionalWithCredentialIDList" =
            CredentialProtection::UserVerificationOptionalWithCredentialIdList,
        "userVerificationRequired" = CredentialProtection::UserVerificationRequired
    ]
);

/// `all`, `any`, or how many.
#[derive(Deserialize)]
#[serde(untagged)]
enum Compound {
    Word(String),
    Count(u8),
}

fn compound<'de, D: Deserializer<'de>>(from: D) -> Result<Option<CompoundPolicy>, D::Error> {
    let wrong = || D::Error::custom("`compound` is neither \"all\" nor \"any\" nor a count");
    let Some(written) = Option::<Compound>::deserialize(from).map_err(|_| wrong())? else { return Ok(None) };
    match written {
        Compound::Count(count) => Ok(Some(CompoundPolicy::AtLeast(count))),
        Compound::Word(word) if word == "all" => Ok(Some(CompoundPolicy::All)),
        Compound::Word(word) if word == "any" => Ok(Some(CompoundPolicy::Any)),
        Compound::Word(_) => Err(wrong()),
    }
}

fn aaguids<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<Aaguid>>, D::Error> {
    let Some(list) = Option::<Vec<String>>::deserialize(from)? else { return Ok(None) };
    let read =
        |text: String| Aaguid::parse(&text).ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &"a UUID"));
    list.into_iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// Serial numbers in hexadecimal.
fn serials<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<Vec<u8>>>, D::Error> {
    let Some(list) = Option::<Vec<String>>::deserialize(from)? else { return Ok(None) };
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let read = |text: String| {
        let digits = if text.len().is_multiple_of(2) { text.clone() } else { format!("0{text}") };
        let bytes: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(byte).collect();
        bytes.ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &"a number in hexadecimal"))
    };
    list.into_iter().map(read).collect::<Result<_, _>>().map(Some)
}
