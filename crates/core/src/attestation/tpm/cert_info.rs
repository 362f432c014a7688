//! `TPMS_ATTEST` (TPM 2.0, part 2, §10.12.8): what a TPM says about a key that it certifies.

use super::structure::Structure;

/// TPM_GENERATED_VALUE: nothing but the TPM itself signs a structure that begins so.
const GENERATED: u32 = 0xff54_4347;

/// TPM_ST_ATTEST_CERTIFY
const CERTIFY: u16 = 0x8017;

/// clock, resetCount, restartCount, safe
const CLOCK_INFO: usize = 17;

const FIRMWARE_VERSION: usize = 8;

/// What the format looks at.
pub(super) struct CertInfo<'a> {
    pub(super) extra_data: &'a [u8],
    /// The hash algorithm of the certified key's name.
    pub(super) name_alg: u16,
    /// That name's hash.
    pub(super) name_digest: &'a [u8],
}

impl<'a> CertInfo<'a> {
    /// Reads a structure of the right magic and type; nothing may follow it.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut from = Structure::new(bytes);
        if from.u32()? != GENERATED || from.u16()? != CERTIFY {
            return None;
        }
        // qualifiedSigner: says which key of the TPM signed, which the certificate says already
        from.buffer()?;
        let extra_data = from.buffer()?;
        from.take(CLOCK_INFO)?;
        from.take(FIRMWARE_VERSION)?;
        let name = from.buffer()?;
        // qualifiedName
        from.buffer()?;
        from.end()?;
        // A handle in place of a name has no algorithm before it, and is too short for any hash.
        let mut name = Structure::new(name);
        let name_alg = name.u16()?;
        Some(Self { extra_data, name_alg, name_digest: name.rest() })
    }
}
