//! Collected client data (WebAuthn §5.8.1): what the client says about the ceremony, in the bytes that are signed.

mod members;
mod serialized;

use crate::error::{MalformedReason, Part};
use crate::json::Fault;
use crate::policy::Limits;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use members::Members;
use sha2::{Digest, Sha256};

const BOM: char = '\u{feff}';

/// The client data of a response, read and kept exactly as received (WebAuthn §5.8.1).
///
/// `Debug` shows neither the challenge nor the bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientData {
    text: String,
    members: Members,
}

impl fmt::Debug for ClientData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientData")
            .field("type", &self.kind())
            .field("origin", &self.origin())
            .field("cross_origin", &self.cross_origin())
            .field("top_origin", &self.top_origin())
            .finish_non_exhaustive()
    }
}

impl ClientData {
    /// Reads client data (§7.1 steps 5 and 6, §7.2 steps 8 and 9).
    ///
    /// Stricter than the specification in two places: bytes that are not UTF-8 are refused instead of replaced, and
    /// so is a member that is named twice, which two JSON readers could read differently. Members that are not known
    /// are passed over.
    pub(crate) fn parse(bytes: Vec<u8>, limits: &Limits) -> Result<Self, Fault> {
        let whole = |reason| (Part::ClientDataJson, reason);
        if bytes.is_empty() {
            return Err(whole(MalformedReason::Empty));
        }
        if bytes.len() > limits.client_data {
            return Err(whole(MalformedReason::TooLarge(limits.client_data)));
        }
        let text = String::from_utf8(bytes).map_err(|_| whole(MalformedReason::NotUtf8))?;
        // "UTF-8 decode" takes one byte order mark off; the hash still covers it.
        let json = text.strip_prefix(BOM).unwrap_or(&text);
        let members = match serialized::read(&text, text.len().saturating_sub(json.len())) {
            Some(members) if limits.json_depth > 0 => members,
            _ => Members::read(json, &text, limits)?,
        };
        Ok(Self { text, members })
    }

    /// The bytes as received, a byte order mark included.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// SHA-256 of the bytes as received: the second half of what is signed.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.as_bytes()).into()
    }

    /// `type`: `webauthn.create` or `webauthn.get` from an honest client.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.members.kind.of(&self.text)
    }

    /// `challenge`, in the text form that the client echoed. Never shown or logged by this library.
    #[must_use]
    pub fn challenge(&self) -> &str {
        self.members.challenge.of(&self.text)
    }

    /// `origin`: where the ceremony ran, as the client says.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.members.origin.of(&self.text)
    }

    pub(crate) const fn token_binding_holds(&self) -> bool {
        self.members.token_binding_holds
    }

    /// `crossOrigin`, if it is there.
    #[must_use]
    pub const fn cross_origin(&self) -> Option<bool> {
        self.members.cross_origin
    }

    /// `topOrigin`, if it is there.
    #[must_use]
    pub fn top_origin(&self) -> Option<&str> {
        self.members.top_origin.as_ref().map(|text| text.of(&self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec;
    use proptest::prelude::*;

    const GOOD: &str =
        r#"{"type":"webauthn.get","challenge":"c2VjcmV0","origin":"https://example.com","crossOrigin":false}"#;

    fn parse(text: &str) -> Result<ClientData, Fault> {
        ClientData::parse(text.as_bytes().to_vec(), &Limits::default())
    }

    #[track_caller]
    fn refused(text: &str, part: Part, reason: MalformedReason) {
        assert_eq!(parse(text), Err((part, reason)), "{text}");
    }

    #[test]
    fn reads_the_five_members() {
        let data = parse(
            r#"{"topOrigin":"https://top.example","new":[{"a":null}],"crossOrigin":true,"origin":"https://example.com",
                "challenge":"AA","type":"webauthn.create"}"#,
        )
        .unwrap();
        assert_eq!(data.kind(), "webauthn.create");
        assert_eq!(data.challenge(), "AA");
        assert_eq!(data.origin(), "https://example.com");
        assert_eq!((data.cross_origin(), data.top_origin()), (Some(true), Some("https://top.example")));
        let data = parse(r#"{"type":"t","challenge":"c","origin":"o"}"#).unwrap();
        assert_eq!((data.cross_origin(), data.top_origin()), (None, None));
    }

    #[test]
    fn hash_covers_the_raw_bytes() {
        let bom = format!("\u{feff}{GOOD}");
        assert_eq!(parse(GOOD).unwrap().hash(), <[u8; 32]>::from(Sha256::digest(GOOD)));
        let data = parse(&bom).unwrap();
        assert_eq!(data.hash(), <[u8; 32]>::from(Sha256::digest(&bom)));
        assert_eq!(data.as_bytes(), bom.as_bytes());
        assert_eq!(data.kind(), "webauthn.get");
    }

    #[test]
    fn neg_c01_c02_encoding() {
        let utf16: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let parse = |bytes| ClientData::parse(bytes, &Limits::default());
        assert_eq!(parse(utf16), Err((Part::ClientDataJson, MalformedReason::NotUtf8)));
        let mut latin1 = GOOD.as_bytes().to_vec();
        latin1[20] = 0xfc;
        assert_eq!(parse(latin1), Err((Part::ClientDataJson, MalformedReason::NotUtf8)));
        refused(&format!("\u{feff}\u{feff}{GOOD}"), Part::ClientDataJson, MalformedReason::NotJson);
    }

    #[test]
    fn neg_c03_c04_one_object_and_nothing_else() {
        for root in ["[]", "\"x\"", "null", "1", "true"] {
            refused(root, Part::ClientDataJson, MalformedReason::WrongType);
        }
        for text in [&format!("{GOOD}x"), &format!("{GOOD}{GOOD}"), &format!("{GOOD}\0"), &GOOD[..GOOD.len() - 1]] {
            refused(text, Part::ClientDataJson, MalformedReason::NotJson);
        }
        refused("\u{feff}", Part::ClientDataJson, MalformedReason::NotJson);
        refused("", Part::ClientDataJson, MalformedReason::Empty);
    }

    #[test]
    fn neg_c05_to_c07_c11_to_c13_c22_to_c24_required_strings() {
        for (name, part) in [
            ("type", Part::ClientDataType),
            ("challenge", Part::ClientDataChallenge),
            ("origin", Part::ClientDataOrigin),
        ] {
            refused(&GOOD.replace(&format!("\"{name}\""), "\"x\""), part, MalformedReason::Missing);
            let (before, after) = GOOD.split_once(&format!("\"{name}\":\"")).unwrap();
            let (_, after) = after.split_once('"').unwrap();
            let with = |value: &str| format!("{before}\"{name}\":{value}{after}");
            for value in ["1", "null", "true", "[]", "{}", "[\"x\"]"] {
                refused(&with(value), part, MalformedReason::WrongType);
            }
            refused(&with("\"\""), part, MalformedReason::Empty);
        }
    }

    #[test]
    fn neg_c42_c45_optional_members_have_their_type() {
        for value in ["\"true\"", "null", "0", "{}"] {
            let text = GOOD.replace("false", value);
            refused(&text, Part::ClientDataCrossOrigin, MalformedReason::WrongType);
        }
        for value in ["null", "1", "[]", "true"] {
            let text = GOOD.replace("\"crossOrigin\":false", &format!("\"topOrigin\":{value}"));
            refused(&text, Part::ClientDataTopOrigin, MalformedReason::WrongType);
        }
    }

    #[test]
    fn neg_c48_to_c51_no_member_stands_twice() {
        for (name, part) in [
            ("type", Part::ClientDataType),
            ("\\u0074ype", Part::ClientDataType),
            ("challenge", Part::ClientDataChallenge),
            ("origin", Part::ClientDataOrigin),
            ("\\u006frigin", Part::ClientDataOrigin),
            ("crossOrigin", Part::ClientDataCrossOrigin),
        ] {
            for value in ["\"https://evil.example\"", "null"] {
                let first = GOOD.replacen('{', &format!("{{\"{name}\":{value},"), 1);
                refused(&first, part, MalformedReason::Duplicate);
                let last = format!("{},\"{name}\":{value}}}", &GOOD[..GOOD.len() - 1]);
                refused(&last, part, MalformedReason::Duplicate);
            }
        }
        let escaped = parse(&GOOD.replace("\"type\"", "\"\\u0074ype\"")).unwrap();
        assert_eq!(escaped.kind(), "webauthn.get");
        // Nested members are other members.
        assert!(parse(&GOOD.replacen('{', "{\"x\":{\"type\":1,\"type\":2},", 1)).is_ok());
    }

    #[test]
    fn limits_hold() {
        let limits = Limits { client_data: GOOD.len(), ..Limits::default() };
        assert!(ClientData::parse(GOOD.into(), &limits).is_ok());
        let limits = Limits { client_data: GOOD.len() - 1, ..limits };
        let too_large = (Part::ClientDataJson, MalformedReason::TooLarge(GOOD.len() - 1));
        assert_eq!(ClientData::parse(GOOD.into(), &limits), Err(too_large));
        let deep = GOOD.replacen('{', &format!("{{\"x\":{}{},", "[".repeat(16), "]".repeat(16)), 1);
        refused(&deep, Part::ClientDataJson, MalformedReason::TooDeep(16));
    }

    #[test]
    fn debug_shows_no_challenge() {
        let text = format!("{:?}", parse(GOOD).unwrap());
        assert!(text.contains("https://example.com"));
        assert!(!text.contains("c2VjcmV0") && !text.contains("99, 50"), "{text}");
    }

    proptest! {
        #[test]
        fn any_strings_come_back(kind in "\\PC{1,20}", challenge in ".{1,20}", origin in ".{1,20}", cross: bool) {
            let value = serde_json::json!({"origin": origin, "type": kind, "crossOrigin": cross, "challenge": challenge});
            let data = parse(&serde_json::to_string(&value).unwrap()).unwrap();
            prop_assert_eq!((data.kind(), data.challenge(), data.origin()), (&*kind, &*challenge, &*origin));
            prop_assert_eq!(data.cross_origin(), Some(cross));
        }

        #[test]
        fn any_bytes_are_harmless(at in 0..GOOD.len(), with in prop::collection::vec(any::<u8>(), 0..4)) {
            let mut bytes = GOOD.as_bytes().to_vec();
            bytes.splice(at..=at, with);
            let _ = ClientData::parse(bytes.clone(), &Limits::default());
            let _ = ClientData::parse(vec![bytes[at.min(bytes.len() - 1)]; 3], &Limits::default());
        }
    }
}
