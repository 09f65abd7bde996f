//! Renew: a longer lease for the holder.

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
    let told = Told {
        by: Some(&holder.agent_id),
        ..Told::default()
    };
    write_event(txn, &mut row, transition.event, told)?;
    let deadline = row.state.lease_deadline.map(|at| at.0);
    txn.execute(
        sql::task::RENEW,
        (row.seq, deadline, lease_ms, row.last_event),
    )?;
    Ok(progress(txn, &before, &row))
}
