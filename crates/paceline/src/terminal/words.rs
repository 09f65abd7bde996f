//! Values in people's words. Owns how times, durations, shares and long texts are shown; refuses to
//! be read back: programs take the JSON.

use jiff::tz::TimeZone;
use paceline_api::Timestamp;

/// RFC 3339 to the second, in the zone of this machine.
pub fn time(at: Timestamp) -> String {
    time_in(at, &TimeZone::system())
}

fn time_in(at: Timestamp, zone: &TimeZone) -> String {
    let Ok(instant) = jiff::Timestamp::from_millisecond(at.as_millis()) else {
        return at.to_string();
    };
    let offset = zone.to_offset(instant);
    if offset.is_zero() {
        return format!("{instant:.0}");
    }
    format!("{:.0}", instant.display_with_offset(offset))
}

pub fn time_or_nothing(at: Option<Timestamp>) -> String {
    at.map(time).unwrap_or_default()
}

/// Three digits and the unit that suits them.
pub fn duration_ms(ms: f64) -> String {
    let (value, unit) = match ms {
        ms if ms < 0.001 => return format!("{:.0} ns", ms * 1e6),
        ms if ms < 1.0 => (ms * 1e3, "µs"),
        ms if ms < 1e3 => (ms, "ms"),
        ms if ms < 60e3 => (ms / 1e3, "s"),
        ms if ms < 3_600e3 => (ms / 60e3, "min"),
        ms => (ms / 3_600e3, "h"),
    };
    format!("{value:.*} {unit}", digits_after_point(value))
}

fn digits_after_point(value: f64) -> usize {
    match value {
        value if value < 10.0 => 2,
        value if value < 100.0 => 1,
        _ => 0,
    }
}

/// `99.5 %` of 0.995.
pub fn share(part: f64) -> String {
    let percent = part * 100.0;
    let digits = if percent == percent.round() { 0 } else { 1 };
    format!("{percent:.digits$} %")
}

/// 1024-based, as file tools show sizes.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if count < 1024 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1024.0;
    let mut unit = 0;
    while 1024.0 <= value && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.*} {}", digits_after_point(value), UNITS[unit])
}

/// The first line, cut at `length_max` characters.
pub fn short(text: &str, length_max: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    let is_whole = line.len() == text.trim_end().len();
    if is_whole && line.chars().count() <= length_max {
        return line.to_owned();
    }
    let kept: String = line.chars().take(length_max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// `1 task`, `2 tasks`.
pub fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;

    use super::*;

    #[test]
    fn times_are_short_and_carry_their_offset() {
        let at = "2026-10-05T14:03:07.250Z".parse().unwrap();
        assert_eq!(time_in(at, &TimeZone::UTC), "2026-10-05T14:03:07Z");
        let zone = Offset::constant(2).to_time_zone();
        assert_eq!(time_in(at, &zone), "2026-10-05T16:03:07+02:00");
    }

    #[test]
    fn durations_have_three_digits_and_a_unit() {
        let check = |ms, expected: &str| assert_eq!(duration_ms(ms), expected);
        check(0.000_2, "200 ns");
        check(0.25, "250 µs");
        check(1.234, "1.23 ms");
        check(99.94, "99.9 ms");
        check(12_345.0, "12.3 s");
        check(90_000.0, "1.50 min");
        check(7_200_000.0, "2.00 h");
    }

    #[test]
    fn shares_sizes_and_counts_read_like_prose() {
        assert_eq!(share(0.995), "99.5 %");
        assert_eq!(share(1.0), "100 %");
        assert_eq!(bytes(1_023), "1023 B");
        assert_eq!(bytes(5 * 1024 * 1024), "5.00 MiB");
        assert_eq!(count(1, "task"), "1 task");
        assert_eq!(count(0, "task"), "0 tasks");
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        assert_eq!(short("write tests", 20), "write tests");
        assert_eq!(short("write tests", 7), "write…");
        assert_eq!(short("first\nsecond", 20), "first…");
        assert_eq!(short("", 5), "");
    }
}
