//! Which encodings of Ed25519 keys are refused before any arithmetic.

/// A y coordinate, little-endian.
type Y = [u8; 32];

/// The prime of the field, 2^255 - 19.
const PRIME: Y = {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xed;
    bytes[31] = 0x7f;
    bytes
};

/// The y coordinates of the eight points of small order: of order 4, 1, 2 and 8, and 8 again.
const SMALL_ORDER: [Y; 5] = [
    [0; 32],
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    {
        let mut minus_one = PRIME;
        minus_one[0] -= 1;
        minus_one
    },
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// Whether `x`, the 32 bytes of a compressed point, is the one encoding of its point, and not of one of small order.
///
/// That it is a point at all is left to the arithmetic, which has to decompress it anyway. Libraries differ in the rest: for a
/// key of small order there are signatures that hold for any message, and some accept y at or above the prime. A backend
/// asks here, so that all of them refuse the same keys.
#[must_use]
pub fn is_sound_ed25519_key(x: &[u8]) -> bool {
    let Ok(mut y) = Y::try_from(x) else { return false };
    // The highest bit is the sign of x. Where x is zero it has none, but those two points are of small order.
    y[31] &= 0x7f;
    y.iter().rev().lt(PRIME.iter().rev()) && !SMALL_ORDER.contains(&y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths() {
        assert!(!is_sound_ed25519_key(&[9; 31]) && !is_sound_ed25519_key(&[9; 33]) && !is_sound_ed25519_key(&[]));
        assert!(is_sound_ed25519_key(&[9; 32]));
    }

    #[test]
    fn neg_points_of_small_order_and_other_encodings_are_refused() {
        for mut y in SMALL_ORDER {
            assert!(!is_sound_ed25519_key(&y));
            y[31] |= 0x80;
            assert!(!is_sound_ed25519_key(&y));
        }
        // From the prime to 2^255 - 1.
        for low in 0xed..=0xff {
            for high in [0x7f, 0xff] {
                let mut y = [0xff; 32];
                (y[0], y[31]) = (low, high);
                assert!(!is_sound_ed25519_key(&y), "{low:x}");
            }
        }
        let mut y = PRIME;
        y[0] -= 2;
        assert!(is_sound_ed25519_key(&y));
    }

    #[cfg(feature = "rustcrypto")]
    fn by_arithmetic(x: &[u8; 32]) -> Option<bool> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(x).ok()?;
        Some(key.to_edwards().compress().as_bytes() == x && !key.is_weak())
    }

    #[cfg(feature = "rustcrypto")]
    #[test]
    fn the_list_is_what_arithmetic_says() {
        let mut weak = 0;
        for y in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut x = y;
                x[31] |= sign;
                weak += usize::from(ed25519_dalek::VerifyingKey::from_bytes(&x).is_ok_and(|key| key.is_weak()));
            }
        }
        // Eight points, and another spelling of each of the two whose x is zero.
        assert_eq!(weak, 10);
    }

    #[cfg(feature = "rustcrypto")]
    proptest! {
        #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_agrees_with_arithmetic(mut x: [u8; 32], small in 0..=SMALL_ORDER.len(), low: u8, high in any::<Option<bool>>()) {
            if let Some(y) = SMALL_ORDER.get(small) {
                x = *y;
                x[31] |= low & 0x80;
            }
            if let Some(high) = high {
                x = [0xff; 32];
                (x[0], x[31]) = (low, if high { 0xff } else { 0x7f });
            }
            if let Some(expected) = by_arithmetic(&x) {
                prop_assert_eq!(is_sound_ed25519_key(&x), expected);
            }
        }
    }
}
