//! The deterministic source of every "random" byte.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A seed from which bytes are drawn by label, so that one draw never shifts another.
#[derive(Clone)]
pub(crate) struct Stream {
    seed: [u8; 32],
}

impl Stream {
    pub(crate) fn new(seed: &[u8]) -> Self {
        Self { seed: Sha256::digest(seed).into() }
    }

    /// `len` bytes: the concatenation of SHA-256(seed ‖ label ‖ counter) for the counters 0, 1, 2 ...
    pub(crate) fn draw(&self, label: &str, len: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(len + 32);
        let mut counter: u32 = 0;
        while out.len() < len {
            let block = Sha256::new()
                .chain_update(self.seed)
                .chain_update(label)
                .chain_update(counter.to_be_bytes())
                .finalize();
            out.extend_from_slice(&block);
            counter += 1;
        }
        out.truncate(len);
        out
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

pub(crate) fn sha1(bytes: &[u8]) -> Vec<u8> {
    sha1::Sha1::digest(bytes).to_vec()
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_repeat_and_differ_by_label_and_seed() {
        let stream = Stream::new(b"seed");
        assert_eq!(stream.draw("a", 70), stream.draw("a", 70));
        assert_eq!(stream.draw("a", 70)[..32], stream.draw("a", 32));
        assert_ne!(stream.draw("a", 32), stream.draw("b", 32));
        assert_ne!(stream.draw("a", 32), Stream::new(b"other").draw("a", 32));
    }
}
