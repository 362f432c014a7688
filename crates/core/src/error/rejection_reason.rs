//! The checks that can refuse, with their names and hints.

use super::{CertificateFault, ChainFault, KeyFault};
use core::fmt;

/// The check that refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each variant's text and hint stand in the table below")]
pub enum RejectionReason {
    TokenBinding,
    TypeMismatch,
    ChallengeMismatch,
    OriginNotAllowed,
    CrossOriginNotAllowed,
    TopOriginNotAllowed,
    TopOriginWithoutCrossOrigin,
    TopOriginMissing,
    RpIdHashMismatch,
    UserNotPresent,
    UserNotVerified,
    BackupStateWithoutEligibility,
    BackupEligibilityNotAllowed,
    BackupStateNotAllowed,
    BackupEligibilityChanged,
    ReservedFlags,
    AlgorithmNotOffered,
    PublicKey(KeyFault),
    AttestationFormatUnknown,
    AttestationNoneNotAccepted,
    AttestationSelfNotAccepted,
    AttestationStatement,
    AttestationSignature,
    AttestationAlgorithm,
    AttestationBinding,
    AttestationKeyMismatch,
    AttestationCertificate(CertificateFault),
    AttestationNotTrusted(ChainFault),
    AttestationFormatNotAllowed,
    AttestationCompound,
    AuthenticatorNotAllowed,
    CredentialIdMismatch,
    CredentialIdLength,
    AttestedCredentialDataMissing,
    AttestedCredentialDataUnexpected,
    ExtensionUnsolicited,
    ExtensionNotHonoured,
    NotCanonical,
    CredentialNotAllowed,
    CredentialOfAnotherUser,
    UserHandleMismatch,
    UserHandleMissing,
    CredentialNotActive,
    SignatureInvalid,
    SignCountRegressed,
    AlgorithmUnavailable,
    PaymentMismatch,
    BrowserBoundSignature,
}

/// One row of the table: code, text, hint.
type Row = (&'static str, &'static str, &'static str);

impl RejectionReason {
    /// A stable name in `snake_case`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.row().0
    }

    /// What a developer can do about it.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        self.row().2
    }

    const fn row(self) -> Row {
        match self {
            Self::TokenBinding => (
                "token_binding_invalid",
                "tokenBinding does not have the shape that Level 1 gave it",
                "Level 3 reserves the member and reads over it; the policy asks for more",
            ),
            Self::TypeMismatch => (
                "type_mismatch",
                "client data is of another ceremony",
                "the response was made by create() for an authentication, or by get() for a registration",
            ),
            Self::ChallengeMismatch => (
                "challenge_mismatch",
                "challenge differs from the one that was issued",
                "finish with the state of the same begin; two tabs or a restarted ceremony mix them up",
            ),
            Self::OriginNotAllowed => (
                "origin_not_allowed",
                "origin is not among the configured ones",
                "add the exact origin that the browser shows to `RelyingParty::builder(..).origin(..)`; behind a proxy that is the public https origin",
            ),
            Self::CrossOriginNotAllowed => (
                "cross_origin_not_allowed",
                "ceremony ran in a cross-origin iframe",
                "if the page is meant to be framed, allow it with `cross_origin(CrossOriginPolicy::..)` and list the top origins",
            ),
            Self::TopOriginNotAllowed => (
                "top_origin_not_allowed",
                "top-level origin is not among the configured ones",
                "add the embedding page's origin to the top origins of the cross-origin policy",
            ),
            Self::TopOriginWithoutCrossOrigin => (
                "top_origin_without_cross_origin",
                "topOrigin is given although crossOrigin is not true",
                "no genuine browser sends this",
            ),
            Self::TopOriginMissing => (
                "top_origin_missing",
                "crossOrigin is true without a topOrigin",
                "older browsers leave topOrigin out; `require_top_origin(false)` accepts them",
            ),
            Self::RpIdHashMismatch => (
                "rp_id_hash_mismatch",
                "authenticator data is for another RP ID",
                "the RP ID at finish must be the one that the options named",
            ),
            Self::UserNotPresent => (
                "user_not_present",
                "user presence flag is not set",
                "only a conditional registration may come without user presence",
            ),
            Self::UserNotVerified => (
                "user_not_verified",
                "user verification was required and is not flagged",
                "the authenticator has no PIN or biometric set up; ask for `UserVerification::Preferred` if that is acceptable",
            ),
            Self::BackupStateWithoutEligibility => (
                "backup_state_without_eligibility",
                "backup state is set without backup eligibility",
                "the authenticator contradicts itself; WebAuthn forbids this combination",
            ),
            Self::BackupEligibilityNotAllowed => (
                "backup_eligibility_not_allowed",
                "backup eligibility is not what the policy asks for",
                "the relying party's `backup_requirement` decides between synced and device-bound passkeys",
            ),
            Self::BackupStateNotAllowed => (
                "backup_state_not_allowed",
                "backup state is not what the policy asks for",
                "the relying party's `backup_requirement` decides which backup states are accepted",
            ),
            Self::BackupEligibilityChanged => (
                "backup_eligibility_changed",
                "backup eligibility differs from registration",
                "some password managers change it; `BackupEligibilityPolicy::Report` accepts and stores the new value",
            ),
            Self::ReservedFlags => (
                "reserved_flags",
                "reserved flag bits are set",
                "the policy refuses bits that WebAuthn Level 3 reserves; a later level may use them",
            ),
            Self::AlgorithmNotOffered => (
                "algorithm_not_offered",
                "key uses an algorithm that was not offered",
                "what is offered is what is accepted: add the algorithm to the relying party's list",
            ),
            Self::PublicKey(_) => (
                "public_key_invalid",
                "credential public key is not acceptable",
                "see WebAuthn §5.8.5 and §6.5.1 for the parameters that each algorithm takes",
            ),
            Self::AttestationFormatUnknown => (
                "attestation_format_unknown",
                "attestation statement format is not supported",
                "ask for attestation `none` unless a policy needs the authenticator's make",
            ),
            Self::AttestationNoneNotAccepted => (
                "attestation_none_not_accepted",
                "policy does not accept a registration without attestation",
                "ask for `AttestationConveyance::Direct` when the policy needs a statement",
            ),
            Self::AttestationSelfNotAccepted => (
                "attestation_self_not_accepted",
                "policy does not accept self attestation",
                "self attestation proves nothing about the device; relax the attestation policy if that is fine",
            ),
            Self::AttestationStatement => (
                "attestation_statement_invalid",
                "attestation statement does not have the shape of its format",
                "the authenticator broke the format's rules in WebAuthn §8",
            ),
            Self::AttestationSignature => (
                "attestation_signature_invalid",
                "attestation signature does not verify",
                "client data or authenticator data were altered after signing, or the key is another one",
            ),
            Self::AttestationAlgorithm => (
                "attestation_algorithm_mismatch",
                "attestation algorithm does not fit its key",
                "self attestation must be signed with the credential key's own algorithm, any other with that of the certificate's key; RS1, which is SHA-1, counts only where `AttestationPolicy::allow_sha1` is set",
            ),
            Self::AttestationBinding => (
                "attestation_binding_mismatch",
                "attestation is not about this ceremony",
                "the nonce, challenge or name inside the statement is not the hash that the format asks for",
            ),
            Self::AttestationKeyMismatch => (
                "attestation_key_mismatch",
                "attestation is about another key than the credential's",
                "the certified key, or the TPM's public area, must be the credential public key",
            ),
            Self::AttestationCertificate(_) => (
                "attestation_certificate_invalid",
                "attestation certificate is not acceptable",
                "see the certificate requirements of the format in WebAuthn §8",
            ),
            Self::AttestationFormatNotAllowed => (
                "attestation_format_not_allowed",
                "policy does not accept this attestation format",
                "the attestation policy's lists of formats decide",
            ),
            Self::AttestationCompound => (
                "attestation_compound_refused",
                "compound attestation does not hold what the policy asks for",
                "`CompoundPolicy` decides how many of its statements must hold, and of which formats",
            ),
            Self::AuthenticatorNotAllowed => (
                "authenticator_not_allowed",
                "policy does not accept this make of authenticator",
                "the attestation policy's lists of AAGUIDs decide",
            ),
            Self::AttestationNotTrusted(_) => (
                "attestation_not_trusted",
                "attestation does not lead to a trust anchor",
                "give the vendor's root as an anchor, or accept attestation that is not trusted",
            ),
            Self::CredentialIdMismatch => (
                "credential_id_mismatch",
                "rawId differs from the credential id in the authenticator data",
                "the envelope was altered on its way; send the credential's `toJSON()` unchanged",
            ),
            Self::CredentialIdLength => (
                "credential_id_length",
                "credential id is not between 1 and 1023 bytes long",
                "WebAuthn §7.1 step 25 caps credential ids at 1023 bytes",
            ),
            Self::AttestedCredentialDataMissing => (
                "attested_credential_data_missing",
                "no attested credential data in a registration",
                "the authenticator must set the AT flag when it creates a credential",
            ),
            Self::AttestedCredentialDataUnexpected => (
                "attested_credential_data_unexpected",
                "attested credential data in an authentication",
                "authenticators must not send it in an assertion (WebAuthn §6.1)",
            ),
            Self::ExtensionUnsolicited => (
                "extension_unsolicited",
                "extension output that was not asked for",
                "the policy refuses unsolicited extension outputs; by default they are only observed",
            ),
            Self::ExtensionNotHonoured => (
                "extension_not_honoured",
                "an extension that was required did not come out as asked",
                "the authenticator does not know the extension, or offers less; relax the requirement if that is fine",
            ),
            Self::NotCanonical => (
                "not_canonical",
                "CBOR is not canonical",
                "the policy asks for CTAP2 canonical CBOR; `CborPolicy::Lenient` also takes older devices",
            ),
            Self::CredentialNotAllowed => (
                "credential_not_allowed",
                "credential is not among those that were allowed",
                "the browser answered with another passkey than the options listed",
            ),
            Self::CredentialOfAnotherUser => (
                "credential_of_another_user",
                "credential belongs to another user",
                "the ceremony was begun for one user and finished with the passkey of another",
            ),
            Self::UserHandleMismatch => (
                "user_handle_mismatch",
                "user handle is not that of the credential's owner",
                "look the record up by credential id and user handle together",
            ),
            Self::UserHandleMissing => (
                "user_handle_missing",
                "no user handle in a ceremony without a known user",
                "the credential is not discoverable: begin with the user's name, or register with a resident key",
            ),
            Self::CredentialNotActive => {
                ("credential_not_active", "credential is suspended or revoked", "only active credentials sign in")
            }
            Self::SignatureInvalid => (
                "signature_invalid",
                "signature does not verify",
                "client data or authenticator data were altered after signing, or the stored key is another one",
            ),
            Self::SignCountRegressed => (
                "sign_count_regressed",
                "signature counter did not increase",
                "the authenticator may have been cloned; `SignCountPolicy` decides what follows",
            ),
            Self::PaymentMismatch => (
                "payment_mismatch",
                "confirmed payment differs from the one that was begun",
                "payee, total, instrument, page and logos must be those that the options named",
            ),
            Self::BrowserBoundSignature => (
                "browser_bound_signature_invalid",
                "browser-bound key did not sign the client data",
                "client data or their second signature were altered after signing",
            ),
            Self::AlgorithmUnavailable => (
                "algorithm_unavailable",
                "signature backend does not know the key's algorithm",
                "construct the ceremony with a verifier that supports every stored algorithm",
            ),
        }
    }
}

impl fmt::Display for RejectionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().1)?;
        match self {
            Self::PublicKey(fault) => write!(f, ", {fault}"),
            Self::AttestationCertificate(fault) => write!(f, ", {fault}"),
            Self::AttestationNotTrusted(fault) => write!(f, ", {fault}"),
            _ => Ok(()),
        }
    }
}
