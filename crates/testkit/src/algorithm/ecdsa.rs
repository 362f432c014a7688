//! ECDSA on four curves.

use super::PrivateKey;
use crate::{cbor::Cbor, der, stream::Stream};

/// id-ecPublicKey
const EC_PUBLIC_KEY: &[u32] = &[1, 2, 840, 10_045, 2, 1];

macro_rules! curve {
    ($name:ident, $curve:ident, $len:literal, $cose_curve:literal, $oid:expr, $label:literal, $doc:literal) => {
        #[doc = $doc]
        pub(super) struct $name {
            key: $curve::ecdsa::SigningKey,
            algorithm: i64,
        }

        impl $name {
            pub(super) fn generate(stream: &Stream, index: usize, algorithm: i64) -> Self {
                // A draw may be no scalar: then the next one is taken.
                let key = (0_u32..)
                    .find_map(|attempt| {
                        let mut bytes = stream.draw(&format!("{} key {index} {attempt}", $label), $len);
                        // The 521 bits of a scalar do not fill their last byte.
                        if $len == 66 {
                            bytes[0] &= 0x01;
                        }
                        $curve::ecdsa::SigningKey::from_slice(&bytes).ok()
                    })
                    .expect("some draw is a scalar");
                Self { key, algorithm }
            }

            /// The uncompressed point: 04, x, y.
            fn point(&self) -> Vec<u8> {
                self.key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
            }
        }

        impl PrivateKey for $name {
            fn cose(&self) -> Cbor {
                let point = self.point();
                let (x, y) = point[1..].split_at($len);
                Cbor::Map(vec![
                    (Cbor::Int(1), Cbor::Int(2)),
                    (Cbor::Int(3), Cbor::Int(self.algorithm)),
                    (Cbor::Int(-1), Cbor::Int($cose_curve)),
                    (Cbor::Int(-2), Cbor::from(x)),
                    (Cbor::Int(-3), Cbor::from(y)),
                ])
            }

            fn spki(&self) -> Vec<u8> {
                der::sequence([der::sequence([der::oid(EC_PUBLIC_KEY), der::oid($oid)]), der::bits(&self.point())])
            }

            fn sign(&self, message: &[u8]) -> Vec<u8> {
                use $curve::ecdsa::signature::Signer as _;
                let signature: $curve::ecdsa::Signature = self.key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
        }
    };
}

curve!(P256, p256, 32, 1, &[1, 2, 840, 10_045, 3, 1, 7], "es256", "A key on P-256.");
curve!(P384, p384, 48, 2, &[1, 3, 132, 0, 34], "es384", "A key on P-384.");
curve!(P521, p521, 66, 3, &[1, 3, 132, 0, 35], "es512", "A key on P-521.");
curve!(Secp256k1, k256, 32, 8, &[1, 3, 132, 0, 10], "es256k", "A key on secp256k1.");
