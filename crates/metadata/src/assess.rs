//! Judging a credential by the metadata of its make.

use crate::date::Date;
use crate::entry::{Entry, is_flaw};
use crate::metadata::{Freshness, Metadata};
use crate::policy::StatusPolicy;
use crate::status::{AuthenticatorStatus, Certification, StatusReport};
use ceremony::x509::Certificate;
use ceremony::{Aaguid, Algorithm, AttestationType, CredentialId, CredentialRecord, Registration, UnixTime};
use core::fmt;
use core::time::Duration;

/// What is judged: the facts of a registration, from its record.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    fmt: &'a str,
    aaguid: Aaguid,
    attestation_type: AttestationType,
    trusted: bool,
    algorithm: Algorithm,
    backup_eligible: Option<bool>,
    certificates: &'a [Vec<u8>],
    /// Of the certificates' keys; the first is the attestation's own.
    key_identifiers: Vec<[u8; 20]>,
}

impl<'a> From<&'a CredentialRecord> for Subject<'a> {
    fn from(record: &'a CredentialRecord) -> Self {
        let certificates = &record.attestation.intermediates;
        let identifier = |der: &Vec<u8>| Certificate::parse(der).ok()?.key_identifier().ok();
        Self {
            fmt: &record.fmt,
            aaguid: record.aaguid,
            attestation_type: record.attestation.attestation_type,
            trusted: record.attestation.trusted,
            algorithm: record.algorithm(),
            backup_eligible: record.backup_eligible,
            certificates,
            key_identifiers: certificates.iter().filter_map(identifier).collect(),
        }
    }
}

impl<'a> From<&'a Registration> for Subject<'a> {
    fn from(registration: &'a Registration) -> Self {
        registration.record().into()
    }
}

impl Subject<'_> {
    /// Names the attestation certificate's key, by which U2F authenticators are found, where the record does not keep
    /// certificates: [`AttestationLookup::certificate_key_identifier`](ceremony::AttestationLookup::certificate_key_identifier).
    #[must_use]
    pub fn with_key_identifier(mut self, identifier: Option<[u8; 20]>) -> Self {
        if self.key_identifiers.is_empty() {
            self.key_identifiers.extend(identifier);
        }
        self
    }
}

/// What metadata says about a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "the verdict decides"]
pub struct Assessment {
    /// Whether the policy accepts it.
    pub verdict: Verdict,
    /// Everything worth noticing.
    pub observations: Vec<Observation>,
    /// The make's current status, if there is an entry with one.
    pub status: Option<AuthenticatorStatus>,
    /// The make's certification.
    pub certification: Option<Certification>,
}

impl Assessment {
    /// Whether the policy accepts the credential.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self.verdict, Verdict::Accept)
    }
}

/// Whether a credential is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Accept,
    /// It is not.
    Refuse(Refusal),
}

/// Why a credential is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A report of a status that the policy refuses.
    Status(AuthenticatorStatus),
    /// The statement announces an update of which it is none.
    StatementNotUpdated,
    /// The statement does not admit the type of attestation.
    AttestationType,
    /// The statement does not admit the credential's algorithm.
    Algorithm,
    /// A certification is required, and the attestation is not trusted.
    NotTrusted,
    /// The FIDO certification is lower than required.
    Certification,
    /// The FIPS 140 certification is lower than required.
    Fips140,
    /// No entry, although one is required.
    NoEntry,
    /// The metadata is too old.
    Stale,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "the authenticator's status is {}", status.as_str()),
            Self::StatementNotUpdated => f.write_str("the metadata announces an update without a new version"),
            Self::AttestationType => f.write_str("the metadata does not admit the type of attestation"),
            Self::Algorithm => f.write_str("the metadata does not admit the credential's algorithm"),
            Self::NotTrusted => {
                f.write_str("a certified authenticator is required, and the attestation is not trusted")
            }
            Self::Certification => f.write_str("the authenticator's certification is lower than required"),
            Self::Fips140 => f.write_str("the authenticator's FIPS 140 certification is lower than required"),
            Self::NoEntry => f.write_str("the authenticator is not in the metadata"),
            Self::Stale => f.write_str("the metadata is out of date"),
        }
    }
}

/// What an assessment noticed without deciding by it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observation {
    /// A newer BLOB has been due for this long.
    Stale(Duration),
    /// There is no entry.
    NoEntry,
    /// There is an entry that could not be read.
    EntryUnreadable,
    /// A newer firmware is announced.
    UpdateAvailable,
    /// A status that is not known here; it was ignored.
    UnknownStatus(String),
    /// An attestation key of some batch is compromised, and it is not this credential's.
    OtherBatchCompromised,
    /// The metadata says that credentials can't be synced, and the authenticator says that this one can.
    UnexpectedlyBackupEligible,
    /// There is a list of rogue devices, which was not read.
    RogueList,
}

impl Metadata {
    /// Judges a registration or a stored credential by the metadata of its make.
    ///
    /// A report about one batch's certificate needs to know the credential's certificates: without
    /// `AttestationPolicy::keep_certificates` of the core it counts against every device of the make. So does a required
    /// certification, which then counts only where every chain that was kept leads to the make's own; without them, whoever
    /// is trusted by an anchor of the application's that is not bound to an AAGUID may name any. And what the metadata says
    /// of a key that signed in another format than `fido-u2f`, or in a compound statement, is found by certificates alone.
    pub fn assess<'a>(&self, subject: impl Into<Subject<'a>>, now: UnixTime, policy: &StatusPolicy) -> Assessment {
        let subject = subject.into();
        let mut observations = Vec::new();
        let found = self.find(subject.fmt, subject.aaguid, subject.key_identifiers.first().copied());
        let today = Date::of(now);
        let verdict = self.judge(&subject, found, now, policy, &mut observations);
        Assessment {
            verdict: verdict.map_or_else(Verdict::Refuse, |()| Verdict::Accept),
            observations,
            status: found.and_then(|(entry, _)| entry.current_status(today).cloned()),
            certification: found.and_then(|(entry, _)| entry.certification(today)),
        }
    }

    /// Judges stored credentials again, as ought to be done whenever a newer BLOB is accepted. What to do with one that is
    /// refused now, such as suspending it, is the application's affair.
    pub fn reevaluate<'a>(
        &self,
        records: impl IntoIterator<Item = &'a CredentialRecord>,
        now: UnixTime,
        policy: &StatusPolicy,
    ) -> impl Iterator<Item = (&'a CredentialId, Assessment)> {
        records.into_iter().map(move |record| (&record.credential_id, self.assess(record, now, policy)))
    }

    fn judge(
        &self,
        subject: &Subject<'_>,
        found: Option<(&Entry, usize)>,
        now: UnixTime,
        policy: &StatusPolicy,
        observations: &mut Vec<Observation>,
    ) -> Result<(), Refusal> {
        if let Freshness::Stale(by) = self.freshness(now) {
            observations.push(Observation::Stale(by));
            if policy.refuse_stale_after.is_some_and(|grace| by > grace) {
                return Err(Refusal::Stale);
            }
        }
        let needs_certification = policy.minimum_certification.is_some() || policy.minimum_fips140.is_some();
        let today = Date::of(now);
        let is_unreadable = self.judge_by_others(subject, found, today, policy, observations)?;
        if (found.is_none() || is_unreadable) && (policy.require_entry || needs_certification) {
            return Err(Refusal::NoEntry);
        }
        let Some((entry, at)) = found else { return Ok(()) };
        observe(entry, today, observations);
        status(entry, subject, today, policy, observations)?;
        // "The Relying party MUST reject the Metadata Statement if the authenticatorVersion has not increased"
        if self.statement_is_rejected(entry, at, now) {
            return Err(Refusal::StatementNotUpdated);
        }
        consistency(entry, subject, observations)?;
        if needs_certification && (!subject.trusted || leads_elsewhere(entry, subject)) {
            return Err(Refusal::NotTrusted);
        }
        if policy.minimum_certification.is_some_and(|minimum| entry.certification(today) < Some(minimum)) {
            return Err(Refusal::Certification);
        }
        if policy.minimum_fips140.is_some_and(|minimum| entry.fips140(today) < Some(minimum)) {
            return Err(Refusal::Fips140);
        }
        Ok(())
    }

    /// Judges by what is said beside the make's own entry, and tells whether there is an entry that can't be read.
    fn judge_by_others(
        &self,
        subject: &Subject<'_>,
        found: Option<(&Entry, usize)>,
        today: Date,
        policy: &StatusPolicy,
        observations: &mut Vec<Observation>,
    ) -> Result<bool, Refusal> {
        let mut is_unreadable = false;
        for remains in self.unreadable(subject.aaguid, &subject.key_identifiers) {
            is_unreadable = true;
            status(remains, subject, today, policy, observations)?;
        }
        if is_unreadable {
            observations.push(Observation::EntryUnreadable);
        } else if found.is_none() {
            observations.push(Observation::NoEntry);
        }
        // Whatever format its key signs in, and whichever make it claims: what is said of the key counts.
        for other in subject.key_identifiers.iter().filter_map(|key| self.entry_by_key_identifier(key)) {
            if found.is_none_or(|(entry, _)| !core::ptr::eq(entry, other)) {
                status(other, subject, today, policy, observations)?;
            }
        }
        Ok(is_unreadable)
    }
}

fn observe(entry: &Entry, today: Date, observations: &mut Vec<Observation>) {
    if entry.current_status(today) == Some(&AuthenticatorStatus::UpdateAvailable) {
        observations.push(Observation::UpdateAvailable);
    }
    for report in &entry.status_reports {
        if let AuthenticatorStatus::Other(word) = &report.status {
            observations.push(Observation::UnknownStatus(word.clone()));
        }
    }
    if entry.rogue_list_url.is_some() {
        observations.push(Observation::RogueList);
    }
}

/// Whether a report of a refused status counts for this credential.
fn status(
    entry: &Entry,
    subject: &Subject<'_>,
    today: Date,
    policy: &StatusPolicy,
    observations: &mut Vec<Observation>,
) -> Result<(), Refusal> {
    let reports = entry.effective_reports(today);
    for (at, report) in reports.iter().enumerate() {
        if !policy.refused.contains(&report.status) {
            continue;
        }
        if is_of_another_batch(report, subject) {
            observations.push(Observation::OtherBatchCompromised);
            continue;
        }
        let later = reports.iter().skip(at + 1);
        if policy.fixed_by_update && is_mended(report, later.copied(), entry) {
            continue;
        }
        return Err(Refusal::Status(report.status.clone()));
    }
    Ok(())
}

/// Whether a report is about one batch's certificate, and that is known to be none of this credential's.
fn is_of_another_batch(report: &StatusReport, subject: &Subject<'_>) -> bool {
    report.status == AuthenticatorStatus::AttestationKeyCompromise
        && report.certificates().next().is_some()
        // In case of doubt it counts.
        && !report.unreadable_certificate
        && !subject.certificates.is_empty()
        && !report.certificates().any(|named| subject.certificates.iter().any(|own| is_of(named, own)))
}

/// Whether a certificate is of the key named, or one that it issued. By the key and not by the bytes: whoever has a
/// certificate can write its signature another way, and a key may have several certificates.
fn is_of(named: &[u8], own: &[u8]) -> bool {
    match (Certificate::parse(named), Certificate::parse(own)) {
        (Ok(named), Ok(own)) => named.key_info() == own.key_info() || named.subject() == own.issuer(),
        // Doubt again: what was kept is of certificates that were read once.
        _ => true,
    }
}

/// Whether the trust came from another maker's anchor: certificates were kept, and in one of their chains none is one of the
/// statement's or was issued by one; so it is without a statement, which has none. Phones and TPMs sign whatever AAGUID
/// their software writes, so that a genuine one could claim any make; and beside it in a compound statement a U2F key
/// of the maker's, which signs no AAGUID at all.
fn leads_elsewhere(entry: &Entry, subject: &Subject<'_>) -> bool {
    let roots = entry.statement.iter().flat_map(|statement| &statement.attestation_root_certificates);
    // A root that can't be read is nobody's: it is no anchor either.
    let roots: Vec<&Vec<u8>> = roots.filter(|root| Certificate::parse(root).is_ok()).collect();
    let mut chains = subject.certificates.chunk_by(|own, next| issued(next, own));
    !chains.all(|chain| chain.iter().any(|own| roots.iter().any(|root| is_of(root, own))))
}

/// Whether a certificate's issuer has the name of the one behind it, as within a chain.
fn issued(issuer: &[u8], certificate: &[u8]) -> bool {
    match (Certificate::parse(issuer), Certificate::parse(certificate)) {
        (Ok(issuer), Ok(certificate)) => issuer.subject() == certificate.issuer(),
        _ => false,
    }
}

/// Whether an update that came later, with a higher version than the flaw's, mends it.
fn is_mended<'r>(flaw: &StatusReport, mut later: impl Iterator<Item = &'r StatusReport>, entry: &Entry) -> bool {
    let Some(version) = entry.statement.as_ref().and_then(|statement| statement.authenticator_version) else {
        return false;
    };
    is_flaw(&flaw.status)
        && flaw.effective_date.is_some()
        && flaw.authenticator_version.is_some_and(|flawed| flawed < version)
        && later.any(|report| report.status == AuthenticatorStatus::UpdateAvailable && !report.unreadable_date)
}

/// Whether the registration is one that the statement describes.
fn consistency(entry: &Entry, subject: &Subject<'_>, observations: &mut Vec<Observation>) -> Result<(), Refusal> {
    let Some(statement) = &entry.statement else { return Ok(()) };
    if statement.admits_type(subject.attestation_type) == Some(false) {
        return Err(Refusal::AttestationType);
    }
    if statement.admits_algorithm(subject.algorithm) == Some(false) {
        return Err(Refusal::Algorithm);
    }
    if subject.backup_eligible == Some(true)
        && statement.multi_device_credential_support.as_deref() == Some("unsupported")
    {
        observations.push(Observation::UnexpectedlyBackupEligible);
    }
    Ok(())
}
