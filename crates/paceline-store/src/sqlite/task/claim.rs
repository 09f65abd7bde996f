//! Claim: the next task for an agent, or a named one.

use paceline_core::task::{Claim, Claimed, claim};
use paceline_core::{Rejection, TaskId};

use super::change::{Told, store};
use super::row::{Row, by_id, whole};
use crate::sqlite::agent;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::Txn;

pub(crate) fn run(txn: &mut Txn<'_>, command: &Claim) -> Outcome<Option<Claimed>> {
    claim::check(command)?;
    let claimant = agent::row::present(txn.db, &command.agent_id)?;
    let row = match &command.task_id {
        Some(task) => Some(named(txn, task)?),
        None if command.agent_types.is_empty() => best(txn, &claimant.agent.agent_types)?,
        None => best(txn, &command.agent_types)?,
    };
    row.map(|row| take(txn, row, command)).transpose()
}

fn named(txn: &Txn<'_>, task: &TaskId) -> Outcome<Row> {
    by_id(txn.db, task)
}

fn take(txn: &mut Txn<'_>, mut row: Row, command: &Claim) -> Outcome<Claimed> {
    let transition = claim::claim(&row.state, command, txn.now)?;
    let told = Told {
        by: Some(&command.agent_id),
        lease_ms: Some(command.lease_ms),
        detail: None,
    };
    store(txn, &mut row, transition, told)?;
    txn.figures(&command.agent_id).claimed += 1;
    let fence = row.state.fence;
    let deadline = row
        .state
        .lease_deadline
        .ok_or_else(|| Rejection::invalid("lease_seconds", "gave no deadline"))?;
    Ok(Claimed {
        task: whole(txn.db, row, txn.now)?,
        fence,
        lease_expires_at: txn.now.wall_at(deadline),
    })
}

/// The best ready task of these types, tasks of no type included; of all when none is named.
fn best(txn: &Txn<'_>, agent_types: &[String]) -> Outcome<Option<Row>> {
    let mut best = txn.one(sql::task::NEXT_UNTYPED, [], Row::read)?;
    for agent_type in agent_types {
        best = better(best, best_of_type(txn, agent_type)?);
    }
    if agent_types.is_empty() {
        best = better(best, best_typed(txn)?);
    }
    Ok(best)
}

fn best_of_type(txn: &Txn<'_>, agent_type: &str) -> Outcome<Option<Row>> {
    txn.one(sql::task::NEXT_OF_TYPE, [agent_type], Row::read)
}

/// One look a type: ready tasks have few types. An index over all types would make this one look,
/// and cost every task two writes and every commit a page.
fn best_typed(txn: &Txn<'_>) -> Outcome<Option<Row>> {
    let mut best = None;
    let mut last = String::new();
    let after = |last: &str| -> Outcome<Option<String>> {
        txn.one(sql::task::READY_TYPE_AFTER, [last], |row| row.get(0))
    };
    while let Some(agent_type) = after(&last)? {
        best = better(best, best_of_type(txn, &agent_type)?);
        last = agent_type;
    }
    Ok(best)
}

fn better(one: Option<Row>, other: Option<Row>) -> Option<Row> {
    match (one, other) {
        (Some(one), Some(other)) if comes_first(&one, &other) => Some(one),
        (one, other) => other.or(one),
    }
}

fn comes_first(one: &Row, other: &Row) -> bool {
    let by_score = other
        .calculated_priority
        .total_cmp(&one.calculated_priority);
    by_score.then(one.seq.cmp(&other.seq)).is_le()
}
