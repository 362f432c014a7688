//! Unusual responses that a relying party has to accept: positive controls.

use serde_json::{Value, json};

use super::{authenticator_data::some_extensions, envelope, signature::raise_s};
use crate::{
    algorithm::Algorithm,
    attestation::{
        Attestation,
        android_key::{AuthorizationList, KeyDescription},
        tpm::{self, PubArea, PubParameters},
    },
    base64url,
    certificate::{CertificateSpec, Extension},
    der,
    stage::{
        Ceremony::{self, Authentication, Registration},
        Context, Edit, Stage,
    },
};

macro_rules! variations {
    ($($variant:ident = $id:literal, $ceremonies:expr, $text:literal;)*) => {
        /// One thing unusual, and right, in a response.
        ///
        /// Where a variation finds nothing to change (an s that is high already), the response is the honest one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Variation {
            $(#[doc = $text] $variant,)*
        }

        impl Variation {
            /// Every variation.
            #[must_use]
            pub const fn all() -> &'static [Self] {
                &[$(Self::$variant,)*]
            }

            /// The variation's id, such as `pos-byte-order-mark`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)*
                }
            }

            /// What is unusual, in a few words.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// The ceremonies that the variation exists for.
            #[must_use]
            pub const fn ceremonies(self) -> &'static [Ceremony] {
                match self {
                    $(Self::$variant => $ceremonies,)*
                }
            }
        }
    };
}

const BOTH: &[Ceremony] = &[Registration, Authentication];
const REG: &[Ceremony] = &[Registration];
const AUTH: &[Ceremony] = &[Authentication];

variations! {
    ByteOrderMark = "pos-byte-order-mark", BOTH, "a byte order mark precedes the client data";
    UnknownClientDataMembers = "pos-unknown-client-data", BOTH, "the client data has members that nobody knows";
    ReorderedClientData = "pos-reordered-client-data", BOTH, "the client data's members come in reverse order";
    ClientDataWhitespace = "pos-client-data-whitespace", BOTH, "the client data has spaces and line breaks between its members";
    EscapedClientData = "pos-escaped-client-data", BOTH, "the key `type` and a slash of the origin are written as escapes";
    CrossOriginAbsent = "pos-cross-origin-absent", BOTH, "the client data has no `crossOrigin`";
    TokenBinding = "pos-token-binding", BOTH, "the client data has a `tokenBinding`";
    UnknownTransports = "pos-unknown-transports", REG, "the transports hold one that nobody knows";
    NoTransports = "pos-no-transports", REG, "the transports are empty";
    LongCredentialId = "pos-long-credential-id", REG, "the credential id is 1023 bytes long";
    ExtensionData = "pos-extension-data", BOTH, "the authenticator data has extension data";
    HighS = "pos-high-s", BOTH, "the s of the ECDSA signature is in the upper half";
    UserHandlePresent = "pos-user-handle", AUTH, "the user handle is there in any case";
    UserHandleNull = "pos-user-handle-null", AUTH, "the user handle is null, where `allowCredentials` names the credential";
    UnknownEnvelopeMembers = "pos-unknown-envelope", BOTH, "the response has members that nobody knows";
    UnknownAttachment = "pos-unknown-attachment", BOTH, "`authenticatorAttachment` is a value that nobody knows";
    AttachmentNull = "pos-attachment-null", BOTH, "`authenticatorAttachment` is null";
    TpmJoinedName = "pos-tpm-joined-name", REG, "the TPM's name is one relative distinguished name of three attributes";
    TpmScheme = "pos-tpm-scheme", REG, "pubArea names the signature scheme and its hash";
    TpmExponent = "pos-tpm-exponent", REG, "pubArea spells out the exponent 65537";
    AaguidExtensionMissing = "pos-no-aaguid-extension", REG, "the packed leaf has no AAGUID extension";
    FirmwareVersion = "pos-firmware-version", REG, "the packed leaf has a firmware version";
    AndroidUnknownTags = "pos-android-unknown-tags", REG, "both lists of the KeyDescription have tags that nobody knows";
    AndroidMorePurposes = "pos-android-purposes", REG, "the key is for verifying, too";
    AndroidStrongBox = "pos-android-strongbox", REG, "the keystore is a StrongBox, and of a later version";
    AppleAlg = "pos-apple-alg", REG, "the statement has the `alg` of an earlier draft";
    OlderBrowser = "pos-older-browser", REG, "the conveniences of Level 2 and 3 are missing: transports and the copies";
}

impl Variation {
    /// Whether the variation exists for this ceremony and algorithm.
    #[must_use]
    pub fn applies_to(self, ceremony: Ceremony, algorithm: Algorithm) -> bool {
        self.ceremonies().contains(&ceremony) && (self != Self::HighS || algorithm == Algorithm::Es256)
    }

    /// The attestations that the variation exists for.
    #[must_use]
    pub const fn attestations(self) -> &'static [Attestation] {
        match self {
            Self::TpmJoinedName | Self::TpmScheme | Self::TpmExponent => &[Attestation::Tpm],
            Self::AaguidExtensionMissing | Self::FirmwareVersion => &[Attestation::Packed],
            Self::AndroidUnknownTags | Self::AndroidMorePurposes | Self::AndroidStrongBox => &[Attestation::AndroidKey],
            Self::AppleAlg => &[Attestation::Apple],
            _ => Attestation::all(),
        }
    }

    /// Whether the variation exists for an attestation of credentials of this algorithm.
    pub(crate) fn fits(self, algorithm: Algorithm, attestation: Attestation) -> bool {
        let is_rsa = matches!(algorithm.cose_id(), -259..=-257 | -39..=-37 | -65_535);
        self.attestations().contains(&attestation) && (self != Self::TpmExponent || is_rsa)
    }

    pub(crate) const fn prepared(self) -> PreparedVariation {
        PreparedVariation(self)
    }
}

/// A variation on its way through a ceremony.
pub(crate) struct PreparedVariation(Variation);

impl Edit for PreparedVariation {
    fn edit(&mut self, cx: &Context<'_>, stage: Stage<'_>) {
        let registration = cx.ceremony == Registration;
        if !self.0.applies_to(cx.ceremony, cx.algorithm) || registration && !self.0.fits(cx.algorithm, cx.attestation) {
            return;
        }
        match (self.0, stage) {
            (Variation::ByteOrderMark, Stage::ClientData(data)) => data.prefix = vec![0xef, 0xbb, 0xbf],
            (Variation::UnknownClientDataMembers, Stage::ClientData(data)) => {
                data.push("extraData", "clientDataJSON may be extended");
                data.push("androidPackageName", "com.example.app");
                data.push("nested", json!({ "type": "webauthn.none", "list": [null, 1.5] }));
            }
            (Variation::ReorderedClientData, Stage::ClientData(data)) => data.members.reverse(),
            (Variation::CrossOriginAbsent, Stage::ClientData(data)) => data.remove("crossOrigin"),
            (Variation::TokenBinding, Stage::ClientData(data)) => {
                data.push("tokenBinding", json!({ "status": "supported" }));
            }
            (Variation::ClientDataWhitespace, Stage::ClientDataJson(text)) => {
                *text = String::from_utf8_lossy(text).replace(",\"", " ,\r\n\t\"").replace("\":", "\" : ").into_bytes();
            }
            (Variation::EscapedClientData, Stage::ClientDataJson(text)) => {
                *text = String::from_utf8_lossy(text)
                    .replacen("\"type\":", "\"\\u0074ype\":", 1)
                    .replacen("://", ":\\/\\u002f", 1)
                    .into_bytes();
            }
            (Variation::LongCredentialId, Stage::CredentialId(id)) => *id = cx.stream.draw("a long id", 1023),
            (Variation::ExtensionData, Stage::AuthenticatorData(fields)) => some_extensions(fields),
            (Variation::HighS, Stage::Signature { signature, .. }) => raise_s(signature),
            (variation, Stage::Certificate { depth: 0, spec, .. }) => variation.edit_leaf(spec),
            (variation, Stage::PubArea(fields)) => variation.edit_pub_area(cx, fields),
            (variation, Stage::KeyDescription(description)) => variation.edit_description(description),
            (Variation::AppleAlg, Stage::AttestationStatement(statement)) => {
                statement.set("alg", cx.algorithm.cose_id());
                statement.sort();
            }
            (variation, Stage::Response(response)) => variation.edit_response(cx, response),
            _ => {}
        }
    }
}

impl Variation {
    fn edit_leaf(self, leaf: &mut CertificateSpec) {
        match self {
            Self::TpmJoinedName => {
                let mut name = tpm::device();
                name.join();
                leaf.set_extension(Extension::directory_name(&name, true));
            }
            Self::AaguidExtensionMissing => leaf.remove_extension(Extension::AAGUID),
            Self::FirmwareVersion => {
                leaf.set_extension(Extension::new(Extension::FIDO_FIRMWARE, false, der::integer(50_700)));
            }
            _ => {}
        }
    }

    fn edit_pub_area(self, cx: &Context<'_>, fields: &mut PubArea) {
        match (self, &mut fields.parameters) {
            (Self::TpmScheme, parameters) => {
                let is_pss = (-39..=-37).contains(&cx.algorithm.cose_id());
                // TPM_ALG_RSASSA, TPM_ALG_RSAPSS, TPM_ALG_ECDSA.
                fields.scheme = match parameters {
                    PubParameters::Rsa { .. } => 0x0014 + if is_pss { 2 } else { 0 },
                    PubParameters::Ecc { .. } => 0x0018,
                };
                fields.scheme_hash = cx.algorithm.hash().map_or(0x000b, tpm::hash_id);
            }
            (Self::TpmExponent, PubParameters::Rsa { exponent, .. }) => *exponent = 65_537,
            _ => {}
        }
    }

    fn edit_description(self, description: &mut KeyDescription) {
        let (software, hardware) = (&mut description.software_enforced, &mut description.hardware_enforced);
        match self {
            Self::AndroidUnknownTags => {
                for tag in [599, 601, 799, 16_384] {
                    software.set(tag, der::octet_string(b"new in some version"));
                    hardware.set(tag, der::sequence(&[der::null()]));
                }
            }
            Self::AndroidMorePurposes => {
                hardware.set(AuthorizationList::PURPOSE, der::set_of(vec![der::integer(2), der::integer(3)]));
            }
            Self::AndroidStrongBox => {
                (description.attestation_version, description.keymint_version) = (500, 500);
                (description.attestation_security_level, description.keymint_security_level) = (2, 2);
            }
            _ => {}
        }
    }

    fn edit_response(self, cx: &Context<'_>, response: &mut Value) {
        match self {
            Self::UnknownTransports => {
                response["response"]["transports"] = json!(["carrier-pigeon", "internal"]);
            }
            Self::NoTransports => response["response"]["transports"] = json!([]),
            Self::UserHandlePresent => {
                response["response"]["userHandle"] = json!(base64url::encode(cx.user_handle));
            }
            Self::UserHandleNull if cx.named => response["response"]["userHandle"] = Value::Null,
            Self::UnknownEnvelopeMembers => {
                response["extra"] = json!({ "list": [1, null] });
                response["response"]["extra"] = json!("text");
            }
            Self::UnknownAttachment => response["authenticatorAttachment"] = json!("implanted"),
            Self::AttachmentNull => response["authenticatorAttachment"] = Value::Null,
            Self::OlderBrowser => {
                for name in ["transports", "authenticatorData", "publicKey", "publicKeyAlgorithm"] {
                    envelope::remove(response, "/response", name);
                }
                envelope::remove(response, "", "authenticatorAttachment");
            }
            _ => {}
        }
    }
}
