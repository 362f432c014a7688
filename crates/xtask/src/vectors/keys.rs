//! Key pairs of the vectors: drawn private keys, and three RSA keys that everybody can compute.

use super::cbor::Cbor;
use super::der;
use super::prng::Prng;
use ed448_goldilocks::signature::Signer as _;
use ml_dsa::Keypair as _;
use num_bigint::BigUint;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A key pair and its COSE algorithm.
pub(super) struct Key {
    pub(super) alg: i64,
    kind: Kind,
}

enum Kind {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Secp256k1(k256::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
    Ed448(Box<ed448_goldilocks::SigningKey>),
    Rsa(Rsa),
    MlDsa44(Box<ml_dsa::SigningKey<ml_dsa::MlDsa44>>),
    MlDsa65(Box<ml_dsa::SigningKey<ml_dsa::MlDsa65>>),
    MlDsa87(Box<ml_dsa::SigningKey<ml_dsa::MlDsa87>>),
}

impl Key {
    /// The next private key of a vector; an RSA key draws nothing.
    pub(super) fn draw(alg: i64, prng: &mut Prng) -> Result<Self, String> {
        Self::draw_or(alg, prng, Modulus::Credential)
    }

    /// The same, and for RSA the key of that modulus.
    pub(super) fn draw_or(alg: i64, prng: &mut Prng, modulus: Modulus) -> Result<Self, String> {
        let told = |_| format!("{alg}: the draw is no scalar");
        let kind = match alg {
            -7 | -9 => Kind::P256(p256::ecdsa::SigningKey::from_slice(&prng.draw(32)?).map_err(told)?),
            -35 | -51 => Kind::P384(p384::ecdsa::SigningKey::from_slice(&prng.draw(48)?).map_err(told)?),
            -36 | -52 => {
                let scalar = [&[0], prng.draw(65)?.as_slice()].concat();
                Kind::P521(p521::ecdsa::SigningKey::from_slice(&scalar).map_err(told)?)
            }
            -47 => Kind::Secp256k1(k256::ecdsa::SigningKey::from_slice(&prng.draw(32)?).map_err(told)?),
            -8 | -19 => Kind::Ed25519(ed25519_dalek::SigningKey::from_bytes(&array(prng.draw(32)?)?)),
            -53 => {
                let secret: [u8; 57] = array(prng.draw(57)?)?;
                Kind::Ed448(Box::new(ed448_goldilocks::SigningKey::from(ed448_goldilocks::SecretKey::from(secret))))
            }
            -259..=-257 | -39..=-37 => Kind::Rsa(Rsa::new(modulus)?),
            -48 => Kind::MlDsa44(Box::new(ml_dsa::SigningKey::from_seed(&array(prng.draw(32)?)?.into()))),
            -49 => Kind::MlDsa65(Box::new(ml_dsa::SigningKey::from_seed(&array(prng.draw(32)?)?.into()))),
            -50 => Kind::MlDsa87(Box::new(ml_dsa::SigningKey::from_seed(&array(prng.draw(32)?)?.into()))),
            other => return Err(format!("no key of algorithm {other}")),
        };
        Ok(Self { alg, kind })
    }

    /// The uncompressed point of a key on a curve; empty for any other.
    pub(super) fn point(&self) -> Vec<u8> {
        match &self.kind {
            Kind::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Kind::P384(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Kind::P521(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Kind::Secp256k1(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            _ => Vec::new(),
        }
    }

    /// Both coordinates of the point.
    pub(super) fn coordinates(&self) -> (Vec<u8>, Vec<u8>) {
        let point = self.point();
        let body = point.get(1..).unwrap_or_default();
        let (x, y) = body.split_at(body.len() / 2);
        (x.to_vec(), y.to_vec())
    }

    /// The modulus of an RSA key.
    pub(super) fn modulus(&self) -> Option<Vec<u8>> {
        match &self.kind {
            Kind::Rsa(key) => Some(key.n.to_bytes_be()),
            _ => None,
        }
    }

    /// The COSE key, in canonical order.
    pub(super) fn cose(&self) -> Cbor {
        let map = |entries: Vec<(i64, Cbor)>| {
            Cbor::Map(entries.into_iter().map(|(label, value)| (Cbor::Int(label), value)).collect())
        };
        let curve = |number| {
            let (x, y) = self.coordinates();
            map(vec![
                (1, Cbor::Int(2)),
                (3, Cbor::Int(self.alg)),
                (-1, Cbor::Int(number)),
                (-2, Cbor::Bytes(x)),
                (-3, Cbor::Bytes(y)),
            ])
        };
        let edwards = |number, x| {
            map(vec![(1, Cbor::Int(1)), (3, Cbor::Int(self.alg)), (-1, Cbor::Int(number)), (-2, Cbor::Bytes(x))])
        };
        let akp = |public| map(vec![(1, Cbor::Int(7)), (3, Cbor::Int(self.alg)), (-1, Cbor::Bytes(public))]);
        match &self.kind {
            Kind::P256(_) => curve(1),
            Kind::P384(_) => curve(2),
            Kind::P521(_) => curve(3),
            Kind::Secp256k1(_) => curve(8),
            Kind::Ed25519(key) => edwards(6, key.verifying_key().to_bytes().to_vec()),
            Kind::Ed448(key) => edwards(7, key.verifying_key().to_bytes().to_vec()),
            Kind::Rsa(key) => map(vec![
                (1, Cbor::Int(3)),
                (3, Cbor::Int(self.alg)),
                (-1, Cbor::Bytes(key.n.to_bytes_be())),
                (-2, Cbor::Bytes(vec![1, 0, 1])),
            ]),
            Kind::MlDsa44(key) => akp(key.verifying_key().encode().to_vec()),
            Kind::MlDsa65(key) => akp(key.verifying_key().encode().to_vec()),
            Kind::MlDsa87(key) => akp(key.verifying_key().encode().to_vec()),
        }
    }

    /// SubjectPublicKeyInfo of a key that a certificate can have.
    pub(super) fn spki(&self) -> Result<Vec<u8>, String> {
        let on_curve = |curve: &[u32]| vec![der::oid(&[1, 2, 840, 10_045, 2, 1]), der::oid(curve)];
        let algorithm = match &self.kind {
            Kind::P256(_) => on_curve(&[1, 2, 840, 10_045, 3, 1, 7]),
            Kind::P384(_) => on_curve(&[1, 3, 132, 0, 34]),
            Kind::P521(_) => on_curve(&[1, 3, 132, 0, 35]),
            Kind::Secp256k1(_) => on_curve(&[1, 3, 132, 0, 10]),
            Kind::Rsa(_) => vec![der::oid(&[1, 2, 840, 113_549, 1, 1, 1]), der::null()],
            Kind::Ed25519(_) => vec![der::oid(&[1, 3, 101, 112])],
            _ => return Err(format!("no certificate has a key of algorithm {}", self.alg)),
        };
        Ok(der::sequence(&[der::sequence(&algorithm), der::bit_string(&self.certified_bits())]))
    }

    /// The contents of `subjectPublicKey`, which a certificate's key identifiers are hashes of.
    pub(super) fn certified_bits(&self) -> Vec<u8> {
        match &self.kind {
            Kind::Rsa(key) => der::sequence(&[der::integer(&key.n.to_bytes_be()), der::integer(&[1, 0, 1])]),
            Kind::Ed25519(key) => key.verifying_key().to_bytes().to_vec(),
            _ => self.point(),
        }
    }

    /// The hash employed in the algorithm, of `message`; EdDSA and ML-DSA have none that comes first.
    pub(super) fn hash(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        match self.alg {
            -7 | -9 | -47 | -257 | -37 => Ok(Sha256::digest(message).to_vec()),
            -35 | -51 | -258 | -38 => Ok(Sha384::digest(message).to_vec()),
            -36 | -52 | -259 | -39 => Ok(Sha512::digest(message).to_vec()),
            other => Err(format!("algorithm {other} does not hash first")),
        }
    }

    /// The signature as WebAuthn carries it: RFC 6979 for ECDSA, with whatever s comes out.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        Ok(match &self.kind {
            Kind::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Kind::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Kind::P521(key) => {
                let signature: p521::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Kind::Secp256k1(key) => {
                let signature: k256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Kind::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Kind::Ed448(key) => key.sign(message).to_bytes().to_vec(),
            Kind::Rsa(key) => key.sign(self.alg, message)?,
            Kind::MlDsa44(key) => key.sign(message).encode().to_vec(),
            Kind::MlDsa65(key) => key.sign(message).encode().to_vec(),
            Kind::MlDsa87(key) => key.sign(message).encode().to_vec(),
        })
    }
}

fn array<const N: usize>(bytes: Vec<u8>) -> Result<[u8; N], String> {
    bytes.try_into().map_err(|_| format!("not {N} bytes"))
}

/// The RSA keys. An attestation key is never the credential's, or nobody would see one being taken for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Modulus {
    /// The specification's: 3482 bits, no whole bytes.
    Credential,
    /// 3560 bits: whole bytes, but no whole words of 64 bits.
    Packed,
    /// 2048 bits: whole words, as TPMs have it.
    Tpm,
}

impl Modulus {
    fn primes(self) -> (BigUint, BigUint) {
        let below = |power: u32, less: u32| (BigUint::from(1_u8) << power) - less;
        match self {
            Self::Credential => (below(1279, 1), below(2203, 1)),
            Self::Packed => (below(1279, 1), below(2281, 1)),
            Self::Tpm => (below(1024, 105), below(1024, 1_093_337)),
        }
    }
}

/// An RSA key with the exponent 65537.
struct Rsa {
    n: BigUint,
    d: BigUint,
}

impl Rsa {
    fn new(modulus: Modulus) -> Result<Self, String> {
        let one = BigUint::from(1_u8);
        let (p, q) = modulus.primes();
        let order = (&p - &one) * (&q - &one);
        let d = BigUint::from(65_537_u32).modinv(&order).ok_or("65537 has no inverse")?;
        Ok(Self { n: p * q, d })
    }

    fn sign(&self, alg: i64, message: &[u8]) -> Result<Vec<u8>, String> {
        let len = self.n.to_bytes_be().len();
        let (digest, last): (Vec<u8>, u32) = match alg {
            -257 | -37 => (Sha256::digest(message).to_vec(), 1),
            -258 | -38 => (Sha384::digest(message).to_vec(), 2),
            _ => (Sha512::digest(message).to_vec(), 3),
        };
        let encoded = if alg < -200 { pkcs1(&digest, last, len)? } else { self.pss(alg, &digest)? };
        let signature = BigUint::from_bytes_be(&encoded).modpow(&self.d, &self.n).to_bytes_be();
        Ok([vec![0; len - signature.len()], signature].concat())
    }

    /// EMSA-PSS (RFC 8017 §9.1.1) with a salt of zeros, as long as the hash.
    fn pss(&self, alg: i64, digest: &[u8]) -> Result<Vec<u8>, String> {
        let hash = |data: &[u8]| match alg {
            -37 => Sha256::digest(data).to_vec(),
            -38 => Sha384::digest(data).to_vec(),
            _ => Sha512::digest(data).to_vec(),
        };
        let bits = usize::try_from(self.n.bits()).map_err(|error| error.to_string())? - 1;
        let len = bits.div_ceil(8);
        let salt = vec![0; digest.len()];
        let h = hash(&[&[0; 8], digest, &salt].concat());
        let padding = len.checked_sub(salt.len() + h.len() + 2).ok_or("the key is too short")?;
        let db = [vec![0; padding], vec![1], salt].concat();
        let mut mask = Vec::new();
        for counter in 0_u32.. {
            if mask.len() >= db.len() {
                break;
            }
            mask.extend(hash(&[h.as_slice(), &counter.to_be_bytes()].concat()));
        }
        let mut masked: Vec<u8> = db.iter().zip(&mask).map(|(byte, mask)| byte ^ mask).collect();
        if let Some(first) = masked.first_mut() {
            *first &= 0xff >> (len * 8 - bits);
        }
        Ok([masked, h, vec![0xbc]].concat())
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2).
fn pkcs1(digest: &[u8], last: u32, len: usize) -> Result<Vec<u8>, String> {
    let identifier = der::sequence(&[der::oid(&[2, 16, 840, 1, 101, 3, 4, 2, last]), der::null()]);
    let info = der::sequence(&[identifier, der::octet_string(digest)]);
    let padding = len.checked_sub(info.len() + 3).ok_or("the key is too short")?;
    Ok([vec![0, 1], vec![0xff; padding], vec![0], info].concat())
}
