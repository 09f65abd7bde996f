//! Fail: the holder could not do it. Owns the count of retries; a failure that will not be retried
//! ends the task, and `cascade` then ends those that wait for it.

use super::{Event, Holder, State, Status, Transition, holder};
use crate::{Now, Rejection, limits, text};

/// What can be said of an error before the task is looked at.
///
/// # Errors
/// `Invalid` when it is empty, too long or holds a NUL.
pub fn check(error: Option<&str>) -> Result<(), Rejection> {
    text::optional("error", error, limits::ERROR_LENGTH_MAX)
}

/// running -> ready while retries are left and the holder thinks a retry may help, else failed.
///
/// # Errors
/// As every word of a holder (see `complete`).
pub fn fail(
    state: &State,
    speaker: &Holder,
    retry: bool,
    now: Now,
) -> Result<Transition, Rejection> {
    holder::check(state, speaker, now)?;
    if !retry || state.max_retries <= state.retries {
        return Ok(state.finished(Status::Failed, Event::Failed));
    }
    let mut transition = state.ready_again(Event::WillRetry);
    transition.next.retries += 1;
    Ok(transition)
}
