//! What is wrong with a credential public key.

use core::fmt;

/// What is wrong with a credential public key (WebAuthn §5.8.5, §6.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFault {
    /// Not a CBOR map with the members of a COSE_Key.
    NotCoseKey,
    /// `kty`, `alg` or a parameter is missing.
    MissingParameter,
    /// A parameter has another CBOR type or length than its algorithm asks for; compressed points are among these.
    BadParameter,
    /// The key type or the curve is not that of the algorithm.
    WrongType,
    /// The algorithm is not known to this library.
    UnknownAlgorithm,
    /// A private key parameter is present.
    PrivateKey,
    /// A parameter that the algorithm does not name, under strict CBOR.
    ExtraParameter,
    /// The point is not on its curve, or is of small order.
    InvalidPoint,
    /// The RSA modulus is outside the accepted sizes, or the exponent is even or below 3.
    WeakRsa,
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotCoseKey => "not a COSE key",
            Self::MissingParameter => "a parameter is missing",
            Self::BadParameter => "a parameter has the wrong type or length",
            Self::WrongType => "key type or curve does not fit the algorithm",
            Self::UnknownAlgorithm => "unknown algorithm",
            Self::PrivateKey => "a private key parameter is present",
            Self::ExtraParameter => "a parameter that the algorithm does not name",
            Self::InvalidPoint => "the point is not on the curve or of small order",
            Self::WeakRsa => "RSA modulus size or exponent not accepted",
        })
    }
}
