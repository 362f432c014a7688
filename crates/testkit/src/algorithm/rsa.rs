//! RSA with PKCS#1 v1.5 and PSS, with keys that are published here and therefore worthless outside tests.

use std::{convert::Infallible, sync::OnceLock};

use data_encoding::HEXLOWER;
use rsa::{
    BoxedUint, Pkcs1v15Sign, Pss, RsaPrivateKey,
    rand_core::{TryCryptoRng, TryRng},
    traits::PublicKeyParts as _,
};

use super::{Algorithm, Hash, OddForm, PrivateKey};
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
/// SHA-512/256, whose digest is as long as that of SHA-256.
const SHA512_256: &str = "2.16.840.1.101.3.4.2.6";

pub(super) struct Rsa {
    key: &'static RsaPrivateKey,
    algorithm: Algorithm,
}

impl Rsa {
    /// One of the two fixed keys: even indices share the first, odd ones the second.
    pub(super) fn fixed(algorithm: Algorithm, index: usize) -> Self {
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
        self.algorithm.hash().unwrap_or(Hash::Sha256)
    }

    fn is_pss(&self) -> bool {
        matches!(self.algorithm, Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512)
    }

    /// PKCS#1 v1.5 with a DigestInfo that names `oid`.
    fn sign_pkcs1(&self, oid: &str, digest: &[u8]) -> Vec<u8> {
        let scheme = Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: digest_info(oid, digest.len()).into() };
        self.key.sign(scheme, digest).expect("a 2048-bit modulus has room for the digest")
    }

    /// PSS whose salt follows from the message.
    fn sign_pss(&self, message: &[u8], salt: usize) -> Vec<u8> {
        let digest = self.hash().digest(message);
        let mut source = Salt { stream: Stream::new(message), drawn: 0 };
        let signature = match self.hash() {
            Hash::Sha1 => self.key.sign_with_rng(&mut source, Pss::<sha1::Sha1>::new_with_salt(salt), &digest),
            Hash::Sha256 => self.key.sign_with_rng(&mut source, Pss::<sha2::Sha256>::new_with_salt(salt), &digest),
            Hash::Sha384 => self.key.sign_with_rng(&mut source, Pss::<sha2::Sha384>::new_with_salt(salt), &digest),
            Hash::Sha512 => self.key.sign_with_rng(&mut source, Pss::<sha2::Sha512>::new_with_salt(salt), &digest),
        };
        signature.expect("a 2048-bit modulus has room for digest and salt")
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
        let numbers = der::sequence(&[der::unsigned(&self.modulus()), der::integer(65_537)]);
        let identifier = der::sequence(&[der::oid("1.2.840.113549.1.1.1"), der::null()]);
        der::sequence(&[identifier, der::bit_string(&numbers)])
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        if self.is_pss() {
            self.sign_pss(message, usize::from(self.hash().length()))
        } else {
            self.sign_pkcs1(self.hash().oid(), &self.hash().digest(message))
        }
    }

    fn sign_oddly(&self, message: &[u8], form: OddForm) -> Option<Vec<u8>> {
        Some(match form {
            OddForm::WrongDigestInfo => self.sign_pkcs1(SHA512_256, &self.hash().digest(message)),
            OddForm::EmptySalt if self.is_pss() => self.sign_pss(message, 0),
            OddForm::EmptySalt => return None,
            OddForm::Sha1 => self.sign_pkcs1(Hash::Sha1.oid(), &Hash::Sha1.digest(message)),
        })
    }
}

/// DER of a DigestInfo, up to the digest itself.
fn digest_info(oid: &str, length: usize) -> Vec<u8> {
    let identifier = der::sequence(&[der::oid(oid), der::null()]);
    let mut info = der::sequence(&[identifier, der::octet_string(&vec![0; length])]);
    info.truncate(info.len() - length);
    info
}

/// AlgorithmIdentifier of RSASSA-PSS with one hash throughout and a salt as long as its digest.
pub(super) fn pss_identifier(hash: Hash) -> Vec<u8> {
    let digest = der::sequence(&[der::oid(hash.oid()), der::null()]);
    let mask = der::sequence(&[der::oid("1.2.840.113549.1.1.8"), digest.clone()]);
    let parameters = der::sequence(&[
        der::explicit(0, &digest),
        der::explicit(1, &mask),
        der::explicit(2, &der::integer(u64::from(hash.length()))),
    ]);
    der::sequence(&[der::oid("1.2.840.113549.1.1.10"), parameters])
}

/// What the RSA crate takes for randomness: the salt, and the blinding, which leaves no trace in the signature.
struct Salt {
    stream: Stream,
    drawn: usize,
}

impl TryRng for Salt {
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

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(&self.stream.draw(&format!("salt {}", self.drawn), out.len()));
        self.drawn += 1;
        Ok(())
    }
}

impl TryCryptoRng for Salt {}
