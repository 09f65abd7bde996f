//! Cancel: somebody no longer wants the task. Needs no fence: whoever may cancel overrules the
//! holder, whose later words are then refused because the task is finished.

use super::{Event, State, Status, Transition};
use crate::{Rejection, limits, text};

/// What can be said of a reason before the task is looked at.
///
/// # Errors
/// `Invalid` when it is empty, too long or holds a NUL.
pub fn check(reason: Option<&str>) -> Result<(), Rejection> {
    text::optional("reason", reason, limits::REASON_LENGTH_MAX)
}

/// pending, blocked, ready or running -> cancelled.
///
/// # Errors
/// `WrongStatus` when it is finished.
pub fn cancel(state: &State) -> Result<Transition, Rejection> {
    if state.status.is_finished() {
        return Err(state.wrong_status("unfinished"));
    }
    Ok(state.finished(Status::Cancelled, Event::Cancelled))
}
