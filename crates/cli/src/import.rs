//! `ceremony import`: passkeys of other systems into the database of the settings.

mod csv;
mod django;
mod draft;
mod handle;
mod json;
mod pieces;
mod planned;
mod record;
mod rejects;
mod report;
mod row;
mod rows;
mod target;
mod webauthn_rs;

use crate::failure::Failure;
use crate::operate::{self, Output};
use crate::progress;
use crate::text::chain;
use ceremony::UnixTime;
use ceremony_config::{Database, Settings};
use ceremony_service::store::Realm;
use ceremony_service::{Clock, SystemClock};
use clap::ValueEnum;
use draft::{COLUMNS, Draft};
use handle::UserHandleFrom;
use rejects::Rejects;
use report::{Report, Summary};
use row::Row;
use rows::{Numbered, Rows, Unreadable};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};
use target::{Fate, Stores, Target};

pub(crate) const HELP: &str = "\
Rows are JSON objects, one a line or in one array, or a table as CSV with the columns' names in its first line. What is there
already is passed over, so that a run can be repeated; a row that can't be taken is named with its reason, and the others go on.
The passkeys keep working under the same RP ID alone. docs/migration.md has for each source how its rows are exported, what they
lack, and how to switch over.

Members that are read, with their usual other names: user_id, user_handle, credential_id, public_key, sign_count, user_verified,
backup_eligible or device_type, backup_state, transports, aaguid, fmt, name, created_at, last_used_at, is_active, revoked_at,
revocation_reason, is_discoverable, rp_id; passkey for webauthn-rs; token and username for django-passkeys.

Examples:
  ceremony import --from webauthn-rs --dry-run passkeys.jsonl
  ceremony import --from simplewebauthn --user-column owner --rejects bad.csv passkeys.csv
  psql -c '\\copy (select * from passkey_credential) to stdout csv header' | ceremony import --from blockauth
  ceremony import --from py-webauthn --user-handle user-id --json rows.jsonl | jq -r 'select(.reason) | [.row, .reason] | @tsv'

Exit codes:
  0  every passkey is stored, by this run or before
  1  a row was refused, the settings can't be used, or the database did not answer; what was stored before stays
  2  wrong usage, or a file that is empty, or can't be read or written";

/// Whose rows they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Source {
    /// A Passkey of webauthn-rs 0.5 or 0.6 as JSON, beside its user's UUID
    WebauthnRs,
    /// What py_webauthn's VerifiedRegistration gives, in columns; also FastAuth and Chirp
    PyWebauthn,
    /// The table passkey_credentials of fastapi-passkeys
    FastapiPasskeys,
    /// WebAuthnCredential of SimpleWebAuthn, with the columns that it recommends
    Simplewebauthn,
    /// The table passkeys_userpasskey of django-passkeys, beside the user's name
    DjangoPasskeys,
    /// The table passkey_credential of BlockAuth
    Blockauth,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Whose rows they are
    #[arg(long, value_enum)]
    from: Source,
    /// A file of rows; `-` or none is standard input
    file: Option<PathBuf>,
    #[command(flatten)]
    settings: operate::Source,
    /// Only tell what would be imported; without a database in the settings, look at the rows alone
    #[arg(long)]
    dry_run: bool,
    /// The column with the application's own id of the user
    #[arg(long, value_name = "COLUMN")]
    user_column: Option<String>,
    /// A member stands in a column of another name, which has to be there; may be given several times
    #[arg(long, value_name = "MEMBER=COLUMN", value_parser = column)]
    column: Vec<(String, String)>,
    /// What the user handles were made of, where there is no column for them, or another one counts
    #[arg(long, value_enum, value_name = "FROM")]
    user_handle: Option<UserHandleFrom>,
    /// Write the rows that were refused to a new file, as they came
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

fn column(text: &str) -> Result<(String, String), String> {
    let (member, column) = text.split_once('=').ok_or("write MEMBER=COLUMN")?;
    let known = COLUMNS.iter().filter_map(|names| names.first()).any(|known| *known == member);
    if known { Ok((member.to_owned(), column.to_owned())) } else { Err(format!("there is no member {member:?}")) }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let settings = arguments.settings.read().map_err(Failure::Malformed)?;
    let path = arguments.file.as_deref().filter(|path| *path != Path::new("-"));
    let rejects = Rejects::new(arguments.rejects.as_deref())?;
    let summary = match path {
        None => {
            let bar = progress::bytes(None);
            let input = BufReader::new(bar.wrap_read(stdin().lock()));
            operate::block_on(import(arguments, &settings, input, rejects, &bar))?
        }
        Some(path) => {
            let failed = |error| Failure::reading(path, &error);
            let file = File::open(path).map_err(failed)?;
            let length = file.metadata().map_err(failed)?;
            let bar = progress::bytes(length.is_file().then_some(length.len()));
            let input = BufReader::with_capacity(64 * 1024, bar.wrap_read(file));
            operate::block_on(import(arguments, &settings, input, rejects, &bar))?
        }
    }?;
    if summary.refused == 0 { Ok(()) } else { Err(Failure::Unexpected) }
}

async fn import(
    arguments: &Arguments,
    settings: &Settings,
    input: impl BufRead,
    rejects: Rejects,
    bar: &indicatif::ProgressBar,
) -> Result<Summary, Failure> {
    let malformed = |error: ceremony_config::SettingsError| Failure::Malformed(chain(&error));
    let relying_party = settings.relying_party().map_err(malformed)?;
    let realm = Realm { tenant: relying_party.tenant().clone(), rp_id: relying_party.id().clone() };
    let database = if settings.database.is_none() && arguments.dry_run {
        None
    } else {
        Some(operate::existing_database(settings).await.map_err(Failure::Malformed)?)
    };
    let stores = database
        .as_ref()
        .map(|database: &Database| Stores { credentials: database.credentials(), users: database.users() });
    let columns: BTreeMap<String, String> = arguments
        .column
        .iter()
        .cloned()
        .chain(arguments.user_column.clone().map(|column| ("user_id".to_owned(), column)))
        .collect();
    let job = Job {
        source: arguments.from,
        user_handle: arguments.user_handle,
        columns,
        target: Target::new(realm, stores, arguments.dry_run),
        report: Report::new(&arguments.output, relying_party.id().to_string(), arguments.dry_run, bar),
        rejects,
    };
    let done = job.run(input, arguments.file.as_deref().unwrap_or(Path::new("-"))).await;
    bar.finish_and_clear();
    if let Some(database) = database {
        database.close().await;
    }
    done
}

/// One import.
#[derive(Debug)]
struct Job<'a> {
    source: Source,
    user_handle: Option<UserHandleFrom>,
    columns: BTreeMap<String, String>,
    target: Target,
    report: Report<'a>,
    rejects: Rejects,
}

impl Job<'_> {
    async fn run(mut self, input: impl BufRead, path: &Path) -> Result<Summary, Failure> {
        let unreadable = |error: Unreadable| match error {
            Unreadable::Stream(error) => Failure::reading(path, &error),
            Unreadable::Empty => Failure::Io(format!("{path:?} is empty, as an export that failed leaves it")),
            Unreadable::Header(problem) => Failure::Malformed(problem),
        };
        let mut rows = Rows::new(input).map_err(unreadable)?;
        while let Some(Numbered { number, members }) = rows.next().map_err(unreadable)? {
            let passkeys = members.and_then(|members| {
                let row = Row { members: &members, columns: &self.columns };
                self.drafts(&row)
            });
            let mut refused = false;
            for passkey in passkeys.unwrap_or_else(|problem| vec![Err(problem)]) {
                // Each at its own moment: a long run must not look as if all of it happened at its start.
                let now = SystemClock.now();
                let fate = match passkey {
                    Ok(draft) => self.put(draft, now).await.map_err(|error| {
                        let done = "what was stored before stays, and is passed over by the next run";
                        Failure::Malformed(format!("stopped at row {number}: {error}; {done}"))
                    })?,
                    Err(problem) => Fate::Refused(problem),
                };
                refused |= matches!(fate, Fate::Refused(_));
                self.report.passkey(number, &fate)?;
            }
            if refused {
                self.rejects.add(rows.header(), rows.raw())?;
            }
        }
        self.report.end()
    }

    /// The passkeys of a row, each on its own, with its user handle.
    fn drafts(&self, row: &Row<'_>) -> Result<Vec<Result<Draft, String>>, String> {
        row.named_columns()?;
        let drafts = match self.source {
            Source::WebauthnRs => webauthn_rs::read(row)?,
            Source::DjangoPasskeys => vec![django::read(row)],
            Source::PyWebauthn | Source::FastapiPasskeys | Source::Simplewebauthn | Source::Blockauth => {
                vec![Draft::flat(row)]
            }
        };
        let with_handle = |draft: Draft| {
            let user_handle = handle::of(row, &draft.user_id, self.source, self.user_handle)?;
            Ok(Draft { user_handle, ..draft })
        };
        Ok(drafts.into_iter().map(|draft| draft.and_then(with_handle)).collect())
    }

    async fn put(&mut self, draft: Draft, now: UnixTime) -> Result<Fate, String> {
        match record::check(draft, self.target.realm(), now) {
            Ok(passkey) => self.target.put(passkey, now).await.map_err(|error| chain(&error)),
            Err(problem) => Ok(Fate::Refused(problem)),
        }
    }
}
