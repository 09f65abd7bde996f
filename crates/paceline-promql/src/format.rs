//! Numbers as text. Owns the two ways in which Prometheus prints a float; refuses to parse.

/// As `strconv.FormatFloat(value, 'f', -1, 64)`: the shortest decimal that reads back, never with
/// an exponent; `NaN`, `+Inf`, `-Inf`. The form of values in the HTTP API and in `count_values`.
#[must_use]
pub fn format_value(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    format!("{value}")
}

/// As `strconv.FormatFloat(value, 'g', -1, 64)`: Go's `%g`, with an exponent below 1e-4 and from
/// 1e21. The form of numbers in messages.
#[must_use]
pub fn format_short(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() || size == 0.0 || (1e-4..1e21).contains(&size) {
        return format_value(value);
    }
    let text = format!("{value:e}");
    let Some((digits, exponent)) = text.split_once('e') else {
        return text;
    };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(rest) => ('-', rest),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

#[cfg(test)]
mod tests {
    use super::{format_short, format_value};

    #[test]
    fn values_are_printed_without_exponent() {
        let check = |value: f64, expected: &str| assert_eq!(format_value(value), expected);
        check(1.0, "1");
        check(-0.0, "-0");
        check(0.1 + 0.2, "0.30000000000000004");
        check(1e21, "1000000000000000000000");
        check(1.5e-7, "0.00000015");
        check(f64::NAN, "NaN");
        check(f64::INFINITY, "+Inf");
        check(f64::NEG_INFINITY, "-Inf");
    }

    #[test]
    fn messages_have_short_numbers() {
        let check = |value: f64, expected: &str| assert_eq!(format_short(value), expected);
        check(1.01, "1.01");
        check(1e21, "1e+21");
        check(1.5e-7, "1.5e-07");
        check(f64::NAN, "NaN");
    }
}
