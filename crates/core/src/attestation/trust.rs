//! Trust in attestation statements (WebAuthn §7.1 steps 23 and 24).

use super::compound::Element;
use super::{AttestationVerified, Verified};
use crate::credential::{AttestationType, AttestationVerdict};
use crate::error::{ChainFault, RejectionReason};
use crate::ids::Aaguid;
use crate::observation::Observation;
use crate::policy::{AttestationFormat, AttestationPolicy, CompoundPolicy};
use crate::time::UnixTime;
use crate::verifier::SignatureVerifier;
use crate::x509::{self, Budget, Certificate, PathRules, TrustAnchors};
use alloc::vec::Vec;

/// How many signatures of certificates one registration may cost: a long genuine chain needs 4, and a compound
/// statement can have several chains.
const CHAIN_SIGNATURES: u8 = 16;

/// What statements are judged by.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'p> {
    pub(crate) policy: &'p AttestationPolicy,
    /// Anchors beside those of the policy.
    pub(crate) anchors: &'p TrustAnchors,
    pub(crate) aaguid: Aaguid,
    pub(crate) now: UnixTime,
    pub(crate) verifier: &'p dyn SignatureVerifier,
}

/// The statement was accepted under the policy. Only [`accept`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AttestationAccepted(());

/// A refusal, and the step that it belongs to.
pub(crate) type Refusal = (&'static str, RejectionReason);

/// R23, R24: whether what the statement's procedure found is acceptable.
pub(crate) fn accept(
    verified: &Verified<'_>,
    judge: &Judge<'_>,
    observations: &mut Vec<Observation>,
) -> Result<(AttestationVerdict, AttestationAccepted), Refusal> {
    let mut budget = Budget(CHAIN_SIGNATURES);
    let (verdict, aaguid) = match verified {
        Verified::Single(single) => {
            let verdict = judge.single(single, &mut budget, observations).map_err(|reason| ("R24", reason))?;
            (verdict, judge.attested_aaguid(&[single.format]))
        }
        Verified::Compound(elements) => {
            let (verdict, holding) = judge.compound(elements, &mut budget, observations)?;
            (verdict, judge.attested_aaguid(&holding))
        }
    };
    if !judge.policy.aaguids.admits(&aaguid) {
        return Err(("R24", RejectionReason::AuthenticatorNotAllowed));
    }
    Ok((verdict, AttestationAccepted(())))
}

/// The policy is not to look at statements: nothing is verified, and nothing is claimed.
pub(crate) fn ignore(judge: &Judge<'_>) -> Result<(AttestationVerdict, AttestationAccepted), Refusal> {
    if !judge.policy.accept_none {
        return Err(("R24", RejectionReason::AttestationNoneNotAccepted));
    }
    if !judge.policy.aaguids.admits(&judge.aaguid) {
        return Err(("R24", RejectionReason::AuthenticatorNotAllowed));
    }
    Ok((AttestationVerdict::new(AttestationType::None, false), AttestationAccepted(())))
}

impl Judge<'_> {
    fn single(
        &self,
        verified: &AttestationVerified<'_>,
        budget: &mut Budget,
        observations: &mut Vec<Observation>,
    ) -> Result<AttestationVerdict, RejectionReason> {
        let attestation_type = verified.attested.attestation_type;
        // R24, "if no attestation was provided" and "if self attestation was used"
        match attestation_type {
            AttestationType::None if !self.policy.accept_none => {
                return Err(RejectionReason::AttestationNoneNotAccepted);
            }
            AttestationType::SelfAttestation if !self.policy.accept_self => {
                return Err(RejectionReason::AttestationSelfNotAccepted);
            }
            AttestationType::None | AttestationType::SelfAttestation => {
                return Ok(AttestationVerdict::new(attestation_type, false));
            }
            _ => {}
        }
        // R24, "otherwise": the certificates lead to an anchor, or the attestation key is one
        let x5c = &verified.attested.x5c;
        if x5c.iter().any(|certificate| self.policy.revocations.contains(certificate)) {
            return Err(RejectionReason::AttestationNotTrusted(ChainFault::Revoked));
        }
        let (trusted, path) = match self.path(verified.format, x5c, budget) {
            Ok(path) => (true, path),
            Err(fault) if fault != ChainFault::Revoked && self.accepts_untrusted() => {
                observations.push(Observation::AttestationNotTrusted(fault));
                (false, x5c.clone())
            }
            Err(fault) => return Err(RejectionReason::AttestationNotTrusted(fault)),
        };
        let mut verdict = AttestationVerdict::new(attestation_type, trusted);
        if self.policy.keep_certificates {
            verdict.intermediates = path.iter().map(|certificate| certificate.as_der().to_vec()).collect();
        }
        Ok(verdict)
    }

    /// R23: the anchors for this format and make; and the path to one of them.
    fn path<'a>(
        &self,
        format: AttestationFormat,
        x5c: &[Certificate<'a>],
        budget: &mut Budget,
    ) -> Result<Vec<Certificate<'a>>, ChainFault> {
        let policy = self.policy;
        let aaguid = self.attested_aaguid(&[format]);
        let anchors = policy.anchors.of(format, aaguid).chain(self.anchors.of(format, aaguid));
        let rules = PathRules {
            now: self.now,
            allow_sha1: policy.rules.allow_sha1,
            refuse_anchor_in_chain: policy.rules.refuse_anchor_in_chain,
            check_anchor_validity: policy.rules.check_anchor_validity,
        };
        x509::validate(x5c, anchors, &policy.revocations, &rules, self.verifier, budget)
    }

    /// The make that statements of these formats can vouch for. A U2F authenticator has none, and what it signs does not
    /// cover the AAGUID: anybody with such a key could claim any make.
    fn attested_aaguid(&self, formats: &[AttestationFormat]) -> Aaguid {
        let signs_none = |format| matches!(format, &AttestationFormat::FidoU2f | &AttestationFormat::None);
        let only_u2f = formats.contains(&AttestationFormat::FidoU2f) && formats.iter().all(signs_none);
        if only_u2f { Aaguid::ZERO } else { self.aaguid }
    }

    /// Without any anchor nothing can be trusted, and nothing is refused for it.
    fn accepts_untrusted(&self) -> bool {
        let no_anchors = self.policy.anchors.is_empty() && self.anchors.is_empty();
        self.policy.accept_untrusted.unwrap_or(no_anchors)
    }

    /// Each element is judged as if it came alone; then as many must hold as the policy asks for. The formats of those
    /// that vouch for the make come along, and their certificates stay: the trusted ones, where enough are trusted, and
    /// otherwise all that hold. Anybody can name a maker's root in a chain that nobody followed.
    fn compound(
        &self,
        elements: &[Element<'_>],
        budget: &mut Budget,
        observations: &mut Vec<Observation>,
    ) -> Result<(AttestationVerdict, Vec<AttestationFormat>), Refusal> {
        let mut holding = Vec::new();
        let mut first_refusal = None;
        for element in elements {
            let judged = match element {
                // Wrapped in another, a format is no more welcome than alone.
                Ok(verified) if !self.policy.formats.admits(&verified.format) => {
                    Err(("R21", RejectionReason::AttestationFormatNotAllowed))
                }
                Ok(verified) => self
                    .single(verified, budget, observations)
                    .map(|verdict| (verified.format, verdict))
                    .map_err(|reason| ("R24", reason)),
                Err(reason) => Err(("R22", *reason)),
            };
            match judged {
                Ok(held) => holding.push(held),
                Err(refusal) => {
                    observations.push(Observation::CompoundStatementRefused(refusal.1));
                    first_refusal = first_refusal.or(Some(refusal));
                }
            }
        }
        let needed = match self.policy.compound {
            CompoundPolicy::All => elements.len(),
            CompoundPolicy::Any => 1,
            CompoundPolicy::AtLeast(count) => usize::from(count).max(1),
        };
        if holding.len() < needed {
            return Err(first_refusal.unwrap_or(("R24", RejectionReason::AttestationCompound)));
        }
        let asked_for = |trusted: bool| {
            let held = |format| holding.iter().any(|(held, verdict)| held == format && verdict.trusted >= trusted);
            self.policy.compound_formats.iter().all(held)
        };
        if !asked_for(false) {
            return Err(("R24", RejectionReason::AttestationCompound));
        }
        // What the policy wants to see is part of what has to be trusted.
        let enough = holding.iter().filter(|(_, verdict)| verdict.trusted).count() >= needed && asked_for(true);
        if enough {
            holding.retain(|(_, verdict)| verdict.trusted);
        }
        let (formats, verdicts): (Vec<_>, Vec<_>) = holding.into_iter().unzip();
        // The record names the claimed make, and nothing in it tells of which formats the statement was. A single U2F
        // statement is known as one; several are not to pass for a statement about that make.
        let about_make = self.attested_aaguid(&formats) == self.aaguid;
        let mut verdict = AttestationVerdict::new(type_of_all(&verdicts), enough && about_make);
        verdict.intermediates = verdicts.into_iter().flat_map(|verdict| verdict.intermediates).collect();
        Ok((verdict, formats))
    }
}

/// The type of several statements: one that is vouched for by nobody is no more for being there twice.
fn type_of_all(verdicts: &[AttestationVerdict]) -> AttestationType {
    let all = |types: &[AttestationType]| verdicts.iter().all(|verdict| types.contains(&verdict.attestation_type));
    if all(&[AttestationType::None]) {
        AttestationType::None
    } else if all(&[AttestationType::None, AttestationType::SelfAttestation]) {
        AttestationType::SelfAttestation
    } else {
        AttestationType::Compound
    }
}
