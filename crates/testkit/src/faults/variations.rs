//! Unusual responses that a relying party has to accept: positive controls.

use serde_json::{Value, json};

use super::{authenticator_data::some_extensions, envelope, signature::raise_s};
use crate::{
    algorithm::Algorithm,
    base64url,
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
    OlderBrowser = "pos-older-browser", REG, "the conveniences of Level 2 and 3 are missing: transports and the copies";
}

impl Variation {
    /// Whether the variation exists for this ceremony and algorithm.
    #[must_use]
    pub fn applies_to(self, ceremony: Ceremony, algorithm: Algorithm) -> bool {
        self.ceremonies().contains(&ceremony) && (self != Self::HighS || algorithm == Algorithm::Es256)
    }

    pub(crate) const fn prepared(self) -> PreparedVariation {
        PreparedVariation(self)
    }
}

/// A variation on its way through a ceremony.
pub(crate) struct PreparedVariation(Variation);

impl Edit for PreparedVariation {
    fn edit(&mut self, cx: &Context<'_>, stage: Stage<'_>) {
        if !self.0.applies_to(cx.ceremony, cx.algorithm) {
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
            (variation, Stage::Response(response)) => variation.edit_response(cx, response),
            _ => {}
        }
    }
}

impl Variation {
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
