//! Complete: the holder is done, and whoever waited only for this is ready.

use paceline_core::Json;
use paceline_core::task::{Holder, Progress, complete};

use super::change::{Told, store};
use super::finish::{progress, unblock};
use super::row::by_id;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::Txn;

pub(crate) fn run(txn: &mut Txn<'_>, holder: &Holder, result: Option<&Json>) -> Outcome<Progress> {
    complete::check(result)?;
    let before = by_id(txn.db, &holder.task_id)?;
    let transition = complete::complete(&before.state, holder, txn.now)?;
    let mut row = before.clone();
    let told = Told {
        by: Some(&holder.agent_id),
        ..Told::default()
    };
    store(txn, &mut row, transition, told)?;
    if let Some(result) = result {
        let nothing = None::<&str>;
        txn.execute(
            sql::task::SET_OUTCOME,
            (row.seq, result.as_str(), nothing, nothing),
        )?;
    }
    let mut progress = progress(txn, &before, &row);
    let figures = txn.figures(&holder.agent_id);
    figures.completed += 1;
    figures.duration_ms += progress.ran_ms.unwrap_or_default();
    progress.unblocked_task_ids = unblock(txn, &mut row)?;
    Ok(progress)
}
