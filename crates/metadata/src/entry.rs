//! Entries: what the BLOB holds of one make of authenticator (MDS §3.1.1).

use crate::date::Date;
use crate::payload::{Object, present};
use crate::statement::{self, Statement};
use crate::status::{self, AuthenticatorStatus, Certification, StatusReport};
use ceremony::Aaguid;
use serde::Deserialize;
use serde_json::value::RawValue;

/// One make of authenticator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its AAGUID, for FIDO2. Never all zero when looked up.
    pub aaguid: Option<Aaguid>,
    /// Its AAID, for UAF.
    pub aaid: Option<String>,
    /// The key identifiers of its attestation certificates, for U2F: SHA-1 of the key's bits.
    pub attestation_certificate_key_identifiers: Vec<[u8; 20]>,
    /// What its vendor says about it.
    pub statement: Option<Statement>,
    /// What became of it, in the order of the BLOB.
    pub status_reports: Vec<StatusReport>,
    /// When a report was last added.
    pub time_of_last_status_change: Option<Date>,
    /// Where the list of devices that are known to be rogue is. It is not read here.
    pub rogue_list_url: Option<String>,
    /// The hash that list must have.
    pub rogue_list_hash: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Form<'a> {
    #[serde(default, deserialize_with = "present")]
    aaguid: Option<String>,
    #[serde(default, deserialize_with = "present")]
    aaid: Option<String>,
    #[serde(default, deserialize_with = "present")]
    attestation_certificate_key_identifiers: Option<Vec<String>>,
    #[serde(borrow, default, deserialize_with = "present")]
    metadata_statement: Option<Object<statement::Form<'a>>>,
    status_reports: Vec<Object<status::Form>>,
    #[serde(default, deserialize_with = "present")]
    time_of_last_status_change: Option<String>,
    #[serde(rename = "rogueListURL", default, deserialize_with = "present")]
    rogue_list_url: Option<String>,
    #[serde(default, deserialize_with = "present")]
    rogue_list_hash: Option<String>,
}

impl Entry {
    /// Reads an entry; oddities that do not spoil it go to `odd`.
    ///
    /// # Errors
    ///
    /// Why it can't be read.
    pub(crate) fn parse(json: &RawValue, odd: &mut Vec<String>) -> Result<Self, String> {
        let form = serde_json::from_str::<Object<Form<'_>>>(json.get()).map_err(|error| error.to_string())?.0;
        let aaguid = match &form.aaguid {
            Some(text) => Some(Aaguid::parse(text).ok_or("aaguid is not a UUID")?),
            None => None,
        };
        let identifiers = form.attestation_certificate_key_identifiers.unwrap_or_default();
        let identifiers = identifiers.iter().map(|text| key_identifier(text)).collect::<Option<Vec<_>>>();
        let identifiers = identifiers.ok_or("a key identifier is not 40 lower-case hexadecimal digits")?;
        if aaguid.is_none() && form.aaid.is_none() && identifiers.is_empty() {
            return Err("neither aaguid, aaid nor attestationCertificateKeyIdentifiers".into());
        }
        // Who can't check the list must not be made to trust it.
        if form.rogue_list_url.is_some() && form.rogue_list_hash.is_none() {
            return Err("rogueListURL without rogueListHash".into());
        }
        let changed = form.time_of_last_status_change.as_deref().map(Date::parse);
        if changed == Some(None) {
            odd.push("timeOfLastStatusChange is not a date".into());
        }
        Ok(Self {
            aaguid,
            aaid: form.aaid,
            attestation_certificate_key_identifiers: identifiers,
            statement: form.metadata_statement.map(|statement| statement.0.read(odd)),
            status_reports: form
                .status_reports
                .into_iter()
                .enumerate()
                .map(|(at, report)| report.0.read(at, odd))
                .collect(),
            time_of_last_status_change: changed.flatten(),
            rogue_list_url: form.rogue_list_url,
            rogue_list_hash: form.rogue_list_hash,
        })
    }

    /// The reports that count on a day, oldest first. One without a date holds all along, and so comes before those with
    /// one; otherwise the BLOB's order decides.
    #[must_use]
    pub fn effective_reports(&self, on: Date) -> Vec<&StatusReport> {
        effective(&self.status_reports, on)
    }

    /// The current status: that of the latest report that counts.
    #[must_use]
    pub fn current_status(&self, on: Date) -> Option<&AuthenticatorStatus> {
        self.effective_reports(on).last().map(|report| &report.status)
    }

    /// The highest FIDO certification since the last report of none. A report of none without a date ends all that stands
    /// before it in the BLOB.
    #[must_use]
    pub fn certification(&self, on: Date) -> Option<Certification> {
        let none = |report: &StatusReport| {
            report.status == AuthenticatorStatus::NotFidoCertified && report.effective_date.is_none()
        };
        let ended = self.status_reports.iter().rposition(|report| none(report) && report.is_effective(on));
        let counts = self.status_reports.get(ended.unwrap_or_default()..).unwrap_or_default();
        effective(counts, on).iter().fold(None, |found, report| match report.status {
            AuthenticatorStatus::NotFidoCertified => None,
            _ if report.unreadable_date => found,
            _ => found.max(report.status.certification()),
        })
    }

    /// The highest level, 1 to 4, of FIPS 140 certification.
    #[must_use]
    pub fn fips140(&self, on: Date) -> Option<u8> {
        let reports = self.effective_reports(on);
        reports.iter().filter(|report| !report.unreadable_date).filter_map(|report| report.status.fips140()).max()
    }

    /// Whether the entry announces an update although its statement is still that of the version to be updated: then "The
    /// Relying party MUST reject the Metadata Statement if the authenticatorVersion has not increased" (MDS §3.1.4).
    ///
    /// Judged by the versions that reports name: an update's is the new one, a flaw's the lowest that has it. What an
    /// earlier BLOB said is compared by [`Metadata::succeed`](crate::Metadata::succeed).
    #[must_use]
    pub fn announces_update_without_version(&self, on: Date) -> bool {
        let reports = self.effective_reports(on);
        let Some(update) = reports.iter().rposition(|report| report.status == AuthenticatorStatus::UpdateAvailable)
        else {
            return false;
        };
        let Some(version) = self.statement.as_ref().and_then(|statement| statement.authenticator_version) else {
            return false;
        };
        let updates = reports.iter().filter(|report| report.status == AuthenticatorStatus::UpdateAvailable);
        // A later update need not name its version; what an earlier one announced has to be there all the same.
        let announced = updates.filter_map(|report| report.authenticator_version).max();
        let flawed = reports.iter().take(update).filter(|report| is_flaw(&report.status));
        announced.is_some_and(|announced| version < announced)
            || flawed.filter_map(|report| report.authenticator_version).any(|flawed| version <= flawed)
    }
}

/// See [`Entry::effective_reports`].
fn effective(reports: &[StatusReport], on: Date) -> Vec<&StatusReport> {
    let mut reports: Vec<_> = reports.iter().filter(|report| report.is_effective(on)).collect();
    reports.sort_by_key(|report| report.effective_date);
    reports
}

/// The statuses that an update can mend.
pub(crate) const fn is_flaw(status: &AuthenticatorStatus) -> bool {
    matches!(
        status,
        AuthenticatorStatus::UserVerificationBypass
            | AuthenticatorStatus::AttestationKeyCompromise
            | AuthenticatorStatus::UserKeyRemoteCompromise
            | AuthenticatorStatus::UserKeyPhysicalCompromise
    )
}

/// 20 bytes in lower-case hexadecimal (MDS §3.1.1).
pub(crate) fn key_identifier(text: &str) -> Option<[u8; 20]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if text.len() != 40 {
        return None;
    }
    let mut identifier = [0; 20];
    for (byte, pair) in identifier.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let &[high, low] = pair else { return None };
        *byte = digit(high)? * 16 + digit(low)?;
    }
    Some(identifier)
}
