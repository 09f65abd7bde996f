//! Unblock: one of a task's prerequisites completed. Owns the counter; called exactly once for each
//! edge, in the transaction that completes the prerequisite.

use super::{Event, State, Status, Transition};
use crate::Now;

/// Counts one prerequisite as met. blocked -> ready with the last one ([`Event::BecameReady`]); in
/// every other state only the counter falls ([`Event::Updated`], which nobody needs to be told).
/// A pending task stays pending even when its time has come: waking is `wake`'s.
#[must_use]
pub fn prerequisite_completed(state: &State, _now: Now) -> Transition {
    let unmet_prerequisites = state.unmet_prerequisites.saturating_sub(1);
    let unblocked = state.status == Status::Blocked && unmet_prerequisites == 0;
    let (status, event) = if unblocked {
        (Status::Ready, Event::BecameReady)
    } else {
        (state.status, Event::Updated)
    };
    let next = State {
        status,
        unmet_prerequisites,
        ..state.clone()
    };
    Transition { next, event }
}
