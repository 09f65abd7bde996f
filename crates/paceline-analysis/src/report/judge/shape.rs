//! What one operation's line did: nothing, steps, or a drift. Owns the choice between them and the
//! sizes with their intervals; refuses causes.
//!
//! Steps come from [`detect`](super::detect). A staircase also fits a slope, and a slope a step, so
//! both are fitted to daily medians and the one with the smaller Bayesian information criterion is
//! told (G. Schwarz, "Estimating the Dimension of a Model", Annals of Statistics 6, 1978). A drift may
//! begin anywhere (D. J. Hudson, "Fitting Segmented Curves Whose Join Points Have to be Estimated",
//! JASA 61, 1966).

use super::detect;
use super::line::{Line, Point, levels};
use crate::rank_sum;
use crate::report::history::Grid;
use crate::robust::median;
use crate::trend::VALUES_MIN;

/// A smaller change is not told: a tenth, as a binary logarithm.
pub(super) const GATE: f64 = 0.137_5;
/// What went away by itself has to have been worse: a fifth.
const SPELL_GATE: f64 = 0.263;
/// Days on either side that a step's size is taken from.
const SIDE_DAYS: usize = 14;
const CONFIDENCE: f64 = 0.95;
/// A drift has to explain the days so much better than no change does.
const EVIDENCE_MIN: f64 = 10.0;
/// A step that comes back to within this part of itself was a spell.
const BACK: f64 = 1.0 / 3.0;
const DRIFT_DAYS_MIN: usize = VALUES_MIN;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Flat,
    Steps(Vec<Step>),
    Drift(Drift),
}

/// Levels are binary logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub cell: usize,
    /// Where it went away again.
    pub until: Option<usize>,
    pub before: f64,
    pub change: Size,
    /// What was measured on either side.
    pub side_before: (usize, usize),
    pub side_after: (usize, usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drift {
    pub from: usize,
    pub to: usize,
    pub before: f64,
    pub change: Size,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size {
    pub estimate: f64,
    pub low: f64,
    pub high: f64,
}

impl Size {
    pub fn is_told(&self) -> bool {
        let nearest = self.low.max(-self.high);
        GATE <= self.estimate.abs() && GATE / 2.0 <= nearest
    }
}

/// What became of a line, and how well that explains its days (smaller is better).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Judged {
    pub shape: Shape,
    pub days: Line,
    pub value: f64,
}

impl Judged {
    /// Whether one step at a place would explain the days about as well.
    pub fn is_explained_by(&self, place: usize) -> bool {
        of_steps(&self.days, &[place]) <= self.value + EVIDENCE_MIN
    }
}

/// The line is without its season.
pub(super) fn shape(line: &Line, grid: &Grid) -> Judged {
    let places = detect::places(line, grid);
    let days = line.days(grid);
    let flat = of_steps(&days, &[]);
    let as_steps = of_steps(&days, &places);
    let drift = drift(&days).filter(|(drift, value)| {
        *value + EVIDENCE_MIN < flat
            && drift.change.is_told()
            && (places.is_empty() || *value < as_steps)
    });
    if let Some((drift, value)) = drift {
        let shape = Shape::Drift(drift);
        return Judged { shape, days, value };
    }
    let steps = joined(steps(line, &places, grid));
    let (shape, value) = if steps.is_empty() {
        (Shape::Flat, flat)
    } else {
        (Shape::Steps(steps), as_steps)
    };
    Judged { shape, days, value }
}

fn steps(line: &Line, places: &[usize], grid: &Grid) -> Vec<Step> {
    let reach = SIDE_DAYS * grid.cells_a_day();
    let ends = |at: usize| {
        let from = if at == 0 { 0 } else { places[at - 1] };
        let to = places.get(at + 1).copied().unwrap_or(grid.cells);
        let cell = places[at];
        (
            (from.max(cell.saturating_sub(reach)), cell),
            (cell, to.min(cell + reach)),
        )
    };
    let step = |at: usize| {
        let (side_before, side_after) = ends(at);
        let (before, after) = (
            line.within(side_before.0..side_before.1),
            line.within(side_after.0..side_after.1),
        );
        let change = size(before, after, line.block, grid)?;
        Some(Step {
            cell: places[at],
            until: None,
            before: median(&levels(before))?,
            change,
            side_before,
            side_after,
        })
    };
    (0..places.len()).filter_map(step).collect()
}

/// Medians of days on either side, or of quarters of days where days are few: neighbouring hours
/// are alike, so single ones would make the interval too narrow.
fn size(before: &[Point], after: &[Point], block: usize, grid: &Grid) -> Option<Size> {
    let day = grid.cells_a_day();
    let lengths = [day, day.div_ceil(4), 1].map(|length| length.max(block));
    let medians = |points: &[Point], length: usize| -> Vec<f64> {
        let blocks = points.chunk_by(|a, b| a.cell / length == b.cell / length);
        blocks.filter_map(|block| median(&levels(block))).collect()
    };
    let shifts = lengths.iter().filter_map(|length| {
        rank_sum::shift(
            &medians(before, *length),
            &medians(after, *length),
            CONFIDENCE,
        )
    });
    let enough = |shift: &rank_sum::Shift| CONFIDENCE <= shift.confidence;
    shifts.into_iter().find(enough).map(|shift| Size {
        estimate: shift.estimate,
        low: shift.low,
        high: shift.high,
    })
}

/// A step up and the way back down are one spell.
fn joined(steps: Vec<Step>) -> Vec<Step> {
    let mut joined: Vec<Step> = Vec::new();
    for step in steps {
        if let Some(last) = joined.last_mut().filter(|last| last.until.is_none()) {
            let (up, down) = (last.change.estimate, step.change.estimate);
            if up * down < 0.0 && (up + down).abs() < BACK * up.abs() {
                last.until = Some(step.cell);
                continue;
            }
        }
        joined.push(step);
    }
    joined.retain(|step| {
        let is_short = step.until.is_some() && step.change.estimate.abs() < SPELL_GATE;
        step.change.is_told() && !is_short
    });
    joined
}

/// How well levels with steps between them explain the days. Days in which a step lies belong to
/// neither side.
fn of_steps(days: &Line, places: &[usize]) -> f64 {
    let holds_step = |point: &Point| {
        let end = point.cell + days.block;
        places
            .iter()
            .any(|place| point.cell < *place && *place < end)
    };
    let side = |point: &Point| places.partition_point(|place| *place <= point.cell);
    let clean = days.points.iter().copied().filter(|one| !holds_step(one));
    let clean: Vec<Point> = clean.collect();
    let sides = clean.chunk_by(|a, b| side(a) == side(b));
    let residuals = sides.flat_map(|part| {
        let part = levels(part);
        let mean = part.iter().sum::<f64>() / part.len() as f64;
        part.into_iter().map(move |level| level - mean)
    });
    let parameters = 2.0 * places.len() as f64 + 1.0;
    criterion(&residuals.collect::<Vec<_>>(), parameters, days)
}

/// Over as many days in every fit, so that leaving one out is no advantage.
fn criterion(residuals: &[f64], parameters: f64, days: &Line) -> f64 {
    let count = days.points.len().max(1) as f64;
    let squares: f64 = residuals.iter().map(|one| one * one).sum();
    let mean = squares / residuals.len().max(1) as f64;
    count * mean.max(1e-9).ln() + parameters * count.ln()
}

/// The best line that is level up to some day and then rises or falls, with its criterion.
fn drift(days: &Line) -> Option<(Drift, f64)> {
    let points = &days.points;
    let last = points.len().checked_sub(DRIFT_DAYS_MIN)?;
    let fits = (0..=last).filter_map(|from| Some((from, Hinge::fit(points, from)?)));
    let (from, hinge) = fits.min_by(|a, b| a.1.squares.total_cmp(&b.1.squares))?;
    let length = (points.last()?.cell - points[from].cell) as f64;
    let parameters = if from == 0 { 2.0 } else { 3.0 };
    let value = criterion(&hinge.residuals(points, from), parameters, days);
    let slope = detect::slope(days, points[from].cell)?;
    let drift = Drift {
        from: points[from].cell,
        to: points.last()?.cell,
        before: hinge.level,
        change: Size {
            estimate: hinge.slope * length,
            low: slope.0 * length,
            high: slope.1 * length,
        },
    };
    Some((drift, value))
}

struct Hinge {
    level: f64,
    slope: f64,
    squares: f64,
}

impl Hinge {
    /// Least squares of a level and a slope that begins at point `from`.
    fn fit(points: &[Point], from: usize) -> Option<Self> {
        let count = points.len() as f64;
        let since = |point: &Point| point.cell.saturating_sub(points[from].cell) as f64;
        let mean = |of: &dyn Fn(&Point) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (x, y) = (mean(&since), mean(&|point| point.level));
        let spread = mean(&|point| (since(point) - x).powi(2));
        if spread <= 0.0 {
            return None;
        }
        let slope = mean(&|point| (since(point) - x) * (point.level - y)) / spread;
        let mut hinge = Self {
            level: y - slope * x,
            slope,
            squares: 0.0,
        };
        hinge.squares = hinge
            .residuals(points, from)
            .iter()
            .map(|one| one * one)
            .sum();
        Some(hinge)
    }

    fn residuals(&self, points: &[Point], from: usize) -> Vec<f64> {
        let since = |point: &Point| point.cell.saturating_sub(points[from].cell) as f64;
        let away = |point: &Point| point.level - self.level - self.slope * since(point);
        points.iter().map(away).collect()
    }
}
