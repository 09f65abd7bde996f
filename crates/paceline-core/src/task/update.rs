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

/// What the task's state has to say: a finished one takes notes and nothing else.
///
/// # Errors
/// `WrongStatus` when it is finished and something but a note is wanted.
pub fn check_state(update: &Update, state: &State) -> Result<(), Rejection> {
    let wants_more = update.base_priority.is_some() || update.deadline.is_some();
    if state.status.is_finished() && wants_more {
        return Err(state.wrong_status("unfinished"));
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TaskId;

    fn check(status: Status, update: &Update, allowed: bool) {
        let state = State {
            task_id: update.task_id.clone(),
            status,
            fence: 1,
            assigned_to: None,
            lease_deadline: None,
            unmet_prerequisites: 0,
            not_before: None,
            retries: 0,
            max_retries: 3,
        };
        assert_eq!(check_state(update, &state).is_ok(), allowed, "{status}");
    }

    #[test]
    fn a_finished_task_takes_notes_and_nothing_else() {
        let note = Update {
            task_id: TaskId::trusted("a"),
            agent_id: None,
            note: Some("see the log".to_owned()),
            base_priority: None,
            deadline: None,
            add_prerequisites: Vec::new(),
        };
        let wish = Update {
            base_priority: Some(9),
            ..note.clone()
        };
        let deadline = Update {
            deadline: Some(None),
            ..note.clone()
        };
        for status in Status::ALL {
            check(status, &note, true);
            check(status, &wish, !status.is_finished());
            check(status, &deadline, !status.is_finished());
        }
    }
}
