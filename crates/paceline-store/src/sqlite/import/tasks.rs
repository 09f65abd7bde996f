//! Tasks of another system. Owns the joining of prerequisites that come in any order, or never; a
//! finished task keeps its state, an unfinished one waits for what it names, as far as that is here.

use std::collections::BTreeSet;

use paceline_core::priority::Inputs;
use paceline_core::task::{Status, Task};
use paceline_core::{AgentId, Json, TaskId};

use crate::import::Outcome as Counted;
use crate::sqlite::code::Code;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::task::change::rescore;
use crate::sqlite::task::row::{Row, by_seq, find, micropoints, score};
use crate::sqlite::txn::{Txn, int};

pub(super) fn insert_all(txn: &mut Txn<'_>, tasks: &[Task], outcome: &mut Counted) -> Outcome<()> {
    let mut touched = BTreeSet::new();
    for task in tasks {
        let known = txn.one(sql::task::SEQ_BY_ID, [task.task_id.as_str()], |_| Ok(()))?;
        outcome.count(known.is_none());
        if known.is_none() {
            let seq = insert(txn, task)?;
            name_prerequisites(txn, seq, task)?;
            touched.insert(seq);
            touched.extend(join(txn, seq, &task.task_id)?);
        }
    }
    touched.into_iter().try_for_each(|seq| settle(txn, seq))
}

fn insert(txn: &mut Txn<'_>, task: &Task) -> Outcome<i64> {
    txn.ledger.newest_seq += 1;
    let seq = txn.ledger.newest_seq;
    let inputs = Inputs {
        base_priority: task.base_priority,
        dependency_depth: 0,
        deadline: task.deadline,
        estimated_duration_seconds: task.estimated_duration_seconds,
        dependents_waiting: 0,
        source: task.source,
        submitted_at: task.submitted_at,
    };
    let score = score(&inputs, txn.weights, txn.now.wall);
    let lease_deadline = (task.status == Status::Running)
        .then_some(task.lease_expires_at)
        .flatten()
        .map(|at| txn.now.steady.0 + (at - txn.now.wall));
    txn.execute(
        sql::import::INSERT_TASK,
        rusqlite::params![
            seq,
            task.task_id.as_str(),
            Code(task.status),
            score.points,
            score.changes_at,
            task.base_priority,
            Code(task.source),
            task.agent_type,
            0,
            task.prerequisites.len() as i64,
            0,
            0,
            task.deadline.map(|at| at.0),
            task.not_before.map(|at| at.0),
            task.estimated_duration_seconds,
            task.max_retries,
            task.retries,
            int(task.fence),
            task.assigned_to.as_ref().map(AgentId::as_str),
            lease_deadline,
            None::<i64>,
            task.submitted_at.0,
            task.ready_at.map(|at| at.0),
            task.started_at.map(|at| at.0),
            task.finished_at.map(|at| at.0),
            task.notes.len() as i64,
        ],
    )?;
    insert_texts(txn, seq, task)?;
    count(txn, task, micropoints(score.points));
    Ok(seq)
}

fn count(txn: &mut Txn<'_>, task: &Task, micropoints: i64) {
    txn.count_status(task.status, 1, micropoints);
    if task.status.is_waiting() {
        txn.count_depth(0, 1);
    }
    txn.count_rows("task_notes", task.notes.len() as i64);
    txn.count_rows("prerequisites", task.prerequisites.len() as i64);
    let Some(agent) = &task.assigned_to else {
        return;
    };
    let figures = txn.figures(agent);
    figures.claimed += 1;
    match task.status {
        Status::Completed => {
            figures.completed += 1;
            let ran = task.started_at.zip(task.finished_at);
            figures.duration_ms += ran.map_or(0, |(from, to)| (to - from).max(0));
        }
        Status::Failed => figures.failed += 1,
        _ => {}
    }
}

fn insert_texts(txn: &Txn<'_>, seq: i64, task: &Task) -> Outcome<()> {
    txn.execute(
        sql::task::INSERT_TEXTS,
        (
            seq,
            &task.description,
            &task.summary,
            task.input.as_ref().map(Json::as_str),
            task.parent_task_id.as_ref().map(TaskId::as_str),
            &task.session_id,
            task.submitted_by.as_ref().map(AgentId::as_str),
        ),
    )?;
    let result = task.result.as_ref().map(Json::as_str);
    txn.execute(
        sql::task::SET_OUTCOME,
        (seq, result, &task.error, &task.reason),
    )?;
    for (number, note) in (1_i64..).zip(&task.notes) {
        let author = note.agent_id.as_ref().map(AgentId::as_str);
        txn.execute(
            sql::task::INSERT_NOTE,
            (seq, number, note.at.0, author, &note.text),
        )?;
    }
    Ok(())
}

fn name_prerequisites(txn: &Txn<'_>, seq: i64, task: &Task) -> Outcome<()> {
    for (position, prerequisite) in (0_i64..).zip(&task.prerequisites) {
        match find(txn.db, prerequisite)? {
            Some(row) => {
                txn.execute(sql::task::INSERT_PREREQUISITE, (seq, position, row.seq))?;
            }
            None => {
                let name = prerequisite.as_str();
                txn.execute(
                    sql::import::INSERT_NAMED_PREREQUISITE,
                    (seq, position, name),
                )?;
            }
        }
    }
    Ok(())
}

/// Whoever has named this task before finds it now; answers their numbers.
fn join(txn: &Txn<'_>, seq: i64, task: &TaskId) -> Outcome<Vec<i64>> {
    let awaiting = txn.many(sql::import::AWAITING, [task.as_str()], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
    })?;
    for (dependent, position) in &awaiting {
        txn.execute(sql::import::FOUND, (dependent, position, seq))?;
    }
    Ok(awaiting
        .into_iter()
        .map(|(dependent, _)| dependent)
        .collect())
}

/// Brings the counters of a task and of its prerequisites in line with its edges.
fn settle(txn: &mut Txn<'_>, seq: i64) -> Outcome<()> {
    let mut row = by_seq(txn.db, seq)?;
    let prerequisites: Vec<i64> =
        txn.many(sql::task::PREREQUISITE_SEQS, [seq], |row| row.get(0))?;
    let mut unmet = 0;
    for prerequisite in prerequisites {
        let mut prerequisite = by_seq(txn.db, prerequisite)?;
        unmet += u32::from(prerequisite.state.status != Status::Completed);
        recount_dependents(txn, &mut prerequisite)?;
    }
    if row.state.status.is_waiting() && row.state.unmet_prerequisites != unmet {
        txn.execute(sql::task::COUNT_DOWN, (seq, unmet))?;
    }
    recount_dependents(txn, &mut row)
}

fn recount_dependents(txn: &mut Txn<'_>, row: &mut Row) -> Outcome<()> {
    let dependents: Vec<i64> = txn.many(sql::task::DEPENDENT_SEQS, [row.seq], |row| row.get(0))?;
    let mut waiting = 0;
    for dependent in dependents {
        waiting += u32::from(by_seq(txn.db, dependent)?.state.status.is_waiting());
    }
    if row.state.status == Status::Completed {
        waiting = 0;
    }
    if row.dependents_waiting != waiting {
        row.dependents_waiting = waiting;
        rescore(txn, row)?;
    }
    Ok(())
}
