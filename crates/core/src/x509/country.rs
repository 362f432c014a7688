//! Country codes (ISO 3166-1 alpha-2), as they stand in certificates.

/// The codes that are assigned, two letters each.
const ASSIGNED: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICK\
CLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEIL\
IMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANC\
NENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJ\
TKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/// Whether a text has the form of a code: two capital letters.
pub(crate) fn has_form(code: &str) -> bool {
    matches!(code.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z'])
}

/// Whether a code is assigned to a country.
pub(crate) fn is_assigned(code: &str) -> bool {
    ASSIGNED.as_bytes().chunks_exact(2).any(|assigned| assigned == code.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        assert_eq!(ASSIGNED.len(), 2 * 249);
        let mut sorted: std::vec::Vec<_> = ASSIGNED.as_bytes().chunks(2).collect();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 249);
        for code in ["SE", "US", "CN", "RS", "CH"] {
            assert!(has_form(code) && is_assigned(code), "{code}");
        }
        for code in ["AA", "XX", "ZZ", "EU", "UK"] {
            assert!(has_form(code) && !is_assigned(code), "{code}");
        }
        for code in ["", "S", "se", "SEE", "S1"] {
            assert!(!has_form(code), "{code}");
        }
    }
}
