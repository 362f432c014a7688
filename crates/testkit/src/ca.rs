//! A certification authority for tests: a root, and one authority below it that issues leaves.

use data_encoding::BASE64;

use crate::{
    algorithm::{Algorithm, PrivateKey},
    certificate::{CertificateSpec, attribute, basic_constraints, extension, key_usage},
    der,
    stream::Stream,
};
use std::{fmt, sync::Arc};

/// A root and an intermediate authority, both with keys on P-256. Everything follows from the seed.
#[derive(Clone)]
pub struct TestCa {
    root: Authority,
    intermediate: Authority,
}

/// One authority.
#[derive(Clone)]
struct Authority {
    name: Vec<u8>,
    key: Arc<dyn PrivateKey>,
    certificate: Vec<u8>,
    spec: CertificateSpec,
}

impl fmt::Debug for TestCa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestCa").finish_non_exhaustive()
    }
}

impl TestCa {
    /// The authorities of a seed.
    #[must_use]
    pub fn new(seed: impl AsRef<[u8]>) -> Self {
        let stream = Stream::new(seed.as_ref());
        let root_key = Algorithm::Es256.key(&stream, 0);
        let root_spec = authority(&stream, "Test Root", &*root_key, None);
        let root_name = root_spec.subject_der();
        let root = Authority {
            certificate: root_spec.sign(&root_name, &*root_key),
            name: root_name,
            key: root_key,
            spec: root_spec,
        };
        let key = Algorithm::Es256.key(&stream, 1);
        let spec = authority(&stream, "Test Authority", &*key, Some(0));
        let intermediate =
            Authority { certificate: spec.sign(&root.name, &*root.key), name: spec.subject_der(), key, spec };
        Self { root, intermediate }
    }

    /// The root's certificate in DER: the trust anchor.
    #[must_use]
    pub fn root_der(&self) -> &[u8] {
        &self.root.certificate
    }

    /// The root's certificate in PEM.
    #[must_use]
    pub fn root_pem(&self) -> String {
        pem(&self.root.certificate)
    }

    /// The certificate of the authority that issues leaves, in DER.
    #[must_use]
    pub fn intermediate_der(&self) -> &[u8] {
        &self.intermediate.certificate
    }

    /// A chain for a leaf: the leaf, and the authority that issued it.
    #[must_use]
    pub fn chain(&self, leaf: &CertificateSpec) -> Vec<Vec<u8>> {
        vec![leaf.sign(&self.intermediate.name, &*self.intermediate.key), self.intermediate.certificate.clone()]
    }

    /// A chain under an authority that differs from the honest one in what `change` does to it.
    #[must_use]
    pub fn chain_under(&self, leaf: &CertificateSpec, change: impl FnOnce(&mut CertificateSpec)) -> Vec<Vec<u8>> {
        let mut spec = self.intermediate.spec.clone();
        change(&mut spec);
        let certificate = spec.sign(&self.root.name, &*self.root.key);
        vec![leaf.sign(&spec.subject_der(), &*self.intermediate.key), certificate]
    }

    /// A leaf that the root issued itself.
    #[must_use]
    pub fn issued_by_root(&self, leaf: &CertificateSpec) -> Vec<u8> {
        leaf.sign(&self.root.name, &*self.root.key)
    }

    /// The leaf, issued with `key` by `middle`, which the authority issued and which is none itself.
    pub(crate) fn chain_through(
        &self,
        leaf: &CertificateSpec,
        middle: &CertificateSpec,
        key: &dyn PrivateKey,
    ) -> Vec<Vec<u8>> {
        let mut chain = vec![leaf.sign(&middle.subject_der(), key)];
        chain.extend(self.chain(middle));
        chain
    }
}

fn authority(stream: &Stream, name: &str, key: &dyn PrivateKey, path_len: Option<u32>) -> CertificateSpec {
    let mut spec = CertificateSpec::new(stream.draw(&format!("serial of {name}"), 16), key.spki());
    spec.push_name(attribute::COMMON_NAME, der::utf8(name));
    spec.push_name(attribute::ORGANIZATION, der::utf8("Ceremony"));
    spec.push_name(attribute::ORGANIZATIONAL_UNIT, der::utf8("Authenticator Attestation CA"));
    spec.push_name(attribute::COUNTRY, der::printable("SE"));
    spec.push_extension(extension::BASIC_CONSTRAINTS, true, basic_constraints(true, path_len));
    spec.push_extension(extension::KEY_USAGE, true, key_usage(true));
    spec
}

/// A certificate in PEM.
#[must_use]
pub fn pem(der: &[u8]) -> String {
    let base64 = BASE64.encode(der);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64 is ASCII")).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
