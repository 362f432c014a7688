//! Errors say one thing each, once.

use ceremony::error::{CertificateFault, ChainFault};
use ceremony_metadata::{AuthenticatorStatus, BlobError, PayloadFault, Refusal};
use std::collections::BTreeSet;
use std::error::Error;

fn all() -> Vec<BlobError> {
    vec![
        BlobError::TooLarge(1),
        BlobError::NotCompact,
        BlobError::Header,
        BlobError::Unsigned,
        BlobError::SymmetricAlgorithm,
        BlobError::AlgorithmNotAllowed("\u{1b}[31m".into()),
        BlobError::AlgorithmNotSupported("PS256"),
        BlobError::Type,
        BlobError::CriticalHeader,
        BlobError::X5uNotSupported,
        BlobError::SignerCertificate(CertificateFault::Der),
        BlobError::SignerChain(ChainFault::Expired),
        BlobError::SignerPurpose,
        BlobError::SignerName,
        BlobError::NeedsRevocationData,
        BlobError::SignerKey,
        BlobError::Signature,
        BlobError::Payload(PayloadFault::NotUtf8),
        BlobError::Payload(PayloadFault::TooDeep(1)),
        BlobError::Payload(PayloadFault::TooManyEntries(1)),
        BlobError::Payload(PayloadFault::Json("expected value at line 1 column 1".into())),
        BlobError::Payload(PayloadFault::NextUpdate),
        BlobError::NotNewer { no: 1, last_no: 2 },
    ]
}

#[test]
fn no_text_stands_twice_in_a_chain() {
    for error in all() {
        let mut texts = vec![error.to_string()];
        let mut cause = error.source();
        while let Some(error) = cause {
            texts.push(error.to_string());
            cause = error.source();
        }
        for (at, text) in texts.iter().enumerate() {
            let repeated =
                texts.iter().enumerate().any(|(other, longer)| other != at && longer.contains(text.as_str()));
            assert!(!repeated && !text.is_empty() && !text.ends_with('.'), "{texts:?}");
            assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "nothing of the input: {text:?}");
        }
    }
}

#[test]
fn texts_differ() {
    let of_errors: BTreeSet<String> = all().iter().map(ToString::to_string).collect();
    assert_eq!(of_errors.len(), 19, "the faults of a payload are its cause");
    let refusals = [
        Refusal::Status(AuthenticatorStatus::Revoked),
        Refusal::StatementNotUpdated,
        Refusal::AttestationType,
        Refusal::Algorithm,
        Refusal::NotTrusted,
        Refusal::Certification,
        Refusal::Fips140,
        Refusal::NoEntry,
        Refusal::Stale,
    ];
    let texts: BTreeSet<String> = refusals.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), refusals.len());
    assert_eq!(refusals[0].to_string(), "the authenticator's status is REVOKED");
}

#[test]
fn causes_are_kept() {
    let causes = |error: &BlobError| error.source().map(ToString::to_string);
    let certificate = BlobError::SignerCertificate(CertificateFault::Der);
    assert_eq!(causes(&certificate), Some(CertificateFault::Der.to_string()));
    assert_eq!(causes(&BlobError::SignerChain(ChainFault::Expired)), Some(ChainFault::Expired.to_string()));
    assert_eq!(causes(&BlobError::Payload(PayloadFault::NotUtf8)), Some(PayloadFault::NotUtf8.to_string()));
    assert!(causes(&BlobError::Signature).is_none());
}
