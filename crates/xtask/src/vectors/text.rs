//! Bytes as text.

use ceremony_testkit::base64url;

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 8-4-4-4-12 hexadecimal digits.
pub(super) fn uuid(bytes: &[u8]) -> String {
    let digits = hex(bytes);
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

/// A certificate in PEM, 64 characters a line.
pub(super) fn pem(der: &[u8]) -> String {
    // The two alphabets differ in two characters, and in the padding.
    let mut text: Vec<char> = base64url::encode(der).replace('-', "+").replace('_', "/").chars().collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    let lines: String = text.chunks(64).flat_map(|line| line.iter().chain(&['\n'])).collect();
    format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid() {
        assert_eq!(uuid(&[0x84; 16]), "84848484-8484-8484-8484-848484848484");
    }

    #[test]
    fn pem_is_padded_and_wrapped() {
        let lines = |len: usize| pem(&vec![0xff; len]).lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(49)[1..3], ["/".repeat(64), "/w==".to_owned()]);
        assert_eq!(lines(48).len(), 3);
    }
}
