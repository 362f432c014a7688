//! Signature checks with nothing but the algorithms' own crates, for the tests.

use p256::ecdsa::signature::Verifier as _;
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPublicKey};

use crate::{algorithm::Algorithm, cbor::Cbor, credential::Credential, stream::sha256};

/// Whether the signature over authenticatorData ‖ SHA-256(clientDataJSON) is the credential's.
pub(crate) fn verifies(
    credential: &Credential,
    authenticator_data: &[u8],
    client_data_json: &[u8],
    signature: &[u8],
) -> bool {
    let message = [authenticator_data, &sha256(client_data_json)].concat();
    let key = credential.key.cose();
    let parameter = |label: i64| match key.entry(label) {
        Some(Cbor::Bytes(bytes)) => bytes.clone(),
        other => panic!("label {label} is {other:?}"),
    };
    match credential.algorithm {
        Algorithm::Es256 => {
            let point = [vec![4], parameter(-2), parameter(-3)].concat();
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).unwrap();
            p256::ecdsa::Signature::from_der(signature).is_ok_and(|signature| key.verify(&message, &signature).is_ok())
        }
        Algorithm::EdDsa => {
            let key = ed25519_dalek::VerifyingKey::from_bytes(&parameter(-2).try_into().unwrap()).unwrap();
            ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(&message, &signature).is_ok())
        }
        Algorithm::Rs256 => {
            let [n, e] = [-1, -2].map(|label| BoxedUint::from_be_slice_vartime(&parameter(label)));
            let key = RsaPublicKey::new(n, e).unwrap();
            let prefix = data_encoding::HEXLOWER.decode(b"3031300d060960864801650304020105000420").unwrap();
            let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: prefix.into() };
            key.verify(scheme, &sha256(&message), signature).is_ok()
        }
    }
}
