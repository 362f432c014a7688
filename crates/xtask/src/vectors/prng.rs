//! The bytes of the vectors: a deterministic stream for each vector.

use hkdf::Hkdf;
use sha2::Sha256;

/// What every vector of the specification is derived from.
const SEED: &[u8] = b"WebAuthn test vectors";

/// The draws of one vector. Draw number i (from 0) of L bytes is HKDF-SHA-256 with the seed as key material, the single
/// byte i as salt, the vector's name as info, and L bytes of output.
#[derive(Debug)]
pub(super) struct Prng {
    info: &'static str,
    next: u8,
}

impl Prng {
    pub(super) const fn new(info: &'static str) -> Self {
        Self { info, next: 0 }
    }

    /// The next draw.
    ///
    /// # Errors
    ///
    /// More than 8160 bytes, or more than 256 draws.
    pub(super) fn draw(&mut self, len: usize) -> Result<Vec<u8>, String> {
        let told = || format!("{}: draw {} of {len} bytes is out of range", self.info, self.next);
        let mut bytes = vec![0; len];
        Hkdf::<Sha256>::new(Some(&[self.next]), SEED).expand(self.info.as_bytes(), &mut bytes).map_err(|_| told())?;
        self.next = self.next.checked_add(1).ok_or_else(told)?;
        Ok(bytes)
    }

    /// The next draw, of a single byte.
    pub(super) fn draw_byte(&mut self) -> Result<u8, String> {
        Ok(self.draw(1)?.first().copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::text::hex;

    /// As the specification prints them.
    #[test]
    fn the_draws_of_the_first_vector() {
        let mut prng = Prng::new("none.ES256");
        let mut draw = |len| hex(&prng.draw(len).unwrap());
        assert_eq!(draw(32), "00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130", "challenge");
        assert_eq!(draw(32), "6e68e7a58484a3264f66b77f5d6dc5bc36a47085b615c9727ab334e8c369c2ee", "private key");
        // Its lowest bit is set, so that the member `extraData` follows.
        draw(1);
        draw(16);
        assert_eq!(draw(16), "8446ccb9ab1db374750b2367ff6f3a1f", "aaguid");
        assert_eq!(draw(32), "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4", "credential id");
    }

    #[test]
    fn too_long_a_draw_is_an_error() {
        assert!(Prng::new("none.ES256").draw(8161).is_err());
    }
}
