//! The contents of a verified BLOB, and looking things up in it.

use crate::date::Date;
use crate::entry::Entry;
use crate::error::{PayloadFault, Problem};
use crate::owed::{Owed, Past};
use crate::payload::Payload;
use crate::remains::remains_of;
use ceremony::x509::{TrustAnchor, TrustAnchors};
use ceremony::{Aaguid, AttestationFormat, AttestationLookup, UnixTime};
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

/// What a verified BLOB says. Only [`BlobRules::verify`](crate::BlobRules::verify) makes one.
#[derive(Clone, Debug)]
pub struct Metadata {
    no: u64,
    next_update: Date,
    legal_header: Option<String>,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
    by_name: BTreeMap<Name, usize>,
    /// What is left of entries that can't be read.
    unreadable: Vec<Entry>,
    /// What was said of makes that have no entry any more; see [`Metadata::succeed`].
    gone: BTreeMap<Name, Past>,
    /// What entries owe whose new update did not come with a new version; see [`Metadata::succeed`].
    owed: BTreeMap<usize, Owed>,
}

/// What an entry is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Aaguid(Aaguid),
    Key([u8; 20]),
}

/// Whether a BLOB is the latest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// A newer one is not due yet.
    Fresh,
    /// A newer one has been due for this long.
    Stale(Duration),
}

impl Metadata {
    /// Reads a payload whose signature was verified.
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, PayloadFault> {
        let (payload, next_update) = Payload::parse(payload)?;
        let mut metadata = Self {
            no: payload.no,
            next_update,
            legal_header: payload.legal_header,
            entries: Vec::with_capacity(payload.entries.len()),
            problems: Vec::new(),
            by_name: BTreeMap::new(),
            unreadable: Vec::new(),
            gone: BTreeMap::new(),
            owed: BTreeMap::new(),
        };
        for (index, json) in payload.entries.into_iter().enumerate() {
            let mut odd = Vec::new();
            match Entry::parse(json, &mut odd) {
                Ok(entry) => {
                    let aaguid = entry.aaguid;
                    metadata.add(entry, &mut odd);
                    let problem = |reason| Problem { index, aaguid, skipped: false, reason };
                    metadata.problems.extend(odd.into_iter().map(problem));
                }
                Err(reason) => {
                    let remains = remains_of(json);
                    metadata.problems.push(Problem { index, aaguid: remains.aaguid, skipped: true, reason });
                    metadata.unreadable.push(remains);
                }
            }
        }
        Ok(metadata)
    }

    /// Adds an entry under all its names. Where an earlier one has such a name already, that one is found by it; so that no
    /// bad status hides, it takes over the reports of the second. A second one of the same AAGUID is nothing but that.
    fn add(&mut self, entry: Entry, odd: &mut Vec<String>) {
        let end = self.entries.len();
        let mut earlier = BTreeSet::new();
        // The all-zero AAGUID is what U2F authenticators and anonymised registrations have: it names nobody.
        let at = match entry.aaguid {
            Some(aaguid) if aaguid.is_zero() => {
                odd.push("aaguid is all zero, which names nobody".into());
                end
            }
            Some(aaguid) => *self.by_name.entry(Name::Aaguid(aaguid)).or_insert(end),
            None => end,
        };
        if at != end {
            odd.push("a second entry for this AAGUID; only its status reports and key identifiers count".into());
            earlier.insert(at);
        }
        for identifier in &entry.attestation_certificate_key_identifiers {
            let owner = *self.by_name.entry(Name::Key(*identifier)).or_insert(at);
            if owner != at {
                odd.push(
                    "a key identifier that an earlier entry has; the status reports count for that one too".into(),
                );
                earlier.insert(owner);
            }
        }
        for first in earlier {
            let Some(first) = self.entries.get_mut(first) else { continue };
            first.status_reports.extend(entry.status_reports.iter().filter(|report| report.is_no_merit()).cloned());
        }
        if at == end {
            self.entries.push(entry);
        }
    }

    /// The BLOB's number. Keep it, to be given as `last_no` when the next one is verified.
    #[must_use]
    pub const fn no(&self) -> u64 {
        self.no
    }

    /// The number as an entity tag, for `If-None-Match` when the next BLOB is fetched.
    #[must_use]
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.no)
    }

    /// The day by which a newer BLOB is due.
    #[must_use]
    pub const fn next_update(&self) -> Date {
        self.next_update
    }

    /// Whether a newer BLOB is due. The specification discourages refusing metadata for its age; see
    /// [`StatusPolicy::refuse_stale_after`](crate::StatusPolicy::refuse_stale_after).
    #[must_use]
    pub fn freshness(&self, now: UnixTime) -> Freshness {
        let due = self.next_update.start().saturating_add(Duration::from_secs(86_400));
        if now < due { Freshness::Fresh } else { Freshness::Stale(now.saturating_since(due)) }
    }

    /// The terms under which the metadata may be used.
    #[must_use]
    pub fn legal_header(&self) -> Option<&str> {
        self.legal_header.as_deref()
    }

    /// All entries that could be read, in the BLOB's order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What was passed over.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The entry of an AAGUID, exactly; none for the all-zero one.
    #[must_use]
    pub fn entry(&self, aaguid: Aaguid) -> Option<&Entry> {
        self.named(Name::Aaguid(aaguid)).map(|(entry, _)| entry)
    }

    /// The entry of an attestation certificate's key, as U2F authenticators are known.
    #[must_use]
    pub fn entry_by_key_identifier(&self, identifier: &[u8; 20]) -> Option<&Entry> {
        self.named(Name::Key(*identifier)).map(|(entry, _)| entry)
    }

    /// The entry's place, by which name its format is known.
    pub(crate) fn find(&self, fmt: &str, aaguid: Aaguid, identifier: Option<[u8; 20]>) -> Option<(&Entry, usize)> {
        self.named(if fmt == AttestationFormat::FidoU2f.as_str() {
            Name::Key(identifier?)
        } else {
            Name::Aaguid(aaguid)
        })
    }

    fn named(&self, name: Name) -> Option<(&Entry, usize)> {
        let at = *self.by_name.get(&name)?;
        Some((self.entries.get(at)?, at))
    }

    /// The trust anchors for a registration (WebAuthn §7.1 step 23), to be given to
    /// [`finish_registration_with_anchors`](ceremony::Ceremony::finish_registration_with_anchors): those of the AAGUID's
    /// entry, or for `fido-u2f` of the certificate's; bound to the AAGUID or, for U2F, to the format.
    ///
    /// Empty without an entry, and where the statement [must be rejected](Entry::announces_update_without_version). An anchor
    /// says nothing about the status: [`assess`](Self::assess) the registration as well.
    #[must_use]
    pub fn anchors_for(&self, lookup: &AttestationLookup<'_>, now: UnixTime) -> TrustAnchors {
        let found = self.find(lookup.fmt, lookup.aaguid, lookup.certificate_key_identifier());
        let Some((entry, _)) = found.filter(|(entry, at)| !self.statement_is_rejected(entry, *at, now)) else {
            return TrustAnchors::default();
        };
        let roots = entry.statement.iter().flat_map(|statement| &statement.attestation_root_certificates);
        // One that can't be read is no anchor.
        let anchors = roots.filter_map(|der| TrustAnchor::from_der(der).ok());
        let is_u2f = lookup.fmt == AttestationFormat::FidoU2f.as_str();
        anchors
            .map(|anchor| match is_u2f {
                // Whatever AAGUID stands there, such a statement vouches for none.
                true => anchor.for_format(AttestationFormat::FidoU2f).for_aaguid(Aaguid::ZERO),
                false => anchor.for_aaguid(lookup.aaguid),
            })
            .collect()
    }

    pub(crate) fn statement_is_rejected(&self, entry: &Entry, at: usize, now: UnixTime) -> bool {
        let today = Date::of(now);
        self.owed.get(&at).is_some_and(|owed| owed.is_due(today)) || entry.announces_update_without_version(today)
    }

    /// What is left of entries that could not be read and have one of these names.
    pub(crate) fn unreadable(&self, aaguid: Aaguid, identifiers: &[[u8; 20]]) -> impl Iterator<Item = &Entry> {
        self.unreadable.iter().filter(move |entry| {
            entry.aaguid.is_some_and(|named| !named.is_zero() && named == aaguid)
                || entry.attestation_certificate_key_identifiers.iter().any(|named| identifiers.contains(named))
        })
    }

    /// Compares with the metadata that counted before: where an update is announced that was not there, and the statement's
    /// `authenticatorVersion` has not increased, "The Relying party MUST reject the Metadata Statement" (MDS §3.1.4), from
    /// the day on that the update is announced for.
    #[must_use]
    pub fn succeed(mut self, before: &Self) -> Self {
        for (name, at) in &self.by_name {
            if let (Some(entry), Some(past)) = (self.entries.get(*at), before.past(*name)) {
                self.owed.entry(*at).or_default().add(entry, &past);
            }
        }
        // An entry that is left out once, or can't be read, does not begin anew.
        for name in before.by_name.keys().chain(before.gone.keys()).filter(|name| !self.by_name.contains_key(name)) {
            self.gone.extend(before.past(*name).map(|past| (*name, past)));
        }
        self
    }

    fn past(&self, name: Name) -> Option<Past> {
        let there = self.named(name).map(|(entry, at)| Past::of(entry, self.owed.get(&at)));
        there.or_else(|| self.gone.get(&name).cloned())
    }
}
