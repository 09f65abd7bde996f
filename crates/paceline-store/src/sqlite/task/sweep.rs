//! What time does to tasks: leases run out, schedules come due, scores move. Each sweep is bounded
//! and finds its rows through an index of exactly those that are due.

use paceline_core::task::{Event, abandon, expire, wake};
use paceline_core::{AgentId, TaskId};

use super::change::{Told, rescore, store};
use super::row::Row;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::Txn;

pub(crate) fn expire_leases(txn: &mut Txn<'_>, limit: u32) -> Outcome<Vec<TaskId>> {
    let due = txn.many(sql::task::LEASES_OVER, (txn.now.steady.0, limit), Row::read)?;
    let mut expired = Vec::with_capacity(due.len());
    for mut row in due {
        if let Some(transition) = expire::expire(&row.state, txn.now) {
            let holder = row.state.assigned_to.clone();
            let told = Told {
                by: holder.as_ref(),
                ..Told::default()
            };
            store(txn, &mut row, transition, told)?;
            expired.push(row.state.task_id);
        }
    }
    Ok(expired)
}

pub(crate) fn wake_scheduled(txn: &mut Txn<'_>, limit: u32) -> Outcome<u32> {
    let due = txn.many(sql::task::SCHEDULED_DUE, (txn.now.wall.0, limit), Row::read)?;
    let mut woken = 0;
    for mut row in due {
        if let Some(transition) = wake::wake(&row.state, txn.now) {
            store(txn, &mut row, transition, Told::default())?;
            woken += 1;
        }
    }
    Ok(woken)
}

pub(crate) fn refresh_priorities(txn: &mut Txn<'_>, limit: u32) -> Outcome<u32> {
    let due = txn.many(sql::task::PRIORITY_DUE, (txn.now.wall.0, limit), Row::read)?;
    let mut refreshed = 0;
    for mut row in due {
        rescore(txn, &mut row)?;
        refreshed += 1;
    }
    Ok(refreshed)
}

/// Sets free what the agent runs; `why` is `AgentDied` or `AgentLeft`.
pub(crate) fn abandon_all(txn: &mut Txn<'_>, agent: &AgentId, why: Event) -> Outcome<Vec<TaskId>> {
    let running = txn.many(sql::task::RUNNING_OF_AGENT, [agent.as_str()], Row::read)?;
    let mut freed = Vec::with_capacity(running.len());
    for mut row in running {
        if let Some(transition) = abandon::abandon(&row.state, why) {
            let told = Told {
                by: Some(agent),
                ..Told::default()
            };
            store(txn, &mut row, transition, told)?;
            freed.push(row.state.task_id);
        }
    }
    txn.figures(agent).released += freed.len() as i64;
    Ok(freed)
}
