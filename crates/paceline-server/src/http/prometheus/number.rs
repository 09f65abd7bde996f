//! Numbers as Prometheus writes them in JSON. Owns the format of a sample's value and of its time;
//! refuses to round: what is written reads back as the same bits.

use std::io::Write;

/// A value between quotes: shortest digits that read back, no exponent from 1e-6 to below 1e21,
/// and Go's names for what JSON cannot say (Prometheus, `util/jsonutil/marshal.go`).
pub fn value(out: &mut Vec<u8>, value: f64) {
    out.push(b'"');
    bare_value(out, value);
    out.push(b'"');
}

/// Writing to a `Vec` cannot fail.
pub fn bare_value(out: &mut Vec<u8>, value: f64) {
    let size = value.abs();
    let _ = match value {
        value if value.is_nan() => out.write_all(b"NaN"),
        f64::INFINITY => out.write_all(b"+Inf"),
        f64::NEG_INFINITY => out.write_all(b"-Inf"),
        value if size == 0.0 || (1e-6..1e21).contains(&size) => write!(out, "{value}"),
        value => {
            exponential(out, value);
            Ok(())
        }
    };
}

/// Go gives an exponent a sign and at least two digits.
fn exponential(out: &mut Vec<u8>, value: f64) {
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    let _ = write!(out, "{digits}e{sign}{exponent:0>2}");
}

/// Milliseconds as seconds, with three decimals where there are any.
pub fn time(out: &mut Vec<u8>, at_ms: i64) {
    let sign = if at_ms < 0 { "-" } else { "" };
    let at_ms = at_ms.unsigned_abs();
    let _ = match (at_ms / 1000, at_ms % 1000) {
        (seconds, 0) => write!(out, "{sign}{seconds}"),
        (seconds, rest) => write!(out, "{sign}{seconds}.{rest:03}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_go_writes_them() {
        let check = |number: f64, expected: &str| {
            let mut out = Vec::new();
            value(&mut out, number);
            assert_eq!(String::from_utf8(out).unwrap(), format!("\"{expected}\""));
        };
        check(0.0, "0");
        check(-0.0, "-0");
        check(1.0, "1");
        check(0.1, "0.1");
        check(-1234.5, "-1234.5");
        check(1e-6, "0.000001");
        check(9.9e-7, "9.9e-07");
        check(1e20, "100000000000000000000");
        check(1e21, "1e+21");
        check(-1.5e300, "-1.5e+300");
        check(5e-324, "5e-324");
        check(f64::MAX, "1.7976931348623157e+308");
        check(f64::NAN, "NaN");
        check(f64::INFINITY, "+Inf");
        check(f64::NEG_INFINITY, "-Inf");
    }

    #[test]
    fn times_have_three_decimals_or_none() {
        let check = |at_ms, expected: &str| {
            let mut out = Vec::new();
            time(&mut out, at_ms);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        };
        check(0, "0");
        check(1_700_000_000_000, "1700000000");
        check(1_500, "1.500");
        check(1_005, "1.005");
        check(-5, "-0.005");
        check(i64::MIN, "-9223372036854775.808");
    }
}
