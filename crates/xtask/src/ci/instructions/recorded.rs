//! The recorded counts: how they are written, and how far a count may be from them.

use std::collections::BTreeMap;
use std::fmt;

/// Instructions of one run of each path.
pub(super) type Counts = BTreeMap<String, u64>;

/// How far a count may be from the recorded one, in per cent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tolerance {
    /// More than this above it is a regression.
    pub(super) up: u64,
    /// More than this below it has to be recorded: a later regression would hide in it.
    pub(super) down: u64,
}

/// With the recorded tools.
pub(super) const SAME_SETTING: Tolerance = Tolerance { up: 3, down: 10 };

/// With another compiler, C library or valgrind: what code they make of the same source moves, and is not ours to mend.
pub(super) const OTHER_SETTING: Tolerance = Tolerance { up: 25, down: 50 };

/// A path of a few hundred instructions may move by some of them.
const FEW: u64 = 100;

const HEAD: &str = "\
# Instructions of one run of each hot path, counted by callgrind. `cargo xtask ci instructions` compares them;
# `CEREMONY_BLESS=1 cargo xtask ci instructions` writes this file. Counted with:
";

/// What the counts depend on beside the sources and `Cargo.lock`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Setting(BTreeMap<String, String>);

impl Setting {
    /// From what `rustc -vV`, `ldd --version` and `valgrind --version` say.
    pub(super) fn of(rustc: &str, libc: &str, valgrind: &str) -> Self {
        let first = |text: &str| text.lines().next().unwrap_or_default().trim().to_owned();
        let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        let pairs =
            [("rustc", first(rustc)), ("host", host.to_owned()), ("libc", first(libc)), ("valgrind", first(valgrind))];
        Self(pairs.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// What is not as recorded.
    pub(super) fn differences(&self, now: &Self) -> Vec<String> {
        let differs = now.0.iter().filter(|(name, value)| self.0.get(*name) != Some(value));
        differs
            .map(|(name, value)| {
                let recorded = self.0.get(name).map_or("nothing", String::as_str);
                format!("{name} is {value:?}, recorded with {recorded:?}")
            })
            .collect()
    }
}

/// The file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) setting: Setting,
    pub(super) counts: Counts,
}

impl Recorded {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut recorded = Self { setting: Setting::default(), counts: Counts::new() };
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let (name, value) = line.split_once(' ').ok_or_else(|| format!("no value in {line:?}"))?;
            match name.strip_suffix(':') {
                Some(name) => drop(recorded.setting.0.insert(name.to_owned(), value.trim().to_owned())),
                None => {
                    let count = value.trim().parse().map_err(|_| format!("no count in {line:?}"))?;
                    recorded.counts.insert(name.to_owned(), count);
                }
            }
        }
        Ok(recorded)
    }

    /// What is wrong with the counts.
    pub(super) fn judge(&self, counts: &Counts, tolerance: Tolerance) -> Vec<String> {
        let gone = self.counts.keys().filter(|name| !counts.contains_key(*name));
        let gone = gone.map(|name| format!("{name} is recorded and is no path any more"));
        let judged = counts.iter().filter_map(|(name, count)| {
            let Some(recorded) = self.counts.get(name) else { return Some(format!("{name} is not recorded")) };
            let from =
                format!("{name} takes {count} instructions instead of {recorded} ({})", change(*recorded, *count));
            let up = recorded.saturating_mul(100 + tolerance.up) / 100;
            let down = recorded.saturating_mul(100_u64.saturating_sub(tolerance.down)) / 100;
            if *count > up.max(recorded.saturating_add(FEW)) {
                return Some(format!("{from}: more than {} % more", tolerance.up));
            }
            let fell = *count < down.min(recorded.saturating_sub(FEW));
            fell.then(|| format!("{from}: record that, or what is won may be lost again unseen"))
        });
        gone.chain(judged).collect()
    }

    /// Every count beside the recorded one.
    pub(super) fn table(&self, counts: &Counts) -> String {
        let row = |(name, count): (&String, &u64)| {
            let recorded = self.counts.get(name).copied().unwrap_or_default();
            format!("  {name:<34} {count:>10}  recorded {recorded:>10}  {}\n", change(recorded, *count))
        };
        counts.iter().map(row).collect()
    }
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        self.setting.0.iter().try_for_each(|(name, value)| writeln!(f, "{name}: {value}"))?;
        writeln!(f)?;
        self.counts.iter().try_for_each(|(name, count)| writeln!(f, "{name} {count}"))
    }
}

/// Counts that are not the same when they are taken again, to a thousandth.
pub(super) fn differences(first: &Counts, second: &Counts) -> Vec<String> {
    let differ = first
        .iter()
        .filter(|(name, count)| second.get(*name).is_none_or(|again| again.abs_diff(**count) > **count / 1000));
    differ.map(|(name, count)| format!("{name}: {count}, and {:?} when counted again", second.get(name))).collect()
}

/// The change in per cent, with one decimal.
fn change(from: u64, to: u64) -> String {
    let tenths = to.abs_diff(from).saturating_mul(1000).checked_div(from).unwrap_or_default();
    let sign = if to < from { '-' } else { '+' };
    format!("{sign}{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(pairs: &[(&str, u64)]) -> Counts {
        pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    fn recorded() -> Recorded {
        let setting = Setting::of("rustc 1.95.0 (a b)\nhost: x86_64\n", "ldd 2.36\n", "valgrind-3.19.0\n");
        Recorded { setting, counts: counts(&[("long", 10_000), ("short", 200)]) }
    }

    fn judge(long: u64, short: u64) -> Vec<String> {
        recorded().judge(&counts(&[("long", long), ("short", short)]), SAME_SETTING)
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(Recorded::parse(&recorded().to_string()), Ok(recorded()));
        assert!(Recorded::parse("a b\n").is_err());
        assert!(Recorded::parse("a\n").is_err());
    }

    #[test]
    fn a_count_may_rise_by_three_per_cent() {
        assert_eq!(judge(10_300, 200), Vec::<String>::new());
        let problems = judge(10_301, 200);
        assert_eq!(problems, ["long takes 10301 instructions instead of 10000 (+3.0 %): more than 3 % more"]);
    }

    #[test]
    fn a_count_that_fell_by_more_than_ten_per_cent_is_to_be_recorded() {
        assert_eq!(judge(9_000, 200), Vec::<String>::new());
        let problems = judge(8_999, 200);
        assert!(problems.len() == 1 && problems.concat().contains("record that"), "{problems:?}");
    }

    #[test]
    fn a_short_path_may_move_by_some_instructions() {
        assert_eq!(judge(10_000, 300), Vec::<String>::new());
        assert_eq!(judge(10_000, 100), Vec::<String>::new());
        assert_eq!(judge(10_000, 301).len(), 1);
        assert_eq!(judge(10_000, 99).len(), 1);
    }

    #[test]
    fn paths_are_those_that_are_recorded() {
        let problems = recorded().judge(&counts(&[("long", 10_000), ("new", 1)]), SAME_SETTING);
        assert_eq!(problems, ["short is recorded and is no path any more", "new is not recorded"]);
    }

    #[test]
    fn each_tool_that_differs_is_named() {
        let now = Setting::of("rustc 1.96.0 (a b)\nhost: x86_64\n", "ldd 2.36\n", "valgrind-3.19.0\n");
        let differences = recorded().setting.differences(&now);
        assert_eq!(differences, ["rustc is \"rustc 1.96.0 (a b)\", recorded with \"rustc 1.95.0 (a b)\""]);
        assert_eq!(recorded().setting.differences(&recorded().setting), Vec::<String>::new());
    }

    #[test]
    fn counts_that_do_not_repeat_are_named() {
        assert_eq!(differences(&counts(&[("a", 1000)]), &counts(&[("a", 1001)])), Vec::<String>::new());
        assert_eq!(differences(&counts(&[("a", 1000)]), &counts(&[("a", 1002)])).len(), 1);
        assert_eq!(differences(&counts(&[("a", 1000)]), &counts(&[])).len(), 1);
    }
}
