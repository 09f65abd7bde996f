//! Sections about operations: figures, rules, bottlenecks, stages, errors, the slowest, the most
//! frequent.

use super::{NOTHING, Section, Table, or_nothing, said, section, table_columns};
use crate::report::model::{
    Bottleneck, Change, Interval, OperationFigures, OperationRow, Report, SlowOperation,
};
use crate::report::scope::ENOUGH;
use crate::report::words;

pub(super) fn operations(report: &Report) -> Option<Section> {
    let columns = table_columns(
        &["operation"],
        &[
            "count",
            "success",
            "mean",
            "p50",
            "p95",
            "p99",
            "max",
            "count before",
            "p50 ±",
            "p95 ±",
            "p99 ±",
        ],
    );
    let rows: Vec<_> = report.operations.iter().map(operation_cells).collect();
    let is_empty = rows.is_empty();
    let mut section = section(
        "Operations",
        "Nothing was recorded.",
        Table { columns, rows },
    );
    let is_compared = report.operations.iter().any(|row| row.change.is_some());
    if !is_empty && is_compared {
        section.sentences.push(
            "± is the change from the period before. What follows “in” covers the true change 19 times \
             in 20, going by whole days; in brackets: too few records to rely on."
                .to_owned(),
        );
    }
    Some(section)
}

fn operation_cells(row: &OperationRow) -> Vec<String> {
    let mut cells = vec![row.operation.clone()];
    match &row.current {
        Some(figures) => cells.extend(figure_cells(figures)),
        None => cells.extend(vec![NOTHING.to_owned(); 7]),
    }
    let before = row.previous.map(|figures| figures.durations);
    cells.push(or_nothing(before.map(|before| words::count(before.count))));
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
fn change_cells(change: Option<&Change>) -> [String; 3] {
    let Some(change) = change else {
        return [NOTHING; 3].map(str::to_owned);
    };
    let cell = |ratio: Option<f64>, interval: Option<Interval>| {
        let text = or_nothing(ratio.map(words::change));
        let interval = within(interval);
        if change.enough || ratio.is_none() {
            format!("{text}{interval}")
        } else {
            format!("({text})")
        }
    };
    [
        cell(change.p50, change.p50_interval),
        cell(change.p95, change.p95_interval),
        cell(change.p99, None),
    ]
}

fn within(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |one| {
        let (low, high) = (words::change(one.low), words::change(one.high));
        format!(" in {low} to {high}")
    })
}

pub(super) fn rules(report: &Report) -> Option<Section> {
    if report.operations.is_empty() {
        return None;
    }
    let mut sentences: Vec<String> = report
        .broken_rules
        .iter()
        .map(|one| one.sentence.clone())
        .collect();
    if sentences.is_empty() {
        sentences.push(rules_hold(report).to_owned());
    }
    sentences.insert(
        0,
        "A mean at most a fifth above the period before, a 95th percentile at most twice the mean, at \
         most one failure in a hundred calls."
            .to_owned(),
    );
    Some(said("The documented rules", sentences))
}

fn rules_hold(report: &Report) -> &'static str {
    let mut counts = report.operations.iter().filter_map(|row| row.current);
    if counts.any(|figures| ENOUGH <= figures.durations.count) {
        "All hold."
    } else {
        "No operation has the hundred records from which on they are judged."
    }
}

pub(super) fn bottlenecks(report: &Report) -> Option<Section> {
    let columns = table_columns(
        &["operation", "stage"],
        &["time", "share", "share before", "wait, begin to end"],
    );
    let rows: Vec<_> = report.bottlenecks.iter().map(bottleneck_cells).collect();
    if rows.is_empty() {
        return None;
    }
    let mut section = section("Bottlenecks", "", Table { columns, rows });
    section.sentences.extend(time_by_stage(report));
    section.sentences.extend(queues(report));
    Some(section)
}

fn time_by_stage(report: &Report) -> Option<String> {
    let stages = report.time_by_stage.iter();
    let shares = stages.map(|one| {
        let share = words::percent(one.share);
        match one.stage.as_str() {
            "elsewhere" => format!("{share} passed outside of the store's stages"),
            stage => format!("{share} went into the {stage} stage"),
        }
    });
    let shares: Vec<String> = shares.collect();
    (!shares.is_empty()).then(|| format!("Of the time of all calls, {}.", words::listed(&shares)))
}

/// Which queues grow, or that none does.
fn queues(report: &Report) -> Vec<String> {
    let asked = || {
        let rows = report.bottlenecks.iter();
        rows.filter_map(|row| Some((row, row.queue_growth?)))
    };
    let grows = asked().filter(|(row, _)| row.queue_grows);
    let mut sentences: Vec<String> = grows
        .map(|(row, growth)| {
            let (growth, interval) = (words::percent_of_change(growth), row.queue_growth_interval);
            let between = interval.map_or_else(String::new, |one| {
                let (low, high) = (
                    words::percent_of_change(one.low),
                    words::percent_of_change(one.high),
                );
                format!(", between {low} and {high}")
            });
            format!(
                "The wait of `{}` in the queue grew by {growth} over the period{between}.",
                row.operation
            )
        })
        .collect();
    if sentences.is_empty() && asked().next().is_some() {
        sentences.push("No wait in a queue grew over the period.".to_owned());
    }
    sentences
}

fn bottleneck_cells(row: &Bottleneck) -> Vec<String> {
    vec![
        row.operation.clone(),
        or_nothing(row.stage.clone()),
        words::duration(row.total_ms),
        words::percent(row.share),
        or_nothing(row.share_before.map(words::percent)),
        or_nothing(row.queue_growth.map(|growth| {
            let interval = row.queue_growth_interval;
            format!("{}{}", words::change(growth), within(interval))
        })),
    ]
}

pub(super) fn stages(report: &Report) -> Option<Section> {
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
    (!table.rows.is_empty()).then(|| section("Where a call's time goes", "", table))
}

pub(super) fn reliability(report: &Report) -> Option<Section> {
    let totals = &report.reliability;
    let rate = |rate: Option<f64>| or_nothing(rate.map(words::percent));
    let mut said = format!(
        "{}, {} failed: {} succeeded.",
        words::plural(totals.operations, "operation", "operations"),
        words::count(totals.failed),
        rate(totals.success_rate),
    );
    if totals.previous_success_rate.is_some() {
        said.push_str(&format!(
            " In the period before {} of {}.",
            rate(totals.previous_success_rate),
            words::count(totals.previous_operations)
        ));
    }
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
    (0 < totals.operations).then_some(section)
}

pub(super) fn slowest(report: &Report) -> Option<Section> {
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
    let rows: Vec<_> = report
        .slowest
        .iter()
        .map(|row| slow_cells(row, report))
        .collect();
    (!rows.is_empty()).then(|| section("Slowest operations", "", Table { columns, rows }))
}

fn slow_cells(row: &SlowOperation, report: &Report) -> Vec<String> {
    vec![
        words::moment(row.at, &report.period),
        row.operation.clone(),
        if row.success { "ok" } else { "failed" }.to_owned(),
        or_nothing(row.agent_id.clone()),
        or_nothing(row.session_id.clone()),
        or_nothing(row.context.clone()),
        words::duration(row.duration_ms),
    ]
}

pub(super) fn most_frequent(report: &Report) -> Option<Section> {
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
    (!table.rows.is_empty()).then(|| section("Most frequent operations", "", table))
}
