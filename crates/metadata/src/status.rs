//! Status reports: what became of a make of authenticator (MDS §3.1.3, §3.1.4).

use crate::date::Date;
use crate::payload::present;
use crate::statement::certificate;
use serde::Deserialize;

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// The status of a make of authenticator (MDS §3.1.4).
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum AuthenticatorStatus {
            $($(#[$doc])* $name,)+
            /// A word that is not known here: "FIDO Servers MUST silently ignore all unknown AuthenticatorStatus values."
            Other(String),
        }

        impl AuthenticatorStatus {
            /// The word in the BLOB.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $word,)+
                    Self::Other(word) => word,
                }
            }

            /// The status of a word.
            #[must_use]
            pub fn parse(word: &str) -> Self {
                match word {
                    $($word => Self::$name,)+
                    other => Self::Other(other.into()),
                }
            }
        }
    };
}

statuses! {
    /// Not certified.
    NotFidoCertified = "NOT_FIDO_CERTIFIED",
    /// Passed the functional certification.
    FidoCertified = "FIDO_CERTIFIED",
    /// User verification can be circumvented.
    UserVerificationBypass = "USER_VERIFICATION_BYPASS",
    /// An attestation key is known to others: of one batch, if the report names its certificate.
    AttestationKeyCompromise = "ATTESTATION_KEY_COMPROMISE",
    /// Users' keys can be got at from afar.
    UserKeyRemoteCompromise = "USER_KEY_REMOTE_COMPROMISE",
    /// Users' keys can be got at by who holds the device.
    UserKeyPhysicalCompromise = "USER_KEY_PHYSICAL_COMPROMISE",
    /// There is a newer firmware.
    UpdateAvailable = "UPDATE_AVAILABLE",
    /// No longer supported (MDS 3.1).
    Retired = "RETIRED",
    /// Not to be trusted any more.
    Revoked = "REVOKED",
    /// The vendor has filled in the security questionnaire himself.
    SelfAssertionSubmitted = "SELF_ASSERTION_SUBMITTED",
    /// Certified at level 1.
    FidoCertifiedL1 = "FIDO_CERTIFIED_L1",
    /// Certified at level 1+.
    FidoCertifiedL1Plus = "FIDO_CERTIFIED_L1plus",
    /// Certified at level 2.
    FidoCertifiedL2 = "FIDO_CERTIFIED_L2",
    /// Certified at level 2+.
    FidoCertifiedL2Plus = "FIDO_CERTIFIED_L2plus",
    /// Certified at level 3.
    FidoCertifiedL3 = "FIDO_CERTIFIED_L3",
    /// Certified at level 3+.
    FidoCertifiedL3Plus = "FIDO_CERTIFIED_L3plus",
    /// Certified under FIPS 140 at level 1.
    Fips140CertifiedL1 = "FIPS140_CERTIFIED_L1",
    /// Certified under FIPS 140 at level 2.
    Fips140CertifiedL2 = "FIPS140_CERTIFIED_L2",
    /// Certified under FIPS 140 at level 3.
    Fips140CertifiedL3 = "FIPS140_CERTIFIED_L3",
    /// Certified under FIPS 140 at level 4.
    Fips140CertifiedL4 = "FIPS140_CERTIFIED_L4",
}

/// The FIDO certification levels, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the levels' own names")]
pub enum Certification {
    /// Functional certification alone.
    Functional,
    L1,
    L1Plus,
    L2,
    L2Plus,
    L3,
    L3Plus,
}

impl AuthenticatorStatus {
    /// The FIDO certification that the status stands for.
    #[must_use]
    pub const fn certification(&self) -> Option<Certification> {
        match self {
            Self::FidoCertified => Some(Certification::Functional),
            Self::FidoCertifiedL1 => Some(Certification::L1),
            Self::FidoCertifiedL1Plus => Some(Certification::L1Plus),
            Self::FidoCertifiedL2 => Some(Certification::L2),
            Self::FidoCertifiedL2Plus => Some(Certification::L2Plus),
            Self::FidoCertifiedL3 => Some(Certification::L3),
            Self::FidoCertifiedL3Plus => Some(Certification::L3Plus),
            _ => None,
        }
    }

    /// The level, 1 to 4, of the FIPS 140 certification that the status stands for.
    #[must_use]
    pub const fn fips140(&self) -> Option<u8> {
        match self {
            Self::Fips140CertifiedL1 => Some(1),
            Self::Fips140CertifiedL2 => Some(2),
            Self::Fips140CertifiedL3 => Some(3),
            Self::Fips140CertifiedL4 => Some(4),
            _ => None,
        }
    }
}

/// One report.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusReport {
    /// The status.
    pub status: AuthenticatorStatus,
    /// Since when it holds; `None` for as long as the report stands there.
    pub effective_date: Option<Date>,
    /// The last day on which it holds (MDS 3.1).
    pub sunset_date: Option<Date>,
    /// The firmware version that it is about.
    pub authenticator_version: Option<u64>,
    /// The certificate in DER that it is about: for a compromised attestation key, that key's or its issuer's.
    pub certificate: Option<Vec<u8>>,
    /// As [`certificate`](Self::certificate), under its name in MDS 3.1.
    pub batch_certificate: Option<Vec<u8>>,
    /// Where to read more.
    pub url: Option<String>,
    /// What was certified, in words.
    pub certification_descriptor: Option<String>,
    /// The number of the certificate of certification.
    pub certificate_number: Option<String>,
    /// Whether a report names a certificate that can't be read.
    pub(crate) unreadable_certificate: bool,
    /// Whether a report names a day that can't be read: then it speaks against the make, and not for it.
    pub(crate) unreadable_date: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Form {
    status: String,
    #[serde(default, deserialize_with = "present")]
    effective_date: Option<String>,
    #[serde(default, deserialize_with = "present")]
    sunset_date: Option<String>,
    #[serde(default, deserialize_with = "present")]
    authenticator_version: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    certificate: Option<String>,
    #[serde(default, deserialize_with = "present")]
    batch_certificate: Option<String>,
    #[serde(default, deserialize_with = "present")]
    url: Option<String>,
    #[serde(default, deserialize_with = "present")]
    certification_descriptor: Option<String>,
    #[serde(default, deserialize_with = "present")]
    certificate_number: Option<String>,
}

impl Form {
    /// The report; oddities that do not spoil it go to `odd`. A date that can't be read must not hide a bad status: it
    /// counts as none, and the report holds.
    pub(crate) fn read(self, at: usize, odd: &mut Vec<String>) -> StatusReport {
        let mut unreadable_date = false;
        let mut date = |text: Option<String>, name: &str| {
            let date = text.as_deref().map(Date::parse);
            if date == Some(None) {
                unreadable_date = true;
                odd.push(format!("statusReports[{at}].{name} is not a date"));
            }
            date.flatten()
        };
        let (effective_date, sunset_date) =
            (date(self.effective_date, "effectiveDate"), date(self.sunset_date, "sunsetDate"));
        let named = self.certificate.as_deref().map(certificate);
        let batch = self.batch_certificate.as_deref().map(certificate);
        let unreadable_certificate = named == Some(None) || batch == Some(None);
        if unreadable_certificate {
            odd.push(format!("statusReports[{at}] names a certificate that is not base64"));
        }
        StatusReport {
            status: AuthenticatorStatus::parse(&self.status),
            effective_date,
            sunset_date,
            authenticator_version: self.authenticator_version,
            certificate: named.flatten(),
            batch_certificate: batch.flatten(),
            url: self.url,
            certification_descriptor: self.certification_descriptor,
            certificate_number: self.certificate_number,
            unreadable_certificate,
            unreadable_date,
        }
    }

    /// A report of which only the word can be read: of every device, and of all days.
    pub(crate) const fn of_word(status: String) -> Self {
        Self {
            status,
            effective_date: None,
            sunset_date: None,
            authenticator_version: None,
            certificate: None,
            batch_certificate: None,
            url: None,
            certification_descriptor: None,
            certificate_number: None,
        }
    }
}

impl StatusReport {
    /// Whether the report counts on a day: it has begun, it is not over, and its word is known.
    #[must_use]
    pub fn is_effective(&self, on: Date) -> bool {
        !matches!(self.status, AuthenticatorStatus::Other(_))
            && self.effective_date.is_none_or(|since| since <= on)
            && self.sunset_date.is_none_or(|last| on <= last)
    }

    /// Whether the report is no certification: what may be said of another make as well, which has one of its names.
    pub(crate) const fn is_no_merit(&self) -> bool {
        self.status.certification().is_none() && self.status.fips140().is_none()
    }

    /// The certificates that the report is confined to; none if it is about every device.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.certificate.iter().chain(&self.batch_certificate).map(Vec::as_slice)
    }
}
