//! Tables as text (RFC 4180), as `\copy ... csv header` of psql and `.mode csv` of sqlite3 write them.

use super::pieces::{Piece, fill};
use std::io::{self, BufRead};

/// Reads the next record into `row`, without the line feed that ends it, and tells how many lines it took. A record of
/// more than `max` bytes is read over.
///
/// # Errors
///
/// Those of the reader.
pub(super) fn next(input: &mut impl BufRead, row: &mut Vec<u8>, max: usize) -> io::Result<(Option<Piece>, u64)> {
    let (mut quoted, mut long, mut any, mut lines) = (false, false, false, 0_u64);
    loop {
        let Some(byte) = fill(input)?.first().copied() else {
            let piece = if quoted { Piece::Cut } else { whole(long) };
            return Ok((any.then_some(piece), lines.saturating_add(1)));
        };
        input.consume(1);
        any = true;
        match byte {
            b'"' => quoted = !quoted,
            b'\n' => {
                lines = lines.saturating_add(1);
                if !quoted {
                    return Ok((Some(whole(long)), lines));
                }
            }
            _ => {}
        }
        if row.len() < max {
            row.push(byte);
        } else {
            long = true;
        }
    }
}

const fn whole(long: bool) -> Piece {
    if long { Piece::TooLong } else { Piece::Whole }
}

/// The fields of a record. Two quotes within a quoted field are one.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn fields(record: &[u8]) -> Result<Vec<String>, &'static str> {
    let text = std::str::from_utf8(record).map_err(|_| "the row is not UTF-8")?;
    let text = text.strip_suffix('\r').unwrap_or(text);
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                rest.split_at_checked(end).map_or((String::new(), ""), |(field, after)| (field.to_owned(), after))
            }
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(fields),
            None => return Err("something stands behind a quoted field"),
        }
    }
}

/// What stands before the closing quote, and what behind it.
fn unquote(text: &str) -> Result<(String, &str), &'static str> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let (piece, after) = rest.split_once('"').ok_or("a quote is not closed")?;
        field.push_str(piece);
        match after.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => return Ok((field, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_those_of_the_standard() {
        for (record, expected) in [
            ("a,b,c", vec!["a", "b", "c"]),
            ("a,,", vec!["a", "", ""]),
            ("", vec![""]),
            ("\"a,b\",\"c\"\"d\",e\r", vec!["a,b", "c\"d", "e"]),
            ("\"\"", vec![""]),
            ("\"a\nb\",c", vec!["a\nb", "c"]),
            ("a\"b,c", vec!["a\"b", "c"]),
        ] {
            assert_eq!(fields(record.as_bytes()).unwrap(), expected, "{record}");
        }
        for record in [&b"\"a"[..], b"\"a\"b,c", b"\"\"\"", b"\xff"] {
            assert!(fields(record).is_err(), "{record:?}");
        }
    }

    #[test]
    fn records_end_at_a_line_feed_outside_quotes() {
        let mut input = &b"a,b\n\"x\ny\",z\n\nlast"[..];
        let mut seen = Vec::new();
        loop {
            let mut row = Vec::new();
            let (piece, lines) = next(&mut input, &mut row, 8).unwrap();
            let Some(piece) = piece else { break };
            seen.push((piece, lines, String::from_utf8(row).unwrap()));
        }
        let expected = [
            (Piece::Whole, 1, "a,b"),
            (Piece::Whole, 2, "\"x\ny\",z"),
            (Piece::Whole, 1, ""),
            (Piece::Whole, 1, "last"),
        ];
        assert_eq!(seen, expected.map(|(piece, lines, text)| (piece, lines, text.to_owned())));
        let mut row = Vec::new();
        assert_eq!(next(&mut &b"\"a,b\nc"[..], &mut row, 99).unwrap(), (Some(Piece::Cut), 2));
        row.clear();
        assert_eq!(next(&mut &b"0123456789\nx"[..], &mut row, 8).unwrap(), (Some(Piece::TooLong), 1));
        assert_eq!(row.len(), 8);
    }
}
