//! The attestation object (WebAuthn §6.5): CBOR map of `fmt`, `attStmt`, `authData`.

use crate::authenticator_data::AuthenticatorData;
use crate::cbor::{self, CborFault, CborLimits, Key, Kind, Reader};
use crate::error::{MalformedReason, Part};
use crate::json::Fault;
use crate::policy::Limits;
use alloc::borrow::Cow;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

/// An attestation object, read but not judged. `Debug` does not show its bytes, which hold the credential id.
#[derive(Clone)]
pub(crate) struct AttestationObject {
    /// The whole, as received.
    pub(crate) bytes: Vec<u8>,
    pub(crate) fmt: Cow<'static, str>,
    /// Where the statement stands in it.
    statement: Range<usize>,
    pub(crate) auth_data: AuthenticatorData,
    pub(crate) canonical: bool,
    /// Members beyond the three.
    pub(crate) unknown_members: bool,
}

/// What an object without attestation begins with in canonical CBOR, up to the head of `authData`'s bytes.
const NONE: &[u8] = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData";

/// Where its empty statement stands.
const NONE_STATEMENT: Range<usize> = 18..19;

/// The authenticator data of an object without attestation, if it is written byte for byte as clients write it: most are.
fn none<'a>(object: &'a [u8], limits: &CborLimits) -> Option<&'a [u8]> {
    // A map of three entries, their keys and values, and a map inside it.
    if !limits.admit(2, 3, 7) {
        return None;
    }
    // A head of two bytes counts from 24 and one of three from 256: what a shorter head could say is not canonical.
    let (len, auth_data) = match object.strip_prefix(NONE)? {
        [0x58, len @ 24..=0xff, rest @ ..] => (u16::from(*len), rest),
        [0x59, high @ 1..=0xff, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
        _ => return None,
    };
    (auth_data.len() == usize::from(len)).then_some(auth_data)
}

impl fmt::Debug for AttestationObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttestationObject")
            .field("fmt", &self.fmt)
            .field("auth_data", &self.auth_data)
            .finish_non_exhaustive()
    }
}

impl AttestationObject {
    /// R13: CBOR-decodes the attestation object.
    pub(crate) fn parse(bytes: Vec<u8>, limits: &Limits) -> Result<Self, Fault> {
        let whole = |reason| (Part::AttestationObject, reason);
        if bytes.is_empty() {
            return Err(whole(MalformedReason::Empty));
        }
        if bytes.len() > limits.attestation_object {
            return Err(whole(MalformedReason::TooLarge(limits.attestation_object)));
        }
        let cbor_limits = CborLimits::from(limits);
        match none(&bytes, &cbor_limits) {
            Some(auth_data) => {
                let auth_data = AuthenticatorData::parse(auth_data.to_vec(), limits)?;
                let (fmt, canonical) = (Cow::Borrowed("none"), auth_data.canonical());
                Ok(Self { bytes, fmt, statement: NONE_STATEMENT, auth_data, canonical, unknown_members: false })
            }
            None => Self::parse_cbor(bytes, limits),
        }
    }

    /// As [`parse`](Self::parse), in whatever form the object is written.
    fn parse_cbor(bytes: Vec<u8>, limits: &Limits) -> Result<Self, Fault> {
        let whole = |reason| (Part::AttestationObject, reason);
        let cbor_limits = CborLimits::from(limits);
        let fault = |fault: CborFault| whole(fault.reason(&cbor_limits));
        let checked = cbor::check_all(&bytes, &cbor_limits).map_err(fault)?;
        let mut from = Reader::new(&bytes);
        let (mut fmt, mut statement, mut auth_data, mut unknown_members) = (None, None, None, false);
        for _ in 0..from.map().map_err(fault)? {
            match from.key().map_err(fault)? {
                Key::Text("fmt") => fmt = Some(from.text().map_err(|_| (Part::Fmt, MalformedReason::WrongType))?),
                Key::Text("attStmt") => {
                    let kind = from.kind().map_err(fault)?;
                    let len = from.skip().map_err(fault)?.len();
                    statement = Some((kind, from.position().saturating_sub(len)..from.position()));
                }
                Key::Text("authData") => {
                    auth_data = Some(from.bytes().map_err(|_| (Part::AuthData, MalformedReason::WrongType))?);
                }
                _ => {
                    unknown_members = true;
                    from.skip().map_err(fault)?;
                }
            }
        }
        let fmt = fmt.ok_or((Part::Fmt, MalformedReason::Missing))?;
        let (kind, statement) = statement.ok_or((Part::AttStmt, MalformedReason::Missing))?;
        let auth_data = auth_data.ok_or((Part::AuthData, MalformedReason::Missing))?;
        // A compound statement is an array, every other one a map.
        if kind != if fmt == "compound" { Kind::Array } else { Kind::Map } {
            return Err((Part::AttStmt, MalformedReason::WrongType));
        }
        let auth_data = AuthenticatorData::parse(auth_data.to_vec(), limits)?;
        Ok(Self {
            fmt: fmt.to_string().into(),
            statement,
            canonical: checked.canonical && auth_data.canonical(),
            auth_data,
            unknown_members,
            bytes,
        })
    }

    /// The statement's CBOR, checked.
    pub(crate) fn statement(&self) -> &[u8] {
        self.bytes.get(self.statement.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Both ways, which must be one wherever the quick one is taken.
    fn both_ways(bytes: &[u8], limits: &Limits) -> bool {
        let view = |object: AttestationObject| {
            let AttestationObject { bytes, fmt, statement, auth_data, canonical, unknown_members } = object;
            (bytes, fmt, statement, auth_data, canonical, unknown_members)
        };
        let slow = AttestationObject::parse_cbor(bytes.to_vec(), limits).map(view);
        assert_eq!(AttestationObject::parse(bytes.to_vec(), limits).map(view), slow);
        slow.is_ok()
    }

    fn object(auth_data: &[u8]) -> Vec<u8> {
        let len = u16::try_from(auth_data.len()).unwrap().to_be_bytes();
        let head = if len[0] == 0 { alloc::vec![0x58, len[1]] } else { alloc::vec![0x59, len[0], len[1]] };
        [NONE, &head, auth_data].concat()
    }

    #[test]
    fn an_object_without_attestation_is_read_quickly_as_it_is_slowly() {
        for len in [37, 255, 256, 300] {
            let object = object(&alloc::vec![0; len]);
            assert_eq!(none(&object, &CborLimits::from(&Limits::default())).map(<[u8]>::len), Some(len));
            assert_eq!(both_ways(&object, &Limits::default()), len == 37);
        }
        let object = object(&[0; 37]);
        assert_eq!(object.get(NONE_STATEMENT), Some(&[0xa0][..]));
        for at in 0..object.len() {
            both_ways(&object[..at.max(1)], &Limits::default());
        }
        let limits = Limits::default();
        for limits in [
            Limits { cbor_items: 6, ..limits },
            Limits { cbor_items: 7, ..limits },
            Limits { cbor_entries: 2, ..limits },
            Limits { cbor_depth: 1, ..limits },
        ] {
            assert_eq!(both_ways(&object, &limits), limits.cbor_items == 7);
        }
    }

    #[test]
    fn an_object_has_as_many_bytes_as_the_limits_admit() {
        let object = object(&[0; 37]);
        let under = |attestation_object| {
            let limits = Limits { attestation_object, ..Limits::default() };
            AttestationObject::parse(object.clone(), &limits).map(drop)
        };
        let too_large = |most| Err((Part::AttestationObject, MalformedReason::TooLarge(most)));
        assert_eq!(under(object.len()), Ok(()));
        assert_eq!(under(object.len() + 1), Ok(()));
        assert_eq!(under(object.len() - 1), too_large(object.len() - 1));
    }

    #[test]
    fn debug_does_not_show_the_bytes() {
        let object = AttestationObject::parse(object(&[0x05; 37]), &Limits::default()).unwrap();
        let shown = alloc::format!("{object:?}");
        assert!(shown.starts_with("AttestationObject { fmt: \"none\", auth_data: AuthenticatorData {"), "{shown}");
        assert!(shown.ends_with(", .. }") && !shown.contains("bytes") && !shown.contains("5, 5"), "{shown}");
    }

    proptest! {
        #[test]
        fn any_change_is_read_alike(at in 0..100_usize, bits: u8, cut in 0..100_usize, items in 5..40_usize, at_flag: bool) {
            let mut data = [0; 37].to_vec();
            if at_flag {
                data[32] = 0x40;
                data.extend([0; 16]);
                data.extend([0, 1, 9]);
                data.extend([0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20]);
                data.extend([7; 32]);
            }
            let mut object = object(&data);
            prop_assert!(both_ways(&object, &Limits::default()));
            let at = at % object.len();
            object[at] ^= bits;
            object.truncate(object.len() - cut % 4);
            both_ways(&object, &Limits { cbor_items: items, ..Limits::default() });
        }
    }
}
