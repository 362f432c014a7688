//! Certification paths (RFC 5280 §6), as far as attestation needs them.

use super::anchor::TrustAnchor;
use super::certificate::Certificate;
use crate::error::ChainFault;
use crate::time::UnixTime;
use crate::verifier::SignatureVerifier;
use alloc::vec::Vec;

/// The most certificates of one chain that are followed.
pub(crate) const MAX_CHAIN: usize = 8;

/// What a chain is judged by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathRules {
    pub(crate) now: UnixTime,
    /// Signatures over SHA-1 count.
    pub(crate) allow_sha1: bool,
    /// An anchor may not be one of the chain's certificates, unless it is the leaf.
    pub(crate) refuse_anchor_in_chain: bool,
    /// An anchor must be valid itself.
    pub(crate) check_anchor_validity: bool,
}

/// How many signatures may still be checked; hostile input must not buy more work than honest input needs.
#[derive(Debug)]
pub(crate) struct Budget(pub(crate) u8);

/// Follows a chain, leaf first, to one of the anchors, and gives the path: the certificates from the leaf up to the one
/// below the anchor, or to the anchor itself if it was sent.
pub(crate) fn validate<'a, 'b>(
    chain: &[Certificate<'a>],
    anchors: impl Iterator<Item = &'b TrustAnchor> + Clone,
    rules: &PathRules,
    verifier: &dyn SignatureVerifier,
    budget: &mut Budget,
) -> Result<Vec<Certificate<'a>>, ChainFault> {
    let _ = (chain, rules, verifier, budget);
    if anchors.clone().next().is_none() { Err(ChainFault::NoAnchors) } else { Err(ChainFault::UnknownIssuer) }
}
