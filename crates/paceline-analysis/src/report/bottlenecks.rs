//! Where the time goes: each operation's stages by their share of all time. Owns the shares and
//! whether the queue grew; refuses waits that somebody chose.

use super::build::WAITS;
use super::history::{Grid, History, STAGES};
use super::model::Bottleneck;
use super::totals::{Both, OperationTotals};
use crate::summary::to_micros;

const ROWS_MAX: usize = 15;

/// One operation with all that is known of it.
pub(super) struct Known<'a> {
    pub operation: &'a str,
    pub totals: &'a Both<OperationTotals>,
    pub history: &'a History,
}

/// The largest share first.
pub(super) fn bottlenecks(operations: &[Known<'_>], grid: &Grid) -> Vec<Bottleneck> {
    let asked = operations
        .iter()
        .filter(|one| !WAITS.contains(&one.operation));
    let asked: Vec<&Known<'_>> = asked.collect();
    let all = |of: fn(&Known<'_>) -> f64| asked.iter().map(|one| of(one)).sum::<f64>();
    let (now, before) = (
        all(|one| one.totals.current.total_ms()),
        all(|one| one.totals.previous.total_ms()),
    );
    if now <= 0.0 {
        return Vec::new();
    }
    let mut rows: Vec<Bottleneck> = asked
        .iter()
        .flat_map(|one| parts(one, now, before, grid))
        .filter(|row| 0.0 < row.total_ms)
        .collect();
    rows.sort_by(|a, b| {
        let share = b.total_ms.total_cmp(&a.total_ms);
        share.then_with(|| (&a.operation, &a.stage).cmp(&(&b.operation, &b.stage)))
    });
    rows.truncate(ROWS_MAX);
    rows
}

fn parts(one: &Known<'_>, now: f64, before: f64, grid: &Grid) -> Vec<Bottleneck> {
    let (current, previous) = (&one.totals.current, &one.totals.previous);
    let row = |stage: Option<&str>, total_ms: f64, was_ms: f64| Bottleneck {
        operation: one.operation.to_owned(),
        stage: stage.map(str::to_owned),
        total_ms: to_micros(total_ms),
        share: total_ms / now,
        share_before: (0.0 < before).then(|| was_ms / before),
        queue_growth: (stage == Some(STAGES[0]))
            .then(|| queue_growth(one.history, grid))
            .flatten(),
    };
    if current.stages_weight <= 0.0 {
        return vec![row(None, current.total_ms(), previous.total_ms())];
    }
    let inside = |totals: &OperationTotals| totals.stages.iter().sum::<f64>();
    let elsewhere = |totals: &OperationTotals| (totals.total_ms() - inside(totals)).max(0.0);
    let stages = STAGES.iter().zip(current.stages).zip(previous.stages);
    let mut rows: Vec<_> = stages
        .map(|((stage, now), was)| row(Some(stage), now, was))
        .collect();
    rows.push(row(
        Some(STAGES[3]),
        elsewhere(current),
        elsewhere(previous),
    ));
    rows
}

/// Median wait of the period's last third over that of its first.
fn queue_growth(history: &History, grid: &Grid) -> Option<f64> {
    let third = (grid.cells - grid.current) / 3;
    let first = history.stages_ms(grid.current..grid.current + third)?[0];
    let last = history.stages_ms(grid.cells - third..grid.cells)?[0];
    (0.0 < first).then(|| to_micros(last / first - 1.0))
}
