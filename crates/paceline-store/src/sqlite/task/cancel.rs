//! Cancel: nobody wants the task any more, nor what waits for it.

use paceline_core::TaskId;
use paceline_core::task::{Cancelled, cancel};

use super::change::{Told, store};
use super::finish::{cascade, set_reason, stop_waiting};
use super::row::by_id;
use crate::sqlite::fault::Outcome;
use crate::sqlite::txn::Txn;

pub(crate) fn run(txn: &mut Txn<'_>, task: &TaskId, reason: Option<&str>) -> Outcome<Cancelled> {
    cancel::check(reason)?;
    let mut row = by_id(txn.db, task)?;
    let transition = cancel::cancel(&row.state)?;
    let told = Told {
        detail: reason,
        ..Told::default()
    };
    store(txn, &mut row, transition, told)?;
    if let Some(reason) = reason {
        set_reason(txn, row.seq, reason)?;
    }
    stop_waiting(txn, &row)?;
    Ok(Cancelled {
        cancelled_task_id: task.clone(),
        cascaded_task_ids: cascade(txn, &row)?,
    })
}
