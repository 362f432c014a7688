//! Why a BLOB is refused, and what was passed over in one that was accepted.

use ceremony::Aaguid;
use ceremony::error::{CertificateFault, ChainFault};
use core::fmt;
use std::error::Error;

/// Why a BLOB is refused as a whole (MDS §3.2). The one that was accepted before goes on to count.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlobError {
    /// Longer than that many bytes.
    TooLarge(usize),
    /// Not a JWS in compact form: three parts of base64url, separated by dots.
    NotCompact,
    /// The JWS header is not a JSON object with an `alg`, or a member has the wrong type or comes twice.
    Header,
    /// `alg` is `none`: nobody signed this.
    Unsigned,
    /// `alg` names a MAC (`HS256` and the like): whoever knows the public key could have made it.
    SymmetricAlgorithm,
    /// `alg` is not one of ES256, ES384, RS256 and PS256.
    AlgorithmNotAllowed(String),
    /// The signature verifier does not know the algorithm.
    AlgorithmNotSupported(&'static str),
    /// `typ` is there and is not `JWT`.
    Type,
    /// The header has `crit`: extensions that must be understood, and none is.
    CriticalHeader,
    /// The certificates are to be fetched from a URL. This crate fetches nothing, and a signer is not told where to look
    /// by what he signs: ask for the BLOB with `x5c`.
    X5uNotSupported,
    /// A certificate in `x5c` is not base64 of one.
    SignerCertificate(CertificateFault),
    /// The signer's certificates do not lead to a trust anchor.
    SignerChain(ChainFault),
    /// The signer's certificate is not one of a TLS server (extKeyUsage serverAuth).
    SignerPurpose,
    /// The signer's certificate is not one of the metadata service's host.
    SignerName,
    /// The rules ask for revocation data, and there is none yet: fetch the lists that [`signer_certificates`] name.
    ///
    /// [`signer_certificates`]: crate::signer_certificates
    NeedsRevocationData,
    /// The signer's key is not one for `alg`.
    SignerKey,
    /// The signature does not verify.
    Signature,
    /// What was signed is not a metadata payload.
    Payload(PayloadFault),
    /// `no` is not above that of the BLOB accepted before: it is the same one, or an older one played back.
    NotNewer {
        /// The number in this BLOB.
        no: u64,
        /// The number that it had to be above.
        last_no: u64,
    },
}

impl fmt::Display for BlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(most) => write!(f, "the BLOB is longer than {most} bytes"),
            Self::NotCompact => f.write_str("the BLOB is not a JWS in compact form"),
            Self::Header => f.write_str("the JWS header is malformed"),
            Self::Unsigned => f.write_str("the BLOB is not signed: its algorithm is none"),
            Self::SymmetricAlgorithm => f.write_str("the BLOB's algorithm is a MAC, not a signature"),
            Self::AlgorithmNotAllowed(_) => f.write_str("the BLOB's algorithm is not ES256, ES384, RS256 or PS256"),
            Self::AlgorithmNotSupported(alg) => write!(f, "the signature verifier does not know {alg}"),
            Self::Type => f.write_str("the JWS header's type is not JWT"),
            Self::CriticalHeader => f.write_str("the JWS header has critical extensions"),
            Self::X5uNotSupported => f.write_str("the signer's certificates would have to be fetched from a URL"),
            Self::SignerCertificate(_) => f.write_str("one of the signer's certificates is malformed"),
            Self::SignerChain(_) => f.write_str("the signer's certificates do not lead to a trust anchor"),
            Self::SignerPurpose => f.write_str("the signer's certificate is not one of a TLS server"),
            Self::SignerName => f.write_str("the signer's certificate is not one of the metadata service's host"),
            Self::NeedsRevocationData => f.write_str("revocation data for the signer's certificates is required"),
            Self::SignerKey => f.write_str("the signer's key is not one for the algorithm"),
            Self::Signature => f.write_str("the BLOB's signature does not verify"),
            Self::Payload(_) => f.write_str("the payload is malformed"),
            Self::NotNewer { no, last_no } => write!(f, "the BLOB has number {no}, which is not above {last_no}"),
        }
    }
}

impl Error for BlobError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::SignerCertificate(fault) => Some(fault),
            Self::SignerChain(fault) => Some(fault),
            Self::Payload(fault) => Some(fault),
            _ => None,
        }
    }
}

/// What is wrong with a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadFault {
    /// Not UTF-8.
    NotUtf8,
    /// Nested deeper than that many levels.
    TooDeep(usize),
    /// More than that many entries.
    TooManyEntries(usize),
    /// Not JSON, or `no`, `nextUpdate` or `entries` is missing, comes twice or has the wrong type; in the words of the JSON
    /// reader.
    Json(String),
    /// `nextUpdate` is not a date.
    NextUpdate,
}

impl fmt::Display for PayloadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("not UTF-8"),
            Self::TooDeep(most) => write!(f, "nested deeper than {most} levels"),
            Self::TooManyEntries(most) => write!(f, "more than {most} entries"),
            Self::Json(what) => f.write_str(what),
            Self::NextUpdate => f.write_str("nextUpdate is not a date"),
        }
    }
}

impl Error for PayloadFault {}

/// Something in an accepted BLOB that was passed over. One bad entry does not spoil the others; it deserves a line in the
/// log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The entry's place in `entries`, from 0.
    pub index: usize,
    /// The entry's AAGUID, as far as it could be read.
    pub aaguid: Option<Aaguid>,
    /// Whether the entry does not count at all.
    pub skipped: bool,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.skipped { "is skipped" } else { "is odd" };
        write!(f, "entry {} {what}: {}", self.index, self.reason)
    }
}
