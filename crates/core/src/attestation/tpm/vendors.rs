//! The manufacturers in the TCG's vendor ID registry, as TPMs name them: four ASCII characters, in hex behind `id:`.

/// The registry's identifiers for TPM vendors.
const KNOWN: [[u8; 4]; 29] = [
    *b"AMD\0", // AMD
    *b"ANT\0", // Ant Group
    *b"ATML",  // Atmel
    *b"BRCM",  // Broadcom
    *b"CSCO",  // Cisco
    *b"FLYS",  // FlySlice Technologies
    *b"GOOG",  // Google
    *b"HISI",  // Huawei
    *b"HPE\0", // HPE
    *b"HPI\0", // HPI
    *b"IBM\0", // IBM
    *b"IFX\0", // Infineon
    *b"INTC",  // Intel
    *b"LEN\0", // Lenovo
    *b"MSFT",  // Microsoft
    *b"NSG\0", // NSING
    *b"NSM ",  // National Semiconductor
    *b"NTC\0", // Nuvoton Technology
    *b"NTZ\0", // Nationz
    *b"QCOM",  // Qualcomm
    *b"ROCC",  // Fuzhou Rockchip
    *b"SEAL",  // Wisekey
    *b"SECE",  // SecEdge
    *b"SMSC",  // SMSC
    *b"SMSN",  // Samsung
    *b"SNS\0", // Sinosun
    *b"STM ",  // ST Microelectronics
    *b"TXN\0", // Texas Instruments
    *b"WEC\0", // Winbond
];

/// Whether `manufacturer`, such as `id:494E5443`, is in the registry. Genuine certificates have either case.
pub(super) fn is_known(manufacturer: &str) -> bool {
    let Some(hex) = manufacturer.strip_prefix("id:") else { return false };
    let is_hex = hex.len() == 8 && hex.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex && u32::from_str_radix(hex, 16).is_ok_and(|id| KNOWN.contains(&id.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_are_known_by_their_ascii_in_hex() {
        for known in ["id:494E5443", "id:494e5443", "id:49465800", "id:53544D20", "id:414D4400", "id:4D534654"] {
            assert!(is_known(known), "{known}");
        }
        for unknown in ["id:00000000", "id:FFFFF1D0", "494E5443", "ID:494E5443", "id:494E544", "id:494E54430", ""] {
            assert!(!is_known(unknown), "{unknown}");
        }
        // As numbers these two would be Intel's.
        for unknown in ["id:00494E5443", "id:+494E5443"] {
            assert!(!is_known(unknown), "{unknown}");
        }
    }
}
