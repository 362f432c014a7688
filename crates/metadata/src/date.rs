//! The calendar dates of a BLOB.

use ceremony::UnixTime;
use core::fmt;

/// A day of the Gregorian calendar, in UTC, from 0000-01-01 to 9999-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`, the form that the metadata service writes (ISO 8601).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let &[a, b, c, d, b'-', e, f, b'-', g, h] = text.as_bytes() else { return None };
        let year = u16::from(pair(a, b)?) * 100 + u16::from(pair(c, d)?);
        let (month, day) = (pair(e, f)?, pair(g, h)?);
        let is_day = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        is_day.then_some(Self { year, month, day })
    }

    /// The day that a moment belongs to.
    #[must_use]
    pub fn of(time: UnixTime) -> Self {
        let mut days = time.as_millis() / 86_400_000;
        let mut year = 1970;
        // At most 8030 turns, to the year 9999.
        while days >= year_len(year) {
            if year == 9999 {
                return Self { year, month: 12, day: 31 };
            }
            days -= year_len(year);
            year += 1;
        }
        let mut month = 1;
        while days >= u64::from(days_in(year, month)) {
            days -= u64::from(days_in(year, month));
            month += 1;
        }
        Self { year, month, day: u8::try_from(days + 1).unwrap_or(31) }
    }

    /// The first moment of the day; 1970-01-01 for every day before it.
    #[must_use]
    pub fn start(self) -> UnixTime {
        let of_years: u64 = (1970..self.year).map(year_len).sum();
        let of_months: u64 = (1..self.month).map(|month| u64::from(days_in(self.year, month))).sum();
        if self.year < 1970 {
            return UnixTime::from_secs(0);
        }
        UnixTime::from_secs((of_years + of_months + u64::from(self.day) - 1) * 86_400)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn pair(tens: u8, ones: u8) -> Option<u8> {
    match (tens, ones) {
        (b'0'..=b'9', b'0'..=b'9') => Some((tens - b'0') * 10 + (ones - b'0')),
        _ => None,
    }
}

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn year_len(year: u16) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        let table = [
            (0, "1970-01-01"),
            (10_713_600, "1970-05-05"),
            (951_782_400, "2000-02-29"),
            (1_795_219_200, "2026-11-21"),
            (4_107_542_400, "2100-03-01"),
        ];
        for (seconds, text) in table {
            let date = Date::parse(text).expect(text);
            assert_eq!(date.start(), UnixTime::from_secs(seconds), "{text}");
            assert_eq!(Date::of(UnixTime::from_secs(seconds)), date);
            assert_eq!(Date::of(UnixTime::from_secs(seconds + 86_399)), date, "the last second belongs to the day");
            assert_ne!(Date::of(UnixTime::from_secs(seconds + 86_400)), date);
            assert_eq!(date.to_string(), text);
        }
        assert_eq!(Date::of(UnixTime::from_millis(u64::MAX)), Date::parse("9999-12-31").expect("a day"));
        for text in ["0000-01-01", "1901-05-05", "1969-12-31"] {
            assert_eq!(Date::parse(text).map(Date::start), Some(UnixTime::from_secs(0)), "{text}");
        }
    }

    #[test]
    fn what_is_no_day() {
        for text in ["", "2026-1-01", "2026-13-01", "2026-00-01", "2025-02-29", "2100-02-29", "2026-01-00"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        for month in 1..=12 {
            let is_long = [1, 3, 5, 7, 8, 10, 12].contains(&month);
            assert_eq!(Date::parse(&format!("2026-{month:02}-31")).is_some(), is_long, "{month}");
        }
        for text in ["2026-01-01T00:00:00Z", "2026/01/01", "20260101", "+026-01-01", "２026-01-01"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
