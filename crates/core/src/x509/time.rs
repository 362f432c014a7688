//! UTCTime and GeneralizedTime (RFC 5280 §4.1.2.5).

use super::der::Element;
use crate::error::CertificateFault;
use der::Tag;

/// Seconds since 1970-01-01T00:00:00Z; negative before.
pub(super) fn seconds(element: &Element<'_>) -> Result<i64, CertificateFault> {
    let (year, rest) = match (element.tag, element.contents) {
        (Tag::UtcTime, [a, b, rest @ ..]) => {
            let year = pair(*a, *b)?;
            // Two digits mean 1950 to 2049.
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        (Tag::GeneralizedTime, [a, b, c, d, rest @ ..]) => (pair(*a, *b)? * 100 + pair(*c, *d)?, rest),
        _ => return Err(CertificateFault::Der),
    };
    let &[a, b, c, d, e, f, g, h, i, j, b'Z'] = rest else { return Err(CertificateFault::Der) };
    let (month, day, hour, minute, second) = (pair(a, b)?, pair(c, d)?, pair(e, f)?, pair(g, h)?, pair(i, j)?);
    let in_range = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour <= 23
        && minute <= 59
        && second <= 59;
    if !in_range {
        return Err(CertificateFault::Der);
    }
    Ok(((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

fn pair(tens: u8, ones: u8) -> Result<i64, CertificateFault> {
    match (tens, ones) {
        (b'0'..=b'9', b'0'..=b'9') => Ok(i64::from(tens - b'0') * 10 + i64::from(ones - b'0')),
        _ => Err(CertificateFault::Der),
    }
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

/// Counted in years that begin in March, so that a leap day comes last.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}
