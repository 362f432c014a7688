//! What can be read of an entry that can't be read as a whole: a member that is wrong is not to hide a bad status.

use crate::entry::{Entry, key_identifier};
use crate::payload::Object;
use crate::status::{self, StatusReport};
use ceremony::Aaguid;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Form<'a> {
    #[serde(borrow)]
    aaguid: Option<&'a RawValue>,
    #[serde(borrow)]
    attestation_certificate_key_identifiers: Option<&'a RawValue>,
    #[serde(borrow)]
    status_reports: Option<&'a RawValue>,
}

/// A report that can't be read but for its word.
#[derive(Deserialize)]
struct Word {
    status: String,
}

/// The entry's names, and the reports that are no certification.
pub(crate) fn remains_of(json: &RawValue) -> Entry {
    let form = part::<Object<Form<'_>>>(json).map(|form| form.0).unwrap_or_default();
    let identifiers: Vec<String> = form.attestation_certificate_key_identifiers.and_then(part).unwrap_or_default();
    let reports: Vec<&RawValue> = form.status_reports.and_then(part).unwrap_or_default();
    Entry {
        aaguid: form.aaguid.and_then(|json| Aaguid::parse(&part::<String>(json)?)),
        aaid: None,
        attestation_certificate_key_identifiers: identifiers.iter().filter_map(|text| key_identifier(text)).collect(),
        statement: None,
        status_reports: reports.into_iter().filter_map(report).filter(StatusReport::is_no_merit).collect(),
        time_of_last_status_change: None,
        rogue_list_url: None,
        rogue_list_hash: None,
    }
}

fn report(json: &RawValue) -> Option<StatusReport> {
    let word = || part::<Object<Word>>(json).map(|word| status::Form::of_word(word.0.status));
    let form = part::<Object<status::Form>>(json).map(|form| form.0).or_else(word)?;
    Some(form.read(0, &mut Vec::new()))
}

fn part<'a, T: Deserialize<'a>>(json: &'a RawValue) -> Option<T> {
    serde_json::from_str(json.get()).ok()
}
