//! PromQL's durations, `1h30m`. Owns their units and order; refuses signs and fractions.

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

#[cfg(test)]
mod tests {
    use super::parse_duration_ms;

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
