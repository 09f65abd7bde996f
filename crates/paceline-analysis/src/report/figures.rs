//! Everything that is counted and needs no judgement: a row for each operation and tool, beside the
//! period before. Owns the arithmetic of rows; refuses to know where they are shown.

use super::errors::ErrorCounts;
use super::gathered::OperationEntry;
use super::history::Grid;
use super::intervals;
use super::model::{
    Change, FrequentOperation, OperationFigures, OperationRow, Reliability, ToolRow,
};
use super::scope::{ENOUGH, WAITS};
use super::totals::ToolEntry;
use crate::summary::to_micros;

const FREQUENT_MAX: usize = 10;

pub(super) fn operation_row(name: &str, entry: &OperationEntry, grid: &Grid) -> OperationRow {
    let (current, previous) = (entry.both.current.figures(), entry.both.previous.figures());
    let change = current.zip(previous).map(|(current, previous)| {
        let change = change(&current, &previous);
        Change {
            p50_interval: intervals::of(&entry.history, grid, 0.50),
            p95_interval: intervals::of(&entry.history, grid, 0.95),
            ..change
        }
    });
    OperationRow {
        operation: name.to_owned(),
        current,
        previous,
        change,
    }
}

fn change(current: &OperationFigures, previous: &OperationFigures) -> Change {
    let (now, before) = (&current.durations, &previous.durations);
    let ratio = |now: f64, before: f64| (0.0 < before).then(|| to_micros(now / before - 1.0));
    Change {
        mean: ratio(now.mean_ms, before.mean_ms),
        p50: ratio(now.p50_ms, before.p50_ms),
        p95: ratio(now.p95_ms, before.p95_ms),
        p99: ratio(now.p99_ms, before.p99_ms),
        enough: ENOUGH <= now.count && ENOUGH <= before.count,
        p50_interval: None,
        p95_interval: None,
    }
}

pub(super) fn tool_row((tool, totals): (String, ToolEntry)) -> ToolRow {
    ToolRow {
        tool,
        category: totals.category,
        current: totals.both.current.figures(),
        previous: totals.both.previous.figures(),
    }
}

pub(super) fn calls(row: &ToolRow) -> u64 {
    row.current.map_or(0, |figures| figures.durations.count)
}

pub(super) fn frequent(operations: &[(String, OperationEntry)]) -> Vec<FrequentOperation> {
    let asked_for = operations
        .iter()
        .filter(|(name, _)| !WAITS.contains(&name.as_str()));
    let mut rows: Vec<_> = asked_for
        .filter_map(|(name, entry)| Some((name, entry.both.current.durations.summary()?)))
        .map(|(name, all)| (name, all.count, all.mean_ms * all.count as f64))
        .collect();
    // Sorted before anything is added up: sums of fractions depend on their order.
    rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let count_all = rows.iter().map(|row| row.1).sum::<u64>() as f64;
    let time_all = rows.iter().map(|row| row.2).sum::<f64>();
    let share = |part: f64, whole: f64| if 0.0 < whole { part / whole } else { 0.0 };
    let row = |(name, count, time): (&String, u64, f64)| FrequentOperation {
        operation: name.clone(),
        count,
        share: share(count as f64, count_all),
        time_share: share(time, time_all),
    };
    rows.into_iter().take(FREQUENT_MAX).map(row).collect()
}

pub(super) fn reliability(operations: &[OperationRow], errors: ErrorCounts) -> Reliability {
    let total = |of: fn(&OperationRow) -> Option<OperationFigures>| {
        let figures = operations.iter().filter_map(of);
        figures.fold((0, 0), |(all, failed), one| {
            (all + one.durations.count, failed + one.failed)
        })
    };
    let rate = |(all, failed): (u64, u64)| (0 < all).then(|| 1.0 - failed as f64 / all as f64);
    let (current, previous) = (total(|row| row.current), total(|row| row.previous));
    Reliability {
        operations: current.0,
        failed: current.1,
        success_rate: rate(current),
        previous_operations: previous.0,
        previous_failed: previous.1,
        previous_success_rate: rate(previous),
        errors: errors.into_rows(),
    }
}
