//! Storing what a verb decided. Owns the row, the event and the counters that follow a transition,
//! and that whoever watches is shown it; refuses to decide one.

use paceline_core::AgentId;
use paceline_core::task::{Event, State, Status, Transition};

use super::row::{Row, score};
use crate::changes::summary_of;
use crate::sqlite::code::{Code, Coded};
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::{Txn, int, one};
use crate::{Change, TaskChange};

/// Who did it and what they said.
#[derive(Clone, Copy, Default)]
pub(crate) struct Told<'a> {
    pub(crate) by: Option<&'a AgentId>,
    pub(crate) detail: Option<&'a str>,
    /// The length of the lease that the transition began or renewed.
    pub(crate) lease_ms: Option<i64>,
}

/// Puts the transition in place of `row`, which is brought up to date.
pub(crate) fn store(
    txn: &mut Txn<'_>,
    row: &mut Row,
    transition: Transition,
    told: Told<'_>,
) -> Outcome<()> {
    let event = transition.event;
    move_times(row, row.state.status, transition.next.status, txn.now.wall);
    row.lease_ms = told.lease_ms.or(row.lease_ms);
    let State {
        status: before,
        assigned_to: held_by,
        ..
    } = std::mem::replace(&mut row.state, transition.next);
    write_event(txn, row, event, told)?;
    write_row(txn, row)?;
    if txn.is_watched() {
        let held_by = held_by.filter(|_| before == Status::Running);
        show(txn, row, Some((event, told.by)), held_by)?;
    }
    let status = row.state.status;
    if before != status {
        let micropoints = row.micropoints();
        txn.count_status(before, -1, -micropoints);
        txn.count_status(status, 1, micropoints);
        count_depth(txn, row, before, status);
    }
    Ok(())
}

/// To those who watch: the row as it is now.
fn show(
    txn: &mut Txn<'_>,
    row: &Row,
    event: Option<(Event, Option<&AgentId>)>,
    held_by: Option<AgentId>,
) -> Outcome<()> {
    let summary = one(txn.db, sql::task::SUMMARY, [row.seq], |texts| {
        let (summary, description) = (texts.get_ref(0)?, texts.get_ref(1)?);
        Ok(summary_of(summary.as_str_or_null()?, description.as_str()?))
    })?;
    let change = TaskChange {
        by: event.and_then(|(_, by)| by.cloned()),
        event: event.map(|(event, _)| event),
        held_by,
        ..told_of(row, summary.unwrap_or_default())
    };
    txn.show(|| Change::Task(change));
    Ok(())
}

/// The row as a watcher knows it, without what happened to it.
pub(crate) fn told_of(row: &Row, summary: String) -> TaskChange {
    TaskChange {
        task_id: row.state.task_id.clone(),
        event: None,
        by: None,
        held_by: None,
        status: row.state.status,
        agent_type: row.agent_type.clone(),
        calculated_priority: row.calculated_priority,
        assigned_to: row.state.assigned_to.clone(),
        summary,
        submitted_at: row.submitted_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
        retries: row.state.retries,
    }
}

fn count_depth(txn: &mut Txn<'_>, row: &Row, before: Status, status: Status) {
    match (before.is_waiting(), status.is_waiting()) {
        (true, false) => txn.count_depth(row.dependency_depth, -1),
        (false, true) => txn.count_depth(row.dependency_depth, 1),
        _ => {}
    }
}

fn move_times(row: &mut Row, before: Status, after: Status, now: paceline_core::Timestamp) {
    if before == after {
        return;
    }
    match after {
        Status::Ready => {
            row.ready_at = Some(now);
            row.started_at = None;
        }
        Status::Running => row.started_at = Some(now),
        after if after.is_finished() => row.finished_at = Some(now),
        _ => {}
    }
}

fn write_row(txn: &Txn<'_>, row: &Row) -> Outcome<()> {
    let state = &row.state;
    txn.execute(
        sql::task::TRANSITION,
        (
            row.seq,
            Code(state.status),
            state.unmet_prerequisites,
            state.retries,
            int(state.fence),
            state.assigned_to.as_ref().map(AgentId::as_str),
            state.lease_deadline.map(|deadline| deadline.0),
            row.lease_ms,
            row.ready_at.map(|at| at.0),
            row.started_at.map(|at| at.0),
            row.finished_at.map(|at| at.0),
            row.last_event,
        ),
    )?;
    Ok(())
}

/// Appends the event and makes it the row's last, which the caller stores.
pub(crate) fn write_event(
    txn: &mut Txn<'_>,
    row: &mut Row,
    event: Event,
    told: Told<'_>,
) -> Outcome<()> {
    txn.ledger.newest_event += 1;
    let number = txn.ledger.newest_event;
    let previous = row.last_event.replace(number);
    txn.execute(
        sql::task::INSERT_EVENT,
        (
            number,
            row.seq,
            previous,
            txn.now.wall.0,
            event.code(),
            told.by.map(AgentId::as_str),
            int(row.state.fence),
            told.detail,
        ),
    )?;
    txn.count_rows("task_events", 1);
    Ok(())
}

/// An event without a transition.
pub(crate) fn tell(txn: &mut Txn<'_>, row: &mut Row, event: Event, told: Told<'_>) -> Outcome<()> {
    write_event(txn, row, event, told)?;
    txn.execute(sql::task::SET_LAST_EVENT, (row.seq, row.last_event))?;
    Ok(())
}

/// Computes the score anew; a finished task keeps the one it ended with.
pub(crate) fn rescore(txn: &mut Txn<'_>, row: &mut Row) -> Outcome<()> {
    if row.state.status.is_finished() {
        txn.execute(sql::task::SET_DEPENDENTS, (row.seq, row.dependents_waiting))?;
        return Ok(());
    }
    let before = row.micropoints();
    let fresh = score(&row.inputs(), txn.weights, txn.now.wall);
    row.calculated_priority = fresh.points;
    txn.execute(
        sql::task::RESCORE,
        (
            row.seq,
            row.dependents_waiting,
            fresh.points,
            fresh.changes_at,
        ),
    )?;
    let moved = row.micropoints() - before;
    txn.count_status(row.state.status, 0, moved);
    if moved != 0 && txn.is_watched() {
        show(txn, row, None, None)?;
    }
    Ok(())
}
