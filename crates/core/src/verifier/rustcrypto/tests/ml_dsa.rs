use super::*;
use ::ml_dsa::signature::{Keypair, Signer};
use ::ml_dsa::{MlDsa44, MlDsa65, MlDsa87, MlDsaParams, SigningKey};

const MESSAGE: [&[u8]; 2] = [b"authenticator data", b"hash"];
const SETS: [MlDsa; 3] = [MlDsa::MlDsa44, MlDsa::MlDsa65, MlDsa::MlDsa87];

fn sign<P: MlDsaParams>(seed: u8, message: &[u8]) -> [Vec<u8>; 2] {
    let key = SigningKey::<P>::from_seed(&[seed; 32].into());
    [key.verifying_key().encode().to_vec(), key.sign(message).encode().to_vec()]
}

fn signed(set: MlDsa, seed: u8, message: &[u8]) -> [Vec<u8>; 2] {
    match set {
        MlDsa::MlDsa44 => sign::<MlDsa44>(seed, message),
        MlDsa::MlDsa65 => sign::<MlDsa65>(seed, message),
        MlDsa::MlDsa87 => sign::<MlDsa87>(seed, message),
    }
}

fn verify(set: MlDsa, public: &[u8], message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureInvalid> {
    RustCrypto.verify(SignatureScheme::MlDsa(set), KeyMaterial::Akp { public }, message, signature)
}

#[test]
fn what_a_key_signs_it_verifies() {
    for set in SETS {
        let [public, signature] = signed(set, 7, &MESSAGE.concat());
        assert_eq!((public.len(), signature.len()), (set.public_key_len(), set.signature_len()));
        let key = KeyMaterial::Akp { public: &public };
        assert_eq!(RustCrypto.check_key(SignatureScheme::MlDsa(set), key), Ok(()));
        assert_eq!(verify(set, &public, &MESSAGE, &signature), Ok(()));
        assert_eq!(verify(set, &public, &[b"authenticator", b" ", b"", b"datahash"], &signature), Ok(()));
        assert_eq!(verify(set, &public, &[b"authenticator data", b"Hash"], &signature), INVALID);
        assert_eq!(verify(set, &public, &[], &signature), INVALID);
        let [other, _] = signed(set, 8, b"");
        assert_eq!(verify(set, &other, &MESSAGE, &signature), INVALID);
        for other in SETS.into_iter().filter(|other| *other != set) {
            assert_eq!(verify(other, &public, &MESSAGE, &signature), INVALID);
            assert_eq!(verify(other, &signed(other, 7, b"")[0], &MESSAGE, &signature), INVALID);
        }
    }
}

#[test]
fn neg_s01_every_changed_byte_is_seen() {
    for set in SETS {
        let [public, signature] = signed(set, 7, &MESSAGE.concat());
        for at in (0..signature.len()).step_by(61).chain([signature.len() - 1]) {
            let mut changed = signature.clone();
            changed[at] ^= 1 << (at % 8);
            assert_eq!(verify(set, &public, &MESSAGE, &changed), INVALID, "{set:?} {at}");
        }
        for at in (0..public.len()).step_by(173) {
            let mut changed = public.clone();
            changed[at] ^= 1 << (at % 8);
            assert_eq!(verify(set, &changed, &MESSAGE, &signature), INVALID, "{set:?} {at}");
        }
        for changed in [&signature[1..], &signature[..signature.len() - 1], &[&signature[..], &[0]].concat(), &[]] {
            assert_eq!(verify(set, &public, &MESSAGE, changed), INVALID, "{set:?}");
        }
    }
}

#[test]
fn the_context_is_empty() {
    let key = SigningKey::<MlDsa44>::from_seed(&[7; 32].into());
    let public = key.verifying_key().encode();
    let sign = |context: &[u8]| key.expanded_key().sign_deterministic(&MESSAGE.concat(), context).unwrap().encode();
    assert_eq!(verify(MlDsa::MlDsa44, &public, &MESSAGE, &sign(b"")), Ok(()));
    assert_eq!(verify(MlDsa::MlDsa44, &public, &MESSAGE, &sign(b"webauthn")), INVALID);
}
