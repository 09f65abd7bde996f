//! Wake: a scheduled task's time has come. Goes by the wall clock, because `not_before` is a date
//! that a person wrote.

use super::{Event, State, Status, Transition};
use crate::Now;

/// pending -> ready ([`Event::BecameReady`]), or blocked ([`Event::Updated`]) while prerequisites
/// are unmet; `None` when it is not pending or not due.
#[must_use]
pub fn wake(state: &State, now: Now) -> Option<Transition> {
    let due = state
        .not_before
        .is_none_or(|not_before| not_before <= now.wall);
    if state.status != Status::Pending || !due {
        return None;
    }
    let (status, event) = if state.unmet_prerequisites == 0 {
        (Status::Ready, Event::BecameReady)
    } else {
        (Status::Blocked, Event::Updated)
    };
    let next = State {
        status,
        ..state.clone()
    };
    Some(Transition { next, event })
}
