//! Update: a note, another wish, further prerequisites.

use paceline_core::task::{Task, Update, update};
use paceline_core::{Rejection, TaskId, dependency, limits};

use super::change::{Told, rescore, store, tell};
use super::enqueue::can_be_awaited;
use super::finish::dependents;
use super::row::{Row, by_id, by_seq, prerequisite_names, whole};
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::{Txn, many};

pub(crate) fn run(txn: &mut Txn<'_>, command: &Update) -> Outcome<Task> {
    update::check(command)?;
    let mut row = by_id(txn.db, &command.task_id)?;
    update::check_state(command, &row.state)?;
    let added = Added::check(txn, &row, command)?;
    check_room_for_note(&row, command)?;
    if let Some(text) = &command.note {
        note(txn, &mut row, command, text)?;
    }
    let told = Told {
        by: command.agent_id.as_ref(),
        ..Told::default()
    };
    match added {
        Some(added) => added.store(txn, &mut row, told)?,
        None => tell(txn, &mut row, paceline_core::task::Event::Updated, told)?,
    }
    wishes(txn, &mut row, command)?;
    whole(txn.db, row, txn.now)
}

fn check_room_for_note(row: &Row, command: &Update) -> Outcome<()> {
    let (got, max) = (u64::from(row.notes) + 1, limits::NOTES_PER_TASK_MAX as u64);
    if command.note.is_some() && max < got {
        let what = "notes of a task";
        return Err(Rejection::LimitExceeded { what, max, got }.into());
    }
    Ok(())
}

fn note(txn: &mut Txn<'_>, row: &mut Row, command: &Update, text: &str) -> Outcome<()> {
    row.notes += 1;
    let author = command
        .agent_id
        .as_ref()
        .map(paceline_core::AgentId::as_str);
    txn.execute(
        sql::task::INSERT_NOTE,
        (row.seq, row.notes, txn.now.wall.0, author, text),
    )?;
    txn.execute(sql::task::SET_NOTES, (row.seq, row.notes))?;
    txn.count_rows("task_notes", 1);
    Ok(())
}

fn wishes(txn: &mut Txn<'_>, row: &mut Row, command: &Update) -> Outcome<()> {
    row.base_priority = command.base_priority.unwrap_or(row.base_priority);
    row.deadline = command.deadline.unwrap_or(row.deadline);
    let deadline = row.deadline.map(|at| at.0);
    txn.execute(
        sql::task::SET_WISHES,
        (row.seq, row.base_priority, deadline),
    )?;
    rescore(txn, row)
}

/// Further prerequisites, found possible.
struct Added {
    rows: Vec<Row>,
    transition: paceline_core::task::Transition,
    depth: u32,
}

impl Added {
    fn check(txn: &Txn<'_>, row: &Row, command: &Update) -> Outcome<Option<Self>> {
        let present = prerequisite_names(txn.db, row.seq)?;
        let fresh: Vec<&TaskId> = command
            .add_prerequisites
            .iter()
            .filter(|task| !present.contains(task))
            .collect();
        if fresh.is_empty() {
            return Ok(None);
        }
        let (got, max) = (present.len() + fresh.len(), limits::PREREQUISITES_MAX);
        if max < got {
            let what = "prerequisites of a task";
            let (max, got) = (max as u64, got as u64);
            return Err(Rejection::LimitExceeded { what, max, got }.into());
        }
        let mut rows = Vec::with_capacity(fresh.len());
        let mut unmet = 0;
        for task in fresh {
            let prerequisite = by_id(txn.db, task)?;
            unmet += u32::from(can_be_awaited(&prerequisite.state)?);
            rows.push(prerequisite);
        }
        let transition = update::add_prerequisites(&row.state, unmet)?;
        refuse_cycle(txn, command)?;
        let deepest = rows.iter().map(|row| row.dependency_depth + 1).max();
        let depth = row.dependency_depth.max(deepest.unwrap_or_default());
        Ok(Some(Self {
            rows,
            transition,
            depth,
        }))
    }

    fn store(self, txn: &mut Txn<'_>, row: &mut Row, told: Told<'_>) -> Outcome<()> {
        store(txn, row, self.transition, told)?;
        for mut prerequisite in self.rows {
            txn.execute(
                sql::task::INSERT_PREREQUISITE,
                (row.seq, row.prerequisites, prerequisite.seq),
            )?;
            row.prerequisites += 1;
            if !prerequisite.state.status.is_finished() {
                prerequisite.dependents_waiting += 1;
                rescore(txn, &mut prerequisite)?;
            }
            txn.count_rows("prerequisites", 1);
        }
        txn.execute(sql::task::COUNT_PREREQUISITES, (row.seq, row.prerequisites))?;
        deepen(txn, row, self.depth)
    }
}

/// How many tasks one new edge may push deeper. Depth only weighs in the score; a graph so large, or
/// an imported one with a cycle in it, must not hold up everybody else's writes.
const DEEPENED_MAX: usize = 10_000;

/// Puts the task at its new depth, and whoever waits for it, directly or not, below it.
fn deepen(txn: &mut Txn<'_>, row: &mut Row, depth: u32) -> Outcome<()> {
    set_depth(txn, row, depth)?;
    let mut sunk = vec![(row.seq, depth)];
    let mut left = DEEPENED_MAX;
    while let Some((seq, depth)) = sunk.pop() {
        for dependent in dependents(txn, seq)? {
            let mut dependent = by_seq(txn.db, dependent)?;
            let too_high = dependent.dependency_depth <= depth;
            if 0 < left && too_high && dependent.state.status.is_waiting() {
                left -= 1;
                set_depth(txn, &mut dependent, depth + 1)?;
                rescore(txn, &mut dependent)?;
                sunk.push((dependent.seq, depth + 1));
            }
        }
    }
    Ok(())
}

fn set_depth(txn: &mut Txn<'_>, row: &mut Row, depth: u32) -> Outcome<()> {
    txn.count_depth(row.dependency_depth, -1);
    txn.count_depth(depth, 1);
    row.dependency_depth = depth;
    txn.execute(sql::task::SET_DEPTH, (row.seq, depth))?;
    Ok(())
}

fn refuse_cycle(txn: &Txn<'_>, command: &Update) -> Outcome<()> {
    let neighbours = |text: &'static str, task: &TaskId| {
        let found = txn.one(sql::task::SEQ_BY_ID, [task.as_str()], |row| row.get(0))?;
        let seq: i64 = found.unwrap_or_default();
        many(txn.db, text, [seq], |row| {
            Ok(TaskId::trusted(row.get::<_, String>(0)?))
        })
    };
    let path = dependency::search_cycle(
        &command.task_id,
        &command.add_prerequisites,
        |task| neighbours(sql::task::PREREQUISITE_NAMES, task),
        |task| neighbours(sql::task::DEPENDENT_NAMES, task),
    )?;
    match path {
        Some(path) => Err(Rejection::CircularDependency { path }.into()),
        None => Ok(()),
    }
}
