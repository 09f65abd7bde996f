//! Where a series changed its level, and stayed there for a while. Owns the answer with its levels
//! and what became of each change; refuses trends (`trend.rs`): a drift is said to be one, and has
//! no steps.
//!
//! ```text
//! values --standardise--> clip at 3 robust standard deviations          clean.rs
//!        --narrowest over threshold, in seeded intervals--> places      intervals.rs, contrast.rs
//!        --drop the weakest, one by one--> explanations                 explain.rs, fit.rs
//!        --table of needed evidence--> changes                          thresholds.rs, choose.rs
//!        --clip about the levels found, and again--> changes
//!        --noisier around? a line as good? gate?--> answer              choose.rs, here
//! ```
//!
//! Each file names its papers. Correlation of neighbours is part of every fit: a series that wanders
//! is not taken for one that steps. What that can and cannot tell apart, with rates of false alarms
//! and of misses, is in `docs/decisions/0020-change-points.md`.

mod choose;
mod clean;
mod contrast;
mod explain;
mod fit;
mod intervals;
mod thresholds;

use serde::{Deserialize, Serialize};

use crate::compare::GATE;
use crate::robust;

pub use explain::Explanation;
pub use thresholds::{more_by_correlation, times_one};

/// The share of series without a change in which chance alone finds one, at most.
pub const FALSE_ALARM_RATE: f64 = 0.05;
/// Rounds of clipping about the levels found.
const ROUNDS: usize = 3;
/// A median scatters more than a mean.
const MEDIAN_COST: f64 = 1.253_314_137_315_500_3;
/// Standard errors to each end of a 95 % interval.
const REACH: f64 = 1.959_963_984_540_054;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeOptions {
    /// A smaller relative change is listed apart, as slight.
    pub gate: f64,
    /// A level has at least so many values; no less than 3.
    pub min_segment: usize,
}

impl Default for ChangeOptions {
    fn default() -> Self {
        Self {
            gate: GATE,
            min_segment: 5,
        }
    }
}

/// What became of a series.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// Those past the gate, in order.
    pub points: Vec<ChangePoint>,
    /// Real, but smaller than the gate.
    pub slight: Vec<ChangePoint>,
    /// Between all of them; one when there are none.
    pub levels: Vec<Level>,
    /// It moved, but as a line does: ask `trend`.
    pub is_drift: bool,
    /// Values that were judged; the others were no numbers.
    pub values: usize,
    pub left_out: usize,
    /// The standard deviation around the levels, robustly.
    pub scatter: f64,
    /// Between neighbours, around the levels.
    pub correlation: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangePoint {
    /// Of the first value of the new level, in the series as it was given.
    pub index: usize,
    /// The medians of the levels on both sides.
    pub before: f64,
    pub after: f64,
    /// Relative to `before`, or to `after` where `before` is zero; with a 95 % interval.
    pub change: f64,
    pub low: f64,
    pub high: f64,
    /// How many times the evidence that one change needs.
    pub strength: f64,
    /// The newest level is nearer to `after` than to `before`.
    pub persists: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Indexes in the series as it was given, `to` exclusive.
    pub from: usize,
    pub to: usize,
    pub median: f64,
    /// Values that are numbers.
    pub count: usize,
}

/// Finds changes of level past the usual gate. What is no number is skipped.
#[must_use]
pub fn change_points(values: &[f64]) -> Changes {
    change_points_with(values, &ChangeOptions::default())
}

#[must_use]
pub fn change_points_with(values: &[f64], options: &ChangeOptions) -> Changes {
    let shortest = options.min_segment.max(3);
    let (places, kept): (Vec<usize>, Vec<f64>) = values
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, value)| value.is_finite())
        .unzip();
    let mut changes = Changes {
        values: kept.len(),
        left_out: values.len() - kept.len(),
        ..Changes::default()
    };
    let found = clean::standardised(&kept).map(|standardised| find(&standardised, shortest));
    let found = found.unwrap_or_default();
    changes.is_drift = found.is_drift;
    changes.correlation = found.correlation;
    let levels = clean::medians(&kept, &found.cuts);
    let residuals: Vec<f64> = kept
        .iter()
        .zip(&levels)
        .map(|(value, level)| value - level)
        .collect();
    changes.scatter = robust::mad_about_zero(&residuals).unwrap_or(0.0);
    changes.levels = describe_levels(&places, &levels, &found.cuts, values.len());
    let points = describe_points(&changes, &found.strengths);
    let is_past = |point: &ChangePoint| options.gate <= point.change.abs();
    (changes.points, changes.slight) = points.into_iter().partition(is_past);
    changes
}

/// What speaks for one change, for two and so on, before any threshold: to make the table by.
#[must_use]
pub fn explanations(values: &[f64]) -> Vec<Explanation> {
    let shortest = ChangeOptions::default().min_segment;
    clean::standardised(&robust::finite(values))
        .filter(|values| 2 * shortest <= values.len())
        .map(|values| explain::explanations(&clean::clipped(&values), &[], shortest))
        .unwrap_or_default()
}

#[derive(Default)]
struct Found {
    cuts: Vec<usize>,
    strengths: Vec<f64>,
    is_drift: bool,
    correlation: f64,
}

fn find(values: &[f64], shortest: usize) -> Found {
    let mut clipped = clean::clipped(values);
    let mut cuts = Vec::new();
    if 2 * shortest <= values.len() {
        let explanations = explain::explanations(&clipped, &[], shortest);
        cuts = choose::believed(&explanations, values.len());
    }
    for _ in 0..ROUNDS {
        if cuts.is_empty() {
            break;
        }
        clipped = clean::clipped_about_levels(values, &cuts);
        let explanations = explain::explanations(&clipped, &cuts, shortest);
        let again = choose::believed(&explanations, values.len());
        let settled = again == cuts;
        cuts = again;
        if settled {
            break;
        }
    }
    let cuts = choose::without_noise(&clipped, cuts);
    let is_drift = choose::is_drift(&clipped, &cuts);
    let cuts = if is_drift { Vec::new() } else { cuts };
    let strengths = choose::strengths(&clipped, &cuts);
    Found {
        correlation: fit::Fit::new(&clipped, &cuts).correlation,
        strengths: strengths
            .into_iter()
            .map(|strength| strength.ratio)
            .collect(),
        cuts,
        is_drift,
    }
}

/// Levels between the cuts: from inclusive, to exclusive.
fn segments(cuts: &[usize], length: usize) -> impl Iterator<Item = (usize, usize)> {
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    starts.zip(cuts.iter().copied().chain(std::iter::once(length)))
}

fn describe_levels(places: &[usize], medians: &[f64], cuts: &[usize], length: usize) -> Vec<Level> {
    if places.is_empty() {
        return Vec::new();
    }
    let describe = |(from, to): (usize, usize)| Level {
        from: if from == 0 { 0 } else { places[from] },
        to: places.get(to).copied().unwrap_or(length),
        median: medians[from],
        count: to - from,
    };
    segments(cuts, places.len()).map(describe).collect()
}

fn describe_points(changes: &Changes, strengths: &[f64]) -> Vec<ChangePoint> {
    let newest = changes.levels.last().map_or(0.0, |level| level.median);
    let pairs = changes.levels.windows(2).zip(strengths);
    pairs
        .map(|(pair, strength)| {
            let (before, after) = (&pair[0], &pair[1]);
            let (change, reach) = relative(changes, before, after);
            ChangePoint {
                index: after.from,
                before: before.median,
                after: after.median,
                change,
                low: change - reach,
                high: change + reach,
                strength: *strength,
                persists: (newest - after.median).abs() < (newest - before.median).abs(),
            }
        })
        .collect()
}

/// The relative change, and how far its interval reaches on both sides.
fn relative(changes: &Changes, before: &Level, after: &Level) -> (f64, f64) {
    let base = if before.median == 0.0 {
        after.median
    } else {
        before.median
    }
    .abs();
    if base == 0.0 {
        return (0.0, 0.0);
    }
    let inflation = ((1.0 + changes.correlation) / (1.0 - changes.correlation)).sqrt();
    let error = |level: &Level| {
        MEDIAN_COST * inflation * changes.scatter / base / (level.count as f64).sqrt()
    };
    let of_before = error(before) * after.median / base;
    let change = (after.median - before.median) / base;
    (change, REACH * error(after).hypot(of_before))
}
