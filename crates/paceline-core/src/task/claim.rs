//! Claim: an agent takes a ready task for the length of a lease. Owns the rise of the fence, which
//! is what makes every earlier holder's word worthless.

use super::{Claim, Event, State, Status, Transition};
use crate::{Now, Rejection, limits, text};

/// What can be said of a claim before any task is looked at.
///
/// # Errors
/// `Invalid` for a lease outside its bounds or agent types that are too many or no names.
pub fn check(command: &Claim) -> Result<(), Rejection> {
    text::list(
        "agent_types",
        &command.agent_types,
        limits::AGENT_TYPES_MAX,
        limits::NAME_LENGTH_MAX,
    )?;
    lease(command.lease_ms)
}

/// ready -> running.
///
/// # Errors
/// `HeldByAnother` when somebody runs it (the claimant itself included: a second claim is no
/// renewal), `WrongStatus` when it is not ready for any other reason.
pub fn claim(state: &State, command: &Claim, now: Now) -> Result<Transition, Rejection> {
    lease(command.lease_ms)?;
    match (state.status, &state.assigned_to) {
        (Status::Ready, _) => {}
        (Status::Running, Some(holder)) => {
            return Err(Rejection::HeldByAnother {
                task: state.task_id.clone(),
                holder: holder.clone(),
                until: state.lease_deadline.map(|deadline| now.wall_at(deadline)),
            });
        }
        _ => return Err(state.wrong_status("ready")),
    }
    let next = State {
        status: Status::Running,
        fence: state.fence + 1,
        assigned_to: Some(command.agent_id.clone()),
        lease_deadline: Some(now.steady + command.lease_ms),
        ..state.clone()
    };
    Ok(Transition {
        next,
        event: Event::Claimed,
    })
}

pub(super) fn lease(lease_ms: i64) -> Result<(), Rejection> {
    if 0 < lease_ms && lease_ms <= limits::LEASE_MS_MAX {
        return Ok(());
    }
    let problem = format!(
        "must be more than 0 and at most {}, got {}",
        limits::LEASE_SECONDS_MAX,
        lease_ms as f64 / 1_000.0
    );
    Err(Rejection::invalid("lease_seconds", problem))
}
