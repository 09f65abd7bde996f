//! The result as text. Owns columns that line up; refuses to leave out what is unpleasant: errors,
//! doubled claims and an interruption are always shown.

use std::fmt::Write as _;

use crate::report::{AgeRow, Report, Row};

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
        out.push('\n');
        let headings = age_headings(&report.ages[0]);
        let headings: Vec<_> = headings.iter().map(String::as_str).collect();
        align(
            &mut out,
            &headings,
            report.ages.iter().map(age_cells).collect(),
        );
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
        "{} cores, {}, Linux {}, {}; {}",
        machine.cores, machine.cpu, machine.kernel, machine.filesystem, conditions.durability
    );
    if !report.scenarios.is_empty() {
        let _ = writeln!(
            out,
            "medians of {} runs of {} s after {} s of warm-up, each in fresh processes",
            conditions.runs, conditions.duration_seconds, conditions.warm_up_seconds
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

fn age_headings(row: &AgeRow) -> Vec<String> {
    let ages = row
        .ages
        .iter()
        .map(|age| format!("p50 ms at {}", grouped(age.stored as f64)));
    let mut headings = vec!["operation".to_owned()];
    headings.extend(ages);
    headings.extend(["ratio".to_owned(), "errors".to_owned(), "target".to_owned()]);
    headings
}

fn age_cells(row: &AgeRow) -> Vec<String> {
    let mut cells = vec![row.operation.clone()];
    cells.extend(row.ages.iter().map(|age| millis(age.p50_ms)));
    let verdict = if row.check.holds { "ok" } else { "MISSED" };
    cells.extend([
        format!("{:.2}", row.ratio),
        row.errors.to_string(),
        format!("{} {verdict}", row.check.target),
    ]);
    cells
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
    let is_text = |heading: &str| {
        ["scenario", "operation", "load", "figure", "unit", "target"].contains(&heading)
    };
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
mod tests;
