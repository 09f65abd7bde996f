//! What a metric's numbers are of. Owns that its definition says it, and its name where that does not; refuses
//! numbers.

use paceline_analysis::anomaly::Unit;
use paceline_metrics::Metadata;

/// With the word for it: of a unit that is not known, the definition's.
#[must_use]
pub fn unit_of(
    name: &str,
    definition: impl Fn(&str) -> Option<Metadata>,
    is_rate: bool,
) -> (Unit, String) {
    let base = name.strip_suffix("_sum").or(name.strip_suffix("_total"));
    let base = base.unwrap_or(name);
    // Of a histogram its family is defined, and of some counters too.
    let known = definition(name).or_else(|| definition(base));
    let said = known.map(|known| known.unit).unwrap_or_default();
    // The name's last word is the unit, as Prometheus's conventions have it.
    let of_name = base.rsplit('_').next().unwrap_or_default();
    let word = if said.is_empty() { of_name } else { &said };
    let unit = match word {
        "seconds" | "s" => Unit::Seconds,
        "ms" | "milliseconds" => Unit::Milliseconds,
        "ratio" => Unit::Share,
        "bytes" | "By" => Unit::Bytes,
        _ => Unit::Plain,
    };
    if is_rate && unit != Unit::Bytes {
        return (Unit::Plain, String::new());
    }
    match unit_word(unit) {
        "" => (unit, said),
        word => (unit, word.to_owned()),
    }
}

#[must_use]
pub const fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Milliseconds => "ms",
        Unit::Seconds => "seconds",
        Unit::Share => "ratio",
        Unit::Bytes => "bytes",
        Unit::Plain => "",
    }
}

#[cfg(test)]
mod tests {
    use paceline_metrics::MetricKind;

    use super::*;

    #[test]
    fn the_definition_says_it_and_the_name_where_that_does_not() {
        let of = |unit: &str| Metadata {
            kind: MetricKind::Gauge,
            unit: unit.to_owned(),
            description: String::new(),
        };
        let definition = |name: &str| match name {
            "heap" => Some(of("bytes")),
            "wait_seconds" => Some(of("ms")),
            "lost_seconds" => Some(of("")),
            "cost_seconds" => Some(of("USD")),
            _ => None,
        };
        let check = |name: &str, is_rate: bool, unit: Unit, word: &str| {
            let expected = (unit, word.to_owned());
            assert_eq!(unit_of(name, definition, is_rate), expected, "{name}");
        };
        check("heap", false, Unit::Bytes, "bytes");
        check("heap", true, Unit::Bytes, "bytes");
        check("wait_seconds", false, Unit::Milliseconds, "ms");
        check("wait_seconds_sum", false, Unit::Milliseconds, "ms");
        check("wait_seconds_sum", true, Unit::Plain, "");
        check("wait_seconds_count", false, Unit::Plain, "");
        check("lost_seconds", false, Unit::Seconds, "seconds");
        check("cost_seconds", false, Unit::Plain, "USD");
        check("sent_bytes_total", true, Unit::Bytes, "bytes");
        check("idle_ratio", false, Unit::Share, "ratio");
        check("heat", false, Unit::Plain, "");
    }
}
