//! The list of mutants that no test has to notice.

use regex::Regex;
use serde::Deserialize;

/// Where `cargo mutants` looks for it.
pub(super) const FILE: &str = ".cargo/mutants.toml";

#[derive(Deserialize)]
struct Config {
    exclude_re: Vec<String>,
}

/// The patterns, each with its line in the file.
pub(super) struct Accepted(Vec<Pattern>);

struct Pattern {
    text: String,
    regex: Regex,
    /// Whether a comment stands above it.
    reasoned: bool,
}

impl Accepted {
    pub(super) fn read(config: &str) -> Result<Self, String> {
        let parsed: Config = toml::from_str(config).map_err(|error| format!("{FILE}: {error}"))?;
        let patterns = parsed.exclude_re.into_iter().map(|text| {
            let regex = Regex::new(&text).map_err(|error| format!("{FILE}: {error}"))?;
            let reasoned = is_reasoned(config, &text);
            Ok(Pattern { text, regex, reasoned })
        });
        patterns.collect::<Result<_, String>>().map(Self)
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Patterns without a reason, and such as match nothing any more.
    pub(super) fn problems(&self, mutants: &[String]) -> Vec<String> {
        let mut problems = Vec::new();
        for Pattern { text, regex, reasoned } in &self.0 {
            if !reasoned {
                problems.push(format!("{FILE}: {text:?} has no reason above it"));
            }
            if !mutants.iter().any(|name| regex.is_match(name)) {
                problems.push(format!("{FILE}: {text:?} is stale, no mutant has such a name"));
            }
        }
        problems
    }
}

/// Whether the line before is a comment, or another pattern of the same reason.
fn is_reasoned(config: &str, pattern: &str) -> bool {
    let lines: Vec<&str> = config.lines().map(str::trim).collect();
    let Some(at) = lines.iter().position(|line| line.trim_matches(['\'', '"', ',']) == pattern) else { return false };
    let before = lines.iter().take(at).rev().find(|line| !line.starts_with(['\'', '"']));
    before.is_some_and(|line| line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::Accepted;

    const CONFIG: &str = "exclude_re = [\n    # The same value.\n    'a\\.rs.* replace x',\n    'b\\.rs',\n]\n";

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_accepted_is_there() {
        let accepted = Accepted::read(CONFIG).unwrap();
        assert_eq!(accepted.len(), 2);
        let all = names(&["src/a.rs:1:1: replace x with y", "src/b.rs:2:2: replace z"]);
        assert_eq!(accepted.problems(&all), [""; 0]);
    }

    #[test]
    fn what_is_not_there_is_stale() {
        let problems = Accepted::read(CONFIG).unwrap().problems(&names(&["src/a.rs:1:1: replace x with y"]));
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("b\\\\.rs") && problems[0].contains("stale"), "{problems:?}");
    }

    #[test]
    fn a_reason_stands_above() {
        let accepted = Accepted::read("exclude_re = [\n    'a',\n]\n").unwrap();
        let problems = accepted.problems(&names(&["src/a.rs"]));
        assert!(problems[0].contains("reason"), "{problems:?}");
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        assert!(Accepted::read("exclude_re = ['(']").is_err());
        assert!(Accepted::read("exclude = []").is_err());
    }
}
