//! The extension in which Android's keystore describes a key: `KeyDescription` of its attestation schema.

use crate::error::CertificateFault;
use crate::x509::{Certificate, Der, explicit, integer};
use der::Tag;

/// 1.3.6.1.4.1.11129.2.1.17
pub(super) const KEY_DESCRIPTION: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x01, 0x11];

const PURPOSE: u32 = 1;
const ALL_APPLICATIONS: u32 = 600;
const ORIGIN: u32 = 702;

/// What the keystore says, as far as the procedure reads it.
pub(super) struct KeyDescription<'a> {
    attestation_security_level: i64,
    keymaster_security_level: i64,
    pub(super) attestation_challenge: &'a [u8],
    pub(super) software_enforced: AuthorizationList,
    /// Later versions of the schema call it `hardwareEnforced`.
    pub(super) tee_enforced: AuthorizationList,
}

/// What a key may be used for, as far as the procedure reads it.
#[derive(Default)]
pub(super) struct AuthorizationList {
    pub(super) purposes: Purposes,
    pub(super) all_applications: bool,
    pub(super) origin: Option<i64>,
}

/// A set of key purposes, which Android numbers: signing is 2.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Purposes {
    sign: bool,
    others: bool,
}

impl Purposes {
    pub(super) const ONLY_SIGN: Self = Self { sign: true, others: false };

    pub(super) const fn union(self, with: Self) -> Self {
        Self { sign: self.sign || with.sign, others: self.others || with.others }
    }

    pub(super) const fn contain_sign(self) -> bool {
        self.sign
    }

    /// The contents of a SET OF INTEGER.
    fn read(set: &[u8]) -> Result<Self, CertificateFault> {
        let mut set = Der::new(set);
        let mut purposes = Self::default();
        while !set.is_empty() {
            match set.small_integer()? {
                2 => purposes.sign = true,
                _ => purposes.others = true,
            }
        }
        Ok(purposes)
    }
}

impl<'a> KeyDescription<'a> {
    /// Reads a certificate's extension, which must be there. Versions are not judged: the fields that are read have been
    /// the same from version 1 on.
    pub(super) fn of(certificate: &Certificate<'a>) -> Result<Self, CertificateFault> {
        let extension = certificate.extension(KEY_DESCRIPTION).ok_or(CertificateFault::FormatExtension)?;
        Self::read(extension.value()).map_err(|_| CertificateFault::FormatExtension)
    }

    fn read(value: &'a [u8]) -> Result<Self, CertificateFault> {
        let mut outer = Der::new(value);
        let mut from = outer.sequence()?;
        outer.end()?;
        let _attestation_version = from.small_integer()?;
        let attestation_security_level = integer(from.contents(Tag::Enumerated)?)?;
        let _keymaster_version = from.small_integer()?;
        let keymaster_security_level = integer(from.contents(Tag::Enumerated)?)?;
        let attestation_challenge = from.contents(Tag::OctetString)?;
        let _unique_id = from.contents(Tag::OctetString)?;
        let software_enforced = AuthorizationList::read(from.contents(Tag::Sequence)?)?;
        let tee_enforced = AuthorizationList::read(from.contents(Tag::Sequence)?)?;
        from.end()?;
        Ok(Self {
            attestation_security_level,
            keymaster_security_level,
            attestation_challenge,
            software_enforced,
            tee_enforced,
        })
    }

    /// Whether both the attestation and the key are of a trusted environment (1) or a StrongBox (2); 0 is software.
    pub(super) fn is_of_hardware(&self) -> bool {
        [self.attestation_security_level, self.keymaster_security_level].iter().all(|level| matches!(level, 1 | 2))
    }
}

impl AuthorizationList {
    /// The contents of the SEQUENCE. Every field is optional and has an EXPLICIT tag of its own; new ones come with
    /// every version, anywhere among the others, so that one that is not known is passed over.
    fn read(list: &[u8]) -> Result<Self, CertificateFault> {
        let mut from = Der::new(list);
        let (mut purpose, mut all_applications, mut origin) = (None, None, None);
        while !from.is_empty() {
            let field = from.any()?;
            let slot = match field.tag {
                tag if tag == explicit(PURPOSE) => &mut purpose,
                tag if tag == explicit(ALL_APPLICATIONS) => &mut all_applications,
                tag if tag == explicit(ORIGIN) => &mut origin,
                _ => continue,
            };
            // Were it there twice, one reader could take the first and another the last.
            if slot.replace(field.contents).is_some() {
                return Err(CertificateFault::Der);
            }
        }
        let purposes = match purpose {
            Some(field) => Purposes::read(only(field, Tag::Set)?)?,
            None => Purposes::default(),
        };
        let origin = origin.map(|field| only(field, Tag::Integer).and_then(integer)).transpose()?;
        Ok(Self { purposes, all_applications: all_applications.is_some(), origin })
    }
}

/// The contents of the one element that an EXPLICIT tag holds.
fn only(field: &[u8], tag: Tag) -> Result<&[u8], CertificateFault> {
    let mut from = Der::new(field);
    let contents = from.contents(tag)?;
    from.end()?;
    Ok(contents)
}
