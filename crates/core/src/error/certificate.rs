//! What is wrong with a certificate, and with a chain of them.

use core::fmt;

/// What is wrong with one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateFault {
    /// Not the DER of an X.509 certificate.
    Der,
    /// Longer than 8 KiB.
    TooLarge,
    /// The key is of a type or curve that is not known, or not the one that the format asks for.
    KeyType,
    /// Not version 3.
    Version,
    /// The subject is not what the format asks for: country, organisation, unit, common name, or none at all.
    Subject,
    /// The alternative name does not hold what the format asks for.
    SubjectAltName,
    /// basicConstraints is missing, or says that a leaf is a CA.
    BasicConstraints,
    /// extKeyUsage does not name the purpose that the format asks for.
    ExtendedKeyUsage,
    /// The AAGUID extension is malformed or critical, or names another AAGUID.
    AaguidExtension,
    /// The extension that carries the format's own statement is missing or malformed.
    FormatExtension,
    /// A serial number extension although no enterprise attestation was asked for.
    SerialExtension,
    /// The firmware version extension is malformed.
    FirmwareExtension,
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Der => "not a well-formed X.509 certificate",
            Self::TooLarge => "a certificate is longer than 8 KiB",
            Self::KeyType => "the certified key is of a type that does not fit",
            Self::Version => "the certificate is not of version 3",
            Self::Subject => "the certificate's subject is not what the format asks for",
            Self::SubjectAltName => "the certificate's alternative name is not what the format asks for",
            Self::BasicConstraints => "the certificate's basic constraints are not those of a leaf",
            Self::ExtendedKeyUsage => "the certificate's extended key usage is not what the format asks for",
            Self::AaguidExtension => "the certificate's AAGUID extension is not that of the authenticator",
            Self::FormatExtension => "the certificate's extension for the format is missing or malformed",
            Self::SerialExtension => "the certificate names a serial number without enterprise attestation",
            Self::FirmwareExtension => "the certificate's firmware version is malformed",
        })
    }
}

impl core::error::Error for CertificateFault {}

/// Why a chain of certificates does not lead to a trust anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChainFault {
    /// There is no trust anchor for this kind of attestation.
    NoAnchors,
    /// No certificate of the chain was issued by an anchor, or is one.
    UnknownIssuer,
    /// There is no certificate.
    Empty,
    /// More certificates than are followed.
    TooLong,
    /// One certificate stands twice in the chain.
    Duplicate,
    /// A certificate does not name the next one as its issuer.
    NameMismatch,
    /// A certificate's signature does not verify with its issuer's key.
    Signature,
    /// A certificate is signed with an algorithm that is not accepted.
    Algorithm,
    /// A certificate is not valid yet.
    NotYetValid,
    /// A certificate is no longer valid.
    Expired,
    /// An issuer is not a CA: basicConstraints or keyUsage say so.
    NotCa,
    /// A CA allows fewer certificates below it.
    PathLength,
    /// A critical extension that is not understood, or a constraint that is not supported.
    Extension,
    /// A certificate was revoked.
    Revoked,
    /// A trust anchor stands inside the chain, and the policy refuses that.
    AnchorInChain,
    /// So many signatures would have to be checked that the chain is hostile.
    Budget,
    /// One of the certificates is malformed.
    Certificate(CertificateFault),
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAnchors => "there is no trust anchor for it",
            Self::UnknownIssuer => "no trust anchor issued it",
            Self::Empty => "there is no certificate",
            Self::TooLong => "there are too many certificates",
            Self::Duplicate => "one certificate stands there twice",
            Self::NameMismatch => "a certificate was not issued by the next one",
            Self::Signature => "a certificate's signature does not verify",
            Self::Algorithm => "a certificate is signed with an algorithm that is not accepted",
            Self::NotYetValid => "a certificate is not valid yet",
            Self::Expired => "a certificate has expired",
            Self::NotCa => "an issuer is not a certification authority",
            Self::PathLength => "an authority does not allow so long a path",
            Self::Extension => "a certificate has an extension that can't be honoured",
            Self::Revoked => "a certificate was revoked",
            Self::AnchorInChain => "the trust anchor stands inside the chain",
            Self::Budget => "too many signatures would have to be checked",
            Self::Certificate(fault) => return fault.fmt(f),
        })
    }
}

impl core::error::Error for ChainFault {}

impl From<CertificateFault> for ChainFault {
    fn from(fault: CertificateFault) -> Self {
        Self::Certificate(fault)
    }
}
