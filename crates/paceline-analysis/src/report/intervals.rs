//! How sure the change between two periods is. Owns the choice of days (or hours, where days are
//! few) as the units that are compared; refuses single records, which are not independent.

use super::history::{Grid, History};
use super::model::Interval;
use crate::compare::{self, CONFIDENCE};
use crate::summary::to_micros;

/// Records of a unit before its 95th percentile means something, per unit of what lies above it.
const ABOVE_MIN: f64 = 5.0;
const UNITS_MIN: usize = 5;

/// Of a quantile's change, or `None` where there are too few units with records enough.
pub(super) fn of(history: &History, grid: &Grid, share: f64) -> Option<Interval> {
    let day = grid.cells_a_day();
    let length = if UNITS_MIN * day <= grid.current {
        day
    } else {
        1
    };
    let before = quantiles(history, 0..grid.current, length, share);
    let after = quantiles(history, grid.current..grid.cells, length, share);
    if before.len() < UNITS_MIN || after.len() < UNITS_MIN {
        return None;
    }
    let change = compare::compare(&before, &after, 0.0).change?;
    (CONFIDENCE <= change.confidence).then(|| Interval {
        low: to_micros(change.low),
        high: to_micros(change.high),
    })
}

fn quantiles(
    history: &History,
    cells: std::ops::Range<usize>,
    length: usize,
    share: f64,
) -> Vec<f64> {
    let units = cells.clone().step_by(length);
    let quantiles = units.filter_map(|cell| {
        let sketch = history.durations(cell..(cell + length).min(cells.end));
        let enough = ABOVE_MIN <= sketch.weight() * (1.0 - share);
        sketch.quantile_ms(share).filter(|_| enough)
    });
    quantiles.collect()
}
