//! PromQL's durations, `1h30m`, in and out. Owns their units and order; refuses signs and fractions.

/// The units from the largest, with their milliseconds. A duration names each at most once, in
/// this order.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 24 * 3_600_000),
    ("w", 7 * 24 * 3_600_000),
    ("d", 24 * 3_600_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// `None` when the text is no duration or does not fit.
#[must_use]
pub fn parse_duration_ms(text: &str) -> Option<i64> {
    if text == "0" {
        return Some(0);
    }
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total = 0_i64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: i64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let (_, unit_ms) = units.find(|(name, _)| *name == &rest[..letters])?;
        total = total.checked_add(count.checked_mul(*unit_ms)?)?;
        rest = &rest[letters..];
    }
    (!text.is_empty()).then_some(total)
}

/// The shortest text that reads back: years and weeks only where nothing is left over, as
/// Prometheus prints it.
pub(crate) fn format_duration_ms(ms: i64) -> String {
    let mut rest = ms;
    let mut text = String::new();
    for (name, unit_ms) in UNITS {
        let is_exact_only = matches!(name, "y" | "w");
        if rest < unit_ms || (is_exact_only && rest % unit_ms != 0) {
            continue;
        }
        text.push_str(&format!("{}{name}", rest / unit_ms));
        rest %= unit_ms;
    }
    if text.is_empty() {
        "0s".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{format_duration_ms, parse_duration_ms};

    #[test]
    fn durations_are_printed_as_short_as_they_read_back() {
        let check = |ms, expected| {
            assert_eq!(format_duration_ms(ms), expected);
            assert_eq!(parse_duration_ms(expected), Some(ms));
        };
        check(0, "0s");
        check(90_000, "1m30s");
        check(1_500, "1s500ms");
        check(5_400_000, "1h30m");
        check(14 * 86_400_000, "2w");
        check(10 * 86_400_000, "10d");
        check(365 * 86_400_000, "1y");
        check(366 * 86_400_000, "366d");
    }

    #[test]
    fn durations_name_their_units_from_large_to_small() {
        let check = |text, expected| assert_eq!(parse_duration_ms(text), expected, "{text}");
        check("5m", Some(300_000));
        check("1h30m", Some(5_400_000));
        check("1d2h3m4s5ms", Some(93_784_005));
        check("0", Some(0));
        check("30m1h", None);
        check("1m1m", None);
        check("5", None);
        check("m", None);
        check("", None);
        check("-5m", None);
        check("1.5h", None);
        check("300000000y", None);
        check("9999999999999999999s", None);
    }
}
