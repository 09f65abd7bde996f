//! Renew: the leader stays. Owns who may speak for an office; refuses one whose term has run out,
//! even when nobody has taken over: guarded writes were already being refused, so what follows is
//! a new leadership and needs a new epoch.

use super::{Office, Outcome, State};
use crate::{Now, Rejection};

/// Prolongs the term by the length that the campaign asked for.
///
/// # Errors
/// `StaleEpoch` when an epoch is named that is not the current one, `NotLeader` when the agent does
/// not lead now.
pub fn renew(state: &State, office: &Office, now: Now) -> Result<Outcome, Rejection> {
    check_office(state, office, now)?;
    let next = State {
        term_ends: Some(now.steady + state.ttl_ms),
        ..state.clone()
    };
    Ok(Outcome::seen_by(next, Some(&office.agent_id), now))
}

pub(super) fn check_office(state: &State, office: &Office, now: Now) -> Result<(), Rejection> {
    let leader = state.leader_at(now);
    if let Some(given) = office.epoch.filter(|epoch| *epoch != state.epoch) {
        return Err(Rejection::StaleEpoch {
            election: state.election.clone(),
            given,
            current: state.epoch,
            leader: leader.cloned(),
        });
    }
    if leader == Some(&office.agent_id) {
        return Ok(());
    }
    Err(Rejection::NotLeader {
        election: state.election.clone(),
        agent: office.agent_id.clone(),
        leader: leader.cloned(),
    })
}
