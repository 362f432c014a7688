//! RS256, with keys that are published here and therefore worthless outside tests.

use std::sync::OnceLock;

use data_encoding::HEXLOWER;
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPrivateKey, traits::PublicKeyParts as _};

use super::{OddForm, PrivateKey};
use crate::{cbor::Cbor, stream::sha256};

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
/// DER of a DigestInfo with SHA-256, up to the digest.
const SHA256_PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// The same with the object identifier of SHA-512/256, whose digest has the same length.
const SHA512_256_PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x06, 0x05, 0x00, 0x04, 0x20];

/// AlgorithmIdentifier of rsaEncryption with NULL parameters.
const RSA_ENCRYPTION: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

pub(super) struct Rs256(&'static RsaPrivateKey);

impl Rs256 {
    /// One of the two fixed keys: even indices share the first, odd ones the second.
    pub(super) fn fixed(index: usize) -> Self {
        static KEYS: [OnceLock<RsaPrivateKey>; 2] = [OnceLock::new(), OnceLock::new()];
        let slot = index % 2;
        Self(KEYS[slot].get_or_init(|| {
            let [p, q] = TEST_ONLY_PRIMES[slot].map(|hex| {
                let bytes = HEXLOWER.decode(hex.as_bytes()).expect("the constants are hex");
                BoxedUint::from_be_slice_vartime(&bytes)
            });
            RsaPrivateKey::from_p_q(p, q, BoxedUint::from(65_537_u64)).expect("the constants are primes")
        }))
    }

    fn modulus(&self) -> Vec<u8> {
        self.0.n_bytes().to_vec()
    }

    fn sign_with_prefix(&self, message: &[u8], prefix: &[u8]) -> Vec<u8> {
        let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: prefix.into() };
        self.0.sign(scheme, &sha256(message)).expect("a 2048-bit modulus has room for the digest")
    }
}

impl PrivateKey for Rs256 {
    fn cose(&self) -> Cbor {
        Cbor::Map(vec![
            (Cbor::Int(1), Cbor::Int(3)),
            (Cbor::Int(3), Cbor::Int(-257)),
            (Cbor::Int(-1), Cbor::Bytes(self.modulus())),
            (Cbor::Int(-2), Cbor::Bytes(vec![1, 0, 1])),
        ])
    }

    fn spki(&self) -> Vec<u8> {
        let numbers = [der(0x02, &[&[0], self.modulus().as_slice()].concat()), der(0x02, &[1, 0, 1])].concat();
        let bits = [&[0], der(0x30, &numbers).as_slice()].concat();
        der(0x30, &[RSA_ENCRYPTION.to_vec(), der(0x03, &bits)].concat())
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.sign_with_prefix(message, &SHA256_PREFIX)
    }

    fn sign_oddly(&self, message: &[u8], form: OddForm) -> Option<Vec<u8>> {
        match form {
            OddForm::WrongDigestInfo => Some(self.sign_with_prefix(message, &SHA512_256_PREFIX)),
        }
    }
}

/// A DER element of up to 65535 bytes.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).expect("an element of this file is short").to_be_bytes();
    let head = match (high, low) {
        (0, 0..=0x7f) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head.as_slice(), content].concat()
}
