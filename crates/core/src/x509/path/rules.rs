//! What the certificates of a path are judged by, beside their signatures.

use super::super::certificate::Certificate;
use super::super::extension::{
    BASIC_CONSTRAINTS, CERTIFICATE_POLICIES, EXT_KEY_USAGE, INHIBIT_ANY_POLICY, KEY_USAGE, NAME_CONSTRAINTS,
    POLICY_CONSTRAINTS, POLICY_MAPPINGS, SUBJECT_ALT_NAME,
};
use crate::error::ChainFault;
use crate::time::UnixTime;
use core::ops::RangeInclusive;

/// What a chain of certificates is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathRules {
    pub(crate) now: UnixTime,
    /// Signatures over SHA-1 count.
    pub(crate) allow_sha1: bool,
    /// An anchor may not be one of the chain's certificates, unless it is the leaf.
    pub(crate) refuse_anchor_in_chain: bool,
    /// An anchor must be valid itself.
    pub(crate) check_anchor_validity: bool,
}

impl PathRules {
    /// The leaf and every intermediate must be valid at `now`; SHA-1 is refused; an anchor may be sent, and is not judged.
    #[must_use]
    pub const fn new(now: UnixTime) -> Self {
        Self { now, allow_sha1: false, refuse_anchor_in_chain: false, check_anchor_validity: false }
    }

    /// Accepts signatures over SHA-1, which legacy TPM certificates have; whether the verifier knows them is its own
    /// affair.
    #[must_use]
    pub const fn allow_sha1(mut self, allow: bool) -> Self {
        self.allow_sha1 = allow;
        self
    }

    /// Refuses a chain that has an anchor in it anywhere but as its leaf. A leaf can be trusted itself, and then it is
    /// always sent.
    #[must_use]
    pub const fn refuse_anchor_in_chain(mut self, refuse: bool) -> Self {
        self.refuse_anchor_in_chain = refuse;
        self
    }

    /// Lets only those anchors count that are valid at the time.
    #[must_use]
    pub const fn check_anchor_validity(mut self, check: bool) -> Self {
        self.check_anchor_validity = check;
        self
    }
}

/// Judges the certificates of a path, leaf first. The anchor is none of them: it is trusted as it is, since metadata lists
/// roots of version 1 and without basicConstraints.
pub(super) fn judge(path: &[Certificate<'_>], rules: &PathRules) -> Result<(), ChainFault> {
    let mut authorities_below = 0;
    for (at, certificate) in path.iter().enumerate() {
        valid_at(certificate.validity(), rules.now)?;
        extensions(certificate)?;
        if at > 0 {
            authority(certificate, authorities_below)?;
            // "(l) If the certificate was not self-issued, verify that max_path_length is greater than zero and decrement"
            authorities_below += u64::from(certificate.issuer() != certificate.subject());
        }
    }
    Ok(())
}

/// Both ends belong to the time of validity (RFC 5280 §4.1.2.5), the last second as a whole.
pub(super) fn valid_at(validity: RangeInclusive<i64>, now: UnixTime) -> Result<(), ChainFault> {
    let now = i64::try_from(now.as_millis() / 1000).unwrap_or(i64::MAX);
    if now < *validity.start() {
        return Err(ChainFault::NotYetValid);
    }
    if now > *validity.end() {
        return Err(ChainFault::Expired);
    }
    Ok(())
}

/// "A certificate-using system MUST reject the certificate if it encounters a critical extension it does not recognize or
/// a critical extension that contains information that it cannot process." (RFC 5280 §4.2)
fn extensions(certificate: &Certificate<'_>) -> Result<(), ChainFault> {
    for extension in certificate.extensions().iter() {
        // Constraints bind even where they are not marked: who can't honour them must not pass over them.
        let constrains = [NAME_CONSTRAINTS, POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY, POLICY_MAPPINGS];
        // certificatePolicies is critical in genuine certificates of TPMs; without a policy asked for, every one will do.
        let known = [BASIC_CONSTRAINTS, KEY_USAGE, EXT_KEY_USAGE, SUBJECT_ALT_NAME, CERTIFICATE_POLICIES];
        if constrains.contains(&extension.oid()) || (extension.critical() && !known.contains(&extension.oid())) {
            return Err(ChainFault::Extension);
        }
    }
    Ok(())
}

/// Whether a certificate may issue others (RFC 5280 §6.1.4), `below` authorities of which stand between it and the leaf.
/// Its extended key usage is not judged: what it would mean there, nobody has laid down.
fn authority(certificate: &Certificate<'_>, below: u64) -> Result<(), ChainFault> {
    // "(k) If certificate i is a version 3 certificate, verify that the basicConstraints extension is present and that cA
    // is set to TRUE." Older ones can't say it: only version 3 has extensions, which the parser sees to.
    let constraints = certificate.basic_constraints()?.filter(|constraints| constraints.ca).ok_or(ChainFault::NotCa)?;
    // "(n) If a key usage extension is present, verify that the keyCertSign bit is set."
    if certificate.key_usage()?.is_some_and(|usage| !usage.key_cert_sign()) {
        return Err(ChainFault::NotCa);
    }
    // "(m) If pathLenConstraint is present in the certificate and is less than max_path_length, set max_path_length"
    if constraints.path_len.is_some_and(|most| below > most) {
        return Err(ChainFault::PathLength);
    }
    Ok(())
}
