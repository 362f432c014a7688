//! Certificates as text (RFC 7468).

use crate::error::CertificateFault;
use alloc::string::String;
use alloc::vec::Vec;
use base64ct::{Base64, Encoding as _};
use core::fmt;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Why certificates could not be read from PEM. Blocks are counted from 1, those of certificates alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PemError {
    /// The text has no block `-----BEGIN CERTIFICATE-----`.
    NoCertificate,
    /// More than one certificate where one was asked for.
    SeveralCertificates,
    /// A block does not end.
    Unterminated {
        /// Which.
        block: usize,
    },
    /// What stands in a block is not base64.
    Base64 {
        /// Which.
        block: usize,
    },
    /// A block's certificate can't be used.
    Certificate {
        /// Which.
        block: usize,
        /// Why.
        fault: CertificateFault,
    },
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCertificate => f.write_str("the text holds no certificate in PEM"),
            Self::SeveralCertificates => f.write_str("the text holds more than one certificate"),
            Self::Unterminated { block } => write!(f, "certificate {block} has no line {END}"),
            Self::Base64 { block } => write!(f, "certificate {block} is not base64"),
            Self::Certificate { block, .. } => write!(f, "certificate {block} can't be used"),
        }
    }
}

impl core::error::Error for PemError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Certificate { fault, .. } => Some(fault),
            _ => None,
        }
    }
}

/// The contents of each block of a certificate.
pub(super) fn certificates(text: &str) -> impl Iterator<Item = Result<Vec<u8>, PemError>> {
    let mut lines = text.lines().map(str::trim);
    let mut block = 0;
    core::iter::from_fn(move || {
        lines.find(|line| *line == BEGIN)?;
        block += 1;
        let mut base64 = String::new();
        for line in lines.by_ref() {
            if line == END {
                return Some(Base64::decode_vec(&base64).map_err(|_| PemError::Base64 { block }));
            }
            base64.push_str(line);
        }
        Some(Err(PemError::Unterminated { block }))
    })
}
