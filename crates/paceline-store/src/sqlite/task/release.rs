//! Release: the holder gives the task back undone.

use paceline_core::task::{Holder, Progress, release};

use super::change::{Told, store};
use super::finish::{progress, set_reason};
use super::row::by_id;
use crate::sqlite::fault::Outcome;
use crate::sqlite::txn::Txn;

pub(crate) fn run(txn: &mut Txn<'_>, holder: &Holder, reason: Option<&str>) -> Outcome<Progress> {
    release::check(reason)?;
    let before = by_id(txn.db, &holder.task_id)?;
    let transition = release::release(&before.state, holder, txn.now)?;
    let mut row = before.clone();
    let told = Told {
        by: Some(&holder.agent_id),
        detail: reason,
        ..Told::default()
    };
    store(txn, &mut row, transition, told)?;
    if let Some(reason) = reason {
        set_reason(txn, row.seq, reason)?;
    }
    txn.figures(&holder.agent_id).released += 1;
    Ok(progress(txn, &before, &row))
}
