use super::*;
use ::rsa::rand_core::{TryCryptoRng, TryRng};
use ::rsa::{Pss, RsaPrivateKey, traits::PublicKeyParts};
use std::sync::LazyLock;

/// The private exponent of the 3482-bit key.
const RSA_3482_D: &str = "\
    02b425ee643a3e4fea529fd602b425ee643a3e4fea529fd602b425ee643a3e4fea529fd602b425ee643a3e4fea529fd602b4\
    25ee643a3e4fea529fd602b425ee643a3e4fea529fd602b425ee643a3e4fea529fd602b425ee643a3e4fea529fd602b425ee\
    643a3e4fea529fd602b425ee643a3e4fea529fd602b425ee643a3e4fea529fd602b425ee643a3e4fea529fd602b425ee643a\
    3e4fea529fd602b425ee5969a6965969a6965969a6965969a6965969a6965969a6965969a6965969a6965969a6965969a696\
    5969a6965969a6965969a6965969a6965969a6965969a6965969a6965969a6965969a6965969a6965969a6965969a6965969\
    a6965969a6965969a6965969a6965969a6965969a6965969a695ac602afd4ada129bc4c1b115ac602afd4ada129bc4c1b115\
    ac602afd4ada129bc4c1b115ac602afd4ada129bc4c1b115ac602afd4ada129bc4c1b115ac602afd4ada129bc4c1b115ac60\
    2afd4ada129bc4c1b115ac602afd4ada129bc4c1b115ac602afd4ada129bc4c1b115ac602afd4ada129bc4c1b115ac602afd\
    4ada129bc4c1b115ac602afd4ada129bc4c1b115ac602afd4ada129bc4c1b115ac602b";
/// A right signature of a key that is too short.
const RSA_1886_SIGNATURE: &str = "\
    1abe93846660d3d528d0d93691fa5c82f155a6678ac1e82238a57e25f28007efa866332f49a67c9093d1010421d98928001a\
    ee82e115dcdbb889a19dec1b38dcd0d36eb69530e0331be869976ef056648e7843a5caa80983e404012694da472539041536\
    b7d06850e6f62072f9abe38b37d55f05a19baa33d089efbab0143f973482a80435a8223531efaa1957188fbc53c4400dd7b6\
    bd9b9923bdc35c8112551b71afa5092939b1d6d33cbb56723d280fa72b90588537ed5d2b87b99447e30845a91009ea5d0c5b\
    5fc927fc15a5b212acc636db2d47617591be08411d5a16b86c2046bb7c920f545cf9c6f4";
/// A modulus of the smallest accepted size.
const RSA_2048_N: &str = "\
    b145f0b2a896e8b21f15eef9dabde5b3feb3265d98eaf3bd46e5233103c1b23a2cbd4a26fcc6fa1dce379641402687ef5fa4\
    31b37f38af9b26cc86961eac79c8fddef552925b89a7c7f72f95457e4c51c6ac1a489adf9882cd72d9da7d0b5a0e02729eae\
    e72cb5cdc6600d2df4054f888753c7a0625fd7811e724d79b31fcced9db7c0e2f238e524ce1c0ec1a3093580c6c6dba031d7\
    e8ad8823ae4331a312ac7736d3881d076380dffc1097cbb587def5df82c0f077c15d79a66958a4ea74e7a838ffa99c212305\
    bb2a536414868c98000f73f1940d5944c612f2ba36afd53547f1accf521bd360297b5170ba7df11a680ae907829c2dd17a8a\
    93b9d85a1ca5";
/// Its signature.
const RSA_2048_SIGNATURE: &str = "\
    3412544f246b9395b474b0f418c6beaf46384c59e6681be77151ec3dcbcbeb6cf3674bf785ea4c2b9b9a7659edb7c6276ddb\
    624ab3186792499d605e50b9d3f875592a133fe04a38aaadeb089917b5909c70b83d4e43f7ea900eff9e634266629c51d865\
    47ec011d202dfb6855e474047584218e0311480f81512b28ccfd52eb790e0e9b2de95437ca582dc83e9007207b74f3a22aa0\
    9aaa0456d1a116ee454bf527e9ea31bbe60a0cb0293041d7c9df5480f25b7c0aec86d1743061386660fbb4ff2ccc4cd46646\
    7ff53732468c2ec09bc22ad0d97348338c93a1eb2038db1b57a2fc625fc28f61afa72b6c332fe8e242220666dbf3d74e4939\
    ce497006c759";

pub(super) fn mersenne(bits: u32) -> BoxedUint {
    let mut bytes = vec![0xff; usize::try_from(bits.div_ceil(8)).unwrap()];
    bytes[0] = u8::try_from((1_u16 << ((bits - 1) % 8 + 1)) - 1).unwrap();
    BoxedUint::from_be_slice_vartime(&bytes)
}

/// The key of the specification's own test vectors, of 3482 bits (WebAuthn §16): its primes are 2^1279 - 1 and
/// 2^2203 - 1, too unlike for the ordinary constructor.
pub(super) static RSA: LazyLock<RsaPrivateKey> = LazyLock::new(|| {
    let (p, q, d) = (mersenne(1279), mersenne(2203), BoxedUint::from_be_slice_vartime(&hex(RSA_3482_D)));
    RsaPrivateKey::from_components_with_wide_primes(product(&p, &q), BoxedUint::from(65537_u32), d, vec![p, q]).unwrap()
});

pub(super) fn product(p: &BoxedUint, q: &BoxedUint) -> BoxedUint {
    // Room for 3482 bits, in whole words.
    let wide = |number: &BoxedUint| BoxedUint::from_be_slice(&number.to_be_bytes_trimmed_vartime(), 3520).unwrap();
    wide(p).wrapping_mul(wide(q))
}

const RSA_MESSAGE: [&[u8]; 2] = [b"authenticator data", b"hash"];

pub(super) fn modulus(key: &RsaPrivateKey) -> Vec<u8> {
    key.n_bytes().to_vec()
}

fn rsa_digest() -> [u8; 32] {
    Sha256::digest(RSA_MESSAGE.concat()).into()
}

fn rs256_verify(n: &[u8], signature: &[u8]) -> Result<(), SignatureInvalid> {
    RustCrypto.verify(RS256, KeyMaterial::Rsa { n, e: &[1, 0, 1] }, &RSA_MESSAGE, signature)
}

fn rs256_sign(padding: Pkcs1v15Sign, digest: &[u8]) -> Vec<u8> {
    RSA.sign(padding, digest).unwrap()
}

#[test]
fn rs256_known_answer_of_3482_bits() {
    let n = modulus(&RSA);
    assert_eq!(n.len(), 436);
    let signature = rs256_sign(Pkcs1v15Sign::new::<Sha256>(), &rsa_digest());
    // Both were computed apart from this crate, with integer arithmetic alone.
    let fingerprint = |bytes: &[u8]| Sha256::digest(bytes).to_vec();
    assert_eq!(fingerprint(&n), hex("4f186682f613397573e8be6672020e00b02079c211db3aa0dbb7c69356460d1d"));
    assert_eq!(fingerprint(&signature), hex("73d933fb831fadadf464145251fb1a6484f7b4cf99a566fa0cbf8c1ac3f3b947"));
    assert_eq!(RustCrypto.check_key(RS256, KeyMaterial::Rsa { n: &n, e: &[1, 0, 1] }), Ok(()));
    assert_eq!(rs256_verify(&n, &signature), Ok(()));
}

#[test]
fn neg_s01_s02_s03_rs256_another_signature_or_key() {
    let n = modulus(&RSA);
    let signature = rs256_sign(Pkcs1v15Sign::new::<Sha256>(), &rsa_digest());
    for at in [0, 1, 200, 434, 435] {
        let mut changed = signature.clone();
        changed[at] ^= 1;
        assert_eq!(rs256_verify(&n, &changed), INVALID);
    }
    assert_eq!(rs256_verify(&n, &[]), INVALID);
    let mut other = n.clone();
    other[100] ^= 1;
    assert_eq!(rs256_verify(&other, &signature), INVALID);
    let e3 = KeyMaterial::Rsa { n: &n, e: &[3] };
    assert_eq!(RustCrypto.verify(RS256, e3, &RSA_MESSAGE, &signature), INVALID);
}

#[test]
fn neg_s14_rs256_signatures_are_as_long_as_the_modulus() {
    let n = modulus(&RSA);
    // A signature that begins with a zero byte, so that the number stays what it is without it.
    let (message, signature) = (0_u32..)
        .map(|count| count.to_be_bytes())
        .map(|message| (message, rs256_sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message))))
        .find(|(_, signature)| signature[0] == 0)
        .unwrap();
    let verify =
        |signature: &[u8]| RustCrypto.verify(RS256, KeyMaterial::Rsa { n: &n, e: &[1, 0, 1] }, &[&message], signature);
    assert_eq!(verify(&signature), Ok(()));
    assert_eq!(verify(&signature[1..]), INVALID);
    assert_eq!(verify(&[&[0], &signature[..]].concat()), INVALID);
    // The same number plus the modulus.
    let sum = BoxedUint::from_be_slice(&signature, 3488).unwrap().wrapping_add(RSA.n().as_ref());
    let bytes = sum.to_be_bytes();
    let start = bytes.len() - 436;
    assert_eq!(verify(&bytes[start..]), INVALID);
}

#[test]
fn neg_s15_rs256_digest_info_is_that_of_sha256_in_der() {
    let n = modulus(&RSA);
    let digest = rsa_digest();
    let good = Pkcs1v15Sign::new::<Sha256>();
    assert_eq!(rs256_verify(&n, &rs256_sign(good.clone(), &digest)), Ok(()));
    let digest_512 = sha2::Sha512::digest(RSA_MESSAGE.concat());
    assert_eq!(rs256_verify(&n, &rs256_sign(Pkcs1v15Sign::new::<sha2::Sha512>(), &digest_512)), INVALID);
    assert_eq!(rs256_verify(&n, &rs256_sign(Pkcs1v15Sign::new_unprefixed(), &digest)), INVALID);
    // AlgorithmIdentifier without NULL; long-form length; another hash's object identifier.
    for prefix in [
        "302f300b0609608648016503040201 0420",
        "30813130 0d06096086480165030402010500 0420",
        "3031300d060960864801650304020305000420",
        "3031300d060960864801650304020105000440",
    ] {
        let prefix = hex(&prefix.replace(' ', "")).into_boxed_slice();
        let padding = Pkcs1v15Sign { hash_len: Some(32), prefix };
        assert_eq!(rs256_verify(&n, &rs256_sign(padding, &digest)), INVALID);
    }
    // Something behind the digest, as in attacks on loose parsers of the padding.
    let with_tail = [&digest[..], &[0; 64]].concat();
    let padding = Pkcs1v15Sign { hash_len: None, ..good };
    assert_eq!(rs256_verify(&n, &rs256_sign(padding, &with_tail)), INVALID);
}

/// Numbers that are not random at all.
pub(super) struct Fixed;

impl TryRng for Fixed {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(7)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(7)
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Self::Error> {
        to.fill(7);
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}

#[test]
fn neg_s16_rs256_is_not_pss() {
    let n = modulus(&RSA);
    for salt in [0, 20, 32] {
        let signature = RSA.sign_with_rng(&mut Fixed, Pss::<Sha256>::new_with_salt(salt), &rsa_digest()).unwrap();
        assert!(RSA.to_public_key().verify(Pss::<Sha256>::new_with_salt(salt), &rsa_digest(), &signature).is_ok());
        assert_eq!(rs256_verify(&n, &signature), INVALID);
    }
}

#[test]
fn rs256_sizes() {
    assert_eq!(rs256_verify(&hex(RSA_2048_N), &hex(RSA_2048_SIGNATURE)), Ok(()));
    let short = product(&mersenne(607), &mersenne(1279)).to_be_bytes_trimmed_vartime();
    assert_eq!(rs256_verify(&short, &hex(RSA_1886_SIGNATURE)), INVALID);
    // The same arithmetic without the bound on the size takes it: the bound is what refuses.
    let key = RsaPublicKey::new(BoxedUint::from_be_slice_vartime(&short), BoxedUint::from(65537_u32)).unwrap();
    let padding = Pkcs1v15Sign::new::<Sha256>();
    assert!(key.verify(padding, &rsa_digest(), &hex(RSA_1886_SIGNATURE)).is_ok());
}

#[test]
fn neg_k21_to_k24_weak_rsa_keys_are_refused() {
    let check = |n: &[u8], e: &[u8]| RustCrypto.check_key(RS256, KeyMaterial::Rsa { n, e });
    let weak = Err(KeyFault::WeakRsa);
    let odd = |len: usize| [&[0x80], &vec![0; len - 2][..], &[1]].concat();
    assert_eq!(check(&odd(256), &[1, 0, 1]), Ok(()));
    assert_eq!(check(&odd(1024), &[3]), Ok(()));
    for len in [64, 128, 255, 1025, 4096] {
        assert_eq!(check(&odd(len), &[1, 0, 1]), weak, "{len}");
        let key = KeyMaterial::Rsa { n: &odd(len), e: &[1, 0, 1] };
        assert_eq!(RustCrypto.verify(RS256, key, &RSA_MESSAGE, &vec![0; len]), INVALID);
    }
    for e in [&[][..], &[0], &[1], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[0xff; 8], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
        assert_eq!(check(&odd(256), e), weak, "{e:?}");
    }
    // Longer than any accepted number, whatever it is worth.
    assert_eq!(check(&[&[0], &odd(1024)[..]].concat(), &[3]), weak);
    assert_eq!(check(&odd(256), &[0, 0, 0, 0, 0, 0, 0, 0, 3]), weak);
    let mut even = odd(256);
    even[255] = 0;
    assert_eq!(check(&even, &[3]), weak);
    assert_eq!(check(&[], &[3]), weak);
    assert_eq!(check(&[0; 256], &[3]), weak);
}
