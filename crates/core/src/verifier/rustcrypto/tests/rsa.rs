use super::rs256::Fixed;
use super::vectors::RSA_KEYS;
use super::*;
use crate::verifier::rustcrypto::rsa::{check_key, key};
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

/// Registration looks at the numbers, a sign-in builds the key: whatever the first accepts has to work at the second.
#[test]
fn what_is_accepted_can_be_built() {
    let modulus = |bits: usize, last: u8| {
        let mut n = vec![0xff; bits.div_ceil(8)];
        n[0] = u8::try_from((1_u32 << ((bits - 1) % 8 + 1)) - 1).unwrap();
        *n.last_mut().unwrap() = last;
        n
    };
    let limit = RsaPublicKey::MAX_PUB_EXPONENT;
    let exponents = [0, 1, 2, 3, 4, 17, 65_537, limit - 2, limit - 1, limit, limit + 1, limit + 2, u64::MAX];
    let mut accepted = 0;
    for bits in [1, 8, 1024, 2047, 2048, 2049, 3072, 4096, 8191, 8192, 8193, 16384] {
        for last in [0xff, 0xfe, 0x01] {
            let n = modulus(bits, last);
            for exponent in exponents {
                let whole = exponent.to_be_bytes();
                for e in [&whole[usize::try_from(exponent.leading_zeros() / 8).unwrap()..], &whole] {
                    let usable = check_key(&n, e).is_some();
                    assert_eq!(usable, key(&n, e).is_some(), "{bits} {last} {exponent}");
                    accepted += u32::from(usable);
                }
            }
        }
    }
    // Six sizes, two odd numbers at the end, and the odd exponents from 3 to the limit, in their shortest form.
    assert_eq!(accepted, 6 * 2 * 5);
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
