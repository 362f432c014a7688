//! The input cut into rows, none of which is longer than [`MAX_ROW`]: however long the input is, one row is in memory.

use super::csv;
use crate::lines::{self, Fit};
use std::io::{self, BufRead, ErrorKind};

/// The longest row that is read, in bytes.
pub(super) const MAX_ROW: usize = 1024 * 1024;

/// How the rows stand in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A JSON object a line.
    Lines,
    /// One JSON array of objects.
    Array,
    /// A table with its columns' names in the first line.
    Csv,
}

/// A row, or what stands in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Whole,
    TooLong,
    /// The input ends within it.
    Cut,
}

/// Cuts the input; each row has its number, which is that of its line, and in an array that of the element.
#[derive(Debug)]
pub(super) struct Pieces<R> {
    input: R,
    format: Format,
    number: u64,
    /// How many lines the last row took.
    height: u64,
    inside: bool,
    done: bool,
}

impl<R: BufRead> Pieces<R> {
    /// Looks at the first character; none is taken but white space and the mark that some programs begin a file with.
    /// `None` where there is nothing else.
    ///
    /// # Errors
    ///
    /// Those of the reader.
    pub(super) fn new(mut input: R) -> io::Result<Option<Self>> {
        if fill(&mut input)?.starts_with(b"\xef\xbb\xbf") {
            input.consume(3);
        }
        let mut number = 0;
        let first = loop {
            match fill(&mut input)?.first().copied() {
                Some(space @ (b' ' | b'\t' | b'\r' | b'\n')) => {
                    number = u64::saturating_add(number, u64::from(space == b'\n'));
                    input.consume(1);
                }
                other => break other,
            }
        };
        let format = match first {
            None => return Ok(None),
            Some(b'[') => Format::Array,
            Some(b'{') => Format::Lines,
            Some(_) => Format::Csv,
        };
        if format == Format::Array {
            input.consume(1);
            number = 0;
        }
        Ok(Some(Self { input, format, number, height: 1, inside: format == Format::Array, done: false }))
    }

    pub(super) const fn format(&self) -> Format {
        self.format
    }

    /// The number of the row that came last.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Reads the next row into `row`; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the reader.
    pub(super) fn next(&mut self, row: &mut Vec<u8>) -> io::Result<Option<Piece>> {
        row.clear();
        if self.done {
            return Ok(None);
        }
        self.number = self.number.saturating_add(self.height);
        self.height = 1;
        match self.format {
            Format::Lines => Ok(lines::next(&mut self.input, row, MAX_ROW)?.map(|fit| match fit {
                Fit::Whole => Piece::Whole,
                Fit::TooLong => Piece::TooLong,
            })),
            Format::Csv => {
                let (piece, height) = csv::next(&mut self.input, row, MAX_ROW)?;
                self.height = height.max(1);
                Ok(piece)
            }
            Format::Array => self.element(row),
        }
    }

    /// One element of the array: nothing is counted but quotes and brackets, so that no nesting costs any stack.
    fn element(&mut self, row: &mut Vec<u8>) -> io::Result<Option<Piece>> {
        let (mut depth, mut quoted, mut escaped, mut long) = (0_usize, false, false, false);
        loop {
            let Some(byte) = fill(&mut self.input)?.first().copied() else {
                self.done = true;
                let blank = row.trim_ascii().is_empty() && !long;
                // After the array's end there is nothing; before it, even nothing is a cut.
                return Ok((self.inside || !blank).then_some(Piece::Cut));
            };
            self.input.consume(1);
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'[' | b'{' => depth = depth.saturating_add(1),
                b']' if depth == 0 && self.inside => {
                    self.inside = false;
                    if row.trim_ascii().is_empty() && !long {
                        continue;
                    }
                    return Ok(Some(if long { Piece::TooLong } else { Piece::Whole }));
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                b',' if depth == 0 && self.inside => {
                    return Ok(Some(if long { Piece::TooLong } else { Piece::Whole }));
                }
                _ => {}
            }
            if row.len() < MAX_ROW {
                row.push(byte);
            } else {
                long = true;
            }
        }
    }
}

/// What is there to be read, through interruptions.
pub(super) fn fill(input: &mut impl BufRead) -> io::Result<&[u8]> {
    loop {
        match input.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    // What the loop has seen: the reader gives it again without reading.
    input.fill_buf()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn cut(text: &str) -> (Format, Vec<(u64, Piece, String)>) {
        let mut seen = Vec::new();
        let mut formats = Vec::new();
        for capacity in [1, 2, 7, 4096] {
            let input = BufReader::with_capacity(capacity.max(3), text.as_bytes());
            let mut pieces = Pieces::new(input).unwrap().unwrap();
            let (mut row, mut all) = (Vec::new(), Vec::new());
            while let Some(piece) = pieces.next(&mut row).unwrap() {
                all.push((pieces.number(), piece, String::from_utf8(row.clone()).unwrap()));
            }
            formats.push(pieces.format());
            seen.push(all);
        }
        assert!(seen.windows(2).all(|two| two[0] == two[1]), "{text}: {seen:?}");
        (formats[0], seen.swap_remove(0))
    }

    fn rows(text: &str) -> Vec<(u64, Piece, String)> {
        cut(text).1
    }

    #[test]
    fn the_first_character_tells_the_format() {
        for (text, format) in [
            ("\u{feff}{\"a\":1}", Format::Lines),
            (" \n[1]", Format::Array),
            ("user_id,credential_id\n", Format::Csv),
            ("\"user_id\",x\n", Format::Csv),
        ] {
            assert_eq!(cut(text).0, format, "{text}");
        }
        assert_eq!(rows("\u{feff}\n\n{}\n{}")[0].0, 3);
    }

    #[test]
    fn nothing_is_told_from_no_rows() {
        for text in ["", " \n\r\n", "\u{feff}", "\u{feff}\n"] {
            assert!(Pieces::new(text.as_bytes()).unwrap().is_none(), "{text:?}");
        }
        assert!(rows("[]").is_empty());
    }

    #[test]
    fn an_array_is_cut_at_its_own_commas() {
        let text = r#"[{"a":"],[\"\\"}, [1,{"b":[]}],2,,"x" ] "#;
        let whole = |number, text: &str| (number, Piece::Whole, text.to_owned());
        let expected = [r#"{"a":"],[\"\\"}"#, r#" [1,{"b":[]}]"#, "2", "", "\"x\" "]
            .into_iter()
            .zip(1..)
            .map(|(t, n)| whole(n, t));
        assert_eq!(rows(text), expected.collect::<Vec<_>>());
        assert_eq!(rows("[]"), []);
        assert_eq!(rows(" [ ] \n"), []);
    }

    #[test]
    fn an_array_that_stops_early_or_goes_on_is_no_success() {
        for text in ["[", "[{}", "[{},", "[{}]{}", "[\"]", "[1]]", "[{]"] {
            let seen = rows(text);
            assert_eq!(seen.last().map(|row| row.1), Some(Piece::Cut), "{text}: {seen:?}");
        }
    }

    #[test]
    fn long_rows_are_read_over() {
        let long = "x".repeat(MAX_ROW + 10);
        let seen = rows(&format!("[1,\"{long}\",2]"));
        assert_eq!(
            seen.iter().map(|row| (row.0, row.1)).collect::<Vec<_>>(),
            [(1, Piece::Whole), (2, Piece::TooLong), (3, Piece::Whole)]
        );
        assert!(seen[1].2.len() <= MAX_ROW);
        let deep = format!("[{}", "[".repeat(MAX_ROW + 10));
        assert_eq!(rows(&deep).last().map(|row| row.1), Some(Piece::Cut));
    }
}
