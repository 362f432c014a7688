//! The list of faults.

mod attestation;
mod certificate;
mod key;
mod response;

use attestation::attestation_rows;
use certificate::certificate_rows;
use key::key_rows;
use response::response_rows;

use super::Row;
use crate::{
    algorithm::Algorithm::{
        self, Ed448, Ed25519, EdDsa, Es256, Es256k, Es384, Es512, Esp256, Esp384, Esp512, MlDsa44, MlDsa65, MlDsa87,
        Ps256, Ps384, Ps512, Rs1, Rs256, Rs384, Rs512,
    },
    attestation::Attestation::{self, AndroidKey, Apple, Compound, FidoU2f, Packed, PackedSelf, SafetyNet, Tpm},
    stage::Ceremony::{self, Authentication, Registration},
};

const EC2: &[Algorithm] = &[Es256, Es384, Es512, Es256k, Esp256, Esp384, Esp512];
/// ECDSA whose r and s have 32 bytes.
const ECDSA_256: &[Algorithm] = &[Es256, Es256k, Esp256];
const ED25519: &[Algorithm] = &[EdDsa, Ed25519];
const RSA: &[Algorithm] = &[Rs256, Rs384, Rs512, Ps256, Ps384, Ps512, Rs1];
const PKCS1: &[Algorithm] = &[Rs256, Rs384, Rs512, Rs1];
const PSS: &[Algorithm] = &[Ps256, Ps384, Ps512];
const ML_DSA: &[Algorithm] = &[MlDsa44, MlDsa65, MlDsa87];
const NOT_ML_DSA: &[Algorithm] = &[
    Es256, EdDsa, Rs256, Es384, Es512, Es256k, Esp256, Esp384, Esp512, Ed25519, Ed448, Rs384, Rs512, Ps256, Ps384,
    Ps512, Rs1,
];

const fn both(id: &'static str) -> Row {
    Row::new(id, &[Registration, Authentication])
}

const fn reg(id: &'static str) -> Row {
    Row::new(id, &[Registration])
}

const fn auth(id: &'static str) -> Row {
    Row::new(id, &[Authentication])
}

const fn packed(id: &'static str) -> Row {
    reg(id).attested(&[PackedSelf, Packed])
}

const fn p_self(id: &'static str) -> Row {
    reg(id).attested(&[PackedSelf])
}

const fn p_x5c(id: &'static str) -> Row {
    reg(id).attested(&[Packed])
}

const fn tpm(id: &'static str) -> Row {
    reg(id).attested(&[Tpm])
}

const fn android(id: &'static str) -> Row {
    reg(id).attested(&[AndroidKey])
}

const fn apple(id: &'static str) -> Row {
    reg(id).attested(&[Apple])
}

const fn u2f(id: &'static str) -> Row {
    reg(id).attested(&[FidoU2f])
}

const fn compound(id: &'static str) -> Row {
    reg(id).attested(&[Compound])
}

const fn safetynet(id: &'static str) -> Row {
    reg(id).attested(&[SafetyNet])
}

/// Statements with certificates in `x5c`.
const fn certified(id: &'static str) -> Row {
    reg(id).attested(&[Packed, Tpm, AndroidKey, Apple, FidoU2f])
}

/// Statements with intermediates in `x5c`.
const fn chained(id: &'static str) -> Row {
    reg(id).attested(&[Packed, Tpm, AndroidKey, Apple])
}

macro_rules! catalogue {
    (; $($(#[$attribute:meta])* $variant:ident = $row:expr, $text:literal;)*) => {
        /// One thing wrong in an otherwise honest response.
        ///
        /// Whatever the fault changes before signing is signed as changed, so that only the named check can find it;
        /// [`Fault::keeps_signature`] tells. Several faults may share a catalogue id: they are forms of one case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Fault {
            $($(#[$attribute])* #[doc = $text] $variant,)*
        }

        impl Fault {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            const fn row(self) -> Row {
                match self {
                    $(Self::$variant => $row,)*
                }
            }

            /// What is wrong, in a few words.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// The fault's name in this crate.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                }
            }
        }
    };
}

response_rows! { key_rows, attestation_rows, certificate_rows, catalogue; }

impl Fault {
    /// Every fault.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        Self::ALL
    }

    /// The id in the catalogue of negative cases, such as `neg-C16`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.row().id
    }

    /// The ceremonies that the fault exists for.
    #[must_use]
    pub const fn ceremonies(self) -> &'static [Ceremony] {
        self.row().ceremonies
    }

    /// The algorithms that the fault exists for.
    #[must_use]
    pub const fn algorithms(self) -> &'static [Algorithm] {
        self.row().algorithms
    }

    /// Whether the fault exists for this ceremony, algorithm and attestation. Some need more, as their description says.
    #[must_use]
    pub fn applies_to(self, ceremony: Ceremony, algorithm: Algorithm, attestation: Attestation) -> bool {
        self.row().applies_to(ceremony, algorithm, attestation)
    }

    /// Whether the signature, where there is one, still verifies over what is sent.
    #[must_use]
    pub const fn keeps_signature(self) -> bool {
        self.row().keeps_signature
    }

    /// Whether a correct relying party may accept the response, depending on its policy, its options or what it stored.
    ///
    /// Every other fault must be rejected.
    #[must_use]
    pub const fn is_judged_by_policy(self) -> bool {
        self.row().by_policy || self.is_judged_by_trust()
    }

    /// Whether only the chain of certificates shows the fault: a relying party that requires a chain to the root of
    /// the authenticator's [`TestCa`](crate::TestCa) must reject it, one that asks for no trusted attestation need not.
    #[must_use]
    pub const fn is_judged_by_trust(self) -> bool {
        self.row().by_trust
    }
}
