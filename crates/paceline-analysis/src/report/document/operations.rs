//! Sections about operations: figures, stages, errors, the slowest, the most frequent.

use super::{NOTHING, Section, Table, or_nothing, section, table_columns};
use crate::report::model::{Change, OperationFigures, OperationRow, Report, SlowOperation};
use crate::report::words;

pub(super) fn operations(report: &Report) -> Section {
    let columns = table_columns(
        &["operation"],
        &[
            "count",
            "success",
            "mean",
            "p50",
            "p95",
            "p99",
            "min",
            "max",
            "count before",
            "p95 before",
            "mean ±",
            "p50 ±",
            "p95 ±",
            "p99 ±",
        ],
    );
    let rows = report.operations.iter().map(operation_cells).collect();
    section(
        "Operations",
        "Nothing was recorded.",
        Table { columns, rows },
    )
}

fn operation_cells(row: &OperationRow) -> Vec<String> {
    let mut cells = vec![row.operation.clone()];
    match &row.current {
        Some(figures) => cells.extend(figure_cells(figures)),
        None => cells.extend(vec![NOTHING.to_owned(); 8]),
    }
    let before = row.previous.map(|figures| figures.durations);
    cells.push(or_nothing(before.map(|before| words::count(before.count))));
    cells.push(or_nothing(
        before.map(|before| words::duration(before.p95_ms)),
    ));
    cells.extend(change_cells(row.change.as_ref()));
    cells
}

fn figure_cells(figures: &OperationFigures) -> Vec<String> {
    let durations = &figures.durations;
    let times = [
        durations.mean_ms,
        durations.p50_ms,
        durations.p95_ms,
        durations.p99_ms,
        durations.min_ms,
        durations.max_ms,
    ];
    let mut cells = vec![
        words::count(durations.count),
        words::percent(figures.success_rate),
    ];
    cells.extend(times.map(words::duration));
    cells
}

/// In brackets where there are too few records to rely on it.
fn change_cells(change: Option<&Change>) -> [String; 4] {
    let Some(change) = change else {
        return [NOTHING; 4].map(str::to_owned);
    };
    [change.mean, change.p50, change.p95, change.p99].map(|ratio| {
        let text = or_nothing(ratio.map(words::change));
        if change.enough || ratio.is_none() {
            text
        } else {
            format!("({text})")
        }
    })
}

pub(super) fn stages(report: &Report) -> Section {
    let columns = table_columns(
        &["operation"],
        &["mean", "queue", "execute", "commit", "elsewhere"],
    );
    let rows = report.operations.iter().filter_map(|row| {
        let figures = row.current?;
        let stages = figures.stages_mean_ms?;
        let inside = stages.queue + stages.execute + stages.commit;
        let elsewhere = (figures.durations.mean_ms - inside).max(0.0);
        let times = [
            figures.durations.mean_ms,
            stages.queue,
            stages.execute,
            stages.commit,
            elsewhere,
        ];
        Some(
            [row.operation.clone()]
                .into_iter()
                .chain(times.map(words::duration))
                .collect(),
        )
    });
    let table = Table {
        columns,
        rows: rows.collect(),
    };
    section("Where the time went", "No record told its stages.", table)
}

pub(super) fn reliability(report: &Report) -> Section {
    let totals = &report.reliability;
    let rate = |rate: Option<f64>| or_nothing(rate.map(words::percent));
    let said = format!(
        "{} operations, {} failed: {} succeeded; in the period before {} of {}.",
        words::count(totals.operations),
        words::count(totals.failed),
        rate(totals.success_rate),
        rate(totals.previous_success_rate),
        words::count(totals.previous_operations),
    );
    let columns = table_columns(&["operation", "error"], &["count"]);
    let rows = totals.errors.iter();
    let rows = rows.map(|row| {
        vec![
            row.operation.clone(),
            row.error.clone(),
            words::count(row.count),
        ]
    });
    let mut section = section(
        "Reliability",
        "No operation failed.",
        Table {
            columns,
            rows: rows.collect(),
        },
    );
    section.sentences.insert(0, said);
    section
}

pub(super) fn slowest(report: &Report) -> Section {
    let columns = table_columns(
        &[
            "when",
            "operation",
            "outcome",
            "agent",
            "session",
            "context",
        ],
        &["took"],
    );
    let rows = report.slowest.iter().map(slow_cells).collect();
    section(
        "Slowest operations",
        "Nothing was recorded.",
        Table { columns, rows },
    )
}

fn slow_cells(row: &SlowOperation) -> Vec<String> {
    vec![
        row.at.to_string(),
        row.operation.clone(),
        if row.success { "ok" } else { "failed" }.to_owned(),
        or_nothing(row.agent_id.clone()),
        or_nothing(row.session_id.clone()),
        or_nothing(row.context.clone()),
        words::duration(row.duration_ms),
    ]
}

pub(super) fn most_frequent(report: &Report) -> Section {
    let columns = table_columns(
        &["operation"],
        &["count", "share of calls", "share of time"],
    );
    let rows = report.most_frequent.iter().map(|row| {
        let shares = [row.share, row.time_share].map(words::percent);
        [row.operation.clone(), words::count(row.count)]
            .into_iter()
            .chain(shares)
            .collect()
    });
    let table = Table {
        columns,
        rows: rows.collect(),
    };
    section("Most frequent operations", "Nothing was recorded.", table)
}
