//! Certification paths (RFC 5280 §6), as far as attestation and metadata need them.

mod rules;
mod signature;

pub use rules::PathRules;
pub(crate) use signature::Budget;

use super::anchor::{TrustAnchor, TrustAnchors};
use super::certificate::Certificate;
use super::revocation::Revocations;
use crate::error::ChainFault;
use crate::verifier::SignatureVerifier;
use alloc::vec::Vec;
use rules::{judge, valid_at};
use signature::verify_issued;

/// The most certificates that a chain may have; genuine ones have up to 5.
pub const MAX_CHAIN: usize = 8;

impl PathRules {
    /// Follows a chain, leaf first, to one of the anchors, and gives the path: the certificates from the leaf up to the
    /// one that an anchor issued, or the leaf alone if it is an anchor. None of them may be revoked, nor the anchor.
    ///
    /// At most 16 signatures are verified, and none unless the names lead to an anchor. Anchors for one attestation
    /// format or one make of authenticator alone don't count here.
    ///
    /// # Errors
    ///
    /// [`ChainFault`]: the first rule that is broken.
    pub fn validate<'a>(
        &self,
        chain: &[Certificate<'a>],
        anchors: &TrustAnchors,
        revocations: &Revocations,
        verifier: &dyn SignatureVerifier,
    ) -> Result<Vec<Certificate<'a>>, ChainFault> {
        let anchors = anchors.iter().filter(|anchor| anchor.is_for_all());
        let path = validate(chain, anchors, revocations, self, verifier, &mut Budget::default())?;
        if path.iter().any(|certificate| revocations.contains(certificate)) {
            return Err(ChainFault::Revoked);
        }
        Ok(path)
    }
}

/// Follows a chain, leaf first, to one of the anchors, and gives the path: the certificates from the leaf up to the one
/// that an anchor issued, or the leaf alone if it is an anchor. What comes behind is ignored.
///
/// The path is found by names alone. Only then, and when every rule that costs nothing holds, signatures are verified,
/// from the anchor down: a chain of somebody unknown costs no signature.
pub(crate) fn validate<'a, 'b>(
    chain: &[Certificate<'a>],
    anchors: impl Iterator<Item = &'b TrustAnchor> + Clone,
    revocations: &Revocations,
    rules: &PathRules,
    verifier: &dyn SignatureVerifier,
    budget: &mut Budget,
) -> Result<Vec<Certificate<'a>>, ChainFault> {
    if chain.is_empty() {
        return Err(ChainFault::Empty);
    }
    // Work grows with the length.
    if chain.len() > MAX_CHAIN {
        return Err(ChainFault::TooLong);
    }
    if anchors.clone().next().is_none() {
        return Err(ChainFault::NoAnchors);
    }
    // Nothing genuine sends a certificate twice, not even behind the path's end.
    let repeats = |at: usize, one: &Certificate<'_>| chain.iter().take(at).any(|other| other.tbs() == one.tbs());
    if chain.iter().enumerate().any(|(at, certificate)| repeats(at, certificate)) {
        return Err(ChainFault::Duplicate);
    }
    let is_anchor = |certificate: &Certificate<'_>| anchors.clone().any(|anchor| anchor.is(certificate));
    let says_it = |certificate: &Certificate<'_>| anchors.clone().any(|anchor| anchor.says_what(certificate));
    // A root has no place in an x5c, but a leaf that is trusted itself has to be sent.
    if rules.refuse_anchor_in_chain && chain.iter().skip(1).any(says_it) {
        return Err(ChainFault::AnchorInChain);
    }

    // The leaf is trusted itself; of an anchor nothing else is judged, but no leaf outlives its date. An intermediate that
    // is an anchor is found below, by its name: it issued the certificate before it.
    if let Some(leaf) = chain.first().filter(|leaf| is_anchor(leaf)) {
        valid_at(leaf.validity(), rules.now)?;
        return Ok(Vec::from([*leaf]));
    }

    // Why the anchor nearest to the leaf that bears the right name did not do.
    let mut nearest = None;
    // Keys of anchors that did not verify, each with the certificate it was tried on: renewed roots keep their key.
    let mut tried: Vec<(usize, &[u8])> = Vec::new();
    for (at, certificate) in chain.iter().enumerate() {
        let path = chain.get(..=at).ok_or(ChainFault::Empty)?;
        // An anchor issued it: one that bears the name and whose key verifies. Several can bear one name.
        for anchor in anchors.clone().filter(|anchor| anchor.subject() == certificate.issuer()) {
            let parsed = anchor.parsed()?;
            // It need not be sent, so that whoever looks at the chain alone does not see it.
            if revocations.contains(&parsed) {
                nearest = nearest.or(Some(ChainFault::Revoked));
                continue;
            }
            if rules.check_anchor_validity
                && let Err(fault) = valid_at(parsed.validity(), rules.now)
            {
                nearest = nearest.or(Some(fault));
                continue;
            }
            if tried.contains(&(at, parsed.key_info())) {
                continue;
            }
            // What is wrong up to here is wrong on every longer path as well.
            judge(path, rules)?;
            match verify_issued(certificate, &parsed.public_key()?, rules, verifier, budget) {
                Ok(()) => {
                    verify_links(path, rules, verifier, budget)?;
                    return Ok(path.to_vec());
                }
                Err(ChainFault::Budget) => return Err(ChainFault::Budget),
                Err(fault) => {
                    nearest = nearest.or(Some(fault));
                    tried.push((at, parsed.key_info()));
                }
            }
        }
        // "the issuer field in each certificate is the subject field of the next" (RFC 5280 §6.1); names are compared as
        // raw DER, so that no two programs disagree about which are equal.
        match chain.get(at + 1) {
            None => return Err(nearest.unwrap_or(ChainFault::UnknownIssuer)),
            Some(next) if next.subject() != certificate.issuer() => {
                return Err(nearest.unwrap_or(ChainFault::NameMismatch));
            }
            Some(_) => {}
        }
    }
    Err(nearest.unwrap_or(ChainFault::UnknownIssuer))
}

/// Each certificate of a path, but the last, is signed with the key of the next; the uppermost first.
fn verify_links(
    path: &[Certificate<'_>],
    rules: &PathRules,
    verifier: &dyn SignatureVerifier,
    budget: &mut Budget,
) -> Result<(), ChainFault> {
    for pair in path.windows(2).rev() {
        if let [certificate, issuer] = pair {
            verify_issued(certificate, &issuer.public_key()?, rules, verifier, budget)?;
        }
    }
    Ok(())
}
