//! Where a line jumps, and how sure its slope is. Owns what of a line the crate's own judgement is
//! asked, and the false-alarm rate that follows from it; refuses to size what it finds.
//!
//! Steps are `change_points`' and slopes `trend`'s. Of a line of hours, change points are asked for
//! quarters of days: neighbouring hours are alike over more than one lag, which that judgement is
//! not made for, and a quarter of a day is still dated to its hour, where the hours on both sides
//! differ most (E. S. Page, "Continuous Inspection Schemes", Biometrika 41, 1954).

use super::line::{Line, levels};
use crate::change_points::{ChangeOptions, change_points_with};
use crate::report::history::Grid;
use crate::robust::{clip, mad, median};
use crate::trend::{TrendVerdict, trend_with};

/// Of a line on which nothing happened, this often one is seen; measured, see the decision record on
/// the report.
pub(super) const FALSE_ALARMS: f64 = 0.002;
/// Many lines are asked at once, each of which may raise an alarm: a step has to bring so many
/// times the evidence that it would need alone.
const STRENGTH_MIN: f64 = 3.0;
/// A level lasts at least so many quarters of a day.
const QUARTERS_MIN: usize = 4;
/// A step of a few standard deviations is seen within so many days.
const NEAR_DAYS: usize = 2;
/// Wild hours count no more than this many standard deviations.
const REACH: f64 = 3.0;

/// First cells of new levels, in order.
pub(super) fn places(line: &Line, grid: &Grid) -> Vec<usize> {
    let quarters = line.coarser((grid.cells_a_day() / 4).max(1));
    // The size of what is found is judged where all of it is known.
    let options = ChangeOptions {
        gate: 0.0,
        min_segment: QUARTERS_MIN,
    };
    let found = change_points_with(&quarters.levels(), &options).points;
    let sure = found.iter().filter(|one| STRENGTH_MIN <= one.strength);
    let cells: Vec<usize> = sure.map(|one| quarters.points[one.index].cell).collect();
    dated(line, &cells, NEAR_DAYS * grid.cells_a_day())
}

/// Each near where it was seen, where the two sides differ most.
fn dated(line: &Line, cells: &[usize], reach: usize) -> Vec<usize> {
    let ends = |at: usize| {
        let from = at.checked_sub(1).map_or(0, |before| cells[before]);
        let to = cells.get(at + 1).copied().unwrap_or(usize::MAX);
        (from, to)
    };
    let date = |(at, cell): (usize, &usize)| {
        let (from, to) = ends(at);
        let points = line.within(from..to);
        let near = cell.saturating_sub(reach)..cell + reach;
        let inner = (1..points.len()).filter(|place| near.contains(&points[*place].cell));
        let clipped = clipped(&levels(points));
        let contrast = |place: usize| contrast(&clipped, place);
        let best = inner.max_by(|a, b| contrast(*a).total_cmp(&contrast(*b)));
        best.map_or(*cell, |place| points[place].cell)
    };
    cells.iter().enumerate().map(date).collect()
}

/// About a moving level, so that a step is not clipped away.
fn clipped(levels: &[f64]) -> Vec<f64> {
    const AROUND: usize = 12;
    let local = |at: usize| {
        let around = &levels[at.saturating_sub(AROUND)..(at + AROUND + 1).min(levels.len())];
        median(around).unwrap_or(levels[at])
    };
    let centres: Vec<f64> = (0..levels.len()).map(local).collect();
    let away: Vec<f64> = levels
        .iter()
        .zip(&centres)
        .map(|(level, centre)| level - centre)
        .collect();
    let reach = REACH * mad(&away).unwrap_or(0.0);
    levels
        .iter()
        .zip(centres)
        .map(|(level, centre)| clip(*level, centre, reach))
        .collect()
}

/// How much the values from a place on differ from those before it.
fn contrast(values: &[f64], place: usize) -> f64 {
    let (before, after) = values.split_at(place);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let weight = (before.len() * after.len()) as f64 / values.len() as f64;
    (mean(after) - mean(before)).abs() * weight.sqrt()
}

/// The interval of the slope from one cell to the next. `None` of a line too short for one, or
/// where chance makes such slopes.
pub(super) fn slope(days: &Line, from: usize) -> Option<(f64, f64)> {
    let last = days.points.last()?.cell;
    let mut values = vec![f64::NAN; (last - from) / days.block + 1];
    let points = days.points.iter().filter(|point| from <= point.cell);
    points.for_each(|point| values[(point.cell - from) / days.block] = point.level);
    let found = trend_with(&values, 0.0)?;
    let each = |slope: f64| slope / days.block as f64;
    (found.verdict != TrendVerdict::Level).then(|| (each(found.low), each(found.high)))
}
