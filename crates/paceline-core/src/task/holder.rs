//! Who may speak for a running task. Owns the one check that renew, complete, fail and release
//! share; refuses to look at the time.
//!
//! The lease's deadline is deliberately not asked: until the tick that sweeps expired leases has
//! set the task free, nobody else can hold it, and work that was done a moment late is still the
//! only work there is. Once it is free (or taken by another) the late holder is refused.

use super::{Holder, State, Status};
use crate::{Now, Rejection};

/// # Errors
/// `WrongStatus` when the task is finished, or free again under the holder's own fence;
/// `StaleFence` when another claim came since; `HeldByAnother` when the fence is right and the
/// agent is not.
pub(super) fn check(state: &State, holder: &Holder, now: Now) -> Result<(), Rejection> {
    if state.status.is_finished() {
        return Err(state.wrong_status("running"));
    }
    if state.fence != holder.fence {
        return Err(Rejection::StaleFence {
            task: state.task_id.clone(),
            given: holder.fence,
            current: state.fence,
        });
    }
    if state.status != Status::Running {
        return Err(state.wrong_status("running"));
    }
    match &state.assigned_to {
        Some(current) if *current == holder.agent_id => Ok(()),
        Some(current) => Err(Rejection::HeldByAnother {
            task: state.task_id.clone(),
            holder: current.clone(),
            until: state.lease_deadline.map(|deadline| now.wall_at(deadline)),
        }),
        None => Err(state.wrong_status("running")),
    }
}
