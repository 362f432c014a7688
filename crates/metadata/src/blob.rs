//! The BLOB: a JWS in compact form, verified before anything in its payload is read (MDS §3.1.7, §3.2).

mod header;
mod signer;

use crate::error::BlobError;
use crate::metadata::Metadata;
use base64ct::{Base64UrlUnpadded, Encoding};
use ceremony::x509::{Revocations, TrustAnchors};
use ceremony::{SignatureVerifier, UnixTime};
use header::Header;

/// The longest BLOB that is read, in bytes. The genuine one had passed 10 MiB in 2026.
pub const MAX_BLOB: usize = 32 * 1024 * 1024;

/// The host that the signer's certificate has to name.
pub const METADATA_HOST: &str = "mds.fidoalliance.org";

/// The longest JWS header in base64url: eight certificates of 8 KiB, encoded twice, and some room.
const MAX_HEADER: usize = 128 * 1024;

/// The longest signature in base64url: that of an RSA key of 8192 bits.
const MAX_SIGNATURE: usize = 1366;

/// Whom a BLOB is accepted from.
#[derive(Clone, Debug)]
pub struct BlobRules {
    anchors: TrustAnchors,
    host: Option<String>,
    revocations: Option<Revocations>,
    require_revocations: bool,
}

impl BlobRules {
    /// BLOBs whose signer's chain leads to one of `anchors`, such as [`roots::mds`](crate::roots::mds()), and whose
    /// certificate is that of the TLS server [`METADATA_HOST`]. Anchors for one attestation format or AAGUID don't count.
    #[must_use]
    pub fn new(anchors: TrustAnchors) -> Self {
        Self { anchors, host: Some(METADATA_HOST.into()), revocations: None, require_revocations: false }
    }

    /// Expects another host in the signer's certificate, or none at all. The anchors of the genuine service are public
    /// ones, which sign for every host in the world: without this check any of these could sign metadata. Switch it off for
    /// a private root only, such as that of the conformance tool.
    #[must_use]
    pub fn host(mut self, host: Option<&str>) -> Self {
        self.host = host.map(Into::into);
        self
    }

    /// Certificates that were revoked: none of the signer's may be among them.
    #[must_use]
    pub fn revocations(mut self, revocations: Revocations) -> Self {
        self.revocations = Some(revocations);
        self
    }

    /// Refuses a BLOB as long as no [`revocations`](Self::revocations) were given, be it that the lists were empty. Off by
    /// default.
    #[must_use]
    pub const fn require_revocations(mut self, require: bool) -> Self {
        self.require_revocations = require;
        self
    }

    /// Verifies a BLOB and reads it (MDS §3.2). `last_no` is the number of the BLOB accepted before, which this one must be
    /// above; `None` if there is none, or to read that same BLOB again after a restart, with the time at which it was
    /// fetched as `now`: the certificates of signers are short-lived.
    ///
    /// # Errors
    ///
    /// [`BlobError`]; the metadata known before then goes on to count.
    pub fn verify(
        &self,
        blob: &[u8],
        now: UnixTime,
        last_no: Option<u64>,
        verifier: &dyn SignatureVerifier,
    ) -> Result<Metadata, BlobError> {
        let jws = Jws::split(blob)?;
        let header = Header::parse(jws.header)?;
        // Step 4, certificates from a URL: nothing is fetched here.
        if header.has_x5u {
            return Err(BlobError::X5uNotSupported);
        }
        if !verifier.supports(header.algorithm.scheme()) {
            return Err(BlobError::AlgorithmNotSupported(header.algorithm.name()));
        }
        if self.require_revocations && self.revocations.is_none() {
            return Err(BlobError::NeedsRevocationData);
        }
        // "Verify the signature of the Metadata BLOB object using the BLOB signing certificate chain"
        let signature = header.algorithm.signature(&jws.signature()?).ok_or(BlobError::Signature)?;
        signer::verify(self, &header, now, &[jws.signed], &signature, verifier)?;
        // "The FIDO Server SHOULD ignore the file if the signature is invalid." Only now its contents are looked at.
        let payload = Base64UrlUnpadded::decode_vec(jws.payload).map_err(|_| BlobError::NotCompact)?;
        let metadata = Metadata::parse(&payload).map_err(BlobError::Payload)?;
        // "It SHOULD also ignore the file if its number (no) is less or equal to the number of the last Metadata BLOB object
        // cached locally."
        match last_no {
            Some(last_no) if metadata.no() <= last_no => Err(BlobError::NotNewer { no: metadata.no(), last_no }),
            _ => Ok(metadata),
        }
    }
}

/// The certificates that a BLOB names as its signer's, in DER, leaf first; none where the signer is an anchor. Nothing about
/// them is verified: they say which revocation lists have to be fetched.
///
/// # Errors
///
/// [`BlobError::TooLarge`], [`BlobError::NotCompact`], and those about the header.
pub fn signer_certificates(blob: &[u8]) -> Result<Vec<Vec<u8>>, BlobError> {
    Ok(Header::parse(Jws::split(blob)?.header)?.x5c)
}

/// The three parts.
struct Jws<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    /// What the signature covers: header and payload with the dot between them, as received.
    signed: &'a [u8],
}

impl<'a> Jws<'a> {
    fn split(blob: &'a [u8]) -> Result<Self, BlobError> {
        if blob.len() > MAX_BLOB {
            return Err(BlobError::TooLarge(MAX_BLOB));
        }
        // A file often ends with a line feed.
        let text = core::str::from_utf8(blob.trim_ascii_end()).map_err(|_| BlobError::NotCompact)?;
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BlobError::NotCompact);
        };
        if header.len() > MAX_HEADER {
            return Err(BlobError::TooLarge(MAX_HEADER));
        }
        let signed = text.as_bytes().get(..header.len() + 1 + payload.len()).ok_or(BlobError::NotCompact)?;
        Ok(Self { header, payload, signature, signed })
    }

    fn signature(&self) -> Result<Vec<u8>, BlobError> {
        if self.signature.len() > MAX_SIGNATURE {
            return Err(BlobError::Signature);
        }
        Base64UrlUnpadded::decode_vec(self.signature).map_err(|_| BlobError::NotCompact)
    }
}
