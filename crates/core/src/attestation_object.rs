//! The attestation object (WebAuthn §6.5): CBOR map of `fmt`, `attStmt`, `authData`.

use crate::authenticator_data::AuthenticatorData;
use crate::cbor::{self, CborFault, CborLimits, Key, Kind, Reader};
use crate::error::{MalformedReason, Part};
use crate::json::Fault;
use crate::policy::Limits;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

/// An attestation object, read but not judged. `Debug` does not show its bytes, which hold the credential id.
#[derive(Clone)]
pub(crate) struct AttestationObject {
    /// The whole, as received.
    pub(crate) bytes: Vec<u8>,
    pub(crate) fmt: String,
    /// Where the statement stands in it.
    statement: Range<usize>,
    pub(crate) auth_data: AuthenticatorData,
    pub(crate) canonical: bool,
    /// Members beyond the three.
    pub(crate) unknown_members: bool,
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
            fmt: fmt.into(),
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
