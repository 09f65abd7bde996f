//! Expire: a lease ran out. Owns the moment (the deadline itself is already too late).
//!
//! It consumes no retry. Retries count what a holder reported as failed; a silent holder has said
//! nothing about the task, and an agent that was merely slow must not use up another's attempts.
//! How often a task was taken can be read from its fence.

use super::{Event, State, Status, Transition};
use crate::Now;

/// running -> ready when the lease's deadline has come; `None` otherwise, also for a running task
/// without a lease, which only an import brings.
#[must_use]
pub fn expire(state: &State, now: Now) -> Option<Transition> {
    let over = state
        .lease_deadline
        .is_some_and(|deadline| deadline <= now.steady);
    (state.status == Status::Running && over).then(|| state.ready_again(Event::LeaseExpired))
}
