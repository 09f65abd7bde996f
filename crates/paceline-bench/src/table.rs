//! The result as text. Owns columns that line up; refuses to leave out what is unpleasant: errors,
//! doubled claims and an interruption are always shown.

use std::fmt::Write as _;

use crate::report::{Report, Row};

mod ages;
mod spark;

pub use spark::sparkline;

/// Lays the report out for a terminal.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    heading(&mut out, report);
    if !report.scenarios.is_empty() {
        out.push('\n');
        let rows = report.scenarios.iter().map(cells).collect();
        align(&mut out, &HEADINGS, rows);
    }
    if !report.ages.is_empty() {
        ages::render(&mut out, &report.ages);
    }
    if let Some(metrics) = &report.metrics {
        crate::metrics::render(&mut out, metrics);
    }
    misfortunes(&mut out, report);
    out.truncate(out.trim_end().len());
    out + "\n"
}

const HEADINGS: [&str; 12] = [
    "scenario",
    "load",
    "rate",
    "p50 ms",
    "p90 ms",
    "p99 ms",
    "p99.9 ms",
    "max ms",
    "of ceiling",
    "server us",
    "errors",
    "target",
];

// Writing to a `String` cannot fail, so results of `writeln!` are dropped in this file.

fn heading(out: &mut String, report: &Report) {
    let machine = &report.machine;
    let conditions = &report.conditions;
    let commit = report
        .commit
        .as_deref()
        .map_or_else(String::new, |commit| format!(" ({commit})"));
    let _ = writeln!(
        out,
        "paceline {}{commit}, {} build",
        report.version, conditions.build
    );
    let _ = writeln!(
        out,
        "{} cores, {}, {}Linux {}, {}; {}",
        machine.cores,
        machine.cpu,
        machine
            .memory_bytes
            .map_or_else(String::new, |bytes| format!(
                "{:.0} GiB, ",
                bytes as f64 / f64::from(1 << 30)
            )),
        machine.kernel,
        machine.filesystem,
        conditions.durability
    );
    if !report.scenarios.is_empty() {
        let _ = writeln!(
            out,
            "medians of {} runs of {} s, each in fresh processes; {}",
            conditions.runs,
            conditions.duration_seconds,
            warm_up(report)
        );
    }
    if !report.ages.is_empty() {
        let _ = writeln!(
            out,
            "ages measured in turns, one client, so that noise meets all alike"
        );
    }
    if let (Some(before), Some(after)) = (
        conditions.load_average_before,
        conditions.load_average_after,
    ) {
        let _ = writeln!(out, "load average: {before:.1} before, {after:.1} after");
    }
    for remark in &conditions.remarks {
        let _ = writeln!(out, "note: {remark}");
    }
    if report.partial {
        let _ = writeln!(out, "PARTIAL: interrupted before all runs were done");
    }
}

/// How long it took until throughput was even, over all runs.
fn warm_up(report: &Report) -> String {
    let runs = report.scenarios.iter().flat_map(|row| &row.runs);
    let seconds: Vec<_> = runs.clone().map(|run| run.warm_up_seconds).collect();
    let least = seconds.iter().copied().fold(f64::INFINITY, f64::min);
    let most = seconds.iter().copied().fold(0.0, f64::max);
    let uneven = runs.filter(|run| !run.is_warm).count();
    let rest = match uneven {
        0 => String::new(),
        _ => format!("; it never was in {uneven} of {}", seconds.len()),
    };
    format!("warmed up for {least:.1} to {most:.1} s until throughput was even{rest}")
}

fn cells(row: &Row) -> Vec<String> {
    let figures = &row.median;
    vec![
        row.scenario.clone(),
        row.load.clone(),
        format!("{} {}/s", grouped(figures.rate), row.unit),
        millis(figures.p50_ms),
        millis(figures.p90_ms),
        millis(figures.p99_ms),
        millis(figures.p999_ms),
        millis(figures.max_ms),
        row.share_of_ceiling
            .map_or_else(dash, |share| format!("{:.0} %", 100.0 * share)),
        figures
            .server_cpu_us
            .map_or_else(dash, |cpu| format!("{cpu:.1}")),
        figures.errors.to_string(),
        verdict(row),
    ]
}

fn verdict(row: &Row) -> String {
    if row.checks.is_empty() {
        return dash();
    }
    let verdict = |holds| if holds { "ok" } else { "MISSED" };
    let checks = row.checks.iter();
    let texts: Vec<_> = checks
        .map(|check| format!("{} {}", check.target, verdict(check.holds)))
        .collect();
    texts.join(", ")
}

fn misfortunes(out: &mut String, report: &Report) {
    out.push('\n');
    let doubled = report
        .scenarios
        .iter()
        .filter(|row| 0 < row.median.doubled_claims);
    for row in doubled {
        let count = row.median.doubled_claims;
        let _ = writeln!(
            out,
            "{}: {count} tasks were handed to two agents",
            row.scenario
        );
    }
    let scenarios = report
        .scenarios
        .iter()
        .map(|row| (&row.scenario, &row.first_error));
    let ages = report
        .ages
        .iter()
        .map(|row| (&row.operation, &row.first_error));
    for (name, error) in scenarios.chain(ages) {
        if let Some(error) = error {
            let _ = writeln!(out, "{name}: first error: {error}");
        }
    }
}

/// Headings of columns that are no numbers.
const TEXTS: [&str; 14] = [
    "scenario",
    "operation",
    "load",
    "figure",
    "unit",
    "target",
    "change",
    "verdict",
    "course",
    "steps",
    "result",
    "commit",
    "note",
    "growth",
];

/// Text to the left, numbers to the right; the last column runs free.
pub fn align(out: &mut String, headings: &[&str], rows: Vec<Vec<String>>) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
            .max(headings[column].len())
    };
    let widths: Vec<_> = (0..headings.len()).map(width).collect();
    let is_text = |heading: &str| TEXTS.contains(&heading);
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (column, cell) in cells.enumerate() {
            let width = widths[column];
            let padded = match is_text(headings[column]) {
                true => format!("{cell:<width$}  "),
                false => format!("{cell:>width$}  "),
            };
            text.push_str(&padded);
        }
        out.push_str(text.trim_end());
        out.push('\n');
    };
    line(&mut headings.iter().copied());
    for row in &rows {
        line(&mut row.iter().map(String::as_str));
    }
}

pub fn dash() -> String {
    "-".to_owned()
}

/// Three significant digits, never fewer than the unit.
pub fn figure(value: f64) -> String {
    millis(value)
}

fn millis(value: f64) -> String {
    match value {
        value if value < 1.0 => format!("{value:.3}"),
        value if value < 10.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        value => grouped(value.round()),
    }
}

/// `25,000`; below a hundred with one digit after the point.
pub fn grouped(value: f64) -> String {
    if value < 100.0 && value.fract() != 0.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place != 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
pub mod tests;
