//! Certificates and chains, judged once more: with another reader of DER and another verifier.

use super::der::{self, Certificate};
use ceremony::{Curve, Hash, KeyMaterial, RustCrypto, SignatureScheme, SignatureVerifier};
use ceremony_graviola::Graviola;

/// Verifies with graviola, or with RustCrypto what graviola does not know: the library was asked with AWS-LC.
pub fn verifies(scheme: SignatureScheme, key: KeyMaterial<'_>, message: &[u8], signature: &[u8]) -> bool {
    let graviola = Graviola::new().expect("graviola needs a newer processor");
    let verifier: &dyn SignatureVerifier = if graviola.supports(scheme) { &graviola } else { &RustCrypto };
    verifier.verify(scheme, key, &[message], signature).is_ok()
}

/// The key of a certificate: for ECDSA its curve, and its numbers.
pub fn key<'a>(certificate: &Certificate<'a>) -> Option<(Option<Curve>, KeyMaterial<'a>)> {
    let (identifier, bits) = certificate.key.as_ref()?;
    let oid = |at: usize| identifier.get(at).map(|element| element.contents);
    match oid(0)? {
        b"\x2a\x86\x48\xce\x3d\x02\x01" => {
            let curve = match oid(1)? {
                b"\x2a\x86\x48\xce\x3d\x03\x01\x07" => Curve::P256,
                b"\x2b\x81\x04\x00\x22" => Curve::P384,
                b"\x2b\x81\x04\x00\x23" => Curve::P521,
                b"\x2b\x81\x04\x00\x0a" => Curve::Secp256k1,
                _ => return None,
            };
            let (x, y) = bits.get(1..)?.split_at_checked(curve.field_len())?;
            Some((Some(curve), KeyMaterial::Ec2 { x, y }))
        }
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01" => {
            let numbers = der::all(der::first(bits)?.0.contents)?;
            let [n, e] = numbers[..] else { return None };
            let magnitude = |number: &'a [u8]| number.strip_prefix(&[0]).unwrap_or(number);
            Some((None, KeyMaterial::Rsa { n: magnitude(n.contents), e: magnitude(e.contents) }))
        }
        b"\x2b\x65\x70" => Some((None, KeyMaterial::Okp { x: bits })),
        _ => None,
    }
}

fn scheme(certificate: &Certificate<'_>, curve: Option<Curve>) -> Option<SignatureScheme> {
    let parts = der::all(certificate.algorithm)?;
    let ecdsa = |hash| curve.map(|curve| SignatureScheme::Ecdsa(curve, hash));
    match parts.first()?.contents {
        b"\x2a\x86\x48\xce\x3d\x04\x01" => ecdsa(Hash::Sha1),
        b"\x2a\x86\x48\xce\x3d\x04\x03\x02" => ecdsa(Hash::Sha256),
        b"\x2a\x86\x48\xce\x3d\x04\x03\x03" => ecdsa(Hash::Sha384),
        b"\x2a\x86\x48\xce\x3d\x04\x03\x04" => ecdsa(Hash::Sha512),
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05" => Some(SignatureScheme::RsaPkcs1(Hash::Sha1)),
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b" => Some(SignatureScheme::RsaPkcs1(Hash::Sha256)),
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c" => Some(SignatureScheme::RsaPkcs1(Hash::Sha384)),
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d" => Some(SignatureScheme::RsaPkcs1(Hash::Sha512)),
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a" => {
            let named = |last: u8| {
                let oid = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last];
                certificate.algorithm.windows(oid.len()).any(|window| window == oid)
            };
            let hash = [(1, Hash::Sha256), (2, Hash::Sha384), (3, Hash::Sha512)];
            hash.into_iter().find(|(last, _)| named(*last)).map(|(_, hash)| SignatureScheme::RsaPss(hash))
        }
        b"\x2b\x65\x70" => Some(SignatureScheme::Ed25519),
        _ => None,
    }
}

/// Whether one certificate names the other as its issuer, and its signature is of that one's key.
pub fn issued(certificate: &Certificate<'_>, issuer: &Certificate<'_>) -> bool {
    let Some((curve, key)) = key(issuer) else { return false };
    let Some(scheme) = scheme(certificate, curve) else { return false };
    certificate.issuer == issuer.subject && verifies(scheme, key, certificate.tbs, certificate.signature)
}

/// The fourteen digits of a time, which sort as the moments do. Two digits mean 1950 to 2049.
fn digits(time: &[u8]) -> Vec<u8> {
    match time {
        [high, ..] if time.len() == 13 => [if *high < b'5' { &b"20"[..] } else { b"19" }, time].concat(),
        _ => time.to_vec(),
    }
}

/// Whether it is valid at a time of fourteen digits and `Z`.
pub fn is_valid_at(certificate: &Certificate<'_>, now: &[u8]) -> bool {
    let [not_before, not_after] = certificate.validity.map(digits);
    *not_before <= *now && *now <= *not_after
}

/// Whether it says that it is an authority: basicConstraints with cA.
pub fn is_authority(certificate: &Certificate<'_>) -> bool {
    let constraints = certificate.extensions.iter().find(|(oid, ..)| *oid == b"\x55\x1d\x13");
    let list = constraints.and_then(|(.., value)| der::all(der::first(value)?.0.contents));
    list.is_some_and(|list| list.first().is_some_and(|first| first.tag == 1 && first.contents != [0]))
}

/// Whether a path, leaf first, leads to an anchor: the leaf is the anchor, or each is issued by the next and the last by the
/// anchor, all are valid, and all but the leaf are authorities.
pub fn leads(path: &[&[u8]], anchor: &[u8], now: &[u8]) -> bool {
    if path == [anchor] {
        return Certificate::read(anchor).is_some_and(|leaf| is_valid_at(&leaf, now));
    }
    let Some(mut chain) = path.iter().map(|der| Certificate::read(der)).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let sound = chain.iter().enumerate().all(|(at, one)| is_valid_at(one, now) && (at == 0 || is_authority(one)));
    let Some(anchor) = Certificate::read(anchor) else { return false };
    chain.push(anchor);
    sound && chain.len() > 1 && chain.windows(2).all(|pair| issued(&pair[0], &pair[1]))
}
