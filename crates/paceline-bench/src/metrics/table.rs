//! The metrics suites' result as text. Owns one line a figure with the subjects side by side;
//! refuses to leave out errors.

use std::fmt::Write as _;

use super::figures::{FigureRow, MetricsReport};
use super::peer::Peer;
use crate::table::{align, dash, grouped};
use crate::target::Check;

// Writing to a `String` cannot fail, so results of `writeln!` are dropped in this file.

pub fn render(out: &mut String, report: &MetricsReport) {
    out.push('\n');
    workload(out, report);
    out.push('\n');
    let subjects: Vec<_> = report.subjects.iter().map(|row| row.subject).collect();
    let mut headings = vec!["figure", "unit"];
    headings.extend(subjects.iter().map(|subject| subject.name()));
    headings.push("target");
    let rows = report.figures.iter().map(|row| cells(row, &subjects));
    align(out, &headings, rows.collect());
    for error in &report.errors {
        let _ = writeln!(out, "\nfailed: {error}");
    }
}

fn workload(out: &mut String, report: &MetricsReport) {
    let load = &report.workload;
    let versions = report
        .subjects
        .iter()
        .map(|row| format!("{} {}", row.subject.name(), row.version));
    let _ = writeln!(out, "{}", versions.collect::<Vec<_>>().join(", "));
    let _ = writeln!(
        out,
        "{} agents x {} metrics every {} s for {} s; remote write, {} samples a request, {} connections; \
         disk: a day of {} agents",
        grouped(load.agents as f64),
        grouped(load.metrics_per_agent as f64),
        load.interval_seconds,
        load.span_seconds,
        grouped(load.samples_per_request as f64),
        load.connections,
        load.disk_agents,
    );
}

fn cells(row: &FigureRow, subjects: &[Peer]) -> Vec<String> {
    let value = |subject: &Peer| {
        let found = row.values.iter().find(|value| value.subject == *subject);
        found.map_or_else(dash, |value| number(value.median))
    };
    let mut cells = vec![row.figure.to_owned(), row.unit.to_owned()];
    cells.extend(subjects.iter().map(value));
    cells.push(row.check.as_ref().map_or_else(dash, verdict));
    cells
}

fn verdict(check: &Check) -> String {
    let verdict = if check.holds { "ok" } else { "MISSED" };
    match check
        .measured
        .filter(|_| check.target.contains(' ') && !is_absolute(&check.target))
    {
        Some(ratio) => format!("{} {verdict} ({ratio:.2} x)", check.target),
        None => format!("{} {verdict}", check.target),
    }
}

/// Whether the target is a number of the figure's own unit, and no comparison.
fn is_absolute(target: &str) -> bool {
    target
        .rsplit(' ')
        .next()
        .is_some_and(|word| word.parse::<f64>().is_ok())
}

/// Three significant digits below a thousand.
fn number(value: f64) -> String {
    match value.abs() {
        size if size < 10.0 => format!("{value:.2}"),
        size if size < 100.0 => format!("{value:.1}"),
        _ => grouped(value.round()),
    }
}
