//! Resign: the leader steps down, and the office is free at once instead of when the term runs out.

use super::renew::check_office;
use super::{Office, Outcome, State, TermEnd};
use crate::{Now, Rejection};

/// led -> vacant; the epoch stays, for the next leader to exceed.
///
/// # Errors
/// As [`renew`](super::renew::renew).
pub fn resign(state: &State, office: &Office, now: Now) -> Result<Outcome, Rejection> {
    check_office(state, office, now)?;
    let (next, ended) = state.vacated(now.wall, TermEnd::Resigned);
    let mut outcome = Outcome::seen_by(next, Some(&office.agent_id), now);
    outcome.ended = ended;
    Ok(outcome)
}
