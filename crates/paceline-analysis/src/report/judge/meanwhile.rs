//! What else changed when an operation did. Owns the comparison of load, version, size and restarts
//! around a moment; refuses to call any of them the cause, except for load, where the operation's
//! own behaviour tells how much of the change the load explains.

use std::ops::Range;

use super::Evidence;
use super::line::{Line, away_from_level, levels};
use super::shape::{Drift, Step};
use crate::bottleneck::Stage;
use crate::growth::growth;
use crate::report::model::{Exponent, Meanwhile};
use crate::robust::median;
use crate::theil_sen;

/// A smaller change of the load is none: a fifth, as a binary logarithm.
const LOAD_CHANGE_MIN: f64 = 0.263;
/// The load explains a change when it accounts for this part of it.
const FOLLOWS_SHARE: f64 = 0.5;
/// Days on either side between which loads are compared.
const LOAD_DAYS: usize = 7;
/// Pairs that the effect of load is estimated from.
const PAIRS_MAX: usize = 400;

pub(super) fn of_step(
    step: &Step,
    stage: Option<(Stage, f64)>,
    raw: &Line,
    evidence: &Evidence<'_>,
) -> Meanwhile {
    let grid = &evidence.grid;
    let reach_ms = 24 * 3_600_000;
    let at_ms = grid.at_ms(step.cell);
    let reach = LOAD_DAYS * grid.cells_a_day();
    let before = step.cell.saturating_sub(reach).max(step.side_before.0)..step.cell;
    let after = step.cell..step.side_after.1.min(step.cell + reach);
    let load = load_change(before, after, evidence, raw.block);
    let explains = load.and_then(|load| Some(load * effect_of_load(raw, evidence)?));
    let told = load.filter(|load| LOAD_CHANGE_MIN <= load.abs());
    let size = step.change.estimate;
    let explains = explains.filter(|part| told.is_some() && 0.0 < part * size);
    let (before, after) = evidence.age.versions_at(at_ms, reach_ms).unzip();
    let restarts = evidence.age.restarts();
    Meanwhile {
        load_change: load.map(|load| load.exp2() - 1.0),
        load_explains: explains.map(|part| part.exp2() - 1.0),
        follows_load: explains.is_some_and(|part| FOLLOWS_SHARE <= part / size)
            || is_of_load(stage, told, size),
        version_before: before,
        version_after: after,
        rows_change: None,
        rows_exponent: None,
        restarted: restarts.iter().any(|at| (at.0 - at_ms).abs() <= reach_ms),
    }
}

/// How much slower an operation gets with more callers cannot be told from within a day when they
/// are far more than on any; that it is the queue which grew with them is told by the stage: more
/// callers wait for the one writer.
fn is_of_load(stage: Option<(Stage, f64)>, load: Option<f64>, size: f64) -> bool {
    stage.is_some_and(|stage| stage.0 == Stage::Queue) && load.is_some_and(|load| 0.0 < load * size)
}

pub(super) fn of_drift(
    drift: &Drift,
    stage: Option<(Stage, f64)>,
    raw: &Line,
    evidence: &Evidence<'_>,
) -> Meanwhile {
    let grid = &evidence.grid;
    let third = (drift.to - drift.from) / 3;
    let (first, last) = (drift.from..drift.from + third, drift.to - third..grid.cells);
    let load = load_change(first, last, evidence, raw.block);
    let load = load.filter(|load| LOAD_CHANGE_MIN <= load.abs());
    let size_at = |cell: usize| evidence.size.at(grid, cell);
    let rows_change = size_at(drift.from)
        .zip(size_at(drift.to))
        .map(|(before, after)| after / before - 1.0);
    let days = raw.days(grid);
    let observed = days
        .within(drift.from..grid.cells)
        .iter()
        .filter_map(|point| Some((size_at(point.cell)?, point.level.exp2())));
    let observed: Vec<_> = observed.collect();
    let fitted = growth(&observed).filter(|_| rows_change.is_some_and(|change| 0.1 <= change));
    Meanwhile {
        load_change: load.map(|load| load.exp2() - 1.0),
        follows_load: is_of_load(stage, load, drift.change.estimate),
        rows_change,
        rows_exponent: fitted.map(|fitted| Exponent {
            estimate: fitted.exponent,
            low: fitted.low,
            high: fitted.high,
        }),
        ..Meanwhile::default()
    }
}

/// As a binary logarithm: from the median of some cells to that of others, without daily and weekly
/// rhythm.
fn load_change(
    before: Range<usize>,
    after: Range<usize>,
    evidence: &Evidence<'_>,
    block: usize,
) -> Option<f64> {
    let line = Line::of_load(&evidence.load, block).without_season(&evidence.grid);
    let typical = |cells: Range<usize>| median(&levels(line.within(cells)));
    Some(typical(after)? - typical(before)?)
}

/// How much slower the operation is, within a day, for each doubling of the load.
fn effect_of_load(raw: &Line, evidence: &Evidence<'_>) -> Option<f64> {
    let load = Line::of_load(&evidence.load, raw.block);
    let day = evidence.grid.cells_a_day().max(raw.block);
    let at = |line: &Line| -> Vec<(usize, f64)> {
        let away = away_from_level(&line.points, day);
        line.points
            .iter()
            .map(|point| point.cell)
            .zip(away)
            .collect()
    };
    let (durations, loads) = (at(raw), at(&load));
    let of_load = |cell: usize| {
        let place = loads.binary_search_by_key(&cell, |one| one.0).ok()?;
        Some(loads[place].1)
    };
    let pairs = durations
        .iter()
        .filter_map(|(cell, away)| Some((of_load(*cell)?, *away)));
    let pairs: Vec<_> = pairs.collect();
    let thinned: Vec<_> = pairs
        .iter()
        .copied()
        .step_by(pairs.len().div_ceil(PAIRS_MAX).max(1))
        .collect();
    theil_sen::slope(&thinned, 1.0, 0.95).map(|slope| slope.estimate)
}
