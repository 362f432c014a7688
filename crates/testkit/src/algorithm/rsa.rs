//! RSA, with keys that are published here and therefore worthless outside tests.

use std::convert::Infallible;
use std::sync::OnceLock;

use data_encoding::HEXLOWER;
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPrivateKey, traits::PublicKeyParts as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::{Algorithm, OddForm, PrivateKey};
use crate::{cbor::Cbor, der, stream::Stream};

/// The primes of two 2048-bit RSA keys. TEST ONLY: everybody can read them, and finding primes takes too long for a
/// test to make its own.
const TEST_ONLY_PRIMES: [[&str; 2]; 2] = [
    [
        "c2e92da46dd7c27e790dd7d8024be412e934806ea46c45155cd12338dbb2f3cacee1c2ac7c0215aab0eafa29f598f18de226\
         2d46eeb23475a330c9a27a7c0fc09a5ce404e2bd3d20d1fcbfc6bdca94caecd8469aaa2fb4aaae96a0f922222bdf8908df22\
         5f99958c6ba7540bd2f77dd76b395cca627ae312c9eabeef02f93ddd",
        "b8d9ef11bbe4a1ef5e13ef0c29040d60f46fde1a1e2b400938f727f0ef4688b63e166447c53664ad16e27d32f3b512caabfd\
         552b733a6f40a16ba92067a46eab3b7b04bdc4ec38dd4a9473667732aa19073b7ee9a3f6730515e938d2784718e721703a27\
         9b5ce0ce43f2d95ce4b21368ffe7790acc37dff2be37e4d39d014e9f",
    ],
    [
        "dbfbc967e0ca0dc8e8bdf2c421831934579dde459c02a73b8bfa595806c0e2a98f8798e103e9cafd82e98e91c94d0716d431\
         f90e7d14d736b80d84f4dcf64e8e7479658d70c208396f520dbe8e2930795ffc83480551c460d7940c0666580f41784366c1\
         73309b3b3fb7e916325b37bb41fd6b95fa9867b26281567f2663825b",
        "d8db2de1e07a83fd76f5f978c445e85aa3f8b6af3b6c87e1c365db431aae976fb868b9931910fdeb90bb996283f90b6ea9aa\
         fd5ac156b7090d49e4d17f1cee1549b4c46c99f7c060e9de531d044c2e5b01a893128ab4cd423d83c565d9fe15522c25faee\
         1971061025c4d9b01cd31ae9140222183b79adbdd51610484428b66d",
    ],
];

/// rsaEncryption
const RSA_ENCRYPTION: &[u32] = &[1, 2, 840, 113_549, 1, 1, 1];

/// A hash, with the DER of a DigestInfo up to the digest.
struct Hash {
    digest: fn(&[u8]) -> Vec<u8>,
    prefix: Vec<u8>,
}

/// DigestInfo of a hash, given by its numbers and length, up to the digest.
fn prefix(oid: &[u32], len: u8) -> Vec<u8> {
    let identifier = der::sequence([der::oid(oid), der::null()]);
    let whole = der::sequence([identifier, der::octets(&vec![0; usize::from(len)])]);
    whole[..whole.len() - usize::from(len)].to_vec()
}

const SHA1: &[u32] = &[1, 3, 14, 3, 2, 26];
const SHA256: &[u32] = &[2, 16, 840, 1, 101, 3, 4, 2, 1];
const SHA384: &[u32] = &[2, 16, 840, 1, 101, 3, 4, 2, 2];
const SHA512: &[u32] = &[2, 16, 840, 1, 101, 3, 4, 2, 3];
const SHA512_256: &[u32] = &[2, 16, 840, 1, 101, 3, 4, 2, 6];

pub(super) struct Rsa {
    key: &'static RsaPrivateKey,
    algorithm: Algorithm,
}

impl Rsa {
    /// One of the two fixed keys: even indices share the first, odd ones the second.
    pub(super) fn fixed(index: usize, algorithm: Algorithm) -> Self {
        static KEYS: [OnceLock<RsaPrivateKey>; 2] = [OnceLock::new(), OnceLock::new()];
        let slot = index % 2;
        let key = KEYS[slot].get_or_init(|| {
            let [p, q] = TEST_ONLY_PRIMES[slot].map(|hex| {
                let bytes = HEXLOWER.decode(hex.as_bytes()).expect("the constants are hex");
                BoxedUint::from_be_slice_vartime(&bytes)
            });
            RsaPrivateKey::from_p_q(p, q, BoxedUint::from(65_537_u64)).expect("the constants are primes")
        });
        Self { key, algorithm }
    }

    fn modulus(&self) -> Vec<u8> {
        self.key.n_bytes().to_vec()
    }

    fn hash(&self) -> Hash {
        match self.algorithm {
            Algorithm::Rs1 => Hash { digest: |m| Sha1::digest(m).to_vec(), prefix: prefix(SHA1, 20) },
            Algorithm::Rs384 | Algorithm::Ps384 => {
                Hash { digest: |m| Sha384::digest(m).to_vec(), prefix: prefix(SHA384, 48) }
            }
            Algorithm::Rs512 | Algorithm::Ps512 => {
                Hash { digest: |m| Sha512::digest(m).to_vec(), prefix: prefix(SHA512, 64) }
            }
            _ => Hash { digest: |m| Sha256::digest(m).to_vec(), prefix: prefix(SHA256, 32) },
        }
    }

    fn sign_with_prefix(&self, message: &[u8], prefix: &[u8]) -> Vec<u8> {
        let digest = (self.hash().digest)(message);
        let scheme = Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: prefix.into() };
        self.key.sign(scheme, &digest).expect("a 2048-bit modulus has room for the digest")
    }

    /// With a salt that is always the same, so that a signature follows from its message.
    fn sign_pss(&self, message: &[u8], salt_len: Option<usize>) -> Vec<u8> {
        let digest = (self.hash().digest)(message);
        let salt_len = salt_len.unwrap_or(digest.len());
        let mut rng = Repeating::new();
        let signed = match self.algorithm {
            Algorithm::Ps384 => self.key.sign_with_rng(&mut rng, Pss::<Sha384>::new_with_salt(salt_len), &digest),
            Algorithm::Ps512 => self.key.sign_with_rng(&mut rng, Pss::<Sha512>::new_with_salt(salt_len), &digest),
            _ => self.key.sign_with_rng(&mut rng, Pss::<Sha256>::new_with_salt(salt_len), &digest),
        };
        signed.expect("a 2048-bit modulus has room for digest and salt")
    }

    const fn is_pss(&self) -> bool {
        matches!(self.algorithm, Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512)
    }
}

impl PrivateKey for Rsa {
    fn cose(&self) -> Cbor {
        Cbor::Map(vec![
            (Cbor::Int(1), Cbor::Int(3)),
            (Cbor::Int(3), Cbor::Int(self.algorithm.cose_id())),
            (Cbor::Int(-1), Cbor::Bytes(self.modulus())),
            (Cbor::Int(-2), Cbor::Bytes(vec![1, 0, 1])),
        ])
    }

    fn spki(&self) -> Vec<u8> {
        let numbers = der::sequence([der::unsigned(&self.modulus()), der::integer(65_537)]);
        der::sequence([der::sequence([der::oid(RSA_ENCRYPTION), der::null()]), der::bits(&numbers)])
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        if self.is_pss() { self.sign_pss(message, None) } else { self.sign_with_prefix(message, &self.hash().prefix) }
    }

    fn sign_oddly(&self, message: &[u8], form: OddForm) -> Option<Vec<u8>> {
        match form {
            OddForm::WrongDigestInfo if self.algorithm == Algorithm::Rs256 => {
                Some(self.sign_with_prefix(message, &prefix(SHA512_256, 32)))
            }
            OddForm::WrongSaltLength if self.is_pss() => Some(self.sign_pss(message, Some(20))),
            _ => None,
        }
    }
}

/// Draws the same bytes in every run: salts of tests are public anyway.
struct Repeating(Stream, u64);

impl Repeating {
    fn new() -> Self {
        Self(Stream::new(b"salts"), 0)
    }
}

impl TryRng for Repeating {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.1 += 1;
        bytes.copy_from_slice(&self.0.draw(&format!("draw {}", self.1), bytes.len()));
        Ok(())
    }
}

impl TryCryptoRng for Repeating {}
