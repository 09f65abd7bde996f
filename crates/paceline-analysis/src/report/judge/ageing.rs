//! Degradation against age. Owns the question whether each operation's time grows with the store;
//! refuses an answer where the store hardly grew.

use super::Evidence;
use super::line::{Line, Point};
use super::shape::GATE;
use crate::growth::{GrowthVerdict, growth};
use crate::report::history::Grid;
use crate::report::model::{Ageing, Exponent, Finding, FindingKind, GrowthRow};

/// A store that grew by less says nothing about growth.
const RATIO_MIN: f64 = 1.2;
const DAYS_MIN: usize = 8;

/// What stepped is not said to grow: a step is told as one, and its days before are taken to the
/// level after it.
pub(in crate::report) fn ageing(evidence: &Evidence<'_>, findings: &[Finding]) -> Ageing {
    let ratio = evidence.size.ratio();
    let grew = ratio.is_some_and(|ratio| RATIO_MIN <= ratio);
    let rows = evidence
        .operations
        .iter()
        .filter_map(|(operation, history)| {
            let line = Line::of_durations(history, &evidence.grid)?;
            let days = level(
                line.days(&evidence.grid),
                operation,
                findings,
                &evidence.grid,
            );
            row(operation, &days, evidence)
        });
    Ageing {
        figures: evidence.age.figures(&evidence.grid),
        size: evidence.size.name.clone(),
        size_ratio: ratio,
        operations: if grew { rows.collect() } else { Vec::new() },
        versions: evidence.age.version_spans(),
        restarts: evidence.age.restarts(),
    }
}

fn level(mut days: Line, operation: &str, findings: &[Finding], grid: &Grid) -> Line {
    let steps = findings.iter().filter(|one| one.kind == FindingKind::Step);
    for step in steps {
        let moved = step
            .operations
            .iter()
            .find(|one| one.operation == operation);
        let Some(moved) = moved else {
            continue;
        };
        let before = |point: &&mut Point| grid.at_ms(point.cell) < step.since.0;
        let rise = (1.0 + moved.change).log2();
        days.points
            .iter_mut()
            .filter(before)
            .for_each(|point| point.level += rise);
    }
    days
}

fn row(operation: &str, days: &Line, evidence: &Evidence<'_>) -> Option<GrowthRow> {
    let observed = days.points.iter().filter_map(|point| {
        let size = evidence.size.at(&evidence.grid, point.cell)?;
        Some((size, point.level.exp2()))
    });
    let observed: Vec<_> = observed.collect();
    if observed.len() < DAYS_MIN {
        return None;
    }
    let fitted = growth(&observed)?;
    let ratio = evidence.size.ratio()?;
    let matters = GATE <= (fitted.exponent * ratio.log2()).abs();
    let verdict = match fitted.verdict {
        GrowthVerdict::Grows if matters => "grows",
        GrowthVerdict::Grows | GrowthVerdict::Flat => "flat",
        GrowthVerdict::Unclear => "unclear",
    };
    Some(GrowthRow {
        operation: operation.to_owned(),
        exponent: Exponent {
            estimate: fitted.exponent,
            low: fitted.low,
            high: fitted.high,
        },
        verdict: verdict.to_owned(),
    })
}
