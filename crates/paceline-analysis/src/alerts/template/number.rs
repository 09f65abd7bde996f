//! Numbers as Prometheus's templates write them. Owns Go's `%g` and `%e` and the `humanize` family;
//! refuses locales.

use crate::Instant;

pub(super) const DIGITS_MAX: usize = 20;

/// Go's `%v`: as few digits as tell the number from all others.
pub(super) fn shortest(value: f64) -> String {
    general(value, None)
}

/// Go's `%g`: with an exponent below -4, and from as many places on as digits are asked for, or six.
pub(super) fn general(value: f64, digits: Option<usize>) -> String {
    if let Some(text) = unusual(value) {
        return text;
    }
    let text = match digits {
        Some(digits) => format!("{:.*e}", digits.max(1) - 1, value),
        None => format!("{value:e}"),
    };
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let limit = digits.map_or(6, |digits| digits.max(1) as i32);
    let bare = trimmed(mantissa);
    if exponent < -4 || limit <= exponent {
        return with_exponent(bare, exponent);
    }
    let shown = bare.bytes().filter(u8::is_ascii_digit).count() as i32;
    let decimals = usize::try_from(shown - 1 - exponent).unwrap_or(0);
    format!("{value:.decimals$}")
}

/// Go's `%e`.
pub(super) fn scientific(value: f64, digits: usize) -> String {
    if let Some(text) = unusual(value) {
        return text;
    }
    let text = format!("{value:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    with_exponent(mantissa, exponent.parse().unwrap_or(0))
}

fn unusual(value: f64) -> Option<String> {
    if value.is_nan() {
        return Some("NaN".to_owned());
    }
    let sign = if value < 0.0 { '-' } else { '+' };
    value.is_infinite().then(|| format!("{sign}Inf"))
}

fn trimmed(mantissa: &str) -> &str {
    if mantissa.contains('.') {
        mantissa.trim_end_matches('0').trim_end_matches('.')
    } else {
        mantissa
    }
}

fn with_exponent(mantissa: &str, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

fn four(value: f64) -> String {
    general(value, Some(4))
}

pub(super) fn humanize(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return four(value);
    }
    if value.abs() < 1.0 {
        let (value, prefix) = small(value);
        return four(value) + prefix;
    }
    let (value, prefix) = large(value, 1_000.0, &["k", "M", "G", "T", "P", "E", "Z", "Y"]);
    four(value) + prefix
}

pub(super) fn humanize_1024(value: f64) -> String {
    if value.abs() <= 1.0 || !value.is_finite() {
        return four(value);
    }
    let prefixes = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
    let (value, prefix) = large(value, 1_024.0, &prefixes);
    four(value) + prefix
}

pub(super) fn humanize_percentage(value: f64) -> String {
    four(value * 100.0) + "%"
}

pub(super) fn humanize_duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return four(seconds);
    }
    if seconds == 0.0 {
        return "0s".to_owned();
    }
    if seconds.abs() < 1.0 {
        let (value, prefix) = small(seconds);
        return format!("{}{prefix}s", four(value));
    }
    let sign = if seconds < 0.0 { "-" } else { "" };
    let whole = seconds.abs() as u64;
    let (days, hours) = (whole / 86_400, whole / 3_600 % 24);
    let (minutes, rest) = (whole / 60 % 60, whole % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{sign}{}s", four(seconds.abs())),
        (0, 0, _) => format!("{sign}{minutes}m {rest}s"),
        (0, _, _) => format!("{sign}{hours}h {minutes}m {rest}s"),
        _ => format!("{sign}{days}d {hours}h {minutes}m {rest}s"),
    }
}

/// Seconds since 1970, as Go prints a time.
pub(super) fn humanize_timestamp(seconds: f64) -> String {
    /// Year 9999.
    const SECONDS_MAX: f64 = 253_402_300_799.0;
    if !seconds.is_finite() || SECONDS_MAX < seconds.abs() {
        return four(seconds);
    }
    let text = Instant((seconds * 1_000.0).round() as i64).to_string();
    let text = text.replace('T', " ").replace('Z', "");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} +0000 UTC")
}

fn large<'a>(mut value: f64, step: f64, prefixes: &[&'a str]) -> (f64, &'a str) {
    let mut prefix = "";
    for next in prefixes {
        if value.abs() < step {
            break;
        }
        prefix = next;
        value /= step;
    }
    (value, prefix)
}

fn small(mut value: f64) -> (f64, &'static str) {
    let mut prefix = "";
    for next in ["m", "u", "n", "p", "f", "a", "z", "y"] {
        if 1.0 <= value.abs() {
            break;
        }
        prefix = next;
        value *= 1_000.0;
    }
    (value, prefix)
}
