//! `ceremony verify`: cases in, verdicts out, by the library's own path.

mod case;
mod judge;
mod policy;

mod verdict;
mod verifier;
mod words;

use crate::failure::Failure;
use crate::lines::{self, Fit};
use crate::text::ascii_json;
use case::{Case, Header};
use ceremony::SignatureVerifier;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use verdict::{Outcome, Verdict};
use verifier::Verifier;

/// The longest line that is read, in bytes.
const MAX_LINE: usize = 1024 * 1024;

pub(crate) const HELP: &str = "\
Every line of the input is one case: `id`, `ceremony`, `config`, `credential`, for an authentication `stored`, and
optionally `expect` and `expected`. The crate's README describes each member.

Examples:
  ceremony verify testvectors/*.jsonl --summary
  ceremony verify --verifier aws-lc testvectors/*.jsonl --summary
  jq -c 'select(.ceremony == \"registration\")' cases.jsonl | ceremony verify | jq -r '[.id, .verdict, .code] | @tsv'

Exit codes:
  0  every case that names `expect` or `expected` came out so
  1  at least one did not; its verdict has the member `mismatch`
  2  wrong usage, a file that can't be read, or a verifier that this build does not have";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files of cases; `-` or none at all is standard input
    files: Vec<PathBuf>,
    /// Count verdicts, and name the cases that came out otherwise, on standard error
    #[arg(long)]
    summary: bool,
    /// What signatures are verified with; verdicts are the same with each
    #[arg(long, value_enum, default_value_t)]
    verifier: Verifier,
    /// Print JSON, one verdict a line; nothing else is ever printed
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Default)]
struct Tally {
    cases: u64,
    accepted: u64,
    bad: u64,
    mismatched: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let verifier = arguments.verifier.load()?;
    let mut tally = Tally::default();
    let standard_input = [PathBuf::from("-")];
    let files = if arguments.files.is_empty() { &standard_input } else { arguments.files.as_slice() };
    for path in files {
        let done = if path == Path::new("-") {
            verify(io::stdin().lock(), path, &verifier, arguments.summary, &mut tally)
        } else {
            let file = File::open(path).map_err(|error| Failure::reading(path, &error))?;
            verify(BufReader::with_capacity(64 * 1024, file), path, &verifier, arguments.summary, &mut tally)
        };
        done?;
    }
    if arguments.summary {
        let Tally { cases, accepted, bad, mismatched } = tally;
        let rejected = cases.saturating_sub(accepted).saturating_sub(bad);
        // The verdicts are out; a lost summary changes nothing.
        let _ = writeln!(
            io::stderr(),
            "{cases} cases: {accepted} accepted, {rejected} rejected, {bad} bad; {mismatched} not as expected"
        );
    }
    if tally.mismatched == 0 { Ok(()) } else { Err(Failure::Unexpected) }
}

fn verify(
    mut input: impl BufRead,
    path: &Path,
    verifier: &Arc<dyn SignatureVerifier>,
    summary: bool,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let mut line = Vec::new();
    let mut number: u64 = 0;
    // Flushed at each line's end: a program that talks to this one line by line gets each verdict at once.
    let mut output = io::stdout().lock();
    while let Some(fit) =
        lines::next(&mut input, &mut line, MAX_LINE).map_err(|error| Failure::reading(path, &error))?
    {
        number = number.saturating_add(1);
        let text = line.trim_ascii();
        let text = text.strip_prefix(b"\xef\xbb\xbf").filter(|_| number == 1).unwrap_or(text);
        let verdict = match fit {
            Fit::Whole if text.is_empty() => continue,
            Fit::Whole => verdict_on(text, number, verifier),
            Fit::TooLong => {
                Verdict::bad_case(serde_json::Value::Null, format!("line {number} is longer than {MAX_LINE} bytes"))
            }
        };
        tally.count(&verdict);
        let mut json = ascii_json(&verdict, false).map_err(|error| Failure::Io(error.to_string()))?;
        if summary && !verdict.mismatch.is_empty() {
            let id = ascii_json(&verdict.id, false).map_err(|error| Failure::Io(error.to_string()))?;
            let _ = writeln!(io::stderr(), "{id} not as expected: {}", verdict.mismatch.join(", "));
        }
        json.push('\n');
        output.write_all(json.as_bytes()).map_err(|error| Failure::writing(&error))?;
    }
    output.flush().map_err(|error| Failure::writing(&error))
}

/// The verdict on one line, and how it differs from what the line expects.
fn verdict_on(text: &[u8], number: u64, verifier: &Arc<dyn SignatureVerifier>) -> Verdict {
    if !text.starts_with(b"{") {
        // A list would do for serde, its items in the order of the members.
        return Verdict::bad_case(serde_json::Value::Null, format!("line {number} is no JSON object"));
    }
    match serde_json::from_slice::<Case<'_>>(text) {
        Ok(case) => {
            let mut verdict = judge::judge(&case, verifier);
            verdict.compare(case.expect, case.reason.as_str(), case.expected.as_ref());
            verdict
        }
        Err(error) => {
            // What can still be read of it: which case it is, and what was expected.
            let header = serde_json::from_slice::<Header>(text).unwrap_or_default();
            let mut verdict = Verdict::bad_case(header.id(), format!("line {number} is no case: {error}"));
            let expect = header.expect.as_str().and_then(Outcome::parse);
            verdict.compare(expect, header.reason.as_str(), None);
            verdict
        }
    }
}

impl Tally {
    fn count(&mut self, verdict: &Verdict) {
        self.cases = self.cases.saturating_add(1);
        if verdict.is_bad_case() {
            self.bad = self.bad.saturating_add(1);
        } else if verdict.verdict == Outcome::Accept {
            self.accepted = self.accepted.saturating_add(1);
        }
        if !verdict.mismatch.is_empty() {
            self.mismatched = self.mismatched.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ceremony::error::KeyFault;
    use ceremony::{KeyMaterial, SignatureInvalid, SignatureScheme};

    /// Knows of no Ed448, and of no signature that would be valid.
    #[derive(Debug)]
    struct Denies;

    impl SignatureVerifier for Denies {
        fn supports(&self, scheme: SignatureScheme) -> bool {
            scheme != SignatureScheme::Ed448
        }

        fn check_key(&self, _: SignatureScheme, _: KeyMaterial<'_>) -> Result<(), KeyFault> {
            Ok(())
        }

        fn verify(
            &self,
            _: SignatureScheme,
            _: KeyMaterial<'_>,
            _: &[&[u8]],
            _: &[u8],
        ) -> Result<(), SignatureInvalid> {
            Err(SignatureInvalid)
        }
    }

    /// The code of a good case of the specification.
    fn code(id: &str, verifier: Arc<dyn SignatureVerifier>) -> Option<&'static str> {
        let cases = include_str!("../../../testvectors/w3c.jsonl");
        let id = format!(r#""id":"{id}""#);
        let line = cases.lines().find(|line| line.contains(&id)).expect("the specification has it");
        verdict_on(line.as_bytes(), 1, &verifier).code
    }

    /// That verdicts are equal on all verifiers would hold as well if but one of them were ever asked.
    #[test]
    fn the_verifier_that_is_named_is_the_one_that_is_asked() {
        for (id, denied) in [
            ("w3c-packed-self.ES256.registration", "attestation_signature_invalid"),
            ("w3c-packed-self.ES256.authentication", "signature_invalid"),
            ("w3c-packed.Ed448.registration", "algorithm_unavailable"),
        ] {
            assert_eq!(code(id, Arc::new(ceremony::RustCrypto)), None, "{id}");
            assert_eq!(code(id, Arc::new(Denies)), Some(denied), "{id}");
        }
    }
}
