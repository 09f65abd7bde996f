//! Abandon: the agent that held the task is gone. Like an expiry, at once and with another reason.

use super::{Event, State, Status, Transition};

/// running -> ready, told as `why` ([`Event::AgentDied`] or [`Event::AgentLeft`]); `None` when the
/// task is not running. Consumes no retry, for the reason that `expire` gives.
#[must_use]
pub fn abandon(state: &State, why: Event) -> Option<Transition> {
    (state.status == Status::Running).then(|| state.ready_again(why))
}
