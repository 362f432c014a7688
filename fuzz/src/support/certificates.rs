//! Changes of certificates before they are signed.

use super::edit::Edit;
use arbitrary::Arbitrary;
use ceremony_testkit::{Algorithm, CertificateKey, CertificateSpec, Extension, KeyUsage, Name, der};

/// A change of a certificate; it is signed as changed.
#[derive(Arbitrary, Clone, Debug)]
pub enum CertificateEdit {
    /// Its version.
    Version(u8),
    /// Its serial number.
    Serial(Vec<u8>),
    /// From when it is valid, in seconds from the scene's time.
    NotBefore(i32),
    /// Until when it is valid, in seconds from the scene's time.
    NotAfter(i32),
    /// The subject's name.
    Subject(NameEdit),
    /// The issuer's name.
    Issuer(NameEdit),
    /// The key's bytes.
    Key(Edit),
    /// Another key that signs.
    Signer(u8),
    /// What the signature is said to be made with.
    Algorithm(Vec<u8>),
    /// SHA-1.
    Sha1(bool),
    /// An extension, in place of the one of its type.
    Set(ExtensionEdit),
    /// An extension, whether or not there is one of its type.
    Push(ExtensionEdit),
    /// One extension less.
    Remove(u8),
    /// The value of the extension of this number.
    Value(u8, Edit),
    /// Whether the extension of this number is critical.
    Critical(u8, bool),
}

/// A change of a name.
#[derive(Arbitrary, Clone, Debug)]
pub enum NameEdit {
    /// No attribute.
    Empty,
    /// That of an authority.
    Authority(u8),
    /// That of attestation certificates.
    Attestation(u8),
    /// One attribute.
    Attribute(u8, Vec<u8>),
    /// One attribute of a string type.
    Text(u8, String),
    /// One attribute less.
    Remove(u8),
    /// All in one relative distinguished name.
    Join,
}

/// An extension.
#[derive(Arbitrary, Clone, Debug)]
pub enum ExtensionEdit {
    /// basicConstraints.
    BasicConstraints(bool, Option<u8>),
    /// keyUsage.
    KeyUsage(u8),
    /// extKeyUsage.
    ExtendedKeyUsage(Vec<u8>),
    /// subjectAltName with a name.
    DirectoryName(NameEdit, bool),
    /// subjectAltName with a host.
    Host(u8),
    /// The AAGUID of FIDO certificates.
    Aaguid(Vec<u8>),
    /// Any other of those that somebody looks for.
    Raw(u8, bool, Vec<u8>),
}

const OIDS: [&str; 18] = [
    Extension::BASIC_CONSTRAINTS,
    Extension::KEY_USAGE,
    Extension::EXTENDED_KEY_USAGE,
    Extension::SUBJECT_ALT_NAME,
    Extension::SUBJECT_KEY_IDENTIFIER,
    Extension::AUTHORITY_KEY_IDENTIFIER,
    Extension::AAGUID,
    Extension::FIDO_SERIAL,
    Extension::FIDO_FIRMWARE,
    Extension::KEY_DESCRIPTION,
    Extension::APPLE_NONCE,
    // certificatePolicies, policyMappings, nameConstraints, policyConstraints, inhibitAnyPolicy, and one that nobody knows
    "2.5.29.32",
    "2.5.29.33",
    "2.5.29.30",
    "2.5.29.36",
    "2.5.29.54",
    "1.3.6.1.4.1.311.21.8",
    "1.3.6.1.4.1.99999.1",
];

const ATTRIBUTES: [&str; 8] = [
    Name::COUNTRY,
    Name::ORGANIZATION,
    Name::ORGANIZATIONAL_UNIT,
    Name::COMMON_NAME,
    // tcg-at-tpmManufacturer, -Model, -Version, and one that nobody knows
    "2.23.133.2.1",
    "2.23.133.2.2",
    "2.23.133.2.3",
    "1.3.6.1.4.1.99999.2",
];

const PURPOSES: [&str; 5] =
    ["2.23.133.8.3", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0", "1.3.6.1.4.1.99999.3"];

/// The algorithms of the keys that certificates are signed with here: most are of the one that signs most quickly.
const ALGORITHMS: [Algorithm; 8] = [
    Algorithm::EdDsa,
    Algorithm::EdDsa,
    Algorithm::EdDsa,
    Algorithm::EdDsa,
    Algorithm::Es256,
    Algorithm::EdDsa,
    Algorithm::Es384,
    Algorithm::Rs256,
];

fn pick<T: Copy>(list: &[T], at: u8) -> T {
    list[usize::from(at) % list.len()]
}

/// One of a few keys, the same for the same number.
pub fn key(number: u8) -> CertificateKey {
    thread_local! {
        static KEYS: Vec<CertificateKey> =
            (0..16_u8).map(|at| CertificateKey::new([at], pick(&ALGORITHMS, at))).collect();
    }
    KEYS.with(|keys| keys[usize::from(number) % keys.len()].clone())
}

impl NameEdit {
    fn apply(&self, name: &mut Name) {
        match self {
            Self::Empty => *name = Name::empty(),
            Self::Authority(number) => *name = Name::authority(&number.to_string()),
            Self::Attestation(number) => *name = Name::attestation(&number.to_string()),
            Self::Attribute(oid, value) => name.set(pick(&ATTRIBUTES, *oid), value.clone()),
            Self::Text(oid, text) => name.set(pick(&ATTRIBUTES, *oid), der::utf8_string(text)),
            Self::Remove(oid) => name.remove(pick(&ATTRIBUTES, *oid)),
            Self::Join => name.join(),
        }
    }
}

impl ExtensionEdit {
    fn make(&self) -> Extension {
        match self {
            Self::BasicConstraints(ca, len) => Extension::basic_constraints(*ca, *len),
            Self::KeyUsage(bits) => {
                let all =
                    [KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment, KeyUsage::KeyCertSign, KeyUsage::CrlSign];
                let set: Vec<_> = all.into_iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).collect();
                Extension::key_usage(&set.into_iter().map(|(_, usage)| usage).collect::<Vec<_>>())
            }
            Self::ExtendedKeyUsage(purposes) => {
                let purposes: Vec<_> = purposes.iter().take(8).map(|at| pick(&PURPOSES, *at)).collect();
                Extension::extended_key_usage(&purposes)
            }
            Self::DirectoryName(edit, critical) => {
                let mut name = Name::empty()
                    .with(ATTRIBUTES[4], der::utf8_string("id:FFFFF1D0"))
                    .with(ATTRIBUTES[5], der::utf8_string("model"))
                    .with(ATTRIBUTES[6], der::utf8_string("id:01"));
                edit.apply(&mut name);
                Extension::directory_name(&name, *critical)
            }
            Self::Host(which) => Extension::dns_name(pick(&["attest.android.com", "example.com", "*.com", ""], *which)),
            Self::Aaguid(aaguid) => Extension::aaguid(aaguid),
            Self::Raw(oid, critical, value) => Extension::new(pick(&OIDS, *oid), *critical, value.clone()),
        }
    }
}

impl CertificateEdit {
    /// Makes the change.
    pub fn apply(&self, spec: &mut CertificateSpec) {
        let now = 1_795_000_000;
        let count = spec.extensions.len();
        let at = |number: &u8| usize::from(*number).checked_rem(count);
        match self {
            Self::Version(version) => spec.version = *version,
            Self::Serial(serial) => spec.serial.clone_from(serial),
            Self::NotBefore(seconds) => spec.not_before = now + i64::from(*seconds),
            Self::NotAfter(seconds) => spec.not_after = now + i64::from(*seconds),
            Self::Subject(edit) => edit.apply(&mut spec.subject),
            Self::Issuer(edit) => edit.apply(&mut spec.issuer),
            Self::Key(edit) => edit.apply(&mut spec.public_key),
            Self::Signer(number) => spec.issuer_key = key(*number),
            Self::Algorithm(identifier) => spec.signature_algorithm = Some(identifier.clone()),
            Self::Sha1(on) => spec.sha1 = *on,
            Self::Set(extension) => spec.set_extension(extension.make()),
            Self::Push(extension) => spec.extensions.push(extension.make()),
            Self::Remove(number) => {
                at(number).map(|at| spec.extensions.remove(at));
            }
            Self::Value(number, edit) => {
                if let Some(at) = at(number) {
                    edit.apply(&mut spec.extensions[at].value);
                }
            }
            Self::Critical(number, critical) => {
                if let Some(at) = at(number) {
                    spec.extensions[at].critical = *critical;
                }
            }
        }
    }
}
