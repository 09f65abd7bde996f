//! One operation's speed as a line through time. Owns the choice of blocks long enough to have a
//! median, and the removal of what repeats every day and every week; refuses to interpolate: an hour
//! without records is no point.
//!
//! The removal is the classical one (moving level, then the typical distance from it at each hour
//! and weekday), with medians instead of means, so that a step does not leak into the season.

use crate::report::history::{Grid, History};
use crate::robust::{median, median_mut};

/// Records that make a block's median mean something.
const BLOCK_WEIGHT_MIN: f64 = 12.0;
/// Of all blocks that hold anything, so many must have that many records.
const FULL_SHARE: f64 = 0.7;
/// A line of fewer points is not judged.
pub(super) const POINTS_MIN: usize = 24;
const WEEK: usize = 7;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub points: Vec<Point>,
    /// Cells of the grid in a block.
    pub block: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// The block's first cell.
    pub cell: usize,
    /// Binary logarithm of what is watched: 1 more is twice as much.
    pub level: f64,
}

impl Line {
    /// Medians of durations, in blocks as short as the records allow. `None`: too few to judge.
    pub fn of_durations(history: &History, grid: &Grid) -> Option<Self> {
        let lengths = [1, 2, 3, 4, 6, 12, 24];
        let is_full = |line: &Self| {
            let blocks = (0..grid.cells).step_by(line.block);
            let is_held = |cell: usize| {
                let mut cells = cell..cell + line.block;
                cells.any(|cell| 0.0 < history.weight(cell))
            };
            let held = blocks.filter(|cell| is_held(*cell)).count();
            POINTS_MIN <= line.points.len() && FULL_SHARE * held as f64 <= line.points.len() as f64
        };
        let lines = lengths.into_iter();
        let mut lines = lines.map(|block| Self::of_blocks(history, grid, block));
        lines.find(is_full)
    }

    /// Medians of durations, in blocks of so many cells; a block with too few records is no point.
    pub fn of_blocks(history: &History, grid: &Grid, block: usize) -> Self {
        let starts = (0..grid.cells).step_by(block);
        let points = starts.filter_map(|cell| {
            let sketch = history.durations(cell..cell + block);
            let median_ms = sketch.quantile_ms(0.5)?;
            let level = median_ms.max(0.001).log2();
            (BLOCK_WEIGHT_MIN <= sketch.weight()).then_some(Point { cell, level })
        });
        Self {
            points: points.collect(),
            block,
        }
    }

    /// How much was done, in blocks of a given length.
    pub fn of_load(load: &[f64], block: usize) -> Self {
        let starts = (0..load.len()).step_by(block);
        let points = starts.filter_map(|cell| {
            let to = (cell + block).min(load.len());
            let weight: f64 = load[cell..to].iter().sum();
            let level = weight.log2();
            (0.0 < weight).then_some(Point { cell, level })
        });
        Self {
            points: points.collect(),
            block,
        }
    }

    /// Without what repeats daily and weekly.
    #[must_use]
    pub fn without_season(mut self, grid: &Grid) -> Self {
        let day = (grid.cells_a_day() / self.block).max(1);
        let slot = |point: &Point| point.cell / self.block % day;
        if 1 < day && 5 * day <= self.points.len() {
            let away = away_from_level(&self.points, day * self.block);
            let typical = typical(self.points.iter().map(slot).zip(away), day);
            for point in &mut self.points {
                let slot = point.cell / self.block % day;
                point.level -= typical[slot];
            }
        }
        let a_day = grid.cells_a_day();
        let days = self.days(grid);
        if 3 * WEEK < days.points.len() {
            let away = away_from_level(&days.points, WEEK * a_day);
            let weekday = |point: &Point| point.cell / a_day % WEEK;
            let typical = typical(days.points.iter().map(weekday).zip(away), WEEK);
            for point in &mut self.points {
                point.level -= typical[weekday(point)];
            }
        }
        self
    }

    /// One point a day, the median of the day's.
    pub fn days(&self, grid: &Grid) -> Self {
        self.coarser(grid.cells_a_day())
    }

    /// One point for so many cells, or for a block where that is longer: the median of theirs.
    pub fn coarser(&self, cells: usize) -> Self {
        let block = cells.max(self.block);
        let same_block = |a: &Point, b: &Point| a.cell / block == b.cell / block;
        let blocks = self.points.chunk_by(same_block);
        let points = blocks.filter_map(|points| {
            let level = median(&levels(points))?;
            let cell = points[0].cell / block * block;
            Some(Point { cell, level })
        });
        Self {
            points: points.collect(),
            block,
        }
    }

    pub fn levels(&self) -> Vec<f64> {
        levels(&self.points)
    }

    /// The points of a range of cells.
    pub fn within(&self, cells: std::ops::Range<usize>) -> &[Point] {
        let from = self
            .points
            .partition_point(|point| point.cell < cells.start);
        let to = self.points.partition_point(|point| point.cell < cells.end);
        &self.points[from..to.max(from)]
    }
}

pub(super) fn levels(points: &[Point]) -> Vec<f64> {
    points.iter().map(|point| point.level).collect()
}

/// Each point's distance from the median of those around it, `width` cells from end to end.
pub(super) fn away_from_level(points: &[Point], width: usize) -> Vec<f64> {
    let half = width / 2;
    let (mut from, mut to) = (0, 0);
    let mut around = Vec::new();
    let away = points.iter().map(|point| {
        while points[from].cell + half < point.cell {
            from += 1;
        }
        while to < points.len() && points[to].cell < point.cell + half {
            to += 1;
        }
        around.clear();
        around.extend(points[from..to].iter().map(|point| point.level));
        point.level - median_mut(&mut around).unwrap_or(point.level)
    });
    away.collect()
}

/// The typical distance in each slot; together they are zero.
fn typical(away: impl Iterator<Item = (usize, f64)>, slots: usize) -> Vec<f64> {
    let mut by_slot = vec![Vec::new(); slots];
    away.for_each(|(slot, away)| by_slot[slot].push(away));
    let medians = by_slot.iter_mut().map(|all| median_mut(all).unwrap_or(0.0));
    let mut medians: Vec<f64> = medians.collect();
    let centre = medians.iter().sum::<f64>() / slots as f64;
    medians.iter_mut().for_each(|median| *median -= centre);
    medians
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::Period;

    fn grid() -> Grid {
        Grid::of(&Period::month("2026-10").unwrap())
    }

    #[test]
    fn blocks_are_as_short_as_the_records_allow() {
        let check = |an_hour: usize, hours: usize, expected: Option<usize>| {
            let mut history = History::default();
            for cell in 0..hours {
                (0..an_hour).for_each(|_| history.add(cell, 2.0, None, 1.0));
            }
            let line = Line::of_durations(&history, &grid());
            assert_eq!(line.map(|line| line.block), expected, "{an_hour}");
        };
        check(20, 1_464, Some(1));
        check(5, 1_464, Some(3));
        check(1, 1_464, Some(12));
        check(20, 10, None);
        check(0, 0, None);
    }

    #[test]
    fn what_repeats_goes_and_a_step_stays() {
        let step_at = 900;
        let wave = |cell: usize| [0.0, 0.4, 0.1, -0.5][cell % 24 / 6];
        let weekend = |cell: usize| if cell / 24 % 7 < 2 { -0.3 } else { 0.0 };
        let points = (0..1_464).map(|cell| {
            let step = if step_at <= cell { 0.26 } else { 0.0 };
            let level = wave(cell) + weekend(cell) + step;
            Point { cell, level }
        });
        let points: Vec<_> = points.collect();
        let line = Line { points, block: 1 }.without_season(&grid());
        let mean = |points: &[Point]| levels(points).iter().sum::<f64>() / points.len() as f64;
        let (before, after) = line.points.split_at(step_at);
        assert!((mean(after) - mean(before) - 0.26).abs() < 0.01);
        let far = |points: &[Point]| {
            points
                .iter()
                .any(|one| 0.05 < (one.level - mean(points)).abs())
        };
        assert!(!far(before) && !far(after));
    }
}
