//! What a holder's word leads to around the task itself. Owns the figures, the unblocking of
//! dependents and the wave of cancellations, each dependent once.

use std::collections::{HashSet, VecDeque};

use paceline_core::TaskId;
use paceline_core::task::{Event, Progress, cascade, unblock};

use super::change::{Told, rescore, store};
use super::row::{Row, by_seq};
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::Txn;

/// What the holder is told; `before` is the row as it ran.
pub(super) fn progress(txn: &Txn<'_>, before: &Row, after: &Row) -> Progress {
    let ended = before.state.status != after.state.status;
    let ran_ms = before.started_at.map(|started| txn.now.wall - started);
    let waited_ms = before
        .started_at
        .zip(before.ready_at)
        .map(|(started, ready)| started - ready);
    Progress {
        task_id: after.state.task_id.clone(),
        status: after.state.status,
        fence: after.state.fence,
        lease_expires_at: after.state.lease_deadline.map(|at| txn.now.wall_at(at)),
        unblocked_task_ids: Vec::new(),
        cascaded_task_ids: Vec::new(),
        agent_type: after.agent_type.clone(),
        retries: after.state.retries,
        max_retries: after.state.max_retries,
        waited_ms,
        ran_ms: ran_ms.filter(|_| ended),
    }
}

/// Counts the completed task off its dependents; answers those that became ready.
pub(super) fn unblock(txn: &mut Txn<'_>, completed: &mut Row) -> Outcome<Vec<TaskId>> {
    let mut unblocked = Vec::new();
    if completed.dependents_waiting == 0 {
        return Ok(unblocked);
    }
    for seq in dependents(txn, completed.seq)? {
        let mut row = by_seq(txn.db, seq)?;
        if !row.state.status.is_waiting() {
            continue;
        }
        let transition = unblock::prerequisite_completed(&row.state, txn.now);
        if transition.event == Event::BecameReady {
            unblocked.push(row.state.task_id.clone());
            store(txn, &mut row, transition, Told::default())?;
        } else {
            let unmet = transition.next.unmet_prerequisites;
            txn.execute(sql::task::COUNT_DOWN, (seq, unmet))?;
        }
    }
    completed.dependents_waiting = 0;
    rescore(txn, completed)?;
    Ok(unblocked)
}

/// Cancels everything that waits for the task, directly or not. Walks with a queue: a chain may be
/// longer than any stack.
pub(super) fn cascade(txn: &mut Txn<'_>, ended: &Row) -> Outcome<Vec<TaskId>> {
    let mut cancelled = Vec::new();
    let mut seen = HashSet::from([ended.seq]);
    let mut wave = VecDeque::from([ended.seq]);
    let word = ended.state.status.as_str();
    let reason = format!("prerequisite `{}` {word}", ended.state.task_id);
    while let Some(seq) = wave.pop_front() {
        for dependent in dependents(txn, seq)? {
            if !seen.insert(dependent) {
                continue;
            }
            let mut row = by_seq(txn.db, dependent)?;
            let Some(transition) = cascade::cascade(&row.state) else {
                continue;
            };
            let told = Told {
                detail: Some(&reason),
                ..Told::default()
            };
            store(txn, &mut row, transition, told)?;
            set_reason(txn, row.seq, &reason)?;
            stop_waiting(txn, &row)?;
            wave.push_back(row.seq);
            cancelled.push(row.state.task_id);
        }
    }
    Ok(cancelled)
}

/// One task fewer waits for each prerequisite of `row`, which has stopped waiting.
pub(super) fn stop_waiting(txn: &mut Txn<'_>, row: &Row) -> Outcome<()> {
    if row.prerequisites == 0 {
        return Ok(());
    }
    let prerequisites: Vec<i64> =
        txn.many(sql::task::PREREQUISITE_SEQS, [row.seq], |row| row.get(0))?;
    for seq in prerequisites {
        let mut prerequisite = by_seq(txn.db, seq)?;
        if 0 < prerequisite.dependents_waiting {
            prerequisite.dependents_waiting -= 1;
            rescore(txn, &mut prerequisite)?;
        }
    }
    Ok(())
}

pub(super) fn set_reason(txn: &Txn<'_>, seq: i64, reason: &str) -> Outcome<()> {
    let nothing = None::<&str>;
    txn.execute(sql::task::SET_OUTCOME, (seq, nothing, nothing, reason))?;
    Ok(())
}

pub(super) fn dependents(txn: &Txn<'_>, seq: i64) -> Outcome<Vec<i64>> {
    txn.many(sql::task::DEPENDENT_SEQS, [seq], |row| row.get(0))
}
