//! A view of Rust source that the checks share: which characters are code, and which lines are tests.

/// What one character of a source file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// The source with comments and the content of literals replaced by spaces; lines stay where they are.
pub(crate) fn code_only(source: &str) -> String {
    mask(source, Kind::Code)
}

/// The source with everything but comments replaced by spaces; lines stay where they are.
pub(crate) fn comments_only(source: &str) -> String {
    mask(source, Kind::Comment)
}

/// The source without the test module at its foot: `#[cfg(test)]` and `mod` in the first column, with nothing but
/// blank lines after its closing brace. Without such a module, the whole source.
pub(crate) fn without_tests_at_foot(source: &str) -> &str {
    let code = code_only(source);
    let mut offset = 0;
    let mut start = None;
    let mut inside = false;
    let mut after_end = false;
    for line in code.split_inclusive('\n') {
        let text = line.trim_end();
        if after_end && !text.is_empty() {
            // Not at the foot after all; a later module may be.
            (start, inside, after_end) = (None, false, false);
        }
        if text == "#[cfg(test)]" {
            start = Some(offset);
        } else if start.is_some() && !inside && !text.is_empty() && !text.starts_with("#[") {
            inside = is_module(text) && text.ends_with('{');
            after_end = is_module(text) && text.ends_with(';');
            if !inside && !after_end {
                start = None;
            }
        } else if inside && text == "}" {
            (inside, after_end) = (false, true);
        }
        offset += line.len();
    }
    let end = if after_end { start.unwrap_or(source.len()) } else { source.len() };
    source.get(..end).unwrap_or(source)
}

fn is_module(line: &str) -> bool {
    line.starts_with("mod ") || (line.starts_with("pub") && line.contains(" mod "))
}

fn mask(source: &str, wanted: Kind) -> String {
    let mut masked = String::with_capacity(source.len());
    for (character, kind) in classify(source) {
        match kind == wanted || character == '\n' {
            true => masked.push(character),
            // As many bytes as before: offsets into the mask are offsets into the source.
            false => (0..character.len_utf8()).for_each(|_| masked.push(' ')),
        }
    }
    masked
}

fn classify(source: &str) -> Vec<(char, Kind)> {
    let mut lexer = Lexer { rest: source, out: Vec::with_capacity(source.len()) };
    while lexer.step() {}
    lexer.out
}

struct Lexer<'a> {
    rest: &'a str,
    out: Vec<(char, Kind)>,
}

impl Lexer<'_> {
    /// Takes one comment, literal or other character; false at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else {
            return false;
        };
        if self.rest.starts_with("//") {
            self.take(self.rest.find('\n').unwrap_or(self.rest.len()), Kind::Comment);
        } else if self.rest.starts_with("/*") {
            self.take(block_comment_length(self.rest), Kind::Comment);
        } else if first == '"' {
            self.take(quoted_length(self.rest, '"'), Kind::Literal);
        } else if let Some(length) = raw_string_length(self.rest).filter(|_| !self.inside_word()) {
            self.take(length, Kind::Literal);
        } else if first == '\'' && is_char_literal(self.rest) {
            self.take(quoted_length(self.rest, '\''), Kind::Literal);
        } else {
            self.take(first.len_utf8(), Kind::Code);
        }
        true
    }

    fn take(&mut self, length: usize, kind: Kind) {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.out.extend(taken.chars().map(|character| (character, kind)));
        self.rest = rest;
    }

    fn inside_word(&self) -> bool {
        // `b` and `c` may stand before the `r` of a raw string.
        self.out
            .iter()
            .rev()
            .find(|(character, _)| !matches!(character, 'b' | 'c'))
            .is_some_and(|&(character, kind)| kind == Kind::Code && (character.is_alphanumeric() || character == '_'))
    }
}

fn block_comment_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut position = 0;
    while let Some(rest) = text.get(position..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            position += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            position += 2;
            if depth == 0 {
                return position;
            }
        } else {
            position += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (position, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return position + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw_string_length(text: &str) -> Option<usize> {
    let after_r = text.strip_prefix('r')?;
    let hashes = after_r.len() - after_r.trim_start_matches('#').len();
    let content = after_r.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = content.find(&end).map_or(content.len(), |position| position + end.len());
    Some(1 + hashes + 1 + length)
}

/// `'x'` and `'\n'`, but not the lifetime `'x`.
fn is_char_literal(text: &str) -> bool {
    let mut characters = text.chars().skip(1);
    match characters.next() {
        Some('\\') => true,
        Some(_) => characters.next() == Some('\''),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_not_code() {
        let source =
            "let a = \"// x \\\" y\"; // std::b\nlet c = r#\"\" /* \"#; /* d /* e */ f */ let g = '\"'; h::<'a>()";
        let code = code_only(source);
        assert_eq!(code.len(), source.len());
        assert_eq!(code.split_whitespace().collect::<Vec<_>>().join(" "), "let a = ; let c = ; let g = ; h::<'a>()");
        assert_eq!(comments_only("a /* b */ \"// c\" // d").split_whitespace().collect::<String>(), "/*b*///d");
    }

    #[test]
    fn an_identifier_that_ends_in_r_starts_no_raw_string() {
        assert_eq!(code_only("attr\"x\" y").trim_end(), "attr    y");
        assert_eq!(code_only("br\"x\\\" y").trim_end(), "b      y");
    }

    #[test]
    fn the_test_module_at_the_foot_goes() {
        let source = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    const X: &str = \"\n}\n\";\n}\n";
        assert_eq!(without_tests_at_foot(source), "fn a() {}\n\n");
        assert_eq!(without_tests_at_foot("fn a() {}\n#[cfg(test)]\n#[allow(x)]\nmod tests;\n"), "fn a() {}\n");
    }

    #[test]
    fn a_test_module_elsewhere_stays() {
        for source in [
            "#[cfg(test)]\nmod tests {\n}\nfn a() {}\n",
            "#[cfg(test)]\nuse a::b;\nfn a() {}\n",
            "fn a() {}\n",
            "#[cfg(test)]\nmod tests {\n",
        ] {
            assert_eq!(without_tests_at_foot(source), source);
        }
        let twice = "#[cfg(test)]\nmod a {\n}\nfn b() {}\n#[cfg(test)]\nmod c {\n}\n";
        assert!(without_tests_at_foot(twice).ends_with("fn b() {}\n"));
    }
}
