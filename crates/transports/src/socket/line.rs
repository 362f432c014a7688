//! Reading a line without keeping more of it than a message may have.

use std::io;
use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// The most that a line may have, in bytes. No browser's answer needs more.
pub const MAX_LINE: usize = 64 * 1024;

/// The most of a line that is too long that is read in search of its end.
const MAX_SKIPPED: usize = 16 * 1024 * 1024;

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// A line, without its end. The last one of a connection may lack that.
    Text(Vec<u8>),
    /// A line of more than [`MAX_LINE`] bytes, which was dropped.
    TooLong,
    /// A line of more than 16 MiB, whose end was not waited for.
    Endless,
    /// No line any more.
    End,
}

/// Reads one line.
///
/// # Errors
///
/// [`io::Error`] of the reader.
pub async fn read_line(reader: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Line> {
    let (mut line, mut length) = (Vec::new(), 0_usize);
    loop {
        let buffer = reader.fill_buf().await?;
        let over = buffer.is_empty();
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = end.and_then(|end| buffer.get(..end)).unwrap_or(buffer);
        length = length.saturating_add(part.len());
        if length <= MAX_LINE {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        reader.consume(used);
        if !over && end.is_none() && length <= MAX_SKIPPED {
            continue;
        }
        return Ok(if over && length == 0 {
            Line::End
        } else if length <= MAX_LINE {
            Line::Text(line)
        } else if length <= MAX_SKIPPED {
            Line::TooLong
        } else {
            Line::Endless
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::BufReader;

    async fn lines(bytes: &[u8], buffer: usize) -> Vec<Line> {
        let mut reader = BufReader::with_capacity(buffer, bytes);
        let mut lines = Vec::new();
        loop {
            match read_line(&mut reader).await.unwrap() {
                Line::End => return lines,
                line => {
                    let last = line == Line::Endless;
                    lines.push(line);
                    if last {
                        return lines;
                    }
                }
            }
        }
    }

    fn text(text: &str) -> Line {
        Line::Text(text.as_bytes().to_vec())
    }

    #[tokio::test]
    async fn lines_end_with_a_line_feed_or_with_the_connection() {
        for buffer in [1, 2, 8192] {
            assert_eq!(lines(b"ab\n\ncd", buffer).await, [text("ab"), text(""), text("cd")]);
            assert_eq!(lines(b"", buffer).await, []);
        }
    }

    #[tokio::test]
    async fn the_longest_line_is_kept_and_a_longer_one_is_not() {
        let longest = "x".repeat(MAX_LINE);
        assert_eq!(lines(format!("{longest}\nb\n").as_bytes(), 8192).await, [text(&longest), text("b")]);
        assert_eq!(lines(format!("{longest}x\nb\n").as_bytes(), 8192).await, [Line::TooLong, text("b")]);
    }

    #[tokio::test]
    async fn a_line_without_end_is_not_read_for_ever() {
        let endless = vec![b'x'; MAX_SKIPPED + 8192];
        assert_eq!(lines(&endless, 8192).await, [Line::Endless]);
    }
}
