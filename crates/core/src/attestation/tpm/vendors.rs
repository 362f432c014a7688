//! TPM manufacturers (TCG TPM Vendor ID Registry), as they stand in certificates: `id:` and eight hexadecimal digits.

/// The vendor ids, four ASCII characters as a number.
const VENDORS: &[u32] = &[
    0x414d_4400, // AMD
    0x414e_5400, // Ant Group
    0x4154_4d4c, // Atmel
    0x4252_434d, // Broadcom
    0x4353_434f, // Cisco
    0x464c_5953, // Flyslice
    0x524f_4343, // Fuzhou Rockchip
    0x474f_4f47, // Google
    0x4850_4900, // HPI
    0x4850_4500, // HPE
    0x4849_5349, // Huawei
    0x4942_4d00, // IBM
    0x4946_5800, // Infineon
    0x494e_5443, // Intel
    0x4c45_4e00, // Lenovo
    0x4d53_4654, // Microsoft
    0x4e53_4d20, // National Semiconductor
    0x4e54_5a00, // Nationz
    0x4e53_4700, // NSING
    0x4e54_4300, // Nuvoton
    0x5143_4f4d, // Qualcomm
    0x534d_534e, // Samsung
    0x5345_4345, // SecEdge
    0x534e_5300, // Sinosun
    0x534d_5343, // SMSC
    0x5354_4d20, // STMicroelectronics
    0x5458_4e00, // Texas Instruments
    0x5745_4300, // Winbond
];

/// Whether a text is `id:` and the number of a registered vendor.
pub(super) fn is_known(manufacturer: &str) -> bool {
    let Some(digits) = manufacturer.strip_prefix("id:") else { return false };
    digits.len() == 8
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        && u32::from_str_radix(digits, 16).is_ok_and(|id| VENDORS.contains(&id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_are_told_by_their_number() {
        assert!(is_known("id:494E5443") && is_known("id:494e5443"));
        for text in ["", "id:", "id:00000000", "id:FFFFF1D0", "494E5443", "id:494E544", "id:+94E5443", "ID:494E5443"] {
            assert!(!is_known(text), "{text}");
        }
    }
}
