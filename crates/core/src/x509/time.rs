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

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Result<i64, CertificateFault> {
        seconds(&Element { tag: Tag::UtcTime, raw: &[], contents: text.as_bytes() })
    }

    fn general(text: &str) -> Result<i64, CertificateFault> {
        seconds(&Element { tag: Tag::GeneralizedTime, raw: &[], contents: text.as_bytes() })
    }

    #[test]
    fn known_moments() {
        // As `date --utc +%s` tells them.
        let cases = [
            ("19700101000000Z", 0),
            ("19691231235959Z", -1),
            ("19500101000000Z", -631_152_000),
            ("19991231235959Z", 946_684_799),
            ("20000229120000Z", 951_825_600),
            ("20000301000000Z", 951_868_800),
            ("20240229000000Z", 1_709_164_800),
            ("20491231235959Z", 2_524_607_999),
            ("20500101000000Z", 2_524_608_000),
            ("21000228235959Z", 4_107_542_399),
            ("21000301000000Z", 4_107_542_400),
            ("30240101000000Z", 33_260_976_000),
            ("99991231235959Z", 253_402_300_799),
            ("00000101000000Z", -62_167_219_200),
        ];
        for (text, expected) in cases {
            assert_eq!(general(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn two_digits_mean_1950_to_2049() {
        assert_eq!(utc("500101000000Z"), general("19500101000000Z"));
        assert_eq!(utc("991231235959Z"), general("19991231235959Z"));
        assert_eq!(utc("000229000000Z"), general("20000229000000Z"));
        assert_eq!(utc("491231235959Z"), general("20491231235959Z"));
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut expected = general("18000101000000Z").unwrap();
        for year in 1800..2201 {
            for (month, days) in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter().enumerate() {
                let leap = month == 1 && (year % 400 == 0 || (year % 4 == 0 && year % 100 != 0));
                for day in 1..=days + i64::from(leap) {
                    assert_eq!(general(&std::format!("{year}{:02}{day:02}000000Z", month + 1)), Ok(expected));
                    expected += 86_400;
                }
                let beyond = std::format!("{year}{:02}{:02}000000Z", month + 1, days + i64::from(leap) + 1);
                assert_eq!(general(&beyond), Err(CertificateFault::Der));
            }
        }
    }

    #[test]
    fn there_is_one_form() {
        let wrong = [
            "",
            "Z",
            "250101000000",
            "2501010000Z",
            "250101000000z",
            "250101000000+0000",
            "250101000000.5Z",
            "250101000000ZZ",
            " 50101000000Z",
            "2501010000-1Z",
            "25010100000\u{0660}Z",
            "250001000000Z",
            "251301000000Z",
            "250100000000Z",
            "250132000000Z",
            "250101240000Z",
            "250101006000Z",
            "250101000060Z",
        ];
        for text in wrong {
            assert_eq!(utc(text), Err(CertificateFault::Der), "{text}");
            assert_eq!(general(&std::format!("20{text}")), Err(CertificateFault::Der), "20{text}");
        }
        assert!(utc("20250101000000Z").is_err() && general("250101000000Z").is_err());
        let other = Element { tag: Tag::Utf8String, raw: &[], contents: b"250101000000Z" };
        assert_eq!(seconds(&other), Err(CertificateFault::Der));
    }
}
