//! Renew: a longer lease for the holder.

use paceline_core::AgentId;
use paceline_core::task::{Holder, Progress, renew};

use super::change::{Told, write_event};
use super::finish::progress;
use super::row::by_id;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::Txn;

pub(crate) fn run(txn: &mut Txn<'_>, holder: &Holder, lease_ms: i64) -> Outcome<Progress> {
    let before = by_id(txn.db, &holder.task_id)?;
    let transition = renew::renew(&before.state, holder, lease_ms, txn.now)?;
    let mut row = before.clone();
    row.state = transition.next;
    row.events += 1;
    let deadline = row.state.lease_deadline.map(|at| at.0);
    txn.execute(sql::task::RENEW, (row.seq, deadline, lease_ms, row.events))?;
    let by: Option<&AgentId> = Some(&holder.agent_id);
    let told = Told {
        by,
        ..Told::default()
    };
    write_event(txn, &row, transition.event, told)?;
    Ok(progress(txn, &before, &row))
}
