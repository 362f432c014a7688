//! `ceremony metadata`: a BLOB of the FIDO Metadata Service, verified and shown.

use crate::failure::Failure;
use crate::progress;
use crate::text::{ascii_json, chain};
use crate::time;
use ceremony::x509::TrustAnchors;
use ceremony::{Aaguid, RustCrypto, UnixTime};
use ceremony_metadata::{BlobRules, Date, Entry, Freshness, MAX_BLOB, METADATA_HOST, Metadata, roots};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) const HELP: &str = "\
Nothing is fetched: download the BLOB yourself.

Examples:
  curl -sL https://mds3.fidoalliance.org/ | ceremony metadata verify
  ceremony metadata show --aaguid 2fc0579f-8113-47ea-b116-bb5a8db9202a blob.jwt
  ceremony metadata show blob.jwt | jq -r '[.aaguid, .status, .description] | @tsv'

Exit codes:
  0  the BLOB is genuine and, with --after, newer
  1  it is not, or it has no entry for the AAGUID
  2  wrong usage, or a file that can't be read";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Verify a BLOB and print its number, its age and what is odd about it
    #[command(after_long_help = HELP)]
    Verify(Source),
    /// Verify a BLOB and print its entries, one JSON object a line
    #[command(after_long_help = HELP)]
    Show {
        /// This make of authenticator alone
        #[arg(long, value_parser = aaguid)]
        aaguid: Option<Aaguid>,
        #[command(flatten)]
        source: Source,
    },
}

#[derive(Debug, clap::Args)]
struct Source {
    /// The BLOB; `-` or none is standard input
    file: Option<PathBuf>,
    /// Roots in PEM that sign for the service [default: GlobalSign R3 and R46]
    #[arg(long, value_name = "FILE")]
    anchors: Option<PathBuf>,
    /// The host that the signer's certificate must name
    #[arg(long, default_value = METADATA_HOST)]
    host: String,
    /// Accept a signer of any name; for roots that sign for nobody else
    #[arg(long, requires = "anchors", conflicts_with = "host")]
    any_host: bool,
    /// The time to judge at, in RFC 3339 [default: now]
    #[arg(long, value_parser = time)]
    time: Option<UnixTime>,
    /// The number of the BLOB before, which this one must be above
    #[arg(long, value_name = "NUMBER")]
    after: Option<u64>,
    /// Print JSON, one object a line; nothing else is ever printed
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.action {
        Action::Verify(source) => {
            let (metadata, now) = source.read()?;
            print(&[summary(&metadata, now)])
        }
        Action::Show { aaguid, source } => {
            let (metadata, now) = source.read()?;
            let entries: Vec<&Entry> = match aaguid {
                Some(aaguid) => metadata.entry(*aaguid).into_iter().collect(),
                None => metadata.entries().iter().collect(),
            };
            if entries.is_empty() && aaguid.is_some() {
                return Err(Failure::Malformed("the BLOB has no entry for this AAGUID".into()));
            }
            let today = Date::of(now);
            print(&entries.into_iter().map(|entry| line(entry, today)).collect::<Vec<_>>())
        }
    }
}

impl Source {
    fn read(&self) -> Result<(Metadata, UnixTime), Failure> {
        let anchors = match &self.anchors {
            None => roots::mds(),
            Some(path) => {
                let pem = std::fs::read_to_string(path).map_err(|error| Failure::reading(path, &error))?;
                TrustAnchors::from_pem(&pem).map_err(|error| Failure::Malformed(chain(&error)))?
            }
        };
        let now = self.time.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            UnixTime::from_secs(now.as_secs())
        });
        let blob = read(self.file.as_deref().filter(|path| *path != Path::new("-")))?;
        let rules = BlobRules::new(anchors).host((!self.any_host).then_some(self.host.as_str()));
        let metadata = rules.verify(&blob, now, self.after, &RustCrypto);
        Ok((metadata.map_err(|error| Failure::Malformed(chain(&error)))?, now))
    }
}

fn read(path: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure::reading(path.unwrap_or(Path::new("-")), &error);
    // One byte more than is accepted, so that what is longer is told from what fits.
    let limit = u64::try_from(MAX_BLOB).unwrap_or(u64::MAX).saturating_add(1);
    let mut blob = Vec::new();
    let bar = match path {
        Some(path) => progress::bytes(path.metadata().ok().filter(std::fs::Metadata::is_file).map(|file| file.len())),
        None => progress::bytes(None),
    };
    let read = match path {
        Some(path) => bar.wrap_read(File::open(path).map_err(failed)?).take(limit).read_to_end(&mut blob),
        None => bar.wrap_read(io::stdin().lock()).take(limit).read_to_end(&mut blob),
    };
    bar.finish_and_clear();
    read.map_err(failed)?;
    Ok(blob)
}

fn summary(metadata: &Metadata, now: UnixTime) -> Value {
    let problems: Vec<String> = metadata.problems().iter().map(ToString::to_string).collect();
    json!({
        "no": metadata.no(),
        "next_update": metadata.next_update().to_string(),
        "stale": metadata.freshness(now) != Freshness::Fresh,
        "entries": metadata.entries().len(),
        "problems": problems,
    })
}

fn line(entry: &Entry, today: Date) -> Value {
    let statement = entry.statement.as_ref();
    let reports = entry.status_reports.iter().map(|report| {
        json!({
            "status": report.status.as_str(),
            "effective_date": report.effective_date.map(|date| date.to_string()),
            "effective": report.is_effective(today),
        })
    });
    json!({
        "aaguid": entry.aaguid.map(|aaguid| aaguid.to_string()),
        "aaid": entry.aaid,
        "description": statement.map(|statement| &statement.description),
        "status": entry.current_status(today).map(|status| status.as_str()),
        "reports": reports.collect::<Vec<_>>(),
        "authenticator_version": statement.and_then(|statement| statement.authenticator_version),
        "attestation_types": statement.map(|statement| &statement.attestation_types),
        "algorithms": statement.map(|statement| &statement.authentication_algorithms),
        "roots": statement.map(|statement| statement.attestation_root_certificates.len()),
    })
}

fn print(values: &[Value]) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    for value in values {
        let json = ascii_json(value, false).map_err(|error| Failure::Io(error.to_string()))?;
        writeln!(output, "{json}").map_err(|error| Failure::writing(&error))?;
    }
    output.flush().map_err(|error| Failure::writing(&error))
}

fn aaguid(text: &str) -> Result<Aaguid, String> {
    Aaguid::parse(text).ok_or_else(|| "not a UUID".into())
}

fn time(text: &str) -> Result<UnixTime, String> {
    time::parse(text).ok_or_else(|| "not a time in RFC 3339".into())
}
