//! Which series is which. Owns a series' name, the numbers beside it and its colour; refuses to draw.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use paceline_api::prometheus::PromSeries;

/// More lines than can be told apart are not drawn.
pub const DRAWN_MAX: usize = 8;
/// Lines of the legend.
const LISTED_MAX: usize = 20;
/// Of numbers, with the gap before them.
const NUMBER_WIDTH: usize = 12;

/// Codes of colours that dark and light terminals both show.
const COLOURS: [u8; DRAWN_MAX] = [36, 33, 35, 32, 31, 34, 96, 93];

pub fn coloured(text: &str, series: usize, is_coloured: bool) -> String {
    match COLOURS.get(series) {
        Some(code) if is_coloured => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        _ => text.to_owned(),
    }
}

/// As PromQL writes it: `name{label="value"}`.
pub fn name_of(labels: &BTreeMap<String, String>) -> String {
    let name = labels.get("__name__").map_or("", String::as_str);
    let rest = labels.iter().filter(|(label, _)| *label != "__name__");
    let rest: Vec<String> = rest
        .map(|(label, value)| format!("{label}={value:?}"))
        .collect();
    match (name, rest.as_slice()) {
        ("", []) => "{}".to_owned(),
        (name, []) => name.to_owned(),
        (name, rest) => format!("{name}{{{}}}", rest.join(", ")),
    }
}

/// Three or four digits that say how large a number is.
pub fn short(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return value.to_string();
    }
    let (divided, unit) = match size {
        0.0 => return "0".to_owned(),
        size if !(1e-3..1e15).contains(&size) => return format!("{value:.2e}"),
        size if size < 1e4 => (value, ""),
        size if size < 1e6 => (value / 1e3, "k"),
        size if size < 1e9 => (value / 1e6, "M"),
        size if size < 1e12 => (value / 1e9, "G"),
        _ => (value / 1e12, "T"),
    };
    let digits = match divided.abs() {
        size if size < 1.0 => 4,
        size if size < 10.0 => 3,
        size if size < 100.0 => 2,
        _ => 1,
    };
    let text = format!("{divided:.digits$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    format!("{text}{unit}")
}

/// A line each: mark, name, last, least, most.
pub fn render(series: &[PromSeries], columns: usize, is_coloured: bool) -> String {
    let room = columns.saturating_sub(3 * NUMBER_WIDTH + 3).max(10);
    let names: Vec<String> = series
        .iter()
        .take(LISTED_MAX)
        .map(|one| fitting(&name_of(&one.metric), room))
        .collect();
    let width = names.iter().map(|name| name.chars().count()).max();
    let width = width.unwrap_or(0).max("SERIES".len());
    let mut text = format!(
        "   {:width$}{:>NUMBER_WIDTH$}{:>NUMBER_WIDTH$}{:>NUMBER_WIDTH$}\n",
        "SERIES", "LAST", "MIN", "MAX"
    );
    for (at, (one, name)) in series.iter().zip(&names).enumerate() {
        let values = || one.values.iter().map(super::chart::value_of);
        let finite = || values().filter(|value| value.is_finite());
        let numbers = [
            values().next_back().unwrap_or(f64::NAN),
            finite().fold(f64::NAN, f64::min),
            finite().fold(f64::NAN, f64::max),
        ];
        let mark = if at < DRAWN_MAX { "──" } else { "  " };
        let _ = write!(text, "{} {name:width$}", coloured(mark, at, is_coloured));
        for number in numbers {
            let _ = write!(text, "{:>NUMBER_WIDTH$}", short(number));
        }
        text.push('\n');
    }
    if DRAWN_MAX < series.len() {
        let _ = writeln!(
            text,
            "   {} series; the first {DRAWN_MAX} are drawn, `topk` or `sum by` makes them fewer",
            series.len()
        );
    }
    text
}

/// Control characters of stored text never reach the terminal.
fn fitting(name: &str, room: usize) -> String {
    let shown = name.chars().map(|character| match character {
        control if control.is_control() => '\u{fffd}',
        other => other,
    });
    let shown: Vec<char> = shown.collect();
    if shown.len() <= room {
        return shown.into_iter().collect();
    }
    let mut cut: String = shown[..room - 1].iter().collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let check = |value: f64, expected: &str| assert_eq!(short(value), expected);
        check(0.0, "0");
        check(1.0, "1");
        check(0.25, "0.25");
        check(-2.34567, "-2.346");
        check(999.96, "1000");
        check(1234.0, "1234");
        check(12_345.0, "12.35k");
        check(2.5e9, "2.5G");
        check(1e-5, "1.00e-5");
        check(f64::NAN, "NaN");
        check(f64::INFINITY, "inf");
    }

    #[test]
    fn a_series_is_named_as_promql_writes_it() {
        let check = |labels: &[(&str, &str)], expected: &str| {
            let labels = labels.iter();
            let labels = labels.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            assert_eq!(name_of(&labels.collect()), expected);
        };
        check(&[], "{}");
        check(&[("__name__", "up")], "up");
        check(&[("__name__", "up"), ("a", "x\"y")], r#"up{a="x\"y"}"#);
        check(&[("a", "b")], r#"{a="b"}"#);
    }
}
