//! Numbers and times as people read them. Owns units, separators and signs of the report's readable
//! forms.

use crate::instant::Instant;
use crate::period::{MONTHS, Period};

/// `12,345,678`
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if 0 < index && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `412 µs`, `4.12 ms`, `41.2 s`, `6.9 min`, `2.5 h`
pub(crate) fn duration(ms: f64) -> String {
    let scales = [
        (1.0, 0.001, "µs"),
        (1_000.0, 1.0, "ms"),
        (120_000.0, 1_000.0, "s"),
    ];
    for (below, unit, name) in scales {
        if ms < below {
            return format!("{} {name}", three_digits(ms / unit));
        }
    }
    if ms < 7_200_000.0 {
        return format!("{} min", three_digits(ms / 60_000.0));
    }
    format!("{} h", three_digits(ms / 3_600_000.0))
}

fn three_digits(value: f64) -> String {
    let decimals = match value {
        value if value < 9.995 => 2,
        value if value < 99.95 => 1,
        _ => 0,
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

/// `99.98 %`; never `100 %` when something is missing from it, never `0 %` when something is there.
pub(crate) fn percent(share: f64) -> String {
    let text = three_digits_of_percent(share * 100.0);
    match (text.as_str(), share) {
        ("100", share) if share < 1.0 => "> 99.99 %".to_owned(),
        ("0", share) if 0.0 < share => "< 0.01 %".to_owned(),
        _ => format!("{text} %"),
    }
}

fn three_digits_of_percent(value: f64) -> String {
    format!("{value:.2}")
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

/// `+45 %`, `−12 %`, `±0 %`
pub(super) fn change(ratio: f64) -> String {
    let percent = (ratio * 100.0).round();
    if percent == 0.0 {
        return "±0 %".to_owned();
    }
    let sign = if percent < 0.0 { '−' } else { '+' };
    format!("{sign}{} %", count(percent.abs() as u64))
}

/// `20 %`; below a tenth with one decimal, as such differences matter there.
pub(super) fn percent_of_change(ratio: f64) -> String {
    let percent = ratio * 100.0;
    if percent.abs() < 9.95 {
        return format!(
            "{} %",
            three_digits_of_percent((percent * 10.0).round() / 10.0)
        );
    }
    format!("{} %", count(percent.abs().round() as u64))
}

/// `+20 %`, `−5 %`
pub(super) fn change_of(ratio: f64) -> String {
    change(ratio)
}

/// `0.12`, `−0.03`; never `−0.00`.
pub(crate) fn hundredths(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    let sign = if rounded < 0.0 { "−" } else { "" };
    format!("{sign}{:.2}", rounded.abs())
}

/// `a, b and c`
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `Wed 14 October 09:00 UTC`, in the time zone of the period.
pub(super) fn moment(at: Instant, period: &Period) -> String {
    let (day, hour) = (
        day(at, period),
        period.local(at).0.rem_euclid(86_400_000) / 60_000,
    );
    format!("{day} {:02}:{:02} {}", hour / 60, hour % 60, period.zone())
}

/// `Wed 14 October`
pub(super) fn day(at: Instant, period: &Period) -> String {
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let local = period.local(at);
    let weekday = WEEKDAYS[local.0.div_euclid(86_400_000).rem_euclid(7) as usize];
    let (_, month, day) = local.date();
    format!("{weekday} {day} {}", MONTHS[usize::from(month) - 1])
}

/// `8.09`
pub(super) fn score(value: f64) -> String {
    format!("{value:.2}")
}

/// `1 task`, `2 tasks`
pub(crate) fn plural(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let check = |got: String, expected: &str| assert_eq!(got, expected);
        check(count(0), "0");
        check(count(999), "999");
        check(count(1_234_567), "1,234,567");
        check(duration(0.412), "412 µs");
        check(duration(0.0), "0 µs");
        check(duration(4.119), "4.12 ms");
        check(duration(999.9), "1000 ms");
        check(duration(41_230.0), "41.2 s");
        check(duration(414_000.0), "6.9 min");
        check(duration(9_000_000.0), "2.5 h");
        check(percent(0.999_8), "99.98 %");
        check(percent(1.0), "100 %");
        check(percent(0.999_999), "> 99.99 %");
        check(percent(0.000_001), "< 0.01 %");
        check(percent(0.0), "0 %");
        check(change(0.449), "+45 %");
        check(change(-0.12), "−12 %");
        check(change(0.001), "±0 %");
        check(change(24.0), "+2,400 %");
        check(plural(1, "task", "tasks"), "1 task");
        check(hundredths(0.126), "0.13");
        check(hundredths(-0.03), "−0.03");
        check(hundredths(-0.004), "0.00");
        check(percent_of_change(0.204), "20 %");
        check(percent_of_change(0.0512), "5.1 %");
        check(percent_of_change(12.5), "1,250 %");
    }

    #[test]
    fn moments_are_told_in_the_zone_of_the_period() {
        let check = |offset: i32, expected: &str| {
            let period = Period::month("2026-10").unwrap().shifted(offset);
            assert_eq!(moment(Instant(1_791_968_400_000), &period), expected);
        };
        check(0, "Wed 14 October 09:00 UTC");
        check(120, "Wed 14 October 11:00 UTC+02:00");
        check(-600, "Tue 13 October 23:00 UTC-10:00");
    }

    #[test]
    fn names_are_listed_as_people_do() {
        let check = |names: &[&str], expected: &str| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(listed(&names), expected);
        };
        check(&[], "");
        check(&["a"], "a");
        check(&["a", "b"], "a and b");
        check(&["a", "b", "c"], "a, b and c");
    }
}
