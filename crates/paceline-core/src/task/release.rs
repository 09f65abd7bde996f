//! Release: the holder gives the task back undone. Consumes no retry: nothing was tried and failed.

use super::{Event, Holder, State, Transition, holder};
use crate::{Now, Rejection, limits, text};

/// What can be said of a reason before the task is looked at.
///
/// # Errors
/// `Invalid` when it is empty, too long or holds a NUL.
pub fn check(reason: Option<&str>) -> Result<(), Rejection> {
    text::optional("reason", reason, limits::REASON_LENGTH_MAX)
}

/// running -> ready.
///
/// # Errors
/// As every word of a holder (see `complete`).
pub fn release(state: &State, speaker: &Holder, now: Now) -> Result<Transition, Rejection> {
    holder::check(state, speaker, now)?;
    Ok(state.ready_again(Event::Released))
}
