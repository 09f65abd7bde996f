//! Where a line jumps and whether it slopes. Owns the settings under which both are asked, and the
//! false-alarm rate that follows from them; refuses to size what it finds.
//!
//! The largest cumulative sum against the level, split and asked again on either side (E. S. Page,
//! "Continuous Inspection Schemes", Biometrika 41, 1954; L. Vostrikova, "Detecting Disorder in
//! Multidimensional Random Processes", Soviet Mathematics 24, 1981). Neighbouring hours are alike, so
//! the scatter is that of half-day medians, which carries their correlation.

use super::line::Line;
use super::shape::GATE;
use crate::report::history::Grid;
use crate::robust::{clip, mad, median};
use crate::theil_sen;

/// Of a line on which nothing happened, this often one is seen; measured, see the decision record on
/// the report.
pub(super) const FALSE_ALARMS: f64 = 0.002;
const CONFIDENCE: f64 = 0.95;
/// Standard deviations of the cumulative sum.
const THRESHOLD: f64 = 5.0;
/// Wild hours count no more than this many standard deviations.
const REACH: f64 = 3.0;
/// Whatever few hours show, they scatter by more than this.
const SCATTER_MIN: f64 = 0.002;
/// A level lasts at least so many points, and half a day.
const POINTS_MIN: usize = 5;

/// First cells of new levels, in order.
pub(super) fn places(line: &Line, grid: &Grid) -> Vec<usize> {
    let half_day = (grid.cells_a_day() / 2 / line.block).max(1);
    let levels = clipped(&line.levels());
    let search = Search {
        shortest: half_day.max(POINTS_MIN),
        scatter: scatter(&levels, half_day),
        levels: &levels,
    };
    let mut cuts = Vec::new();
    search.split(0..levels.len(), &mut cuts);
    cuts.sort_unstable();
    cuts.into_iter().map(|cut| line.points[cut].cell).collect()
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

/// Of a single point, as if neighbours were independent, from the scatter of blocks of them.
fn scatter(levels: &[f64], block: usize) -> f64 {
    let mean = |block: &[f64]| block.iter().sum::<f64>() / block.len() as f64;
    let means: Vec<f64> = levels.chunks_exact(block).map(mean).collect();
    let differences: Vec<f64> = means.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let of_blocks = mad(&differences).unwrap_or(0.0) / std::f64::consts::SQRT_2;
    (of_blocks * (block as f64).sqrt()).max(SCATTER_MIN)
}

struct Search<'a> {
    levels: &'a [f64],
    shortest: usize,
    scatter: f64,
}

impl Search<'_> {
    fn split(&self, range: std::ops::Range<usize>, cuts: &mut Vec<usize>) {
        let Some((cut, strength)) = self.strongest(range.clone()) else {
            return;
        };
        let middle = |range: std::ops::Range<usize>| median(&self.levels[range]).unwrap_or(0.0);
        let size = middle(cut..range.end) - middle(range.start..cut);
        if strength < THRESHOLD * self.scatter || size.abs() < GATE / 2.0 {
            return;
        }
        cuts.push(cut);
        self.split(range.start..cut, cuts);
        self.split(cut..range.end, cuts);
    }

    /// Where the two sides differ most, and by how much.
    fn strongest(&self, range: std::ops::Range<usize>) -> Option<(usize, f64)> {
        let values = &self.levels[range.clone()];
        let (count, total) = (values.len() as f64, values.iter().sum::<f64>());
        let mut sum = 0.0;
        let contrasts = values.iter().enumerate().map(|(at, value)| {
            let (left, right) = (at as f64, count - at as f64);
            let contrast =
                (sum / left - (total - sum) / right).abs() * (left * right / count).sqrt();
            sum += value;
            (range.start + at, contrast)
        });
        let last = values.len().checked_sub(self.shortest)?;
        let inner = contrasts.take(last + 1).skip(self.shortest);
        inner.max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// The interval of a slope, or `None` of a line too short for one.
pub(super) fn slope(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let slope = theil_sen::slope(points, 1.0, CONFIDENCE)?;
    Some((slope.low, slope.high))
}
