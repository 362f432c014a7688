use super::rs256::Fixed;
use super::vectors::RSA_KEYS;
use super::*;
use ::rsa::Pss;
use ::rsa::traits::SignatureScheme as Padding;
use sha1::Sha1;
use sha2::{Sha384, Sha512};

const MESSAGE: [&[u8]; 2] = [b"authenticator data", b"hash"];

const PKCS1: fn(Hash) -> SignatureScheme = SignatureScheme::RsaPkcs1;
const PSS: fn(Hash) -> SignatureScheme = SignatureScheme::RsaPss;

fn verify(scheme: SignatureScheme, n: &[u8], e: &[u8], message: &[&[u8]], sig: &[u8]) -> Result<(), SignatureInvalid> {
    RustCrypto.verify(scheme, KeyMaterial::Rsa { n, e }, message, sig)
}

fn sign(padding: impl Padding, digest: &[u8]) -> Vec<u8> {
    RSA.sign_with_rng(&mut Fixed, padding, digest).unwrap()
}

fn pss<D: sha2::Digest + sha2::digest::FixedOutputReset>(salt: usize) -> Vec<u8> {
    sign(Pss::<D>::new_with_salt(salt), &D::digest(MESSAGE.concat()))
}

/// With the 3482-bit key.
fn signatures() -> Vec<(SignatureScheme, Vec<u8>)> {
    let message = MESSAGE.concat();
    vec![
        (PKCS1(Hash::Sha1), sign(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(&message))),
        (PKCS1(Hash::Sha256), sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(&message))),
        (PKCS1(Hash::Sha384), sign(Pkcs1v15Sign::new::<Sha384>(), &Sha384::digest(&message))),
        (PKCS1(Hash::Sha512), sign(Pkcs1v15Sign::new::<Sha512>(), &Sha512::digest(&message))),
        (PSS(Hash::Sha256), pss::<Sha256>(32)),
        (PSS(Hash::Sha384), pss::<Sha384>(48)),
        (PSS(Hash::Sha512), pss::<Sha512>(64)),
    ]
}

#[test]
fn every_padding_with_every_hash() {
    let (n, e) = (modulus(&RSA), [1, 0, 1]);
    let signatures = signatures();
    for (scheme, signature) in &signatures {
        assert_eq!(RustCrypto.check_key(*scheme, KeyMaterial::Rsa { n: &n, e: &e }), Ok(()));
        assert_eq!(verify(*scheme, &n, &e, &MESSAGE, signature), Ok(()), "{scheme}");
        assert_eq!(verify(*scheme, &n, &e, &MESSAGE[1..], signature), INVALID, "{scheme}");
        assert_eq!(verify(*scheme, &n, &[3], &MESSAGE, signature), INVALID, "{scheme}");
        for (other, _) in signatures.iter().filter(|(other, _)| other != scheme) {
            assert_eq!(verify(*other, &n, &e, &MESSAGE, signature), INVALID, "{scheme} {other}");
        }
        for at in [0, 1, 217, 434, 435] {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            assert_eq!(verify(*scheme, &n, &e, &MESSAGE, &changed), INVALID, "{scheme} {at}");
        }
        for changed in [&signature[1..], &[&[0], &signature[..]].concat(), &[&signature[..], &[0]].concat(), &[]] {
            assert_eq!(verify(*scheme, &n, &e, &MESSAGE, changed), INVALID, "{scheme}");
        }
    }
}

#[test]
fn neg_s16_pss_salt_is_as_long_as_the_hash() {
    let (n, e) = (modulus(&RSA), [1, 0, 1]);
    for salt in [0, 20, 31, 33, 48, 64] {
        assert_eq!(verify(PSS(Hash::Sha256), &n, &e, &MESSAGE, &pss::<Sha256>(salt)), INVALID, "{salt}");
    }
    for salt in [0, 32, 63, 65] {
        assert_eq!(verify(PSS(Hash::Sha512), &n, &e, &MESSAGE, &pss::<Sha512>(salt)), INVALID, "{salt}");
    }
}

#[test]
fn pss_is_not_taken_with_sha1() {
    let (n, e) = (modulus(&RSA), [1, 0, 1]);
    let signature = pss::<Sha1>(20);
    assert!(RSA.to_public_key().verify(Pss::<Sha1>::new(), &Sha1::digest(MESSAGE.concat()), &signature).is_ok());
    assert_eq!(verify(PSS(Hash::Sha1), &n, &e, &MESSAGE, &signature), INVALID);
}

#[test]
fn odd_sizes_and_small_exponents() {
    for (n, e, pkcs1, pss) in RSA_KEYS {
        let (n, pkcs1, pss) = (hex(n), hex(pkcs1), hex(pss));
        assert_eq!(verify(PKCS1(Hash::Sha1), &n, &[e], &MESSAGE, &pkcs1), Ok(()));
        assert_eq!(verify(PSS(Hash::Sha256), &n, &[e], &MESSAGE, &pss), Ok(()));
        assert_eq!(verify(PSS(Hash::Sha256), &n, &[e + 2], &MESSAGE, &pss), INVALID);
        assert_eq!(verify(PKCS1(Hash::Sha256), &n, &[e], &MESSAGE, &pkcs1), INVALID);
    }
}

#[test]
fn neg_k21_to_k24_bounds_hold_for_every_padding() {
    let odd = |len: usize| [&[0x80], &vec![0; len - 2][..], &[1]].concat();
    for (scheme, _) in signatures() {
        for (n, e) in [(odd(255), 3_u8), (odd(1025), 3), (odd(256), 1), (odd(256), 2), (vec![0x80; 256], 3)] {
            let key = KeyMaterial::Rsa { n: &n, e: &[e] };
            assert_eq!(RustCrypto.check_key(scheme, key), Err(KeyFault::WeakRsa), "{scheme} {} {e}", n.len());
            assert_eq!(RustCrypto.verify(scheme, key, &MESSAGE, &vec![0; n.len()]), INVALID);
        }
    }
}
