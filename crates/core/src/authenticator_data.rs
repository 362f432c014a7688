//! Authenticator data (WebAuthn §6.1): what the authenticator says, in the bytes that its signature covers.

use crate::cbor::{self, CborFault, CborLimits, Key, Reader};
use crate::cose::usual_len;
use crate::error::{MalformedReason, Part};
use crate::ids::Aaguid;
use crate::policy::Limits;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

/// rpIdHash, flags and signCount.
const FIXED: usize = 37;

/// Authenticator data, taken apart once and kept exactly as received (WebAuthn §6.1).
#[derive(Clone, PartialEq, Eq)]
pub struct AuthenticatorData {
    bytes: Vec<u8>,
    rp_id_hash: [u8; 32],
    flags: Flags,
    sign_count: u32,
    attested: Option<Attested>,
    extensions: Option<Range<usize>>,
    canonical: bool,
}

#[derive(Clone, PartialEq, Eq)]
struct Attested {
    aaguid: Aaguid,
    credential_id: Range<usize>,
    public_key: Range<usize>,
}

/// The credential that a registration made (WebAuthn §6.5.1).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AttestedCredentialData<'a> {
    /// The authenticator's make and model, as it claims.
    pub aaguid: Aaguid,
    /// The credential id, of any length that the 16-bit field can state.
    pub credential_id: &'a [u8],
    /// The credential public key as a COSE_Key: one well-formed CBOR item, not looked into yet.
    pub public_key_cose: &'a [u8],
}

impl fmt::Debug for AttestedCredentialData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttestedCredentialData")
            .field("aaguid", &self.aaguid)
            .field("credential_id", &format_args!("{} bytes", self.credential_id.len()))
            .field("public_key_cose", &format_args!("{} bytes", self.public_key_cose.len()))
            .finish()
    }
}

impl fmt::Debug for AuthenticatorData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatorData")
            .field("flags", &self.flags)
            .field("sign_count", &self.sign_count)
            .field("attested", &self.attested())
            .field("extensions", &self.extensions.as_ref().map(ExactSizeIterator::len))
            .finish_non_exhaustive()
    }
}

impl AuthenticatorData {
    /// Takes authenticator data apart; the bound on its size is that of the member it came in.
    ///
    /// `Part::AuthenticatorData` stands for the structure itself; a registration, where it is called `authData`,
    /// names it so.
    pub(crate) fn parse(bytes: Vec<u8>, limits: &Limits) -> Result<Self, (Part, MalformedReason)> {
        let limits = CborLimits::from(limits);
        let whole = |reason| (Part::AuthenticatorData, reason);
        let in_attested = |reason| (Part::AttestedCredentialData, reason);

        let mut input = Cursor { rest: &bytes, at: 0 };
        let truncated = || whole(MalformedReason::Truncated);
        let rp_id_hash = input.array().ok_or_else(truncated)?;
        let [flags] = input.array().ok_or_else(truncated)?;
        let flags = Flags(flags);
        let sign_count = u32::from_be_bytes(input.array().ok_or_else(truncated)?);
        debug_assert_eq!(input.at, FIXED);
        let mut canonical = true;

        let attested = if flags.at() {
            let truncated = || in_attested(MalformedReason::Truncated);
            let aaguid = Aaguid::new(input.array().ok_or_else(truncated)?);
            let id_len = u16::from_be_bytes(input.array().ok_or_else(truncated)?);
            let credential_id = input.range(usize::from(id_len)).ok_or_else(truncated)?;
            let in_key = |fault: CborFault| (Part::CredentialPublicKey, fault.reason(&limits));
            let key_len = match usual_len(input.rest, &limits) {
                Some(len) => len,
                None => {
                    let key = cbor::check(input.rest, &limits).map_err(in_key)?;
                    canonical &= key.canonical;
                    key.len
                }
            };
            let public_key = input.range(key_len).ok_or_else(truncated)?;
            Some(Attested { aaguid, credential_id, public_key })
        } else {
            None
        };

        let extensions = if flags.ed() {
            let in_extensions = |fault: CborFault| (Part::AuthenticatorExtensions, fault.reason(&limits));
            let checked = cbor::check(input.rest, &limits).map_err(in_extensions)?;
            has_text_keys(input.rest).map_err(in_extensions)?;
            canonical &= checked.canonical;
            input.range(checked.len)
        } else {
            None
        };

        if !input.rest.is_empty() {
            return Err(whole(MalformedReason::TrailingBytes));
        }
        Ok(Self { rp_id_hash, flags, sign_count, attested, extensions, canonical, bytes })
    }

    /// The bytes as received: what the signature covers.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the RP ID that the credential is bound to.
    #[must_use]
    pub const fn rp_id_hash(&self) -> &[u8; 32] {
        &self.rp_id_hash
    }

    /// What the authenticator asserts about this ceremony.
    #[must_use]
    pub const fn flags(&self) -> Flags {
        self.flags
    }

    /// The signature counter; 0 from authenticators that keep none.
    #[must_use]
    pub const fn sign_count(&self) -> u32 {
        self.sign_count
    }

    /// The attested credential data: there exactly if the AT flag is set.
    #[must_use]
    pub fn attested(&self) -> Option<AttestedCredentialData<'_>> {
        let attested = self.attested.as_ref()?;
        Some(AttestedCredentialData {
            aaguid: attested.aaguid,
            credential_id: self.bytes.get(attested.credential_id.clone())?,
            public_key_cose: self.bytes.get(attested.public_key.clone())?,
        })
    }

    /// The extension outputs, a CBOR map with text keys: there exactly if the ED flag is set.
    #[must_use]
    pub fn extensions(&self) -> Option<&[u8]> {
        self.bytes.get(self.extensions.clone()?)
    }

    /// Whether the key and the extension outputs are CTAP2 canonical CBOR.
    #[must_use]
    pub const fn canonical(&self) -> bool {
        self.canonical
    }
}

fn has_text_keys(extensions: &[u8]) -> Result<(), CborFault> {
    let mut reader = Reader::new(extensions);
    for _ in 0..reader.map()? {
        let Key::Text(_) = reader.key()? else { return Err(CborFault::WrongType) };
        reader.skip()?;
    }
    Ok(())
}

struct Cursor<'a> {
    rest: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        self.at += N;
        Some(*array)
    }

    fn range(&mut self, len: usize) -> Option<Range<usize>> {
        let (_, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        let start = self.at;
        self.at += len;
        Some(start..self.at)
    }
}

/// The flags byte of authenticator data (WebAuthn §6.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flags(u8);

impl Flags {
    /// Takes the byte as it stands in authenticator data.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The byte as it stands in authenticator data.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// UP: the user was present.
    #[must_use]
    pub const fn up(self) -> bool {
        self.0 & 0x01 != 0
    }

    /// UV: the user was verified, by PIN or biometric.
    #[must_use]
    pub const fn uv(self) -> bool {
        self.0 & 0x04 != 0
    }

    /// BE: the credential may be backed up.
    #[must_use]
    pub const fn be(self) -> bool {
        self.0 & 0x08 != 0
    }

    /// BS: the credential is backed up at present.
    #[must_use]
    pub const fn bs(self) -> bool {
        self.0 & 0x10 != 0
    }

    /// AT: attested credential data is included.
    #[must_use]
    pub const fn at(self) -> bool {
        self.0 & 0x40 != 0
    }

    /// ED: extension outputs are included.
    #[must_use]
    pub const fn ed(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// The two bits that WebAuthn Level 3 reserves, in their places.
    #[must_use]
    pub const fn reserved(self) -> u8 {
        self.0 & 0x22
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = [
            (self.up(), "UP"),
            (self.reserved() & 0x02 != 0, "RFU1"),
            (self.uv(), "UV"),
            (self.be(), "BE"),
            (self.bs(), "BS"),
            (self.reserved() & 0x20 != 0, "RFU2"),
            (self.at(), "AT"),
            (self.ed(), "ED"),
        ];
        f.write_str("Flags(")?;
        let mut separator = "";
        for (_, name) in set.iter().filter(|(is_set, _)| *is_set) {
            write!(f, "{separator}{name}")?;
            separator = " | ";
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests;
