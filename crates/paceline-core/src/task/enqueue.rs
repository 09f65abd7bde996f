//! Enqueue: a task enters. Owns what a new task may say and where it starts; refuses to look at
//! other tasks: whether its prerequisites exist and how many are unmet is the caller's to find.

use std::collections::HashSet;

use super::{NewTask, State, Status};
use crate::{Now, Rejection, TaskId, limits, text};

/// What can be said of a new task without looking at any other.
///
/// # Errors
/// `Invalid` names the first field that breaks a limit; `CircularDependency` when the task is its
/// own prerequisite.
pub fn check(new: &NewTask) -> Result<(), Rejection> {
    text::required(
        "description",
        &new.description,
        limits::DESCRIPTION_LENGTH_MAX,
    )?;
    text::optional(
        "summary",
        new.summary.as_deref(),
        limits::SUMMARY_LENGTH_MAX,
    )?;
    text::optional(
        "agent_type",
        new.agent_type.as_deref(),
        limits::NAME_LENGTH_MAX,
    )?;
    text::optional(
        "session_id",
        new.session_id.as_deref(),
        limits::ID_LENGTH_MAX,
    )?;
    text::json("input", new.input.as_ref())?;
    base_priority(new.base_priority)?;
    if limits::RETRIES_MAX < new.max_retries {
        let problem = format!(
            "must be 0 to {}, got {}",
            limits::RETRIES_MAX,
            new.max_retries
        );
        return Err(Rejection::invalid("max_retries", problem));
    }
    if new.estimated_duration_seconds == Some(0) {
        return Err(Rejection::invalid(
            "estimated_duration_seconds",
            "must be at least 1, got 0",
        ));
    }
    prerequisites(&new.task_id, &new.prerequisites)
}

/// Does a task that names this prerequisite have to wait for it? For new tasks and for edges added
/// later.
///
/// # Errors
/// `WrongStatus` when it ended failed or cancelled: whoever waited for it would wait for ever, and
/// cancelling the newcomer at once would hide the mistake from the one who can mend it.
pub fn is_unmet(prerequisite: &TaskId, status: Status) -> Result<bool, Rejection> {
    match status {
        Status::Completed => Ok(false),
        Status::Failed | Status::Cancelled => Err(Rejection::WrongStatus {
            task: prerequisite.clone(),
            status,
            wanted: "completed or still to be done",
        }),
        Status::Pending | Status::Blocked | Status::Ready | Status::Running => Ok(true),
    }
}

/// The state that a new task starts in.
#[must_use]
pub fn initial(new: &NewTask, unmet_prerequisites: u32, now: Now) -> State {
    let scheduled = new
        .not_before
        .is_some_and(|not_before| now.wall < not_before);
    let status = match (scheduled, unmet_prerequisites) {
        (true, _) => Status::Pending,
        (false, 0) => Status::Ready,
        (false, _) => Status::Blocked,
    };
    State {
        task_id: new.task_id.clone(),
        status,
        fence: 0,
        assigned_to: None,
        lease_deadline: None,
        unmet_prerequisites,
        not_before: new.not_before,
        retries: 0,
        max_retries: new.max_retries,
    }
}

pub(super) fn base_priority(given: u8) -> Result<(), Rejection> {
    if given <= limits::BASE_PRIORITY_MAX {
        return Ok(());
    }
    let problem = format!("must be 0 to {}, got {given}", limits::BASE_PRIORITY_MAX);
    Err(Rejection::invalid("base_priority", problem))
}

/// Bounded, each once, and not the task itself.
pub(super) fn prerequisites(task: &TaskId, given: &[TaskId]) -> Result<(), Rejection> {
    text::count("prerequisites", given.len(), limits::PREREQUISITES_MAX)?;
    let mut seen = HashSet::with_capacity(given.len());
    for prerequisite in given {
        if prerequisite == task {
            let path = vec![task.clone(), task.clone()];
            return Err(Rejection::CircularDependency { path });
        }
        if !seen.insert(prerequisite) {
            let problem = format!("must name each task once, `{prerequisite}` is there twice");
            return Err(Rejection::invalid("prerequisites", problem));
        }
    }
    Ok(())
}
