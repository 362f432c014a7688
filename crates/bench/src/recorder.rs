//! A verifier that writes down what it is asked, so that the same checks can be made again without a ceremony.

use ceremony::error::KeyFault;
use ceremony::{KeyMaterial, RustCrypto, SignatureInvalid, SignatureScheme, SignatureVerifier};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// One call of the verifier, with everything it was given.
#[derive(Clone, Debug)]
pub struct Check {
    scheme: SignatureScheme,
    key: Key,
    /// `None` for a check of the key alone.
    signed: Option<(Vec<u8>, Vec<u8>)>,
}

#[derive(Clone, Debug)]
enum Key {
    Ec2(Vec<u8>, Vec<u8>),
    Okp(Vec<u8>),
    Rsa(Vec<u8>, Vec<u8>),
    Akp(Vec<u8>),
}

impl Key {
    /// `None` for a kind of key that this bench does not know yet.
    fn of(key: KeyMaterial<'_>) -> Option<Self> {
        Some(match key {
            KeyMaterial::Ec2 { x, y } => Self::Ec2(x.to_vec(), y.to_vec()),
            KeyMaterial::Okp { x } => Self::Okp(x.to_vec()),
            KeyMaterial::Rsa { n, e } => Self::Rsa(n.to_vec(), e.to_vec()),
            KeyMaterial::Akp { public } => Self::Akp(public.to_vec()),
            _ => return None,
        })
    }

    fn material(&self) -> KeyMaterial<'_> {
        match self {
            Self::Ec2(x, y) => KeyMaterial::Ec2 { x, y },
            Self::Okp(x) => KeyMaterial::Okp { x },
            Self::Rsa(n, e) => KeyMaterial::Rsa { n, e },
            Self::Akp(public) => KeyMaterial::Akp { public },
        }
    }
}

impl Check {
    /// Makes the check again on [`RustCrypto`], from the key's raw bytes.
    #[must_use]
    pub fn again(&self) -> bool {
        match &self.signed {
            Some((message, signature)) => {
                RustCrypto.verify(self.scheme, self.key.material(), &[message], signature).is_ok()
            }
            None => RustCrypto.check_key(self.scheme, self.key.material()).is_ok(),
        }
    }

    /// What was asked for.
    #[must_use]
    pub const fn scheme(&self) -> SignatureScheme {
        self.scheme
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> KeyMaterial<'_> {
        self.key.material()
    }

    /// Message and signature; `None` for a check of the key alone.
    #[must_use]
    pub fn signed(&self) -> Option<(&[u8], &[u8])> {
        self.signed.as_ref().map(|(message, signature)| (message.as_slice(), signature.as_slice()))
    }

    /// Whether it is a signature, not a key alone.
    #[must_use]
    pub const fn is_signature(&self) -> bool {
        self.signed.is_some()
    }
}

/// [`RustCrypto`], with a list of what it was asked while [`Recorder::during`] ran. At other times it notes nothing, so
/// that it may be measured.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Notes>);

#[derive(Debug, Default)]
struct Notes {
    open: AtomicBool,
    checks: Mutex<Vec<Check>>,
}

impl Recorder {
    /// Everything asked while `work` runs.
    pub fn during(&self, work: impl FnOnce()) -> Vec<Check> {
        self.0.open.store(true, Ordering::Relaxed);
        work();
        self.0.open.store(false, Ordering::Relaxed);
        std::mem::take(&mut *self.0.checks.lock().expect("nobody panics with the list in hand"))
    }

    fn note(&self, check: impl FnOnce() -> Option<Check>) {
        if self.0.open.load(Ordering::Relaxed) {
            self.0.checks.lock().expect("nobody panics with the list in hand").extend(check());
        }
    }
}

impl SignatureVerifier for Recorder {
    fn supports(&self, scheme: SignatureScheme) -> bool {
        RustCrypto.supports(scheme)
    }

    fn check_key(&self, scheme: SignatureScheme, key: KeyMaterial<'_>) -> Result<(), KeyFault> {
        self.note(|| Some(Check { scheme, key: Key::of(key)?, signed: None }));
        RustCrypto.check_key(scheme, key)
    }

    fn verify(
        &self,
        scheme: SignatureScheme,
        key: KeyMaterial<'_>,
        message: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), SignatureInvalid> {
        let signed = || Some((message.concat(), signature.to_vec()));
        self.note(|| Some(Check { scheme, key: Key::of(key)?, signed: signed() }));
        RustCrypto.verify(scheme, key, message, signature)
    }
}
