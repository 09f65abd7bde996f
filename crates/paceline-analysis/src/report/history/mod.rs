//! How operations went over time. Owns a grid over both periods and, for each operation, what fell
//! into each of its cells; refuses to judge, and to keep records: memory is bounded by the grid.

mod sketch;

pub(crate) use sketch::{Sketch, place};

use crate::period::Period;

const HOUR_MS: i64 = 3_600_000;
/// Cells of both periods together, about two months of hours.
const CELLS_MAX: i64 = 1_600;
/// So many cells share one sketch of each stage: attribution needs less than dating does.
pub(super) const STAGE_CELLS: usize = 6;

/// Equal cells from the beginning of the period before to the end of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    pub from_ms: i64,
    pub cell_ms: i64,
    pub cells: usize,
    /// The first cell of the period itself.
    pub current: usize,
}

impl Grid {
    /// Cells of an hour, or of as many whole hours as keep their number bounded.
    pub fn of(period: &Period) -> Self {
        let from_ms = period.previous_from.0;
        let length = period.to.0.saturating_sub(from_ms).max(1);
        let hours = [1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168];
        let fits = |hours: &i64| length <= hours.saturating_mul(HOUR_MS * CELLS_MAX);
        let cell_ms = hours.into_iter().find(fits).unwrap_or(168) * HOUR_MS;
        Self {
            from_ms,
            cell_ms,
            cells: usize::try_from((length + cell_ms - 1) / cell_ms).unwrap_or(1),
            current: usize::try_from((period.from.0 - from_ms) / cell_ms).unwrap_or(0),
        }
    }

    /// `None` outside of both periods.
    pub fn cell(&self, at_ms: i64) -> Option<usize> {
        let since = at_ms.checked_sub(self.from_ms)?;
        let cell = usize::try_from(since.div_euclid(self.cell_ms)).ok()?;
        (cell < self.cells).then_some(cell)
    }

    pub fn at_ms(&self, cell: usize) -> i64 {
        self.from_ms + cell as i64 * self.cell_ms
    }

    pub fn cells_a_day(&self) -> usize {
        usize::try_from(24 * HOUR_MS / self.cell_ms)
            .unwrap_or(1)
            .max(1)
    }
}

/// What is known of one operation, or of one kind of work, in each cell.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    durations: Vec<Sketch>,
    /// In the order of `Stage::ALL`; a cell for [`STAGE_CELLS`] of the grid.
    stages: Vec<[Sketch; 4]>,
    /// Records, weights not counted: what estimates rest on.
    pub records: u64,
}

impl History {
    pub fn add(&mut self, cell: usize, duration_ms: f64, stages_ms: Option<[f64; 3]>, weight: f64) {
        grow(&mut self.durations, cell).add(place(duration_ms), weight);
        self.records += 1;
        let Some(stages_ms) = stages_ms else {
            return;
        };
        let elsewhere = (duration_ms - stages_ms.iter().sum::<f64>()).max(0.0);
        let times = stages_ms.into_iter().chain([elsewhere]);
        let sketches = grow(&mut self.stages, cell / STAGE_CELLS);
        for (sketch, time) in sketches.iter_mut().zip(times) {
            sketch.add(place(time), weight);
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (cell, sketch) in other.durations.iter().enumerate() {
            grow(&mut self.durations, cell).merge(sketch);
        }
        for (cell, sketches) in other.stages.iter().enumerate() {
            let own = grow(&mut self.stages, cell);
            own.iter_mut()
                .zip(sketches)
                .for_each(|(own, other)| own.merge(other));
        }
        self.records += other.records;
    }

    /// All of a range of cells together.
    pub fn durations(&self, cells: std::ops::Range<usize>) -> Sketch {
        let to = cells.end.min(self.durations.len());
        let mut all = Sketch::default();
        let range = self.durations.get(cells.start.min(to)..to);
        range
            .into_iter()
            .flatten()
            .for_each(|sketch| all.merge(sketch));
        all
    }

    pub fn weight(&self, cell: usize) -> f64 {
        self.durations.get(cell).map_or(0.0, Sketch::weight)
    }

    /// The median of each stage over a range of cells, or `None` where no record told its stages.
    /// Only sketches that lie wholly inside count, unless none does.
    pub fn stages_ms(&self, cells: std::ops::Range<usize>) -> Option<[f64; 4]> {
        let inner = cells.start.div_ceil(STAGE_CELLS)..cells.end / STAGE_CELLS;
        let outer = cells.start / STAGE_CELLS..cells.end.div_ceil(STAGE_CELLS);
        let range = if inner.is_empty() { outer } else { inner };
        let to = range.end.min(self.stages.len());
        let mut all = <[Sketch; 4]>::default();
        for sketches in self.stages.get(range.start.min(to)..to)? {
            all.iter_mut()
                .zip(sketches)
                .for_each(|(all, one)| all.merge(one));
        }
        let medians = all.map(|sketch| sketch.quantile_ms(0.5));
        let [queue, execute, commit, elsewhere] = medians;
        Some([queue?, execute?, commit?, elsewhere?])
    }
}

fn grow<T: Default>(cells: &mut Vec<T>, cell: usize) -> &mut T {
    if cells.len() <= cell {
        cells.resize_with(cell + 1, T::default);
    }
    &mut cells[cell]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_hours_and_ten_years_have_weeks() {
        let grid = Grid::of(&Period::month("2026-10").unwrap());
        assert_eq!(
            (grid.cell_ms, grid.current, grid.cells),
            (HOUR_MS, 720, 1_464)
        );
        let long = Grid::of(&Period::last_days(3_660, 400_000_000_000).unwrap());
        assert_eq!((long.cell_ms, long.cells_a_day()), (168 * HOUR_MS, 1));
        assert!(long.cells as i64 <= CELLS_MAX);
    }

    #[test]
    fn what_is_outside_has_no_cell() {
        let grid = Grid::of(&Period::month("2026-10").unwrap());
        for at_ms in [i64::MIN, grid.from_ms - 1, grid.at_ms(grid.cells), i64::MAX] {
            assert_eq!(grid.cell(at_ms), None, "{at_ms}");
        }
        assert_eq!(grid.cell(grid.from_ms), Some(0));
        assert_eq!(grid.cell(grid.at_ms(grid.current)), Some(720));
    }

    #[test]
    fn stages_are_kept_beside_the_rest_of_the_time() {
        let mut history = History::default();
        for cell in 0..12 {
            history.add(
                cell,
                10.0,
                Some([1.0, 2.0, if cell < 6 { 3.0 } else { 6.0 }]),
                1.0,
            );
        }
        let [_, _, commit, elsewhere] = history.stages_ms(6..12).unwrap();
        assert!((commit / 6.0 - 1.0).abs() < 0.04 && (elsewhere - 1.0).abs() < 0.04);
        assert!(history.stages_ms(100..200).is_none());
    }

    #[test]
    fn merged_halves_are_the_whole() {
        let (mut whole, mut first, mut second) = <(History, History, History)>::default();
        for cell in 0..30 {
            let half = if cell % 2 == 0 {
                &mut first
            } else {
                &mut second
            };
            for history in [&mut whole, half] {
                history.add(cell, cell as f64, Some([0.1, 0.2, 0.3]), 2.0);
            }
        }
        first.merge(&second);
        assert_eq!((first.records, &first.durations), (30, &whole.durations));
        assert_eq!(first.stages, whole.stages);
    }
}
