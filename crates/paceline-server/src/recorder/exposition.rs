//! Families as Prometheus text (exposition format 0.0.4). Owns how names, labels and numbers are
//! written; refuses to know which there are.

use std::fmt::Write;

use paceline_metrics::MetricKind;

use super::family::{Family, Pairs, Point};

pub fn write(families: &[Family<'_>], out: &mut String) {
    for family in families {
        let about = family.about;
        let kind = kind_name(about.kind);
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            out,
            "# HELP {name} {help}\n# TYPE {name} {kind}",
            name = about.name,
            help = about.help,
        );
        for point in &family.points {
            line(out, about.name, point);
        }
    }
}

const fn kind_name(kind: MetricKind) -> &'static str {
    match kind {
        MetricKind::Counter => "counter",
        MetricKind::Gauge => "gauge",
        MetricKind::Histogram => "histogram",
        MetricKind::Summary => "summary",
        MetricKind::Unknown => "untyped",
    }
}

fn line(out: &mut String, name: &str, point: &Point<'_>) {
    let _ = write!(out, "{name}{}", point.suffix);
    labels(out, &point.labels);
    let _ = writeln!(out, " {}", point.value);
}

fn labels(out: &mut String, labels: &Pairs<'_>) {
    for (at, (name, value)) in labels.iter().enumerate() {
        let before = if at == 0 { '{' } else { ',' };
        let _ = write!(out, "{before}{name}=\"");
        value.chars().for_each(|one| escaped(out, one));
        out.push('"');
    }
    if !labels.is_empty() {
        out.push('}');
    }
}

/// Label values escape backslash, quote and line feed.
fn escaped(out: &mut String, one: char) {
    match one {
        '\\' => out.push_str("\\\\"),
        '"' => out.push_str("\\\""),
        '\n' => out.push_str("\\n"),
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Outcome, Recorder};
    use super::*;
    use paceline_api::Operation;
    use std::sync::Arc;

    #[test]
    fn every_operation_of_the_list_is_exposed() {
        let recorder = Recorder::new(Arc::new(crate::clock::SystemClock::start()));
        for operation in Operation::ALL {
            recorder.begin(*operation, "http").close(Outcome::Ok, None);
        }
        recorder.task_finished(Some("a\"b\\"), 1_500);
        let mut text = String::new();
        write(&recorder.families(), &mut text);
        for operation in Operation::ALL {
            let count = format!(
                "paceline_operation_duration_seconds_count{{operation=\"{operation}\",outcome=\"ok\"}} 1\n"
            );
            assert!(text.contains(&count), "{count}");
        }
        assert!(text.contains(r#"agent_type="a\"b\\",le="2"} 1"#), "{text}");
    }
}
