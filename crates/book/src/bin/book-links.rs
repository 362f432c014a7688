//! mdBook's preprocessor for links that leave the book: `docs/book.toml` names it.

use ceremony_book::links;
use serde_json::Value;
use std::io::{self, Read, Write};

/// Where a page finds the repository's other files.
const REPOSITORY: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main");

fn main() -> io::Result<()> {
    // `supports RENDERER` is asked first; ending well says yes.
    if std::env::args().nth(1).as_deref() == Some("supports") {
        return Ok(());
    }
    let mut input = String::new();
    io::stdin().read_to_string(&mut input)?;
    // `[context, book]` comes in, the book goes out.
    let mut both: Vec<Value> = serde_json::from_str(&input)?;
    let mut book = both.pop().unwrap_or_default();
    links::mend(&mut book, REPOSITORY);
    io::stdout().write_all(&serde_json::to_vec(&book)?)
}
