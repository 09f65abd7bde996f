//! Guard: a write that counts only while its author leads. Checked in the write's own transaction,
//! so that a deposed leader cannot slip one in.

use super::{Guard, State};
use crate::{Now, Rejection};

/// Holds when the guard's epoch is the current one and its term still runs. `None`: there is no
/// such election.
///
/// # Errors
/// `StaleEpoch` otherwise.
pub fn check_guard(state: Option<&State>, guard: &Guard, now: Now) -> Result<(), Rejection> {
    let leader = state.and_then(|state| state.leader_at(now));
    let current = state.map_or(0, |state| state.epoch);
    if leader.is_some() && current == guard.epoch {
        return Ok(());
    }
    Err(Rejection::StaleEpoch {
        election: guard.election.clone(),
        given: guard.epoch,
        current,
        leader: leader.cloned(),
    })
}
