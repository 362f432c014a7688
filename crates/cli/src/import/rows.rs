//! Rows as members with names, whatever they were written in.

use super::csv;
use super::json::object;
use super::pieces::{Format, MAX_ROW, Piece, Pieces};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::io::{self, BufRead};

/// A row of the input.
#[derive(Debug)]
pub(super) struct Numbered {
    /// The number of its line, in an array of the element.
    pub(super) number: u64,
    /// Its members, or why it has none.
    pub(super) members: Result<Map<String, Value>, String>,
}

/// Reads rows one by one.
#[derive(Debug)]
pub(super) struct Rows<R> {
    pieces: Pieces<R>,
    row: Vec<u8>,
    header: Vec<String>,
}

/// Why the input as a whole can't be read.
#[derive(Debug)]
pub(super) enum Unreadable {
    Stream(io::Error),
    /// There is not a single row, nor a table's first line: what an export that failed leaves behind.
    Empty,
    Header(String),
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Stream(error)
    }
}

impl<R: BufRead> Rows<R> {
    pub(super) fn new(input: R) -> Result<Self, Unreadable> {
        let pieces = Pieces::new(input)?.ok_or(Unreadable::Empty)?;
        let mut rows = Self { pieces, row: Vec::new(), header: Vec::new() };
        if rows.pieces.format() == Format::Csv {
            let whole = rows.pieces.next(&mut rows.row)? == Some(Piece::Whole);
            let header = if whole { csv::fields(&rows.row) } else { Err("the first line has no end") };
            let refused = |what: &str| Unreadable::Header(format!("the input is no JSON and no table: {what}"));
            rows.header = header.map_err(refused)?.into_iter().map(|name| name.trim().to_owned()).collect();
            if rows.header.len() < 2 {
                return Err(refused("the first line has to name the columns, with commas between them"));
            }
            if rows.header.iter().collect::<BTreeSet<_>>().len() < rows.header.len() {
                return Err(refused("the first line names a column twice"));
            }
        }
        Ok(rows)
    }

    /// What the current row was written in, for a file of what was refused: its own bytes, and before the first of them
    /// the names of a table's columns.
    pub(super) fn raw(&self) -> &[u8] {
        self.row.trim_ascii()
    }

    pub(super) fn header(&self) -> Option<String> {
        let quoted = |name: &String| format!("\"{}\"", name.replace('"', "\"\""));
        (self.pieces.format() == Format::Csv).then(|| self.header.iter().map(quoted).collect::<Vec<_>>().join(","))
    }

    pub(super) fn next(&mut self) -> Result<Option<Numbered>, Unreadable> {
        loop {
            let Some(piece) = self.pieces.next(&mut self.row)? else { return Ok(None) };
            let number = self.pieces.number();
            let members = match piece {
                Piece::Whole if self.blank() => continue,
                Piece::Whole if self.pieces.format() == Format::Csv => self.record(),
                Piece::Whole => object(self.row.trim_ascii()),
                Piece::TooLong => Err(format!("the row is longer than {MAX_ROW} bytes")),
                Piece::Cut if self.pieces.format() == Format::Csv => {
                    Err("a quote is not closed: nothing behind it was read".to_owned())
                }
                Piece::Cut => Err("the array has no proper end here: nothing behind it was read".to_owned()),
            };
            return Ok(Some(Numbered { number, members }));
        }
    }

    fn blank(&self) -> bool {
        self.pieces.format() != Format::Array && self.row.trim_ascii().is_empty()
    }

    fn record(&self) -> Result<Map<String, Value>, String> {
        let fields = csv::fields(&self.row)?;
        if fields.len() != self.header.len() {
            return Err(format!("the row has {} columns, the first line {}", fields.len(), self.header.len()));
        }
        Ok(self.header.iter().cloned().zip(fields.into_iter().map(Value::String)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Result<String, String>)> {
        let mut rows = Rows::new(text.as_bytes()).unwrap();
        let mut seen = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            seen.push((row.number, row.members.map(|members| Value::Object(members).to_string())));
        }
        seen
    }

    #[test]
    fn lines_arrays_and_tables_say_the_same() {
        let one = Ok(r#"{"a":"1","b":"x"}"#.to_owned());
        let two = Ok(r#"{"a":"2","b":"y"}"#.to_owned());
        let lines = read("{\"a\":\"1\",\"b\":\"x\"}\n\n{\"a\":\"2\",\"b\":\"y\"}\n");
        assert_eq!(lines, [(1, one.clone()), (3, two.clone())]);
        let array = read("[{\"a\":\"1\",\"b\":\"x\"},\n{\"a\":\"2\",\"b\":\"y\"}]");
        assert_eq!(array, [(1, one.clone()), (2, two.clone())]);
        let table = read("a,b\r\n1,x\r\n\r\n\"2\",y\r\n");
        assert_eq!(table, [(2, one), (4, two)]);
    }

    #[test]
    fn a_bad_row_is_named_and_the_next_one_read() {
        let seen = read("{\"a\":\n[1]\n{}\n\"x\"\nnull\n{\"a\":1}");
        let good: Vec<u64> = seen.iter().filter(|row| row.1.is_ok()).map(|row| row.0).collect();
        assert_eq!(good, [3, 6]);
        assert!(seen[0].1.as_ref().unwrap_err().contains("no JSON, at its line 1"), "{seen:?}");
        assert!(seen[1].1.as_ref().unwrap_err().contains("no JSON object"), "{seen:?}");
        let seen = read("a,b\n1\n\"x\"y,2\n3,4\n\"5,6\n7,8\n");
        let good: Vec<u64> = seen.iter().filter(|row| row.1.is_ok()).map(|row| row.0).collect();
        assert_eq!((good, seen.len()), (vec![4], 4), "{seen:?}");
        assert!(seen[3].1.as_ref().unwrap_err().contains("not closed"), "{seen:?}");
        assert!(read("[{},")[1].1.as_ref().unwrap_err().contains("no proper end"));
    }

    #[test]
    fn a_table_needs_a_header() {
        for text in ["x", "a,a\n", "\"a\n", "hello world\n{}"] {
            assert!(matches!(Rows::new(text.as_bytes()), Err(Unreadable::Header(_))), "{text}");
        }
        let rows = Rows::new(&b"a,\"b\"\"c\"\n"[..]).unwrap();
        assert_eq!(rows.header().as_deref(), Some("\"a\",\"b\"\"c\""));
    }

    #[test]
    fn an_empty_input_is_told_from_an_empty_table() {
        assert!(matches!(Rows::new(&b"\n"[..]), Err(Unreadable::Empty)));
        for text in ["[]", "a,b\n"] {
            assert!(Rows::new(text.as_bytes()).unwrap().next().unwrap().is_none(), "{text}");
        }
    }

    #[test]
    fn text_inside_text_is_text() {
        let mut inner = "1".to_owned();
        for _ in 0..4 {
            let quoted = serde_json::to_string(&inner).unwrap();
            inner = format!("{}{{\"$serde_json::private::RawValue\":{quoted}}}{}", "[".repeat(100), "]".repeat(100));
        }
        let seen = read(&format!("{{\"a\":{inner}}}"));
        assert!(seen[0].1.is_ok(), "{seen:?}");
        assert!(read(&"[".repeat(200_000))[0].1.is_err());
        assert!(read(&format!("{{\"a\":{}", "[".repeat(200_000)))[0].1.is_err());
    }
}
