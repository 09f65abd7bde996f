//! Complete: the holder is done. Owns the end of the task itself; its dependents' counters are
//! `unblock`'s, in the same transaction.

use super::{Event, Holder, State, Status, Transition, holder};
use crate::{Json, Now, Rejection, text};

/// What can be said of a result before the task is looked at.
///
/// # Errors
/// `Invalid` when it is too large or hides a NUL.
pub fn check(result: Option<&Json>) -> Result<(), Rejection> {
    text::json("result", result)
}

/// running -> completed. A lease that has run out and that nobody has swept or taken yet still
/// counts: its fence is the newest.
///
/// # Errors
/// `WrongStatus` when the task is not running, `StaleFence` when another claim came since,
/// `HeldByAnother` when the fence is right and the agent is not.
pub fn complete(state: &State, speaker: &Holder, now: Now) -> Result<Transition, Rejection> {
    holder::check(state, speaker, now)?;
    Ok(state.finished(Status::Completed, Event::Completed))
}
