//! The extension of Android's attestation certificates: `KeyDescription`, 1.3.6.1.4.1.11129.2.1.17.
//!
//! Its authorization lists grow with every version of the schema: fields that are not needed here are passed over.

use crate::error::CertificateFault;
use crate::x509::{Certificate, Der, explicit, integer};
use der::Tag;

const EXTENSION: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x01, 0x11];

const PURPOSE: u32 = 1;
const ALL_APPLICATIONS: u32 = 600;
const ORIGIN: u32 = 702;

/// What the format looks at.
pub(super) struct KeyDescription<'a> {
    /// 0 software, 1 trusted execution environment, 2 StrongBox.
    pub(super) security_level: i64,
    pub(super) challenge: &'a [u8],
    pub(super) software_enforced: AuthorizationList,
    pub(super) hardware_enforced: AuthorizationList,
}

/// One list of what is enforced about a key.
#[derive(Default)]
pub(super) struct AuthorizationList {
    pub(super) purposes: Option<Purposes>,
    pub(super) all_applications: bool,
    pub(super) origin: Option<i64>,
}

/// A set of small numbers.
#[derive(Clone, Copy, Default)]
pub(super) struct Purposes {
    known: u64,
    /// A number outside the range of the schema.
    other: bool,
}

impl Purposes {
    pub(super) fn contains(self, purpose: i64) -> bool {
        bit(purpose).is_some_and(|bit| self.known & bit != 0)
    }

    pub(super) fn is_only(self, purpose: i64) -> bool {
        !self.other && bit(purpose) == Some(self.known)
    }

    fn add(&mut self, purpose: i64) {
        match bit(purpose) {
            Some(bit) => self.known |= bit,
            None => self.other = true,
        }
    }
}

fn bit(purpose: i64) -> Option<u64> {
    u32::try_from(purpose).ok().and_then(|purpose| 1_u64.checked_shl(purpose))
}

impl<'a> KeyDescription<'a> {
    pub(super) fn of(certificate: &Certificate<'a>) -> Result<Self, CertificateFault> {
        let extension = certificate.extension(EXTENSION).ok_or(CertificateFault::FormatExtension)?;
        let mut outer = Der::new(extension.value());
        let mut from = outer.sequence()?;
        outer.end()?;
        // attestationVersion: 1 to 4 of Keymaster, from 100 on of KeyMint; all share the fields that are needed
        from.contents(Tag::Integer)?;
        let security_level = integer(from.contents(Tag::Enumerated)?)?;
        // keymasterVersion, keymasterSecurityLevel
        from.contents(Tag::Integer)?;
        from.contents(Tag::Enumerated)?;
        let challenge = from.contents(Tag::OctetString)?;
        // uniqueId
        from.contents(Tag::OctetString)?;
        let software_enforced = AuthorizationList::read(from.sequence()?)?;
        let hardware_enforced = AuthorizationList::read(from.sequence()?)?;
        // Later versions of the schema may go on.
        Ok(Self { security_level, challenge, software_enforced, hardware_enforced })
    }
}

impl AuthorizationList {
    fn read(mut from: Der<'_>) -> Result<Self, CertificateFault> {
        let mut list = Self::default();
        while !from.is_empty() {
            let field = from.any()?;
            let mut value = Der::new(field.contents);
            // A field that comes twice says two things.
            let again = if field.tag == explicit(PURPOSE) {
                let mut purposes = Purposes::default();
                let mut set = Der::new(value.contents(Tag::Set)?);
                while !set.is_empty() {
                    purposes.add(set.small_integer()?);
                }
                list.purposes.replace(purposes).is_some()
            } else if field.tag == explicit(ORIGIN) {
                list.origin.replace(value.small_integer()?).is_some()
            } else if field.tag == explicit(ALL_APPLICATIONS) {
                value.contents(Tag::Null)?;
                core::mem::replace(&mut list.all_applications, true)
            } else {
                continue;
            };
            value.end()?;
            if again {
                return Err(CertificateFault::FormatExtension);
            }
        }
        Ok(list)
    }
}
