//! Which cryptography the signatures are verified with.

use crate::failure::Failure;
use ceremony::{RustCrypto, SignatureVerifier};
use std::sync::Arc;

/// The verifiers by name. All can be asked for in every build, so that what is missing is told by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Verifier {
    /// The RustCrypto crates
    #[default]
    #[value(name = "rustcrypto")]
    RustCrypto,
    /// graviola, where this program was built with its feature `graviola`
    Graviola,
    /// AWS-LC, where this program was built with its feature `aws-lc`
    AwsLc,
}

impl Verifier {
    /// The verifier itself.
    pub(super) fn load(self) -> Result<Arc<dyn SignatureVerifier>, Failure> {
        match self {
            Self::RustCrypto => Ok(Arc::new(RustCrypto)),
            #[cfg(feature = "graviola")]
            Self::Graviola => match ceremony_graviola::Graviola::new() {
                Some(verifier) => Ok(Arc::new(verifier)),
                None => Err(Failure::Unavailable(
                    "this processor lacks the instructions of the verifier `graviola`".to_owned(),
                )),
            },
            #[cfg(feature = "aws-lc")]
            Self::AwsLc => Ok(Arc::new(ceremony_aws_lc::AwsLc)),
            #[cfg(not(feature = "graviola"))]
            Self::Graviola => Err(not_built("graviola")),
            #[cfg(not(feature = "aws-lc"))]
            Self::AwsLc => Err(not_built("aws-lc")),
        }
    }
}

/// The features have the verifiers' names.
#[cfg(not(all(feature = "graviola", feature = "aws-lc")))]
fn not_built(name: &str) -> Failure {
    Failure::Unavailable(format!(
        "this program was built without the verifier `{name}`: build it with `--features {name}`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_loads_its_own() {
        for (name, is_built, debug) in [
            (Verifier::RustCrypto, true, "RustCrypto"),
            (Verifier::Graviola, cfg!(feature = "graviola"), "Graviola(())"),
            (Verifier::AwsLc, cfg!(feature = "aws-lc"), "AwsLc"),
        ] {
            let loaded = name.load();
            assert_eq!(loaded.is_ok(), is_built, "{name:?}");
            if let Ok(verifier) = loaded {
                assert_eq!(format!("{verifier:?}"), debug);
            }
        }
    }
}
