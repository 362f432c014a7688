//! Identifiers as types of their own, so that one can't be passed for another.

use crate::error::Misuse;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use sha2::{Digest, Sha256};

/// The longest credential id that WebAuthn accepts, in bytes (§7.1 step 25).
pub const MAX_CREDENTIAL_ID: usize = 1023;

/// The shortest credential id that WebAuthn has authenticators make, in bytes (§4); a shorter one is accepted and observed.
pub(crate) const MIN_CREDENTIAL_ID: usize = 16;

/// The longest user handle, in bytes (§4).
pub const MAX_USER_HANDLE: usize = 64;

/// A credential id: 1 to 1023 bytes that the authenticator chose. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CredentialId(Arc<[u8]>);

impl CredentialId {
    /// Takes the id's bytes.
    ///
    /// # Errors
    ///
    /// [`Misuse::CredentialIdLength`] unless there are 1 to 1023 bytes.
    pub fn new(bytes: impl AsRef<[u8]>) -> Result<Self, Misuse> {
        let bytes = bytes.as_ref();
        if bytes.is_empty() || bytes.len() > MAX_CREDENTIAL_ID {
            return Err(Misuse::CredentialIdLength);
        }
        Ok(Self(bytes.into()))
    }

    /// The id's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The first 16 bytes of the id's SHA-256: what a ceremony state keeps of an allowed credential.
    #[must_use]
    pub fn short_hash(&self) -> [u8; 16] {
        short_hash(&self.0)
    }
}

pub(crate) fn short_hash(id: &[u8]) -> [u8; 16] {
    let digest = Sha256::digest(id);
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(digest) {
        *to = from;
    }
    short
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CredentialId({} bytes)", self.0.len())
    }
}

/// A user handle: 1 to 64 opaque bytes that the relying party chose for one account (WebAuthn §5.4.3).
///
/// It must not be, or hold, anything personal: an authenticator gives it to whoever holds the device.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserHandle {
    /// What follows the handle is zero: so that the order of two is that of their bytes.
    bytes: [u8; MAX_USER_HANDLE],
    len: u8,
}

impl UserHandle {
    /// Takes the handle's bytes; 64 random ones are the size to use.
    ///
    /// # Errors
    ///
    /// [`Misuse::UserHandleLength`] unless there are 1 to 64 bytes.
    pub fn new(bytes: impl AsRef<[u8]>) -> Result<Self, Misuse> {
        let from = bytes.as_ref();
        let mut bytes = [0; MAX_USER_HANDLE];
        let to = bytes.get_mut(..from.len()).filter(|to| !to.is_empty()).ok_or(Misuse::UserHandleLength)?;
        to.copy_from_slice(from);
        let len = u8::try_from(from.len()).map_err(|_| Misuse::UserHandleLength)?;
        Ok(Self { bytes, len })
    }

    /// The handle's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&self.bytes)
    }
}

impl fmt::Debug for UserHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserHandle(..)")
    }
}

/// The name of a tenant: up to 64 bytes of printable ASCII, empty where there is only one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Tenant(Arc<str>);

impl Tenant {
    /// Takes the tenant's name.
    ///
    /// # Errors
    ///
    /// [`Misuse::TenantName`] if it is longer than 64 bytes or holds anything but printable ASCII.
    pub fn new(name: impl AsRef<str>) -> Result<Self, Misuse> {
        let name = name.as_ref();
        if name.len() > 64 || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Misuse::TenantName);
        }
        Ok(Self(name.into()))
    }

    /// The tenant's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An RP ID: the domain that credentials are bound to (WebAuthn §4). Made by [`RelyingParty::builder`](crate::RelyingParty::builder),
/// which refuses what no browser would accept, or read back from a stored record.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RpId(Arc<str>);

impl RpId {
    pub(crate) fn new(id: impl AsRef<str>) -> Self {
        Self(id.as_ref().into())
    }

    /// The domain.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the domain, as it stands in authenticator data (WebAuthn §6.1).
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Display for RpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The make and model of an authenticator (WebAuthn §6.5.1). Unless the attestation is trusted, a claim that anybody
/// can make: good for a name in a list, never for a decision.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Aaguid([u8; 16]);

impl Aaguid {
    /// All zero: an authenticator that does not say what it is.
    pub const ZERO: Self = Self([0; 16]);

    /// Takes the 16 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads the UUID form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        let dashes = [8, 13, 18, 23];
        if text.len() != 36 || !dashes.iter().all(|&at| text.get(at) == Some(&b'-')) {
            return None;
        }
        let mut digits = text.iter().enumerate().filter(|(at, _)| !dashes.contains(at)).map(|(_, digit)| *digit);
        let mut bytes = [0; 16];
        for byte in &mut bytes {
            let high = char::from(digits.next()?).to_digit(16)?;
            let low = char::from(digits.next()?).to_digit(16)?;
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        Some(Self(bytes))
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Whether all bytes are zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

impl fmt::Display for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Every sign-in shows one, and `write!` for each byte takes ten times as long.
        let mut text = String::with_capacity(36);
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            text.extend([byte >> 4, byte & 0xf].into_iter().filter_map(|digit| char::from_digit(digit.into(), 16)));
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aaguid({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn aaguid_reads_what_it_writes() {
        let aaguid = Aaguid::new([
            0xea, 0x9b, 0x8d, 0x66, 0x4d, 0x01, 0x1d, 0x21, 0x3c, 0xe4, 0xb6, 0xb4, 0x8c, 0xb5, 0x75, 0xd4,
        ]);
        assert_eq!(aaguid.to_string(), "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4");
        assert_eq!(Aaguid::parse(&aaguid.to_string()), Some(aaguid));
        assert_eq!(Aaguid::parse("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d"), None);
        assert_eq!(Aaguid::parse("ea9b8d66+4d01-1d21-3ce4-b6b48cb575d4"), None);
        assert_eq!(Aaguid::parse("xa9b8d66-4d01-1d21-3ce4-b6b48cb575d4"), None);
    }

    #[test]
    fn lengths_are_those_of_the_specification() {
        assert_eq!(CredentialId::new([]), Err(Misuse::CredentialIdLength));
        assert!(CredentialId::new([1; 1023]).is_ok());
        assert_eq!(CredentialId::new([1; 1024]), Err(Misuse::CredentialIdLength));
        assert_eq!(UserHandle::new([]), Err(Misuse::UserHandleLength));
        assert!(UserHandle::new([1; 64]).is_ok());
        assert_eq!(UserHandle::new([1; 65]), Err(Misuse::UserHandleLength));
    }

    #[test]
    fn handles_stand_in_the_order_of_their_bytes() {
        let mut all = [&b"b"[..], b"a\0", b"a", b"ab", b"a\0\0", &[0xff; 64], &[0; 64], &[0; 63]];
        let mut handles = all.map(|bytes| UserHandle::new(bytes).unwrap());
        all.sort_unstable();
        handles.sort_unstable();
        assert_eq!(handles.each_ref().map(UserHandle::as_bytes), all);
    }

    #[test]
    fn tenant_is_short_printable_ascii() {
        assert!(Tenant::new("").is_ok());
        assert!(Tenant::new("acme-7").is_ok());
        assert_eq!(Tenant::new("a b"), Err(Misuse::TenantName));
        assert_eq!(Tenant::new("x".repeat(65)), Err(Misuse::TenantName));
    }

    #[test]
    fn debug_hides_what_identifies_a_person() {
        let handle = UserHandle::new(*b"ada").unwrap();
        assert_eq!(alloc::format!("{handle:?}"), "UserHandle(..)");
        let id = CredentialId::new(*b"ada").unwrap();
        assert_eq!(alloc::format!("{id:?}"), "CredentialId(3 bytes)");
    }
}
