//! Where the time goes: each operation's stages by their share of all time, beside the share they
//! had before. Owns what of the record is ranked, and which queues are said to grow; refuses waits that
//! somebody chose. The ranking itself is [`bottleneck`](crate::bottleneck)'s.

use super::history::{Grid, History, STAGE_CELLS};
use super::model::{Bottleneck, Interval, StageTime};
use super::scope::WAITS;
use super::totals::{Both, OperationTotals};
use crate::bottleneck::{self, Bottlenecks, OperationShare, OperationTime, Stage};
use crate::false_discovery;
use crate::summary::to_micros;
use crate::trend::{Trend, VALUES_MIN};

const ROWS_MAX: usize = 15;
/// Many queues are asked whether they grow: of those that are said to, so many are chance.
const FALSE_SHARE: f64 = 0.01;

/// One operation with all that is known of it.
pub(super) struct Known<'a> {
    pub operation: &'a str,
    pub totals: &'a Both<OperationTotals>,
    pub history: &'a History,
}

/// Operations and stages, and stages over all operations, the largest share first.
pub(super) fn bottlenecks(
    operations: &[Known<'_>],
    grid: &Grid,
) -> (Vec<Bottleneck>, Vec<StageTime>) {
    let asked = operations
        .iter()
        .filter(|one| !WAITS.contains(&one.operation));
    let asked: Vec<&Known<'_>> = asked.collect();
    let queues: Vec<Vec<f64>> = asked
        .iter()
        .map(|one| queue_ms(one.history, grid))
        .collect();
    let now = asked.iter().zip(&queues);
    let now = now.map(|(one, queue)| time(one.operation, &one.totals.current, queue));
    let before = asked.iter();
    let before = before.map(|one| time(one.operation, &one.totals.previous, &[]));
    let now = bottleneck::bottlenecks(&now.collect::<Vec<_>>());
    let before = bottleneck::bottlenecks(&before.collect::<Vec<_>>());
    let mut rows = rows(&now, &before);
    rows.sort_by(|a, b| {
        let share = b.total_ms.total_cmp(&a.total_ms);
        share.then_with(|| (&a.operation, &a.stage).cmp(&(&b.operation, &b.stage)))
    });
    rows.truncate(ROWS_MAX);
    (rows, now.stages.iter().map(StageTime::from).collect())
}

fn time<'a>(
    operation: &'a str,
    totals: &OperationTotals,
    queue_ms_over_time: &'a [f64],
) -> OperationTime<'a> {
    OperationTime {
        operation,
        count: totals.durations.count() as f64,
        total_ms: totals.total_ms(),
        stages_ms: totals.has_stages().then_some(totals.stages),
        queue_ms_over_time,
    }
}

/// The median wait of each day of the period, or of each quarter of a day where days are few.
fn queue_ms(history: &History, grid: &Grid) -> Vec<f64> {
    let day = grid.cells_a_day();
    let is_long = VALUES_MIN * day <= grid.cells - grid.current;
    let length = if is_long { day } else { STAGE_CELLS };
    let units = (grid.current..grid.cells).step_by(length);
    let median = |cell: usize| history.stages_ms(cell..(cell + length).min(grid.cells));
    units
        .map(|cell| median(cell).map_or(f64::NAN, |stages| stages[0]))
        .collect()
}

fn rows(now: &Bottlenecks, before: &Bottlenecks) -> Vec<Bottleneck> {
    let growing = growing(now);
    let of_operation = |operation: &OperationShare| -> Vec<Bottleneck> {
        let row = |stage: Option<Stage>, total_ms: f64| {
            let queue = operation
                .queue_trend
                .filter(|_| stage == Some(Stage::Queue));
            Bottleneck {
                operation: operation.operation.clone(),
                stage: stage.map(|stage| stage.name().to_owned()),
                total_ms: to_micros(total_ms),
                share: total_ms / now.total_ms,
                share_before: share_of(before, &operation.operation, stage),
                queue_growth: queue.map(|trend| to_micros(trend.change)),
                queue_growth_interval: queue.map(|trend| Interval {
                    low: to_micros(trend.change_low),
                    high: to_micros(trend.change_high),
                }),
                queue_grows: queue.is_some() && growing.contains(&operation.operation.as_str()),
            }
        };
        if operation.stages.is_empty() {
            return vec![row(None, operation.total_ms)];
        }
        let stages = operation.stages.iter();
        stages
            .map(|one| row(Some(one.stage), one.total_ms))
            .collect()
    };
    let rows = now.operations.iter().flat_map(of_operation);
    rows.filter(|row| 0.0 < row.total_ms).collect()
}

/// Operations whose wait in the queue rises beyond chance, among so many asked.
fn growing(now: &Bottlenecks) -> Vec<&str> {
    let p_value = |trend: Option<Trend>| trend.map_or(f64::NAN, |trend| trend.p_value);
    let p_values = now.operations.iter().map(|one| p_value(one.queue_trend));
    let adjusted = false_discovery::adjust(&p_values.collect::<Vec<_>>());
    let rises = now.operations.iter().zip(adjusted);
    rises
        .filter(|(one, adjusted)| one.queue_grows && *adjusted <= FALSE_SHARE)
        .map(|(one, _)| one.operation.as_str())
        .collect()
}

/// Of all time before; `None` where nothing was recorded then.
fn share_of(before: &Bottlenecks, operation: &str, stage: Option<Stage>) -> Option<f64> {
    let row = before
        .operations
        .iter()
        .find(|row| row.operation == operation);
    let total_ms = row.map_or(0.0, |row| match stage {
        None => row.total_ms,
        Some(stage) => {
            let of_stage = row.stages.iter().find(|one| one.stage == stage);
            of_stage.map_or(0.0, |one| one.total_ms)
        }
    });
    (0.0 < before.total_ms).then(|| total_ms / before.total_ms)
}

impl From<&bottleneck::StageShare> for StageTime {
    fn from(of_stage: &bottleneck::StageShare) -> Self {
        Self {
            stage: of_stage.stage.name().to_owned(),
            total_ms: to_micros(of_stage.total_ms),
            share: of_stage.share,
        }
    }
}
