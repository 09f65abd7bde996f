//! Operations day by day, for charts. Owns which of them are drawn: those that changed, and those
//! that take most time; refuses to judge.

use super::gathered::OperationEntry;
use super::history::Grid;
use super::model::{Report, Timeline};
use crate::instant::Instant;
use crate::summary::to_micros;

const DRAWN_MAX: usize = 9;
/// So many points say as much as a chart can show.
const POINTS_MAX: usize = 124;

pub(super) fn timelines(
    report: &Report,
    operations: &[(String, OperationEntry)],
    grid: &Grid,
) -> Vec<Timeline> {
    let changed = report
        .findings
        .iter()
        .flat_map(|finding| &finding.operations);
    let mut wanted: Vec<&str> = Vec::new();
    let busiest = report.bottlenecks.iter().map(|row| row.operation.as_str());
    for name in changed.map(|moved| moved.operation.as_str()).chain(busiest) {
        if wanted.len() < DRAWN_MAX && !wanted.contains(&name) {
            wanted.push(name);
        }
    }
    let find = |name: &str| operations.iter().find(|one| one.0 == name);
    let drawn = wanted.into_iter().filter_map(find);
    drawn
        .map(|(name, entry)| timeline(name, entry, grid))
        .collect()
}

fn timeline(operation: &str, entry: &OperationEntry, grid: &Grid) -> Timeline {
    let day = grid.cells_a_day();
    let mut step = if grid.cells <= POINTS_MAX { 1 } else { day };
    while POINTS_MAX < grid.cells.div_ceil(step) {
        step *= 2;
    }
    let starts = || (0..grid.cells).step_by(step);
    let sketches: Vec<_> = starts()
        .map(|cell| entry.history.durations(cell..cell + step))
        .collect();
    let at = |share: f64| {
        let quantiles = sketches
            .iter()
            .map(|sketch| sketch.quantile_ms(share).map(to_micros));
        quantiles.collect()
    };
    Timeline {
        operation: operation.to_owned(),
        from: Instant(grid.from_ms),
        step_hours: step as u64 * (grid.cell_ms / 3_600_000) as u64,
        p50_ms: at(0.50),
        p95_ms: at(0.95),
        count: sketches
            .iter()
            .map(|sketch| sketch.weight().round() as u64)
            .collect(),
    }
}
