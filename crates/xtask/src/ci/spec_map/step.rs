//! Step ids: `R14`, `A6a`, `A19.1`.

use std::fmt;

/// The number of steps of §7.1 and of §7.2.
const STEPS: [(Ceremony, u32); 2] = [(Ceremony::Registration, 29), (Ceremony::Authentication, 25)];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ceremony {
    Registration,
    Authentication,
}

impl Ceremony {
    fn from_letter(letter: char) -> Option<Self> {
        match letter {
            'R' => Some(Self::Registration),
            'A' => Some(Self::Authentication),
            _ => None,
        }
    }

    const fn letter(self) -> char {
        match self {
            Self::Registration => 'R',
            Self::Authentication => 'A',
        }
    }
}

/// A step, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) ceremony: Ceremony,
    pub(super) number: u32,
    /// `a` in `A6a`, `.1` in `A19.1`.
    part: String,
}

impl Step {
    /// Reads a step at the beginning of a text, and returns it with what follows.
    pub(super) fn read(text: &str) -> Option<(Self, &str)> {
        let letter = text.chars().next()?;
        let ceremony = Ceremony::from_letter(letter)?;
        let after_letter = text.get(letter.len_utf8()..)?;
        let (number, after_number) = digits(after_letter);
        let number: u32 = number.parse().ok()?;
        let mut rest = after_number;
        if let Some(fraction) = rest.strip_prefix('.')
            && fraction.starts_with(|character: char| character.is_ascii_digit())
        {
            rest = digits(fraction).1;
        }
        if rest.starts_with(|character: char| character.is_ascii_lowercase()) {
            rest = rest.get(1..)?;
        }
        if rest.starts_with(|character: char| character.is_alphanumeric() || character == '_' || character == '-') {
            return None;
        }
        let part = after_number.get(..after_number.len() - rest.len())?.to_owned();
        Some((Self { ceremony, number, part }, rest))
    }

    /// Reads a text that is a step and nothing else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::read(text).filter(|(_, rest)| rest.is_empty()).map(|(step, _)| step)
    }

    /// The ceremony and number that a test is called after: `r07_x`, `a06a_x`.
    pub(super) fn of_test(name: &str) -> Option<(Ceremony, u32)> {
        let letter = name.chars().next().filter(char::is_ascii_lowercase)?;
        let ceremony = Ceremony::from_letter(letter.to_ascii_uppercase())?;
        let (number, rest) = digits(name.get(1..)?);
        let rest = rest.strip_prefix(|character: char| character.is_ascii_lowercase()).unwrap_or(rest);
        (number.len() == 2 && rest.starts_with('_')).then_some((ceremony, number.parse().ok()?))
    }

    /// Whether a row for one of the two speaks of the other: they are the same, or one is the whole of the other.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.ceremony == other.ceremony
            && self.number == other.number
            && (self.part == other.part || self.part.is_empty() || other.part.is_empty())
    }

    /// Whether the specification has a step of that number.
    pub(super) fn exists(&self) -> bool {
        Self::all().any(|step| step.ceremony == self.ceremony && step.number == self.number)
    }

    /// Every whole step, in the specification's order.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let steps = |(ceremony, last)| (1..=last).map(move |number| Self { ceremony, number, part: String::new() });
        STEPS.into_iter().flat_map(steps)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.ceremony.letter(), self.number, self.part)
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_to_their_end() {
        for id in ["R1", "R29", "A6a", "A19.1", "A19.1b", "A25"] {
            assert_eq!(Step::parse(id).map(|step| step.to_string()).as_deref(), Some(id));
        }
        for text in ["", "R", "B1", "R1x2", "RSA", "A1B", "R14_", "A-1", "R14 ", "r14"] {
            assert_eq!(Step::parse(text), None, "{text}");
        }
        assert_eq!(Step::read("R14: why").map(|(step, rest)| (step.to_string(), rest)), Some(("R14".into(), ": why")));
        assert_eq!(Step::read("R14.").map(|(step, rest)| (step.to_string(), rest)), Some(("R14".into(), ".")));
    }

    #[test]
    fn whole_and_part_cover_each_other() {
        let step = |id| Step::parse(id).unwrap();
        assert!(step("A6").covers(&step("A6a")) && step("A6a").covers(&step("A6")));
        assert!(!step("A6a").covers(&step("A6b")));
        assert!(!step("A6").covers(&step("R6")) && !step("A6").covers(&step("A7")));
    }

    #[test]
    fn the_specification_has_54_steps() {
        assert_eq!(Step::all().count(), 54);
        assert!(Step::parse("A25").unwrap().exists() && !Step::parse("A26").unwrap().exists());
        assert!(!Step::parse("R0").unwrap().exists());
    }

    #[test]
    fn tests_are_called_after_steps() {
        assert_eq!(Step::of_test("r07_type"), Some((Ceremony::Registration, 7)));
        assert_eq!(Step::of_test("a06a_handle"), Some((Ceremony::Authentication, 6)));
        for name in ["r7_type", "r07", "replay", "a107_x", "r07ab_x", ""] {
            assert_eq!(Step::of_test(name), None, "{name}");
        }
    }
}
