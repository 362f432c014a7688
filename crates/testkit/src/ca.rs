//! A certification authority for tests.

use std::sync::{Arc, OnceLock};

use data_encoding::BASE64;

use crate::{
    algorithm::Algorithm,
    certificate::{CertificateKey, CertificateSpec, Extension, KeyUsage, Name},
    stream::Stream,
};

/// A root and the intermediates under it, all from one seed: the same seed gives the same bytes.
///
/// The default one, `TestCa::default()`, is that of every authenticator which was given no other.
#[derive(Clone, Debug)]
pub struct TestCa {
    /// The root first.
    issuers: Arc<[Issuer]>,
    stream: Stream,
}

#[derive(Debug)]
struct Issuer {
    spec: CertificateSpec,
    key: CertificateKey,
    der: Vec<u8>,
}

/// How a [`TestCa`] is to be.
#[derive(Clone, Debug)]
#[must_use]
pub struct TestCaBuilder {
    stream: Stream,
    algorithm: Algorithm,
    intermediates: usize,
    validity: Option<(i64, i64)>,
    name: String,
}

impl TestCaBuilder {
    /// Sets the algorithm of the keys; without it they are ES256.
    ///
    /// With RSA there are two keys only, so that the root and the second intermediate share one.
    pub const fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Sets how many intermediates stand between the root and a leaf; without it there is one.
    pub const fn intermediates(mut self, intermediates: usize) -> Self {
        self.intermediates = intermediates;
        self
    }

    /// Sets the validity of root and intermediates, in seconds since 1970; without it they are valid from 2020 to 2119.
    pub const fn validity(mut self, not_before: i64, not_after: i64) -> Self {
        self.validity = Some((not_before, not_after));
        self
    }

    /// Sets what the common names begin with; without it they begin with `Test CA`.
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The authority.
    #[must_use]
    pub fn build(self) -> TestCa {
        let mut issuers: Vec<Issuer> = Vec::new();
        for index in 0..=self.intermediates {
            let key = CertificateKey::numbered(&self.stream, index, self.algorithm);
            let subject = match index {
                0 => Name::authority(&format!("{} Root", self.name)),
                _ => Name::authority(&format!("{} Intermediate {index}", self.name)),
            };
            let above = issuers.last();
            let (issuer, issuer_key) = above.map_or_else(
                || (subject.clone(), key.clone()),
                |above| (above.spec.subject.clone(), above.key.clone()),
            );
            let mut spec = CertificateSpec::new(subject, key.spki(), issuer, issuer_key);
            spec.serial = serial(&self.stream, &format!("issuer serial {index}"));
            spec.set_extension(Extension::basic_constraints(true, None));
            spec.set_extension(Extension::key_usage(&[KeyUsage::KeyCertSign, KeyUsage::CrlSign]));
            spec.set_extension(Extension::subject_key_identifier(&key.key_identifier()));
            if let Some(above) = above {
                spec.set_extension(Extension::authority_key_identifier(&above.key.key_identifier()));
            }
            if let Some((not_before, not_after)) = self.validity {
                (spec.not_before, spec.not_after) = (not_before, not_after);
            }
            issuers.push(Issuer { der: spec.encode(), spec, key });
        }
        TestCa { issuers: issuers.into(), stream: self.stream }
    }
}

impl TestCa {
    /// The serial number of the leaf that [`Fault::LeafRevoked`](crate::Fault::LeafRevoked) and
    /// [`Fault::AndroidRevoked`](crate::Fault::AndroidRevoked) send, for the relying party's list of revoked ones.
    pub const REVOKED_SERIAL: [u8; 16] = *b"Revoked serial 1";

    /// An authority with ES256 keys, a root and one intermediate.
    #[must_use]
    pub fn new(seed: impl AsRef<[u8]>) -> Self {
        Self::builder(seed).build()
    }

    /// An authority of any other make.
    pub fn builder(seed: impl AsRef<[u8]>) -> TestCaBuilder {
        TestCaBuilder {
            stream: Stream::new(seed.as_ref()),
            algorithm: Algorithm::Es256,
            intermediates: 1,
            validity: None,
            name: "Test CA".to_owned(),
        }
    }

    /// The root certificate in DER, for use as a trust anchor.
    #[must_use]
    pub fn root_der(&self) -> &[u8] {
        &self.issuers[0].der
    }

    /// The root certificate in PEM.
    #[must_use]
    pub fn root_pem(&self) -> String {
        pem(self.root_der())
    }

    /// The intermediates in DER, the one that issues leaves first.
    #[must_use]
    pub fn intermediates_der(&self) -> Vec<Vec<u8>> {
        self.issuers[1..].iter().rev().map(|issuer| issuer.der.clone()).collect()
    }

    /// The root's own certificate before it was signed.
    #[must_use]
    pub fn root_spec(&self) -> &CertificateSpec {
        &self.issuers[0].spec
    }

    /// A leaf that the lowest issuer is to sign: version 3, CA false, for signatures, with both key identifiers.
    #[must_use]
    pub fn leaf(&self, subject: Name, key: &CertificateKey) -> CertificateSpec {
        self.leaf_of(self.issuers.len() - 1, subject, key)
    }

    /// As [`TestCa::leaf`], but signed by the root itself, for formats that carry one certificate only.
    #[must_use]
    pub fn leaf_of_root(&self, subject: Name, key: &CertificateKey) -> CertificateSpec {
        self.leaf_of(0, subject, key)
    }

    fn leaf_of(&self, index: usize, subject: Name, key: &CertificateKey) -> CertificateSpec {
        let issuer = &self.issuers[index];
        let mut spec = CertificateSpec::new(subject, key.spki(), issuer.spec.subject.clone(), issuer.key.clone());
        spec.serial = serial(&self.stream, "leaf serial");
        spec.set_extension(Extension::basic_constraints(false, None));
        spec.set_extension(Extension::key_usage(&[KeyUsage::DigitalSignature]));
        spec.set_extension(Extension::subject_key_identifier(&key.key_identifier()));
        spec.set_extension(Extension::authority_key_identifier(&issuer.key.key_identifier()));
        spec
    }

    /// The specs of the intermediates, the one that issues leaves first.
    pub(crate) fn intermediate_specs(&self) -> Vec<CertificateSpec> {
        self.issuers[1..].iter().rev().map(|issuer| issuer.spec.clone()).collect()
    }

    /// The certificate of an intermediate's spec: the one at hand unless the spec was changed.
    pub(crate) fn encode_issuer(&self, spec: &CertificateSpec) -> Vec<u8> {
        // What is signed tells every change but those of the signature itself.
        let held = self.issuers.iter().find(|issuer| {
            let same_signer = issuer.spec.issuer_key.spki() == spec.issuer_key.spki() && issuer.spec.sha1 == spec.sha1;
            same_signer && issuer.spec.to_be_signed() == spec.to_be_signed()
        });
        held.map_or_else(|| spec.encode(), |issuer| issuer.der.clone())
    }

    /// A key of the same algorithm that is none of the issuers', and not `in_place_of`.
    pub(crate) fn strange_key(&self, in_place_of: &CertificateKey) -> CertificateKey {
        let stream = Stream::new(b"a key that nobody certified");
        let key = |index| CertificateKey::numbered(&stream, index, in_place_of.algorithm());
        if key(0).spki() == in_place_of.spki() { key(1) } else { key(0) }
    }
}

impl Default for TestCa {
    fn default() -> Self {
        static DEFAULT: OnceLock<TestCa> = OnceLock::new();
        DEFAULT.get_or_init(|| Self::new("the test authority of every authenticator")).clone()
    }
}

/// A positive number of 16 bytes.
fn serial(stream: &Stream, label: &str) -> Vec<u8> {
    let mut serial = stream.draw(label, 16);
    serial[0] = 0x40 | (serial[0] & 0x3f);
    serial
}

fn pem(der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap_or("")).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
