//! The rows: those of WebAuthn Level 3 §16, and our own in the same scheme.

use super::pair::{Frame, Output, Vector};
use super::statement::Format;

/// WebAuthn Level 3 §16, in its order.
pub(super) const W3C: &[Vector] = &[
    Vector::new("none.ES256", -7, Format::None),
    Vector::new("packed-self.ES256", -7, Format::PackedSelf),
    Vector { frame: Frame::CrossOrigin, ..Vector::new("none.ES256.crossOrigin", -7, Format::None) },
    Vector { frame: Frame::CrossOriginBelowTop, ..Vector::new("none.ES256.topOrigin", -7, Format::None) },
    Vector { long_id: true, ..Vector::new("none.ES256.long-credential-id", -7, Format::None) },
    Vector::new("packed.ES256", -7, Format::Packed),
    Vector::new("packed.ES384", -35, Format::Packed),
    Vector::new("packed.ES512", -36, Format::Packed),
    Vector::new("packed.RS256", -257, Format::Packed),
    Vector::new("packed.EdDSA", -8, Format::Packed),
    Vector::new("packed.Ed448", -53, Format::Packed),
    Vector::new("tpm.ES256", -7, Format::Tpm),
    Vector::new("android-key.ES256", -7, Format::AndroidKey),
    Vector::new("apple.ES256", -7, Format::Apple),
    Vector::new("fido-u2f.ES256", -7, Format::FidoU2f),
];

/// What the specification has no vector for.
pub(super) const EXTENDED: &[Vector] = &[
    Vector::new("x.packed.PS256", -37, Format::Packed),
    Vector::new("x.packed.PS384", -38, Format::Packed),
    Vector::new("x.packed.PS512", -39, Format::Packed),
    Vector::new("x.packed.RS384", -258, Format::Packed),
    Vector::new("x.packed.RS512", -259, Format::Packed),
    Vector::new("x.packed.ES256K", -47, Format::Packed),
    Vector::new("x.packed-self.ES512", -36, Format::PackedSelf),
    Vector::new("x.packed-self.ES384", -35, Format::PackedSelf),
    Vector::new("x.packed-self.ES256K", -47, Format::PackedSelf),
    Vector::new("x.packed-self.ESP256", -9, Format::PackedSelf),
    Vector::new("x.packed-self.ESP384", -51, Format::PackedSelf),
    Vector::new("x.packed-self.ESP512", -52, Format::PackedSelf),
    Vector::new("x.packed-self.Ed25519", -19, Format::PackedSelf),
    Vector::new("x.packed-self.RS256", -257, Format::PackedSelf),
    Vector::new("x.packed-self.PS256", -37, Format::PackedSelf),
    Vector::new("x.packed-self.ML-DSA-44", -48, Format::PackedSelf),
    Vector::new("x.packed-self.ML-DSA-65", -49, Format::PackedSelf),
    Vector::new("x.packed-self.ML-DSA-87", -50, Format::PackedSelf),
    Vector::new("x.tpm.RS256", -257, Format::Tpm),
    Vector::new("x.compound.ES256", -7, Format::Compound),
    Vector {
        extensions: &[
            ("credProtect", Output::Int(3)),
            ("hmac-secret", Output::Bool(true)),
            ("minPinLength", Output::Int(6)),
        ],
        ..Vector::new("x.extensions.ES256", -7, Format::PackedSelf)
    },
    Vector {
        extensions: &[("credBlob", Output::Bool(true))],
        ..Vector::new("x.extensions.credBlob.ES256", -7, Format::PackedSelf)
    },
    Vector::new("x.packed-self.RS384", -258, Format::PackedSelf),
    Vector::new("x.packed-self.RS512", -259, Format::PackedSelf),
    Vector::new("x.packed-self.PS384", -38, Format::PackedSelf),
    Vector::new("x.packed-self.PS512", -39, Format::PackedSelf),
    Vector::new("x.packed-self.EdDSA", -8, Format::PackedSelf),
    Vector::new("x.packed-self.Ed448", -53, Format::PackedSelf),
    Vector::new("x.packed.ES256.by-ES384", -7, Format::Packed).attested_by(-35),
    Vector::new("x.packed.ES256.by-ES512", -7, Format::Packed).attested_by(-36),
    Vector::new("x.packed.ES256.by-ESP256", -7, Format::Packed).attested_by(-9),
    Vector::new("x.packed.ES256.by-ESP384", -7, Format::Packed).attested_by(-51),
    Vector::new("x.packed.ES256.by-ESP512", -7, Format::Packed).attested_by(-52),
    Vector::new("x.packed.ES256.by-ES256K", -7, Format::Packed).attested_by(-47),
    Vector::new("x.packed.ES256.by-RS256", -7, Format::Packed).attested_by(-257),
    Vector::new("x.packed.ES256.by-RS384", -7, Format::Packed).attested_by(-258),
    Vector::new("x.packed.ES256.by-RS512", -7, Format::Packed).attested_by(-259),
    Vector::new("x.packed.ES256.by-PS256", -7, Format::Packed).attested_by(-37),
    Vector::new("x.packed.ES256.by-PS384", -7, Format::Packed).attested_by(-38),
    Vector::new("x.packed.ES256.by-PS512", -7, Format::Packed).attested_by(-39),
    Vector::new("x.packed.ES256.by-EdDSA", -7, Format::Packed).attested_by(-8),
    Vector::new("x.packed.ES256.by-Ed25519", -7, Format::Packed).attested_by(-19),
    Vector::new("x.tpm.ES256.by-ES384", -7, Format::Tpm).attested_by(-35),
    Vector::new("x.tpm.ES256.by-ES512", -7, Format::Tpm).attested_by(-36),
    Vector::new("x.tpm.ES256.by-ESP256", -7, Format::Tpm).attested_by(-9),
    Vector::new("x.tpm.ES256.by-ESP384", -7, Format::Tpm).attested_by(-51),
    Vector::new("x.tpm.ES256.by-ESP512", -7, Format::Tpm).attested_by(-52),
    Vector::new("x.tpm.ES256.by-RS256", -7, Format::Tpm).attested_by(-257),
    Vector::new("x.tpm.ES256.by-RS384", -7, Format::Tpm).attested_by(-258),
    Vector::new("x.tpm.ES256.by-RS512", -7, Format::Tpm).attested_by(-259),
    Vector::new("x.tpm.ES256.by-PS256", -7, Format::Tpm).attested_by(-37),
    Vector::new("x.tpm.ES256.by-PS384", -7, Format::Tpm).attested_by(-38),
    Vector::new("x.tpm.ES256.by-PS512", -7, Format::Tpm).attested_by(-39),
    Vector::new("x.tpm.RS256.by-RS256", -257, Format::Tpm).attested_by(-257),
    Vector::new("x.android-key.ES384", -35, Format::AndroidKey),
    Vector::new("x.android-key.ES512", -36, Format::AndroidKey),
    Vector::new("x.android-key.RS256", -257, Format::AndroidKey),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The COSE algorithms whose keys certificates are read with.
    const CERTIFIED: &[i64] = &[-7, -9, -35, -51, -36, -52, -47, -257, -258, -259, -37, -38, -39, -8, -19];

    fn is_there(format: Format, of: impl Fn(&Vector) -> bool) -> bool {
        W3C.iter().chain(EXTENDED).any(|vector| vector.format == format && of(vector))
    }

    #[test]
    fn every_algorithm_attests_wherever_it_fits() {
        for alg in CERTIFIED.iter().copied() {
            assert!(is_there(Format::Packed, |vector| vector.attester == alg), "{alg}");
            assert!(is_there(Format::PackedSelf, |vector| vector.alg == alg), "{alg}");
            // No TPM has a key of EdDSA, which does not hash first, or on secp256k1.
            let is_for_tpm = ![-8, -19, -47].contains(&alg);
            assert_eq!(is_there(Format::Tpm, |vector| vector.attester == alg), is_for_tpm, "{alg}");
        }
        // Those that no certificate is read with sign for themselves.
        for alg in [-53, -48, -49, -50] {
            assert!(is_there(Format::PackedSelf, |vector| vector.alg == alg), "{alg}");
        }
    }

    #[test]
    fn no_name_is_there_twice() {
        let mut names: Vec<&str> = W3C.iter().chain(EXTENDED).map(|vector| vector.info).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
