//! Operations that slow down together. Owns which of their values are compared: medians of quarters
//! of days over both periods, with rhythm, steps and drifts taken out, since those are told by
//! themselves; refuses causes. The comparison is [`correlation`](crate::correlation)'s.

use super::line::{Line, levels};
use super::shape::{Drift, Shape, Step};
use crate::correlation::{Link, slow_together};
use crate::report::history::{Grid, History};
use crate::report::model::{SlowTogether, TogetherGroup, TogetherPair};
use crate::robust::median;
use crate::summary::to_micros;

/// The strongest pairs are listed.
const PAIRS_MAX: usize = 10;

/// What a line does beside its rhythm, its steps and its drift; NaN where there are too few records.
pub(super) fn unexplained(history: &History, shape: &Shape, grid: &Grid) -> Vec<f64> {
    let block = (grid.cells_a_day() / 4).max(1);
    let line = Line::of_blocks(history, grid, block).without_season(grid);
    let mut values = vec![f64::NAN; grid.cells.div_ceil(block)];
    let levels = match shape {
        Shape::Flat => between(&line, &[]),
        Shape::Steps(steps) => between(&line, &cuts(steps)),
        Shape::Drift(drift) => along(&line, drift),
    };
    for (point, level) in line.points.iter().zip(levels) {
        values[point.cell / block] = point.level - level;
    }
    values
}

fn cuts(steps: &[Step]) -> Vec<usize> {
    let mut cuts: Vec<usize> = steps
        .iter()
        .flat_map(|step| [Some(step.cell), step.until])
        .flatten()
        .collect();
    cuts.sort_unstable();
    cuts
}

/// The median of the level that each point is on.
fn between(line: &Line, cuts: &[usize]) -> Vec<f64> {
    let side = |cell: usize| cuts.partition_point(|cut| *cut <= cell);
    let parts = line.points.chunk_by(|a, b| side(a.cell) == side(b.cell));
    let level = |part: &[_]| median(&levels(part)).unwrap_or(0.0);
    parts
        .flat_map(|part| std::iter::repeat_n(level(part), part.len()))
        .collect()
}

fn along(line: &Line, drift: &Drift) -> Vec<f64> {
    let slope = drift.change.estimate / (drift.to - drift.from).max(1) as f64;
    let level = |cell: usize| drift.before + slope * cell.saturating_sub(drift.from) as f64;
    line.points.iter().map(|point| level(point.cell)).collect()
}

pub(super) fn together(operations: &[(&str, Vec<f64>)]) -> SlowTogether {
    let values: Vec<&[f64]> = operations.iter().map(|one| one.1.as_slice()).collect();
    let found = slow_together(&values);
    let name = |place: usize| operations[place].0.to_owned();
    let pair = |link: &Link| TogetherPair {
        first: name(link.first),
        second: name(link.second),
        correlation: to_micros(link.correlation),
    };
    let group = |members: &Vec<usize>| {
        let of_group = found
            .links
            .iter()
            .filter(|link| members.contains(&link.first));
        let strengths = || of_group.clone().map(|link| to_micros(link.correlation));
        TogetherGroup {
            operations: members.iter().map(|place| name(*place)).collect(),
            correlation_min: strengths().reduce(f64::min).unwrap_or(0.0),
            correlation_max: strengths().reduce(f64::max).unwrap_or(0.0),
            sentence: String::new(),
        }
    };
    SlowTogether {
        pairs_compared: found.compared as u64,
        pairs_linked: found.links.len() as u64,
        groups: found.groups.iter().map(group).collect(),
        pairs: found.links.iter().take(PAIRS_MAX).map(pair).collect(),
    }
}
