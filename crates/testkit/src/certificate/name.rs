//! Distinguished names.

use crate::der;

/// A distinguished name: relative distinguished names, each a list of attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Name {
    /// The relative distinguished names in the order of writing. One with several attributes becomes a sorted SET OF.
    pub rdns: Vec<Vec<Attribute>>,
}

/// An attribute of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attribute {
    /// The type, an object identifier in dotted form.
    pub oid: String,
    /// The value, one encoded element.
    pub value: Vec<u8>,
}

impl Name {
    /// countryName.
    pub const COUNTRY: &'static str = "2.5.4.6";
    /// organizationName.
    pub const ORGANIZATION: &'static str = "2.5.4.10";
    /// organizationalUnitName.
    pub const ORGANIZATIONAL_UNIT: &'static str = "2.5.4.11";
    /// commonName.
    pub const COMMON_NAME: &'static str = "2.5.4.3";

    /// The empty name.
    #[must_use]
    pub const fn empty() -> Self {
        Self { rdns: Vec::new() }
    }

    /// The name that §8.2.1 wants of an attestation certificate: C, O, OU and CN.
    #[must_use]
    pub fn attestation(common_name: &str) -> Self {
        Self::empty()
            .with(Self::COUNTRY, der::printable_string("SE"))
            .with(Self::ORGANIZATION, der::utf8_string("Ceremony"))
            .with(Self::ORGANIZATIONAL_UNIT, der::utf8_string("Authenticator Attestation"))
            .with(Self::COMMON_NAME, der::utf8_string(common_name))
    }

    /// The name of an issuer of this crate.
    #[must_use]
    pub fn authority(common_name: &str) -> Self {
        Self::empty()
            .with(Self::COUNTRY, der::printable_string("SE"))
            .with(Self::ORGANIZATION, der::utf8_string("Ceremony"))
            .with(Self::COMMON_NAME, der::utf8_string(common_name))
    }

    /// Adds a relative distinguished name of one attribute.
    #[must_use]
    pub fn with(mut self, oid: &str, value: Vec<u8>) -> Self {
        self.rdns.push(vec![Attribute::new(oid, value)]);
        self
    }

    /// Sets the first attribute of this type in place, or adds it in a name of its own.
    pub fn set(&mut self, oid: &str, value: Vec<u8>) {
        match self.rdns.iter_mut().flatten().find(|attribute| attribute.oid == oid) {
            Some(attribute) => attribute.value = value,
            None => self.rdns.push(vec![Attribute::new(oid, value)]),
        }
    }

    /// Takes out every attribute of this type.
    pub fn remove(&mut self, oid: &str) {
        for rdn in &mut self.rdns {
            rdn.retain(|attribute| attribute.oid != oid);
        }
        self.rdns.retain(|rdn| !rdn.is_empty());
    }

    /// Puts every attribute into one relative distinguished name.
    pub fn join(&mut self) {
        self.rdns = vec![std::mem::take(&mut self.rdns).into_iter().flatten().collect()];
    }

    /// The Name in DER.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let rdns: Vec<_> =
            self.rdns.iter().map(|rdn| der::set_of(rdn.iter().map(Attribute::encode).collect())).collect();
        der::sequence(&rdns)
    }
}

impl Attribute {
    /// An attribute of this type, with an encoded value.
    #[must_use]
    pub fn new(oid: &str, value: Vec<u8>) -> Self {
        Self { oid: oid.to_owned(), value }
    }

    fn encode(&self) -> Vec<u8> {
        der::sequence(&[der::oid(&self.oid), self.value.clone()])
    }
}
