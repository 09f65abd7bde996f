//! Points in time on the wire: RFC 3339, UTC, milliseconds.
//!
//! Owns reading and writing them. Refuses to know what time it is.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// 0000-01-01T00:00:00.000Z: RFC 3339 writes years with exactly four digits.
const FIRST: i64 = -62_167_219_200_000;
/// 9999-12-31T23:59:59.999Z.
const LAST: i64 = 253_402_300_799_999;
const MS_PER_DAY: i64 = 86_400_000;

impl Timestamp {
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

/// The text is not a time with an offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampError {
    text: String,
}

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        write!(
            f,
            "`{text}` is not an RFC 3339 time such as `2026-10-05T14:03:07.250Z`"
        )
    }
}

impl std::error::Error for TimestampError {}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || TimestampError {
            text: text.chars().take(64).collect(),
        };
        if let Some(ms) = written_ms(text.as_bytes()) {
            return Ok(Self(ms));
        }
        if !has_rfc3339_shape(text.as_bytes()) {
            return Err(refused());
        }
        let instant: jiff::Timestamp = text.parse().map_err(|_| refused())?;
        // Rounded down on both sides of 1970, so that order is kept.
        let ms = instant.as_nanosecond().div_euclid(1_000_000);
        let ms = i64::try_from(ms).map_err(|_| refused())?;
        Some(ms)
            .filter(|ms| (FIRST..=LAST).contains(ms))
            .map(Self)
            .ok_or_else(refused)
    }
}

/// A time in the one form that [`Timestamp`] writes, `2026-10-05T14:03:07.250Z`: a record is read
/// back by the million. `None` of every other form, and of what is no time at all.
fn written_ms(bytes: &[u8]) -> Option<i64> {
    let bytes: &[u8; 24] = bytes.try_into().ok()?;
    let marks = [
        (4, b'-'),
        (7, b'-'),
        (10, b'T'),
        (13, b':'),
        (16, b':'),
        (19, b'.'),
        (23, b'Z'),
    ];
    if marks.iter().any(|(place, mark)| bytes[*place] != *mark) {
        return None;
    }
    let year = digits(&bytes[0..4])?;
    let (month, day) = (digits(&bytes[5..7])?, digits(&bytes[8..10])?);
    let (hour, minute) = (digits(&bytes[11..13])?, digits(&bytes[14..16])?);
    let (second, ms) = (digits(&bytes[17..19])?, digits(&bytes[20..23])?);
    // Leap seconds are the general parser's.
    if !(1..=12).contains(&month) || day < 1 || 23 < hour || 59 < minute || 59 < second {
        return None;
    }
    let days = days_from_civil(year, month, day);
    let is_of_month = civil_from_days(days) == (year, month, day);
    let of_day = ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
    is_of_month.then(|| days * MS_PER_DAY + of_day)
}

fn digits(bytes: &[u8]) -> Option<i64> {
    let digit = |value: i64, byte: &u8| {
        let is_digit = byte.is_ascii_digit();
        is_digit.then(|| value * 10 + i64::from(byte - b'0'))
    };
    bytes.iter().try_fold(0, digit)
}

/// The parser also reads other dialects (bracketed zones, six-digit years, no seconds); the wire
/// has one.
fn has_rfc3339_shape(bytes: &[u8]) -> bool {
    20 <= bytes.len()
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && matches!(bytes[10], b'T' | b't' | b' ')
        && bytes[13] == b':'
        && bytes[16] == b':'
        && bytes.last() != Some(&b']')
}

impl fmt::Display for Timestamp {
    /// Times outside the years 0000 to 9999 are written as the nearest one inside.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(text_of(self.0.clamp(FIRST, LAST), &mut [0; 24]))
    }
}

/// Written by hand because every answer holds several: a tenth of the general formatter's cost.
fn text_of(ms: i64, buffer: &mut [u8; 24]) -> &str {
    let (year, month, day) = civil_from_days(ms.div_euclid(MS_PER_DAY));
    let of_day = ms.rem_euclid(MS_PER_DAY);
    buffer.copy_from_slice(b"0000-00-00T00:00:00.000Z");
    put_digits(&mut buffer[0..4], year);
    put_digits(&mut buffer[5..7], month);
    put_digits(&mut buffer[8..10], day);
    put_digits(&mut buffer[11..13], of_day / 3_600_000);
    put_digits(&mut buffer[14..16], of_day / 60_000 % 60);
    put_digits(&mut buffer[17..19], of_day / 1_000 % 60);
    put_digits(&mut buffer[20..23], of_day % 1_000);
    std::str::from_utf8(buffer).unwrap_or_default()
}

fn put_digits(place: &mut [u8], mut value: i64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Howard Hinnant, as above, `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text_of(self.0.clamp(FIRST, LAST), &mut [0; 24]))
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TimestampVisitor)
    }
}

struct TimestampVisitor;

impl Visitor<'_> for TimestampVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 time such as `2026-10-05T14:03:07.250Z`")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(E::custom)
    }
}

impl JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let timestamp: Timestamp = text.parse().unwrap();
        assert_eq!(timestamp.to_string(), expected, "{text}");
        let json = serde_json::to_string(&timestamp).unwrap();
        assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), timestamp);
    }

    #[test]
    fn any_offset_and_fraction_is_read_and_utc_milliseconds_are_written() {
        check("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z");
        check("2026-10-05T16:03:07.25+02:00", "2026-10-05T14:03:07.250Z");
        check("2026-10-05T14:03:07.123456789Z", "2026-10-05T14:03:07.123Z");
        check("2024-02-29T23:59:59.999-00:30", "2024-03-01T00:29:59.999Z");
        check("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z");
        check("2000-12-31t00:00:00z", "2000-12-31T00:00:00.000Z");
        check("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z");
        check("9999-12-30T21:59:59.999Z", "9999-12-30T21:59:59.999Z");
    }

    #[test]
    fn the_calendar_agrees_with_jiff() {
        for step in -700_i64..2_900 {
            let ms = step * 86_400_000 * 27 + step * 7_919;
            let expected = jiff::Timestamp::from_millisecond(ms).unwrap();
            assert_eq!(Timestamp(ms).to_string(), format!("{expected:.3}"));
            assert_eq!(written_ms(format!("{expected:.3}").as_bytes()), Some(ms));
        }
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(written_ms(text.as_bytes()), expected, "{text}");
        };
        check("2024-02-29T23:59:59.999Z", Some(1_709_251_199_999));
        for refused in [
            "2026-02-29",
            "2026-04-31",
            "2026-00-10",
            "2026-13-10",
            "2026-1a-10",
        ] {
            check(&format!("{refused}T00:00:00.000Z"), None);
        }
        for refused in [
            "24:00:00.000Z",
            "23:60:00.000Z",
            "23:59:60.000Z",
            "23:59:59.00Z",
        ] {
            check(&format!("2026-10-05T{refused}"), None);
        }
    }

    #[test]
    fn other_dialects_are_refused_with_an_example() {
        let refused = [
            "",
            "yesterday",
            "2026-10-05",
            "2026-10-05T14:03:07",
            "2026-10-05T14:03Z",
            "2026-13-05T14:03:07Z",
            "2026-10-05T14:03:07Z[UTC]",
            "+002026-10-05T14:03:07Z",
        ];
        for text in refused {
            let error = text.parse::<Timestamp>().unwrap_err().to_string();
            assert!(error.contains("is not an RFC 3339 time"), "{text}: {error}");
        }
        assert!(serde_json::from_str::<Timestamp>("1700000000000").is_err());
    }

    #[test]
    fn a_time_beyond_the_calendar_is_written_as_its_edge() {
        assert_eq!(Timestamp(i64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Timestamp(i64::MIN).to_string(), "0000-01-01T00:00:00.000Z");
    }
}
