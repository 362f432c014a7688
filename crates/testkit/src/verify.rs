//! Signature checks with nothing but the algorithms' own crates, for the tests.

use ml_dsa::MlDsaParams;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPublicKey};

use crate::{
    algorithm::{Algorithm, Hash},
    cbor::Cbor,
    credential::Credential,
    stream::sha256,
};

/// Whether the signature over authenticatorData ‖ SHA-256(clientDataJSON) is the credential's.
pub(crate) fn verifies(
    credential: &Credential,
    authenticator_data: &[u8],
    client_data_json: &[u8],
    signature: &[u8],
) -> bool {
    let message = [authenticator_data, &sha256(client_data_json)].concat();
    holds(credential.algorithm, &credential.key.cose(), &message, signature)
}

/// The same with ECDSA on a named curve.
macro_rules! ecdsa {
    ($curve:ident, $point:expr, $digest:expr, $signature:expr) => {{
        let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes($point).unwrap();
        let signature = $curve::ecdsa::Signature::from_der($signature);
        signature.is_ok_and(|signature| key.verify_prehash($digest, &signature).is_ok())
    }};
}

/// Whether the signature over a message is that of a COSE key.
pub(crate) fn holds(algorithm: Algorithm, key: &Cbor, message: &[u8], signature: &[u8]) -> bool {
    use Algorithm as A;
    let parameter = |label: i64| match key.entry(label) {
        Some(Cbor::Bytes(bytes)) => bytes.clone(),
        other => panic!("label {label} is {other:?}"),
    };
    let digest = algorithm.hash().map(|hash| hash.digest(message)).unwrap_or_default();
    let point = || [vec![4], parameter(-2), parameter(-3)].concat();
    match algorithm {
        A::Es256 | A::Esp256 => ecdsa!(p256, &point(), &digest, signature),
        A::Es384 | A::Esp384 => ecdsa!(p384, &point(), &digest, signature),
        A::Es512 | A::Esp512 => ecdsa!(p521, &point(), &digest, signature),
        A::Es256k => ecdsa!(k256, &point(), &digest, signature),
        A::EdDsa | A::Ed25519 => {
            let key = ed25519_dalek::VerifyingKey::from_bytes(&parameter(-2).try_into().unwrap()).unwrap();
            ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
        }
        A::Ed448 => {
            let point: [u8; 57] = parameter(-2).try_into().unwrap();
            let key = ed448_goldilocks::VerifyingKey::from_bytes(&point).unwrap();
            ed448_goldilocks::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_raw(&signature, message).is_ok())
        }
        A::Rs256 | A::Rs384 | A::Rs512 | A::Rs1 | A::Ps256 | A::Ps384 | A::Ps512 => {
            let [n, e] = [-1, -2].map(|label| BoxedUint::from_be_slice_vartime(&parameter(label)));
            let key = RsaPublicKey::new(n, e).unwrap();
            match algorithm {
                A::Ps256 => key.verify(Pss::<sha2::Sha256>::new(), &digest, signature),
                A::Ps384 => key.verify(Pss::<sha2::Sha384>::new(), &digest, signature),
                A::Ps512 => key.verify(Pss::<sha2::Sha512>::new(), &digest, signature),
                _ => key.verify(pkcs1(algorithm.hash().unwrap()), &digest, signature),
            }
            .is_ok()
        }
        A::MlDsa44 => ml_dsa::<ml_dsa::MlDsa44>(&parameter(-1), message, signature),
        A::MlDsa65 => ml_dsa::<ml_dsa::MlDsa65>(&parameter(-1), message, signature),
        A::MlDsa87 => ml_dsa::<ml_dsa::MlDsa87>(&parameter(-1), message, signature),
    }
}

/// The DigestInfo heads as RFC 8017 prints them.
fn pkcs1(hash: Hash) -> Pkcs1v15Sign {
    let head: &[u8] = match hash {
        Hash::Sha1 => b"3021300906052b0e03021a05000414",
        Hash::Sha256 => b"3031300d060960864801650304020105000420",
        Hash::Sha384 => b"3041300d060960864801650304020205000430",
        Hash::Sha512 => b"3051300d060960864801650304020305000440",
    };
    let prefix = data_encoding::HEXLOWER.decode(head).unwrap();
    Pkcs1v15Sign { hash_len: Some(usize::from(hash.length())), prefix: prefix.into() }
}

fn ml_dsa<P: MlDsaParams>(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = ml_dsa::VerifyingKey::<P>::decode(key.try_into().unwrap());
    ml_dsa::Signature::<P>::try_from(signature).is_ok_and(|signature| key.verify_with_context(message, &[], &signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn every_algorithm_signs_deterministically_and_verifiably() {
        for &algorithm in Algorithm::all() {
            let key = algorithm.key(&Stream::new(b"seed"), 0);
            let other = algorithm.key(&Stream::new(b"seed"), 1);
            let signature = key.sign(b"message");
            assert!(holds(algorithm, &key.cose(), b"message", &signature), "{algorithm:?}");
            assert!(!holds(algorithm, &key.cose(), b"massage", &signature), "{algorithm:?}");
            assert!(!holds(algorithm, &other.cose(), b"message", &signature), "{algorithm:?}");
            assert_eq!(algorithm.key(&Stream::new(b"seed"), 0).sign(b"message"), signature, "{algorithm:?}");
            assert_eq!(key.cose().entry(3), Some(&Cbor::Int(algorithm.cose_id())));
        }
    }

    #[test]
    fn sizes_are_those_of_the_standards() {
        for (algorithm, key_length, signature_length) in [
            (Algorithm::Ed448, 57, 114),
            (Algorithm::MlDsa44, 1312, 2420),
            (Algorithm::MlDsa65, 1952, 3309),
            (Algorithm::MlDsa87, 2592, 4627),
        ] {
            let key = algorithm.key(&Stream::new(b"seed"), 0);
            let label = if algorithm == Algorithm::Ed448 { -2 } else { -1 };
            let Some(Cbor::Bytes(public)) = key.cose().entry(label).cloned() else { panic!("{algorithm:?}") };
            assert_eq!((public.len(), key.sign(b"").len()), (key_length, signature_length), "{algorithm:?}");
        }
    }
}
