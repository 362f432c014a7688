//! Keeps a body as it comes in, up to its cap.

use crate::body::{MAX_BODY, too_large};
use crate::problem::Problem;

/// What an adapter reads a body into, piece by piece: it keeps at most [`MAX_BODY`] bytes.
///
/// Of a body that is larger nothing is kept, and up to [`MAX_DROPPED`](Self::MAX_DROPPED) bytes are read on, so that its
/// sender gets to see the answer; a sender of still more may be cut off without one.
#[derive(Debug, Default)]
#[must_use]
pub struct BodyReader {
    read: Vec<u8>,
    total: usize,
}

impl BodyReader {
    /// How many bytes of a body are read in all, at most: 16 MiB.
    pub const MAX_DROPPED: usize = 16 * 1024 * 1024;

    /// Nothing is read yet.
    pub const fn new() -> Self {
        Self { read: Vec::new(), total: 0 }
    }

    /// Takes the next piece. False if there is no point in another one.
    #[must_use]
    pub fn push(&mut self, piece: &[u8]) -> bool {
        self.total = self.total.saturating_add(piece.len());
        if self.total <= MAX_BODY {
            self.read.extend_from_slice(piece);
        } else {
            self.read = Vec::new();
        }
        self.total <= Self::MAX_DROPPED
    }

    /// The body, at its end.
    ///
    /// # Errors
    ///
    /// Status 413 if it was larger than [`MAX_BODY`].
    pub fn finish(self) -> Result<Vec<u8>, Problem> {
        if self.total > MAX_BODY { Err(too_large()) } else { Ok(self.read) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_kept_up_to_its_cap() {
        let mut reader = BodyReader::new();
        assert!(reader.push(&vec![b'a'; MAX_BODY - 1]) && reader.push(b"") && reader.push(b"b"));
        let body = reader.finish().unwrap();
        assert_eq!((body.len(), body.last()), (MAX_BODY, Some(&b'b')));
    }

    #[test]
    fn of_a_larger_one_nothing_is_kept() {
        let mut reader = BodyReader::new();
        assert!(reader.push(&vec![b'a'; MAX_BODY]) && reader.push(b"b"));
        assert_eq!(reader.read.capacity(), 0);
        assert!(reader.push(b"c"));
        assert_eq!(reader.read.capacity(), 0);
        assert_eq!(reader.finish().unwrap_err().status(), 413);
    }

    #[test]
    fn an_endless_one_is_cut_off() {
        let (mut reader, piece) = (BodyReader::new(), [0; MAX_BODY]);
        let mut pieces = 1;
        while reader.push(&piece) {
            pieces += 1;
        }
        assert_eq!(pieces, BodyReader::MAX_DROPPED / MAX_BODY + 1);
        assert_eq!(reader.finish().unwrap_err().status(), 413);
    }
}
