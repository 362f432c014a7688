//! X.509 certificates.

use super::node::Node;
use crate::text::chain;
use ceremony::x509::{Attribute, Certificate, SubjectPublicKey};

/// What attributes of names, algorithms and extensions are called, by the contents of their object identifiers.
const NAMES: &[(&[u8], &str)] = &[
    (&[0x55, 0x04, 0x03], "CN"),
    (&[0x55, 0x04, 0x05], "serialNumber"),
    (&[0x55, 0x04, 0x06], "C"),
    (&[0x55, 0x04, 0x07], "L"),
    (&[0x55, 0x04, 0x08], "ST"),
    (&[0x55, 0x04, 0x0a], "O"),
    (&[0x55, 0x04, 0x0b], "OU"),
    (&[0x55, 0x04, 0x0c], "title"),
    (&[0x55, 0x1d, 0x0e], "subjectKeyIdentifier"),
    (&[0x55, 0x1d, 0x0f], "keyUsage"),
    (&[0x55, 0x1d, 0x11], "subjectAltName"),
    (&[0x55, 0x1d, 0x13], "basicConstraints"),
    (&[0x55, 0x1d, 0x1f], "cRLDistributionPoints"),
    (&[0x55, 0x1d, 0x20], "certificatePolicies"),
    (&[0x55, 0x1d, 0x23], "authorityKeyIdentifier"),
    (&[0x55, 0x1d, 0x25], "extKeyUsage"),
    (&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01], "authorityInfoAccess"),
    (&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0xe5, 0x1c, 0x02, 0x01, 0x01], "fido-u2f-transports"),
    (&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0xe5, 0x1c, 0x01, 0x01, 0x02], "fido-serial-number"),
    (&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0xe5, 0x1c, 0x01, 0x01, 0x04], "fido-aaguid"),
    (&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0xe5, 0x1c, 0x01, 0x01, 0x05], "fido-firmware-version"),
    (&[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x01, 0x11], "android-key-description"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 0x08, 0x02], "apple-nonce"),
];

/// A certificate in DER.
///
/// # Errors
///
/// What is wrong with it.
pub(crate) fn tree(der: &[u8]) -> Result<Node, String> {
    let certificate = Certificate::parse(der).map_err(|fault| chain(&fault))?;
    let mut members = vec![
        ("version", Node::Int(certificate.version().into())),
        ("serial", Node::Note(hex(certificate.serial()))),
        ("issuer", name(|each| certificate.issuer_attributes(each).is_ok())),
        ("subject", name(|each| certificate.subject_attributes(each).is_ok())),
        ("notBefore", Node::Note(moment(certificate.not_before()))),
        ("notAfter", Node::Note(moment(certificate.not_after()))),
        ("key", key(&certificate)),
    ];
    let extensions = certificate.extensions().iter().map(|extension| {
        let critical = if extension.critical() { " (critical)" } else { "" };
        (format!("{}{critical}", called(extension.oid())), Node::Bytes(extension.value().to_vec()))
    });
    members.push(("extensions", Node::Map(extensions.collect())));
    Ok(Node::Map(members.into_iter().map(|(name, node)| (name.to_owned(), node)).collect()))
}

/// The attributes of a distinguished name.
fn name<'a>(attributes: impl FnOnce(&mut dyn FnMut(Attribute<'a>)) -> bool) -> Node {
    let mut members = Vec::new();
    let whole = attributes(&mut |attribute| {
        let value =
            attribute.text().map_or_else(|| Node::Note("not a text".to_owned()), |text| Node::Text(text.into()));
        members.push((called(attribute.oid()), value));
    });
    if whole { Node::Map(members) } else { Node::Fault("not a distinguished name".to_owned()) }
}

fn key(certificate: &Certificate<'_>) -> Node {
    match certificate.public_key() {
        Ok(SubjectPublicKey::Ec { curve, .. }) => Node::Note(format!("a point on {curve:?}")),
        Ok(SubjectPublicKey::Rsa { n, .. }) => Node::Note(format!("RSA, {} bits", bits(n))),
        Ok(SubjectPublicKey::Ed25519(_)) => Node::Note("Ed25519".to_owned()),
        Ok(_) => Node::Note("of another type".to_owned()),
        Err(fault) => Node::Fault(chain(&fault)),
    }
}

/// The length of a number without leading zero bytes.
fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |high| high.leading_zeros());
    (number.len() * 8).saturating_sub(usize::try_from(unused).unwrap_or(0))
}

/// The name of an object identifier, or its numbers.
fn called(oid: &[u8]) -> String {
    match NAMES.iter().find(|(known, _)| *known == oid) {
        Some((_, name)) => (*name).to_owned(),
        None => dotted(oid),
    }
}

/// An object identifier in numbers: seven bits a byte, the high bit set in all but the last byte of an arc.
fn dotted(oid: &[u8]) -> String {
    let mut arcs: Vec<u128> = Vec::new();
    let mut arc: u128 = 0;
    for byte in oid {
        arc = arc.checked_mul(128).unwrap_or(0) + u128::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            arcs.push(arc);
            arc = 0;
        }
    }
    let first = arcs.first().copied().unwrap_or(0);
    let root = (first / 40).min(2);
    let mut text = format!("{root}.{}", first - root * 40);
    for arc in arcs.iter().skip(1) {
        text.push_str(&format!(".{arc}"));
    }
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Seconds since 1970 as a date and a time of day.
fn moment(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days from 0000-03-01, in cycles of 400 years of 146,097 days.
    let shifted = days + 719_468;
    let (cycle, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + cycle * 400 + later;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_704_067_200, "2024-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(moment(seconds), text);
        }
    }

    #[test]
    fn object_identifiers() {
        assert_eq!(called(&[0x55, 0x04, 0x03]), "CN");
        assert_eq!(called(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01]), "1.2.840.113549.1.9.1");
        assert_eq!(called(&[0x67, 0x81, 0x05, 0x08, 0x03]), "2.23.133.8.3");
        assert_eq!(called(&[]), "0.0");
    }
}
