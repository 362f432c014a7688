//! Which attestation is accepted (WebAuthn §7.1 steps 21 to 24).

use crate::ids::Aaguid;
use crate::x509::{Revocations, TrustAnchors};
use alloc::vec::Vec;

/// The attestation statement formats that this library verifies (WebAuthn §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the registry's own identifiers")]
pub enum AttestationFormat {
    None,
    Packed,
    Tpm,
    AndroidKey,
    #[cfg(feature = "safetynet")]
    AndroidSafetynet,
    FidoU2f,
    Apple,
    Compound,
}

impl AttestationFormat {
    /// Every format.
    pub const ALL: &'static [Self] = &[
        Self::None,
        Self::Packed,
        Self::Tpm,
        Self::AndroidKey,
        #[cfg(feature = "safetynet")]
        Self::AndroidSafetynet,
        Self::FidoU2f,
        Self::Apple,
        Self::Compound,
    ];

    /// The identifier in the IANA registry.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Packed => "packed",
            Self::Tpm => "tpm",
            Self::AndroidKey => "android-key",
            #[cfg(feature = "safetynet")]
            Self::AndroidSafetynet => "android-safetynet",
            Self::FidoU2f => "fido-u2f",
            Self::Apple => "apple",
            Self::Compound => "compound",
        }
    }

    /// The format of an identifier, by a case-sensitive match (WebAuthn §7.1 step 21).
    #[must_use]
    pub fn from_identifier(fmt: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == fmt)
    }
}

/// How many of the statements of a compound attestation must hold (WebAuthn §8.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CompoundPolicy {
    /// Every one; a format that is not known counts as one that does not hold.
    #[default]
    All,
    /// At least one.
    Any,
    /// At least that many. One key may have signed several; ask for [formats](AttestationPolicy::compound_formats) where
    /// they have to differ.
    AtLeast(u8),
}

/// Which attestation a relying party accepts.
///
/// By default every registration is accepted: passkeys of password managers and phones come without attestation. What
/// comes with a statement must have a valid one. Once there are trust anchors, a chain that does not lead to one of
/// them is refused, unless [`accept_untrusted`](Self::accept_untrusted) says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationPolicy {
    pub(crate) ignore_statements: bool,
    pub(crate) accept_none: bool,
    pub(crate) accept_self: bool,
    pub(crate) accept_untrusted: Option<bool>,
    pub(crate) formats: Allowed<AttestationFormat>,
    pub(crate) aaguids: Allowed<Aaguid>,
    pub(crate) compound: CompoundPolicy,
    pub(crate) compound_formats: Vec<AttestationFormat>,
    pub(crate) keep_certificates: bool,
    pub(crate) anchors: TrustAnchors,
    pub(crate) revocations: Revocations,
    pub(crate) rules: FormatRules,
}

/// An allow list, if there is one, and a deny list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Allowed<T> {
    allow: Option<Vec<T>>,
    deny: Vec<T>,
}

impl<T: PartialEq> Allowed<T> {
    const fn everything() -> Self {
        Self { allow: None, deny: Vec::new() }
    }

    pub(crate) fn admits(&self, value: &T) -> bool {
        self.allow.as_ref().is_none_or(|list| list.contains(value)) && !self.deny.contains(value)
    }
}

/// Decisions inside the formats' own procedures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct FormatRules {
    /// SHA-1 in TPM statements and certificates.
    pub(crate) allow_sha1: bool,
    /// packed: the subject's country is one of ISO 3166.
    pub(crate) require_known_country: bool,
    /// android-key: the union of both authorization lists counts, not what the hardware enforces alone.
    pub(crate) android_software_enforced: bool,
    /// android-key: the purposes are SIGN and nothing else.
    pub(crate) android_only_sign: bool,
    /// android-key: the key was made in hardware.
    pub(crate) android_hardware_level: bool,
    /// tpm: the manufacturer is one of the TCG's registry.
    pub(crate) tpm_known_vendor: bool,
    /// fido-u2f: the AAGUID is zero.
    pub(crate) u2f_zero_aaguid: bool,
    /// Chains: an anchor may not be sent along.
    pub(crate) refuse_anchor_in_chain: bool,
    /// Chains: an anchor's own validity counts.
    pub(crate) check_anchor_validity: bool,
}

impl Default for AttestationPolicy {
    fn default() -> Self {
        Self {
            ignore_statements: false,
            accept_none: true,
            accept_self: true,
            accept_untrusted: None,
            formats: Allowed::everything(),
            aaguids: Allowed::everything(),
            compound: CompoundPolicy::All,
            compound_formats: Vec::new(),
            keep_certificates: false,
            anchors: TrustAnchors::default(),
            revocations: Revocations::default(),
            rules: FormatRules::default(),
        }
    }
}

impl AttestationPolicy {
    /// Only attestation that leads to a trust anchor: neither none nor self, and no chain of an unknown root.
    #[must_use]
    pub fn trusted(anchors: TrustAnchors) -> Self {
        Self { accept_none: false, accept_self: false, accept_untrusted: Some(false), anchors, ..Self::default() }
    }

    /// What the FIDO conformance tool's tests ask for, some of it against WebAuthn Level 3: SHA-1 in statements, a zero
    /// AAGUID with fido-u2f, no anchor inside a chain. For that tool, not for a site.
    #[must_use]
    pub fn conformance(anchors: TrustAnchors) -> Self {
        Self { anchors, ..Self::default() }
            .allow_sha1(true)
            .require_known_country(true)
            .u2f_zero_aaguid(true)
            .refuse_anchor_in_chain(true)
            .check_anchor_validity(true)
    }

    /// Does not look at statements at all: each counts as none. For a relying party that asks for no attestation and
    /// must not depend on what an authenticator sends all the same.
    #[must_use]
    pub const fn ignore_statements(mut self, ignore: bool) -> Self {
        self.ignore_statements = ignore;
        self
    }

    /// Accepts or refuses registrations without attestation. Accepted by default.
    #[must_use]
    pub const fn accept_none(mut self, accept: bool) -> Self {
        self.accept_none = accept;
        self
    }

    /// Accepts or refuses self attestation. Accepted by default.
    #[must_use]
    pub const fn accept_self(mut self, accept: bool) -> Self {
        self.accept_self = accept;
        self
    }

    /// Accepts or refuses a valid statement whose certificates do not lead to a trust anchor. By default it is accepted
    /// as long as there are no anchors, neither in the policy nor given to finish, and refused otherwise.
    #[must_use]
    pub const fn accept_untrusted(mut self, accept: bool) -> Self {
        self.accept_untrusted = Some(accept);
        self
    }

    /// The trust anchors that every registration is judged by; more may be given to
    /// [`finish_registration_with_anchors`](crate::Ceremony::finish_registration_with_anchors).
    #[must_use]
    pub fn trust_anchors(mut self, anchors: TrustAnchors) -> Self {
        self.anchors = anchors;
        self
    }

    /// Certificates that were revoked.
    #[must_use]
    pub fn revocations(mut self, revocations: Revocations) -> Self {
        self.revocations = revocations;
        self
    }

    /// Accepts these formats only. A compound statement needs [`Compound`](AttestationFormat::Compound) among them, and the
    /// formats of its elements: one of another format counts as one that does not hold.
    #[must_use]
    pub fn allow_formats(mut self, formats: impl IntoIterator<Item = AttestationFormat>) -> Self {
        self.formats.allow = Some(formats.into_iter().collect());
        self
    }

    /// Refuses these formats, inside a compound statement too.
    #[must_use]
    pub fn deny_formats(mut self, formats: impl IntoIterator<Item = AttestationFormat>) -> Self {
        self.formats.deny = formats.into_iter().collect();
        self
    }

    /// Accepts these makes of authenticator only. Without trusted attestation the AAGUID is the client's word; U2F
    /// authenticators count as of the zero AAGUID, since nothing of theirs signs one.
    ///
    /// With tpm, android-key, android-safetynet and apple the AAGUID is the word of the device's software: a genuine phone
    /// or TPM signs any. Bind such formats' anchors to their makes with
    /// [`TrustAnchor::for_aaguid`](crate::x509::TrustAnchor::for_aaguid), or leave these formats out.
    #[must_use]
    pub fn allow_aaguids(mut self, aaguids: impl IntoIterator<Item = Aaguid>) -> Self {
        self.aaguids.allow = Some(aaguids.into_iter().collect());
        self
    }

    /// Refuses these makes of authenticator.
    #[must_use]
    pub fn deny_aaguids(mut self, aaguids: impl IntoIterator<Item = Aaguid>) -> Self {
        self.aaguids.deny = aaguids.into_iter().collect();
        self
    }

    /// How many statements of a compound attestation must hold; all by default.
    #[must_use]
    pub const fn compound(mut self, compound: CompoundPolicy) -> Self {
        self.compound = compound;
        self
    }

    /// Formats that a compound attestation must hold a valid statement of. It is trusted only where these are.
    #[must_use]
    pub fn compound_formats(mut self, formats: impl IntoIterator<Item = AttestationFormat>) -> Self {
        self.compound_formats = formats.into_iter().collect();
        self
    }

    /// Keeps the certificates of the trust path in the record, so that a later revocation can be applied; a few
    /// kilobytes each. Off by default.
    #[must_use]
    pub const fn keep_certificates(mut self, keep: bool) -> Self {
        self.keep_certificates = keep;
        self
    }

    /// Accepts SHA-1 in TPM statements (RS1) and in certificate chains: old TPMs make nothing else. Off by default.
    #[must_use]
    pub const fn allow_sha1(mut self, allow: bool) -> Self {
        self.rules.allow_sha1 = allow;
        self
    }

    /// packed: the certificate's country must be one of ISO 3166-1. Off by default: the specification's own test
    /// vectors use one that is not.
    #[must_use]
    pub const fn require_known_country(mut self, require: bool) -> Self {
        self.rules.require_known_country = require;
        self
    }

    /// android-key: takes what software enforces for as good as what the hardware does. Off by default.
    #[must_use]
    pub const fn android_software_enforced(mut self, accept: bool) -> Self {
        self.rules.android_software_enforced = accept;
        self
    }

    /// android-key: the key may have no purpose beside signing. Off by default.
    #[must_use]
    pub const fn android_only_sign(mut self, only: bool) -> Self {
        self.rules.android_only_sign = only;
        self
    }

    /// android-key: the attestation must come from a trusted execution environment or a secure element, not from
    /// software. Off by default: the specification's own test vectors claim software.
    #[must_use]
    pub const fn android_hardware_level(mut self, require: bool) -> Self {
        self.rules.android_hardware_level = require;
        self
    }

    /// tpm: the manufacturer must be in the TCG's vendor registry. Off by default.
    #[must_use]
    pub const fn tpm_known_vendor(mut self, require: bool) -> Self {
        self.rules.tpm_known_vendor = require;
        self
    }

    /// fido-u2f: the AAGUID must be zero. Off by default: Level 3 does not ask for it.
    #[must_use]
    pub const fn u2f_zero_aaguid(mut self, require: bool) -> Self {
        self.rules.u2f_zero_aaguid = require;
        self
    }

    /// Refuses a chain that carries the trust anchor itself. Off by default.
    #[must_use]
    pub const fn refuse_anchor_in_chain(mut self, refuse: bool) -> Self {
        self.rules.refuse_anchor_in_chain = refuse;
        self
    }

    /// Refuses an anchor outside its validity. Off by default: vendors' roots expire while their devices live on.
    #[must_use]
    pub const fn check_anchor_validity(mut self, check: bool) -> Self {
        self.rules.check_anchor_validity = check;
        self
    }
}
