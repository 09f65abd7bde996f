//! Renew: the holder needs longer. Owns the new deadline, counted from now and not from the old
//! deadline, so that a lease is never longer than the caller asked for.

use super::{Event, Holder, State, Transition, claim, holder};
use crate::{Now, Rejection};

/// running -> running, same fence.
///
/// # Errors
/// `Invalid` for a lease outside its bounds; else as every word of a holder (see `complete`).
pub fn renew(
    state: &State,
    speaker: &Holder,
    lease_ms: i64,
    now: Now,
) -> Result<Transition, Rejection> {
    claim::lease(lease_ms)?;
    holder::check(state, speaker, now)?;
    let next = State {
        lease_deadline: Some(now.steady + lease_ms),
        ..state.clone()
    };
    Ok(Transition {
        next,
        event: Event::Renewed,
    })
}
