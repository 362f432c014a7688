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
