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
];
