//! ECDSA on the NIST curves and on secp256k1, with deterministic nonces (RFC 6979).

use super::{Algorithm, Hash, OddForm, PrivateKey};
use crate::{cbor::Cbor, der, stream::Stream};

/// A curve's key type. The curves' crates differ in their types only, so one body serves them all.
macro_rules! curve {
    ($name:ident, $curve:ident, $size:literal, cose: $crv:literal, oid: $oid:literal, top: $top:literal) => {
        pub(super) struct $name {
            key: $curve::ecdsa::SigningKey,
            algorithm: Algorithm,
        }

        impl $name {
            pub(super) fn generate(algorithm: Algorithm, stream: &Stream, index: usize) -> Self {
                let label = format!("{algorithm:?} key {index}").to_lowercase();
                // A draw is seldom no scalar: then the next one is taken.
                let key = (0_u32..)
                    .find_map(|attempt| {
                        let mut scalar = stream.draw(&format!("{label} {attempt}"), $size);
                        scalar[0] &= $top;
                        $curve::ecdsa::SigningKey::from_slice(&scalar).ok()
                    })
                    .expect("some draw is a scalar");
                Self { key, algorithm }
            }

            /// The uncompressed point: 04, x, y.
            fn point(&self) -> Vec<u8> {
                self.key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
            }

            fn sign_digest(&self, digest: &[u8]) -> Vec<u8> {
                use $curve::ecdsa::signature::hazmat::PrehashSigner as _;
                let signature: $curve::ecdsa::Signature =
                    self.key.sign_prehash(digest).expect("the digest is at least half as long as the order");
                signature.to_der().as_bytes().to_vec()
            }
        }

        impl PrivateKey for $name {
            fn cose(&self) -> Cbor {
                let point = self.point();
                Cbor::Map(vec![
                    (Cbor::Int(1), Cbor::Int(2)),
                    (Cbor::Int(3), Cbor::Int(self.algorithm.cose_id())),
                    (Cbor::Int(-1), Cbor::Int($crv)),
                    (Cbor::Int(-2), Cbor::from(&point[1..=$size])),
                    (Cbor::Int(-3), Cbor::from(&point[$size + 1..])),
                ])
            }

            fn spki(&self) -> Vec<u8> {
                let identifier = der::sequence(&[der::oid("1.2.840.10045.2.1"), der::oid($oid)]);
                der::sequence(&[identifier, der::bit_string(&self.point())])
            }

            fn sign(&self, message: &[u8]) -> Vec<u8> {
                self.sign_digest(&self.algorithm.hash().unwrap_or(Hash::Sha256).digest(message))
            }

            fn sign_oddly(&self, message: &[u8], form: OddForm) -> Option<Vec<u8>> {
                // Shorter than half the order of the larger curves, SHA-1 is refused there.
                (form == OddForm::Sha1 && $size == 32).then(|| self.sign_digest(&Hash::Sha1.digest(message)))
            }
        }
    };
}

curve!(P256, p256, 32, cose: 1, oid: "1.2.840.10045.3.1.7", top: 0xff);
curve!(P384, p384, 48, cose: 2, oid: "1.3.132.0.34", top: 0xff);
curve!(P521, p521, 66, cose: 3, oid: "1.3.132.0.35", top: 0x01);
curve!(Secp256k1, k256, 32, cose: 8, oid: "1.3.132.0.10", top: 0xff);
