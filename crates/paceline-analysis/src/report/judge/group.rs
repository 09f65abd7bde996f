//! Changes that are one. Owns what counts as the same cause: the same direction, at the same time,
//! in the same stage; refuses to join what differs in any of them.

use super::Movement;
use crate::instant::Instant;
use crate::report::history::Grid;
use crate::report::model::{Finding, FindingKind, Meanwhile, Moved};

/// Steps are dated to about this.
const SAME_HOURS: i64 = 30;
/// The beginning of a drift is far less certain.
const SAME_DRIFT_HOURS: i64 = 10 * 24;

/// One finding for each cause, without its sentence.
pub(super) fn findings(mut movements: Vec<Movement>, grid: &Grid) -> Vec<Finding> {
    movements.sort_by(|a, b| {
        let size = b.lost_ms.abs().total_cmp(&a.lost_ms.abs());
        size.then_with(|| a.operation.cmp(&b.operation))
    });
    let (steps, others): (Vec<_>, Vec<_>) = movements
        .into_iter()
        .partition(|one| one.kind == FindingKind::Step);
    let mut steps = alike(steps, grid);
    steps.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let mut groups = Vec::new();
    steps.into_iter().for_each(|group| join(&mut groups, group));
    let others = alike(others, grid);
    others
        .into_iter()
        .for_each(|group| join(&mut groups, group));
    groups
        .into_iter()
        .map(|group| finding(group, grid))
        .collect()
}

/// Of the same kind, in the same stage, at the same time.
fn alike(movements: Vec<Movement>, grid: &Grid) -> Vec<Vec<Movement>> {
    let mut groups: Vec<Vec<Movement>> = Vec::new();
    for movement in movements {
        let same = |group: &&mut Vec<Movement>| is_same(&group[0], &movement, grid);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(movement),
            None => groups.push(vec![movement]),
        }
    }
    groups
}

/// An operation with few records is dated poorly: where a step that others show explains it as well
/// as its own date does, it is theirs.
fn join(groups: &mut Vec<Vec<Movement>>, group: Vec<Movement>) {
    let mut left = Vec::new();
    for movement in group {
        let explains = |group: &&mut Vec<Movement>| {
            let first = &group[0];
            first.kind == FindingKind::Step
                && movement.kind != FindingKind::Spell
                && first.is_slower() == movement.is_slower()
                && share_stage(first, &movement)
                && movement.fitted.is_explained_by(first.since)
        };
        match groups.iter_mut().find(explains) {
            Some(group) => group.push(movement),
            None => left.push(movement),
        }
    }
    if !left.is_empty() {
        groups.push(left);
    }
}

fn share_stage(first: &Movement, other: &Movement) -> bool {
    let stages = (first.stage.map(|one| one.0), other.stage.map(|one| one.0));
    stages.0 == stages.1 || stages.0.is_none() || stages.1.is_none()
}

fn is_same(first: &Movement, other: &Movement, grid: &Grid) -> bool {
    let hours = if first.kind == FindingKind::Drift {
        SAME_DRIFT_HOURS
    } else {
        SAME_HOURS
    };
    let apart_ms = first.since.abs_diff(other.since) as i64 * grid.cell_ms;
    first.kind == other.kind
        && first.is_slower() == other.is_slower()
        && first.meanwhile.follows_load == other.meanwhile.follows_load
        && apart_ms <= hours * 3_600_000
        && share_stage(first, other)
}

fn finding(group: Vec<Movement>, grid: &Grid) -> Finding {
    let at = |cell: usize| Instant(grid.at_ms(cell));
    let first = &group[0];
    Finding {
        kind: first.kind,
        slower: first.is_slower(),
        since: at(first.since),
        until: first.until.map(at),
        stage: group
            .iter()
            .find_map(|one| one.stage)
            .map(|one| one.0.name().to_owned()),
        agent: None,
        meanwhile: together(&group),
        lost_ms: group.iter().map(|one| one.lost_ms).sum(),
        operations: group.iter().map(moved).collect(),
        sentence: String::new(),
    }
}

/// What the first one met; what only another could tell is taken from that.
fn together(group: &[Movement]) -> Meanwhile {
    let mut meanwhile = group[0].meanwhile.clone();
    if meanwhile.rows_exponent.is_none() {
        meanwhile.rows_exponent = group.iter().find_map(|one| one.meanwhile.rows_exponent);
    }
    meanwhile
}

fn moved(one: &Movement) -> Moved {
    let ratio = |change: f64| change.exp2() - 1.0;
    Moved {
        operation: one.operation.clone(),
        before_ms: one.before.exp2(),
        after_ms: (one.before + one.change.estimate).exp2(),
        change: ratio(one.change.estimate),
        change_low: ratio(one.change.low),
        change_high: ratio(one.change.high),
        stage_share: one.stage.map(|stage| stage.1),
        lost_ms: one.lost_ms,
    }
}
