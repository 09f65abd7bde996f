//! Update: notes, priority, deadline and further prerequisites of a task that exists. Owns which
//! tasks may still get prerequisites; whether an edge closes a cycle is `dependency`'s to say.

use super::{Event, State, Status, Transition, Update, enqueue};
use crate::{Rejection, limits, text};

/// What can be said of an update before the task is looked at.
///
/// # Errors
/// As [`enqueue::check`] for the same fields.
pub fn check(update: &Update) -> Result<(), Rejection> {
    text::optional("note", update.note.as_deref(), limits::NOTE_LENGTH_MAX)?;
    update
        .base_priority
        .map_or(Ok(()), enqueue::base_priority)?;
    enqueue::prerequisites(&update.task_id, &update.add_prerequisites)
}

/// Adds prerequisites of which `unmet_added` are not completed yet: ready -> blocked when there is
/// one; a task that is blocked or pending stays so.
///
/// # Errors
/// `WrongStatus` when it has started or ended: what runs cannot wait any more.
pub fn add_prerequisites(state: &State, unmet_added: u32) -> Result<Transition, Rejection> {
    if !state.status.is_waiting() {
        return Err(state.wrong_status("waiting"));
    }
    let unmet_prerequisites = state.unmet_prerequisites.saturating_add(unmet_added);
    let status = match state.status {
        Status::Ready if 0 < unmet_prerequisites => Status::Blocked,
        unchanged => unchanged,
    };
    let next = State {
        status,
        unmet_prerequisites,
        ..state.clone()
    };
    Ok(Transition {
        next,
        event: Event::Updated,
    })
}
