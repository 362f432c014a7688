//! `certInfo`: a TPMS_ATTEST structure (TPM 2.0 Part 2, §10.12.8).

use super::fields::Fields;
use crate::error::RejectionReason;

/// TPM_GENERATED_VALUE: the structure comes from inside a TPM.
const TPM_GENERATED_VALUE: u32 = 0xff54_4347;

/// TPM_ST_ATTEST_CERTIFY: what is attested is a TPMS_CERTIFY_INFO.
const TPM_ST_ATTEST_CERTIFY: u16 = 0x8017;

/// TPMS_CLOCK_INFO: clock, resetCount, restartCount and safe.
const CLOCK_INFO: usize = 8 + 4 + 4 + 1;

const FIRMWARE_VERSION: usize = 8;

/// What the TPM certified.
pub(super) struct CertInfo<'a> {
    pub(super) extra_data: &'a [u8],
    /// The Name of the object that was certified.
    pub(super) name: &'a [u8],
}

impl<'a> CertInfo<'a> {
    /// Reads the structure; it has that layout only if its magic and type are those of a certification.
    pub(super) fn parse(cert_info: &'a [u8]) -> Result<Self, RejectionReason> {
        let mut from = Fields::new(cert_info);
        if from.u32()? != TPM_GENERATED_VALUE || from.u16()? != TPM_ST_ATTEST_CERTIFY {
            return Err(RejectionReason::AttestationStatement);
        }
        // "the remaining fields [...] qualifiedSigner, clockInfo and firmwareVersion are ignored"
        let _qualified_signer = from.sized()?;
        let extra_data = from.sized()?;
        from.take(CLOCK_INFO)?;
        from.take(FIRMWARE_VERSION)?;
        let name = from.sized()?;
        let _qualified_name = from.sized()?;
        from.end()?;
        Ok(Self { extra_data, name })
    }
}
