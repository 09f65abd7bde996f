//! The judgement of a period: what changed, when, in which operations and stage, and which agents
//! are slow. Owns the way from histories to findings; refuses to phrase them.
//!
//! ```text
//!   history --medians--> line --daily and weekly rhythm removed--> shape: flat, steps, drift
//!        shape --stage, load, version, size at that time--> movement
//!        movements --same time, stage and direction--> one finding
//!   what steps and drifts leave of the lines --rank correlation--> operations that slow down together
//! ```

mod ageing;
mod detect;
mod group;
mod line;
mod meanwhile;
mod peers;
mod shape;
mod size;
mod together;

pub(super) use ageing::ageing;
pub(super) use peers::{FALSE_SHARE, Peers, Slow};
pub(super) use size::Size as StoreSize;

use self::line::Line;
use self::shape::{Drift, Judged as Fitted, Shape, Size, Step, shape};
use super::age::Age;
use super::history::{Grid, History};
use super::model::{Finding, FindingKind, Judged, Meanwhile, SlowTogether};
use crate::bottleneck::Stage;

/// A stage with less of the difference is not named.
const STAGE_SHARE_MIN: f64 = 0.5;
/// A step dated up to so many days before the period may be its first moment.
const SLACK_DAYS: usize = 1;

/// Everything that is judged.
pub(super) struct Evidence<'a> {
    pub grid: Grid,
    /// Sorted by name.
    pub operations: &'a [(&'a str, &'a History)],
    /// How much was done in each cell, all operations together.
    pub load: Vec<f64>,
    pub age: &'a Age,
    pub size: StoreSize,
}

#[derive(Debug, Default)]
pub(super) struct Judgement {
    pub findings: Vec<Finding>,
    pub judged: Judged,
    pub together: SlowTogether,
}

/// One operation's change, before it is known whether others share it.
#[derive(Clone, Debug)]
struct Movement {
    operation: String,
    kind: FindingKind,
    since: usize,
    until: Option<usize>,
    before: f64,
    change: Size,
    /// Which, and its share of the difference.
    stage: Option<(Stage, f64)>,
    lost_ms: f64,
    meanwhile: Meanwhile,
    fitted: Fitted,
}

impl Movement {
    fn is_slower(&self) -> bool {
        0.0 < self.change.estimate
    }
}

pub(super) fn judge(evidence: &Evidence<'_>) -> Judgement {
    let mut judgement = Judgement::default();
    let (mut movements, mut restless) = (Vec::new(), Vec::new());
    for (operation, history) in evidence.operations {
        let Some(raw) = Line::of_durations(history, &evidence.grid) else {
            judgement.judged.too_few.push((*operation).to_owned());
            continue;
        };
        judgement.judged.operations += 1;
        let fitted = shape(&raw.clone().without_season(&evidence.grid), &evidence.grid);
        restless.push((
            *operation,
            together::unexplained(history, &fitted.shape, &evidence.grid),
        ));
        let one = One {
            operation,
            history,
            raw: &raw,
            fitted: &fitted,
            evidence,
        };
        movements.extend(one.movements());
    }
    judgement.judged.chance_alarms = detect::FALSE_ALARMS * judgement.judged.operations as f64;
    judgement.findings = group::findings(movements, &evidence.grid);
    judgement.together = together::together(&restless);
    judgement
}

/// One operation while it is judged.
struct One<'a> {
    operation: &'a str,
    history: &'a History,
    raw: &'a Line,
    fitted: &'a Fitted,
    evidence: &'a Evidence<'a>,
}

impl One<'_> {
    fn movements(&self) -> Vec<Movement> {
        match &self.fitted.shape {
            Shape::Flat => Vec::new(),
            Shape::Steps(steps) => {
                let told = steps
                    .iter()
                    .filter(|step| is_of_period(step, &self.evidence.grid));
                told.map(|step| self.stepped(step)).collect()
            }
            Shape::Drift(drift) => vec![self.drifted(drift)],
        }
    }

    fn stepped(&self, step: &Step) -> Movement {
        let size = step.change.estimate;
        let stage = stage(self.history, step.side_before, step.side_after, size);
        Movement {
            operation: self.operation.to_owned(),
            kind: step.until.map_or(FindingKind::Step, |_| FindingKind::Spell),
            since: step.cell,
            until: step.until,
            before: step.before,
            change: step.change,
            stage,
            lost_ms: self.lost_ms(step.before, step.until, |cell| {
                if cell < step.cell { 0.0 } else { size }
            }),
            meanwhile: meanwhile::of_step(step, stage, self.raw, self.evidence),
            fitted: self.fitted.clone(),
        }
    }

    fn drifted(&self, drift: &Drift) -> Movement {
        let third = (drift.to - drift.from) / 3;
        let first = (drift.from, drift.from + third);
        let last = (drift.to - third, self.evidence.grid.cells);
        let slope = drift.change.estimate / (drift.to - drift.from).max(1) as f64;
        let stage = stage(self.history, first, last, drift.change.estimate);
        Movement {
            operation: self.operation.to_owned(),
            kind: FindingKind::Drift,
            since: drift.from,
            until: None,
            before: drift.before,
            change: drift.change,
            stage,
            lost_ms: self.lost_ms(drift.before, None, |cell| {
                slope * cell.saturating_sub(drift.from) as f64
            }),
            meanwhile: meanwhile::of_drift(drift, stage, self.raw, self.evidence),
            fitted: self.fitted.clone(),
        }
    }

    /// What the operations of this period took beyond the level before, going by their medians.
    fn lost_ms(&self, before: f64, until: Option<usize>, change: impl Fn(usize) -> f64) -> f64 {
        let grid = &self.evidence.grid;
        let cells = grid.current..until.unwrap_or(grid.cells);
        let each = |cell: usize| before.exp2() * (change(cell).exp2() - 1.0);
        cells
            .map(|cell| self.history.weight(cell) * each(cell))
            .sum()
    }
}

fn is_of_period(step: &Step, grid: &Grid) -> bool {
    let first = grid.current.saturating_sub(SLACK_DAYS * grid.cells_a_day());
    first <= step.cell || step.until.is_some_and(|until| grid.current <= until)
}

/// The stage that holds most of the difference between two sides.
fn stage(
    history: &History,
    before: (usize, usize),
    after: (usize, usize),
    direction: f64,
) -> Option<(Stage, f64)> {
    let before = history.stages_ms(before.0..before.1)?;
    let after = history.stages_ms(after.0..after.1)?;
    let moved = before
        .iter()
        .zip(after)
        .map(|(before, after)| ((after - before) * direction.signum()).max(0.0));
    let moved: Vec<f64> = moved.collect();
    let all: f64 = moved.iter().sum();
    let most = Stage::ALL
        .into_iter()
        .zip(moved)
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let share = if 0.0 < all { most.1 / all } else { 0.0 };
    (STAGE_SHARE_MIN <= share).then_some((most.0, share))
}
