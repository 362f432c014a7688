//! Whether the key in a certificate is the credential's.

use crate::cose::{CredentialPublicKey, KeyMaterial};
use crate::error::RejectionReason;
use crate::verifier::SignatureScheme;
use crate::x509::{Certificate, SubjectPublicKey};

/// The certified key and the credential public key are of the same type and curve and have the same numbers, which
/// both encodings give without leading zeros or at the curve's full length.
pub(super) fn is_of_credential(
    certificate: &Certificate<'_>,
    key: &CredentialPublicKey,
) -> Result<(), RejectionReason> {
    let certified = certificate.public_key().map_err(super::certificate)?;
    let same = match (certified, key.algorithm().scheme(), key.material()) {
        (
            SubjectPublicKey::Ec { curve, x, y },
            SignatureScheme::Ecdsa(of_key, _),
            KeyMaterial::Ec2 { x: kx, y: ky },
        ) => curve == of_key && x == kx && y == ky,
        (SubjectPublicKey::Rsa { n, e }, _, KeyMaterial::Rsa { n: kn, e: ke }) => n == kn && e == ke,
        (SubjectPublicKey::Ed25519(x), SignatureScheme::Ed25519, KeyMaterial::Okp { x: kx }) => x == kx,
        _ => false,
    };
    if same { Ok(()) } else { Err(RejectionReason::AttestationKeyMismatch) }
}

#[cfg(test)]
#[cfg(feature = "rustcrypto")]
mod tests {
    use super::super::testing::{Cert, RS256_COSE_MODULUS, cose_ec, cose_rsa};
    use super::*;
    use std::vec::Vec;

    const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    const SECP256K1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x0a];
    const SAME: Result<(), RejectionReason> = Ok(());
    const OTHER: Result<(), RejectionReason> = Err(RejectionReason::AttestationKeyMismatch);

    fn compare(certificate: &Cert, cose: &[u8]) -> Result<(), RejectionReason> {
        let der = certificate.der();
        is_of_credential(&Certificate::parse(&der).unwrap(), &CredentialPublicKey::from_cose(cose, true).unwrap())
    }

    fn point(x: u8, y: u8) -> Vec<u8> {
        [&[0x04][..], &[x; 32], &[y; 32]].concat()
    }

    fn cose_ed25519(x: u8) -> Vec<u8> {
        [&[0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20][..], &[x; 32]].concat()
    }

    #[test]
    fn points_are_equal_in_curve_and_both_coordinates() {
        let cose = cose_ec(&[1; 32], &[2; 32]);
        assert_eq!(compare(&Cert::of_curve(P256, &point(1, 2)), &cose), SAME);
        assert_eq!(compare(&Cert::of_curve(P256, &point(1, 3)), &cose), OTHER);
        assert_eq!(compare(&Cert::of_curve(P256, &point(3, 2)), &cose), OTHER);
        assert_eq!(compare(&Cert::of_curve(SECP256K1, &point(1, 2)), &cose), OTHER);
    }

    #[test]
    fn rsa_keys_are_equal_in_modulus_and_exponent() {
        let certificate = Cert::of_rsa(&RS256_COSE_MODULUS);
        assert_eq!(compare(&certificate, &cose_rsa(&RS256_COSE_MODULUS, &[1, 0, 1])), SAME);
        assert_eq!(compare(&certificate, &cose_rsa(&RS256_COSE_MODULUS, &[3])), OTHER);
        assert_eq!(compare(&certificate, &cose_rsa(&[0xc7; 256], &[1, 0, 1])), OTHER);
    }

    #[test]
    fn edwards_points_are_equal() {
        assert_eq!(compare(&Cert::of_ed25519(&[1; 32]), &cose_ed25519(1)), SAME);
        assert_eq!(compare(&Cert::of_ed25519(&[2; 32]), &cose_ed25519(1)), OTHER);
    }

    #[test]
    fn keys_of_different_types_are_different() {
        let certificates =
            [Cert::of_curve(P256, &point(1, 2)), Cert::of_rsa(&RS256_COSE_MODULUS), Cert::of_ed25519(&[1; 32])];
        let keys = [cose_ec(&[1; 32], &[2; 32]), cose_rsa(&RS256_COSE_MODULUS, &[1, 0, 1]), cose_ed25519(1)];
        for (at, certificate) in certificates.iter().enumerate() {
            for (other, key) in keys.iter().enumerate() {
                assert_eq!(compare(certificate, key), if at == other { SAME } else { OTHER });
            }
        }
    }
}
