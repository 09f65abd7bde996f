//! Depart: an agent died or left; what it led is free at once.

use super::{Outcome, State, TermEnd, expire};
use crate::{AgentId, Now};

/// led -> vacant when `agent` leads, told as `why` ([`TermEnd::Died`] or [`TermEnd::Deregistered`];
/// a term that had run out before is told as that); `None` when it does not.
#[must_use]
pub fn depart(state: &State, agent: &AgentId, why: TermEnd, now: Now) -> Option<Outcome> {
    if state.leader.as_ref() != Some(agent) {
        return None;
    }
    if state.leader_at(now).is_none() {
        return expire::expire(state, now);
    }
    let (next, ended) = state.vacated(now.wall, why);
    let mut outcome = Outcome::seen_by(next, None, now);
    outcome.ended = ended;
    Some(outcome)
}
