//! Lines of bounded length.

use std::io::{self, BufRead, ErrorKind};

/// Whether a line fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Whole,
    TooLong,
}

/// Reads the next line into `line`, without its line feed; `None` at the end. A line of more than `max` bytes is read
/// over: no more than that is ever kept.
///
/// # Errors
///
/// Those of the reader.
pub(crate) fn next(input: &mut impl BufRead, line: &mut Vec<u8>, max: usize) -> io::Result<Option<Fit>> {
    line.clear();
    let mut fit = Fit::Whole;
    let mut started = false;
    loop {
        let available = match input.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            available => available?,
        };
        if available.is_empty() {
            return Ok(started.then_some(fit));
        }
        started = true;
        let end = available.iter().position(|byte| *byte == b'\n');
        let piece = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
        if fit == Fit::Whole && line.len().saturating_add(piece.len()) <= max {
            line.extend_from_slice(piece);
        } else {
            fit = Fit::TooLong;
            line.clear();
        }
        let used = end.map_or(available.len(), |at| at.saturating_add(1));
        input.consume(used);
        if end.is_some() {
            return Ok(Some(fit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    #[test]
    fn long_lines_are_read_over() {
        for capacity in 1..9 {
            let mut input = BufReader::with_capacity(capacity, &b"one\n\nfour!\nfive!!\nlast"[..]);
            let mut line = Vec::new();
            let mut seen = Vec::new();
            while let Some(fit) = next(&mut input, &mut line, 5).unwrap() {
                seen.push((fit, String::from_utf8(line.clone()).unwrap()));
            }
            let expected = [
                (Fit::Whole, "one"),
                (Fit::Whole, ""),
                (Fit::Whole, "four!"),
                (Fit::TooLong, ""),
                (Fit::Whole, "last"),
            ];
            assert_eq!(seen, expected.map(|(fit, text)| (fit, text.to_owned())));
        }
    }
}
