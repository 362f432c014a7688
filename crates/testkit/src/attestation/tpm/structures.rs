//! The TPM's structures, field by field.

use crate::cbor::Cbor;

/// A TPMT_PUBLIC before it becomes bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PubArea {
    /// TPMI_ALG_PUBLIC: 0x0001 RSA, 0x0023 ECC.
    pub kind: u16,
    /// The hash of the object's Name: 0x000b is SHA-256.
    pub name_alg: u16,
    /// TPMA_OBJECT.
    pub object_attributes: u32,
    /// The digest of the policy, often empty.
    pub auth_policy: Vec<u8>,
    /// The symmetric algorithm: 0x0010 is none.
    pub symmetric: u16,
    /// The signature scheme: 0x0010 is none.
    pub scheme: u16,
    /// The scheme's hash, written where there is a scheme.
    pub scheme_hash: u16,
    /// What depends on the kind of key, `unique` included.
    pub parameters: PubParameters,
}

/// The part of a [`PubArea`] that depends on the kind of key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PubParameters {
    /// An RSA key.
    #[non_exhaustive]
    Rsa {
        /// The length of the modulus.
        key_bits: u16,
        /// The exponent; 0 stands for 65537.
        exponent: u32,
        /// The modulus, big-endian.
        modulus: Vec<u8>,
    },
    /// A key on an elliptic curve.
    #[non_exhaustive]
    Ecc {
        /// TPMI_ECC_CURVE: 3, 4 and 5 are P-256, P-384 and P-521.
        curve: u16,
        /// The key derivation function: 0x0010 is none.
        kdf: u16,
        /// The x coordinate, big-endian.
        x: Vec<u8>,
        /// The y coordinate, big-endian.
        y: Vec<u8>,
    },
}

impl PubArea {
    /// The public area of a COSE key of type EC2 or RSA.
    pub(crate) fn of(key: &Cbor) -> Self {
        let bytes = |label: i64| match key.entry(label) {
            Some(Cbor::Bytes(bytes)) => bytes.clone(),
            _ => Vec::new(),
        };
        let parameters = match key.entry(-1) {
            Some(Cbor::Int(curve)) => PubParameters::Ecc {
                curve: u16::try_from(*curve + 2).unwrap_or(0),
                kdf: 0x0010,
                x: bytes(-2),
                y: bytes(-3),
            },
            _ => PubParameters::Rsa {
                key_bits: u16::try_from(bytes(-1).len() * 8).unwrap_or(u16::MAX),
                exponent: 0,
                modulus: bytes(-1),
            },
        };
        Self {
            kind: if matches!(parameters, PubParameters::Rsa { .. }) { 0x0001 } else { 0x0023 },
            name_alg: 0x000b,
            // Signing key, made in this TPM and fixed to it, without roles: sign, userWithAuth, sensitiveDataOrigin,
            // fixedParent, fixedTPM.
            object_attributes: 0x0004_0072,
            auth_policy: Vec::new(),
            symmetric: 0x0010,
            scheme: 0x0010,
            scheme_hash: 0x000b,
            parameters,
        }
    }

    /// The bytes, without a length in front.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = [self.kind.to_be_bytes(), self.name_alg.to_be_bytes()].concat();
        out.extend(self.object_attributes.to_be_bytes());
        out.extend(sized(&self.auth_policy));
        out.extend(self.symmetric.to_be_bytes());
        out.extend(self.scheme.to_be_bytes());
        if self.scheme != 0x0010 {
            out.extend(self.scheme_hash.to_be_bytes());
        }
        match &self.parameters {
            PubParameters::Rsa { key_bits, exponent, modulus } => {
                out.extend(key_bits.to_be_bytes());
                out.extend(exponent.to_be_bytes());
                out.extend(sized(modulus));
            }
            PubParameters::Ecc { curve, kdf, x, y } => {
                out.extend(curve.to_be_bytes());
                out.extend(kdf.to_be_bytes());
                out.extend(sized(x));
                out.extend(sized(y));
            }
        }
        out
    }
}

/// A TPMS_ATTEST before it becomes bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertInfo {
    /// TPM_GENERATED_VALUE, 0xff544347.
    pub magic: u32,
    /// TPM_ST_ATTEST_CERTIFY, 0x8017.
    pub kind: u16,
    /// The Name of the signer; relying parties ignore it.
    pub qualified_signer: Vec<u8>,
    /// The hash of what is attested.
    pub extra_data: Vec<u8>,
    /// Clock, counters of resets and restarts, and whether the clock is safe.
    pub clock_info: [u8; 17],
    /// The firmware's version; relying parties ignore it.
    pub firmware_version: u64,
    /// The Name of the attested object: nameAlg, then the digest of its public area.
    pub name: Vec<u8>,
    /// The qualified Name of the attested object; relying parties ignore it.
    pub qualified_name: Vec<u8>,
    /// Bytes after everything else.
    pub trailing: Vec<u8>,
}

impl CertInfo {
    pub(crate) const fn new(extra_data: Vec<u8>, name: Vec<u8>) -> Self {
        Self {
            magic: 0xff54_4347,
            kind: 0x8017,
            qualified_signer: Vec::new(),
            extra_data,
            clock_info: [0, 0, 0, 0, 0, 0, 0x30, 0x39, 0, 0, 0, 1, 0, 0, 0, 2, 1],
            firmware_version: 0x0007_0002_0003_0001,
            name,
            qualified_name: Vec::new(),
            trailing: Vec::new(),
        }
    }

    /// The bytes, as signed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.magic.to_be_bytes().to_vec();
        out.extend(self.kind.to_be_bytes());
        out.extend(sized(&self.qualified_signer));
        out.extend(sized(&self.extra_data));
        out.extend(self.clock_info);
        out.extend(self.firmware_version.to_be_bytes());
        out.extend(sized(&self.name));
        out.extend(sized(&self.qualified_name));
        out.extend(&self.trailing);
        out
    }
}

/// A TPM2B: the length in two bytes, then the content.
fn sized(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), content].concat()
}
