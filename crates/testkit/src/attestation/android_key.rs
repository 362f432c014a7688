//! Format `android-key` (§8.4).

use super::{Made, Making, certificates};
use crate::{
    cbor::Cbor,
    certificate::{Extension, Name},
    der,
    stage::{Edit, Stage},
};

pub(super) fn make(making: &Making<'_>, edit: &mut dyn Edit) -> Made {
    let mut description = KeyDescription::new(making.client_data_hash);
    edit.edit(making.cx, Stage::KeyDescription(&mut description));
    let subject = Name::empty().with(Name::COMMON_NAME, der::utf8_string("Android Keystore Key"));
    let mut leaf = making.ca().leaf(subject, &making.credential_key);
    leaf.set_extension(Extension::new(Extension::KEY_DESCRIPTION, false, description.encode()));
    let x5c = making.x5c(leaf, edit);
    let signed = making.sign(&making.credential_key, making.message(), edit);
    let statement = Cbor::Map(vec![
        (Cbor::from("alg"), Cbor::Int(signed.key.algorithm().cose_id())),
        (Cbor::from("sig"), Cbor::from(signed.signature.as_slice())),
        (Cbor::from("x5c"), certificates(x5c)),
    ]);
    Made { statement, signed: vec![signed] }
}

/// Android's KeyDescription before it becomes bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyDescription {
    /// The version of the structure.
    pub attestation_version: u32,
    /// 0 software, 1 trusted environment, 2 StrongBox.
    pub attestation_security_level: u8,
    /// The version of the keystore.
    pub keymint_version: u32,
    /// 0 software, 1 trusted environment, 2 StrongBox.
    pub keymint_security_level: u8,
    /// The challenge: the hash of the client data.
    pub attestation_challenge: Vec<u8>,
    /// Empty unless the device was asked for more.
    pub unique_id: Vec<u8>,
    /// What the operating system vouches for.
    pub software_enforced: AuthorizationList,
    /// What the trusted environment vouches for.
    pub hardware_enforced: AuthorizationList,
}

/// A list of authorizations, each an encoded element under a tag number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizationList {
    /// Tag numbers and values in the order of writing.
    pub entries: Vec<(u32, Vec<u8>)>,
}

impl KeyDescription {
    fn new(client_data_hash: &[u8]) -> Self {
        let mut software = AuthorizationList::default();
        software.set(AuthorizationList::CREATION_DATE_TIME, der::integer(1_795_000_000_000));
        let mut hardware = AuthorizationList::default();
        hardware.set(AuthorizationList::PURPOSE, der::set_of(vec![der::integer(2)]));
        hardware.set(AuthorizationList::DIGEST, der::set_of(vec![der::integer(4)]));
        hardware.set(AuthorizationList::NO_AUTH_REQUIRED, der::null());
        hardware.set(AuthorizationList::ORIGIN, der::integer(0));
        hardware.set(AuthorizationList::OS_VERSION, der::integer(160_000));
        Self {
            attestation_version: 300,
            attestation_security_level: 1,
            keymint_version: 300,
            keymint_security_level: 1,
            attestation_challenge: client_data_hash.to_vec(),
            unique_id: Vec::new(),
            software_enforced: software,
            hardware_enforced: hardware,
        }
    }

    /// The value of the extension.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        der::sequence(&[
            der::integer(u64::from(self.attestation_version)),
            der::enumerated(self.attestation_security_level),
            der::integer(u64::from(self.keymint_version)),
            der::enumerated(self.keymint_security_level),
            der::octet_string(&self.attestation_challenge),
            der::octet_string(&self.unique_id),
            self.software_enforced.encode(),
            self.hardware_enforced.encode(),
        ])
    }
}

impl AuthorizationList {
    /// What the key is for, a SET OF INTEGER; 2 is signing.
    pub const PURPOSE: u32 = 1;
    /// The hashes, a SET OF INTEGER; 4 is SHA-256.
    pub const DIGEST: u32 = 5;
    /// The key needs no user.
    pub const NO_AUTH_REQUIRED: u32 = 503;
    /// Every application may use the key.
    pub const ALL_APPLICATIONS: u32 = 600;
    /// When the key was made.
    pub const CREATION_DATE_TIME: u32 = 701;
    /// Where the key comes from, an INTEGER; 0 is made by the keystore, 2 imported.
    pub const ORIGIN: u32 = 702;
    /// The version of the operating system.
    pub const OS_VERSION: u32 = 705;

    /// Sets an authorization; a new one takes its place in the order of tags.
    pub fn set(&mut self, tag: u32, value: Vec<u8>) {
        match self.entries.iter().position(|(held, _)| *held >= tag) {
            Some(index) if self.entries[index].0 == tag => self.entries[index].1 = value,
            Some(index) => self.entries.insert(index, (tag, value)),
            None => self.entries.push((tag, value)),
        }
    }

    /// Takes an authorization out.
    pub fn remove(&mut self, tag: u32) {
        self.entries.retain(|(held, _)| *held != tag);
    }

    fn encode(&self) -> Vec<u8> {
        let entries: Vec<_> = self.entries.iter().map(|(tag, value)| der::explicit(*tag, value)).collect();
        der::sequence(&entries)
    }
}
