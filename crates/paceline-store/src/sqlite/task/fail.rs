//! Fail: the holder could not do it; it waits for another attempt, or ends and takes along
//! whoever waits for it.

use paceline_core::task::{Holder, Progress, Status, fail};

use super::change::{Told, store};
use super::finish::{cascade, progress};
use super::row::by_id;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::Txn;

pub(crate) fn run(
    txn: &mut Txn<'_>,
    holder: &Holder,
    error: Option<&str>,
    retry: bool,
) -> Outcome<Progress> {
    fail::check(error)?;
    let before = by_id(txn.db, &holder.task_id)?;
    let transition = fail::fail(&before.state, holder, retry, txn.now)?;
    let mut row = before.clone();
    let told = Told {
        by: Some(&holder.agent_id),
        detail: error,
        ..Told::default()
    };
    store(txn, &mut row, transition, told)?;
    if let Some(error) = error {
        let nothing = None::<&str>;
        txn.execute(sql::task::SET_OUTCOME, (row.seq, nothing, error, nothing))?;
    }
    let mut progress = progress(txn, &before, &row);
    if row.state.status == Status::Failed {
        txn.figures(&holder.agent_id).failed += 1;
        progress.cascaded_task_ids = cascade(txn, &row)?;
    }
    Ok(progress)
}
