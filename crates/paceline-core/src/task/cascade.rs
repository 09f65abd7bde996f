//! Cascade: a prerequisite ended failed or cancelled, so this task can never start. Owns what the
//! wave touches; walking the dependents, each once, is the store's.

use super::{Event, State, Status, Transition};

/// pending, blocked or ready -> cancelled; `None` for everything else, where the wave stops.
///
/// A finished task never changes. A running one has had all its prerequisites completed, and a
/// completed task cannot fail later, so only imported records can bring the wave to it; whoever
/// runs it then is left to finish, since its start was never in doubt here.
#[must_use]
pub fn cascade(state: &State) -> Option<Transition> {
    state
        .status
        .is_waiting()
        .then(|| state.finished(Status::Cancelled, Event::CascadeCancelled))
}
