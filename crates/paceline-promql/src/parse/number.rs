//! Numbers as they are written: decimal, hexadecimal, octal, or a duration in seconds. Owns their
//! reading; refuses signs.

use crate::duration::parse_duration_ms;

/// As Go's `strconv`: with base prefixes and `_` between digits.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    if let Some(ms) =
        parse_duration_ms(text).filter(|_| text.ends_with(|c: char| c.is_alphabetic()))
    {
        return Some(milliseconds_as_seconds(ms));
    }
    let digits = match text.contains('_') {
        true if underscores_separate(text) => text.replace('_', ""),
        true => return None,
        false => text.to_owned(),
    };
    let lower = digits.to_ascii_lowercase();
    if let Some(hexadecimal) = lower.strip_prefix("0x") {
        return whole(hexadecimal, 16);
    }
    if 1 < lower.len() && lower.starts_with('0') && lower.bytes().all(|b| b.is_ascii_digit()) {
        return whole(&lower[1..], 8).or_else(|| lower.parse().ok());
    }
    let is_decimal = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'+' | b'-');
    lower.bytes().all(is_decimal).then(|| lower.parse().ok())?
}

pub(super) fn milliseconds_as_seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

fn whole(digits: &str, radix: u32) -> Option<f64> {
    if digits.starts_with('+') {
        return None;
    }
    i64::from_str_radix(digits, radix)
        .ok()
        .map(|value| value as f64)
}

fn underscores_separate(text: &str) -> bool {
    !text.starts_with('_')
        && !text.ends_with('_')
        && !text.contains("__")
        && !text.contains("_.")
        && !text.contains("._")
}

#[cfg(test)]
mod tests {
    use super::parse_number;

    #[test]
    fn numbers_are_read_as_go_reads_them() {
        let check = |text, expected| assert_eq!(parse_number(text), expected, "{text}");
        check("1", Some(1.0));
        check(".5", Some(0.5));
        check("2.", Some(2.0));
        check("12.34e-6", Some(12.34e-6));
        check("0x1F", Some(31.0));
        check("010", Some(8.0));
        check("09", Some(9.0));
        check("1_000", Some(1000.0));
        check("1m40s", Some(100.0));
        check("1ms", Some(0.001));
        check("1e400", Some(f64::INFINITY));
        check("1__0", None);
        check("1.2.3", None);
        check("5z", None);
        check("0x", None);
        check(".", None);
    }
}
