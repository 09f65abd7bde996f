//! What templates give. Owns the pairs of text and result; refuses a server to ask.

use super::*;

fn fill(text: &str, value: f64) -> String {
    let labels = Labels::from([
        ("agent".to_owned(), "Ada".to_owned()),
        ("operation".to_owned(), "task_claim".to_owned()),
        ("ms".to_owned(), "41".to_owned()),
    ]);
    let external = Labels::from([("fleet".to_owned(), "north".to_owned())]);
    let facts = Facts {
        labels: &labels,
        external_labels: &external,
        value,
    };
    Template::parse(text).unwrap().fill(&facts)
}

#[test]
fn places_are_filled() {
    let cases = [
        (
            "{{ $labels.agent }} is {{.Labels.operation}}",
            "Ada is task_claim",
        ),
        ("{{ $value }}|{{ .Value }}", "0.25|0.25"),
        ("no {{ $labels.nothing }}place", "no place"),
        ("{{ $externalLabels.fleet }}", "north"),
        ("a {{- $value -}} b {{ $value }} c", "a0.25b 0.25 c"),
        ("{{ $labels.agent | toUpper }}{{ toLower \"X\" }}", "ADAx"),
        (
            "{{ printf \"%.1f %s %%\" $value $labels.agent }}",
            "0.2 Ada %",
        ),
        ("{{ $value | printf \"%.3g\" }}", "0.25"),
        ("{{ $labels.ms | humanize }}", "41"),
        (
            "{{ $labels.agent | humanize }}",
            "<error: `Ada` is no number>",
        ),
        ("{{ printf `%d` 3.0 }} {{ \"a \\\" | b\" }}", "3 a \" | b"),
        ("plain", "plain"),
        ("", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(fill(text, 0.25), expected, "{text}");
    }
}

/// Values and texts of the examples in Prometheus's own tests of its templates.
#[test]
fn numbers_read_as_in_prometheus() {
    let cases: [(&str, &[(f64, &str)]); 5] = [
        (
            "humanize",
            &[
                (0.0, "0"),
                (1.0, "1"),
                (1_234_567.0, "1.235M"),
                (0.12, "120m"),
                (f64::NAN, "NaN"),
                (f64::INFINITY, "+Inf"),
            ],
        ),
        (
            "humanize1024",
            &[(0.0, "0"), (1.0, "1"), (1_048_576.0, "1Mi"), (0.12, "0.12")],
        ),
        (
            "humanizeDuration",
            &[
                (0.0, "0s"),
                (1.0, "1s"),
                (60.0, "1m 0s"),
                (3_600.0, "1h 0m 0s"),
                (86_400.0, "1d 0h 0m 0s"),
                (-(86_400.0 + 3_600.0 + 61.0), "-1d 1h 1m 1s"),
                (899.99, "14m 59s"),
                (0.1, "100ms"),
                (0.0001, "100us"),
                (12.345, "12.35s"),
            ],
        ),
        (
            "humanizePercentage",
            &[
                (-0.22222, "-22.22%"),
                (0.0, "0%"),
                (0.1234567, "12.35%"),
                (1.23456, "123.5%"),
            ],
        ),
        (
            "humanizeTimestamp",
            &[
                (1_435_065_584.128, "2015-06-23 13:19:44.128 +0000 UTC"),
                (1_435_065_600.0, "2015-06-23 13:20:00 +0000 UTC"),
            ],
        ),
    ];
    for (function, values) in cases {
        for (value, expected) in values {
            let text = format!("{{{{ $value | {function} }}}}");
            assert_eq!(fill(&text, *value), *expected, "{function} {value}");
        }
    }
}

#[test]
fn numbers_are_written_as_go_writes_them() {
    for (value, expected) in [
        (41.0, "41"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e-7, "1e-07"),
        (100_000.0, "100000"),
        (2_100_000.0, "2.1e+06"),
        (1.5e300, "1.5e+300"),
        (-2.5, "-2.5"),
        (f64::NEG_INFINITY, "-Inf"),
    ] {
        assert_eq!(fill("{{ $value }}", value), expected);
    }
    assert_eq!(
        fill("{{ printf \"%.2e %g\" $value 7 }}", 12_345.0),
        "1.23e+04 7"
    );
}

#[test]
fn what_is_not_understood_is_named_with_its_place() {
    for (text, word) in [
        ("a {{ range query \"up\" }}", "range"),
        ("a {{ if $value }}", "if"),
        ("a {{ $value", "without `}}`"),
        ("a {{ }}", "without anything"),
        ("a {{ $value | nothing }}", "nothing"),
        ("a {{ $value | humanize $value }}", "takes one value"),
        ("a {{ \"open }}", "does not end"),
    ] {
        let error = Template::parse(text).unwrap_err();
        assert!(error.message.contains(word), "{text}: {error}");
        assert_eq!(error.at, 2, "{text}");
    }
}

#[test]
fn a_template_that_explodes_is_cut_off() {
    let places = "{{ $labels.agent }}".repeat(10_000);
    let filled = fill(&places, 0.0);
    assert!(filled.len() < FILLED_BYTES_MAX + 10);
    assert!(filled.ends_with('…'));
    let wide = fill("{{ printf \"%.20f\" $value }}", 1e300);
    assert!(wide.len() < 400);
}
