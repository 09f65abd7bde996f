//! A point in time inside a report. Owns its one spelling, RFC 3339 in UTC with milliseconds;
//! refuses every other and knows no clock.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub i64);

pub(crate) const DAY_MS: i64 = 86_400_000;

impl Instant {
    /// Midnight at the beginning of a day of the proleptic Gregorian calendar.
    #[must_use]
    pub fn midnight(year: i64, month: u8, day: u8) -> Self {
        Self(days_from_civil(year, i64::from(month), i64::from(day)) * DAY_MS)
    }

    /// Year, month and day in UTC.
    #[must_use]
    pub fn date(self) -> (i64, u8, u8) {
        civil_from_days(self.0.div_euclid(DAY_MS))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let ms = self.0.rem_euclid(DAY_MS);
        let (hour, minute) = (ms / 3_600_000, ms / 60_000 % 60);
        let (second, milli) = (ms / 1_000 % 60, ms % 1_000);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"
        )
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a report's time")))
    }
}

/// Reads what [`Display`](fmt::Display) writes, by writing it again.
fn parse(text: &str) -> Option<Instant> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let (month, day) = (part(5..7)?, part(8..10)?);
    let days = days_from_civil(part(0..4)?, month, day);
    let minutes = part(11..13)? * 60 + part(14..16)?;
    let ms = (minutes * 60 + part(17..19)?) * 1_000 + part(20..23)?;
    let instant = Instant(days * DAY_MS + ms);
    (instant.to_string() == text).then_some(instant)
}

/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The same paper, `civil_from_days`.
fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let leap_days = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u8, day as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read_back() {
        let check = |ms: i64, expected: &str| {
            assert_eq!(Instant(ms).to_string(), expected);
            assert_eq!(parse(expected), Some(Instant(ms)));
        };
        check(0, "1970-01-01T00:00:00.000Z");
        check(-1, "1969-12-31T23:59:59.999Z");
        check(951_782_400_000, "2000-02-29T00:00:00.000Z");
        check(1_791_208_987_250, "2026-10-05T14:03:07.250Z");
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "2026-10-05",
            "2026-13-05T14:03:07.250Z",
            "2026-02-30T14:03:07.250Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_is_its_own_date() {
        for day in -80_000..80_000 {
            let (year, month, of_month) = Instant(day * DAY_MS).date();
            assert_eq!(Instant::midnight(year, month, of_month).0, day * DAY_MS);
        }
    }
}
