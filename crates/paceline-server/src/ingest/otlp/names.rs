//! Names as Prometheus knows them. Owns the translation of an OTLP metric's name and unit and of
//! attribute names, as Prometheus's own OTLP receiver does it, with one addition: times are
//! seconds, whatever part of a second they were measured in. Refuses to know values.

/// What decides over a name's ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Gauge,
    Counter,
    /// Histograms and summaries: their parts have endings of their own.
    Distribution,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    pub name: String,
    /// In words, for the metric's description: `seconds`, `bytes`.
    pub unit: String,
    /// What values are divided by to be in that unit.
    pub divisor: f64,
}

const UNITS: &[(&str, &str)] = &[
    ("d", "days"),
    ("h", "hours"),
    ("min", "minutes"),
    ("s", "seconds"),
    ("By", "bytes"),
    ("KiBy", "kibibytes"),
    ("MiBy", "mebibytes"),
    ("GiBy", "gibibytes"),
    ("TiBy", "tibibytes"),
    ("KBy", "kilobytes"),
    ("MBy", "megabytes"),
    ("GBy", "gigabytes"),
    ("TBy", "terabytes"),
    ("m", "meters"),
    ("V", "volts"),
    ("A", "amperes"),
    ("J", "joules"),
    ("W", "watts"),
    ("g", "grams"),
    ("Cel", "celsius"),
    ("Hz", "hertz"),
    ("1", ""),
    ("%", "percent"),
];

const PER_UNITS: &[(&str, &str)] = &[
    ("s", "second"),
    ("m", "minute"),
    ("h", "hour"),
    ("d", "day"),
    ("w", "week"),
    ("mo", "month"),
    ("y", "year"),
];

/// Parts of a second: as a unit, as a name's last words, and how many make one.
const PARTS_OF_A_SECOND: &[(&str, &[&str], f64)] = &[
    ("ms", &["ms", "millis", "milliseconds"], 1e3),
    ("us", &["us", "micros", "microseconds"], 1e6),
    ("ns", &["ns", "nanos", "nanoseconds"], 1e9),
];

#[must_use]
pub fn metric(name: &str, unit: &str, sort: Sort) -> Name {
    let mut words = words(name);
    let (main, per) = match unit.split_once('/') {
        Some((main, per)) => (main.trim(), Some(per.trim())),
        None => (unit.trim(), None),
    };
    let (unit_word, divisor) = unit_of(main, &mut words);
    let mut append = |word: &str| {
        if !word.is_empty() && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    };
    append(&unit_word);
    if let Some(per) = per.filter(|per| !per.is_empty() && !per.contains('{')) {
        let per = known(PER_UNITS, per).map_or_else(|| cleaned(per), str::to_owned);
        append("per");
        append(&per);
    }
    match sort {
        Sort::Counter => {
            words.retain(|word| word != "total");
            words.push("total".to_owned());
        }
        Sort::Gauge if main == "1" && per.is_none() => {
            words.retain(|word| word != "ratio");
            words.push("ratio".to_owned());
        }
        Sort::Gauge | Sort::Distribution => {}
    }
    let mut name = words.join("_");
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    Name {
        name,
        unit: unit_word,
        divisor,
    }
}

/// The unit's word and what values are divided by; a name that ends with a part of a second loses
/// that word, since it would be untrue.
fn unit_of(unit: &str, words: &mut Vec<String>) -> (String, f64) {
    let by_unit = PARTS_OF_A_SECOND.iter().find(|(part, ..)| *part == unit);
    let by_name = || {
        let last = words.last()?;
        PARTS_OF_A_SECOND
            .iter()
            .find(|(_, endings, _)| unit.is_empty() && endings.contains(&last.as_str()))
    };
    if let Some((_, endings, divisor)) = by_unit.or_else(by_name) {
        words.retain(|word| !endings.contains(&word.as_str()));
        return ("seconds".to_owned(), *divisor);
    }
    if unit.contains('{') {
        return (String::new(), 1.0);
    }
    (
        known(UNITS, unit).map_or_else(|| cleaned(unit), str::to_owned),
        1.0,
    )
}

fn known(units: &[(&'static str, &'static str)], unit: &str) -> Option<&'static str> {
    let (_, word) = units.iter().find(|(short, _)| *short == unit)?;
    Some(word)
}

fn words(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':'));
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn cleaned(unit: &str) -> String {
    words(unit).join("_")
}

/// An attribute's name as a label's.
#[must_use]
pub fn label(name: &str) -> String {
    let mut label: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    if label.starts_with(|first: char| first.is_ascii_digit()) {
        label.insert_str(0, "key_");
    } else if label.starts_with('_') && !label.starts_with("__") {
        label.insert_str(0, "key");
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metric_names_are_translated_as_prometheus_does_and_times_are_seconds() {
        use Sort::{Counter, Distribution, Gauge};
        let check = |name: &str, unit: &str, sort, expected: &str, divisor: f64| {
            let got = metric(name, unit, sort);
            assert_eq!(
                (got.name.as_str(), got.divisor),
                (expected, divisor),
                "{name} {unit}"
            );
        };
        check(
            "system.cpu.time",
            "s",
            Counter,
            "system_cpu_time_seconds_total",
            1.0,
        );
        check(
            "http.server.duration",
            "ms",
            Distribution,
            "http_server_duration_seconds",
            1e3,
        );
        check(
            "codex.tool.call.duration_ms",
            "ms",
            Distribution,
            "codex_tool_call_duration_seconds",
            1e3,
        );
        check(
            "codex.turn.e2e_duration_ms",
            "",
            Distribution,
            "codex_turn_e2e_duration_seconds",
            1e3,
        );
        check(
            "gemini_cli.tool.call.latency",
            "ms",
            Distribution,
            "gemini_cli_tool_call_latency_seconds",
            1e3,
        );
        check("a.time", "us", Gauge, "a_time_seconds", 1e6);
        check("a.nanos", "", Gauge, "a_seconds", 1e9);
        check("forms", "", Gauge, "forms", 1.0);
        check("memory.usage", "By", Gauge, "memory_usage_bytes", 1.0);
        check("memory.usage.bytes", "By", Gauge, "memory_usage_bytes", 1.0);
        check("cpu.utilization", "1", Gauge, "cpu_utilization_ratio", 1.0);
        check("requests", "1", Counter, "requests_total", 1.0);
        check(
            "requests.total.count",
            "{request}",
            Counter,
            "requests_count_total",
            1.0,
        );
        check("io", "By/s", Gauge, "io_bytes_per_second", 1.0);
        check("io", "{packet}/s", Gauge, "io_per_second", 1.0);
        check(
            "claude_code.token.usage",
            "tokens",
            Counter,
            "claude_code_token_usage_tokens_total",
            1.0,
        );
        check(
            "claude_code.cost.usage",
            "USD",
            Counter,
            "claude_code_cost_usage_USD_total",
            1.0,
        );
        check("2nd.try", "", Gauge, "_2nd_try", 1.0);
        check("a//b  c", "", Gauge, "a_b_c", 1.0);
        check("", "", Gauge, "", 1.0);
        check("ünïcode", "", Gauge, "n_code", 1.0);
    }

    #[test]
    fn attribute_names_become_label_names() {
        let check = |name, expected| assert_eq!(label(name), expected);
        check("http.route", "http_route");
        check("0day", "key_0day");
        check("_hidden", "key_hidden");
        check("__reserved", "__reserved");
        check("a\u{7}<b>", "a__b_");
    }
}
