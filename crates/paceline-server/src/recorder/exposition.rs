//! The record as Prometheus text (exposition format 0.0.4). Owns the names, help texts and units of
//! the server's own series; refuses to compute: it prints what was counted.

use std::fmt::Write;

use paceline_api::Operation;
use paceline_core::task::Status;

use super::histogram::{BOUNDS_NS, Reading};
use super::{Outcome, Recorder, STAGES};

/// What maintenance last read from the store.
#[derive(Clone, Debug, Default)]
pub struct Gauges {
    /// In the order of [`Status::ALL`].
    pub tasks: [u64; 7],
    /// healthy, warning, stale, dead.
    pub agents: [u64; 4],
    pub epochs: Vec<(String, u64)>,
    pub rows: Vec<(&'static str, u64)>,
    pub bytes: u64,
    pub uptime_seconds: f64,
}

pub(super) fn write(recorder: &Recorder, out: &mut String) {
    operations(recorder, out);
    for (name, help, histogram) in [
        (
            "paceline_task_wait_seconds",
            "Time from a task becoming ready to its claim.",
            &recorder.task_wait,
        ),
        (
            "paceline_message_delivery_seconds",
            "Time from sending a message to a reader getting it.",
            &recorder.message_delivery,
        ),
        (
            "paceline_leader_failover_seconds",
            "Time from a leader being lost to the next one known.",
            &recorder.leader_failover,
        ),
        (
            "paceline_recorder_seconds",
            "Cost of closing one measurement.",
            &recorder.own_cost,
        ),
    ] {
        head(out, name, "histogram", help);
        histogram_lines(out, name, "", &histogram.read());
    }
    let name = "paceline_task_duration_seconds";
    head(
        out,
        name,
        "histogram",
        "Time from claim to completion or failure, by agent type.",
    );
    for (agent_type, histogram) in recorder.task_durations.lock().iter() {
        let labels = format!("agent_type=\"{}\"", escaped(agent_type));
        histogram_lines(out, name, &labels, &histogram.read());
    }
    questions(recorder, out);
    gauges(&recorder.gauges.lock(), out);
    let dropped = recorder
        .tool_timings_dropped
        .load(std::sync::atomic::Ordering::Relaxed);
    head(
        out,
        "paceline_record_lines_dropped_total",
        "counter",
        "Record lines that a slow disk cost.",
    );
    line(out, "paceline_record_lines_dropped_total", "", dropped);
}

fn operations(recorder: &Recorder, out: &mut String) {
    let name = "paceline_operation_duration_seconds";
    head(
        out,
        name,
        "histogram",
        "Time an operation took, from parsed request to answer.",
    );
    for operation in Operation::ALL {
        for outcome in Outcome::ALL {
            let reading = recorder.book(*operation).duration[outcome as usize].read();
            if 0 < reading.count() || outcome == Outcome::Ok {
                let labels = format!("operation=\"{operation}\",outcome=\"{}\"", outcome.as_str());
                histogram_lines(out, name, &labels, &reading);
            }
        }
    }
    let name = "paceline_operation_stage_seconds";
    head(
        out,
        name,
        "histogram",
        "Time of an operation's stages: queue, execute, commit.",
    );
    for operation in Operation::ALL {
        for (stage, histogram) in STAGES.iter().zip(&recorder.book(*operation).stages) {
            let reading = histogram.read();
            if 0 < reading.count() {
                let labels = format!("operation=\"{operation}\",stage=\"{stage}\"");
                histogram_lines(out, name, &labels, &reading);
            }
        }
    }
}

fn questions(recorder: &Recorder, out: &mut String) {
    let name = "paceline_query_duration_seconds";
    let help = "Time a query took, waiting and writing its answer included.";
    head(out, name, "histogram", help);
    for (kind, ending, reading) in recorder.questions.readings() {
        let (kind, outcome) = (kind.as_str(), ending.as_str());
        let labels = format!("kind=\"{kind}\",outcome=\"{outcome}\"");
        histogram_lines(out, name, &labels, &reading);
    }
}

fn gauges(gauges: &Gauges, out: &mut String) {
    let statuses = Status::ALL
        .iter()
        .map(|status| status.as_str())
        .zip(gauges.tasks);
    family(
        out,
        "paceline_tasks",
        "Tasks by status.",
        "status",
        statuses,
    );
    let agents = ["healthy", "warning", "stale", "dead"]
        .into_iter()
        .zip(gauges.agents);
    family(
        out,
        "paceline_agents",
        "Agents by health.",
        "health",
        agents,
    );
    let epochs = gauges
        .epochs
        .iter()
        .map(|(election, epoch)| (election.as_str(), *epoch));
    let help = "Current epoch of each election.";
    family(out, "paceline_leader_epoch", help, "election", epochs);
    let rows = gauges.rows.iter().copied();
    family(
        out,
        "paceline_store_rows",
        "Rows of each table of the store.",
        "table",
        rows,
    );
    let version = [(env!("CARGO_PKG_VERSION"), 1)].into_iter();
    family(
        out,
        "paceline_build_info",
        "Version of the server.",
        "version",
        version,
    );
    let name = "paceline_store_bytes";
    head(out, name, "gauge", "Size of the store's files in bytes.");
    line(out, name, "", gauges.bytes);
    let name = "paceline_uptime_seconds";
    head(out, name, "gauge", "Time since the server started.");
    line(out, name, "", gauges.uptime_seconds);
}

/// One gauge for each value of one label.
fn family<'a>(
    out: &mut String,
    name: &str,
    help: &str,
    label: &str,
    values: impl Iterator<Item = (&'a str, u64)>,
) {
    head(out, name, "gauge", help);
    for (value, count) in values {
        line(out, name, &format!("{label}=\"{}\"", escaped(value)), count);
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(out: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    let _ = match labels {
        "" => writeln!(out, "{name} {value}"),
        labels => writeln!(out, "{name}{{{labels}}} {value}"),
    };
}

fn histogram_lines(out: &mut String, name: &str, labels: &str, reading: &Reading) {
    let comma = if labels.is_empty() { "" } else { "," };
    let bounds = BOUNDS_NS.iter().map(|ns| seconds(*ns).to_string());
    for (bound, count) in bounds.chain(["+Inf".to_owned()]).zip(&reading.cumulative) {
        let _ = writeln!(
            out,
            "{name}_bucket{{{labels}{comma}le=\"{bound}\"}} {count}"
        );
    }
    line(out, &format!("{name}_sum"), labels, seconds(reading.sum_ns));
    line(out, &format!("{name}_count"), labels, reading.count());
}

#[expect(clippy::cast_precision_loss, reason = "exact to 104 days")]
fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}

/// Label values escape backslash, quote and line feed.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn every_operation_of_the_list_is_exposed() {
        let recorder = Recorder::new(Arc::new(crate::clock::SystemClock::start()));
        for operation in Operation::ALL {
            recorder.begin(*operation, "http").close(Outcome::Ok, None);
        }
        recorder.task_finished(Some("a\"b\\"), 1_500);
        let mut text = String::new();
        recorder.exposition(&mut text);
        for operation in Operation::ALL {
            let count = format!(
                "paceline_operation_duration_seconds_count{{operation=\"{operation}\",outcome=\"ok\"}} 1\n"
            );
            assert!(text.contains(&count), "{count}");
        }
        assert!(text.contains(r#"agent_type="a\"b\\",le="2"} 1"#), "{text}");
    }
}
