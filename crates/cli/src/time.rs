//! RFC 3339 moments.

use ceremony::UnixTime;

/// Reads `2026-01-31T12:00:00Z`, with any fraction and any offset; `None` for anything else, and before 1970.
pub(crate) fn parse(text: &str) -> Option<UnixTime> {
    let (date, rest) = text.split_at_checked(10)?;
    let (clock, rest) = rest.strip_prefix(['T', 't', ' '])?.split_at_checked(8)?;
    let (millis, offset) = match rest.strip_prefix('.') {
        Some(rest) => fraction(rest)?,
        None => (0, rest),
    };

    let [year, month, day] = fields(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = fields(clock, ':', [2, 2, 2])?;
    // A leap second counts as the one after it.
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let seconds = seconds - offset_minutes(offset)? * 60;
    u64::try_from(seconds * 1000 + millis).ok().map(UnixTime::from_millis)
}

/// The milliseconds of a fraction, and what follows it.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    if digits.is_empty() {
        return None;
    }
    let millis: String = digits.chars().chain("000".chars()).take(3).collect();
    Some((number(&millis, 3)?, rest))
}

fn offset_minutes(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let (sign, offset) = match text.split_at_checked(1)? {
        ("+", offset) => (1, offset),
        ("-", offset) => (-1, offset),
        _ => return None,
    };
    let [hours, minutes] = fields(offset, ':', [2, 2])?;
    if hours > 23 || minutes > 59 {
        return None;
    }
    Some(sign * (hours * 60 + minutes))
}

/// Exactly `N` numbers of the given widths.
fn fields<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (to, width) in numbers.iter_mut().zip(widths) {
        *to = number(parts.next()?, width)?;
    }
    parts.next().is_none().then_some(numbers)
}

fn number(text: &str, width: usize) -> Option<i64> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Whole years since the year 0, which is a leap year.
    let years_before = year - 1;
    let days = year * 365 + years_before.div_euclid(4) - years_before.div_euclid(100) + years_before.div_euclid(400);
    let months: i64 = (1..month).map(|earlier| days_in(year, earlier)).sum();
    days + months + day - 1 - 719_527
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(text: &str) -> Option<u64> {
        parse(text).map(UnixTime::as_millis)
    }

    #[test]
    fn moments_are_those_of_the_calendar() {
        assert_eq!(millis("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(millis("2000-02-29T23:59:59Z"), Some(951_868_799_000));
        assert_eq!(millis("2026-07-25T08:30:15.25+02:00"), Some(1_784_961_015_250));
        assert_eq!(millis("2026-07-25t06:30:15.250999z"), Some(1_784_961_015_250));
        assert_eq!(millis("1969-12-31T23:30:00-01:00"), Some(1_800_000));
        assert_eq!(millis("2016-12-31T23:59:60Z"), millis("2017-01-01T00:00:00Z"));
        assert_eq!(millis("9999-12-31T23:59:59Z"), Some(253_402_300_799_000));
        assert_eq!(millis("2100-03-01T00:00:00Z"), Some(4_107_542_400_000));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "2026-07-25",
            "2026-07-25T08:30:15",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+1:00",
            "2026-01-01T00:00:00+24:00",
            "1969-12-31T23:59:59Z",
            "2026-01-01T00:00:00ZZ",
            "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:0äZ",
            "1",
            "ääääääääääää",
        ] {
            assert_eq!(millis(text), None, "{text}");
        }
    }
}
