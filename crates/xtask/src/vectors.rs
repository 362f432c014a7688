//! `cargo xtask vectors`: writes `testvectors/`, or says where what is there differs.

mod cbor;
mod certificate;
mod der;
mod keys;
mod pair;
mod prng;
mod statement;
mod tables;
mod text;

use crate::{negative, workspace};
use certificate::Authority;
use pair::Vector;
use std::path::Path;
use std::process::ExitCode;

/// A generated file: its path and its text.
pub(crate) type Generated = (&'static str, String);

const PANICKED: &str = "making the test vectors panicked";

/// Writes all files, or compares them with `--check`.
///
/// # Errors
///
/// What went wrong, or which line differs.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let files = generate(&root)?;
    match arguments {
        [] => {
            for (path, text) in files {
                std::fs::write(root.join(path), text).map_err(|error| format!("{path}: {error}"))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        [flag] if flag == "--check" => match differences(&root, &files) {
            differing if differing.is_empty() => Ok(ExitCode::SUCCESS),
            differing => Err(differing.join("\n")),
        },
        _ => Err("usage: cargo xtask vectors [--check]".to_owned()),
    }
}

/// Every file below `testvectors/`, and the page about the negative catalogue.
///
/// # Errors
///
/// What went wrong, for the developer.
pub(crate) fn generate(root: &Path) -> Result<Vec<Generated>, String> {
    // Keys of RSA take seconds to make: side by side.
    let (w3c, extended, negative) = std::thread::scope(|scope| {
        let w3c = scope.spawn(|| positive(tables::W3C, "w3c-", "WebAuthn Level 3 §16"));
        let extended = scope.spawn(|| positive(tables::EXTENDED, "", "the scheme of WebAuthn Level 3 §16"));
        let negative = negative::lines(root);
        (w3c.join(), extended.join(), negative)
    });
    let (w3c, extended) = (w3c.map_err(|_| PANICKED)??, extended.map_err(|_| PANICKED)??);
    let negative = negative?;
    let page = negative::table(root, &negative)?;
    Ok(vec![
        ("testvectors/w3c.jsonl", w3c),
        ("testvectors/extended.jsonl", extended),
        (negative::FILE, negative.iter().flat_map(|line| [line.as_str(), "\n"]).collect()),
        (negative::PAGE, page),
    ])
}

/// Where the files differ from what is generated: the first line of each.
pub(crate) fn differences(root: &Path, files: &[Generated]) -> Vec<String> {
    let mut differing = Vec::new();
    for (path, text) in files {
        let there = std::fs::read_to_string(root.join(path)).unwrap_or_default();
        if there != *text {
            let line = there.lines().zip(text.lines()).take_while(|(there, made)| there == made).count() + 1;
            differing.push(format!("{path}: line {line} is not what `cargo xtask vectors` writes"));
        }
    }
    differing
}

fn positive(vectors: &[Vector], prefix: &str, source: &str) -> Result<String, String> {
    let authority = Authority::new()?;
    let mut text = String::new();
    for vector in vectors {
        for case in vector.cases(prefix, source, &authority)? {
            text.push_str(&case.to_string());
            text.push('\n');
        }
    }
    Ok(text)
}

#[cfg(test)]
mod published;

#[cfg(test)]
mod tests {
    use super::*;
    use ceremony_testkit::base64url::decode;
    use sha2::{Digest, Sha256};

    fn digest(bytes: &[u8]) -> String {
        text::hex(&Sha256::digest(bytes))
    }

    /// Every byte string that the specification prints as a result: 76 with the authority's certificate.
    #[test]
    fn the_vectors_are_those_that_are_published() {
        let authority = Authority::new().unwrap();
        assert_eq!(digest(&authority.certificate), published::AUTHORITY);
        assert_eq!(published::VECTORS.len(), tables::W3C.len());
        for (vector, (info, digests)) in tables::W3C.iter().zip(published::VECTORS) {
            assert_eq!(vector.info, info);
            let [registration, authentication] = vector.cases("", "", &authority).unwrap();
            let of = |case: &serde_json::Value, member: &str| {
                let text = case["credential"]["response"][member].as_str().unwrap();
                digest(&decode(text).unwrap())
            };
            let made = [
                of(&registration, "clientDataJSON"),
                of(&registration, "attestationObject"),
                of(&authentication, "authenticatorData"),
                of(&authentication, "clientDataJSON"),
                of(&authentication, "signature"),
            ];
            assert_eq!(made, digests, "{info}");
        }
    }
}
