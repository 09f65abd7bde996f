//! The documented rules: mean up by more than a fifth, 95th percentile over twice the mean, more
//! than one failure in a hundred. Owns their thresholds and sentences; refuses few records.

use super::model::{BrokenRule, OperationRow};
use super::scope::{ENOUGH, WAITS};
use super::words;

const MEAN_UP_MAX: f64 = 0.20;
const TAIL_MAX: f64 = 2.0;
const ERRORS_MAX: f64 = 0.01;
pub(super) const MEAN_UP: &str = "mean_up";
pub(super) const TAIL: &str = "p95_over_twice_mean";
pub(super) const ERRORS: &str = "errors_over_1_percent";

/// By rule, then by how far it is broken.
pub(super) fn broken(operations: &[OperationRow]) -> Vec<BrokenRule> {
    let judged = operations
        .iter()
        .filter(|row| !WAITS.contains(&row.operation.as_str()));
    let judged: Vec<&OperationRow> = judged.collect();
    let rules: [fn(&OperationRow) -> Option<BrokenRule>; 3] = [mean_up, tail, errors];
    let broken = rules.into_iter().flat_map(|rule| {
        let mut broken: Vec<_> = judged.iter().filter_map(|row| rule(row)).collect();
        broken.sort_by(|a, b| b.value.total_cmp(&a.value));
        broken
    });
    broken.collect()
}

fn mean_up(row: &OperationRow) -> Option<BrokenRule> {
    let change = row.change.filter(|change| change.enough)?.mean?;
    let (now, before) = (
        row.current?.durations.mean_ms,
        row.previous?.durations.mean_ms,
    );
    let said = format!(
        "The mean of `{}` is {} above the period before, {} instead of {}.",
        row.operation,
        words::percent_of_change(change),
        words::duration(now),
        words::duration(before),
    );
    rule(MEAN_UP, row, change, MEAN_UP_MAX, said)
}

fn tail(row: &OperationRow) -> Option<BrokenRule> {
    let all = row
        .current
        .filter(|figures| ENOUGH <= figures.durations.count)?
        .durations;
    if all.mean_ms <= 0.0 {
        return None;
    }
    let ratio = all.p95_ms / all.mean_ms;
    let said = format!(
        "The 95th percentile of `{}`, {}, is {ratio:.1} times its mean of {}.",
        row.operation,
        words::duration(all.p95_ms),
        words::duration(all.mean_ms),
    );
    rule(TAIL, row, ratio, TAIL_MAX, said)
}

fn errors(row: &OperationRow) -> Option<BrokenRule> {
    let figures = row
        .current
        .filter(|figures| ENOUGH <= figures.durations.count)?;
    let rate = figures.failed as f64 / figures.durations.count as f64;
    let said = format!(
        "{} of {} calls of `{}` failed ({}).",
        words::count(figures.failed),
        words::count(figures.durations.count),
        row.operation,
        words::percent(rate),
    );
    rule(ERRORS, row, rate, ERRORS_MAX, said)
}

fn rule(
    name: &str,
    row: &OperationRow,
    value: f64,
    threshold: f64,
    sentence: String,
) -> Option<BrokenRule> {
    (threshold < value).then(|| BrokenRule {
        rule: name.to_owned(),
        operation: row.operation.clone(),
        value,
        threshold,
        sentence,
    })
}
